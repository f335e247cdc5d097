"""What weeks of five-minute means showed, in sentences: always as history, never as something seen on site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from smappee_tui.diagnosis.evidence.record import HistorySpan
from smappee_tui.diagnosis.judgement import Finding, Subject


def change_notes(span: HistorySpan, names: dict[int, str]) -> Iterator[Finding]:
    """A note for each CT that was wired or configured otherwise before; one for all where all are judged anew."""
    days = {n: datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%d") for n, since in span.changed.items()}
    evidence = ("History: the last days prove something else than the weeks before them.",)
    advice = "Nothing to do if somebody mended it. If nobody did, look who changed clamps or settings."
    if names.keys() <= days.keys() and days:
        day = next(iter(days.values()))
        title = f"The CTs were wired or configured otherwise before {day}: judged from then on"
        yield Finding("wiring-changed", "info", Subject("supply"), title, advice, evidence=evidence)
        return
    for number, day in sorted(days.items()):
        title = f"Input {number} '{names[number][:40]}' was wired or configured otherwise before {day}"
        subject = Subject("channel", number)
        yield Finding("wiring-changed", "info", subject, title, advice, evidence=evidence, channels=(number,))


def history_note(span: HistorySpan) -> Finding:
    """What a judgement from afar can tell, and what it cannot: said with every one."""
    angles = (
        "Reactive power came with its sign, so the angle of every CT is known."
        if span.signed
        else "Reactive power came without its sign, so of the angles only their size is known."
    )
    nights = (
        "The grid CTs were judged by their nights, when no sun hides in them."
        if span.dark
        else "There was no night in the values, so generation may hide in the grid CTs."
    )
    return Finding(
        code="judged-from-history",
        severity="info",
        subject=Subject("monitor"),
        title=f"Judged from {span.days:.1f} days of 5-minute values, not on site",
        evidence=(
            angles,
            nights,
            "Five-minute means show a wrong phase or direction; they show no load shorter than some minutes, and of "
            "CT sizes only what repeated changes prove.",
        ),
        advice="A circuit that nobody used in that time stays open: judge it on site with a load switched on it.",
    )
