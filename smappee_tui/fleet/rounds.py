"""What a glance at all locations tells the turns: whose power turned round, whose devices changed, and where a current
flows at last that no turn could judge yet. A part of them each second; reading a measurement costs some 20 µs."""

from __future__ import annotations

from collections.abc import Mapping

from smappee_tui.fleet.location import Location
from smappee_tui.fleet.turns import Lit, Turns

ROUND, GLANCE = 60, 10
"""Seconds in which all are looked at once; and those of which some CT is not decided."""
TURNED = 500.0
"""W on either side of nothing between which the grid's power turned round."""
SELDOM = 3600.0
"""Seconds between two turns that one location gets because of that."""


class _Seen:
    """What a location was like when it was last looked at."""

    __slots__ = ("devices", "hastened", "side")

    def __init__(self) -> None:
        self.side = 0
        """1 where it took from the grid, -1 where it gave, 0 where neither clearly."""
        self.devices = (False, False)
        self.hastened = 0.0


class Rounds:
    """Goes round all locations."""

    def __init__(self, locations: Mapping[str, Location], turns: Turns) -> None:
        """Know nothing of them yet."""
        self._locations, self._turns = locations, turns
        self._seen: dict[str, _Seen] = {}
        self._open: dict[str, None] = {}
        """Those of which some CT is not decided."""
        self._ticks = 0

    def awaits(self, location: Location, inputs: Mapping[int, float]) -> None:
        """Some inputs could not be decided while they carried what they did, A."""
        location.awaits, location.lit = inputs, Lit.NOTHING
        if inputs:
            self._open[location.uuid] = None
        else:
            self._open.pop(location.uuid, None)
            self._turns.lit(location.uuid, Lit.NOTHING)

    def look(self, at: float) -> None:
        """Look at some; call it once a second."""
        self._ticks += 1
        turn = self._ticks % ROUND
        for place, location in enumerate(self._locations.values()):
            if place % ROUND == turn and location.live:
                self._look(location, at)
        turn = self._ticks % GLANCE
        for uuid in [uuid for place, uuid in enumerate(self._open) if place % GLANCE == turn]:
            found = self._locations.get(uuid)
            if found is None:
                del self._open[uuid]
                continue
            found.look()
            self._turns.lit(uuid, found.lit if found.live else Lit.NOTHING)

    def _look(self, location: Location, at: float) -> None:
        watts = location.watts
        seen = self._seen.setdefault(location.uuid, _Seen())
        side = (watts > TURNED) - (watts < -TURNED)
        devices = (location.battery_low, location.plug_trouble(at))
        turned = side * seen.side < 0
        if (turned or devices != seen.devices) and not 0 <= at - seen.hastened <= SELDOM:
            seen.hastened = at
            self._turns.hasten(location.uuid, at)
        seen.side, seen.devices = side or seen.side, devices

    def forget(self) -> None:
        """Those that are no longer kept."""
        for uuid in [uuid for uuid in self._seen if uuid not in self._locations]:
            del self._seen[uuid]
