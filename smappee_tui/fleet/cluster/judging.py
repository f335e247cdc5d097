"""The judge of a partition: a fleet of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smappee_tui.fleet.cluster.partition import Inbox, Judge
from smappee_tui.fleet.service import Fleet
from smappee_tui.fleet.store import MemoryStore
from smappee_tui.fleet.view import Change, FleetView


class FleetJudge:
    """A fleet that folds and judges the locations of one partition."""

    def __init__(self, inbox: Inbox, states: Mapping[str, bytes]) -> None:
        self._store = MemoryStore(states)
        self._fleet = Fleet(inbox, store=self._store)

    def step(self, seconds: float, /) -> int:
        return self._fleet.step(seconds)

    def view(self) -> FleetView:
        return self._fleet.view()

    def states(self) -> Iterable[tuple[str, bytes]]:
        return self._store.news()

    def changes(self) -> Iterable[Change]:
        return self._store.told()

    def close(self) -> None:
        self._fleet.close()


def judge(inbox: Inbox, states: Mapping[str, bytes]) -> Judge:
    return FleetJudge(inbox, states)
