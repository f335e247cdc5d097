"""A fleet of made-up rows, run by the real thing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from smappee_tui.connect.message_source import SourceState
from smappee_tui.fleet.running import RunningFleet
from smappee_tui.fleet.view import Change, Counts, FleetView, Kind, LocationRow, Order, Sweep, Window, counts_of
from smappee_tui.tui.app import SmappeeApp
from smappee_tui.tui.fleet.screen import FleetLook, FleetScreen

NOW = 1_764_158_400.0


def row(number: int, **more: Any) -> LocationRow:
    """A location that speaks and is right."""
    usual: dict[str, Any] = {
        "uuid": f"{number:08x}-0000-4000-8000-000000000000",
        "serial": f"50{number:08d}",
        "live": True,
        "last": NOW - 0.4,
        "rate": 1.0,
        "watts": 100.0 + number,
        "channels": 13,
        "verdict": "ok",
        "judged": NOW - 840.0,
        "findings": (),
        "battery_low": False,
        "plug_trouble": False,
        "changed": None,
    }
    return LocationRow(**(usual | more))


def some(count: int = 40) -> list[LocationRow]:
    """A fault, a silent one, devices in trouble, one that waits for its turn, one undecided; all others right."""
    rows = [row(number) for number in range(count)]
    rows[3] = row(3, verdict="fault", findings=("ct-reversed", "ct-wrong-phase"), changed=NOW - 7200.0)
    rows[5] = row(5, live=False, last=NOW - 3 * 3600.0)
    rows[7] = row(7, battery_low=True)
    rows[8] = row(8, plug_trouble=True, verdict="undecided")
    rows[9] = row(9, verdict="not_judged", judged=None, watts=float("nan"), serial="")
    return rows


def view_of(rows: Sequence[LocationRow], **more: Any) -> Any:
    """What the fleet says of them."""

    class View(FleetView):
        def rows(
            self, kind: Kind = "all", text: str = "", order: Order = "worst", first: int = 0, count: int | None = None
        ) -> Sequence[LocationRow]:
            word = {"silent": "live"}.get(kind, kind)
            kept = [
                one
                for one in rows
                if kind == "all"
                or one.verdict == kind
                or (kind == "changed" and one.changed)
                or (kind != "silent" and getattr(one, word, False) is True)
                or (kind == "silent" and not one.live)
            ]
            kept = [one for one in kept if text in one.serial or any(text in code for code in one.findings)]
            keys = {"serial": lambda one: one.serial, "watts": lambda one: -one.watts}
            kept.sort(key=keys.get(order, lambda one: (one.verdict != "fault", one.live, one.serial)))
            return kept[first : None if count is None else first + count]

    usual: dict[str, Any] = {
        "at": NOW,
        "since": NOW - 100_000.0,
        "counts": counts_of(rows) if rows else Counts(),
        "sweep": Sweep(NOW - 900.0, 30, 40, 2700.0, 610.0, 2, 2600.0),
        "window": Window(12, 50, 0.2),
        "messages": 30_000,
        "lag": 0.021,
        "changes": (Change(4, NOW - 7200.0, rows[3].uuid, rows[3].serial, "ok", "fault", ("ct-reversed",)),)
        if len(rows) > 3
        else (),
    }
    return View(**(usual | more))


class MadeFleet:
    """Nothing comes in."""

    def __init__(self, view: FleetView) -> None:
        self.now = view
        self.closed = False

    def step(self, seconds: float = 0.0) -> int:
        return 0

    def view(self) -> FleetView:
        return self.now

    def close(self) -> None:
        self.closed = True


class Link:
    def __init__(self) -> None:
        self.state = SourceState("connected", NOW)


@asynccontextmanager
async def shown(
    view: FleetView, size: tuple[int, int] = (80, 24), look: FleetLook | None = None, **more: Any
) -> AsyncIterator[tuple[Pilot[Any], FleetScreen, MadeFleet]]:
    fleet = MadeFleet(view)
    running = RunningFleet(lambda: fleet)  # type: ignore[arg-type, return-value]
    running.start()
    screen = FleetScreen(running, Link(), "10.0.0.9:1883", look=look, clock=lambda: NOW, **more)
    app: SmappeeApp[FleetScreen] = SmappeeApp(screen)
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: screen.picture is not None)
            await answered(pilot, screen)
            yield pilot, screen, fleet
    finally:
        running.close()
    assert fleet.closed


async def until(pilot: Pilot[Any], true: Any) -> None:
    async with asyncio.timeout(15):
        while not true():
            await pilot.pause(0.005)


async def answered(pilot: Pilot[Any], screen: FleetScreen) -> None:
    """What is wished is on the screen, the chosen row with it."""

    def there() -> bool:
        picture, table = screen.picture, screen.table
        if picture is None or picture.wish[:3] != screen.wish[:3] or table.place[1] != picture.total:
            return False
        return table.held and (table.row is not None or not picture.total)

    await until(pilot, there)
    await pilot.pause()
    await until(pilot, there)


async def keys(pilot: Pilot[Any], screen: FleetScreen, *names: str) -> None:
    """Press them; each has acted, and what it wished is on the screen."""
    await pilot.press(*names)
    await until(pilot, lambda: pilot.app._typing is None or pilot.app._typing.done())
    await answered(pilot, screen)
