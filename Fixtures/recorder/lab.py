"""Two hosts, the wire between them, and everything that watches them."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

from .capture import Capture
from .forwarder import Wire
from .frames import Frame, Predicate, read_capture
from .namespace import Namespace
from .scenario import CLIENT_PORT, SERVER_PORT, Rejected, Scenario
from .sockets import Endpoint
from .tap import open_tap
from .trace import Change, TableWatch, open_trace

# RFC 5737, RFC 3849 and RFC 7042: addresses for documentation, which no network uses.
ADDRESSES = {"client": ("192.0.2.1", "2001:db8::1"), "server": ("192.0.2.2", "2001:db8::2")}
LOOPBACK = ("127.0.0.1", "::1")
HARDWARE = {"client": "00:00:5e:00:53:01", "server": "00:00:5e:00:53:02"}
MIRROR_HARDWARE = {"client": "00:00:5e:00:53:f1", "server": "00:00:5e:00:53:f2"}
DEVICES = {"client": "tap-client", "server": "tap-server"}

SYSCTLS: dict[str, object] = {
    # Fresh namespaces inherit the machine's taste; fixtures should not depend on it.
    "net.ipv4.tcp_ecn": 2,
    "net.ipv4.tcp_fastopen": 0,
}


Check = Callable[[dict[str, list[Frame]]], None]


class Host:
    """One end: a network stack, its address, and the sockets made in it."""

    def __init__(self, namespace: Namespace, side: str, address: str, family: int) -> None:
        self.namespace = namespace
        self.side = side
        self.address = address
        self.family = family
        self.sockets: list[Endpoint] = []

    def socket(self, kind: int = socket.SOCK_STREAM, port: int | None = None) -> Endpoint:
        """A socket bound to the host's address."""
        with self.namespace.entered():
            made = Endpoint(self.family, kind)
        made.family_of = self.sockets
        made.settimeout(20)
        if kind == socket.SOCK_STREAM:
            # Not by sysctl: a namespace may choose its default only among the unrestricted ones.
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
        self.sockets.append(made)
        if port is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((self.address, port))
        return made

    def listen(self, port: int = SERVER_PORT, backlog: int = 8) -> Endpoint:
        made = self.socket(port=port)
        made.listen(backlog)
        return made

    def dial(self, peer: "Host", port: int = SERVER_PORT, own_port: int = CLIENT_PORT) -> Endpoint:
        made = self.socket(port=own_port)
        self.connect(made, peer, port)
        return made

    def connect(self, made: Endpoint, peer: "Host", port: int = SERVER_PORT) -> None:
        """Connects; what the socket is to remember is noted even when that fails."""
        made.local, made.remote = made.getsockname()[:2], (peer.address, port)
        made.connect((peer.address, port))

    def begin(self, peer: "Host", port: int = SERVER_PORT, own_port: int = CLIENT_PORT) -> Endpoint:
        """Sends the SYN and does not wait for the answer."""
        made = self.socket(port=own_port)
        made.setblocking(False)
        made.local, made.remote = made.getsockname()[:2], (peer.address, port)
        made.connect_ex((peer.address, port))
        made.settimeout(20)
        return made


