"""Draw the screen of a fleet: `python -m screenshots.fleet`.

A street of virtual houses runs in this process, at full speed and with a seed; nothing is connected to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from screenshots.make import tidy
from smappee_tui.connect.message_source import SourceState
from smappee_tui.fleet.intake import Message
from smappee_tui.fleet.running import RunningFleet
from smappee_tui.fleet.service import Fleet
from smappee_tui.i18n import LANGUAGES, Language, use
from smappee_tui.simulator.fleet import street
from smappee_tui.tui.app import SmappeeApp
from smappee_tui.tui.fleet.screen import FleetScreen

HERE = Path(__file__).parent
HOUSES, SECONDS = 150, 420
START = 1_764_158_400.0
PICTURES: tuple[tuple[str, tuple[int, int], Language], ...] = (
    ("fleet-120x40", (120, 40), "en"),
    *((f"fleet-80x24{'' if language == 'en' else f'-{language}'}", (80, 24), language) for language in LANGUAGES),
)


class Street:
    """What the houses say, second by second, and the clock that they say it by."""

    lost, connected = 0, True

    def __init__(self) -> None:
        self.now = START
        self.state = SourceState("connected", START)
        self._plans = street(HOUSES)
        self._monitors = [plan.build(START) for plan in self._plans]
        self._waiting: list[Message] = [
            (one.topic, one.payload, START) for monitor in self._monitors for one in monitor.retained()
        ]

    def second(self) -> None:
        self.now += 1.0
        for plan, monitor in zip(self._plans, self._monitors, strict=True):
            said = list(monitor.publications(self.now))
            quiet = plan.quiet is not None and plan.quiet[0] <= self.now - START < plan.quiet[1]
            self._waiting += [(one.topic, one.payload, self.now) for one in said if not quiet]

    def drain(self, limit: int, /) -> Sequence[Message]:
        taken, self._waiting = self._waiting[:limit], self._waiting[limit:]
        return taken

    def close(self) -> None:
        """Nothing is open."""


def lived() -> tuple[Fleet, Street]:
    """A fleet that has watched the street for some minutes."""
    houses = Street()
    fleet = Fleet(houses, clock=lambda: houses.now)
    for _ in range(SECONDS):
        houses.second()
        fleet.step(60.0)
    return fleet, houses


async def draw(fleet: Fleet, houses: Street, size: tuple[int, int]) -> str:
    running = RunningFleet(lambda: fleet)
    screen = FleetScreen(running, houses, "broker.example.org", clock=lambda: houses.now)
    app: SmappeeApp[FleetScreen] = SmappeeApp(screen)
    running.start()
    try:
        async with app.run_test(size=size) as pilot:
            while screen.picture is None or not screen.picture.rows:
                await pilot.pause(0.02)
            screen._paces = [(0.0, 0), (1.0, HOUSES - 1)]
            screen.draw()
            await pilot.pause()
            return tidy(app.export_screenshot(title="smappee-tui"))
    finally:
        running.close()


def main() -> None:
    fleet, houses = lived()
    for name, size, language in PICTURES:
        use(language)
        path = HERE / f"{name}.svg"
        path.write_text(asyncio.run(draw(fleet, houses, size)), encoding="utf-8")
        print(path.relative_to(HERE.parent))


if __name__ == "__main__":
    main()
