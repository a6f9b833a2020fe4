"""Turns what the watchers saw into truth.json."""

from __future__ import annotations

import os
import re
import time

from .lab import Host, Lab
from .scenario import Life
from .trace import Address, Change

RFC_NAMES = {
    "SYN_RECV": "SYN_RCVD",
    "FIN_WAIT1": "FIN_WAIT_1",
    "FIN_WAIT2": "FIN_WAIT_2",
    "CLOSE": "CLOSED",
}
EXPECTED = (
    "client outcome closed_by handshake_kind teardown_kind syn_retries synack_retries "
    "client_states server_states"
).split()


class Account:
    """What the kernels say of one connection."""

    def __init__(self, lab: Lab, life: Life, turn: int, start: float, end: float) -> None:
        self.life = life
        self.turn = turn  # how often the tuple was used before
        self.client = (lab.client.address, life.client_port)
        self.server = (life.server_address or lab.server.address, life.server_port)
        self.notes = list(life.notes)
        self.client_changes, self.client_states = self._side(lab, "client", start, end)
        self.server_changes, self.server_states = self._side(lab, "server", start, end)
        everything = self.client_changes + self.server_changes
        self.start = min((change.time for change in everything), default=start)

    def _side(
        self, lab: Lab, side: str, start: float, end: float
    ) -> tuple[list[Change], list[str]]:
        ends = (self.client, self.server) if side == "client" else (self.server, self.client)
        changes = _life_between(_lives(_trace(lab, side), *ends), start, end)
        seen = _life_between(_lives(lab.table_changes[side], *ends), start, end)
        return changes, self._states(changes, seen)

    def _states(self, changes: list[Change], seen: list[Change]) -> list[str]:
        """The states in the RFC's names: the tracepoint's, completed by what the tables showed."""
        states = [_rfc(change.new) for change in changes if change.new != "LISTEN"]
        if not states:
            if any(change.new == "SYN_RECV" for change in seen):
                self.notes.append(
                    "SYN_RCVD is inferred from the socket table: the connection never became more "
                    "than a request socket, which the tracepoint does not tell"
                )
                gone = seen[-1].new == "GONE"
                return ["SYN_RCVD", "CLOSED"] if gone else ["SYN_RCVD"]
            return []
        if states[-1] == "CLOSED":
            # A full socket has no TIME_WAIT: what the table shows after its end is its stand-in.
            # The stand-in is in the table a moment before the full socket reports its end.
            waits = [
                _rfc(change.new)
                for change in seen
                if change.new in ("TIME_WAIT", "FIN_WAIT2")
                and change.time > changes[-1].time - 0.002
            ]
            if waits:
                states = states[:-1] + [state for state in waits if state != states[-2]]
                if waits[-1] == "FIN_WAIT_2" and seen[-1].new == "GONE":
                    states.append("CLOSED")
        return states


def accounts(lab: Lab, lives: list[Life]) -> list[Account]:
    """Finds each life's events; where a tuple is used again, the n-th life is the n-th use."""
    found: list[Account] = []
    for index, life in enumerate(lives):
        turn = sum(_ports(earlier) == _ports(life) for earlier in lives[:index])
        starts = _starts(lab, life) if life.protocol == "tcp" else []
        starts += [float("inf"), float("inf")]
        begin = 0.0 if turn == 0 else starts[turn]
        found.append(Account(lab, life, turn, begin, starts[turn + 1]))
    return found


def _ports(life: Life) -> tuple:
    return life.client_port, life.server_address, life.server_port


def _starts(lab: Lab, life: Life) -> list[float]:
    client = (lab.client.address, life.client_port)
    server = (lab.server.address, life.server_port)
    return [changes[0].time for changes in _lives(_trace(lab, "client"), client, server)]


def _trace(lab: Lab, side: str) -> list[Change]:
    """The tracepoint's changes, or where there is no tracepoint, the socket table's."""
    if lab.traced:
        return lab.changes
    return [
        Change(c.time, c.local, c.remote, c.old, "CLOSE" if c.new == "GONE" else c.new)
        for c in lab.table_changes[side]
    ]