class Lab:
    """The place a scenario is played in. Everything in it is gone after `close()`."""

    def __init__(self, scenario: Scenario, directory: Path) -> None:
        self.scenario = scenario
        self.directory = directory
        self.notes: list[str] = []
        self.checks: list[Check] = []
        self.changes: list[Change] = []
        self.counters: dict[str, dict[str, int]] = {}
        self._captures: dict[str, Capture] = {}
        self._namespaces: list[Namespace] = []
        self._cables: list[int] = []
        self._trace = None
        self._watch: TableWatch | None = None
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    # Making

    def _build(self) -> None:
        scenario = self.scenario
        family = socket.AF_INET6 if scenario.ipv6 else socket.AF_INET
        for side in ("client", "server"):
            if scenario.loopback and side == "server":
                self._namespaces.append(self._namespaces[0])
                continue
            self._namespaces.append(self._namespace())
        addresses = {
            side: (LOOPBACK if scenario.loopback else ADDRESSES[side])[scenario.ipv6]
            for side in ADDRESSES
        }
        self.client, self.server = (
            Host(namespace, side, addresses[side], family)
            for namespace, side in zip(self._namespaces, ADDRESSES)
        )
        if not scenario.loopback:
            self._lay_wire()
        self._trace = open_trace()
        self._watch = TableWatch([host.namespace for host in (self.client, self.server)])
        self._watch.start()
        if not scenario.late_start:
            self.start_captures()

    def _namespace(self) -> Namespace:
        namespace = Namespace()
        namespace.sysctl("net.ipv6.conf.all.disable_ipv6", int(not self.scenario.ipv6))
        namespace.sysctl("net.ipv6.conf.default.disable_ipv6", int(not self.scenario.ipv6))
        namespace.sysctl("net.ipv6.conf.default.accept_ra", 0)
        namespace.sysctl("net.ipv6.conf.default.router_solicitations", 0)
        namespace.sysctl("net.ipv6.conf.default.accept_dad", 0)
        namespace.sysctl("net.ipv6.conf.default.mldv2_unsolicited_report_interval", 50)
        for name, value in (SYSCTLS | self.scenario.sysctls).items():
            namespace.sysctl(name, value)
        namespace.run("ip", "link", "set", "lo", "up")
        return namespace

    def _lay_wire(self) -> None:
        cables: dict[str, int] = {}
        mirrors: dict[str, int] = {}
        for host, peer in ((self.client, "server"), (self.server, "client")):
            cables[host.side] = self._tap(host, DEVICES[host.side], HARDWARE[host.side])
            self._configure(host, peer)
            if self.scenario.tags:
                mirrors[host.side] = self._tap(host, "mirror", MIRROR_HARDWARE[host.side])
                host.namespace.run("ip", "link", "set", "mirror", "up")
        if self.scenario.ipv6:
            time.sleep(0.2)  # lets the multicast reports go by before anything is recorded
        self.wire = Wire(cables, self.scenario.delay, self.scenario.tags, mirrors)
        self.wire.start()
        self.wire.settle(0.1)
        self.wire.passed = {"client": 0, "server": 0}

    def _tap(self, host: Host, name: str, hardware: str) -> int:
        cable = open_tap(host.namespace, name, hardware)
        self._cables.append(cable)
        return cable

    def _configure(self, host: Host, peer: str) -> None:
        device, v6 = DEVICES[host.side], self.scenario.ipv6
        ip = host.namespace.run
        ip("ip", "link", "set", device, "addrgenmode", "none")
        ip("ip", "link", "set", device, "up")
        suffix = ["/64", "nodad"] if v6 else ["/24"]
        ip("ip", "address", "add", host.address + suffix[0], "dev", device, *suffix[1:])
        if not self.scenario.resolve:
            neighbour = ADDRESSES[peer][v6]
            ip("ip", "neigh", "add", neighbour, "lladdr", HARDWARE[peer], "dev", device)

    # Playing

    def start_captures(self) -> None:
        scenario = self.scenario
        sides = ["loopback"] if scenario.loopback else ["client", "server"]
        for side, host in zip(sides, (self.client, self.server)):
            device = "lo" if scenario.loopback else DEVICES[host.side]
            device = "mirror" if scenario.tags else device
            device = "any" if scenario.any_device else device
            path = self.directory / f"{side}.pcap"
            self._captures[side] = Capture(
                host.namespace, device, path, scenario.snap, scenario.nanoseconds, scenario.filter
            )
        if not scenario.loopback:
            self.wire.passed = {"client": 0, "server": 0}

    def connect(
        self, port: int = SERVER_PORT, own_port: int = CLIENT_PORT, backlog: int = 8
    ) -> tuple[Endpoint, Endpoint]:
        """A new connection: the client's socket and the server's."""
        listener = self.server.listen(port, backlog)
        client = self.client.dial(self.server, port, own_port)
        server, _ = listener.accept()
        listener.close()
        return client, server

    def require_frames(self, side: str, count: int, match: Predicate, what: str) -> None:
        """Makes it a condition of the recording that a capture holds so many matching frames."""

        def check(captured: dict[str, list[Frame]]) -> None:
            found = sum(bool(match(frame)) for frame in captured[side])
            if found != count:
                raise Rejected(f"{side}: {found} frames are {what}, not {count}")

        self.checks.append(check)

    def require_counter(self, side: str, name: str, least: int = 1) -> None:
        """Makes it a condition that the kernel counted something at least so often."""

        def check(_: dict[str, list[Frame]]) -> None:
            if self.counters[side].get(name, 0) < least:
                raise Rejected(f"{side}: {name} is {self.counters[side].get(name, 0)}")

        self.checks.append(check)

    def pause(self, seconds: float = 0.1) -> None:
        """Lets everything under way arrive, and delayed acknowledgements go."""
        time.sleep(seconds)

    def finish(self) -> None:
        """Stops the watchers first, so that tidying up leaves no trace in what they recorded."""
        if self.scenario.loopback:
            time.sleep(0.3)
        else:
            self.wire.settle(0.3)
        for capture in self._captures.values():
            capture.stop()
        assert self._watch is not None
        self._watch.stop()
        self.changes = self._trace.changes() if self._trace else []
        self.counters = {
            host.side: host.namespace.counters() for host in (self.client, self.server)
        }
        for sock in self.client.sockets + self.server.sockets:
            if sock.fileno() >= 0 and not sock.getsockopt(
                socket.SOL_SOCKET, socket.SO_ACCEPTCONN
            ):
                sock.read_info()

    @property
    def traced(self) -> bool:
        return self._trace is not None

    @property
    def table_changes(self) -> dict[str, list[Change]]:
        assert self._watch is not None
        return dict(zip(("client", "server"), self._watch.changes))

    def captured(self) -> dict[str, list[Frame]]:
        return {side: read_capture(capture.path) for side, capture in self._captures.items()}

    # Leaving

    def close(self) -> None:
        for capture in self._captures.values():
            capture.kill()
        if self._watch is not None and self._watch.is_alive():
            self._watch.stop()
        if self._trace is not None:
            self._trace.close()
        for host in (getattr(self, "client", None), getattr(self, "server", None)):
            for sock in host.sockets if host else []:
                sock.vanish()
        if hasattr(self, "wire"):
            self.wire.stop()
        for cable in self._cables:
            os.close(cable)
        for namespace in {id(namespace): namespace for namespace in self._namespaces}.values():
            namespace.close()
