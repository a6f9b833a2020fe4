#!/usr/bin/env python3
"""Makes known traffic between two network namespaces and prints what it did.

One thread holds both ends: a socket belongs to the namespace in which it was made. So every step
has happened before the next one begins, and what is printed is what the packets must show.
"""

import argparse
import ctypes
import errno
import json
import os
import socket
import struct
import time

CLONE_NEWNET = 0x40000000
CLIENT = {socket.AF_INET: "10.77.0.1", socket.AF_INET6: "fd77::1"}
SERVER = {socket.AF_INET: "10.77.0.2", socket.AF_INET6: "fd77::2"}
# Frames for this address are sent, and nobody takes them.
SILENT = {socket.AF_INET: "10.77.0.9", socket.AF_INET6: "fd77::9"}
TCP_PORT, UDP_PORT = 80, 53  # well known, so that nobody takes the client for the server
PATIENCE = 10  # seconds for any step
REQUEST = b"GET / HTTP/1.1\r\nHost: server\r\n\r\n"
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"x" * 500

libc = ctypes.CDLL(None, use_errno=True)


class Ends:
    """Sockets at both ends; the client's get one port after the other."""

    def __init__(self, client: str, server: str, first_port: int):
        self.client = os.open(f"/run/netns/{client}", os.O_RDONLY)
        self.server = os.open(f"/run/netns/{server}", os.O_RDONLY)
        self.port = first_port

    def make(self, end: int, family: int, kind: int, protocol: int = 0) -> socket.socket:
        if libc.setns(end, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        made = socket.socket(family, kind, protocol)
        made.settimeout(PATIENCE)
        if kind != socket.SOCK_RAW:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return made

    def caller(self, family: int, kind: int) -> socket.socket:
        made = self.make(self.client, family, kind)
        made.bind((CLIENT[family], self.port))
        self.port += 1
        return made

    def service(self, family: int, kind: int) -> socket.socket:
        made = self.make(self.server, family, kind)
        made.bind((SERVER[family], TCP_PORT if kind == socket.SOCK_STREAM else UDP_PORT))
        if kind == socket.SOCK_STREAM:
            made.listen(8)
        return made

    def connected(self, family: int, buffer: int = 0) -> tuple[socket.socket, socket.socket]:
        """A client and its server; the client's receive buffer may be a small one."""
        with self.service(family, socket.SOCK_STREAM) as listener:
            client = self.caller(family, socket.SOCK_STREAM)
            if buffer:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
            client.connect((SERVER[family], TCP_PORT))
            server, _ = listener.accept()
            server.settimeout(PATIENCE)
            return client, server


def receive(end: socket.socket, count: int) -> None:
    """Reads that many bytes; of zero, the end of the stream."""
    if count == 0:
        if end.recv(1):
            raise RuntimeError("data instead of the end of the stream")
    while count > 0:
        part = end.recv(count)
        if not part:
            raise RuntimeError("the stream ended early")
        count -= len(part)


def pass_on(sender: socket.socket, receiver: socket.socket, content: bytes) -> None:
    sender.sendall(content)
    receive(receiver, len(content))


def fact(caller: socket.socket, outcome: str, sent: int = 0, received: int = 0, to=SERVER,
         closed_by: str | None = None, after_close: int = 0) -> dict:
    """What happened, in the words of the record that it must lead to."""
    address, port = caller.getsockname()[:2]
    is_tcp = caller.type == socket.SOCK_STREAM
    server = {
        "address": to[caller.family],
        "port": TCP_PORT if is_tcp else UDP_PORT,
        "payload_bytes": received,
    }
    if is_tcp:
        server["bytes_after_peer_closed"] = after_close
    result = {
        "protocol": "tcp" if is_tcp else "udp",
        "client": {"address": address, "port": port, "payload_bytes": sent},
        "server": server,
        "outcome": outcome,
    }
    if is_tcp:
        result["client"]["bytes_after_peer_closed"] = 0
    if closed_by:
        result["closed_by"] = closed_by
    return result


def exchange(ends: Ends, family: int, given: argparse.Namespace) -> dict:
    """A request, its answer, and the client closes."""
    client, server = ends.connected(family)
    with client, server:
        pass_on(client, server, REQUEST)
        pass_on(server, client, RESPONSE)
        result = fact(client, "closed", len(REQUEST), len(RESPONSE), closed_by="client")
        client.shutdown(socket.SHUT_WR)
        receive(server, 0)
        server.shutdown(socket.SHUT_WR)
        receive(client, 0)
        return result


def transfer(ends: Ends, family: int, given: argparse.Namespace) -> dict:
    """The server sends many bytes and closes."""
    client, server = ends.connected(family)
    with client, server:
        for start in range(0, given.bytes, 1 << 14):
            pass_on(server, client, bytes(min(1 << 14, given.bytes - start)))
        result = fact(client, "closed", 0, given.bytes, closed_by="server")
        server.shutdown(socket.SHUT_WR)
        receive(client, 0)
        client.shutdown(socket.SHUT_WR)
        receive(server, 0)
        return result


def refused(ends: Ends, family: int, given: argparse.Namespace) -> dict:
    """Nobody listens: the SYN is answered by an RST."""
    with ends.caller(family, socket.SOCK_STREAM) as client:
        result = fact(client, "refused")
        if client.connect_ex((SERVER[family], TCP_PORT)) != errno.ECONNREFUSED:
            raise RuntimeError("not refused")
        return result


def reset(ends: Ends, family: int, given: argparse.Namespace) -> dict:
    """The server takes the request and closes with an RST instead of a FIN."""
    client, server = ends.connected(family)
    with client, server:
        pass_on(client, server, REQUEST)
        result = fact(client, "reset", len(REQUEST), closed_by="server")
        server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        server.close()
        try:
            client.recv(1)
        except ConnectionResetError:
            return result
        raise RuntimeError("not reset")


def half_close(ends: Ends, family: int, given: argparse.Namespace) -> dict:
    """The client closes its half; the server answers behind that, in three parts."""
    client, server = ends.connected(family)
    with client, server:
        pass_on(client, server, REQUEST)
        client.shutdown(socket.SHUT_WR)
        receive(server, 0)
        for _ in range(3):
            pass_on(server, client, b"y" * 100)
        server.shutdown(socket.SHUT_WR)
        receive(client, 0)
        return fact(client, "closed", len(REQUEST), 300, closed_by="client", after_close=300)


def slow_reader(ends: Ends, family: int, given: argparse.Namespace) -> dict:
    """The client does not read until its window is closed."""
    client, server = ends.connected(family, buffer=4096)
    with client, server:
        content = bytes(20480)
        server.sendall(content)
        time.sleep(0.3)
        receive(client, len(content))
        result = fact(client, "closed", 0, len(content), closed_by="server")
        server.shutdown(socket.SHUT_WR)
        receive(client, 0)
        client.shutdown(socket.SHUT_WR)
        receive(server, 0)
        return result


def unanswered(ends: Ends, family: int, given: argparse.Namespace) -> dict:
    """A SYN to an address that does not answer."""
    with ends.caller(family, socket.SOCK_STREAM) as client:
        result = fact(client, "unanswered", to=SILENT)
        client.setblocking(False)
        client.connect_ex((SILENT[family], TCP_PORT))
        return result


def question(ends: Ends, family: int, given: argparse.Namespace) -> dict:
    """A datagram and its answer."""
    with ends.service(family, socket.SOCK_DGRAM) as server:
        with ends.caller(family, socket.SOCK_DGRAM) as client:
            client.sendto(b"question", (SERVER[family], UDP_PORT))
            _, address = server.recvfrom(100)
            server.sendto(b"the answer", address)
            client.recv(100)
            return fact(client, "answered", 8, 10)


def unreachable(ends: Ends, family: int, given: argparse.Namespace) -> dict:
    """A datagram to a port that nobody has: ICMP says so."""
    with ends.caller(family, socket.SOCK_DGRAM) as client:
        client.connect((SERVER[family], UDP_PORT))
        client.send(b"question")
        try:
            client.recv(100)
        except ConnectionRefusedError:
            return fact(client, "unreachable", 8)
        raise RuntimeError("an answer from a closed port")


def ignored(ends: Ends, family: int, given: argparse.Namespace) -> dict:
    """A datagram that arrives and is not answered."""
    with ends.service(family, socket.SOCK_DGRAM) as server:
        with ends.caller(family, socket.SOCK_DGRAM) as client:
            client.sendto(b"question", (SERVER[family], UDP_PORT))
            server.recv(100)
            return fact(client, "unanswered", 8)


def ping(ends: Ends, family: int, given: argparse.Namespace) -> dict:
    """An echo request, answered by the kernel."""
    version4 = family == socket.AF_INET
    protocol = socket.IPPROTO_ICMP if version4 else socket.IPPROTO_ICMPV6
    request, reply = (8, 0) if version4 else (128, 129)
    identifier = ends.port
    ends.port += 1
    body = struct.pack(">HH", identifier, 1) + b"z" * 48
    # RFC 1071; of ICMPv6 the kernel puts it in.
    words = sum(struct.unpack(f">{len(body) // 2}H", body)) + (request << 8)
    while words >> 16:
        words = (words & 0xFFFF) + (words >> 16)
    with ends.make(ends.client, family, socket.SOCK_RAW, protocol) as client:
        client.bind((CLIENT[family], 0))
        message = struct.pack(">BBH", request, 0, ~words & 0xFFFF if version4 else 0) + body
        client.sendto(message, (SERVER[family], 0))
        while True:
            answer = client.recv(200)[20 if version4 else 0:]
            if answer[0] == reply and answer[4:] == body:
                break
    return {
        "protocol": "icmp",
        "client": {"address": CLIENT[family], "payload_bytes": 48},
        "server": {"address": SERVER[family], "payload_bytes": 48},
        "outcome": "answered",
        "echo": {"identifier": identifier},
    }


SCENARIOS = {
    scenario.__name__.replace("_", "-"): scenario
    for scenario in (exchange, refused, reset, half_close, slow_reader, unanswered, question,
                     unreachable, ignored, ping, transfer)
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("client", help="namespace of the client")
    add("server", help="namespace of the server")
    add("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS) + " (all)")
    add("--times", type=int, default=1, metavar="N", help="each scenario as often as that (1)")
    add("--pause", type=float, default=0, metavar="SECONDS", help="after each scenario (0)")
    add("--bytes", type=int, default=100_000, metavar="N", help="of a transfer (100000)")
    add("--first-port", type=int, default=40001, metavar="N",
        help="of the client's, two for each run of a scenario (40001)")
    given = parser.parse_args()
    unknown = set(given.scenarios) - set(SCENARIOS)
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    ends = Ends(given.client, given.server, given.first_port)
    for name in given.scenarios or SCENARIOS:
        for _ in range(given.times):
            for family in socket.AF_INET, socket.AF_INET6:
                done = SCENARIOS[name](ends, family, given)
                print(json.dumps({"scenario": name, **done}), flush=True)
                time.sleep(given.pause)


if __name__ == "__main__":
    main()
