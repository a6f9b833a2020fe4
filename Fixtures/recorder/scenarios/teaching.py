"""The classic teaching programs at work."""

from __future__ import annotations

import socket
from threading import Thread

from .. import teaching
from ..lab import Lab
from ..scenario import (
    CLIENT_PASSIVE_CLOSE,
    CLIENT_PORT,
    SERVER_ACTIVE_CLOSE,
    Life,
    datagrams,
    scenario,
)

CHAT_PORT, CIRCLE_PORT, THANKS_PORT, GBK_PORT, GBK_SENDER_PORT = 5001, 5002, 5003, 5004, 5005
QUESTIONS = ["hello", "what is the weather like?", "see you"]
ANSWERS = ["hello, who is there?", "it rains", "see you"]
RADII = ["1", "2.5", "10", "round"]
GBK_LINES = ["你好,世界", "今天天气很好", "再见"]


@scenario(
    "teaching-chat",
    'A line chat over TCP that ends when the client says "see you": the server closes.',
)
def chat(lab: Lab) -> list[Life]:
    listener = lab.server.listen(CHAT_PORT)
    server = Thread(target=teaching.chat_server, args=(listener, ANSWERS))
    server.start()
    with lab.client.dial(lab.server, CHAT_PORT) as client:
        teaching.chat_client(client, QUESTIONS, lab.pause)
        lab.pause()
        server.join()
        client.finish()
        lab.pause()
    return [closed_by_server(CHAT_PORT)]


def closed_by_server(port: int, teardown: str = "four_way", client_port: int = CLIENT_PORT) -> Life:
    return Life(
        "closed",
        CLIENT_PASSIVE_CLOSE,
        SERVER_ACTIVE_CLOSE,
        closed_by="server",
        teardown=teardown,
        client_port=client_port,
        server_port=port,
    )


@scenario(
    "teaching-circle",
    "A UDP service that answers the area of a circle for its radius, and complains about a word.",
)
def circle(lab: Lab) -> list[Life]:
    service = lab.server.socket(socket.SOCK_DGRAM, CIRCLE_PORT)
    server = Thread(target=teaching.circle_server, args=(service, len(RADII)))
    server.start()
    client = lab.client.socket(socket.SOCK_DGRAM, CLIENT_PORT)
    teaching.circle_client(client, (lab.server.address, CIRCLE_PORT), RADII, lab.pause)
    server.join()
    return [datagrams("answered", server_port=CIRCLE_PORT)]


@scenario(
    "teaching-thanks",
    'A TCP server that says "thank you !" to each of two clients and closes first.',
)
def thanks(lab: Lab) -> list[Life]:
    listener = lab.server.listen(THANKS_PORT)
    server = Thread(target=teaching.thanking_server, args=(listener, 2))
    server.start()
    for port in (CLIENT_PORT, CLIENT_PORT + 1):
        with lab.client.dial(lab.server, THANKS_PORT, port) as client:
            client.read_to_end()
            lab.pause()
        lab.pause()
    server.join()
    return [closed_by_server(THANKS_PORT, client_port=CLIENT_PORT + n) for n in range(2)]


@scenario(
    "teaching-gbk",
    "A UDP sender with a port of its own and three lines of Chinese in GBK, to a service that only "
    "listens.",
)
def gbk(lab: Lab) -> list[Life]:
    service = lab.server.socket(socket.SOCK_DGRAM, GBK_PORT)
    sender = lab.client.socket(socket.SOCK_DGRAM, GBK_SENDER_PORT)
    teaching.gbk_sender(sender, (lab.server.address, GBK_PORT), GBK_LINES, lab.pause)
    for line in GBK_LINES:
        assert service.recv(1024).decode("gbk") == line
    return [datagrams("unanswered", client_port=GBK_SENDER_PORT, server_port=GBK_PORT)]
