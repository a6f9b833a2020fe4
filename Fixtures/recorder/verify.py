"""The checks a recording must pass before it replaces the one that is there."""

from __future__ import annotations

from .frames import Frame, fin, rst, syn, syn_ack
from .lab import Lab
from .scenario import Rejected
from .truth import Account, expectation, text_of as _address

SIZE_LIMIT = 200_000


def require(condition: bool, complaint: str) -> None:
    if not condition:
        raise Rejected(complaint)


def verify(lab: Lab, found: list[Account]) -> None:
    captured = lab.captured()
    for side, frames in captured.items():
        size = (lab.directory / f"{side}.pcap").stat().st_size
        require(size < SIZE_LIMIT, f"{side}.pcap has {size} bytes")
        if not lab.scenario.loopback:
            passed = lab.wire.passed[side] - lab.scenario.missed
            require(len(frames) == passed, f"{side}: {len(frames)} frames of {passed}")
    if not lab.scenario.loopback:
        for number, rule in enumerate(lab.wire.rules, 1):
            require(rule.done, f"rule {number} fired {rule.fired} times, saw {rule.seen} frames")
    for account in found:
        _verify_states(account)
        for side, frames in captured.items():
            _verify_capture(account, side, frames)
    for check in lab.checks:
        check(captured)


def _verify_states(account: Account) -> None:
    for side in ("client", "server"):
        wanted = getattr(account.life, side).split()
        kernel = getattr(account, f"{side}_states")
        require(kernel == wanted, f"{side} went through {kernel}, not {wanted}")


def _verify_capture(account: Account, side: str, frames: list[Frame]) -> None:
    """Counts independently what the expectation claims of the capture."""
    differences = account.life.at_server if side == "server" else account.life.at_client
    expected = expectation(account, differences)
    own = _segments(account, frames)
    if expected is None:
        require(not own, f"{side} has packets of a connection that should not be seen")
        return
    if account.life.protocol != "tcp":
        return
    require(bool(own), f"{side} has no packets of {account.client}")
    syns = [f for f in own if syn(f) and _from(f, account.client)]
    answers = [f for f in own if syn_ack(f) and _from(f, account.server)]
    teardown = _teardown(own)
    counted = {
        "syn_retries": max(0, len(syns) - 1),
        "synack_retries": max(0, len(answers) - 1),
        "teardown_kind": teardown,
        "closed_by": _closer(own, teardown, expected.get("client", _address(account.client))),
    }
    for key, value in counted.items():
        require(expected[key] == value, f"{side}: {key} is {value}, not {expected[key]}")


def _segments(account: Account, frames: list[Frame]) -> list[Frame]:
    ends = {account.client, account.server}
    own = [f for f in frames if f.protocol == account.life.protocol and _ends(f) == ends]
    numbers = list(dict.fromkeys(f.sequence for f in own if syn(f) and _from(f, account.client)))
    if len(numbers) <= 1:
        return own
    number = numbers[account.turn]
    first = next(i for i, f in enumerate(own) if syn(f) and f.sequence == number)
    later = [i for i, f in enumerate(own) if i > first and syn(f) and f.sequence != number]
    if not later:
        return [f for f in own[first:] if not _older(f, number, account)]
    early, late = own[first : later[0]], own[later[0] :]
    # The reset that a challenge ACK draws comes after the new SYN and ends the old connection.
    return early + [f for f in late if rst(f) and _fits(f, early)]


def _older(frame: Frame, number: int, account: Account) -> bool:
    """Whether the frame resets an earlier connection: the kernel's next one starts far ahead."""
    ahead = (frame.sequence - number) & 0xFFFFFFFF
    return rst(frame) and _from(frame, account.client) and ahead > 1 << 20


def _ends(frame: Frame) -> set:
    return {
        (frame.source, frame.source_port),
        (frame.destination, frame.destination_port),
    }


def _from(frame: Frame, address: tuple) -> bool:
    return (frame.source, frame.source_port) == address


def _reaches(acknowledgement: int, end: int) -> bool:
    return (acknowledgement - end) & 0xFFFFFFFF < 1 << 31


def _closer(own: list[Frame], teardown: str, client: str) -> str | None:
    """Who closed, by the name that the capture's reader gives the two ends."""
    if teardown == "none":
        return None
    if teardown == "simultaneous":
        return "both"
    ending = rst if teardown == "reset" else fin
    first = next(frame for frame in own if ending(frame))
    return "client" if _address((first.source, first.source_port)) == client else "server"


def _fits(reset: Frame, seen: list[Frame]) -> bool:
    """Whether the RST stands where one of the ends expects, or will expect, the next byte."""
    return any(
        reset.sequence == frame.end
        if frame.source_port == reset.source_port
        else frame.has("A") and reset.sequence == frame.acknowledgement
        for frame in seen
    )


def _teardown(own: list[Frame]) -> str:
    """The kind of teardown, by the shortest reading that serves these captures."""
    fins: dict[int, Frame] = {}
    acked: set[int] = set()
    kind = "none"
    seen: list[Frame] = []
    established = sum(bool(syn(f) or syn_ack(f)) for f in own) == 0
    for frame in own:
        established |= bool(frame.has("A")) and not frame.has("S") and not rst(frame)
        for port, final in fins.items():
            if frame.source_port != port and frame.has("A") and not rst(frame):
                if _reaches(frame.acknowledgement, final.end):
                    if kind == "none":
                        kind = "three_way" if fin(frame) else "four_way"
                    acked.add(port)
        if rst(frame) and established and len(acked) < 2 and _fits(frame, seen):
            return "reset"
        seen.append(frame)
        if fin(frame) and frame.source_port not in fins:
            if fins and not acked:
                kind = "simultaneous"
            fins[frame.source_port] = frame
    return kind if len(fins) == 2 else "half" if fins else "none"
