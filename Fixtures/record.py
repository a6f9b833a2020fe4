#!/usr/bin/env python3
"""Records the fixtures anew: record.py [--list] [SCENARIO...]. Needs root, tcpdump and iproute2."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from recorder import scenarios, truth, verify
from recorder.lab import Lab
from recorder.scenario import SCENARIOS, Rejected, Scenario

TABLE_START = "<!-- scenarios: this table is written by record.py -->"
TABLE_END = "<!-- end of scenarios -->"
HOME = Path(__file__).resolve().parent
scenarios.load()


def main() -> int:
    parser = argparse.ArgumentParser(description="Records captures of real kernels.")
    parser.add_argument("scenario", nargs="*", help="what to record (default: everything)")
    parser.add_argument("--list", action="store_true", help="name the scenarios and stop")
    parser.add_argument("--tries", type=int, default=3, help="attempts at each (default: 3)")
    parser.add_argument("--into", type=Path, default=HOME, help="where the directories stand")
    options = parser.parse_args()
    if options.list:
        for scenario in SCENARIOS.values():
            print(f"{scenario.name:36} {scenario.shows}")
        return 0
    unknown = [name for name in options.scenario if name not in SCENARIOS]
    if unknown:
        parser.error(f"no such scenario: {', '.join(unknown)}")
    if os.geteuid() != 0:
        parser.error("network namespaces and captures need root")
    # The tracepoint is the whole machine's and all recordings use the same addresses.
    with open(__file__, "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return record_all(options.scenario or list(SCENARIOS), options.into, options.tries)


def record_all(chosen: list[str], home: Path, tries: int) -> int:
    failed = [name for name in chosen if not attempt(SCENARIOS[name], home, tries)]
    update_table(HOME / "README.md")
    if failed:
        print(f"not recorded: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def attempt(scenario: Scenario, home: Path, tries: int) -> bool:
    """Records until the recording is what it should be; the old files stay where it never is."""
    for number in range(1, tries + 1):
        try:
            record(scenario, home)
        except (Rejected, OSError, RuntimeError, EOFError) as error:
            print(f"{scenario.name}: attempt {number}: {error}", file=sys.stderr)
        else:
            print(scenario.name, flush=True)
            return True
    return False


def record(scenario: Scenario, home: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="synfin-fixtures-") as place:
        directory = Path(place)
        lab = Lab(scenario, directory)
        try:
            lives = scenario.play(lab)
            lab.finish()
            found = truth.accounts(lab, lives)
            verify.verify(lab, found)
            story = json.dumps(truth.truth(lab, found), indent=2, ensure_ascii=False)
        finally:
            lab.close()
        (directory / "truth.json").write_text(flatten(story) + "\n", encoding="utf-8")
        replace(directory, home / scenario.name)


def replace(fresh: Path, old: Path) -> None:
    """Puts the new files in place of the old."""
    if old.exists():
        shutil.rmtree(old)
    old.mkdir(parents=True)
    for file in sorted(fresh.iterdir()):
        shutil.copyfile(file, old / file.name)


def update_table(readme: Path) -> None:
    """Writes the scenarios' names and lines into the README, so that the two cannot disagree."""
    before, rest = readme.read_text(encoding="utf-8").split(TABLE_START)
    after = rest[rest.index(TABLE_END) :]
    rows = ["| scenario | what it shows |", "|---|---|"]
    for scenario in SCENARIOS.values():
        precision = " Nanosecond time stamps." if scenario.nanoseconds else ""
        rows.append(f"| `{scenario.name}` | {scenario.shows}{precision} |")
    table = "\n".join(rows)
    readme.write_text(f"{before}{TABLE_START}\n{table}\n{after}", encoding="utf-8")


def flatten(story: str) -> str:
    """Puts the lists of bare words and the trace's pairs on one line each: they are read as one."""
    lines: list[str] = []
    pending: list[str] = []
    for line in story.split("\n"):
        text = line.strip()
        if text.endswith("[") and not pending:
            pending = [line]
        elif pending and text.rstrip(",") == "]":
            inside = " ".join(part.strip() for part in pending[1:])
            lines.append(f"{pending[0]}{inside}{text}")
            pending = []
        elif pending and (text.endswith("[") or text.endswith("{")):
            lines += pending
            pending = [line]
            if text.endswith("{"):
                lines.append(line)
                pending = []
        elif pending:
            pending.append(line)
        else:
            lines.append(line)
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
