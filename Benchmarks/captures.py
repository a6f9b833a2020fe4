"""The captures: made where they are missing, and kept between runs."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

KINDS = ("headers", "short", "udp", "bulk", "synflood")
MERGED = ("short", "udp", "bulk")  # into headers


@dataclass(frozen=True)
class Capture:
    name: str
    file: Path
    packets: int


class Maker:
    def __init__(self, programs: Path, folder: Path, scale: float, seed: int):
        self.programs = programs
        self.folder = folder
        self.scale = scale
        self.seed = seed

    def capture(self, name: str) -> Capture:
        """The capture of a kind, or any other classic pcap file by its path."""
        file = self._made(name) if name in KINDS else Path(name).resolve()
        if not file.exists():
            sys.exit(f"{name} is neither a file nor one of {', '.join(KINDS)}")
        count = subprocess.run(
            [self.programs / "read-records", file], stdout=subprocess.PIPE, check=True
        )
        packets = int(count.stdout)
        if packets == 0:
            sys.exit(f"{file} holds no packets")
        return Capture(name if name in KINDS else file.name, file, packets)

    def _made(self, kind: str) -> Path:
        file = self.folder / f"{kind}-{self.scale:g}-{self.seed}.pcap"
        generator = self.programs / "generate"
        if kind == "headers":
            arguments = [self._made(part) for part in MERGED]
        else:
            arguments = [f"{self.scale:g}", str(self.seed)]
        if file.exists() and file.stat().st_mtime > generator.stat().st_mtime:
            return file
        print(f"making {file}", file=sys.stderr)
        unfinished = file.with_suffix(".unfinished")
        subprocess.run([generator, kind, unfinished, *arguments], check=True)
        unfinished.rename(file)
        return file