def _lives(changes: list[Change], local: Address, remote: Address) -> list[list[Change]]:
    """The changes of the sockets with these addresses, one list for each life.

    A change that does not follow from the one before is another socket's: a namespace that was
    left a moment ago may still be closing its own, with the same addresses.
    """
    lives: list[list[Change]] = []
    for change in changes:
        if (change.local, change.remote) != (local, remote):
            continue
        opening = change.new in ("SYN_SENT", "SYN_RECV") and change.old != "SYN_SENT"
        if opening or change.old == "GONE":
            lives.append([change])
        elif lives and change.old == lives[-1][-1].new:
            lives[-1].append(change)
    return lives


def _life_between(lives: list[list[Change]], start: float, end: float) -> list[Change]:
    """The life that began in this time; none if no socket was ever made."""
    return next((life for life in lives if start <= life[0].time < end), [])


def _rfc(name: str) -> str:
    return RFC_NAMES.get(name, name)


def text_of(address: tuple) -> str:
    """The address as truth.json writes it."""
    host, port = address
    if port is None:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def truth(lab: Lab, found: list[Account]) -> dict:
    """The whole of truth.json. Its keys keep this order."""
    release = re.match(r"[\d.]+", os.uname().release)
    assert release is not None
    captures = ["loopback"] if lab.scenario.loopback else ["client", "server"]
    return {
        "scenario": lab.scenario.name,
        "shows": lab.scenario.shows,
        "kernel": release[0].rstrip("."),
        "captures": [f"{capture}.pcap" for capture in captures],
        "time_stamps": "nanoseconds" if lab.scenario.nanoseconds else "microseconds",
        "source_of_states": "tracepoint" if lab.traced else "socket table",
        "client_address": lab.client.address,
        "server_address": lab.server.address,
        "notes": lab.notes,
        "connections": [_connection(lab, account) for account in found],
        "counters": lab.counters,
    }


def _connection(lab: Lab, account: Account) -> dict:
    life = account.life
    result: dict = {
        "protocol": life.protocol,
        "client": text_of(account.client),
        "server": text_of(account.server),
    }
    if life.protocol == "tcp":
        zero = account.start
        result |= {
            # CLOCK_MONOTONIC becomes the time of day that the captures use.
            "started": f"{zero + time.time() - time.monotonic():.4f}",
            "client_trace": _json(account.client_changes, zero),
            "server_trace": _json(account.server_changes, zero),
            "client_states": account.client_states,
            "server_states": account.server_states,
            "tcp_info": {
                "client": _info(lab.client, account, account.client, account.server),
                "server": _info(lab.server, account, account.server, account.client),
            },
        }
    return result | _expectations(lab, account) | {"notes": account.notes}


def _json(changes: list[Change], zero: float) -> list[list]:
    return [[change.new, round(change.time - zero, 6)] for change in changes]


def _info(host: Host, account: Account, local: Address, remote: Address) -> dict | None:
    """The counters of this connection's socket, by the turn in which the tuple was used."""
    socks = [sock for sock in host.sockets if (sock.local, sock.remote) == (local, remote)]
    return socks[account.turn].info if account.turn < len(socks) else None


def _expectations(lab: Lab, account: Account) -> dict:
    if account.life.at_client == account.life.at_server or lab.scenario.loopback:
        return {"expect": expectation(account, account.life.at_client)}
    return {
        "expect_client": expectation(account, account.life.at_client),
        "expect_server": expectation(account, account.life.at_server),
    }


def expectation(account: Account, differences: dict | None) -> dict | None:
    """What a reader of one capture should conclude."""
    if differences is None:
        return None
    unknown = set(differences) - set(EXPECTED)
    assert not unknown, unknown
    life = account.life
    common = {
        "outcome": life.outcome,
        "closed_by": life.closed_by,
        "handshake_kind": life.handshake,
        "teardown_kind": life.teardown,
        "syn_retries": life.syn_retries,
        "synack_retries": life.synack_retries,
        "client_states": account.client_states,
        "server_states": account.server_states,
    }
    if life.protocol != "tcp":
        common = {"outcome": life.outcome}
    return common | differences
