"""The head of the live screen: who speaks, how fresh it is, every phase, and what was found."""

from __future__ import annotations

from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.site import PhaseView, SiteView
from smappee_tui.tui.head import Head
from smappee_tui.tui.lines import Line, Piece, joined, length, line, paragraph, spread
from smappee_tui.tui.painted import Painted
from smappee_tui.tui.text import fit, shown
from smappee_tui.tui.words import SEVERITY, counted, grouped, watts

_VOLTS = 10
_POWER = 12
_COUNTS = 15
"""Cells of the parts of a phase's line: L1 with its voltage, a power less its label, and the counts."""


class Header(Painted):
    """The first lines of the screen."""

    DEFAULT_CSS = "Header { height: auto; dock: top; overflow: hidden; background: $background; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self._head: Head | None = None

    def tell(self, head: Head) -> None:
        """Show this."""
        self._head = head
        self.resized()
        self.repaint()

    def resized(self) -> None:
        """Lay it out for the width."""
        width = self.room or self.app.size.width
        if self._head is not None and width:
            self._lines = header_lines(self._head, width)


def header_lines(head: Head, width: int) -> list[Line]:
    """Title line, one line a phase, and what must not be missed."""
    lines = [_title(head, width)]
    if head.view is not None and head.view.channels:
        lines += _phases(head, width)
    for sign, text in head.banners:
        tone = "warn" if sign in ("!", "■") else "info"
        lines += paragraph(shown(text), width - 1, tone, line((f" {sign} ", tone)))[:2]
    return lines


def _title(head: Head, width: int) -> Line:
    situation, view = head.situation, head.view
    right: list[Line] = []
    if head.recording:
        right.append(line((head.recording, "dim")))
    if head.frozen:
        right.append(line((f"‖ {head.frozen}", "warn")))
    right.append(line((f"{situation.glyph} {situation.word}", situation.tone)))
    if head.tag:
        right.append(line((head.tag, "dim")))
    end = (*joined(right, " · "), (" ", "text"))
    return spread(_identity(view, head, width - length(end) - 1), end, width)


def _identity(view: SiteView | None, head: Head, room: int) -> Line:
    """Who speaks. Where room is short, what matters less is left out whole."""
    if view is None:
        return line((" smappee-tui", "title"))
    name = shown(view.serial) or shown(view.uuid)[:13]
    product = "Smappee" if view.product == "unknown" else f"Smappee {view.product}"
    parts = [line((f" {product}", "title"), (f" {name}", "text"))]
    if head.bad:
        parts.append(line((f"{head.bad} unreadable", "warn")))
    if head.dropped:
        parts.append(line((f"{head.dropped} dropped", "warn")))
    if view.firmware:
        parts.append(line((shown(view.firmware)[:12], "dim")))
    if view.hertz is not None:
        parts.append(line((f"{view.hertz:.2f} Hz", "dim")))
    while len(parts) > 1 and length(joined(parts, "  ")) > room:
        parts.pop()
    return joined(parts, "  ")


def _phases(head: Head, width: int) -> list[Line]:
    """One line a phase, aligned, and the counts of findings at the right end."""
    view, judgement = head.view, head.judgement
    if view is None:
        return []
    words = {verdict.phase: verdict.verdict for verdict in judgement.phases}
    counts = _counts(judgement, view)
    wide = width >= 112
    sums: list[tuple[str, list[float | None]]] = [
        ("grid", [p.grid_watts for p in view.phases]),
        ("production" if wide else "prod", [p.production_watts for p in view.phases]),
        ("submetered" if wide else "load", [p.submetered_watts for p in view.phases]),
    ]
    sums = [(label, values) for label, values in sums if any(v is not None for v in values)]
    while sums and _VOLTS + sum(len(label) + _POWER for label, _ in sums) + _COUNTS > width:
        sums.pop()
    rows = []
    for place, phase in enumerate(view.phases):
        pieces: list[Piece] = [(f" L{phase.phase + 1} ", "strong"), *_volts(phase, words.get(phase.phase, ""))]
        absent = not phase.volts and all(values[place] is None for _, values in sums)
        for label, values in () if absent else sums:
            pieces += [(f"  {label} ", "dim"), (fit(_power(values[place]), _POWER - 3, right=True), "text")]
        if wide and place < len(sums):
            label, values = sums[place]
            total = sum(value for value in values if value is not None)
            pieces += [("     Σ ", "dim"), (fit(label, 10), "dim"), (fit(watts(total), _POWER, right=True), "strong")]
        end = counts[place]
        rows.append(spread(tuple(pieces), (*end, (" " * (_COUNTS - length(end)), "text")), width))
    return rows


def _volts(phase: PhaseView, word: str) -> list[Piece]:
    if phase.volts is None:
        return [(fit("  -", 6), "dim")]
    if word == "reference":
        return [("   ref", "dim")]
    tone = "warn" if word in ("low", "high", "missing") else "text"
    return [(f"{grouped(phase.volts):>4} V", tone)]


def _power(value: float | None) -> str:
    return "-" if value is None else watts(value)


def _counts(judgement: Judgement, view: SiteView) -> list[Line]:
    """Three short lines: faults, warnings, and what is not judged yet."""
    lines = []
    for severity in ("fault", "warning"):
        glyph, tone, word = SEVERITY[severity]
        number = judgement.count(severity)
        lines.append(line((f"{glyph} {counted(number, word)}", tone)) if number else line((f"0 {word}s", "dim")))
    undecided = judgement.undecided(channel.input for channel in view.channels)
    if not view.configured or not judgement.channels:
        lines.append(line(("? none judged", "wait")))
    else:
        lines.append(line((f"? {undecided} undecided", "wait")) if undecided else line(("✓ all judged", "ok")))
    return lines
