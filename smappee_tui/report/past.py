"""What every channel and phase read, as columns, read once for a whole report."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

from smappee_tui.site import Site
from smappee_tui.site.history import History

Pairs = list[tuple[float, float]]
"""(time, value), oldest first."""


@dataclass(frozen=True, slots=True)
class Past:
    """The last hour of a watch, or the days that a judgement from afar rests on."""

    watts: Mapping[int, Pairs]
    amps: Mapping[int, Pairs]
    volts: tuple[Pairs, ...]
    volt_amperes: Mapping[int, Pairs] = field(default_factory=dict)
    """Apparent power where it is known for every moment; a watch knows that of its last second only."""
    one_voltage: bool = False
    """All channels were measured against the first voltage. A watch tells that by its last sample."""


def past_of_site(site: Site) -> Past:
    """The last hour, second by second."""
    history = site.history
    return Past(
        watts={n: history.watts(n) for n in history.inputs},
        amps={n: history.amps(n) for n in history.inputs},
        volts=tuple(_present(history, phase) for phase in range(3)),
    )


def _present(history: History, phase: int) -> Pairs:
    """Voltages of one phase; below 20 V there is none."""
    return [pair for pair in history.volts(phase) if pair[1] >= 20.0]


def after(pairs: Pairs, when: float | None) -> Pairs:
    """What came from a moment on; all of it where there is no such moment, or nothing came since."""
    if when is None:
        return pairs
    return pairs[bisect_left(pairs, (when, float("-inf"))) :] or pairs


def between(pairs: Pairs, begin: float, end: float) -> list[float]:
    """Values from `begin` up to, not including, `end`."""
    low = bisect_left(pairs, (begin, float("-inf")))
    high = bisect_left(pairs, (end, float("-inf")))
    return [value for _, value in pairs[low:high]]


def at_time(pairs: Pairs, when: float) -> float | None:
    """The value nearest to a moment, at most half a second away."""
    place = bisect_left(pairs, (when, float("-inf")))
    near = [pair for pair in pairs[max(0, place - 1) : place + 1] if abs(pair[0] - when) <= 0.5]
    return min(near, key=lambda pair: abs(pair[0] - when))[1] if near else None
