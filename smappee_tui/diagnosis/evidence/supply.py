"""The supply: its voltages over the watch, and whether it is single-phase, star or delta."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from smappee_tui.diagnosis.evidence.nominal import TOLERANCE, nominal_volts
from smappee_tui.diagnosis.judgement import PhaseVerdict, SupplyKind
from smappee_tui.diagnosis.model.geometry import DELTA_LINE, DELTA_NEUTRAL, SINGLE, STAR, Geometry
from smappee_tui.protocol.messages import ChannelConfig, IntervalMeans
from smappee_tui.site.sample import Sample

PRESENT_VOLTS = 20.0
LOADED_AMPS = 1.0
STAR_RATIO = 0.66
"""|P|/(V·I) that no healthy or wrong CT can show where power is taken against a virtual neutral (at most 0.577)."""
MEANS_AMPS = 0.3
"""Mean current from which on the V·I/S of five minutes counts, A."""
STAR_BAND, DELTA_BAND = (0.85, 1.2), (1.66, 1.8)
"""V·I/S of five minutes at rest: 1 and 1.73, a few percent of rounding and distortion either way."""
SETTLED = 8
"""Loaded seconds on one channel before its ratio counts."""


@dataclass(slots=True)
class VoltageRange:
    """One phase's voltage over the watch."""

    count: int = 0
    total: float = 0.0
    low: float = math.inf
    high: float = -math.inf
    zeros: int = 0

    def add(self, volts: float) -> None:
        if volts >= PRESENT_VOLTS:
            self.count += 1
            self.total += volts
            if volts < self.low:
                self.low = volts
            if volts > self.high:
                self.high = volts
        elif volts < PRESENT_VOLTS:  # NaN is neither
            self.zeros += 1

    @property
    def mean(self) -> float | None:
        """Mean over the watch, V."""
        return self.total / self.count if self.count else None


