#!/usr/bin/env python3
"""Switches the offloads of an interface off, as `ethtool -K` does: offloads.py INTERFACE

Segments and checksums are then as on a wire.
"""

import ctypes
import fcntl
import socket
import struct
import sys

SIOCETHTOOL = 0x8946
# <linux/ethtool.h>: what the kernel fills in or cuts later, and what it joins.
SETTINGS = {"tso": 0x1F, "gso": 0x24, "gro": 0x2C, "sg": 0x19, "tx": 0x17, "rx": 0x15}


def main() -> None:
    interface = sys.argv[1].encode()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for name, command in SETTINGS.items():
            value = ctypes.create_string_buffer(struct.pack("II", command, 0))
            request = struct.pack("16sP8x", interface, ctypes.addressof(value))
            try:
                fcntl.ioctl(any_socket, SIOCETHTOOL, request)
            except OSError as failure:
                sys.exit(f"{sys.argv[1]}: {name}: {failure.strerror}")


if __name__ == "__main__":
    main()
