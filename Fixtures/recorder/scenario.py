"""What a scenario is: a name, what it shows, and the lives it means to give its connections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .lab import Lab

# State lists that many connections share, in the names of RFC 9293.
ACTIVE_CLOSE = "SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT"
PASSIVE_CLOSE = "SYN_RCVD ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"
CLIENT_PASSIVE_CLOSE = "SYN_SENT ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"
SERVER_ACTIVE_CLOSE = "SYN_RCVD ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT"

CLIENT_PORT = 40001
SERVER_PORT = 7654


class Rejected(Exception):
    """The recording is not what its scenario promises."""


@dataclass(frozen=True)
class Life:
    """What one connection must have gone through, and what a reader of its capture should conclude.

    `client` and `server` are the states that the kernels must have passed, separated by spaces.
    `at_client` and `at_server` hold what only the capture of that end shows otherwise, by the
    names used in truth.json; None says that this capture has no packet of the connection.
    """

    outcome: str
    client: str = ""
    server: str = ""
    closed_by: str | None = None
    handshake: str | None = "three_way"
    teardown: str | None = "none"
    syn_retries: int | None = 0
    synack_retries: int | None = 0
    protocol: str = "tcp"
    client_port: int | None = CLIENT_PORT
    server_port: int | None = SERVER_PORT
    server_address: str | None = None  # where it is not the server's
    at_client: dict | None = field(default_factory=dict)
    at_server: dict | None = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def four_way_by_client(**changes) -> Life:
    return Life(
        "closed", ACTIVE_CLOSE, PASSIVE_CLOSE, closed_by="client", teardown="four_way", **changes
    )


def datagrams(outcome: str, **changes) -> Life:
    """A conversation of a protocol without connections."""
    changes = {"protocol": "udp"} | changes
    return Life(
        outcome, handshake=None, teardown=None, syn_retries=None, synack_retries=None, **changes
    )


@dataclass(frozen=True)
class Scenario:
    """One directory of fixtures. `play` runs it and returns the lives, in order of their start."""

    name: str
    shows: str
    play: Callable[["Lab"], list[Life]]
    loopback: bool = False
    ipv6: bool = False
    nanoseconds: bool = False
    any_device: bool = False  # capture on the pseudo-device "any"
    snap: int = 262_144  # bytes kept of each packet
    filter: str = ""  # tcpdump's, for a capture that misses something
    missed: int = 0  # packets that this filter keeps out of each capture
    late_start: bool = False  # the scenario itself calls `lab.start_captures()`
    resolve: bool = False  # neighbours are found by ARP, as in daily life
    delay: float = 0.005
    tags: tuple[tuple[int, int], ...] = ()
    sysctls: dict[str, object] = field(default_factory=dict)


SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str, shows: str, **settings) -> Callable:
    def register(play: Callable[["Lab"], list[Life]]) -> Callable[["Lab"], list[Life]]:
        assert name not in SCENARIOS, name
        SCENARIOS[name] = Scenario(name, shows, play, **settings)
        return play

    return register
