"""How connections begin, and how they fail to."""

from __future__ import annotations

import socket
from dataclasses import replace

from ..forwarder import Rule
from ..frames import pure_ack, syn, syn_ack, tcp
from ..lab import Lab
from ..packets import HOST_UNREACHABLE, PORT_UNREACHABLE, Unreachable
from ..scenario import (
    ACTIVE_CLOSE,
    CLIENT_PORT,
    PASSIVE_CLOSE,
    SERVER_PORT,
    Life,
    four_way_by_client,
    scenario,
)
from ..sockets import Endpoint
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


@scenario(
    "lost-final-ack",
    "The handshake's last ACK is lost; the client's request does its work.",
)
def lost_final_ack(lab: Lab) -> list[Life]:
    lab.wire.drop("client", pure_ack)
    listener = lab.server.listen()
    client = lab.client.dial(lab.server)
    lab.pause(0.05)
    client.sendall(b"request\n")
    server, _ = listener.accept()
    server.read(8)
    server.sendall(b"answer\n")
    client.read(7)
    lab.pause()
    close_four_way(lab, client, server)
    return [four_way_by_client()]


@scenario(
    "lost-final-ack-server-first",
    "The handshake's last ACK is lost and the client waits for a greeting: the server repeats "
    "its SYN+ACK.",
)
def lost_final_ack_server_first(lab: Lab) -> list[Life]:
    lab.wire.drop("client", pure_ack)
    client, server = lab.connect()
    server.sendall(b"welcome\n")
    client.read(8)
    lab.pause()
    close_four_way(lab, client, server)
    return [four_way_by_client(synack_retries=1)]


@scenario(
    "half-open",
    "Everything after the SYN is lost on its way to the server, which repeats its SYN+ACK; "
    "the client takes the connection for established.",
)
def half_open(lab: Lab) -> list[Life]:
    lab.wire.drop("client", pure_ack, count=None)
    lab.server.listen()
    lab.client.dial(lab.server)
    lab.pause(1.5)
    return [
        Life(
            "half_open",
            "SYN_SENT ESTABLISHED",
            "SYN_RCVD",
            handshake="partial",
            synack_retries=1,
            at_client={
                "outcome": "open",
                "handshake_kind": "three_way",
                "server_states": ["SYN_RCVD", "ESTABLISHED"],
            },
            at_server={"client_states": ["SYN_SENT"]},
            notes=("the client's capture cannot know that its ACKs never arrive",),
        )
    ]


@scenario(
    "rejected",
    "The client gives up while its SYN is under way, and answers the SYN+ACK with RST.",
    delay=0.02,
)
def rejected(lab: Lab) -> list[Life]:
    lab.server.listen()
    client = lab.client.begin(lab.server)
    lab.pause(0.01)
    client.close()
    lab.pause(0.2)
    return [Life("rejected", "SYN_SENT CLOSED", "SYN_RCVD CLOSED", handshake="partial")]


@scenario(
    "simultaneous-open",
    "Both ends connect to each other and their SYNs cross: SYN_RCVD on both sides.",
    delay=0.05,
)
def simultaneous_open(lab: Lab) -> list[Life]:
    client = lab.client.begin(lab.server)
    server = lab.server.begin(lab.client, CLIENT_PORT, SERVER_PORT)
    client.wait_for("ESTABLISHED")
    server.wait_for("ESTABLISHED")
    lab.pause(0.2)
    exchange(client, server)
    lab.pause(0.2)
    client.finish()
    server.read_to_end()
    lab.pause(0.2)
    server.finish()
    lab.pause(0.2)
    active = "SYN_SENT SYN_RCVD ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT"
    passive = "SYN_SENT SYN_RCVD ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"
    return [
        Life(
            "closed",
            active,
            passive,
            closed_by="client",
            handshake="simultaneous",
            teardown="four_way",
            at_server={
                "client": f"{lab.server.address}:{SERVER_PORT}",
                "closed_by": "server",
                "client_states": passive.split(),
                "server_states": active.split(),
            },
            notes=("each capture shows its own end's SYN first, so each end is client in its own",),
        )
    ]


FAST_OPEN = {"net.ipv4.tcp_fastopen": 3}
MSG_FASTOPEN = 0x20000000


def fast_open_listener(lab: Lab) -> Endpoint:
    listener = lab.server.socket(port=SERVER_PORT)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 8)
    listener.listen(8)
    return listener


def fast_open(lab: Lab, listener: Endpoint, own_port: int) -> tuple[Endpoint, Endpoint]:
    """Sends a request with the SYN where the client has a cookie, after the handshake where not."""
    client = lab.client.socket(port=own_port)
    client.settimeout(None)  # sendto() then waits for a handshake that it cannot skip
    client.sendto(b"request\n", MSG_FASTOPEN, (lab.server.address, SERVER_PORT))
    client.remember((lab.server.address, SERVER_PORT))
    server, _ = listener.accept()
    server.read(8)
    server.sendall(b"answer\n")
    client.read(7)
    lab.pause()
    return client, server


