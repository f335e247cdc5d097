"""What the judge has seen beyond what it says: announced loads, voltage ranges, the way of measuring.

The only file of the report that looks inside the diagnosis; everything else reads this.
"""

from __future__ import annotations

from dataclasses import dataclass

from smappee_tui.diagnosis import Judge
from smappee_tui.diagnosis.past.record import PastRecord, PastSpan
from smappee_tui.diagnosis.past.rests import dark_places
from smappee_tui.diagnosis.supply import VoltageRange
from smappee_tui.diagnosis.trials import Trial
from smappee_tui.protocol import Mark


@dataclass(frozen=True, slots=True)
class Witness:
    """The judge's own records, as far as a report needs them."""

    marks: tuple[Mark, ...] = ()
    trials: tuple[Trial, ...] = ()
    ranges: tuple[VoltageRange, ...] = ()
    most_amps: dict[int, float] | None = None
    measuring: str = "unknown"
    span: PastSpan | None = None
    """What a judgement from afar rests on; None after a watch."""
    remembered: PastRecord | None = None
    """The five-minute means themselves."""
    dark: tuple[int, ...] = ()
    """Places in them that the grid CTs were judged by, where those are nights only."""


def witness_of(judge: Judge | None) -> Witness:
    """What this judge has seen; nothing without one."""
    if judge is None:
        return Witness()
    evidence = judge.evidence
    span = evidence.past
    remembered = judge.remembered if span is not None else None
    dark = dark_places(remembered, evidence.roles) if remembered is not None and span is not None and span.dark else []
    return Witness(
        marks=tuple(sorted(evidence.marks, key=lambda mark: mark.at)),
        trials=tuple(sorted(evidence.trials.values(), key=lambda trial: trial.at)),
        ranges=judge.supply.ranges,
        most_amps={number: track.most_amps for number, track in evidence.tracks.items()},
        measuring=evidence.geometry.name,
        span=span,
        remembered=remembered,
        dark=tuple(dark),
    )
