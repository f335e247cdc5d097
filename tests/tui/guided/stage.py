"""The app on a simulated board that a test switches by hand: real session, real diagnosis, a clock at rest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from smappee_tui.app.guided.plan import Generation
from smappee_tui.app.session import Session
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.tui.guided.screen import GuideScreen
from smappee_tui.tui.run import live_app
from tests.app.guided.operator import house
from tests.tui.scene import Clock, FakeLink, press, rows


class Stage:
    """A board, a session, an app, and a hand on the switch."""

    def __init__(self, monitor: VirtualMonitor | None = None, generation: Generation | None = "none") -> None:
        self.monitor = monitor or house(("Kitchen", 0), ("Laundry", 1), faults=["reversed:3"])
        self.clock = Clock(self.monitor.time)
        self.link = FakeLink(self.clock)
        self.kept: list[MqttMessage | Mark] = []
        self.session = Session(self.link, generation=generation, keep=self.kept.append)
        self.app = live_app(self.session, clock=self.clock, tick=0)
        self.bells = 0

    @property
    def marks(self) -> list[Mark]:
        return [item for item in self.kept if isinstance(item, Mark)]

    @property
    def screen(self) -> GuideScreen:
        assert isinstance(self.app.screen, GuideScreen)
        return self.app.screen

    def seconds(self, count: int) -> None:
        """So many seconds of measurements."""
        for _ in range(count):
            self.clock.now += 1.0
            self.link.queue.extend(self.monitor.tick(self.clock.now - 0.3))
            if isinstance(self.app.screen, GuideScreen):
                self.app.screen.look()
            else:
                self.app.first.tick()

    def switch(self, circuit: str, port: int, watts: float) -> None:
        self.monitor.switch_heater(circuit, port, watts)

    def text(self) -> str:
        return "\n".join(rows(self.app))


@asynccontextmanager
async def on_stage(stage: Stage, size: tuple[int, int], *keys: str) -> AsyncIterator[Pilot[None]]:
    """The app drawn, after five seconds of data and these keys."""
    stage.app.bell = lambda: setattr(stage, "bells", stage.bells + 1)  # type: ignore[method-assign]
    async with stage.app.run_test(size=size) as pilot:
        stage.seconds(5)
        await pilot.pause()
        await press(pilot, *keys)
        yield pilot


BEGIN = ("T", "enter", "enter")
"""Through the question that is left, as generation was declared, and the words on safety."""
