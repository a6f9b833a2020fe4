"""Connections that end with RST, and tuples that are used again."""

from __future__ import annotations

import socket
import time

from ..forwarder import Rule
from ..frames import Frame, data, fin, rst, syn, tcp
from ..lab import Lab
from ..packets import forged_reset
from ..scenario import (
    CLIENT_PASSIVE_CLOSE,
    SERVER_ACTIVE_CLOSE,
    Life,
    four_way_by_client,
    scenario,
)
from ..sockets import Endpoint
from .closing import close_four_way, exchange

RESET = ("SYN_SENT ESTABLISHED CLOSED", "SYN_RCVD ESTABLISHED CLOSED")


def reset_by(closer: str, **changes) -> Life:
    return Life("reset", *RESET, closed_by=closer, teardown="reset", **changes)


@scenario("reset-by-linger", "The client closes with SO_LINGER 0: RST instead of FIN.")
def reset_by_linger(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    client.abort()
    lab.pause()
    return [reset_by("client")]


@scenario("reset-for-unread-data", "The server closes without having read the request: RST.")
def reset_for_unread_data(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    client.sendall(b"a request that nobody will read\n")
    lab.pause()
    server.close()
    lab.pause()
    return [reset_by("server")]


@scenario(
    "reset-after-fin",
    "The client has closed for good; the data the server still sends draws an RST.",
)
def reset_after_fin(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    client.close()
    lab.pause()
    server.sendall(b"by the way\n")
    lab.pause()
    return [
        Life(
            "reset",
            "SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 CLOSED",
            "SYN_RCVD ESTABLISHED CLOSE_WAIT CLOSED",
            closed_by="client",
            teardown="reset",
        )
    ]


@scenario(
    "lost-reset",
    "The server's RST is lost; the client learns of it when its next request is answered by "
    "another.",
)
def lost_reset(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    lab.wire.drop("server", rst)
    server.abort()
    lab.pause()
    client.sendall(b"still there?\n")
    lab.pause()
    lab.require_frames("client", 1, rst, "RST")
    lab.require_frames("server", 2, rst, "RST")
    return [reset_by("server")]


@scenario(
    "reset-in-time-wait",
    "After a complete four-way close a forged RST reaches the client in TIME_WAIT: the connection "
    "stays closed.",
)
def reset_in_time_wait(lab: Lab) -> list[Life]:
    finals: list[Frame] = []

    def remember(frame: Frame) -> bytes:
        finals.append(frame)
        return frame.raw

    lab.wire.rule(Rule("server", fin, 1, 1, (0.0,), edit=remember))
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    close_four_way(lab, client, server)
    lab.wire.inject("client", forged_reset(finals[0], 0))
    lab.pause()
    lab.require_frames("client", 1, rst, "RST")
    return [four_way_by_client()]


@scenario(
    "blind-reset",
    "A stranger forges an RST that is in the window but not at the next sequence number: the "
    "server answers with a challenge ACK (RFC 5961) and the connection lives on.",
)
def blind_reset(lab: Lab) -> list[Life]:
    requests: list[Frame] = []

    def remember(frame: Frame) -> bytes:
        requests.append(frame)
        return frame.raw

    lab.wire.rule(Rule("client", data, 1, 1, (0.0,), edit=remember))
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    lab.wire.inject("server", forged_reset(requests[0], 1000))
    lab.pause()
    exchange(client, server)
    lab.pause()
    close_four_way(lab, client, server)
    lab.require_counter("server", "TcpExtTCPChallengeACK")
    lab.require_frames("server", 1, rst, "RST")
    lab.require_frames("client", 0, rst, "RST")
    return [four_way_by_client()]


@scenario(
    "keep-alive-timeout",
    "The client's keep-alive probes go unanswered; it gives up with an RST that never arrives.",
)
def keep_alive_timeout(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    lab.wire.drop("client", tcp, count=None)
    keep_alive(client, probes=2)
    client.wait_for("CLOSE")
    lab.require_frames("client", 1, rst, "RST")
    alive = {
        "outcome": "open",
        "closed_by": None,
        "teardown_kind": "none",
        "client_states": RESET[0].split()[:2],
    }
    return [
        Life(
            "reset",
            RESET[0],
            "SYN_RCVD ESTABLISHED",
            closed_by="client",
            teardown="reset",
            at_client={"server_states": RESET[1].split()},
            at_server=alive,
            notes=("the client's capture cannot know that its RST never arrives",),
        )
    ]


def keep_alive(sock: Endpoint, probes: int) -> None:
    """Probes after one second of silence, then every second."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, probes)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


@scenario(
    "port-reuse-by-client",
    "The client closes first and, a second later, opens a new connection from the same port: "
    "its TIME_WAIT gives way (tcp_tw_reuse).",
    sysctls={"net.ipv4.tcp_tw_reuse": 1},
)
def port_reuse_by_client(lab: Lab) -> list[Life]:
    for _ in range(2):
        client, server = lab.connect()
        exchange(client, server)
        lab.pause()
        close_four_way(lab, client, server)
        time.sleep(1.2)
    return [four_way_by_client(), four_way_by_client()]


@scenario(
    "port-reuse-in-time-wait",
    "The server closed first and is in TIME_WAIT when a new SYN of the same ports comes: it "
    "accepts.",
)
def port_reuse_in_time_wait(lab: Lab) -> list[Life]:
    for _ in range(2):
        client, server = lab.connect()
        exchange(client, server)
        lab.pause()
        close_four_way(lab, server, client)
    life = Life(
        "closed", CLIENT_PASSIVE_CLOSE, SERVER_ACTIVE_CLOSE, closed_by="server", teardown="four_way"
    )
    return [life, life]


@scenario(
    "port-reuse-after-reset",
    "The client resets and connects again from the same port at once.",
)
def port_reuse_after_reset(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    client.abort()
    lab.pause()
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    close_four_way(lab, client, server)
    return [reset_by("client"), four_way_by_client()]


@scenario(
    "stale-connection",
    "The client was restarted and its RST lost: the server, still in ESTABLISHED, answers the "
    "new SYN with a challenge ACK, the client resets that, and its repeated SYN opens the new "
    "connection.",
)
def stale_connection(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    lab.wire.drop("client", rst)
    client.abort()
    lab.pause()
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    close_four_way(lab, client, server)
    lab.require_counter("server", "TcpExtTCPChallengeACK")
    lab.require_frames("server", 3, syn, "SYN")
    return [reset_by("client"), four_way_by_client(syn_retries=1)]
