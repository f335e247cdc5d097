"""Block 5, how it was judged: by the messages of a watch, or by days of five-minute values."""

from __future__ import annotations

from smappee_tui.diagnosis.decide import LEAST_AMPS, LEAST_VA, SURE
from smappee_tui.diagnosis.past.record import INTERVAL, PastSpan
from smappee_tui.diagnosis.supply import HIGH_VOLTS, LOW_VOLTS
from smappee_tui.report.facts import Facts
from smappee_tui.report.model import HistoryBlock, MethodBlock, TestLoad
from smappee_tui.report.particulars import Particulars
from smappee_tui.report.rounding import number, rounded
from smappee_tui.report.steps import loop_resistance


def method(facts: Facts) -> MethodBlock:
    """Write the block."""
    quality, witness, who, span = facts.site.quality, facts.witness, facts.who, facts.witness.span
    first, last = (quality.first_at, quality.last_at) if span is None else (span.first, span.last)
    seconds = 0.0 if first is None or last is None else last - first
    # A monitor sends once a second; the first message opens the span.
    expected = max(quality.realtime, round(seconds) + 1 if quality.realtime else 0)
    answered = {trial.mark for trial in witness.trials}
    ohms, edges = loop_resistance(witness, facts.past)
    return MethodBlock(
        started=who.iso(first),
        ended=who.iso(last),
        seconds=number(seconds),
        received=quality.realtime,
        expected=expected,
        lost_percent=number(100.0 * (1.0 - quality.realtime / expected), 1) if expected else 0,
        unreadable=quality.bad,
        longest_gap_seconds=number(quality.longest_gap, 1),
        guided=bool(witness.marks),
        loads=[
            TestLoad(
                at=who.iso(mark.at) or "",
                direction="on" if mark.kind == "load-on" else "off",
                watts=number(mark.watts),
                input=mark.input,
                seen=mark in answered,
            )
            for mark in witness.marks
        ],
        edges_announced=len(witness.marks),
        edges_seen=sum(mark in answered for mark in witness.marks),
        loop_ohms=rounded(ohms, 2),
        loop_edges=edges,
        sure_percent=number(100.0 * SURE, 1),
        least_amps=LEAST_AMPS,
        least_volt_amperes=number(LEAST_VA),
        low_volts=number(LOW_VOLTS),
        high_volts=number(HIGH_VOLTS),
        measuring=witness.measuring if facts.judgement.supply != "unknown" else "unknown",
        history=None if span is None else _history(span, who),
    )


def _history(span: PastSpan, who: Particulars) -> HistoryBlock:
    return HistoryBlock(
        source="cloud",
        first=who.iso(span.first) or "",
        last=who.iso(span.last) or "",
        intervals=span.intervals,
        interval_seconds=int(INTERVAL),
        days=number(span.days, 1),
        reactive_signed=span.signed,
        nights_only=span.dark,
    )
