"""A board with breakers, a session and the app: a clock at rest, and a hand on the board."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from smappee_tui.app.guided.demo_heater import DemoHeater
from smappee_tui.app.session import Session
from smappee_tui.tui.run import live_app
from smappee_tui.tui.tracer.screen import TracerScreen
from tests.simulated.breakers import Board, board
from tests.tui.scene import Clock, FakeLink, press, rows


class Stage:
    """The oven draws 1.9 kW, and hardly anything goes by itself."""

    def __init__(self, heater: bool = False) -> None:
        self.board: Board = board(7, busy=0.0)
        self.board.breakers["Oven"].plug(1900.0)
        self.clock = Clock(self.board.monitor.time)
        self.link = FakeLink(self.clock)
        self.app = live_app(
            Session(self.link, generation="none"),
            clock=self.clock,
            tick=0,
            heater=DemoHeater(self.board.monitor.plug_in) if heater else None,
        )

    @property
    def screen(self) -> TracerScreen:
        assert isinstance(self.app.screen, TracerScreen)
        return self.app.screen

    def seconds(self, count: int) -> None:
        """So many seconds of measurements."""
        for _ in range(count):
            self.clock.now += 1.0
            for one in self.board.breakers.values():
                one.step()
            self.link.queue.extend(self.board.monitor.tick(self.clock.now - 0.3))
            if isinstance(self.app.screen, TracerScreen):
                self.app.screen.look()
            else:
                self.app.first.tick()

    def flip(self, circuit: str) -> None:
        """Switch a breaker, and wait as long as a name may take."""
        self.board.breakers[circuit].flip(0.4)
        self.seconds(6)

    def text(self) -> str:
        return "\n".join(rows(self.app))


@asynccontextmanager
async def on_stage(stage: Stage, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """The tracer open, after some seconds."""
    async with stage.app.run_test(size=size) as pilot:
        stage.seconds(15)
        await press(pilot, "I")
        yield pilot
