"""The kernel's own account of state changes: the tracepoint, and what the tracepoint leaves out.

`sock:inet_sock_set_state` tells every change of a full socket, at the moment it happens. It is
silent about the two kinds of small sockets that stand in for full ones: request sockets (SYN_RECV
before the handshake's last ACK) and time-wait sockets. Those are seen by reading /proc/net/tcp
often.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from .namespace import Namespace
from .sockets import STATES

TRACING = Path("/sys/kernel/tracing")
EVENT = "events/sock/inet_sock_set_state"
Address = tuple[str, int]

_LINE = re.compile(
    r"(?P<time>\d+\.\d+): inet_sock_set_state: family=AF_(?P<family>INET6?) protocol=IPPROTO_TCP "
    r"sport=(?P<sport>\d+) dport=(?P<dport>\d+) saddr=(?P<saddr>\S+) daddr=(?P<daddr>\S+) "
    r"saddrv6=(?P<saddrv6>\S+) daddrv6=(?P<daddrv6>\S+) "
    r"oldstate=TCP_(?P<old>\w+) newstate=TCP_(?P<new>\w+)"
)


@dataclass(frozen=True)
class Change:
    """One state change of one socket. `time` is CLOCK_MONOTONIC in seconds."""

    time: float
    local: Address
    remote: Address
    old: str
    new: str


class StateTrace:
    """A trace instance of its own, so that nobody else's tracing is touched."""

    def __init__(self) -> None:
        self._root = TRACING / "instances" / f"synfin-{os.getpid()}"
        self._root.mkdir()
        try:
            (self._root / "trace_clock").write_text("mono")
            (self._root / "buffer_size_kb").write_text("256")
            (self._root / EVENT / "enable").write_text("1")
        except BaseException:
            self.close()
            raise

    def changes(self) -> list[Change]:
        """Everything so far, in order of time."""
        text = (self._root / "trace").read_text()
        found = [_change(match) for match in _LINE.finditer(text)]
        return sorted(found, key=lambda change: change.time)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            (self._root / EVENT / "enable").write_text("0")
        self._root.rmdir()


def _change(match: re.Match[str]) -> Change:
    v6 = "v6" if match["family"] == "INET6" else ""
    return Change(
        float(match["time"]),
        (match["saddr" + v6], int(match["sport"])),
        (match["daddr" + v6], int(match["dport"])),
        match["old"],
        match["new"],
    )


def open_trace() -> StateTrace | None:
    """The tracepoint where tracefs allows it. Mounts tracefs where nobody has."""
    if not (TRACING / "instances").is_dir():
        with contextlib.suppress(OSError):
            os.system(f"mount -t tracefs none {TRACING}")
    try:
        return StateTrace()
    except OSError:
        return None


class TableWatch(threading.Thread):
    """Reads the TCP socket tables of some namespaces every millisecond and keeps what changed."""

    def __init__(self, namespaces: list[Namespace]) -> None:
        super().__init__(name="table watch", daemon=True)
        self.changes: list[list[Change]] = [[] for _ in namespaces]
        self._files = [_open_tables(namespace) for namespace in namespaces]
        self._stopping = threading.Event()

    def run(self) -> None:
        known: list[dict[tuple[Address, Address], str]] = [{} for _ in self._files]
        while not self._stopping.wait(0.001):
            for index, tables in enumerate(self._files):
                now = _read_tables(tables)
                moment = time.monotonic()
                for key in now.keys() | known[index].keys():
                    old, new = known[index].get(key, "GONE"), now.get(key, "GONE")
                    if old != new:
                        self.changes[index].append(Change(moment, *key, old, new))
                known[index] = now

    def stop(self) -> None:
        self._stopping.set()
        self.join()
        for tables in self._files:
            for file in tables:
                file.close()


def _open_tables(namespace: Namespace) -> list:
    with namespace.entered():
        names = [f"/proc/thread-self/net/{name}" for name in ("tcp", "tcp6")]
        return [open(name, encoding="ascii") for name in names if os.path.exists(name)]


def _read_tables(tables: list) -> dict[tuple[Address, Address], str]:
    found: dict[tuple[Address, Address], str] = {}
    for file in tables:
        file.seek(0)
        for line in file.read().splitlines()[1:]:
            columns = line.split()
            state = STATES[int(columns[3], 16)]
            if state != "LISTEN":
                found[_address(columns[1]), _address(columns[2])] = state
    return found


def _address(text: str) -> Address:
    """An address as /proc prints it: words of 32 bits in the machine's byte order."""
    digits, port = text.split(":")
    words = [int(digits[at : at + 8], 16) for at in range(0, len(digits), 8)]
    raw = b"".join(word.to_bytes(4, "little") for word in words)
    family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
    return socket.inet_ntop(family, raw), int(port, 16)
