"""TCP Fast Open (RFC 7413): data in the SYN."""

from __future__ import annotations

import socket

from ..lab import Lab
from ..scenario import CLIENT_PORT, SERVER_PORT, Life, four_way_by_client, scenario
from ..sockets import Endpoint
from .closing import close_four_way

FAST_OPEN = {"net.ipv4.tcp_fastopen": 3}
MSG_FASTOPEN = 0x20000000


def fast_open_listener(lab: Lab) -> Endpoint:
    listener = lab.server.socket(port=SERVER_PORT)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 8)
    listener.listen(8)
    return listener


def fast_open(lab: Lab, listener: Endpoint, own_port: int) -> tuple[Endpoint, Endpoint]:
    """Sends a request with the SYN where the client has a cookie, after the handshake where not."""
    client = lab.client.socket(port=own_port)
    client.settimeout(None)  # sendto() then waits for a handshake that it cannot skip
    client.sendto(b"request\n", MSG_FASTOPEN, (lab.server.address, SERVER_PORT))
    client.remember((lab.server.address, SERVER_PORT))
    server, _ = listener.accept()
    server.read(8)
    server.sendall(b"answer\n")
    client.read(7)
    lab.pause()
    return client, server


@scenario(
    "fast-open",
    "A first connection asks for the cookie, a second one sends its request in the SYN and gets "
    "the answer before the handshake's last ACK.",
    sysctls=FAST_OPEN,
)
def fast_open_twice(lab: Lab) -> list[Life]:
    listener = fast_open_listener(lab)
    for port in (CLIENT_PORT, CLIENT_PORT + 1):
        close_four_way(lab, *fast_open(lab, listener, port))
    lab.require_counter("client", "TcpExtTCPFastOpenActive")
    lab.require_counter("server", "TcpExtTCPFastOpenPassive")
    return [
        four_way_by_client(),
        four_way_by_client(handshake="fast_open", client_port=CLIENT_PORT + 1),
    ]


@scenario(
    "fast-open-stale-cookie",
    "The server has a new key: it ignores the data in the SYN, and the client sends it again.",
    sysctls=FAST_OPEN,
)
def fast_open_stale_cookie(lab: Lab) -> list[Life]:
    listener = fast_open_listener(lab)
    close_four_way(lab, *fast_open(lab, listener, CLIENT_PORT))
    lab.server.namespace.sysctl("net.ipv4.tcp_fastopen_key", "1-2-3-4")
    listener.close()
    listener = fast_open_listener(lab)
    close_four_way(lab, *fast_open(lab, listener, CLIENT_PORT + 1))
    lab.require_counter("server", "TcpExtTCPFastOpenPassiveFail")
    return [
        four_way_by_client(),
        four_way_by_client(
            client_port=CLIENT_PORT + 1,
            notes=("Fast Open was tried and failed: the SYN+ACK acknowledges only the SYN",),
        ),
    ]
