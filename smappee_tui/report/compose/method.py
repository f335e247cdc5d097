"""Block 5, how it was judged: by the messages of a watch, or by days of five-minute values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from smappee_tui.diagnosis.evidence.record import HistorySpan
from smappee_tui.diagnosis.evidence.supply import HIGH_VOLTS, LOW_VOLTS
from smappee_tui.diagnosis.history.intervals import INTERVAL
from smappee_tui.diagnosis.inference.decide import LEAST_AMPS, LEAST_VA, SURE
from smappee_tui.report.compose.facts import Facts
from smappee_tui.report.compose.rounding import number, rounded
from smappee_tui.report.compose.steps import loop_resistance
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import HistoryBlock, MethodBlock, TestLoad


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """The first twelve digits of the sha256 over the diagnosis' own source."""
    digest = hashlib.sha256()
    for name, item in sorted(_sources(files("smappee_tui.diagnosis")), key=lambda pair: pair[0]):
        digest.update(name.encode())
        digest.update(item.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def _sources(folder: Traversable, within: str = "") -> Iterator[tuple[str, Traversable]]:
    """The folder's own files and those of the folders in it, by name."""
    for item in folder.iterdir():
        if item.name.endswith(".py"):
            yield within + item.name, item
        elif item.is_dir() and not item.name.startswith("_"):
            yield from _sources(item, f"{within}{item.name}/")


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


def _history(span: HistorySpan, who: ReportMetadata) -> HistoryBlock:
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
