"""A street of virtual houses heard without a broker, by a clock that goes as fast as the processor does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from smappee_tui.connect.lean.batch import Arrival, Batch
from smappee_tui.fleet.service import Fleet
from smappee_tui.simulator.fleet import HousePlan
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor

START = 1_700_000_000.0


class Heard:
    """What a street says, second by second; the source of a fleet, and its clock."""

    lost, connected = 0, True

    def __init__(self, plans: Iterable[HousePlan], start: float = START) -> None:
        self.now = self._begun = start
        self.waiting: list[Batch] = []
        self.houses: list[tuple[HousePlan, VirtualMonitor]] = [(plan, plan.build(start)) for plan in plans]
        self.mute: set[str] = set()
        """UUIDs of those that are kept from speaking."""
        self._put([(one.topic.encode(), one.payload, True) for _, m in self.houses for one in m.retained()])

    def _put(self, arrivals: list[Arrival]) -> None:
        if arrivals:
            self.waiting.append(Batch(self.now, arrivals))

    def clock(self) -> float:
        return self.now

    def tick(self) -> None:
        """Another second passes."""
        self.now += 1.0
        arrivals: list[Arrival] = []
        for plan, monitor in self.houses:
            if plan.quiet is not None and plan.quiet[0] <= self.now - self._begun < plan.quiet[1]:
                continue
            if plan.identity.uuid in self.mute:
                continue
            arrivals += [(one.topic.encode(), one.payload, False) for one in monitor.publications(self.now)]
        self._put(arrivals)

    def drain(self, limit: int, /) -> list[Batch]:
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return taken

    def close(self) -> None:
        """Nothing is open."""


def run(fleet: Fleet, heard: Heard, seconds: int, until: Callable[[], bool] = lambda: False) -> int:
    """Let so many seconds pass, or fewer; how many it were."""
    for second in range(seconds):
        if until():
            return second
        heard.tick()
        fleet.step(10.0)
        while fleet.turns.due(heard.now):
            fleet.step(10.0)
    return seconds
