"""UDP and ICMP: conversations without connections."""

from __future__ import annotations

import socket

from ..lab import Lab
from ..scenario import CLIENT_PORT, SERVER_PORT, Life, datagrams, scenario

DATAGRAM = socket.SOCK_DGRAM


@scenario("udp-answered", "Three datagrams, each answered.")
def udp_answered(lab: Lab) -> list[Life]:
    server = lab.server.socket(DATAGRAM, SERVER_PORT)
    client = lab.client.socket(DATAGRAM, CLIENT_PORT)
    for question in (b"one", b"two", b"three"):
        client.sendto(question, (lab.server.address, SERVER_PORT))
        heard, address = server.recvfrom(2048)
        server.sendto(heard.upper(), address)
        client.recv(2048)
        lab.pause(0.05)
    return [datagrams("answered")]


@scenario("udp-unanswered", "Three datagrams to a service that reads them and says nothing.")
def udp_unanswered(lab: Lab) -> list[Life]:
    server = lab.server.socket(DATAGRAM, SERVER_PORT)
    client = lab.client.socket(DATAGRAM, CLIENT_PORT)
    for number in range(3):
        client.sendto(b"anybody there? %d" % number, (lab.server.address, SERVER_PORT))
        server.recv(2048)
        lab.pause(0.05)
    return [datagrams("unanswered")]


@scenario("udp-to-closed-port", "A datagram to a port without a socket: ICMP port unreachable.")
def udp_to_closed_port(lab: Lab) -> list[Life]:
    client = lab.client.socket(DATAGRAM, CLIENT_PORT)
    client.connect((lab.server.address, SERVER_PORT))
    client.send(b"anybody there?")
    lab.pause(0.05)
    try:
        client.recv(2048)
    except ConnectionRefusedError:
        pass
    return [datagrams("unreachable")]


@scenario(
    "udp-to-closed-port-ipv6",
    "A datagram to a port without a socket, over IPv6: ICMPv6 port unreachable.",
    ipv6=True,
)
def udp_to_closed_port_ipv6(lab: Lab) -> list[Life]:
    return udp_to_closed_port(lab)


@scenario(
    "udp-one-way",
    "Datagrams to a multicast group and to the broadcast address: nobody is expected to answer.",
)
def udp_one_way(lab: Lab) -> list[Life]:
    client = lab.client.socket(DATAGRAM, CLIENT_PORT)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    client.setsockopt(
        socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(lab.client.address)
    )
    for number in range(2):
        for address in (GROUP, BROADCAST):
            client.sendto(b"hello, all %d" % number, (address, SERVER_PORT))
        lab.pause(0.05)
    return [datagrams("one_way", server_address=address) for address in (GROUP, BROADCAST)]


GROUP = "233.252.0.1"  # a multicast address for documentation (RFC 5771)
BROADCAST = "192.0.2.255"


@scenario("udp-fragmented", "A datagram of 4000 bytes in three IPv4 fragments, and so its answer.")
def udp_fragmented(lab: Lab) -> list[Life]:
    lab.require_frames("client", 6, lambda frame: frame.fragment, "fragments")
    return _fragmented(lab)


@scenario(
    "udp-fragmented-ipv6",
    "A datagram of 4000 bytes in three IPv6 fragments, and so its answer.",
    ipv6=True,
)
def udp_fragmented_ipv6(lab: Lab) -> list[Life]:
    lab.require_frames("client", 6, lambda frame: frame.fragment, "fragments")
    return _fragmented(lab)


def _fragmented(lab: Lab) -> list[Life]:
    server = lab.server.socket(DATAGRAM, SERVER_PORT)
    client = lab.client.socket(DATAGRAM, CLIENT_PORT)
    client.sendto(bytes(range(250)) * 16, (lab.server.address, SERVER_PORT))
    heard, address = server.recvfrom(65536)
    server.sendto(heard[::-1], address)
    client.recv(65536)
    return [datagrams("answered")]


@scenario(
    "udp-fragment-lost",
    "The middle one of three fragments is lost, so the datagram never arrives and has no answer.",
)
def udp_fragment_lost(lab: Lab) -> list[Life]:
    lab.wire.drop("client", lambda frame: frame.fragment, first=2)
    server = lab.server.socket(DATAGRAM, SERVER_PORT)
    client = lab.client.socket(DATAGRAM, CLIENT_PORT)
    client.sendto(bytes(range(250)) * 16, (lab.server.address, SERVER_PORT))
    server.settimeout(0.3)
    try:
        server.recv(65536)
    except TimeoutError:
        pass
    note = "the server's capture has the first and the last fragment, and no whole datagram"
    return [datagrams("unanswered", notes=(note,))]


@scenario(
    "udp-two-clients",
    "Two clients of one service, interleaved: two conversations, one of them unanswered.",
)
def udp_two_clients(lab: Lab) -> list[Life]:
    server = lab.server.socket(DATAGRAM, SERVER_PORT)
    clients = [lab.client.socket(DATAGRAM, CLIENT_PORT + number) for number in range(2)]
    for number in range(2):
        for client in clients:
            client.sendto(b"hello %d" % number, (lab.server.address, SERVER_PORT))
        for _ in clients:
            heard, address = server.recvfrom(2048)
            if address[1] == CLIENT_PORT:
                server.sendto(heard, address)
        lab.pause(0.05)
    return [
        datagrams("answered"),
        datagrams("unanswered", client_port=CLIENT_PORT + 1),
    ]


@scenario("ping", "Three ICMP echo requests and replies, after ARP.", resolve=True)
def ping(lab: Lab) -> list[Life]:
    return _ping(lab, lost=False)


@scenario("ping-lost", "Three ICMP echo requests; the second one's reply is lost.")
def ping_lost(lab: Lab) -> list[Life]:
    lab.wire.drop("server", lambda frame: frame.protocol == "icmp", first=2)
    return _ping(lab, lost=True)


@scenario("ping6", "Three ICMPv6 echo requests and replies.", ipv6=True)
def ping6(lab: Lab) -> list[Life]:
    return _ping(lab, lost=False)


def _ping(lab: Lab, lost: bool) -> list[Life]:
    """Echo requests from the kernel's ping socket, whose port is the identifier."""
    v6 = lab.client.family == socket.AF_INET6
    protocol = socket.IPPROTO_ICMPV6 if v6 else socket.IPPROTO_ICMP
    lab.client.namespace.sysctl("net.ipv4.ping_group_range", "0 0")
    with lab.client.namespace.entered():
        sock = socket.socket(lab.client.family, DATAGRAM, protocol)
    with sock:
        sock.bind((lab.client.address, IDENTIFIER))
        sock.settimeout(0.3)
        for sequence in range(1, 4):
            # Type, code, then checksum and identifier that the kernel fills in.
            header = bytes([128 if v6 else 8, 0, 0, 0, 0, 0]) + sequence.to_bytes(2, "big")
            sock.sendto(header + bytes(range(48)), (lab.server.address, 0))
            try:
                sock.recv(2048)
            except TimeoutError:
                assert lost
            lab.pause(0.05)
    return [
        datagrams("answered", protocol="icmp", client_port=None, server_port=None, notes=(NOTE,))
    ]


IDENTIFIER = 4242
NOTE = f"echo identifier {IDENTIFIER}, sequence numbers 1 to 3"
