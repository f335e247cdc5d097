"""Messages to people: each change once, in bundles, and once a day how all stand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from time import monotonic
from typing import NamedTuple

from smappee_tui.fleet.running import Stepped
from smappee_tui.fleet.telling.marks import Marks
from smappee_tui.fleet.telling.targets import Target
from smappee_tui.fleet.telling.texts import changes_message, digest_message
from smappee_tui.fleet.view import FleetView
from smappee_tui.i18n import Translator
from smappee_tui.protocol.fact import Fact, fact

GATHER = 60.0
"""Seconds for which changes are gathered into one message, from the first of them on."""
AGAIN = (30.0, 120.0, 600.0, 3600.0)
"""Seconds until a message is tried again, after each failure; then it is given up."""
HANGS = 60.0
"""Seconds without an answer after which a target is said to hang: the library waits for each byte anew, so that one who
sends a byte now and then keeps it for ever. Nothing else is sent there meanwhile, so that one thread waits at most."""
_PATIENCE = 3.0
"""Seconds that the end waits for a message that is under way."""
Send = Callable[[str, str, str], bool]
"""Address, title, text; whether it was taken."""


class Letter(NamedTuple):
    """What is sent at one go, and what is told by it."""

    title: str
    body: str
    mark: str
    number: int
    changes: int = 0


@dataclass(slots=True)
class Delivery:
    """One target, and what has become of its messages."""

    target: Target
    sent: int = 0
    failed: int = 0
    """Attempts that failed."""
    given_up: int = 0
    """Messages that were tried as often as is sensible."""
    _letter: Letter | None = None
    tries: int = 0
    """Of the message under way, attempts that failed."""
    _due: float = 0.0
    _begun: float = 0.0
    """When the attempt under way began, by the stopwatch."""
    hangs: bool = False
    """It is under way for too long, and counted as failed."""
    _thread: threading.Thread | None = None
    _taken: list[bool] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        return self._letter is not None

    def post(self, letter: Letter, at: float) -> None:
        self._letter, self.tries, self._due = letter, 0, at

    def look(self, at: float, send: Send | None) -> Letter | None:
        """Send what is due, in a thread of its own; without a way to send look only what became of it.

        Returns:
            A letter that is done with: it was taken, or given up.
        """
        letter = self._letter
        if letter is None:
            return None
        if self._thread is not None:
            if self._thread.is_alive():
                if not self.hangs and monotonic() - self._begun >= HANGS:
                    self.hangs = True
                    self.failed += 1
                return None
            counted, self.hangs, self._thread = self.hangs, False, None
            if self._taken and self._taken.pop():
                self.sent += 1
                self._letter, self.tries = None, 0
                return letter
            self.failed += not counted
            self.tries += 1
            if self.tries > len(AGAIN):
                self.given_up += 1
                self._letter, self.tries = None, 0
                return letter
            self._due = at + AGAIN[self.tries - 1]
        # A clock that was put back shall not put off the next attempt for as long.
        if send is not None and not at < self._due <= at + AGAIN[-1]:
            self._begun = monotonic()
            self._thread = threading.Thread(target=self._send, args=(send, letter), name="notify", daemon=True)
            self._thread.start()
        return None

    def wait(self, seconds: float) -> None:
        if self._thread is not None:
            self._thread.join(seconds)

    def _send(self, send: Send, letter: Letter) -> None:
        self._taken.append(send(self.target.url, letter.title, letter.body))


class Notifier:
    """Watches a fleet, and writes to everybody who is to know."""

    def __init__(
        self,
        targets: Sequence[Target],
        marks: Marks,
        send: Send,
        words: Translator,
        *,
        digest: time | None = time(7, 0),
        zone: tzinfo | None = None,
    ) -> None:
        """Prepare.

        Args:
            targets: who.
            marks: how far each of them was told.
            send: sends one message.
            words: of which language.
            digest: when, by the clock on the wall, they hear how all stand; None: not at all.
            zone: of that clock; None: this computer's.
        """
        self.deliveries = [Delivery(target) for target in targets]
        self._marks, self._send, self._words = marks, send, words
        self._digest, self._zone = digest, zone
        self._first: set[str] = set()
        """Marks of whoever is told for the first time in this run."""
        self._view: FleetView | None = None
        """As of when it was looked at last."""

    def look(self, fleet: Stepped, view: FleetView) -> None:
        """Take note of what changed, and send what is due."""
        self._view = view
        for delivery in self.deliveries:
            done = delivery.look(view.at, self._send)
            if done is not None:
                self._marks.put(done.mark, done.number)
            if not delivery.busy:
                letter = self._changes(delivery, view) or self._day(delivery, view)
                if letter is not None:
                    delivery.post(letter, view.at)
                    delivery.look(view.at, self._send)

    @property
    def troubles(self) -> Sequence[Fact]:
        """Of each target whose messages were not taken, how often; and what could not be written down."""
        told: list[Fact] = []
        for one in self.deliveries:
            target = one.target.label
            if one.hangs:
                told.append(fact("fleet_notice.hangs", target=target))
            if one.given_up:
                told.append(fact("fleet_notice.given_up", target=target, count=one.given_up))
            elif one.tries and not one.hangs:
                told.append(fact("fleet_notice.failing", target=target, count=one.tries))
        return (*told, *((fact("fleet_notice.unmarked"),) if self._marks.unwritten else ()))

    def close(self) -> None:
        """Send what is gathered still, and wait a moment for what is under way; what did not arrive is told after the
        next start."""
        end = monotonic() + _PATIENCE
        self._finish(end)
        for delivery in self.deliveries:
            if self._view is not None and not delivery.busy:
                letter = self._changes(delivery, self._view, gather=0.0)
                if letter is not None:
                    delivery.post(letter, self._view.at)
                    delivery.look(self._view.at, self._send)
        self._finish(end)

    def _finish(self, end: float) -> None:
        """Wait until then, by the stopwatch, for what is under way."""
        for delivery in self.deliveries:
            delivery.wait(max(0.0, end - monotonic()))
            done = delivery.look(0.0, None)
            if done is not None:
                self._marks.put(done.mark, done.number)

    def _changes(self, delivery: Delivery, view: FleetView, gather: float = GATHER) -> Letter | None:
        mark = f"changes {delivery.target.key}"
        kept, newest = self._marks.get(mark), view.changes[-1].number if view.changes else 0
        old = max((change.number for change in view.changes if change.at < view.since), default=0)
        told = kept or 0
        if kept is None:
            self._first.add(mark)
        if told > newest:  # it was begun anew, or reads what was before bit by bit, as a cluster does
            if all(change.at < view.since for change in view.changes):
                return None
            told = old
            self._marks.put(mark, told)
        elif mark in self._first:
            told = max(told, old)
            self._marks.put(mark, told)
        fresh = [change for change in view.changes if change.number > told]
        if not fresh or 0 <= view.at - fresh[0].at < gather:
            return None
        title, body = changes_message(fresh, fresh[0].number - told - 1, self._words, self._zone)
        return Letter(title, body, mark, fresh[-1].number, len(fresh))

    def _day(self, delivery: Delivery, view: FleetView) -> Letter | None:
        if self._digest is None:
            return None
        mark, now = f"digest {delivery.target.key}", datetime.fromtimestamp(view.at, self._zone)
        day = now.toordinal() - (now.time() < self._digest)
        told = self._marks.get(mark)
        # The first one comes at the next time that the clock shows; also where that was years ahead when it last told.
        if told is None or told > day + 1:
            self._marks.put(mark, day)
            return None
        if told >= day:
            return None
        title, body = digest_message(view, self._words, self._zone)
        return Letter(title, body, mark, day)
