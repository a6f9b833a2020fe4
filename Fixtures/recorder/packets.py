"""Packets that no kernel here sends: a router's complaints, a forger's reset, a damaged segment."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address

from .frames import Frame

ROUTER = "192.0.2.254"
HOST_UNREACHABLE, PORT_UNREACHABLE, FRAGMENTATION_NEEDED = 1, 3, 4
ETHERNET, IPV4 = 14, 20  # the headers' sizes; the recorder's hosts send no IPv4 options


def checksum(content: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    content += b"\0" * (len(content) % 2)
    total = sum(struct.unpack(f"!{len(content) // 2}H", content))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def ipv4(source: str, destination: str, protocol: int, payload: bytes) -> bytes:
    header = struct.pack(
        "!BBHHHBBH4s4s",
        0x45,
        0,
        IPV4 + len(payload),
        0,
        0,
        64,
        protocol,
        0,
        IPv4Address(source).packed,
        IPv4Address(destination).packed,
    )
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


@dataclass(frozen=True)
class Unreachable:
    """A router's or host's answer to a frame: ICMP destination unreachable, quoting it."""

    code: int
    reporter: str | None = ROUTER  # None: the frame's destination
    mtu: int = 0

    def __call__(self, frame: Frame) -> bytes:
        quoted = frame.raw[ETHERNET : ETHERNET + IPV4 + 8]
        message = struct.pack("!BBHHH", 3, self.code, 0, 0, self.mtu) + quoted
        message = message[:2] + struct.pack("!H", checksum(message)) + message[4:]
        reporter = self.reporter or frame.destination
        answer = ipv4(reporter, frame.source, 1, message)
        return frame.raw[6:12] + frame.raw[0:6] + frame.raw[12:14] + answer


def forged_reset(frame: Frame, offset: int) -> bytes:
    """A RST as a stranger would forge it after this segment: right ports, sequence a bit off."""
    sequence = (frame.end + offset) & 0xFFFFFFFF
    ports = frame.raw[ETHERNET + IPV4 : ETHERNET + IPV4 + 4]
    segment = ports + struct.pack("!IIBBHHH", sequence, 0, 5 << 4, 0x04, 0, 0, 0)
    pseudo = frame.raw[ETHERNET + 12 : ETHERNET + 20] + struct.pack("!HH", 6, len(segment))
    segment = segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:]
    return frame.raw[:ETHERNET] + ipv4(frame.source, frame.destination, 6, segment)


def damaged(frame: Frame) -> bytes:
    """The frame with its last byte turned over, as a bad memory in a router does it."""
    return frame.raw[:-1] + bytes([frame.raw[-1] ^ 0xFF])


def congested(frame: Frame) -> bytes:
    """The frame as a congested router passes it on: ECN field CE (RFC 3168)."""
    header = bytearray(frame.raw[ETHERNET : ETHERNET + IPV4])
    header[1] |= 3
    header[10:12] = b"\0\0"
    header[10:12] = struct.pack("!H", checksum(bytes(header)))
    return frame.raw[:ETHERNET] + bytes(header) + frame.raw[ETHERNET + IPV4 :]
