"""What every channel and the sums would read if the inputs were configured as wished, from what was seen so far.

Nothing of it was measured: it is a proposal, to be shown as one and never to be kept as a reading.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Literal

import numpy as np
from msgspec.structs import replace as changed_setting

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.sums.balance import GAIN, OFFSET, balances
from smappee_tui.diagnosis.evidence.sums.blocks import Blocks
from smappee_tui.diagnosis.evidence.watch.tracks import apparent
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import FAULTS, Judgement, PhaseBalance
from smappee_tui.diagnosis.model.channels import PHASES, Role, phase_members, phase_name, roles_of
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.remedy.corrections import CorrectionSheet, Wiring, correction_sheet
from smappee_tui.diagnosis.remedy.turned import (
    BoolArray,
    FloatArray,
    Gives,
    Turned,
    reactive_of,
    sign_that_fits,
    turn_of,
    turned,
)
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.site.power_factor import HALF_AMP_STEP, HALF_VOLT, HALF_VOLT_AMPERE, PowerFactor, power_factor
from smappee_tui.site.sample import Sample
from smappee_tui.site.view import ChannelView, SiteView, phase_sums

Known = Literal["exact", "about", "two_values", "unknown"]
"""How well a reading follows: but for rounding · from rounded values with harmonics in them · the sign of its angle is
not known, so it is one of two · not before a hand has moved the clamp, or not at all."""
UNSEEN_WATTS, UNSEEN_SHARE = 300.0, 0.3
"""Power that no CT sees is told from so many W and such a share of what comes in on."""
EXACT_WATTS, EXACT_SHARE = 5.0, 0.01
"""A reckoned power counts as exact where it is sure to so many W, or such a share of the apparent power."""

OPEN_WATTS = 150.0
"""W by which the two values of one reading must differ to leave a stretch out of the sums."""


@dataclass(frozen=True, slots=True)
class ChannelPreview:
    """One input that is to change."""

    input: int
    now: ChannelView
    then: ChannelView
    """Amps are those of now: the same current."""
    known: Known
    low: float | None = None
    """The power is not below this, W; None where nothing is known."""
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """The installation as it would read."""

    view: SiteView
    """Every channel, and the sums of each phase."""
    changed: Mapping[int, ChannelPreview]
    """Inputs that are to change, by number."""
    balance: tuple[PhaseBalance, ...] = ()
    """Means over the watch, as `Judgement.balance`."""
    missing: tuple[Fact, ...] = ()
    """Why it does not add up even then, and what no CT sees; empty where all is said."""

    @property
    def adds_up(self) -> bool | None:
        """Whether every phase that can be checked does; None where none can."""
        words = {one.verdict for one in self.balance} - {"unchecked"}
        return words == {"ok"} if words else None


def preview(
    view: SiteView,
    judgement: Judgement,
    evidence: Evidence,
    wished: Mapping[int, Wiring],
    *,
    by_hand: Collection[int] = (),
    sample: Sample | None = None,
    hides: bool = True,
) -> Preview:
    """Reckon it.

    Args:
        view: the installation now.
        judgement: what is said of it now.
        evidence: what was seen so far, to be read only.
        wished: by input how it is to be configured; inputs that are not named stay as they are.
        by_hand: inputs whose clamps are to be moved: what they read then is not known.
        sample: the newest reading; None where there are means only.
        hides: something may generate that no CT measures.
    """
    desk = _Desk(view, evidence, _settings(view, wished), frozenset(by_hand), sample, hides)
    changed = desk.channels(wished)
    channels = tuple(changed[c.input].then if c.input in changed else c for c in view.channels)
    phases = tuple(phase_sums(p.phase, p.volts, channels) for p in view.phases)
    balance = desk.balance()
    wrong, open_ = _left_over(judgement, wished, by_hand)
    told = tuple(_doubted(one, desk.roles, {*wrong, *open_}, desk.unreckoned) for one in balance)
    return Preview(
        replace(view, channels=channels, phases=phases),
        changed,
        told,
        tuple(_missing(told, desk, wrong, open_, changed)),
    )


def as_it_will_read(
    view: SiteView, judgement: Judgement, judge: Judge, sample: Sample | None, sheet: CorrectionSheet | None = None
) -> Preview | None:
    """The installation once everything on the correction sheet is set; None where nothing stands there.

    Args:
        view: the installation now.
        judgement: what is said of it now.
        judge: who said it.
        sample: the newest reading; None where there are means only.
        sheet: what is to change; None: what follows from the judgement.
    """
    sheet = correction_sheet(view, judgement) if sheet is None else sheet
    if not sheet.lines:
        return None
    by_hand = frozenset(one.input for one in sheet.move)
    return preview(view, judgement, judge.weighed, sheet.wished, by_hand=by_hand, sample=sample, hides=judge.hides)


def _settings(view: SiteView, wished: Mapping[int, Wiring]) -> dict[int, ChannelSetting]:
    """The configuration as wished."""
    found = {}
    for channel in view.channels:
        setting, wish = channel.setting, wished.get(channel.input)
        if setting is not None and wish is not None:
            setting = changed_setting(
                setting,
                phase=wish.phase,
                reversed=wish.reversed,
                role=wish.role,
                connection=wish.connection or setting.connection,
                ct_type=wish.ct_type,
            )
        if setting is not None:
            found[channel.input] = setting
    return found


_RATED = re.compile(r"(\d{2,4})\s*A", re.IGNORECASE)


def scale_of(now: str | None, then: str | None) -> float:
    """Factor by which a reading changes where another type of CT is set: the monitor scales by the rating set."""
    old, new = _RATED.search(now or ""), _RATED.search(then or "")
    return float(new[1]) / float(old[1]) if now != then and old and new and float(old[1]) else 1.0


@dataclass
class _Desk:
    """Everything that a reckoning looks at."""

    view: SiteView
    evidence: Evidence
    settings: dict[int, ChannelSetting]
    """As wished."""
    by_hand: frozenset[int]
    sample: Sample | None
    hides: bool
    roles: dict[int, Role] = field(init=False)
    """As wished."""
    gives: Gives = field(init=False)
    signs: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.roles = roles_of(self.settings)
        known = any(role.generates or role.stores for role in self.roles.values())
        self.gives = "yes" if known else "maybe" if self.hides else "no"
        now = self.sample if self.sample is not None and self.sample.at == self.view.at else None
        self.signs = _signs_of_grid(now, self.evidence)
        self.now = {c.input: c for c in self.view.channels}

    @property
    def unreckoned(self) -> set[int]:
        """Inputs of which nothing follows: a hand moves their clamps, or another phase is not known to turn how far."""
        return {n for n, s in self.settings.items() if n in self.by_hand or self._turn(n, s)[0] is None}

    @property
    def geometry(self) -> Geometry:
        return self.evidence.geometry

    def channels(self, wished: Mapping[int, Wiring]) -> dict[int, ChannelPreview]:
        """The inputs that are to change. Circuits come first: what they take a grid CT must at least bring."""
        found: dict[int, ChannelPreview] = {}
        places = sorted({*wished, *self.by_hand} & self.settings.keys() & self.now.keys(), key=self._grid_last)
        for number in places:
            watts = {n: c.watts for n, c in self.now.items()} | {n: one.then.watts for n, one in found.items()}
            needs = self._needs(number, {n: np.array([w]) for n, w in watts.items() if w is not None})
            found[number] = self._channel(number, wished.get(number), needs)
        return dict(sorted(found.items()))

    def _grid_last(self, number: int) -> tuple[bool, int]:
        return number in self.roles and self.roles[number].grid, number

    def _needs(self, number: int, watts: Mapping[int, FloatArray]) -> FloatArray | None:
        """What a grid CT must bring at least, W, for its circuits to take what they do; None where nobody knows."""
        role = self.roles.get(number)
        if role is None or not role.grid or self.geometry.delta:
            return None
        grid, makers, takers = phase_members(self.roles, self.evidence.below, role.phase)
        if len(grid) > 1 or any(self.roles[n].stores for n in takers):
            return None
        known = [(n, watts[n]) for n in (*makers, *takers) if n in watts]
        least = sum((w * (-1 if n in makers else 1) for n, w in known), np.zeros(1))
        return np.nan_to_num(least - OFFSET - GAIN * sum((np.abs(w) for _, w in known), np.zeros(1)), nan=-math.inf)

    def _channel(self, number: int, wish: Wiring | None, needs: FloatArray | None) -> ChannelPreview:
        now, setting = self.now[number], self.settings[number]
        then = now._replace(setting=setting, joules_imported=None, joules_exported=None)
        nothing = ChannelPreview(number, now, then._replace(watts=None, pf=None, volt_amperes=None), "unknown")
        if number in self.by_hand or wish is None or now.setting is None or now.watts is None or now.amps is None:
            return nothing
        degrees, ratio = self._turn(number, setting)
        volts = self._volts(setting.phase)
        if degrees is None:
            return nothing
        scale = scale_of(now.setting.ct_type, setting.ct_type)
        size, published = self._size(now), self._published
        if math.isnan(size) and degrees % 180.0:
            return nothing
        slack = HALF_VOLT_AMPERE if published else (now.volts or 0.0) * HALF_AMP_STEP + now.amps * HALF_VOLT
        read = np.array([now.watts]), np.array([size])
        found, sure, _ = self._turned(number, *read, degrees, slack, self.signs.get(number, 0), needs)
        watts, low, high = (ratio * scale * float(one[0]) for one in found)
        amps, apparent_then = now.amps * scale, size * ratio * scale
        pf = power_factor(watts, amps, math.nan if volts is None else volts, apparent_then if published else None)
        spread = max(EXACT_WATTS, EXACT_SHARE * (0.0 if math.isnan(size) else size))
        known: Known = "two_values" if not sure.all() else "exact" if high - low <= 2 * spread else "about"
        return ChannelPreview(
            number,
            now,
            then._replace(
                watts=float(round(watts)),
                amps=amps,
                volts=volts,
                volt_amperes=None if now.volt_amperes is None else now.volt_amperes * ratio * scale,
                pf=pf if pf is None or math.isnan(size) else _widened(pf, low, high, apparent_then),
            ),
            known,
            low,
            high,
        )

    def balance(self) -> tuple[PhaseBalance, ...]:
        """What comes in on each phase and where it goes, over the watch. A sum that the doubt of a reckoned power
        explains is not called impossible."""
        span = self.evidence.history
        blocks = self.evidence.blocks if span is None else span.blocks
        best, kind = self._blocks(blocks)
        hidden = range(PHASES) if self.hides else ()
        found = tuple(one.balance for one in balances(best, self.roles, self.geometry, hidden))
        if all(one.verdict in ("ok", "unchecked") for one in found):
            return found
        lenient = {one.balance.phase: one.balance for one in balances(kind, self.roles, self.geometry, hidden)}
        return tuple(
            replace(one, verdict="doubtful")
            if one.verdict == "impossible" and lenient[one.phase].verdict != "impossible"
            else one
            for one in found
        )

    def _blocks(self, blocks: Blocks) -> tuple[Blocks, Blocks]:
        """The stretches as they would read: the likeliest, and what would leave the most over."""
        watts, kind = blocks.watts.copy(), blocks.watts.copy()
        amps, sizes = blocks.amps.copy(), blocks.volt_amperes.copy()
        for number in sorted(self.settings, key=self._grid_last):
            before, setting = self.now[number].setting, self.settings[number]
            if number not in blocks or (before == setting and number not in self.by_hand):
                continue
            place, role = blocks.inputs.index(number), self.roles.get(number)
            degrees, ratio = self._turn(number, setting)
            if number in self.by_hand or degrees is None or role is None or before is None:
                watts[:, place] = kind[:, place] = math.nan
                continue
            scale = scale_of(before.ct_type, setting.ct_type)
            slack = HALF_VOLT_AMPERE if self._published else 230.0 * HALF_AMP_STEP
            needs = self._needs(number, {n: watts[:, blocks.inputs.index(n)] for n in self.roles if n in blocks})
            read = blocks.watts[:, place], blocks.volt_amperes[:, place]
            found, sure, settled = self._turned(number, *read, degrees, slack, 0, needs)
            open_ = ~(sure | settled) & (found.high - found.low > OPEN_WATTS)  # what is not known cannot be added up
            watts[:, place] = np.where(open_, math.nan, ratio * scale * found.watts)
            most = found.high if role.grid or role.generates else found.low
            kind[:, place] = np.where(open_, math.nan, ratio * scale * most)
            amps[:, place] *= scale
            sizes[:, place] *= scale * ratio
        rest = blocks.inputs, blocks.at, blocks.seconds
        return Blocks(*rest, watts, amps, sizes), Blocks(*rest, kind, amps, sizes)

    def _turned(
        self,
        number: int,
        watts: FloatArray,
        sizes: FloatArray,
        degrees: float,
        slack: float,
        sign: int,
        needs: FloatArray | None,
    ) -> tuple[Turned, BoolArray, BoolArray]:
        """Turned readings; whether each is certain, and whether the sums of its phase leave only one of two values."""
        everywhere, nowhere = np.ones(watts.shape, dtype=bool), np.zeros(watts.shape, dtype=bool)
        if sign or not degrees % 180.0:
            return turned(watts, sizes, degrees, sign or 1, everywhere, slack=slack), everywhere, nowhere
        role = self.roles[number]
        likely, sure = sign_that_fits(watts, sizes, degrees, role, self.geometry, gives=self.gives, slack=slack)
        if needs is None:
            return turned(watts, sizes, degrees, likely, sure, slack=slack), sure, nowhere
        enough, other = (turned(watts, sizes, degrees, one).watts >= needs for one in (likely, -likely))
        likely = np.where(~sure & ~enough & other, -likely, likely)
        return turned(watts, sizes, degrees, likely, sure, slack=slack), sure, enough != other

    def _turn(self, number: int, setting: ChannelSetting) -> tuple[float | None, float]:
        """By how much its readings turn, degrees, and what the other voltage makes of their size."""
        before = self.now[number].setting
        if before is None or before.phase is None or setting.phase is None or number not in self.roles:
            same = before is not None and before.phase == setting.phase and before.reversed == setting.reversed
            return (0.0 if same else None), 1.0
        degrees = turn_of(self.geometry, before.phase, setting.phase, before.reversed != setting.reversed)
        old, new = self._volts(before.phase), self._volts(setting.phase)
        star = self.geometry.name == "star" and old and new
        return degrees, new / old if star and old and new else 1.0

    def _volts(self, phase: int | None) -> float | None:
        if self.sample is not None:
            volts = self.sample.volts_of(phase)
            return None if math.isnan(volts) else volts
        return next((p.volts for p in self.view.phases if p.phase == phase), None)

    @property
    def _published(self) -> bool:
        """The monitor publishes apparent powers."""
        return self.sample is not None and self.sample.volt_amperes is not None

    def _size(self, now: ChannelView) -> float:
        """Apparent power as it was measured, VA; NaN where nobody knows it."""
        if now.volt_amperes is None:
            return math.nan
        return now.volt_amperes * (1.0 if self._published or self.sample is None else self.geometry.va_share)


def _widened(pf: PowerFactor, low: float, high: float, size: float) -> PowerFactor:
    """The power factor with what the power leaves open."""
    ends = [max(-1.1, min(1.1, end / size)) for end in (low, high)] if size > 0 else []
    return PowerFactor(pf.value, min([pf.low, *ends]), max([pf.high, *ends]))


SIGN_SLACK, SIGN_SHARE = 25.0, 0.35
"""var, and share of all that looks like reactive power, by which a signed total may differ from the sum of what it is
made of: harmonics are in the parts and not in the total."""


def _signs_of_grid(sample: Sample | None, evidence: Evidence) -> dict[int, int]:
    """By grid CT the sign of its reactive power, where the monitor's signed total leaves only one."""
    grid = [n for n in evidence.grid_inputs if sample is not None and n in sample.inputs]
    if sample is None or not grid or not evidence.signed or math.isnan(sample.total_vars):
        return {}
    places = [sample.inputs.index(n) for n in grid]
    share = evidence.geometry.va_share
    sizes = [
        float(reactive_of(np.array(sample.watts[p]), np.array(apparent(sample, p, evidence.roles[n].phase, share))))
        for n, p in zip(grid, places, strict=True)
    ]
    slack = SIGN_SLACK + SIGN_SHARE * sum(sizes)
    ways = list(product((1, -1), repeat=len(grid)))
    away = [abs(sum(s * q for s, q in zip(way, sizes, strict=True)) - sample.total_vars) for way in ways]
    fitting = [way for way, off in zip(ways, away, strict=True) if off <= min(away) + slack]
    return {n: fitting[0][k] for k, n in enumerate(grid) if len({way[k] for way in fitting}) == 1}


