"""How connections fail to begin."""

from __future__ import annotations

from dataclasses import replace

from ..forwarder import Rule
from ..frames import pure_ack, syn, tcp
from ..lab import Lab
from ..packets import HOST_UNREACHABLE, PORT_UNREACHABLE, Unreachable
from ..scenario import CLIENT_PORT, Life, scenario

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
    waiting = [
        Life("open", "SYN_SENT ESTABLISHED", "SYN_RCVD ESTABLISHED", client_port=port)
        for port in ports[:3]
    ]
    ignored = Life("unanswered", "SYN_SENT", handshake="partial", client_port=ports[4])
    return waiting + [shut_out(ports[3]), replace(ignored, syn_retries=2)]


def shut_out(port: int) -> Life:
    """A connection whose last ACK met a full queue: only the client believes in it."""
    return Life(
        "half_open",
        "SYN_SENT ESTABLISHED",
        "SYN_RCVD",
        handshake="partial",
        client_port=port,
        synack_retries=1,
        notes=("the server dropped the handshake's last ACK: its queue was full",),
    )


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
