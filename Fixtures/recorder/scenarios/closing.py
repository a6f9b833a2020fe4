"""How connections end when both ends mean it."""

from __future__ import annotations

import socket

from ..frames import fin
from ..lab import Lab
from ..scenario import (
    ACTIVE_CLOSE,
    CLIENT_PASSIVE_CLOSE,
    PASSIVE_CLOSE,
    SERVER_ACTIVE_CLOSE,
    Life,
    four_way_by_client,
    scenario,
)
from ..sockets import Endpoint


def exchange(client: Endpoint, server: Endpoint) -> None:
    """One request, one answer."""
    client.sendall(b"request\n")
    server.read(8)
    server.sendall(b"answer\n")
    client.read(7)


def close_four_way(lab: Lab, first: Endpoint, second: Endpoint) -> None:
    """One end closes, the other thinks about it long enough to acknowledge, then closes too."""
    first.finish()
    second.read_to_end()
    lab.pause()
    second.finish()
    lab.pause()


@scenario(
    "four-way-close-by-client",
    "The client closes first: FIN, ACK, FIN, ACK.",
    nanoseconds=True,
)
def four_way_close_by_client(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    close_four_way(lab, client, server)
    return [four_way_by_client()]


@scenario("four-way-close-by-server", "The server closes first: FIN, ACK, FIN, ACK.")
def four_way_close_by_server(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    close_four_way(lab, server, client)
    return [
        Life(
            "closed",
            CLIENT_PASSIVE_CLOSE,
            SERVER_ACTIVE_CLOSE,
            closed_by="server",
            teardown="four_way",
        )
    ]


@scenario(
    "three-segment-close",
    "The client closes; the server's FIN is the first segment that acknowledges the client's.",
)
def three_segment_close(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    # In this mode the kernel does not acknowledge the FIN at once, and close() takes it along.
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
    client.finish()
    server.read_to_end()
    server.close()
    lab.pause()
    return [Life("closed", ACTIVE_CLOSE, PASSIVE_CLOSE, closed_by="client", teardown="three_way")]


@scenario(
    "simultaneous-close",
    "Both ends send FIN before either sees the other's: CLOSING on both sides.",
    delay=0.02,
)
def simultaneous_close(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    client.finish()
    server.finish()
    lab.pause()
    return [
        Life(
            "closed",
            "SYN_SENT ESTABLISHED FIN_WAIT_1 CLOSING TIME_WAIT",
            "SYN_RCVD ESTABLISHED FIN_WAIT_1 CLOSING TIME_WAIT",
            closed_by="both",
            teardown="simultaneous",
        )
    ]


@scenario(
    "half-close-with-data",
    "The client shuts down its direction; the server goes on sending three segments before its "
    "FIN.",
)
def half_close_with_data(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    client.sendall(b"tell me everything\n")
    client.finish()
    server.read_to_end()
    for part in (b"first part\n", b"second part\n", b"third part\n"):
        lab.pause(0.06)
        server.sendall(part)
    lab.pause(0.06)
    server.finish()
    client.read_to_end()
    lab.pause()
    return [four_way_by_client()]


@scenario(
    "half-closed-at-end",
    "The client sent FIN, the server acknowledged it and is still sending when the capture ends.",
)
def half_closed_at_end(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    client.finish()
    server.read_to_end()
    lab.pause()
    server.sendall(b"not done yet\n")
    lab.pause()
    lab.require_frames("client", 1, fin, "FIN")
    return [
        Life(
            "half_closed",
            "SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2",
            "SYN_RCVD ESTABLISHED CLOSE_WAIT",
            closed_by="client",
            teardown="half",
        )
    ]


@scenario("open-at-end", "A connection with one exchange, still open when the capture ends.")
def open_at_end(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    return [Life("open", "SYN_SENT ESTABLISHED", "SYN_RCVD ESTABLISHED")]


@scenario(
    "fin-with-data",
    "Request and FIN share a segment, and so do the last of the answer and the server's FIN.",
)
def fin_with_data(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    for end, words in ((client, b"the only request\n"), (server, b"the only answer\n")):
        # A corked socket holds the last segment back until the FIN can go with it.
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        end.sendall(words)
        end.finish()
        lab.pause()
    both = lambda frame: fin(frame) and len(frame.payload) > 0  # noqa: E731
    lab.require_frames("client", 2, both, "FIN with data")
    return [four_way_by_client()]


@scenario(
    "three-segment-close-by-server",
    "The server closes; the client's FIN is the first segment that acknowledges the server's.",
)
def three_segment_close_by_server(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
    server.finish()
    client.read_to_end()
    client.close()
    lab.pause()
    return [
        Life(
            "closed",
            CLIENT_PASSIVE_CLOSE,
            SERVER_ACTIVE_CLOSE,
            closed_by="server",
            teardown="three_way",
        )
    ]


@scenario(
    "simultaneous-close-lost-fin",
    "Both ends send FIN at once and the client's is lost: it repeats it in CLOSING, while the server "
    "goes the ordinary way.",
    delay=0.02,
)
def simultaneous_close_lost_fin(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    lab.wire.drop("client", fin)
    client.finish()
    server.finish()
    lab.pause(0.5)
    return [
        Life(
            "closed",
            "SYN_SENT ESTABLISHED FIN_WAIT_1 CLOSING TIME_WAIT",
            SERVER_ACTIVE_CLOSE,
            closed_by="both",
            teardown="simultaneous",
            at_server={
                "closed_by": "server",
                "teardown_kind": "four_way",
                "client_states": CLIENT_PASSIVE_CLOSE.split(),
            },
            notes=(
                "the server's capture shows an ordinary close by the server; only the sequence "
                "number of the client's ACK, one ahead, betrays that its FIN was sent before",
            ),
        )
    ]
