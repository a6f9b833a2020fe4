"""Just enough dissection to point at a frame: for the forwarder's rules and the recorder's checks.

It is deliberately naive (no options, no extension headers): it only ever sees the recorder's own
traffic, and must not share a mistake with the reader that the fixtures are meant to test.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

ETHERTYPES = {0x0800: "ipv4", 0x86DD: "ipv6", 0x0806: "arp"}
LINUX_SLL2 = 276
VLAN_TAGS = (0x8100, 0x88A8)
PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp"}


@dataclass(frozen=True)
class Frame:
    """One Ethernet frame. TCP fields are zero for everything else."""

    raw: bytes
    time: int = 0  # nanoseconds since 1970, of a captured frame
    tags: tuple[int, ...] = ()  # VLAN identifiers, outermost first
    network: str = "other"
    protocol: str = "other"
    source: str = ""
    destination: str = ""
    source_port: int = 0
    destination_port: int = 0
    fragment: bool = False  # any fragment of a larger datagram
    flags: str = ""  # of "FSRPAUEC", in this order
    sequence: int = 0
    acknowledgement: int = 0
    window: int = 0
    payload: bytes = b""

    def has(self, flags: str) -> bool:
        return all(flag in self.flags for flag in flags)

    @property
    def space(self) -> int:
        """How much sequence space the segment occupies."""
        return len(self.payload) + self.has("S") + self.has("F")

    @property
    def end(self) -> int:
        return (self.sequence + self.space) & 0xFFFFFFFF


Predicate = Callable[[Frame], bool]


def syn(frame: Frame) -> bool:
    return frame.has("S") and not frame.has("A")


def syn_ack(frame: Frame) -> bool:
    return frame.has("SA")


def fin(frame: Frame) -> bool:
    return frame.has("F")


def rst(frame: Frame) -> bool:
    return frame.has("R")


def data(frame: Frame) -> bool:
    return frame.protocol == "tcp" and len(frame.payload) > 0


def pure_ack(frame: Frame) -> bool:
    return frame.flags == "A" and not frame.payload


def tcp(frame: Frame) -> bool:
    return frame.protocol == "tcp"


def dissect(raw: bytes, time: int = 0) -> Frame:
    offset = 12
    tags: list[int] = []
    while int.from_bytes(raw[offset : offset + 2], "big") in VLAN_TAGS:
        tags.append(int.from_bytes(raw[offset + 2 : offset + 4], "big") & 0x0FFF)
        offset += 4
    network = ETHERTYPES.get(int.from_bytes(raw[offset : offset + 2], "big"), "other")
    fields: dict = {"raw": raw, "time": time, "tags": tuple(tags), "network": network}
    packet = raw[offset + 2 :]
    if network == "ipv4":
        fields |= _ipv4(packet)
    elif network == "ipv6":
        fields |= _ipv6(packet)
    return Frame(**fields)


def _ipv4(packet: bytes) -> dict:
    total, _, fragment = struct.unpack_from("!HHH", packet, 2)
    fields = {
        "source": str(IPv4Address(packet[12:16])),
        "destination": str(IPv4Address(packet[16:20])),
        "protocol": PROTOCOLS.get(packet[9], "other"),
        "fragment": fragment & 0x3FFF != 0,
    }
    if fragment & 0x1FFF:
        return fields
    return fields | _transport(fields["protocol"], packet[(packet[0] & 15) * 4 : total])


def _ipv6(packet: bytes) -> dict:
    length, next_header = struct.unpack_from("!HB", packet, 4)
    fields = {
        "source": str(IPv6Address(packet[8:24])),
        "destination": str(IPv6Address(packet[24:40])),
        "protocol": PROTOCOLS.get(next_header, "other"),
    }
    if next_header == 44:
        return fields | {"protocol": PROTOCOLS.get(packet[40], "other"), "fragment": True}
    return fields | _transport(fields["protocol"], packet[40 : 40 + length])


def _transport(protocol: str, segment: bytes) -> dict:
    if protocol == "icmp":
        return {"payload": segment}
    if protocol not in ("tcp", "udp"):
        return {}
    source, destination = struct.unpack_from("!HH", segment)
    ports = {"source_port": source, "destination_port": destination}
    if protocol == "udp":
        return ports | {"payload": segment[8:]}
    sequence, acknowledgement, offset, flags, window = struct.unpack_from("!IIBBH", segment, 4)
    return ports | {
        "sequence": sequence,
        "acknowledgement": acknowledgement,
        "flags": "".join(name for bit, name in enumerate("FSRPAUEC") if flags & 1 << bit),
        "window": window,
        "payload": segment[(offset >> 4) * 4 :],
    }


def read_capture(path: Path) -> list[Frame]:
    """Reads a pcap file of this machine's byte order, with Ethernet or SLL2 frames."""
    content = path.read_bytes()
    magic, *_, link_type = struct.unpack_from("=IHHIIII", content)
    unit = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}[magic]
    return list(_records(content, unit, link_type))


def _records(content: bytes, unit: int, link_type: int) -> Iterator[Frame]:
    offset = 24
    while offset < len(content):
        seconds, fraction, kept, _ = struct.unpack_from("=IIII", content, offset)
        raw = content[offset + 16 : offset + 16 + kept]
        if link_type == LINUX_SLL2:
            raw = bytes(12) + raw[:2] + raw[20:]  # as Ethernet without addresses
        yield dissect(raw, seconds * 10**9 + fraction * unit)
        offset += 16 + kept
