"""The same life over other links: IPv6, VLAN tags, the loopback interface."""

from __future__ import annotations

from ..frames import Frame
from ..lab import Lab
from ..scenario import Life, Rejected, four_way_by_client, scenario
from .closing import close_four_way, exchange
from .failing import RST_FROM_NOBODY
from .loss import send_segments

VLAN, SERVICE_VLAN = 0x8100, 0x88A8


def ordinary_life(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    exchange(client, server)
    lab.pause()
    close_four_way(lab, client, server)
    return [four_way_by_client()]


@scenario("ipv6", "Handshake, exchange and four-way close over IPv6.", ipv6=True)
def ipv6(lab: Lab) -> list[Life]:
    return ordinary_life(lab)


@scenario("ipv6-refused", "Nobody listens, over IPv6.", ipv6=True)
def ipv6_refused(lab: Lab) -> list[Life]:
    try:
        lab.client.dial(lab.server)
    except ConnectionRefusedError:
        pass
    life = Life(
        "refused",
        "SYN_SENT CLOSED",
        handshake="partial",
        at_client=RST_FROM_NOBODY,
        at_server=RST_FROM_NOBODY,
    )
    return [life]


@scenario(
    "vlan",
    "An ordinary connection on the switch's mirror ports, where frames carry the 802.1Q tag of "
    "VLAN 100.",
    tags=((VLAN, 100),),
)
def vlan(lab: Lab) -> list[Life]:
    lab.require_frames("client", 11, lambda frame: frame.tags == (100,), "tagged")
    return ordinary_life(lab)


@scenario(
    "vlan-in-vlan",
    "The same with two tags: service VLAN 200 (802.1ad) around customer VLAN 100.",
    tags=((SERVICE_VLAN, 200), (VLAN, 100)),
)
def vlan_in_vlan(lab: Lab) -> list[Life]:
    lab.require_frames("client", 11, lambda frame: frame.tags == (200, 100), "tagged twice")
    return ordinary_life(lab)


@scenario(
    "any-device",
    "An ordinary connection captured on all devices at once: Linux cooked headers (SLL2), no "
    "Ethernet.",
    any_device=True,
)
def any_device(lab: Lab) -> list[Life]:
    return ordinary_life(lab)


@scenario(
    "snapped",
    "Ten full segments of which the capture keeps 80 bytes each: headers, and hardly any payload.",
    snap=80,
)
def snapped(lab: Lab) -> list[Life]:
    client, server = lab.connect()
    send_segments(client, server, 10)
    lab.pause(0.15)
    close_four_way(lab, client, server)
    return [four_way_by_client()]


@scenario(
    "loopback",
    "Handshake, exchange and four-way close on the loopback interface, whose checksums nobody "
    "fills in.",
    loopback=True,
    nanoseconds=True,
)
def loopback(lab: Lab) -> list[Life]:
    return ordinary_life(lab)


@scenario("loopback-ipv6", "The same over IPv6.", loopback=True, ipv6=True)
def loopback_ipv6(lab: Lab) -> list[Life]:
    return ordinary_life(lab)


@scenario(
    "loopback-bulk",
    "150 kB over the loopback interface: segments far beyond the MSS, as segmentation offload "
    "shows them.",
    loopback=True,
)
def loopback_bulk(lab: Lab) -> list[Life]:
    # An MSS as on Ethernet; without it a segment of the loopback interface is 64 kB by right.
    lab.client.namespace.run("ip", "link", "set", "lo", "mtu", "1500")
    client, server = lab.connect()
    client.sendall(bytes(range(250)) * 600)
    server.read(150_000)
    lab.pause()
    close_four_way(lab, client, server)
    lab.checks.append(has_large_segment)
    return [four_way_by_client()]


def has_large_segment(captured: dict[str, list[Frame]]) -> None:
    if max(len(frame.payload) for frame in captured["loopback"]) <= 1460:
        raise Rejected("no segment is larger than the MSS")
