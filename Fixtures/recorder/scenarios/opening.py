"""How connections begin, also when a segment of the handshake is lost."""

from __future__ import annotations

from ..frames import pure_ack, syn, syn_ack
from ..lab import Lab
from ..scenario import CLIENT_PORT, SERVER_PORT, Life, four_way_by_client, scenario
from .closing import close_four_way, exchange


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
