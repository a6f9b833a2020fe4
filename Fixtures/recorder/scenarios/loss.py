"""What the network does to segments, and what the ends do about it."""

from __future__ import annotations

import time

from ..forwarder import Rule
from ..frames import Frame, Predicate, data, fin, pure_ack, tcp
from ..lab import Lab
from ..packets import damaged
from ..scenario import SERVER_PORT, Life, four_way_by_client, scenario
from ..sockets import Endpoint
from .closing import close_four_way, exchange

SEGMENT = 1448  # what a segment carries beside timestamps
NO_PROBES = {"net.ipv4.tcp_early_retrans": 0}


def send_segments(client: Endpoint, server: Endpoint, count: int) -> None:
    """Sends so many full segments at once and waits until all are read."""
    client.sendall(bytes(65 + index % 26 for index in range(count * SEGMENT)))
    server.read(count * SEGMENT)


def transfer(lab: Lab, count: int = 10) -> list[Life]:
    """Handshake, one exchange, segments from the client under the wire's rules, four-way close."""
    client, server = lab.connect()
    send_segments(client, server, count)
    lab.pause(0.15)
    close_four_way(lab, client, server)
    return [four_way_by_client()]


def nth_data(number: int) -> Predicate:
    """The segment that carries the client's n-th full portion, however often it is sent."""
    first: list[int] = []

    def match(frame: Frame) -> bool:
        if not data(frame):
            return False
        first[:] = first or [frame.sequence]
        return (frame.sequence - first[0]) & 0xFFFFFFFF == (number - 1) * SEGMENT

    return match


@scenario(
    "fast-retransmit",
    "The fourth of ten segments is lost; the SACKs of the following six bring it again within a "
    "round trip.",
)
def fast_retransmit(lab: Lab) -> list[Life]:
    lab.wire.drop("client", nth_data(4))
    lab.require_counter("client", "TcpExtTCPFastRetrans")
    return transfer(lab)


@scenario(
    "fast-retransmit-without-sack",
    "The same without SACK: duplicate acknowledgements alone tell.",
    sysctls={"net.ipv4.tcp_sack": 0},
)
def fast_retransmit_without_sack(lab: Lab) -> list[Life]:
    lab.wire.drop("client", nth_data(4))
    lab.require_counter("client", "TcpExtTCPFastRetrans")
    return transfer(lab)


@scenario(
    "fast-retransmit-without-timestamps",
    "The same without TCP timestamps, and so with full segments of 1460 bytes.",
    sysctls={"net.ipv4.tcp_timestamps": 0},
)
def fast_retransmit_without_timestamps(lab: Lab) -> list[Life]:
    lab.wire.drop("client", data, first=4)
    lab.require_counter("client", "TcpExtTCPFastRetrans")
    return transfer(lab)


@scenario(
    "retransmission-timeout",
    "The last three of ten segments are lost, and with tail-loss probes switched off nothing "
    "tells: the retransmission timer does.",
    sysctls=NO_PROBES,
)
def retransmission_timeout(lab: Lab) -> list[Life]:
    lab.wire.drop("client", data, first=8, count=3)
    lab.require_counter("client", "TcpExtTCPTimeouts")
    return transfer(lab)


@scenario(
    "repeated-timeout",
    "A single segment is lost three times in a row: the timer doubles each time.",
    sysctls=NO_PROBES,
)
def repeated_timeout(lab: Lab) -> list[Life]:
    lab.wire.drop("client", data, first=1, count=3)
    lab.require_counter("client", "TcpExtTCPTimeouts", 3)
    return transfer(lab, 1)


@scenario("tail-loss-probe", "The last of ten segments is lost: a tail-loss probe brings it again.")
def tail_loss_probe(lab: Lab) -> list[Life]:
    lab.wire.drop("client", nth_data(10))
    lab.require_counter("client", "TcpExtTCPLossProbes")
    return transfer(lab)


@scenario(
    "lost-retransmission",
    "The fourth of twenty segments is lost twice: the retransmission as well.",
)
def lost_retransmission(lab: Lab) -> list[Life]:
    lab.wire.drop("client", nth_data(4), count=2)
    lab.require_counter("client", "TcpRetransSegs", 2)
    return transfer(lab, 20)


@scenario(
    "lossy-transfer",
    "Sixty segments, of which seven are lost here and there, and some acknowledgements with them.",
)
def lossy_transfer(lab: Lab) -> list[Life]:
    for number in (3, 9, 10, 17, 31, 44, 58):
        lab.wire.drop("client", nth_data(number))
    for number in (6, 14):
        lab.wire.drop("server", pure_ack, first=number)
    lab.require_counter("client", "TcpRetransSegs", 7)
    return transfer(lab, 60)


