"""How connections begin, and how they fail to."""

from __future__ import annotations

import socket

from ..frames import pure_ack, syn, syn_ack, tcp
from ..lab import Lab
from ..scenario import Life, four_way_by_client, scenario
from .closing import close_four_way, exchange

# No socket, no states in the kernel; but whoever sends RST is CLOSED.
RST_FROM_NOBODY = {"server_states": ["CLOSED"]}
IMPATIENT = {"net.ipv4.tcp_syn_retries": 2}


@scenario("refused", "Nobody listens: the SYN is answered by RST+ACK.")
def refused(lab: Lab) -> list[Life]:
    try:
        lab.client.dial(lab.server)
    except ConnectionRefusedError:
        pass
    return [
        Life(
            "refused",
            "SYN_SENT CLOSED",
            handshake="partial",
            at_client=RST_FROM_NOBODY,
            at_server=RST_FROM_NOBODY,
        )
    ]


@scenario(
    "syn-into-black-hole",
    "The SYN and its retries are lost on the way; the client gives up in silence.",
    sysctls=IMPATIENT,
)
def syn_into_black_hole(lab: Lab) -> list[Life]:
    lost = lab.wire.drop("client", tcp, count=None)
    try:
        lab.client.dial(lab.server)
    except TimeoutError:
        pass
    return [
        Life(
            "unanswered",
            "SYN_SENT CLOSED",
            "",
            handshake="partial",
            syn_retries=lost.fired - 1,
            at_client={"client_states": ["SYN_SENT"]},
            at_server=None,
            notes=("the kernel's CLOSED follows its last timeout and sends nothing",),
        )
    ]


@scenario("lost-syn", "The first SYN is lost; the client sends it again after a second.")
def lost_syn(lab: Lab) -> list[Life]:
    lab.wire.drop("client", syn)
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    close_four_way(lab, client, server)
    return [four_way_by_client(at_client={"syn_retries": 1})]


@scenario(
    "lost-syn-ack",
    "The first SYN+ACK is lost; the client repeats its SYN and the server its SYN+ACK.",
)
def lost_syn_ack(lab: Lab) -> list[Life]:
    # The server's timer and the client's repeated SYN race, so one repeat or two may be sent.
    lost = lab.wire.drop("server", syn_ack)
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    close_four_way(lab, client, server)
    return [
        four_way_by_client(
            syn_retries=1,
            at_client={"synack_retries": lost.seen - 2},
            at_server={"synack_retries": lost.seen - 1},
        )
    ]
