"""A broker's messages without a broker."""

from __future__ import annotations

import time
from collections.abc import Sequence

from smappee_tui.connect.message_source import SourceState
from smappee_tui.fleet.intake import Message
from smappee_tui.fleet.service import Fleet
from smappee_tui.fleet.view import FleetView
from smappee_tui.protocol.fact import Fact
from smappee_tui.simulator.fleet import HousePlan


class Heard:
    """What some houses said in the last seconds, all at once."""

    lost, connected, came_up, finished, where = 0, True, True, False, "127.0.0.1"

    def __init__(self, plans: Sequence[HousePlan], seconds: int = 20) -> None:
        now = time.time()
        self.state = SourceState("connected", now)
        self.waiting: list[Message] = []
        for plan in plans:
            monitor = plan.build(now - seconds)
            said = [*monitor.retained(), *(monitor.publications(now) if plan.quiet is None else ())]
            self.waiting += [(one.topic, one.payload, one.at) for one in said]
        self.waiting.sort(key=lambda one: one[2])

    troubles: Sequence[Fact] = ()

    def look(self, fleet: Fleet, view: FleetView) -> None:
        """Nothing is to be done."""

    def fleet(self) -> Fleet:
        return Fleet(self)

    def start(self) -> None:
        """Nothing is to be opened."""

    def drain(self, limit: int, /) -> Sequence[Message]:
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return taken

    def close(self) -> None:
        """Nothing is open."""
