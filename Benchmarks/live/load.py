#!/usr/bin/env python3
"""Loads a veth pair and tells what each capturing program received, dropped and took for it.

Needs root: the pair lies in two network namespaces of its own, removed at the end.
`make -C Benchmarks` builds the sender.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench import MIB, PROGRAMS, ROOT, aligned, machine, progress  # noqa: E402

RECEIVERS = {
    "tcpdump -w": "tcpdump -n -i {interface} -w /dev/null",
    "synfin none": "{synfin} capture -i {interface} --format none",
    "synfin ndjson": "{synfin} capture -i {interface} --format ndjson",
    "synfin -w": "{synfin} capture -i {interface} -w /dev/null",
}
# The lines that tcpdump ends with; the others print them, too.
CAPTURED = re.compile(r"([\d,]+) packets? captured")
DROPPED = re.compile(r"([\d,]+) packets? dropped by kernel")
SENT = re.compile(r"(\d+) packets, \d+ bytes, ([\d.]+) s")
START_LIMIT = 10  # seconds until a program listens
END_LIMIT = 30  # seconds until it has drained and ended
# The kernel hands on a block that is not full after libpcap's timeout, in tcpdump a second.
LAST_BLOCK = 1.5
HEADING = ("load", "program", "-B", "sent/s", "arrived", "captured", "missing", "dropped",
           "missing %", "worst %", "CPU s", "ns/packet", "MiB")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Loads a veth pair and compares what capturing programs make of it.")
    add = parser.add_argument
    add("--seconds", type=float, default=5, metavar="N", help="length of each load (5)")
    add("--rounds", type=int, default=3, metavar="N", help="runs of each program (3)")
    add("--loads", default="udp,tcp", metavar="LIST",
        help="64-byte UDP over 1000 flows, short TCP connections (udp,tcp)")
    add("--rate", type=float, metavar="N", help="packets a second (all that one core sends)")
    add("--programs", default="*", metavar="LIST",
        help=f"patterns of names, such as 'synfin*' ({', '.join(RECEIVERS)})")
    add("--buffers", default="2048,own", metavar="LIST",
        help="KiB for -B, or own for each program's own; 2048 is tcpdump's (2048,own)")
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    add("--cores", type=lambda text: [int(core) for core in text.split(",")],
        default=[cores[0], cores[-1]], metavar="SENDER,RECEIVER",
        help=f"where they run ({cores[0]},{cores[-1]})")
    add("--also", action="append", default=[], metavar="NAME=COMMAND",
        help="one more command, with {interface} in it, that takes -B and prints as tcpdump does")
    add("--synfin", type=Path, default=ROOT / ".build" / "release" / "synfin", metavar="FILE",
        help="the binary to measure (.build/release/synfin)")
    return parser.parse_args()


@dataclass(frozen=True)
class Receiver:
    name: str
    words: tuple[str, ...]
    buffer: str

    def arguments(self, interface: str) -> list[str]:
        size = [] if self.buffer == "own" else ["-B", self.buffer]
        return [word.format(interface=interface) for word in self.words] + size


def receivers(given: argparse.Namespace) -> list[Receiver]:
    """What is asked for and can run here, each with each size of its buffer."""
    commands = {
        name: line.format(synfin=given.synfin.resolve(), interface="{interface}")
        for name, line in RECEIVERS.items()
    } | dict(text.split("=", 1) for text in given.also)
    return [
        Receiver(name, tuple(line.split()), buffer)
        for name, line in commands.items() for buffer in given.buffers.split(",")
        if shutil.which(line.split()[0])
        and any(fnmatch(name, pattern) for pattern in given.programs.split(","))
    ]


# Ends when nobody holds its input open any more: also if this script is killed.
REMOVER = """
trap '' HUP INT TERM
cat >/dev/null
for name; do
  ip netns pids "$name" | xargs -r kill -9
  ip netns del "$name"
