"""Everything a report is built from, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from smappee_tui.diagnosis.evidence.edges import TestEdge
from smappee_tui.diagnosis.evidence.record import HistorySpan
from smappee_tui.diagnosis.evidence.supply import VoltageRange
from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.history.steady_states import dark_places
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import FAULTS, Judgement
from smappee_tui.protocol.received import Mark
from smappee_tui.report.compose.readings import Readings, readings_of_history, readings_of_site
from smappee_tui.report.logbook import Logbook
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.site.site import Site
from smappee_tui.site.view import SiteView, view_of


@dataclass(frozen=True, slots=True)
class DiagnosisRecord:
    """The judge's own records, as far as a report needs them."""

    marks: tuple[Mark, ...] = ()
    trials: tuple[TestEdge, ...] = ()
    ranges: tuple[VoltageRange, ...] = ()
    most_amps: dict[int, float] | None = None
    measuring: str = "unknown"
    span: HistorySpan | None = None
    """What a judgement from afar rests on; None after a watch."""
    remembered: IntervalHistory | None = None
    """The five-minute means themselves."""
    dark: tuple[int, ...] = ()
    """Places in them that the grid CTs were judged by, where those are nights only."""


def diagnosis_record(judge: Judge | None) -> DiagnosisRecord:
    """What this judge has seen; nothing without one."""
    if judge is None:
        return DiagnosisRecord()
    evidence = judge.evidence
    span = evidence.history
    remembered = judge.history if span is not None else None
    dark = dark_places(remembered, evidence.roles) if remembered is not None and span is not None and span.dark else []
    return DiagnosisRecord(
        marks=tuple(sorted(evidence.marks, key=lambda mark: mark.at)),
        trials=tuple(sorted(evidence.edges.values(), key=lambda trial: trial.at)),
        ranges=judge.supply.ranges,
        most_amps={number: track.most_amps for number, track in evidence.tracks.items()},
        measuring=evidence.geometry.name,
        span=span,
        remembered=remembered,
        dark=tuple(dark),
    )


@dataclass(frozen=True, slots=True)
class Material:
    """One moment of one location, and who asks."""

    site: Site
    view: SiteView
    judgement: Judgement
    witness: DiagnosisRecord
    past: Readings
    who: ReportMetadata
    logbook: Logbook
    since: dict[int, float]
    """From when on a channel is as it is now, where it was changed on this visit; what was read before is of another
    state and stands in no table."""
    told: frozenset[str] | None = None
    """Which settings the source of the configuration tells; None: all."""


SETTLING = 2.0
"""Seconds after a change of the configuration until a monitor measures by it."""
BEFORE_EDGE = 5.0
"""Seconds before the edge of a re-test in which the clamp surely sat where it sits now."""


def material_of(
    site: Site,
    judgement: Judgement,
    who: ReportMetadata,
    *,
    judge: Judge | None = None,
    logbook: Logbook | None = None,
    told: frozenset[str] | None = None,
) -> Material:
    """Gather. Reads the live site: on the thread that folds messages into it, and on no other."""
    witness, book = diagnosis_record(judge), logbook or Logbook()
    since = {change.input: change.at + SETTLING for change in site.changes if change.before is not None}
    for number, verdict in judgement.channels.items():
        turned = any(turn.verdict in FAULTS for turn in book.turns.get(number, []))
        edges = [t.at for t in witness.trials if t.mark.input == number and t.direction > 0]
        if verdict.verdict == "ok" and turned and number not in since and edges:
            since[number] = edges[-1] - BEFORE_EDGE  # moved by hand: only the latest re-test is surely of now
    remembered = witness.remembered
    past = readings_of_site(site) if remembered is None else readings_of_history(remembered, site.settings)
    return Material(site, view_of(site), judgement, witness, past, who, book, since, told)
