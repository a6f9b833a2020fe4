"""The wire: moves frames between two TAP devices, a little late, and by rules loses some.

This stands in for `tc netem`: it loses exactly the frame that a scenario names, not one in so many.
"""

from __future__ import annotations

import heapq
import os
import select
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .frames import Frame, Predicate, dissect

Side = str  # "client" or "server"


def other(side: Side) -> Side:
    return "server" if side == "client" else "client"


@dataclass
class Rule:
    """What happens to some of the frames that match, counted from one.

    `delays` says how often and how late a frame is delivered, on top of the wire's own delay: none
    for a loss, two for a duplicate. `edit` changes the frame; `reply` is sent back to the sender.
    """

    sender: Side
    match: Predicate
    first: int
    count: int | None
    delays: tuple[float, ...]
    edit: Callable[[Frame], bytes] | None = None
    reply: Callable[[Frame], bytes] | None = None
    seen: int = 0
    fired: int = 0

    def applies(self, side: Side, frame: Frame) -> bool:
        if side != self.sender or not self.match(frame):
            return False
        self.seen += 1
        if self.seen < self.first:
            return False
        if self.count is not None and self.seen >= self.first + self.count:
            return False
        self.fired += 1
        return True

    @property
    def done(self) -> bool:
        """Whether the rule met the frames that it was written for."""
        return self.fired > 0 if self.count is None else self.fired == self.count


class Wire(threading.Thread):
    """A full-duplex cable with a delay, held at both ends."""

    def __init__(
        self,
        cables: dict[Side, int],
        delay: float,
        tags: tuple[tuple[int, int], ...] = (),  # (tag protocol, VLAN identifier), outermost first
        mirrors: dict[Side, int] | None = None,
    ) -> None:
        super().__init__(name="wire", daemon=True)
        self.cables = cables
        self.delay = delay
        self.tags = tags
        self.mirrors = mirrors or {}
        self.rules: list[Rule] = []
        # Frames that each end's capture must hold: what it sent and what was delivered to it.
        self.passed: dict[Side, int] = {"client": 0, "server": 0}
        self._waiting: list[tuple[float, int, Side, bytes]] = []
        self._order = 0
        self._last = time.monotonic()
        self._stopping = threading.Event()

    # Rules

    def drop(
        self, sender: Side, match: Predicate, first: int = 1, count: int | None = 1
    ) -> Rule:
        return self.rule(Rule(sender, match, first, count, ()))

    def postpone(
        self, sender: Side, match: Predicate, seconds: float, first: int = 1, count: int = 1
    ) -> Rule:
        return self.rule(Rule(sender, match, first, count, (seconds,)))

    def duplicate(
        self, sender: Side, match: Predicate, seconds: float, first: int = 1, count: int = 1
    ) -> Rule:
        return self.rule(Rule(sender, match, first, count, (0.0, seconds)))

    def rule(self, rule: Rule) -> Rule:
        self.rules.append(rule)
        return rule

    # The thread

    def run(self) -> None:
        sides = {cable: side for side, cable in self.cables.items()}
        while not self._stopping.is_set():
            wait = 0.05
            if self._waiting:
                wait = min(wait, max(0.0, self._waiting[0][0] - time.monotonic()))
            ready, _, _ = select.select(list(sides), [], [], wait)
            for cable in ready:
                self._receive(sides[cable])
            self._deliver_due()

    def stop(self) -> None:
        self._stopping.set()
        self.join()

    def settle(self, quiet: float, limit: float = 30.0) -> None:
        """Waits until no frame has moved for a while."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if not self._waiting and time.monotonic() - self._last > quiet:
                return
            time.sleep(0.005)
        raise TimeoutError("the wire never fell silent")

    def inject(self, destination: Side, raw: bytes) -> None:
        """Puts a frame of the recorder's own on the wire."""
        self._enqueue(destination, raw, self.delay)

    def _receive(self, side: Side) -> None:
        raw = os.read(self.cables[side], 65536)
        self._last = time.monotonic()
        self._account(side, raw)
        frame = dissect(raw)
        delays: tuple[float, ...] = (0.0,)
        for rule in self.rules:
            if rule.applies(side, frame):
                delays = rule.delays
                if rule.edit is not None:
                    raw = rule.edit(frame)
                if rule.reply is not None:
                    self._enqueue(side, rule.reply(frame), self.delay)
                break
        for extra in delays:
            self._enqueue(other(side), raw, self.delay + extra)

    def _enqueue(self, destination: Side, raw: bytes, delay: float) -> None:
        self._order += 1
        due = time.monotonic() + delay
        heapq.heappush(self._waiting, (due, self._order, destination, raw))

    def _deliver_due(self) -> None:
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            _, _, destination, raw = heapq.heappop(self._waiting)
            # Counted first: whoever reads the counter finds the frame in it, or early.
            self._account(destination, raw)
            os.write(self.cables[destination], raw)
            self._last = time.monotonic()

    def _account(self, side: Side, raw: bytes) -> None:
        """A frame passed the side's port; a mirror port gets a copy as the trunk carries it."""
        self.passed[side] += 1
        if side in self.mirrors:
            header = b"".join(struct.pack("!HH", *tag) for tag in self.tags)
            os.write(self.mirrors[side], raw[:12] + header + raw[12:])
