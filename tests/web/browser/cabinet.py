"""A cabinet whose page is served for real: what a phone asks is done at once, and time is the test's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from smappee_tui.app.next_step import next_step
from smappee_tui.app.phone.actions import Action
from smappee_tui.app.phone.carry_out import Reach, carry_out
from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.app.phone.stage import Stage, Told, stage_of
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.web.server import PageServer
from tests.app.phone.hand import Cabinet


class PromptDesk(PhoneDesk):
    """Has what is asked done at once, on the thread of whoever asks."""

    def __init__(self, cabinet: ServedCabinet) -> None:
        super().__init__()
        self._cabinet = cabinet

    def ask(self, action: Action) -> bool:
        taken = super().ask(action)
        self._cabinet.act()
        return taken


class ServedCabinet(Cabinet):
    """A board with a kitchen and a laundry whose clamp is the wrong way round, and its page."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.lock = threading.RLock()
        self.told: list[Told] = []
        self.asked: list[Action] = []
        self.desk = PromptDesk(self)
        self.server = PageServer(self.desk, own=tuple)

    def act(self) -> None:
        """Do what was asked, and show it."""
        with self.lock:
            for action in self.desk.actions():
                self.asked.append(action)
                said = carry_out(
                    action, Reach(self.session, lambda: self.guide, self.memory, self.mending, None, self.clock.now)
                )
                if said is not None:
                    self.told.append(Told(len(self.told) + 1, said))
            self.desk.publish(self.stage())

    def seconds(self, count: int) -> None:
        """So many seconds later; the last one is shown."""
        with self.lock:
            super().seconds(count)
            self.desk.publish(self.stage())

    def stage(self) -> Stage:
        picture = self.session.snapshot()
        uuid = picture.view.uuid if picture.view is not None else ""
        return stage_of(
            self.session,
            self.clock.now,
            mode="live",
            step=next_step(picture.view, picture.judgement),
            picture=picture,
            guide=self.guide,
            tracer=self.memory.tracer(uuid),
            board=self.mending.board(uuid),
            notes=self.memory.notes(uuid),
            told=tuple(self.told[-5:]),
        )

    @property
    def number(self) -> int:
        """Of the newest stage."""
        return self.desk.shown[0]


@contextmanager
def cabinet_served(seconds: int = 30, monitor: VirtualMonitor | None = None) -> Iterator[ServedCabinet]:
    """Watched for a while, and served on a free port of this machine."""
    cabinet = ServedCabinet() if monitor is None else ServedCabinet(monitor)
    cabinet.seconds(seconds)
    cabinet.server.start("127.0.0.1")
    try:
        yield cabinet
    finally:
        cabinet.server.stop()