done
"""


class Network:
    """Two namespaces joined by a veth pair in which nothing speaks but the sender."""

    interface = "veth"

    def __init__(self) -> None:
        self.sender, self.receiver = (f"synfin-load-{os.getpid()}-{end}" for end in "sr")
        self.remover = subprocess.Popen(
            ["sh", "-c", REMOVER, "sh", self.sender, self.receiver],
            stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)

    @staticmethod
    def ip(*words: str) -> str:
        return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout

    def make(self) -> None:
        for name in self.sender, self.receiver:
            self.ip("netns", "add", name)
        self.ip("link", "add", self.interface, "netns", self.sender, "type", "veth",
                "peer", "name", self.interface, "netns", self.receiver)
        for name in self.sender, self.receiver:
            # Without an address of its own, IPv6 sends nothing.
            self.ip("-n", name, "link", "set", self.interface, "addrgenmode", "none")
            self.ip("-n", name, "link", "set", self.interface, "up")

    def remove(self) -> None:
        self.remover.communicate()

    def arrived(self) -> int:
        """Packets that came in at the receiver's end since it was made."""
        link = self.ip("-n", self.receiver, "-s", "-j", "link", "show", self.interface)
        return json.loads(link)[0]["stats64"]["rx"]["packets"]

    def start(self, name: str, words: list[str], core: int, **files) -> subprocess.Popen:
        return subprocess.Popen(
            ["ip", "netns", "exec", name, *words],
            stdin=subprocess.DEVNULL,
            env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
            start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
            **files,
        )


@dataclass(frozen=True)
class Run:
    sent: int = 0
    seconds: float = 0
    arrived: int = 0
    captured: int = 0
    dropped: int = 0
    cpu: float = 0
    resident: int = 0
    failure: str = ""  # why there are no numbers

    @property
    def missing(self) -> int:
        return self.arrived - self.captured


class Failure(Exception):
    pass


@contextmanager
def ended(process: subprocess.Popen) -> Iterator[subprocess.Popen]:
    """Whatever happens, the process is gone afterwards."""
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            process.wait()


def until(what: str, limit: float, done) -> None:
    deadline = time.monotonic() + limit
    while not done():
        if time.monotonic() > deadline:
            raise Failure(f"{what}: not within {limit:g} s")
        time.sleep(0.01)


def send(network: Network, load: str, given: argparse.Namespace, core: int) -> tuple[int, float]:
    words = [str(PROGRAMS / "blast"), "-s", str(given.seconds)]
    if given.rate:
        words += ["-r", str(given.rate)]
    words += [network.interface, load]
    with ended(network.start(network.sender, words, core, stdout=subprocess.PIPE)) as process:
        output, _ = process.communicate(timeout=given.seconds + START_LIMIT)
    sent = SENT.match(output.decode())
    if not sent:
        raise Failure("the sender failed")
    return int(sent[1]), float(sent[2])


