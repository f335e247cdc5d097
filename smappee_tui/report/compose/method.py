"""Block 5, how it was judged: by the messages of a watch, or by days of five-minute values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from smappee_tui import __version__, diagnosis
from smappee_tui.diagnosis.evidence.nominal import EUROPEAN, TOLERANCE
from smappee_tui.diagnosis.evidence.record import HistorySpan
from smappee_tui.diagnosis.history.intervals import INTERVAL
from smappee_tui.diagnosis.inference.decide import LEAST_AMPS, LEAST_VA
from smappee_tui.diagnosis.model.weights import SURE
from smappee_tui.report.compose.material import Material
from smappee_tui.report.compose.readings import number, rounded
from smappee_tui.report.compose.steps import loop_resistance
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import HistoryBlock, MethodBlock, TestLoad


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Twelve digits that stand for the rules: the program's version and every constant of the diagnosis."""
    names = (module.name for module in walk_packages(diagnosis.__path__, f"{diagnosis.__name__}."))
    return fingerprint_of(__version__, map(import_module, names))


def fingerprint_of(version: str, modules: Iterable[ModuleType]) -> str:
    """The same of these modules. Neither a text about them nor the module that a constant stands in counts."""
    constants = {
        f"{name} = {value}"
        for module in modules
        for name, thing in vars(module).items()
        if name.isupper() and (value := _canonical(thing)) is not None
    }
    told = "\n".join([version, *sorted(constants)])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _canonical(value: object) -> str | None:
    """A constant in one way of writing, whatever the order of its set; None for what is no constant."""
    if isinstance(value, bool | int | float | str):
        return repr(value)
    if isinstance(value, dict):
        items = [(_canonical(key), _canonical(item)) for key, item in value.items()]
        return None if any(None in pair for pair in items) else str(sorted(map(str, items)))
    if isinstance(value, tuple | list | frozenset):
        parts = [_canonical(item) for item in value]
        ordered = sorted(map(str, parts)) if isinstance(value, frozenset) else parts
        return None if None in parts else str(ordered)
    return None


def method(material: Material) -> MethodBlock:
    quality, witness, who, span = material.site.quality, material.witness, material.who, material.witness.span
    first, last = (quality.first_at, quality.last_at) if span is None else (span.first, span.last)
    seconds = 0.0 if first is None or last is None else last - first
    # A monitor sends once a second; the first message opens the span.
    expected = max(quality.realtime, round(seconds) + 1 if quality.realtime else 0)
    answered = {trial.mark for trial in witness.trials}
    ohms, edges = loop_resistance(witness, material.past)
    nominal = next((phase.nominal for phase in material.judgement.phases if phase.nominal), EUROPEAN)
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
        low_volts=number((1 - TOLERANCE) * nominal),
        high_volts=number((1 + TOLERANCE) * nominal),
        measuring=witness.measuring if material.judgement.supply != "unknown" else "unknown",
        missing_seconds=number(max(quality.silent, who.missing), 1),
        reconnects=who.reconnects,
        dropped=who.dropped,
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
