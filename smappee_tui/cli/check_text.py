"""`check` for a person: a table, what was found and what to do, and one line that sums it up. Plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from smappee_tui.cli.amounts import counted, lasting, moment
from smappee_tui.cli.check_devices_text import device_lines, health_line
from smappee_tui.cli.check_words import mark_of, phase_name, role_word, subject_words, verdict_words
from smappee_tui.cli.watched import Watched
from smappee_tui.diagnosis.judgement import FAULTS, WAITING, Finding, PhaseVerdict
from smappee_tui.diagnosis.past.record import PastSpan
from smappee_tui.plaintext import clean, cut, pad, wrap
from smappee_tui.site.view import ChannelView

Paint = Callable[[str, str], str]
"""Colours a text by a word: "fault", "warning", "ok", "dim". Colour never says anything that the text does not."""

NARROWEST, WIDEST = 70, 120
"""Columns that the text takes at least, and at most."""
_FIXED = 42
"""Cells of all columns but name and verdict, with the space between them."""
_VERDICT = 22
"""Cells of the verdict at 80 columns; of more columns it takes half."""
_SEVERITY = {"fault": "✗ FAULT", "warning": "! WARNING", "info": "i NOTE"}


def plain(text: str, _style: str) -> str:
    """No colour."""
    return text


def check_text(seen: Watched, *, columns: int = 80, paint: Paint = plain) -> str:
    """Write the verdict.

    Args:
        seen: the end of a watch.
        columns: how wide the terminal is.
        paint: how a piece of text is coloured; must not change its letters.
    """
    cells = max(NARROWEST, min(columns, WIDEST))
    blocks: list[Iterator[str]] = [
        _head(seen, cells),
        _channels(seen, cells, paint),
        device_lines(seen, cells),
        *(_finding(finding, seen, cells, paint) for finding in seen.judgement.findings),
        _summary(seen, cells),
    ]
    texts = ("\n".join(line.rstrip() for line in block) for block in blocks)
    return "\n\n".join(text for text in texts if text)


def verdict_of(seen: Watched, channel: ChannelView) -> str:
    """The verdict of a channel; one that the diagnosis does not mention is not judged yet."""
    said = seen.judgement.channels.get(channel.input)
    return said.verdict if said is not None else "inconclusive"


def _head(seen: Watched, cells: int) -> Iterator[str]:
    view, quality = seen.view, seen.quality
    who = [f"Monitor {view.serial}" if view.serial else f"Location {view.uuid}"]
    who += [view.product] if view.product != "unknown" else []
    who += [f"firmware {view.firmware}"] if view.firmware else []
    yield from wrap(clean(", ".join(who)), cells)
    if seen.past is not None:
        yield from wrap(_history(seen.past), cells)
    watched = (
        f"Watched {lasting(seen.last - seen.first)} from {moment(seen.first)}: "
        f"{counted(quality.realtime, 'reading')}, longest gap {quality.longest_gap:.1f} s"
    )
    if quality.bad:
        watched += f", {counted(quality.bad, 'unreadable message')}"
    if seen.past is None:
        yield from wrap(watched, cells)
    phases = "".join(
        f"; {phase_name(phase.phase)} {'?' if phase.volts is None else f'{phase.volts:.0f}'} V{_range(phase)} "
        f"{phase.verdict}"
        for phase in seen.judgement.phases
    )
    yield from wrap(f"Supply {seen.judgement.supply}{phases}", cells)
    health = health_line(seen)
    if health:
        yield from wrap(health, cells)
    if not view.configured:
        yield from wrap("No channel configuration has arrived: names, roles and phases are not known.", cells)


def _history(past: PastSpan) -> str:
    return (
        f"Judged from the cloud: {counted(past.intervals, '5-minute value')} ({past.days:.1f} days) from "
        f"{moment(past.first)} to {moment(past.last)}; the table shows each CT in its busiest 5 minutes"
    )


def _range(phase: PhaseVerdict) -> str:
    if phase.lowest is None or phase.highest is None:
        return ""
    return f" ({phase.lowest:.0f} to {phase.highest:.0f})"


def _channels(seen: Watched, cells: int, paint: Paint) -> Iterator[str]:
    if not seen.view.channels:
        yield "No channel was heard of."
        return
    verdict_cells = _VERDICT + max(0, cells - 80) // 2
    name = cells - _FIXED - verdict_cells
    yield _row("IN", "NAME", "ROLE", "PH", "A", "W", "PF", name) + "VERDICT"
    for channel in seen.view.channels:
        verdict = verdict_of(seen, channel)
        words = f"{mark_of(verdict)} {verdict_words(seen.judgement.channels.get(channel.input))}"
        yield _values(channel, name) + paint(cut(words, verdict_cells), _style(verdict))
    if any(channel.setting is not None and channel.setting.reversed for channel in seen.view.channels):
        yield "r: reversed in the configuration, which the readings have applied"


def _values(channel: ChannelView, name: int) -> str:
    turned = " r" if channel.setting is not None and channel.setting.reversed else ""
    return _row(
        str(channel.input),
        clean(channel.name),
        role_word(channel),
        phase_name(channel.phase) + turned,
        "-" if channel.amps is None else f"{channel.amps:.1f}",
        "-" if channel.watts is None else f"{channel.watts:.0f}",
        "-" if channel.pf is None else f"{channel.pf.value:.2f}",
        name,
    )


def _row(number: str, label: str, role: str, phase: str, amps: str, watts: str, factor: str, name: int) -> str:
    left = f"{pad(number, 3, right=True)} {pad(label, name)} {pad(role, 8)} {pad(phase, 4)}"
    return f"{left} {pad(amps, 6, right=True)} {pad(watts, 7, right=True)} {pad(factor, 5, right=True)}  "


def _finding(finding: Finding, seen: Watched, cells: int, paint: Paint) -> Iterator[str]:
    head = f"{_SEVERITY[finding.severity]} {subject_words(finding.subject, seen.view)}: {finding.title}"
    for line in wrap(clean(head), cells, rest="  "):
        yield paint(line, finding.severity)
    for sentence in finding.evidence:
        yield from wrap(clean(sentence), cells, first="  - ", rest="    ")
    if finding.advice:
        yield from wrap(clean(finding.advice, 2000), cells, first="  → ", rest="    ")


def _summary(seen: Watched, cells: int) -> Iterator[str]:
    judgement = seen.judgement
    verdicts = {channel.input: verdict_of(seen, channel) for channel in seen.view.channels}
    used = [number for number, verdict in verdicts.items() if verdict != "unused"]
    waiting = [str(number) for number in used if verdicts[number] in WAITING]
    said = ", ".join(
        (
            counted(judgement.count("fault"), "fault"),
            counted(judgement.count("warning"), "warning"),
            counted(judgement.count("info"), "note"),
        )
    )
    judged = f"{len(used) - len(waiting)} of {counted(len(used), 'channel')} in use judged"
    rest = f", not yet: {', '.join(waiting)}" if waiting else ""
    yield from wrap(f"{said}; {judged}{rest}.", cells)


def _style(verdict: str) -> str:
    if verdict in FAULTS:
        return "fault"
    return {"ok": "ok", "unused": "dim"}.get(verdict, "waiting")
