"""A house fed by hand: settings, seconds of watts and amperes, and what the limits say of them."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from smappee_tui.diagnosis.judgement import ChannelVerdict, Judgement, Limit, SupplyKind
from smappee_tui.diagnosis.limits.declared import Declared
from smappee_tui.diagnosis.limits.entries import limits_of
from smappee_tui.diagnosis.limits.watch import LimitsWatch
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.intervals import ChannelMeans, IntervalMeans
from smappee_tui.protocol.messages import ChannelConfig, ChannelSetting
from smappee_tui.site.sample import Sample
from smappee_tui.site.site import Site

NOON = 1_772_452_800.0
"""2026-03-02 12:00:00 UTC: the begin of a quarter."""
VOLTS = (230.0, 230.0, 230.0)


def ct(number: int, name: str, phase: int | None, kind: str = "sub", **changes: Any) -> ChannelSetting:
    """One input: grid, sub, solar, storage or unused; a 50 A clamp unless told otherwise."""
    role = {"solar": "PRODUCTION", "storage": "STORAGE", "unused": "UNUSED"}.get(kind, "CONSUMPTION")
    connection = "GRID" if kind == "grid" else "SUBMETER"
    made = ChannelSetting(number, name, role, connection, phase, False, False, "SCT2_50A", None)
    return ChannelSetting(**({name: getattr(made, name) for name in made.__struct_fields__} | changes))


GRID = tuple(ct(n, f"Mains L{n + 1}", n, "grid") for n in range(3))
HOUSE = (*GRID, ct(3, "Car charger", 0), ct(4, "Oven", 1), ct(5, "Solar", 2, "solar"))


class Seconds:
    """Feeds a watch and asks it."""

    def __init__(self, settings: Sequence[ChannelSetting] = HOUSE, *, at: float = NOON) -> None:
        self.site, self.watch, self.now = Site("uuid"), LimitsWatch(), at
        self.verdicts: dict[int, ChannelVerdict] = {}
        self.supply: SupplyKind = "star"
        self.configure(settings)

    def configure(self, settings: Sequence[ChannelSetting]) -> None:
        self.site.plan = ChannelConfig(None, "infinity", None, None, tuple(settings))
        self.site.settings = {one.input: one for one in settings}
        for number in self.site.settings:
            self.verdicts.setdefault(number, said(number, "ok"))
        self.inputs = tuple(self.site.settings)
        self.watch.observe(self.site, False)

    def run(
        self,
        seconds: int,
        watts: Mapping[int, float],
        amps: Mapping[int, float] | None = None,
        *,
        volts: tuple[float, float, float] = VOLTS,
        step: float = 1.0,
    ) -> Seconds:
        """So many samples; amperes follow from the watts unless they are given."""
        power = [float(watts.get(n, 0.0)) for n in self.inputs]
        given = amps or {}
        current = [float(given.get(n, abs(p) / 230.0)) for n, p in zip(self.inputs, power, strict=True)]
        packed = struct.pack(f"{2 * len(power) + 3}f", *power, *current, *volts)
        for _ in range(seconds):
            self.site.sample = Sample(self.now, self.inputs, power, current, None, volts, math.nan, packed, [], False)
            self.watch.observe(self.site, True)
            self.now += step
        return self

    def mean(self, end: float, watts: Mapping[int, float | None]) -> None:
        """A five-minute mean, as the monitor sends it."""
        channels = tuple(ChannelMeans(n, None, p, None, None, None) for n, p in watts.items())
        self.site.means = IntervalMeans(end, (), None, channels)
        self.watch.observe(self.site, False)

    def say(self, number: int, verdict: Any, phase: int | None = None, **more: Any) -> None:
        """What is judged of an input."""
        self.verdicts[number] = replace(said(number, verdict), actual_phase=phase, **more)

    def ask(self, fuse: float | None = 25.0, country: Any = "BE", **more: Any) -> tuple[Limit, ...]:
        judged = Judgement(supply=self.supply, channels=self.verdicts)
        return limits_of(self.watch, self.site, judged, Declared(fuse, country, **more))

    def of(self, code: str, number: int | None = None, /, *, phase: int | None = None, **more: Any) -> Limit:
        """The one limit of this code, of an input or a phase where there are several."""
        found = [one for one in self.ask(**more) if one.code == code]
        if number is not None:
            found = [one for one in found if one.input == number]
        if phase is not None:
            found = [one for one in found if one.phase == phase]
        assert len(found) == 1, found
        return found[0]


def said(number: int, verdict: Any) -> ChannelVerdict:
    return ChannelVerdict(number, verdict, fact("verdicts.ok"), 0.99, size="ok")


def why(limit: Limit) -> str:
    """The word of why it is not judged."""
    return "" if limit.why is None else limit.why.code.rpartition(".")[2]
