#!/usr/bin/env python3
"""Measures synfin, the floors and its peers in turn, and prints one table.

Call it by `make bench`, which builds what it needs first.
"""

import argparse
import os
import platform
import shlex
import signal
import sys
from fnmatch import fnmatch
from pathlib import Path

from captures import KINDS, Capture, Maker
from commands import REFERENCES, Command, known_commands
from measure import Limits, Series, run_once

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / ".build" / "benchmarks"
MIB = 1 << 20
HEADING = ("capture", "command", "CPU s", "ns/packet", "wall s", "MiB", *(
    f"× {name}" for name in REFERENCES))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description="Options go into BENCH: make bench BENCH='--scale 0.05'."
    )
    add = parser.add_argument
    add("--captures", default=",".join(KINDS), metavar="LIST",
        help=f"kinds or paths of pcap files ({','.join(KINDS)})")
    add("--commands", default="*", metavar="LIST",
        help="patterns of command names, such as 'synfin*,tcpdump'; "
             f"{' and '.join(REFERENCES)} always run")
    add("--also", action="append", default=[], metavar="NAME=COMMAND",
        help="one more command, with {file} where the capture goes")
    add("--rounds", type=int, default=5, metavar="N", help="runs of each command (5)")
    add("--scale", type=float, default=1.0, metavar="X", help="size of the captures (1.0)")
    add("--seed", type=int, default=1, metavar="N", help="seed of the captures (1)")
    add("--folder", type=Path, metavar="FOLDER",
        default=Path(os.environ.get("TMPDIR") or "/tmp") / "synfin-bench",
        help="where the captures are kept ($TMPDIR/synfin-bench)")
    add("--synfin", type=Path, default=ROOT / ".build" / "release" / "synfin", metavar="FILE",
        help="the binary to measure (.build/release/synfin)")
    add("--once-over", type=float, default=20, metavar="SECONDS",
        help="do not repeat what takes longer (20)")
    add("--time-limit", type=float, default=150, metavar="SECONDS",
        help="end a run that takes longer (150)")
    add("--memory-limit", type=float, default=12, metavar="GIB",
        help="address space that a command may take (12)")
    add("--markdown", type=Path, metavar="FILE", help="write the table there too, as Markdown")
    add("--list", action="store_true", help="only list the commands that can run here")
    return parser.parse_args()


def chosen(commands: list[Command], patterns: str) -> list[Command]:
    """The commands that match one of the patterns, and those that the ratios need."""
    for pattern in patterns.split(","):
        if not any(fnmatch(command.name, pattern) for command in commands):
            sys.exit(f"no command is called {pattern}; --list tells which can run here")
    return [
        command for command in commands
        if command.name in REFERENCES
        or any(fnmatch(command.name, pattern) for pattern in patterns.split(","))
    ]


def measure(capture: Capture, commands: list[Command], given: argparse.Namespace) -> list[Series]:
    """All rounds on one capture: each round runs each command once, so that all of them see
    the same quiet and the same noise."""
    limits = Limits(given.time_limit, int(given.memory_limit * (1 << 30)))
    series = [Series(command) for command in commands]
    for number in range(1, given.rounds + 1):
        for one in series:
            if not one.wants_more(given.once_over):
                continue
            progress(f"{capture.name}, round {number} of {given.rounds}: {one.command.name}")
            one.runs.append(
                run_once(one.command, capture.file, PROGRAMS, given.folder / f"out-{os.getpid()}",
                         limits)
            )
    progress("")
    return series


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)


def rows(capture: Capture, series: list[Series]) -> list[tuple[str, ...]]:
    references = [
        one.cpu for name in REFERENCES for one in series
        if one.command.name == name and not one.failure
    ]
    result = []
    for one in series:
        if one.failure:
            result.append((capture.name, one.command.name, one.failure, *"–––––"))
            continue
        ratios = (f"{one.cpu / cpu:.2f}" if cpu else "–" for cpu in references)
        result.append((
            capture.name, one.command.name, f"{one.cpu:.3f}",
            f"{one.cpu / capture.packets * 1e9:.0f}", f"{one.wall:.3f}",
            f"{one.resident / MIB:.0f}", *ratios,
        ))
    return result


def aligned(table: list[tuple[str, ...]]) -> list[list[str]]:
    """The cells padded to their columns: names to the left, numbers to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*table)]
    return [
        [cell.ljust(width) if index < 2 else cell.rjust(width)
         for index, (cell, width) in enumerate(zip(row, widths))]
        for row in table
    ]


def machine() -> str:
    """The processor, as the system names it."""
    name = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def write_markdown(file: Path, captures: list[Capture], table: list[tuple[str, ...]]) -> None:
    first, *rest = aligned(table)
    rule = ["-" * len(cell) if index < 2 else "-" * (len(cell) - 1) + ":"
            for index, cell in enumerate(first)]
    packets = ", ".join(f"*{capture.name}* {capture.packets:,}" for capture in captures)
    arguments = shlex.join(sys.argv[1:])
    call = f"make bench BENCH={shlex.quote(arguments)}" if arguments else "make bench"
    lines = [f"Made by `{call}` on {machine()}.", "", f"Packets: {packets}.", ""]
    lines += [f"| {' | '.join(cells)} |" for cells in (first, rule, *rest)]
    file.write_text("\n".join(lines) + "\n")


def main() -> None:
    given = options()
    # Ended from outside, it must end what it measures too: that would disturb the next run.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    given.folder = given.folder.resolve()
    given.folder.mkdir(parents=True, exist_ok=True)
    commands = known_commands(given.synfin.resolve(), PROGRAMS, given.also)
    if given.list:
        print("\n".join(command.name for command in commands))
        return
    commands = chosen(commands, given.commands)
    maker = Maker(PROGRAMS, given.folder, given.scale, given.seed)
    captures = [maker.capture(name) for name in given.captures.split(",")]
    table = [HEADING]
    try:
        for capture in captures:
            table += rows(capture, measure(capture, commands, given))
    except KeyboardInterrupt:
        print("\ninterrupted: the captures measured so far", file=sys.stderr)
    for cells in aligned(table):
        print("  ".join(cells).rstrip())
    if given.markdown:
        write_markdown(given.markdown, captures, table)


if __name__ == "__main__":
    main()