def greatest_resident(process: subprocess.Popen) -> int:
    """Bytes; what wait4 tells would begin with the size of this interpreter."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
    return int(found[1]) << 10 if found else 0


def stop(process: subprocess.Popen) -> float:
    """Lets it drain and end; returns the CPU seconds that it took, its threads' and children's."""
    process.send_signal(signal.SIGINT)
    result = (0, 0, None)

    def has_ended() -> bool:
        nonlocal result
        result = os.wait4(process.pid, os.WNOHANG)
        return result[0] != 0

    until("ending", END_LIMIT, has_ended)
    process.returncode = os.waitstatus_to_exitcode(result[1])
    return result[2].ru_utime + result[2].ru_stime


def number(pattern: re.Pattern, text: str) -> int:
    found = pattern.search(text)
    if not found:
        lines = text.strip().splitlines() or ["no summary"]
        raise Failure(lines[-1])
    return int(found[1].replace(",", ""))


def run_once(
    network: Network, receiver: Receiver, load: str, given: argparse.Namespace
) -> Run:
    sender, core = given.cores
    with tempfile.TemporaryFile("w+") as said, ended(network.start(
        network.receiver, receiver.arguments(network.interface), core,
        stdout=subprocess.DEVNULL, stderr=said,
    )) as process:
        def text() -> str:
            # The child writes where this descriptor stands, so it must not move.
            return os.pread(said.fileno(), 1 << 20, 0).decode(errors="replace")

        def listens() -> bool:
            if process.poll() is not None:
                raise Failure((text().strip() or f"status {process.returncode}").splitlines()[-1])
            return "listening on" in text()

        try:
            until("listening", START_LIMIT, listens)
            before = network.arrived()
            sent, seconds = send(network, load, given, sender)
            time.sleep(LAST_BLOCK)
            arrived = network.arrived() - before
            resident = greatest_resident(process)
            cpu = stop(process)
            return Run(sent, seconds, arrived, number(CAPTURED, text()), number(DROPPED, text()),
                       cpu, resident)
        except (Failure, OSError, subprocess.TimeoutExpired) as failure:
            return Run(failure=str(failure))


def row(load: str, receiver: Receiver, runs: list[Run]) -> tuple[str, ...]:
    """All rounds together; the worst share is that of one round."""
    first = (load, receiver.name, receiver.buffer)
    if not runs or runs[-1].failure:
        return *first, *"––––––––––"
    sent, seconds, arrived, captured, missing, dropped, cpu = (
        sum(getattr(run, name) for run in runs)
        for name in ("sent", "seconds", "arrived", "captured", "missing", "dropped", "cpu"))
    worst = max(run.missing / max(run.arrived, 1) for run in runs)
    return (
        *first, f"{sent / seconds:,.0f}", f"{arrived:,}", f"{captured:,}", f"{missing:,}",
        f"{dropped:,}", f"{missing / max(arrived, 1):.3%}", f"{worst:.3%}", f"{cpu:.2f}",
        f"{cpu / max(captured, 1) * 1e9:,.0f}", f"{max(run.resident for run in runs) / MIB:.0f}",
    )


Series = dict[tuple[str, Receiver], list[Run]]


def measure(network: Network, given: argparse.Namespace) -> Series:
    """Each round runs each program once under each load, so that noise hits all of them."""
    series: Series = {
        (load, receiver): [] for load in given.loads.split(",") for receiver in receivers(given)
    }
    try:
        for number_of_round in range(1, given.rounds + 1):
            for (load, receiver), runs in series.items():
                if runs and runs[-1].failure:
                    continue
                progress(f"{load}, round {number_of_round} of {given.rounds}: "
                         f"{receiver.name} -B {receiver.buffer}")
                runs.append(run_once(network, receiver, load, given))
    except KeyboardInterrupt:
        print("\ninterrupted: the runs so far", file=sys.stderr)
    progress("")
    return series


def print_markdown(series: Series) -> None:
    """The table, and below it why a program has no numbers."""
    first, *rest = aligned([
        HEADING, *(row(load, receiver, runs) for (load, receiver), runs in series.items())])
    rule = ["-" * len(cell) if index < 2 else "-" * (len(cell) - 1) + ":"
            for index, cell in enumerate(first)]
    print(f"Made on {machine()}.\n")
    for cells in (first, rule, *rest):
        print(f"| {' | '.join(cells)} |")
    failures = {
        f"- {receiver.name}, -B {receiver.buffer}: {runs[-1].failure}"
        for (_, receiver), runs in series.items() if runs and runs[-1].failure
    }
    if failures:
        print("\n" + "\n".join(sorted(failures)))


def main() -> None:
    given = options()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        sys.exit("load.py needs Linux and root, to make network namespaces: try sudo")
    if not (PROGRAMS / "blast").exists():
        sys.exit(f"{PROGRAMS / 'blast'} is missing: run make -C Benchmarks")
    if not receivers(given):
        sys.exit("none of these programs can run here; see --help")
    # Ended from outside, it must remove what it made.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    network = Network()
    try:
        network.make()
        print_markdown(measure(network, given))
    except subprocess.CalledProcessError as failure:
        sys.exit(f"{' '.join(failure.cmd)}: {failure.stderr.strip()}")
    finally:
        network.remove()


if __name__ == "__main__":
    main()
