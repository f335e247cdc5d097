"""The judge of a partition: a fleet of its own, whose state somebody else keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from smappee_tui.fleet.cluster.partition import Inbox, Judge
from smappee_tui.fleet.past import Room
from smappee_tui.fleet.roll import MOST_LOCATIONS, Roll
from smappee_tui.fleet.service import Fleet
from smappee_tui.fleet.store import MemoryStore
from smappee_tui.fleet.turns import LEAST, MOST, SHARE, Turns
from smappee_tui.fleet.view import Change, FleetView

MOST_OF_PARTITION = MOST_LOCATIONS // 4
"""Locations that are kept of one partition: a worker with four keeps as many as one process without a cluster."""
PATIENCE = 60.0
"""Seconds that a location may measure before it is told that its configuration is missing."""
MOST_OF_HOUR = 16 << 20
"""Bytes of one hour of all locations of a partition, twice what `MOST_OF_PARTITION` of 13 channels need."""


class CarriedStore(MemoryStore):
    """State that somebody carries away, five-minute values among it: those are brought back of one location at a time,
    when its past is to be judged, so that two days of thousands are never in memory."""

    def __init__(self, states: Mapping[str, bytes]) -> None:
        """Go on from what was carried away."""
        super().__init__(states)
        self._pieces: dict[tuple[str, int], bytes] = {}
        """Not carried away yet, by location and beginning."""
        self._brought: dict[str, dict[int, bytes]] = {}
        self._wanted: dict[str, None] = {}
        self._room = Room(MOST_OF_HOUR)

    def keep_hour(self, uuid: str, begun: int, data: bytes) -> None:
        if not self._room.take(uuid, begun, len(data)):
            self.notes["hours_cut"] = self._room.cut
            return
        self._pieces[uuid, begun] = data
        if uuid in self._brought:
            self._brought[uuid][begun] = data

    def ready(self, uuid: str) -> bool:
        if uuid not in self._brought:
            self._wanted[uuid] = None
        return uuid in self._brought

    def hours(self, uuid: str) -> list[bytes]:
        return [data for _, data in sorted(self._brought.pop(uuid, {}).items())]

    def wanted(self) -> list[str]:
        """Whose five-minute values are to be brought, since this was asked last."""
        wanted, self._wanted = self._wanted, {}
        return list(wanted)

    def bring(self, uuid: str, hours: Mapping[int, bytes]) -> None:
        """Bring them, by beginning. Those of whoever is not asked for any more go."""
        waiting = {begun: data for (whose, begun), data in self._pieces.items() if whose == uuid}
        self._brought = {uuid: {**hours, **waiting}}

    def pieces(self) -> list[tuple[str, int, bytes]]:
        """Five-minute values to be carried away since this was asked last: location, beginning, packed."""
        pieces, self._pieces = self._pieces, {}
        return [(uuid, begun, data) for (uuid, begun), data in pieces.items()]


class FleetJudge:
    """Folds and judges the locations of one partition."""

    def __init__(self, inbox: Inbox, states: Mapping[str, bytes]) -> None:
        """Go on from the states."""
        self._store, self._turns = CarriedStore(states), Turns()
        self._fleet = Fleet(inbox, store=self._store, roll=Roll(MOST_OF_PARTITION), turns=self._turns, clock=inbox.now)

    def step(self, seconds: float, /) -> int:
        return self._fleet.step(seconds)

    def view(self) -> FleetView:
        view = self._fleet.view()
        missing = sum(
            one.live and not one.configured and view.at - one.first > PATIENCE
            for one in self._fleet.roll.locations.values()
        )
        return replace(view, notes=(*view.notes, ("unconfigured", missing))) if missing else view

    def states(self) -> Iterable[tuple[str, bytes]]:
        return self._store.news()

    def gone(self) -> Iterable[str]:
        return self._store.gone()

    def changes(self) -> Iterable[Change]:
        return self._store.told()

    def hours(self) -> Iterable[tuple[str, int, bytes]]:
        self._fleet.take_means(None)
        self._fleet.pasts.put_by()
        return self._store.pieces()

    def wanted(self) -> Sequence[str]:
        return self._store.wanted()

    def bring(self, uuid: str, hours: Mapping[int, bytes]) -> None:
        self._store.bring(uuid, hours)

    def allow(self, part: float) -> None:
        self._turns.share, self._turns.most = SHARE * part, max(LEAST, round(MOST * part))

    def close(self) -> None:
        self._fleet.close()


def judge(inbox: Inbox, states: Mapping[str, bytes]) -> Judge:
    """Makes it."""
    return FleetJudge(inbox, states)