@scenario(
    "reordering",
    "The eighth of ten segments comes 1 ms late, behind the others; none is sent again.",
)
def reordering(lab: Lab) -> list[Life]:
    lab.wire.postpone("client", nth_data(8), 0.001)
    lab.require_frames("client", 10, data, "data")
    lab.require_counter("server", "TcpExtTCPOFOQueue")
    return transfer(lab)


@scenario(
    "spurious-retransmission",
    "The fourth of ten segments comes 150 ms late and was sent again long before: a DSACK tells.",
)
def spurious_retransmission(lab: Lab) -> list[Life]:
    lab.wire.postpone("client", nth_data(4), 0.15)
    lab.require_counter("client", "TcpExtTCPDSACKRecv")
    return transfer(lab)


@scenario(
    "spurious-timeout",
    "A segment's acknowledgement comes 600 ms late; the timer had repeated the segment: a DSACK "
    "tells.",
    sysctls=NO_PROBES,
)
def spurious_timeout(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    lab.wire.postpone("server", pure_ack, 0.6)
    send_segments(client, server, 1)
    lab.pause(0.9)
    close_four_way(lab, client, server)
    lab.require_counter("client", "TcpExtTCPTimeouts")
    lab.require_counter("client", "TcpExtTCPDSACKRecv")
    return [four_way_by_client()]


@scenario("duplicates", "The network delivers the fourth of ten segments twice: a DSACK answers.")
def duplicates(lab: Lab) -> list[Life]:
    lab.wire.duplicate("client", nth_data(4), 0.0005)
    lab.require_frames("client", 10, data, "data")
    lab.require_frames("server", 11, data, "data")
    lab.require_counter("server", "TcpExtTCPDSACKOldSent")
    return transfer(lab)


@scenario(
    "lost-acknowledgements",
    "The first two acknowledgements of ten segments are lost: the next one covers for them.",
)
def lost_acknowledgements(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    lab.wire.drop("server", pure_ack, count=2)
    send_segments(client, server, 10)
    lab.pause(0.15)
    close_four_way(lab, client, server)
    lab.require_frames("client", 11, lambda f: data(f) and f.source_port != SERVER_PORT, "data")
    return [four_way_by_client()]


@scenario(
    "spurious-tail-loss-probe",
    "One segment's acknowledgement is lost: the tail-loss probe repeats what had arrived, and a "
    "DSACK says so.",
)
def spurious_tail_loss_probe(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    lab.wire.drop("server", pure_ack)
    send_segments(client, server, 1)
    lab.pause(0.3)
    close_four_way(lab, client, server)
    lab.require_counter("client", "TcpExtTCPLossProbes")
    lab.require_counter("client", "TcpExtTCPDSACKRecv")
    return [four_way_by_client()]


@scenario("lost-fin", "The client's FIN is lost and sent again.")
def lost_fin(lab: Lab) -> list[Life]:
    lab.wire.drop("client", fin)
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    close_four_way(lab, client, server)
    lab.require_frames("client", 2, lambda f: fin(f) and f.source_port != SERVER_PORT, "FIN")
    return [four_way_by_client()]


@scenario(
    "lost-last-ack",
    "The last ACK of the close is lost: the server repeats its FIN, and TIME_WAIT answers it.",
)
def lost_last_ack(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    client.finish()
    server.read_to_end()
    lab.pause()
    lab.wire.drop("client", pure_ack)
    server.finish()
    lab.pause(0.5)
    lab.require_frames("server", 2, lambda f: fin(f) and f.source_port == SERVER_PORT, "FIN")
    return [four_way_by_client()]


@scenario(
    "damaged-segment",
    "The fourth of ten segments arrives with a wrong checksum; the server ignores it.",
)
def damaged_segment(lab: Lab) -> list[Life]:
    lab.wire.rule(Rule("client", nth_data(4), 1, 1, (0.0,), edit=damaged))
    lab.require_counter("server", "TcpInCsumErrors")
    lab.require_counter("client", "TcpExtTCPFastRetrans")
    return transfer(lab)


@scenario(
    "silent-give-up",
    "The line is cut in the middle: the client repeats its data until its patience of two "
    "seconds is over, and says nothing.",
)
def silent_give_up(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    lab.wire.drop("client", tcp, count=None)
    client.setsockopt(6, TCP_USER_TIMEOUT, 2000)
    client.sendall(b"anybody there?\n")
    client.wait_for("CLOSE")
    time.sleep(0.2)
    established = {"client_states": ["SYN_SENT", "ESTABLISHED"]}
    return [
        Life(
            "open",
            "SYN_SENT ESTABLISHED CLOSED",
            "SYN_RCVD ESTABLISHED",
            at_client=established,
            at_server=established,
            notes=("the kernel's CLOSED follows its last timeout and sends nothing",),
        )
    ]


TCP_USER_TIMEOUT = 18
