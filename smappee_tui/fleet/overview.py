"""How all locations of a fleet stand: numbers, and a row each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from smappee_tui.fleet.location import Location
from smappee_tui.fleet.standing import Standing
from smappee_tui.fleet.view import Counts, LocationRow


class Overview:
    """Of those that are heard, and of those that an earlier run knew. On the thread that steps the fleet."""

    def __init__(self, locations: Mapping[str, Location], standings: Mapping[str, Standing]) -> None:
        """Look at both as they are when something is asked."""
        self._locations, self._standings = locations, standings

    def watts(self, uuid: str) -> float | None:
        location = self._locations.get(uuid)
        return location.watts if location is not None else None

    def _missing(self) -> Iterator[tuple[str, Standing]]:
        """Those that an earlier run knew and that were not heard since."""
        locations = self._locations
        return ((uuid, one) for uuid, one in self._standings.items() if uuid not in locations)

    def counts(self, at: float) -> Counts:
        words: Counter[str] = Counter()
        live = weak = away = 0
        standings, fresh = self._standings, Standing()
        for uuid, location in self._locations.items():
            live += location.live
            weak += location.battery_low
            away += location.plug_trouble(at)
            words[standings.get(uuid, fresh).verdict] += 1
        for _, standing in self._missing():
            words[standing.verdict] += 1
        total = sum(words.values())
        judged = total - words["not_judged"]
        return Counts(total, live, total - live, judged, words["fault"], words["undecided"], weak, away,
                      words["not_judged"], words["ok"])  # fmt: skip

    def rows(self, at: float) -> Iterator[LocationRow]:
        fresh = Standing()
        for uuid, known in self._locations.items():
            of = self._standings.get(uuid, fresh)
            yield LocationRow(
                uuid, known.serial or of.serial, known.live, known.last or of.last, known.rate, known.last_watts,
                known.settings or of.channels, of.verdict, of.judged, of.findings, known.battery_low,
                known.plug_trouble(at), of.changed,
            )  # fmt: skip
        for uuid, of in self._missing():
            yield LocationRow(
                uuid, of.serial, False, of.last, 0.0, float("nan"), of.channels, of.verdict, of.judged, of.findings,
                False, False, of.changed,
            )  # fmt: skip
