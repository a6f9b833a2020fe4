"""tcpdump, started so that it misses nothing and stopped so that it forgets nothing."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from pathlib import Path

from .namespace import Namespace


class Capture:
    """One running tcpdump."""

    def __init__(
        self,
        namespace: Namespace,
        device: str,
        path: Path,
        snap: int,
        nanoseconds: bool,
        filter: str,
    ) -> None:
        command = ["tcpdump", "-i", device, "-n", "-s", str(snap), "-w", str(path)]
        command += ["-U", "--immediate-mode", "-Z", "root", "-B", "16384"]
        if nanoseconds:
            command.append("--time-stamp-precision=nano")
        command += ["--", filter] if filter else []
        self.path = path
        with namespace.entered():
            self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self._said = ""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._said += line
            if "listening on" in line:
                return
        raise RuntimeError(f"tcpdump did not start: {self._said.strip()}")

    def stop(self) -> None:
        """Ends the capture once everything is in the file; a dropped packet is an error."""
        size = -1
        while size != self.path.stat().st_size:
            size = self.path.stat().st_size
            time.sleep(0.05)
        self._process.send_signal(signal.SIGINT)
        _, rest = self._process.communicate(timeout=10)
        self._said += rest
        dropped = re.search(r"(\d+) packets? dropped by kernel", self._said)
        if dropped is None or dropped[1] != "0":
            raise RuntimeError(f"the capture is not complete: {self._said.strip()}")

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
