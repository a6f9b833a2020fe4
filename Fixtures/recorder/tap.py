"""Ethernet devices whose cable is a file descriptor (Linux TUN/TAP)."""

from __future__ import annotations

import fcntl
import os
import struct

from .namespace import Namespace

TUNSETIFF = 0x400454CA
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000


def open_tap(namespace: Namespace, name: str, hardware_address: str) -> int:
    """Creates the device inside the namespace, brings it up, returns the cable's end.

    The device offers no offload: the kernel cuts segments and fills in checksums itself, so what
    is captured is what a wire would carry.
    """
    with namespace.entered():
        cable = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        request = struct.pack("16sH22x", name.encode("ascii"), IFF_TAP | IFF_NO_PI)
        fcntl.ioctl(cable, TUNSETIFF, request)
    namespace.run("ip", "link", "set", name, "address", hardware_address)
    return cable
