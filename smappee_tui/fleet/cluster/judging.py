"""The judge of a partition: a fleet of its own, whose state somebody else keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smappee_tui.fleet.cluster.partition import Inbox, Judge
from smappee_tui.fleet.roll import MOST_LOCATIONS, Roll
from smappee_tui.fleet.service import Fleet
from smappee_tui.fleet.store import MemoryStore
from smappee_tui.fleet.turns import LEAST, MOST, SHARE, Turns
from smappee_tui.fleet.view import Change, FleetView

MOST_OF_PARTITION = MOST_LOCATIONS // 4
"""Locations that are kept of one partition: a worker with four keeps as many as one process without a cluster."""


class FleetJudge:
    """Folds and judges the locations of one partition."""

    def __init__(self, inbox: Inbox, states: Mapping[str, bytes]) -> None:
        """Go on from the states."""
        self._store, self._turns = MemoryStore(states), Turns()
        self._fleet = Fleet(inbox, store=self._store, roll=Roll(MOST_OF_PARTITION), turns=self._turns, clock=inbox.now)

    def step(self, seconds: float, /) -> int:
        return self._fleet.step(seconds)

    def view(self) -> FleetView:
        return self._fleet.view()

    def states(self) -> Iterable[tuple[str, bytes]]:
        return self._store.news()

    def gone(self) -> Iterable[str]:
        return self._store.gone()

    def changes(self) -> Iterable[Change]:
        return self._store.told()

    def allow(self, part: float) -> None:
        self._turns.share, self._turns.most = SHARE * part, max(LEAST, round(MOST * part))

    def close(self) -> None:
        self._fleet.close()


def judge(inbox: Inbox, states: Mapping[str, bytes]) -> Judge:
    """Makes it."""
    return FleetJudge(inbox, states)
