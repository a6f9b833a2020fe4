"""Why segments are sent again: which of the sender's means it was, and whether it was needed."""

from __future__ import annotations

from ..frames import data, pure_ack
from ..lab import Lab
from ..scenario import Life, four_way_by_client, scenario
from .closing import close_four_way, exchange
from .loss import NO_PROBES, SEGMENT, nth_data, send_segments, transfer

WITHOUT_SACK = {"net.ipv4.tcp_sack": 0}
WITHOUT_BOTH = {"net.ipv4.tcp_sack": 0, "net.ipv4.tcp_timestamps": 0}


def stalled_flight(lab: Lab, size: int = SEGMENT) -> list[Life]:
    """The network stalls with four segments under way: the timer runs out, then all arrive."""
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    lab.wire.postpone("client", data, 0.25, count=4)
    lab.wire.postpone("client", data, 0.05)  # the repeat stays behind the originals
    client.sendall(bytes(4 * size))
    server.read(4 * size)
    lab.pause(0.5)
    close_four_way(lab, client, server)
    return [four_way_by_client()]


@scenario(
    "timeout-slow-start",
    "All of ten segments are lost, and with tail-loss probes switched off the timer brings the "
    "first again and slow start the rest.",
    sysctls=NO_PROBES,
)
def timeout_slow_start(lab: Lab) -> list[Life]:
    lab.wire.drop("client", data, count=10)
    lab.require_counter("client", "TcpExtTCPTimeouts")
    lab.require_counter("client", "TcpExtTCPSlowStartRetrans", 5)
    return transfer(lab)


@scenario(
    "probe-then-fast-retransmit",
    "The last three of ten segments are lost: the tail-loss probe repeats the last, and its "
    "SACK brings the other two again.",
)
def probe_then_fast_retransmit(lab: Lab) -> list[Life]:
    lab.wire.drop("client", data, first=8, count=3)
    lab.require_counter("client", "TcpExtTCPLossProbes")
    lab.require_counter("client", "TcpRetransSegs", 3)
    return transfer(lab)


@scenario(
    "probe-then-timeout",
    "A single segment is lost three times: a tail-loss probe repeats it, then the timer twice.",
)
def probe_then_timeout(lab: Lab) -> list[Life]:
    lab.wire.drop("client", data, count=3)
    lab.require_counter("client", "TcpExtTCPLossProbes")
    lab.require_counter("client", "TcpExtTCPTimeouts", 2)
    return transfer(lab, 1)


@scenario(
    "several-holes",
    "Five of twenty segments are lost in one flight: SACK brings them again within a round trip.",
)
def several_holes(lab: Lab) -> list[Life]:
    for number in (11, 13, 14, 17, 19):
        lab.wire.drop("client", nth_data(number))
    lab.require_counter("client", "TcpExtTCPFastRetrans", 5)
    return transfer(lab, 30)


@scenario(
    "spurious-timeout-of-flight",
    "The network stalls for 250 ms with four segments under way: the timer repeats what arrives "
    "after all, and a DSACK says so.",
    sysctls=NO_PROBES,
)
def spurious_timeout_of_flight(lab: Lab) -> list[Life]:
    lab.require_counter("client", "TcpExtTCPTimeouts")
    lab.require_counter("client", "TcpExtTCPDSACKRecv")
    return stalled_flight(lab)


@scenario(
    "spurious-timeout-without-sack",
    "The same without SACK: only the clock that the acknowledgement echoes tells.",
    sysctls=WITHOUT_SACK,
)
def spurious_timeout_without_sack(lab: Lab) -> list[Life]:
    lab.require_counter("client", "TcpExtTCPTimeouts")
    return stalled_flight(lab)


@scenario(
    "spurious-timeout-without-options",
    "The same without SACK and timestamps: only how soon the acknowledgement comes tells.",
    sysctls=WITHOUT_BOTH,
)
def spurious_timeout_without_options(lab: Lab) -> list[Life]:
    lab.require_counter("client", "TcpExtTCPTimeouts")
    return stalled_flight(lab, 1460)


@scenario(
    "spurious-fast-retransmit-without-sack",
    "The fourth of ten segments comes 8 ms late, without SACK: duplicate acknowledgements bring "
    "it again for nothing, and the echoed clock tells.",
    sysctls=WITHOUT_SACK,
)
def spurious_fast_retransmit_without_sack(lab: Lab) -> list[Life]:
    lab.wire.postpone("client", nth_data(4), 0.008)
    lab.require_counter("client", "TcpRetransSegs")
    return transfer(lab)


@scenario(
    "long-way-loss",
    "A way of 150 ms each: the fourth of ten segments and the last of all are lost; SACK brings "
    "the first, a tail-loss probe the second.",
    delay=0.15,
)
def long_way_loss(lab: Lab) -> list[Life]:
    lab.wire.drop("client", nth_data(4))
    lab.wire.drop("client", nth_data(12))
    lab.require_counter("client", "TcpRetransSegs", 2)
    client, server = lab.connect()
    send_segments(client, server, 10)
    lab.pause(1.0)
    send_segments(client, server, 2)
    lab.pause(0.5)
    close_four_way(lab, client, server)
    return [four_way_by_client()]


@scenario(
    "long-way-timeout",
    "A way of 150 ms each: the last four of ten segments are lost, and with tail-loss probes "
    "switched off the timer brings them again.",
    delay=0.15,
    sysctls=NO_PROBES,
)
def long_way_timeout(lab: Lab) -> list[Life]:
    lab.wire.drop("client", data, first=7, count=4)
    lab.require_counter("client", "TcpExtTCPTimeouts")
    return transfer(lab)


@scenario(
    "reordered-flight",
    "Three of twenty segments come 2 ms late, behind several others; the sender waits and repeats "
    "none.",
)
def reordered_flight(lab: Lab) -> list[Life]:
    for number in (12, 15, 18):
        lab.wire.postpone("client", nth_data(number), 0.002)
    lab.require_counter("server", "TcpExtTCPOFOQueue")
    return transfer(lab, 20)


@scenario(
    "duplicated-acknowledgements",
    "The network doubles two acknowledgements on their way: nobody sends anything again.",
)
def duplicated_acknowledgements(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    lab.wire.duplicate("server", pure_ack, 0.0004, count=2)
    send_segments(client, server, 10)
    lab.pause(0.15)
    close_four_way(lab, client, server)
    return [four_way_by_client()]
