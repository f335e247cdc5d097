"""A fleet at work: a thread of its own steps it, pictures of it go to a screen, and others look at it once a second."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from typing import Any, NamedTuple, Protocol, TypeVar

from smappee_tui.connect.message_source import SLICE
from smappee_tui.fleet.collector import seldom_collected
from smappee_tui.fleet.view import FleetView, Kind, LocationRow, Order
from smappee_tui.protocol.fact import Fact

EVERY = 1.0
"""Seconds between two pictures, at least."""
_DEAR = 20.0
"""Times as long as a picture took is waited before the next one: of a hundred thousand locations it takes half a
second, and listening goes first."""
IDLE = 0.02
"""Seconds of rest after there was nothing to take in."""
_LAST = 2.0
"""Seconds that the end may take for what has arrived before it."""
_PATIENCE, _KEEPING = 5.0, 20.0
"""Seconds that `close` waits for the thread: for one that is connecting still, and for one that has to take in what
came, write down what is known and send what is gathered: what it sends and cannot note, the next start sends again."""
Answer = TypeVar("Answer")


class Wish(NamedTuple):
    """What a screen wants to show."""

    kind: Kind = "all"
    text: str = ""
    order: Order = "worst"
    uuid: str | None = None
    """The location under the cursor, to be found wherever it goes."""
    first: int = 0
    """Of the rows, leave out so many."""
    most: int = 200


class Picture(NamedTuple):
    """What it shows."""

    view: FleetView
    wish: Wish
    rows: Sequence[LocationRow]
    """From `wish.first` on."""
    total: int
    """Rows there are in all."""
    place: int | None
    """Where the wished location stands, from 0; None where the list does not hold it."""
    chosen: LocationRow | None
    """Its row, which may stand outside of `rows`."""


class Stepped(Protocol):
    """A fleet: one process, or a cluster of workers."""

    def step(self, seconds: float = ..., /) -> int:
        """Work, for as long at most; 0: there was nothing to do."""

    def view(self) -> FleetView: ...

    def close(self) -> None: ...


class Watcher(Protocol):
    """Looks at the fleet once a second, on its thread, for a moment; what it meets outside it deals with by itself."""

    def look(self, fleet: Stepped, view: FleetView) -> None: ...

    @property
    def troubles(self) -> Sequence[Fact]:
        """What does not go well, for a person; from any thread."""

    def close(self) -> None:
        """Finish what was begun."""


def pictured(view: FleetView, wish: Wish) -> Picture:
    """Carry out a wish. On the thread that steps the fleet."""
    rows = view.rows(wish.kind, wish.text, wish.order)
    place = next((n for n, row in enumerate(rows) if row.uuid == wish.uuid), None) if wish.uuid else None
    return Picture(
        view,
        wish,
        view.fresh(rows[wish.first : wish.first + wish.most]),
        len(rows),
        place,
        None if place is None else rows[place],
    )


class RunningFleet:
    """Steps a fleet until it is closed. Everything here may be called from any thread."""

    def __init__(
        self,
        make: Callable[[], Stepped],
        watchers: Sequence[Watcher] = (),
        *,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; `start` begins.

        Args:
            make: makes the fleet, on the thread that steps it.
            watchers: who else looks.
            stopwatch: seconds from any start.
        """
        self._make, self._watchers, self._stopwatch = make, tuple(watchers), stopwatch
        self._stop, self._news = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)
        self._wish = Wish()
        self._asked = 0
        self._answered = 0
        self._calls: deque[tuple[Callable[[FleetView], None], Future[Any]]] = deque()
        self.picture: Picture | None = None
        """The latest."""
        self.last: tuple[FleetView, Sequence[LocationRow]] | None = None
        """In the end, all of it, by serial number."""
        self.problem: BaseException | None = None
        """What ended it, if anything but `close` did."""
        self.ended = threading.Event()
        self.on_picture: Callable[[], None] = lambda: None
        """Called on the fleet's thread when there is another picture."""

    @property
    def troubles(self) -> list[Fact]:
        """What does not go well beside the fleet itself: messages that nobody takes, say."""
        return [trouble for watcher in self._watchers for trouble in watcher.troubles]

    def start(self) -> None:
        self._thread.start()

    def wish(self, wish: Wish, *, soon: bool = True) -> None:
        """Show this from now on: within a moment, or with the next picture."""
        self._wish = wish
        if soon:
            self._asked += 1
            self._news.set()

    def ask(self, work: Callable[[FleetView], Answer]) -> Future[Answer]:
        """Have something done with the fleet as it is now, on its thread."""
        answer: Future[Answer] = Future()

        def call(view: FleetView) -> None:
            if not answer.set_running_or_notify_cancel():  # whoever asked waits no longer
                return
            try:
                answer.set_result(work(view))
            except BaseException as problem:  # noqa: BLE001 - told to whoever asked
                answer.set_exception(problem)

        self._calls.append((call, answer))
        if self.ended.is_set():
            self._give_up()
        self._news.set()
        return answer

    def close(self) -> None:
        """End within seconds; what has arrived is taken in first. A second call does nothing."""
        self._stop.set()
        self._news.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(_PATIENCE if self.picture is None else _KEEPING)

    def _run(self) -> None:
        try:
            with seldom_collected():
                self._live()
        except BaseException as problem:  # noqa: BLE001 - told on the thread that waits for the end
            self.problem = problem
        finally:
            self.ended.set()
            self._give_up()
            self.on_picture()

    def _live(self) -> None:
        fleet = self._make()
        try:
            self._steps(fleet)
            fleet.step(_LAST)
            view = fleet.view()
            self._look(fleet, view)
            self.last = view, tuple(view.fresh(view.rows("all", "", "serial")))
        finally:
            with ExitStack() as ends:  # each of them, whatever the others meet
                for watcher in reversed(self._watchers):
                    ends.callback(watcher.close)
                fleet.close()  # first: what others wait for may take longer than whoever waits for the end does

    def _give_up(self) -> None:
        """Whoever asked gets no answer any more."""
        with suppress(IndexError):  # another thread may give up the last one
            while True:
                self._calls.popleft()[1].cancel()

    def _steps(self, fleet: Stepped) -> None:
        due = self._stopwatch()
        while not self._stop.is_set():
            busy = fleet.step(SLICE)
            now = self._stopwatch()
            if now >= due:
                view = fleet.view()
                self._look(fleet, view)
                self._show(view)
                due = max(due + EVERY, now + EVERY / 2, now + _DEAR * (self._stopwatch() - now))
            elif self._asked != self._answered or self._calls:
                self._show(fleet.view())
            if not busy and self._asked == self._answered and not self._calls:
                self._news.wait(IDLE)
                self._news.clear()

    def _look(self, fleet: Stepped, view: FleetView) -> None:
        for watcher in self._watchers:
            watcher.look(fleet, view)

    def _show(self, view: FleetView) -> None:
        while self._calls:
            self._calls.popleft()[0](view)
        asked = self._asked
        wish = self._wish
        self.picture = pictured(view, wish) if asked else Picture(view, wish, (), 0, None, None)  # nobody looks at rows
        self._answered = asked
        self.on_picture()
