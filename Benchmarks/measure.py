"""Runs a command and tells what it took."""

import os
import resource
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from commands import Command


@dataclass(frozen=True)
class Limits:
    seconds: float  # of wall time
    memory: int  # bytes of address space


@dataclass(frozen=True)
class Run:
    cpu: float
    wall: float
    resident: int
    failure: str = ""  # why there are no numbers


def failed(why: str) -> Run:
    return Run(0, 0, 0, why)


def limit_memory(size: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size, most))


def run_once(command: Command, file: Path, programs: Path, out: Path, limits: Limits) -> Run:
    """One run, with what it prints thrown away and no other folder than `out` for files."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    result = out.with_suffix(".result")
    result.unlink(missing_ok=True)
    process = subprocess.Popen(
        [programs / "measure", result, *command.arguments(file, out)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=out,
        env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
        start_new_session=True,
        preexec_fn=lambda: limit_memory(limits.memory),
    )
    try:
        process.wait(limits.seconds)
    except subprocess.TimeoutExpired:
        return failed(f"over {limits.seconds:g} s")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(out, ignore_errors=True)
    user, system, wall, resident, status = result.read_text().split()
    result.unlink()
    if status != "0":
        return failed(f"status {status}")
    return Run(float(user) + float(system), float(wall), int(resident))


class Series:
    """The runs of one command on one capture."""

    def __init__(self, command: Command):
        self.command = command
        self.runs: list[Run] = []

    def wants_more(self, once_over: float) -> bool:
        """A run that failed, or was long, stays the only one."""
        return not self.runs or (not self.failure and self.runs[0].wall <= once_over)

    @property
    def failure(self) -> str:
        return self.runs[-1].failure if self.runs else "not run"

    @property
    def cpu(self) -> float:
        return min(run.cpu for run in self.runs)

    @property
    def wall(self) -> float:
        return min(run.wall for run in self.runs)

    @property
    def resident(self) -> int:
        return max(run.resident for run in self.runs)
