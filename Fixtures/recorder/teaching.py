"""The four little programs that networking courses start with, written anew.

Each is a function for a socket that is ready to use, as a course would write it inside `main`.
"""

from __future__ import annotations

import math
import socket

FAREWELL = "see you"
THANKS = b"thank you !"
PATIENCE = 0.05  # seconds that a person at the keyboard needs for a line


def chat_server(listener: socket.socket, lines: list[str]) -> None:
    """Answers each line with one of its own, and closes after the farewell."""
    connection, _ = listener.accept()
    with connection, connection.makefile("rw", encoding="utf-8", newline="\n") as stream:
        for heard, said in zip(stream, lines):
            print(said, file=stream, flush=True)
            if heard.strip() == FAREWELL:
                break


def chat_client(connection: socket.socket, lines: list[str], wait) -> None:
    """Says a line, hears a line, until it has said farewell and heard it back."""
    with connection.makefile("rw", encoding="utf-8", newline="\n") as stream:
        for said in lines:
            wait(PATIENCE)
            print(said, file=stream, flush=True)
            stream.readline()
            if said == FAREWELL:
                break


def circle_server(service: socket.socket, requests: int) -> None:
    """Answers the area of a circle for its radius."""
    for _ in range(requests):
        request, client = service.recvfrom(1024)
        try:
            answer = f"{math.pi * float(request) ** 2:.4f}"
        except ValueError:
            answer = "not a radius"
        service.sendto(answer.encode("ascii"), client)


def circle_client(sock: socket.socket, service: tuple[str, int], radii: list[str], wait) -> None:
    for radius in radii:
        sock.sendto(radius.encode("ascii"), service)
        sock.recvfrom(1024)
        wait(PATIENCE)


def thanking_server(listener: socket.socket, clients: int) -> None:
    """Says its thanks to whoever comes, and closes."""
    for _ in range(clients):
        connection, _ = listener.accept()
        with connection:
            connection.sendall(THANKS)


def gbk_sender(sock: socket.socket, service: tuple[str, int], lines: list[str], wait) -> None:
    """Sends lines in the encoding that Chinese Windows programs use, from a port that stays."""
    for line in lines:
        sock.sendto(line.encode("gbk"), service)
        wait(PATIENCE)
