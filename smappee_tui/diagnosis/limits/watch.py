"""Looks at every sample for what limits bear on.

Many samples are looked at together, which costs next to nothing each; what is kept does not grow with the watch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.limits.quarters import MOST_WATTS, SLOT, FloatArray, Quarters
from smappee_tui.diagnosis.model.channels import PHASES
from smappee_tui.protocol.messages import ChannelSetting, IntervalMeans
from smappee_tui.protocol.names import suggests_charger
from smappee_tui.site.sample import Sample
from smappee_tui.site.site import Site

TOGETHER = 1024
"""Samples that are looked at at once."""
MOST_AMPS = 10_000.0
"""Beyond it a value is none that a house can have."""
PACE = (1.0, 6.0)
"""Seconds from one sample to the next, as monitors send them."""
HELD = 2.5
"""A value counts until the next one, or for so many times as long as the one before it: what follows is not known."""
RECENT = 60.0
"""Seconds from which the rest of a quarter is reckoned."""
CHARGES = 1.0
"""A from which on a charger charges."""
BINS = 1001
"""Whole amperes that seconds are counted by."""


_NOTHING: tuple[FloatArray, FloatArray, FloatArray] = (np.empty(0), np.empty(0), np.empty((0, 1)))


@dataclass(slots=True)
class Worst:
    """The highest of one thing, and when."""

    value: float = -math.inf
    at: float = math.nan
    parts: tuple[float, ...] = ()
    """What it was made of."""


@dataclass(slots=True)
class Spread:
    """How far the three phases differed, W."""

    worst: Worst
    joules: float = 0.0
    seconds: float = 0.0


class LimitsWatch:
    """What was asked of an installation, second by second."""

    def __init__(self) -> None:
        self.quarters = Quarters()
        self.amps: dict[int, Worst] = {}
        """Highest current by input, A."""
        self.volt_amperes: dict[int, Worst] = {}
        """The same in VA, where its phase has a voltage."""
        self.loads: dict[int, FloatArray] = {}
        """By grid CT the seconds at each whole ampere, rounded up."""
        self.spreads: dict[int, Spread] = {}
        """By pattern of the grid CTs, its opposite left out; empty unless each phase has just one."""
        self.others: dict[tuple[int, int, bool], Worst] = {}
        """By charger, grid CT and whether that counts the other way round: the highest current besides the charger's
        while it charged, A; below zero where the phase gave."""
        self.since: float | None = None
        """When what measures the grid was set as it is, seconds since 1970; None while nothing was seen."""
        self.now: float | None = None
        self.from_means = False
        """All of it is from five-minute means: no second was looked at."""
        self._settings: dict[int, ChannelSetting] | None = None
        self._known: dict[int, ChannelSetting] = {}
        self._inputs: tuple[int, ...] = ()
        self._one_voltage = False
        self._times: list[float] = []
        self._rows: list[bytes] = []
        self._step = PACE[0]
        """Seconds that the value before the waiting one held."""
        self._recent: tuple[FloatArray, FloatArray, FloatArray] = _NOTHING
        """Times, weights and imports (W by pattern) of the newest seconds."""
        self._means: IntervalMeans | None = None

    def observe(self, site: Site, sampled: bool) -> None:
        """Look at the site after each message that it folded in. What arrives without a plan says nothing."""
        if site.settings is not self._settings:
            self._configure(site.settings)
        if sampled and site.sample is not None and site.plan is not None:
            self.take(site.sample)
        if site.means is not self._means:
            self._means = site.means
            if site.means is not None and site.means.end is not None:
                self.catch_up()  # the quarter that it belongs to is begun by its samples
                self.quarters.mean(site.means.end, {mean.input: mean.watts for mean in site.means.channels})

    def take(self, sample: Sample) -> None:
        """Take one sample."""
        if sample.inputs is not self._inputs:
            self._shape(sample)
        self._times.append(sample.at)
        self._rows.append(sample.packed)
        if len(self._times) > TOGETHER:
            self.catch_up()

    def forget(self, number: int) -> None:
        """Drop what was seen of one input, whose clamp was moved."""
        self.catch_up()
        self._forget(number, grid=number in self._grid)

    def spread(self, pattern: int) -> Spread | None:
        """How far the phases differed, counted so; None where not each of three has just one grid CT."""
        last = len(self.quarters.signs) - 1
        one = self.spreads.get(min(pattern, last - pattern))
        if one is None or pattern in self.spreads:
            return one
        turned = tuple(-watts for watts in one.worst.parts)
        return Spread(Worst(one.worst.value, one.worst.at, turned), one.joules, one.seconds)

    def recent(self, pattern: int) -> float | None:
        """Mean power taken from the grid over the last minute, W; None where there is none."""
        _, weights, imports = self._recent
        seconds = float(weights.sum())
        return float(weights @ imports[:, pattern]) / seconds if seconds else None

    @property
    def _grid(self) -> tuple[int, ...]:
        return self.quarters.grid

    def _configure(self, settings: dict[int, ChannelSetting]) -> None:
        """Take the settings from now on: what was seen of an input that is set otherwise no longer counts."""
        self.catch_up()
        self._settings, before = settings, self._known
        self._known = dict(settings)
        changed = [n for n in before.keys() | settings.keys() if n in before and before[n] != settings.get(n)]
        grid = any(_measures_grid(before.get(n)) or _measures_grid(settings.get(n)) for n in changed)
        grid = grid or any(_measures_grid(s) for n, s in settings.items() if n not in before)
        for number in changed:
            self._forget(number, grid=False)
        self._lay_out(anew=grid)

    def _shape(self, sample: Sample) -> None:
        if sample.inputs != self._inputs or sample.one_voltage != self._one_voltage:
            self.catch_up()
            self._inputs, self._one_voltage = sample.inputs, sample.one_voltage
            self._lay_out(anew=False)
        self._inputs = sample.inputs  # the next sample has the very same: nothing to compare

    def _lay_out(self, *, anew: bool) -> None:
        """Find the columns of what is looked at."""
        self._times.clear()
        self._rows.clear()
        places = {n: place for place, n in enumerate(self._inputs)}
        used = {n: s for n, s in self._known.items() if n in places and not s.unused}
        grid = tuple(n for n, s in used.items() if s.is_grid)
        if anew or grid != self._grid:
            self._forget_grid()
            anew = True
        self.quarters.configure(self._inputs, grid, anew=anew)
        self._columns = np.array([places[n] for n in grid], dtype=np.intp)
        phases = [used[n].phase if n in used else None for n in self._inputs]
        self._volts = np.array([PHASES if p is None or not 0 <= p < PHASES else p for p in phases], dtype=np.intp)
        three = len(grid) == PHASES and {used[n].phase for n in grid} == {0, 1, 2}
        self.spreads = self.spreads if three and self.spreads else {}
        if three and not self.spreads:
            self.spreads = {way: Spread(Worst()) for way in range(len(self.quarters.signs) // 2)}
        by_phase = {used[n].phase: n for n in grid}
        chargers = [n for n, s in used.items() if s.is_submeter and suggests_charger(s.name)]
        pairs = ((n, by_phase.get(used[n].phase)) for n in chargers)
        self._pairs = [(n, meter, places[n], places[meter]) for n, meter in pairs if meter is not None]
        self._most = np.array([self._worst(self.amps, n) for n in self._inputs])
        self._most_va = np.array([self._worst(self.volt_amperes, n) for n in self._inputs])

    @staticmethod
    def _worst(of: dict[int, Worst], number: int) -> float:
        known = of.get(number)
        return -math.inf if known is None else known.value

    def _forget(self, number: int, *, grid: bool) -> None:
        self.amps.pop(number, None)
        self.volt_amperes.pop(number, None)
        self.loads.pop(number, None)
        self.others = {key: worst for key, worst in self.others.items() if number not in key[:2]}
        if self._inputs:
            self._lay_out(anew=grid)

    def _forget_grid(self) -> None:
        self.spreads, self.since = {}, None
        self._recent = _NOTHING
        for number in self._grid:
            self.loads.pop(number, None)

    def catch_up(self) -> None:
        """Look at what was taken so far. The newest sample waits for the next one: how long it holds is not known."""
        count, size = len(self._times), len(self._inputs)
        if not count:
            return
        rows = np.frombuffer(b"".join(self._rows), dtype=np.float32)
        if rows.size != count * (2 * size + PHASES):
            self._times.clear()
            self._rows.clear()
            return
        times = np.array(self._times)
        self.now = self._times[-1]
        self.since = self._times[0] if self.since is None else self.since
        rows = rows.reshape(count, -1)
        watts = _sane(rows[:, :size], -MOST_WATTS, MOST_WATTS)
        amps = _sane(rows[:, size : 2 * size], 0.0, MOST_AMPS)
        self._most = self._raise(self.amps, self._most, amps, times)
        volt_amperes = amps * self._voltages(rows[:, 2 * size :])
        self._most_va = self._raise(self.volt_amperes, self._most_va, volt_amperes, times)
        if len(self._columns):
            self._look_at_grid(times, watts, amps)
        self._times, self._rows = self._times[-1:], self._rows[-1:]

    def _voltages(self, volts: FloatArray) -> FloatArray:
        """The voltage of each input's phase, V; NaN where there is none."""
        volts = np.where((volts > 0) & (volts < MOST_AMPS), volts, np.nan)
        if self._one_voltage:
            first: FloatArray = np.fmax.reduce(volts, axis=1)[:, None]
            return first
        padded = np.column_stack([volts, np.full(len(volts), np.nan, volts.dtype)])
        found: FloatArray = np.take(padded, self._volts, axis=1)
        return found

    def _raise(self, of: dict[int, Worst], most: FloatArray, values: FloatArray, times: FloatArray) -> FloatArray:
        highest = np.fmax.reduce(values, axis=0)
        for place in np.flatnonzero(highest > most).tolist():
            row = int((values[:, place] == highest[place]).argmax())
            of[self._inputs[place]] = Worst(float(values[row, place]), float(times[row]))
            most[place] = highest[place]
        return most

    def _look_at_grid(self, times: FloatArray, watts: FloatArray, amps: FloatArray) -> None:
        power, current = watts[:, self._columns].astype(float), amps[:, self._columns]
        self._look_at_chargers(times, watts, amps)
        known = np.isfinite(power).all(1)
        power = power if known.all() else np.nan_to_num(power)
        steps = np.diff(times)
        held = HELD * np.clip(np.concatenate(([self._step], steps[:-1])), *PACE)
        self._step = float(steps[-1]) if len(steps) else self._step
        weights = np.where((steps > 0) & known[:-1], np.minimum(steps, held), 0.0)
        self._count(current[:-1], weights)
        if self.spreads and known.any():
            self._look_at_spreads(times, power, known, weights)
        if len(weights):
            imports = np.maximum(0.0, power[:-1] @ self.quarters.signs.T)
            self._remember(times[:-1], weights, imports)
            self._add(
                times[:-1], weights, imports, watts[:-1] if np.isfinite(watts).all() else np.nan_to_num(watts[:-1])
            )

    def _add(self, times: FloatArray, weights: FloatArray, imports: FloatArray, watts: FloatArray) -> None:
        """Add the stretches to their slots; a clock set back begins one anew."""
        slots = np.floor_divide(times, SLOT).astype(np.int64)
        cuts = np.flatnonzero(np.diff(slots)) + 1
        begins, ends = [0, *cuts.tolist()], [*cuts.tolist(), len(slots)]
        for begin, end in zip(begins, ends, strict=True):
            held = weights[begin:end]
            seconds = float(held.sum())
            if seconds:
                self.quarters.add(int(slots[begin]), seconds, held @ imports[begin:end], held @ watts[begin:end])

    def _remember(self, times: FloatArray, weights: FloatArray, imports: FloatArray) -> None:
        """Keep the last minute; of a clock that was set back only what came since."""
        times, weights = np.concatenate((self._recent[0], times)), np.concatenate((self._recent[1], weights))
        imports = np.concatenate((self._recent[2], imports)) if len(self._recent[0]) else imports
        back = np.flatnonzero(np.diff(times) < 0)
        since = int(back[-1]) + 1 if len(back) else 0
        since += int(np.searchsorted(times[since:], times[-1] - RECENT))
        self._recent = times[since:].copy(), weights[since:].copy(), imports[since:].copy()

    def _count(self, current: FloatArray, weights: FloatArray) -> None:
        """Seconds at each whole ampere."""
        rounded = np.ceil(np.minimum(np.nan_to_num(current), BINS - 1) - 1e-3).astype(np.int64)
        for place, number in enumerate(self._grid):
            counted = np.bincount(np.maximum(0, rounded[:, place]), weights=weights, minlength=BINS).astype(float)
            self.loads[number] = counted if number not in self.loads else self.loads[number] + counted

    def _look_at_spreads(self, times: FloatArray, power: FloatArray, known: FloatArray, weights: FloatArray) -> None:
        """How far the phases differ, for each way of counting them that makes a difference."""
        seconds = float(weights.sum())
        for way, one in self.spreads.items():
            signed = power * self.quarters.signs[way]
            spread = signed.max(1) - signed.min(1)
            row = int(np.where(known, spread, -np.inf).argmax())
            if spread[row] > one.worst.value:
                one.worst = Worst(float(spread[row]), float(times[row]), tuple(signed[row].tolist()))
            one.joules += float(weights @ spread[:-1])
            one.seconds += seconds

    def _look_at_chargers(self, times: FloatArray, watts: FloatArray, amps: FloatArray) -> None:
        for charger, meter, own, place in self._pairs:
            charges = np.nan_to_num(amps[:, own]) >= CHARGES
            if not charges.any():
                continue
            gives = np.signbit(watts[:, place])
            for turned in (False, True):
                phase = np.where(gives ^ turned, -amps[:, place], amps[:, place])
                besides = np.where(charges & np.isfinite(phase), phase - amps[:, own], -np.inf)
                row = int(besides.argmax())
                known = self.others.setdefault((charger, meter, turned), Worst())
                if besides[row] > known.value:
                    known.value, known.at = float(besides[row]), float(times[row])

    def take_history(self, settings: dict[int, ChannelSetting], past: IntervalHistory) -> None:
        """Learn from weeks of five-minute means instead of a watch, before anything else: what passes in minutes is not
        in them."""
        self.from_means = True
        self._known, self._inputs = dict(settings), tuple(past.columns)
        self._lay_out(anew=True)
        if not len(past):
            return
        times = np.array(past.at)
        watts = np.array([past.columns[n].watts for n in self._inputs], dtype=float).T.reshape(len(times), -1)
        reactive = np.array([past.columns[n].vars for n in self._inputs], dtype=float).T.reshape(watts.shape)
        sizes = np.hypot(watts, np.nan_to_num(reactive))
        volts = self._voltages(np.array(past.volts, dtype=float).T)
        self._raise(self.volt_amperes, self._most_va, sizes, times)
        self._raise(self.amps, self._most, sizes / volts, times)
        self.since, self.now = float(times[0]), float(times[-1])
        self.quarters.take_history(times, watts)


def _sane(values: FloatArray, least: float, most: float) -> FloatArray:
    """The values; NaN for what no house has. Mostly nothing has to be done."""
    if least <= values.min(initial=most) and values.max(initial=least) <= most:
        return values
    return np.where((values >= least) & (values <= most), values, np.float32(np.nan))


def _measures_grid(setting: ChannelSetting | None) -> bool:
    return setting is not None and setting.is_grid


def seconds_above(load: FloatArray | None, amps: float) -> float:
    """Seconds for which a grid CT showed more than so many amperes."""
    if load is None:
        return 0.0
    return float(load[min(len(load) - 1, math.floor(amps) + 1) :].sum())