def _left_over(
    judgement: Judgement, wished: Mapping[int, Wiring], by_hand: Collection[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Inputs that the wish leaves wrong, and such that nobody knows of."""
    rest = {n: v for n, v in judgement.channels.items() if n not in wished}
    wrong = {n for n, v in rest.items() if v.verdict in FAULTS} | set(by_hand)
    return frozenset(wrong), frozenset(n for n, v in rest.items() if v.verdict == "inconclusive" and n not in wrong)


def _doubted(
    one: PhaseBalance, roles: Mapping[int, Role], questioned: Collection[int], unknown: Collection[int]
) -> PhaseBalance:
    """A phase with a CT that is still wrong, or not known, does not add up by chance."""
    here = {n for n, role in roles.items() if role.phase == one.phase}
    if here & set(unknown):
        return replace(one, verdict="unchecked")
    return replace(one, verdict="doubtful") if here & set(questioned) and one.verdict == "ok" else one


def _missing(
    balance: tuple[PhaseBalance, ...],
    desk: _Desk,
    wrong: Collection[int],
    open_: Collection[int],
    changed: Mapping[int, ChannelPreview],
) -> Iterator[Fact]:
    """Phase by phase what stands in the way; where nothing does, what goes where no CT sees it."""
    sums = {one.phase: one for one in balance}
    for number in range(PHASES):
        phase, one = phase_name(number), sums.get(number)
        here = {n for n, role in desk.roles.items() if role.phase == number}
        lacking = here & desk.unreckoned
        two = {n for n in here & changed.keys() if changed[n].known == "two_values"}
        doubted = one is not None and one.verdict in ("doubtful", "impossible")
        causes = {
            "unknown": lacking,
            "wrong": here & set(wrong) - lacking if doubted else (),
            "undecided": here & set(open_) if doubted else (),
            "sign": two if doubted else (),
        }
        for code, inputs in causes.items():
            if inputs:
                yield Fact(f"preview.missing.{code}", {"phase": phase, "inputs": tuple(sorted(inputs))})
        if one is None or lacking:
            continue
        if doubted and one.unmetered < 0 and not (causes["wrong"] or causes["undecided"]):
            code = "generation" if desk.hides else "unexplained"
            yield Fact(f"preview.missing.{code}", {"phase": phase, "watts": -one.unmetered})
        elif one.verdict == "ok" and one.unmetered >= max(UNSEEN_WATTS, UNSEEN_SHARE * (one.grid + one.production)):
            yield fact("preview.missing.circuit", phase=phase, watts=one.unmetered)
