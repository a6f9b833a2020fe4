"""Windows, probes, marks, and sequence numbers that run out."""

from __future__ import annotations

import socket
import time

from ..forwarder import Rule
from ..frames import data, pure_ack
from ..lab import Lab
from ..packets import FRAGMENTATION_NEEDED, Unreachable, congested
from ..scenario import CLIENT_PORT, SERVER_PORT, Life, four_way_by_client, scenario
from ..sockets import Endpoint
from .closing import close_four_way, exchange
from .loss import SEGMENT, send_segments
from .resets import keep_alive

TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21
TCP_SEND_QUEUE, REPAIR_ON, REPAIR_OFF_SILENTLY = 2, 1, -1
SPACE = 1 << 32


@scenario("keep-alive", "Three keep-alive probes after a second of silence each, all answered.")
def keep_alive_answered(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    keep_alive(client, probes=5)
    time.sleep(3.6)
    close_four_way(lab, client, server)
    lab.require_counter("client", "TcpExtTCPKeepAlive", 3)
    return [four_way_by_client()]


@scenario(
    "zero-window",
    "The server does not read: its window closes, the client probes, and goes on when it opens.",
)
def zero_window(lab: Lab) -> list[Life]:
    listener = lab.server.socket(port=SERVER_PORT)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listener.listen(8)
    client = lab.client.dial(lab.server)
    server, _ = listener.accept()
    content = bytes(range(256)) * 80
    client.sendall(content)
    lab.pause(1.5)
    server.read(len(content))
    lab.pause(0.3)
    close_four_way(lab, client, server)
    lab.require_counter("server", "TcpExtTCPToZeroWindowAdv")
    lab.require_counter("client", "TcpExtTCPWinProbe")
    lab.notes.append(
        "the server answers only one probe in half a second (tcp_invalid_ratelimit), so a probe "
        "may stay without an answer"
    )
    return [four_way_by_client()]


@scenario(
    "path-mtu",
    "A router in between lets no more than 1400 bytes through: ICMP fragmentation needed, and the "
    "client goes on in smaller segments.",
)
def path_mtu(lab: Lab) -> list[Life]:
    answer = Unreachable(FRAGMENTATION_NEEDED, mtu=1400)
    too_big = lambda frame: len(frame.raw) > 1414  # noqa: E731
    lab.wire.rule(Rule("client", too_big, 1, None, (), reply=answer))
    client, server = lab.connect()
    send_segments(client, server, 5)
    lab.pause(0.3)
    close_four_way(lab, client, server)
    return [four_way_by_client()]


@scenario(
    "explicit-congestion",
    "ECN is agreed in the handshake; one segment is marked on the way, the server echoes the "
    "mark and the client answers with CWR.",
    sysctls={"net.ipv4.tcp_ecn": 1},
)
def explicit_congestion(lab: Lab) -> list[Life]:
    lab.wire.rule(Rule("client", data, 3, 1, (0.0,), edit=congested))
    client, server = lab.connect()
    send_segments(client, server, 10)
    lab.pause(0.15)
    send_segments(client, server, 4)
    lab.pause(0.15)
    close_four_way(lab, client, server)
    lab.require_frames("client", 1, lambda frame: frame.has("SEC"), "SYN with ECE and CWR")
    cwr = lambda frame: frame.has("C") and not frame.has("S")  # noqa: E731
    lab.require_frames("client", 1, cwr, "CWR")
    return [four_way_by_client()]


@scenario("urgent-data", "One byte of urgent data between two ordinary lines.")
def urgent_data(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    client.sendall(b"ordinary\n")
    lab.pause(0.05)
    client.send(b"!", socket.MSG_OOB)
    lab.pause(0.05)
    client.sendall(b"ordinary again\n")
    lab.pause()
    close_four_way(lab, client, server)
    lab.require_frames("client", 1, lambda frame: frame.has("U"), "URG")
    return [four_way_by_client()]


@scenario(
    "small-writes",
    "Ten small writes at once under Nagle's algorithm: one goes alone, the rest wait for its "
    "acknowledgement.",
)
def small_writes(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    for _ in range(10):
        client.sendall(b"a small line\n")
    server.read(130)
    lab.pause()
    close_four_way(lab, client, server)
    return [four_way_by_client()]


@scenario(
    "exchanges",
    "Three requests with answers of 4000 bytes; the server thinks 40 ms each time, the client 60 "
    "ms.",
)
def exchanges(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    for _ in range(3):
        client.sendall(b"request\n")
        server.read(8)
        time.sleep(0.04)
        server.sendall(bytes(range(250)) * 16)
        client.read(4000)
        time.sleep(0.06)
    close_four_way(lab, client, server)
    return [four_way_by_client()]


def dial_from(lab: Lab, sequence: int) -> tuple[Endpoint, Endpoint]:
    """Connects with a client's initial sequence number of our choice (TCP_REPAIR)."""
    listener = lab.server.listen()
    client = lab.client.socket(port=CLIENT_PORT)
    client.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_ON)
    client.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE)
    client.setsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ, sequence.to_bytes(4, "little"))
    client.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_OFF_SILENTLY)
    lab.client.connect(client, lab.server)
    server, _ = listener.accept()
    listener.close()
    first = lambda frame: frame.flags == "S" and frame.sequence == sequence  # noqa: E731
    lab.require_frames("client", 1, first, f"SYN of sequence number {sequence}")
    return client, server


@scenario(
    "sequence-wrap",
    "The client's sequence number passes 2^32 in the third of ten segments, and the segment "
    "after it is lost and sent again.",
)
def sequence_wrap(lab: Lab) -> list[Life]:
    lab.wire.drop("client", data, first=4)
    client, server = dial_from(lab, SPACE - 3 * SEGMENT)
    send_segments(client, server, 10)
    lab.pause(0.15)
    close_four_way(lab, client, server)
    return [four_way_by_client()]


@scenario(
    "sequence-wrap-at-syn",
    "The SYN has the last sequence number, 2^32 - 1, the data starts at 0.",
)
def sequence_wrap_at_syn(lab: Lab) -> list[Life]:
    client, server = dial_from(lab, SPACE - 1)
    exchange(client, server)
    lab.pause()
    close_four_way(lab, client, server)
    return [four_way_by_client()]


@scenario("sequence-wrap-at-fin", "The FIN has the last sequence number, 2^32 - 1; its ACK is 0.")
def sequence_wrap_at_fin(lab: Lab) -> list[Life]:
    client, server = dial_from(lab, SPACE - 1 - 1 - len(b"request\n"))
    exchange(client, server)
    lab.pause()
    close_four_way(lab, client, server)
    last = lambda frame: frame.has("F") and frame.sequence == SPACE - 1  # noqa: E731
    lab.require_frames("client", 1, last, "FIN of the last sequence number")
    zero = lambda frame: pure_ack(frame) and frame.acknowledgement == 0  # noqa: E731
    lab.require_frames("client", 1, zero, "ACK of 0")
    return [four_way_by_client()]
