"""A fleet at work in its own thread: pictures as wished, whoever looks, and how it ends."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from smappee_tui.fleet.running import RunningFleet, Wish
from smappee_tui.fleet.view import FleetView, LocationRow, counts_of

ROWS = [
    LocationRow(f"u{n:04}", f"50{n:04}", True, 10.0, 1.0, float(n), 5, "ok", 9.0, (), False, False, None)
    for n in range(500)
]


class Made:
    """A fleet of rows."""

    def __init__(self, fails: bool = False) -> None:
        self.fails, self.steps, self.closed = fails, 0, False

    def step(self, seconds: float = 0.05, /) -> int:
        self.steps += 1
        if self.fails:
            raise OSError("gone")
        return 0

    def view(self) -> FleetView:
        return FleetView(at=10.0, since=0.0, counts=counts_of(ROWS), _rows=lambda: ROWS)

    def close(self) -> None:
        self.closed = True


class Watching:
    troubles: Sequence[Any] = ()

    def __init__(self) -> None:
        self.seen = threading.Event()
        self.closed = False

    def look(self, fleet: Any, view: FleetView) -> None:
        assert view.counts.locations == 500
        self.seen.set()

    def close(self) -> None:
        self.closed = True


def pictured_by(running: RunningFleet, wish: Wish) -> Any:
    come = threading.Event()

    def look() -> None:
        if running.picture is not None and running.picture.wish == wish and running.picture.total:
            come.set()

    running.on_picture = look
    running.wish(wish)
    assert come.wait(15)
    return running.picture


def test_a_picture_of_what_is_wished_and_of_no_more() -> None:
    fleet, watching = Made(), Watching()
    running = RunningFleet(lambda: fleet, [watching])
    running.start()
    picture = pictured_by(running, Wish(order="watts", uuid="u0003", first=100, most=20))
    assert [row.watts for row in picture.rows] == [float(n) for n in range(399, 379, -1)]
    assert (picture.total, picture.place) == (500, 496)
    assert picture.chosen.uuid == "u0003"
    assert running.ask(lambda view: view.count("all")).result(15) == 500
    with pytest.raises(ZeroDivisionError):
        running.ask(lambda view: 1 / 0).result(15)
    assert watching.seen.wait(15)
    running.close()
    assert fleet.closed
    assert watching.closed
    assert running.problem is None
    assert running.last is not None
    assert len(running.last[1]) == 500


def test_who_asks_and_waits_no_longer_ends_no_fleet() -> None:
    running = RunningFleet(Made)
    given_up = running.ask(lambda view: view.count("all"))
    assert given_up.cancel()
    running.start()
    assert running.ask(lambda view: view.count("all")).result(15) == 500
    running.close()
    assert running.problem is None


def test_what_ends_it_is_kept_for_whoever_waits() -> None:
    fleet = Made(fails=True)
    running = RunningFleet(lambda: fleet)
    running.start()
    assert running.ended.wait(15)
    assert isinstance(running.problem, OSError)
    assert fleet.closed
    running.close()


def test_each_watcher_ends_though_the_fleet_or_another_one_cannot() -> None:
    fleet, one, other = Made(fails=True), Watching(), Watching()

    def fails() -> None:
        raise ValueError("cannot end")

    fleet.close = one.close = fails  # type: ignore[method-assign]
    running = RunningFleet(lambda: fleet, [one, other])
    running.start()
    assert running.ended.wait(15)
    assert other.closed
    assert isinstance(running.problem, ValueError)
    running.close()


def test_what_is_known_is_kept_before_anybody_is_waited_for() -> None:
    fleet, watching, kept = Made(), Watching(), []
    watching.close = lambda: kept.append(fleet.closed)  # type: ignore[method-assign]
    running = RunningFleet(lambda: fleet, [watching])
    running.start()
    running.close()
    assert running.ended.wait(15)
    assert kept == [True]
