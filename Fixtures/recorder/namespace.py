"""Network namespaces without names.

A namespace lives as long as something refers to it; one that was never mounted under a name goes
away with the recorder, even when the recorder is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
from collections.abc import Iterator

CLONE_NEWNET = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, call: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")


def _current() -> int:
    """Opens the namespace of the calling thread."""
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


@contextlib.contextmanager
def _returning_home() -> Iterator[None]:
    """Brings the calling thread back to its own namespace, whatever happens inside."""
    home = _current()
    try:
        yield
    finally:
        _check(_libc.setns(home, CLONE_NEWNET), "setns")
        os.close(home)


class Namespace:
    """One network stack. Sockets and programs made inside `entered()` stay in it."""

    def __init__(self) -> None:
        with _returning_home():
            # A child takes its TCP hash table's size from the namespace it is made in. The small
            # table makes a walk through /proc/net/tcp cheap enough for one every millisecond.
            _check(_libc.unshare(CLONE_NEWNET), "unshare")
            _write_sysctl("net.ipv4.tcp_child_ehash_entries", 64)
            _check(_libc.unshare(CLONE_NEWNET), "unshare")
            self._handle = _current()

    def close(self) -> None:
        os.close(self._handle)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Moves the calling thread into the namespace; other threads stay where they are."""
        with _returning_home():
            _check(_libc.setns(self._handle, CLONE_NEWNET), "setns")
            yield

    def run(self, *command: str) -> str:
        """Runs a program to its end and returns what it printed."""
        with self.entered():
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout

    def sysctl(self, name: str, value: object) -> None:
        with self.entered():
            _write_sysctl(name, value)

    def counters(self) -> dict[str, int]:
        """The stack's own counters that are not zero, by the names that `nstat` prints."""
        with self.entered():
            lines: list[str] = []
            for table in ("snmp", "netstat"):
                with open(f"/proc/thread-self/net/{table}", encoding="ascii") as file:
                    lines += file.read().splitlines()
        found: dict[str, int] = {}
        for names, values in zip(lines[::2], lines[1::2]):
            group = names.split(":")[0]
            if group not in ("Tcp", "TcpExt", "Udp", "Icmp"):
                continue
            for name, value in zip(names.split()[1:], values.split()[1:]):
                if int(value) != 0 and name not in _SETTINGS:
                    found[group + name] = int(value)
        return dict(sorted(found.items()))


_SETTINGS = ("RtoAlgorithm", "RtoMin", "RtoMax", "MaxConn")


def _write_sysctl(name: str, value: object) -> None:
    # An interface name may hold dots, so callers that need one pass the path with slashes.
    path = name if "/" in name else name.replace(".", "/")
    with open(f"/proc/sys/{path}", "w", encoding="ascii") as file:
        file.write(f"{value}\n")