@dataclass(slots=True)
class SupplyWatch:
    """Accumulates what the voltages and the ratios of power to V·I tell."""

    ranges: tuple[VoltageRange, VoltageRange, VoltageRange] = field(
        default_factory=lambda: (VoltageRange(), VoltageRange(), VoltageRange())
    )
    one_voltage: bool = False
    star_votes: int = 0
    delta_votes: int = 0
    balance_negative: int = 0
    samples: int = 0
    worst_spread: float = 0.0
    """Largest difference between two phases' voltages seen in one second, V."""
    hertz: float | None = None
    """Mains frequency, where the monitor publishes it."""
    time_zone: str | None = None
    _ratios: dict[int, list[float]] = field(default_factory=dict)
    """By input: loaded seconds, and the largest |P|/(V·I) in them."""
    _star: bool = False
    """Some ratio proves a star; nothing that comes later can take that back."""
    _phases: tuple[ChannelConfig | None, frozenset[int]] = (None, frozenset())
    """A configuration, and the phases that it uses."""

    def take(self, sample: Sample, grid: tuple[int, ...]) -> None:
        """Take one second."""
        self.samples += 1
        self.one_voltage = sample.one_voltage
        for seen, value in zip(self.ranges, sample.volts, strict=True):
            seen.add(value)
        live = [v for v in sample.volts if v > PRESENT_VOLTS]
        if len(live) > 1:
            self.worst_spread = max(self.worst_spread, max(live) - min(live))
        if self._star or sample.volt_amperes is not None or len(live) < 3:
            return
        volts = sum(live) / len(live)
        balance = 0.0
        for place, number in enumerate(sample.inputs):
            watts, amps = sample.watts[place], sample.amps[place]
            if number in grid and not math.isnan(watts):
                balance += watts
            if amps >= LOADED_AMPS and not math.isnan(watts):
                entry = self._ratios.setdefault(number, [0.0, 0.0])
                entry[0] += 1
                entry[1] = max(entry[1], abs(watts) / (volts * (amps + 0.05)))
                self._star |= entry[0] >= SETTLED and entry[1] > STAR_RATIO
        self.balance_negative += balance < 0

    @property
    def learnt(self) -> tuple[dict[int, tuple[float, float]], bool]:
        """By input loaded seconds and the largest |P|/(V·I) in them; and whether some ratio proves a star."""
        return {n: (seconds, most) for n, (seconds, most) in self._ratios.items()}, self._star

    def learn(self, ratios: Mapping[int, tuple[float, float]], *, star: bool) -> None:
        """Go on from what another watch has `learnt`."""
        self._ratios, self._star = {n: [*pair] for n, pair in ratios.items()}, star

    def take_means(self, means: IntervalMeans) -> None:
        """V·I/S of the 5-minute values decides: 1 on a star, 1.73 where power is taken against a virtual neutral.

        A load that cycles within the five minutes reads too much, never too little, for the mean of an RMS current is
        no mean of power: the lowest of a message counts, and a delta supply is one of which all CTs agree.
        """
        volts = [v for v in means.volts if v and v > PRESENT_VOLTS]
        if len(volts) < 3:
            return
        mean = sum(volts) / len(volts)
        ratios = sorted(
            mean * channel.amps / channel.volt_amperes
            for channel in means.channels
            if channel.amps and channel.volt_amperes and channel.amps > MEANS_AMPS
        )
        if ratios and STAR_BAND[0] < ratios[0] < STAR_BAND[1]:
            self.star_votes += 1
        elif len(ratios) >= 2 and DELTA_BAND[0] < ratios[0] and ratios[1] < DELTA_BAND[1]:
            self.delta_votes += 1

    def geometry(self, plan: ChannelConfig | None) -> Geometry | None:
        """How this monitor measures; None where it is not known yet and both star and delta are open."""
        if plan is None:
            return STAR
        if plan.phase_type == "single":
            return SINGLE
        if plan.phase_type == "delta":
            return DELTA_LINE
        if plan.phase_type is not None or plan.dialect == "infinity":
            return STAR
        used = self._used(plan)
        present = [phase for phase in range(3) if self.ranges[phase].count]
        if len(used) <= 1 and len(present) <= 1:
            return SINGLE
        if len(present) < 3:
            return STAR
        return self._star_or_delta()

    def _used(self, plan: ChannelConfig | None) -> frozenset[int]:
        if plan is None:
            return frozenset()
        if self._phases[0] is not plan:
            used = frozenset(c.phase for c in plan.channels if not c.unused and c.phase is not None)
            self._phases = (plan, used)
        return self._phases[1]

    def _star_or_delta(self) -> Geometry | None:
        if self.star_votes or self.delta_votes:
            return DELTA_NEUTRAL if self.delta_votes > self.star_votes else STAR
        if self._star:
            return STAR
        settled = [entry[1] for entry in self._ratios.values() if entry[0] >= SETTLED]
        # Three grid CTs turned or moved on a star may stay below too, but then the sum of power is negative.
        if len(settled) >= 2 and 0.42 < max(settled) < 0.61 and self.balance_negative < 0.2 * self.samples:
            return DELTA_NEUTRAL
        return None

    def kind(self, plan: ChannelConfig | None) -> SupplyKind:
        """The supply in one word."""
        geometry = self.geometry(plan)
        if plan is None or geometry is None or plan.phase_type == "two":
            return "unknown"
        if plan.phase_type is None and geometry is STAR and not self.samples:
            return "unknown"
        return "delta" if geometry.delta else "single" if geometry is SINGLE else "star"

    @property
    def nominal(self) -> tuple[float, ...]:
        """What each phase should have, V, by what is seen."""
        return nominal_volts([seen.mean for seen in self.ranges], self.hertz, self.time_zone)

    def phases(self, plan: ChannelConfig | None) -> tuple[PhaseVerdict, ...]:
        """Verdict per phase that this supply has."""
        geometry = self.geometry(plan)
        used = self._used(plan)
        verdicts = []
        for phase in range(3):
            seen = self.ranges[phase]
            mean = seen.mean
            if mean is None:
                if self.one_voltage or not seen.zeros:
                    continue
                if geometry is DELTA_LINE:
                    verdicts.append(PhaseVerdict(phase, 0.0, "reference"))
                elif phase in used and geometry is not SINGLE:
                    verdicts.append(PhaseVerdict(phase, 0.0, "missing"))
                continue
            nominal = self.nominal[phase]
            off = mean / nominal - 1
            word = "low" if off < -TOLERANCE - 1e-9 else "high" if off > TOLERANCE + 1e-9 else "ok"
            if seen.zeros > seen.count and phase in used:
                word = "missing"
            verdicts.append(PhaseVerdict(phase, mean, word, seen.low, seen.high, nominal))  # type: ignore[arg-type]
        return tuple(verdicts)
