"""Captures that do not hold the whole connection."""

from __future__ import annotations

from ..lab import Lab
from ..scenario import ACTIVE_CLOSE, PASSIVE_CLOSE, Life, four_way_by_client, scenario
from .closing import close_four_way, exchange

SEEN_LATE = {"client_states": ["ESTABLISHED"], "server_states": ["ESTABLISHED"]}


@scenario(
    "mid-stream",
    "The capture starts in the middle of a connection to port 80 and ends before it does.",
    late_start=True,
)
def mid_stream(lab: Lab) -> list[Life]:
    client, server = lab.connect(port=80)
    exchange(client, server)
    lab.pause()
    lab.start_captures()
    exchange(client, server)
    lab.pause()
    return [
        Life(
            "midstream",
            "SYN_SENT ESTABLISHED",
            "SYN_RCVD ESTABLISHED",
            handshake="none",
            server_port=80,
            at_client=SEEN_LATE,
            at_server=SEEN_LATE,
        )
    ]


@scenario(
    "mid-stream-close",
    "The capture starts in the middle of a connection to port 80 and sees its four-way close.",
    late_start=True,
)
def mid_stream_close(lab: Lab) -> list[Life]:
    client, server = lab.connect(port=80)
    exchange(client, server)
    lab.pause()
    lab.start_captures()
    exchange(client, server)
    lab.pause()
    close_four_way(lab, client, server)
    seen = {
        "client_states": ACTIVE_CLOSE.split()[1:],
        "server_states": PASSIVE_CLOSE.split()[1:],
    }
    return [
        four_way_by_client(handshake="none", server_port=80, at_client=seen, at_server=seen)
    ]


@scenario(
    "mid-stream-reset",
    "The capture starts in the middle of a connection to port 80, which an RST ends.",
    late_start=True,
)
def mid_stream_reset(lab: Lab) -> list[Life]:
    client, server = lab.connect(port=80)
    exchange(client, server)
    lab.pause()
    lab.start_captures()
    exchange(client, server)
    lab.pause()
    client.abort()
    lab.pause()
    seen = {
        "client_states": ["ESTABLISHED", "CLOSED"],
        "server_states": ["ESTABLISHED", "CLOSED"],
    }
    return [
        Life(
            "reset",
            "SYN_SENT ESTABLISHED CLOSED",
            "SYN_RCVD ESTABLISHED CLOSED",
            closed_by="client",
            handshake="none",
            teardown="reset",
            server_port=80,
            at_client=seen,
            at_server=seen,
        )
    ]


@scenario(
    "capture-gap",
    "One of five segments is missing in both captures though it arrived: acknowledged, never seen.",
    filter="not ip[2:2] == 829",
    missed=1,
)
def capture_gap(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    for size in (500, 600, 777, 800, 900):  # 777 bytes and 52 of headers: what the filter rejects
        client.sendall(bytes(size))
        server.read(size)
        lab.pause(0.02)
    lab.pause()
    close_four_way(lab, client, server)
    return [four_way_by_client()]