@scenario(
    "fast-open",
    "A first connection asks for the cookie, a second one sends its request in the SYN and gets "
    "the answer before the handshake's last ACK.",
    sysctls=FAST_OPEN,
)
def fast_open_twice(lab: Lab) -> list[Life]:
    listener = fast_open_listener(lab)
    for port in (CLIENT_PORT, CLIENT_PORT + 1):
        close_four_way(lab, *fast_open(lab, listener, port))
    lab.require_counter("client", "TcpExtTCPFastOpenActive")
    lab.require_counter("server", "TcpExtTCPFastOpenPassive")
    return [
        four_way_by_client(),
        four_way_by_client(handshake="fast_open", client_port=CLIENT_PORT + 1),
    ]


@scenario(
    "fast-open-stale-cookie",
    "The server has a new key: it ignores the data in the SYN, and the client sends it again.",
    sysctls=FAST_OPEN,
)
def fast_open_stale_cookie(lab: Lab) -> list[Life]:
    listener = fast_open_listener(lab)
    close_four_way(lab, *fast_open(lab, listener, CLIENT_PORT))
    lab.server.namespace.sysctl("net.ipv4.tcp_fastopen_key", "1-2-3-4")
    listener.close()
    listener = fast_open_listener(lab)
    close_four_way(lab, *fast_open(lab, listener, CLIENT_PORT + 1))
    lab.require_counter("server", "TcpExtTCPFastOpenPassiveFail")
    return [
        four_way_by_client(),
        four_way_by_client(
            client_port=CLIENT_PORT + 1,
            notes=("Fast Open was tried and failed: the SYN+ACK acknowledges only the SYN",),
        ),
    ]


@scenario(
    "backlog-overflow",
    "A full accept queue: three connections wait in it, the fourth never leaves SYN_RCVD though "
    "its handshake looks complete and its data is ignored, the fifth gets no answer at all.",
)
def backlog_overflow(lab: Lab) -> list[Life]:
    # A backlog of two lets three connections wait. The last two SYNs that are answered must meet
    # a queue with room, so they go together; the server finds it full when their ACKs come.
    lab.server.listen(backlog=2)
    ports = [CLIENT_PORT + number for number in range(5)]
    for port in ports[:2]:
        lab.client.dial(lab.server, own_port=port)
    lab.pause(0.05)
    _, fourth = (lab.client.begin(lab.server, own_port=port) for port in ports[2:4])
    lab.pause(0.05)
    fourth.sendall(b"anybody there?\n")
    lab.client.begin(lab.server, own_port=ports[4])
    lab.pause(2.5)
    lab.require_counter("server", "TcpExtListenOverflows")
    looks_open = {"server_states": ["SYN_RCVD", "ESTABLISHED"]}
    waiting = [
        Life("open", "SYN_SENT ESTABLISHED", "SYN_RCVD ESTABLISHED", client_port=port)
        for port in ports[:3]
    ]
    return waiting + [
        Life(
            "open",
            "SYN_SENT ESTABLISHED",
            "SYN_RCVD",
            client_port=ports[3],
            synack_retries=1,
            at_client=looks_open,
            at_server=looks_open,
            notes=("the server dropped the handshake's last ACK: its queue was full",),
        ),
        Life(
            "unanswered",
            "SYN_SENT",
            handshake="partial",
            client_port=ports[4],
            syn_retries=2,
        ),
    ]


def unreachable_life(outcome: str) -> Life:
    return Life(outcome, "SYN_SENT CLOSED", handshake="partial", at_server=None)


@scenario("host-unreachable", "A router answers the SYN with ICMP host unreachable.")
def host_unreachable(lab: Lab) -> list[Life]:
    answer = Unreachable(HOST_UNREACHABLE)
    lab.wire.rule(Rule("client", syn, 1, 1, (), reply=answer))
    try:
        lab.client.dial(lab.server)
    except OSError:
        pass
    life = unreachable_life("unreachable")
    return [replace(life, at_client={"client_states": ["SYN_SENT"]})]


@scenario(
    "refused-by-icmp",
    "A firewall in front of the server answers the SYN with ICMP port unreachable.",
)
def refused_by_icmp(lab: Lab) -> list[Life]:
    answer = Unreachable(PORT_UNREACHABLE)
    lab.wire.rule(Rule("client", syn, 1, 1, (), reply=answer))
    try:
        lab.client.dial(lab.server)
    except OSError:
        pass
    life = unreachable_life("refused")
    return [replace(life, at_client={"client_states": ["SYN_SENT"]})]


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


SEEN_LATE = {"client_states": ["ESTABLISHED"], "server_states": ["ESTABLISHED"]}


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
