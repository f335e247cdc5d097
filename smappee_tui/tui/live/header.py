"""The head of the live screen: who speaks, how fresh it is, every phase, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from smappee_tui.app.session import Snapshot
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.i18n import current
from smappee_tui.i18n.text import clean, fit
from smappee_tui.protocol.fact import Fact
from smappee_tui.site.view import PhaseView, SiteView
from smappee_tui.tui.live.connection_status import ConnectionStatus, Mode
from smappee_tui.tui.widgets.line_view import LineView
from smappee_tui.tui.widgets.lines import Line, Piece, joined, length, line, paragraph, spread
from smappee_tui.tui.widgets.words import SEVERITY, ago, counted, grouped, watts


class Recording(Protocol):
    """What the head needs of a recorder."""

    @property
    def state(self) -> str:
        """ "recording", "full", "failed" or "closed"."""

    @property
    def reason(self) -> Fact | None:
        """Why it stopped."""

    @property
    def size(self) -> int:
        """Bytes so far."""


class Head(NamedTuple):
    """Everything the head shows."""

    situation: ConnectionStatus
    view: SiteView | None
    judgement: Judgement
    tag: str = ""
    """"demo", or nothing."""
    frozen: str = ""
    """"frozen 12 s", or nothing."""
    bad: int = 0
    """Messages that could not be read."""
    dropped: int = 0
    """Messages that the link's queue had no room for."""
    recording: str = ""
    """"recording 1.2 MB", or nothing."""
    banners: tuple[tuple[str, str], ...] = ()
    """Signs and lines that must not be missed."""


def device_problems(judgement: Judgement) -> str:
    """How many plugs and sensors have a fault or a warning, in words; "" for none."""
    subjects = {f.subject for f in judgement.findings if f.severity != "info"}
    plugs = sum(1 for subject in subjects if subject.kind == "plug")
    sensors = sum(1 for subject in subjects if subject.kind == "sensor")
    parts = [counted(number, word) for number, word in ((plugs, "plug"), (sensors, "sensor")) if number]
    return f"{' and '.join(parts)} to look at" if parts else ""


def head_of(
    picture: Snapshot,
    here: ConnectionStatus,
    *,
    mode: Mode = "live",
    frozen_for: float | None = None,
    recorder: Recording | None = None,
    filters: Sequence[str] = (),
    hidden: int = 0,
    asked: bool = False,
) -> Head:
    """Gather it.

    Args:
        picture: what is shown.
        here: the situation.
        mode: where the messages come from.
        frozen_for: seconds since the screen was frozen; None while it runs.
        recorder: shown while it records, and when it stops.
        filters: what hides rows, in words.
        hidden: how many rows are hidden.
        asked: the location was asked for by name.
    """
    rows = picture.view is not None and bool(picture.view.channels)
    sign = "i" if here.tone == "info" else "!"
    banners = [(sign, here.banner)] if here.banner and rows else []
    recording = ""
    if recorder is not None and recorder.state == "recording":
        recording = f"recording {recorder.size / 1e6:.1f} MB"
    elif recorder is not None and recorder.state in ("full", "failed"):
        recording = "recorder full" if recorder.state == "full" else "recorder stopped"
        banners.append(("■", f"{current().fact(recorder.reason or recording)} Watching goes on, unrecorded."))
    if len(picture.locations) > 1 and not asked and picture.view is not None:
        heard = counted(len(picture.locations), "monitor")
        banners.append(("i", f"{heard} on this broker; this is the one that speaks most. L chooses."))
    devices = device_problems(picture.judgement)
    if devices:
        banners.append(("!", f"{devices}: D shows the devices."))
    if filters:
        banners.append(("/", f"{', '.join(map(clean, filters))}: {hidden} hidden. esc shows all."))
    quality = picture.site.quality if picture.site else None
    return Head(
        situation=here,
        view=picture.view,
        judgement=picture.judgement,
        tag="demo" if mode == "demo" else "",
        frozen="" if frozen_for is None else f"frozen {ago(round(frozen_for))}",
        bad=quality.bad if quality else 0,
        dropped=picture.dropped,
        recording=recording,
        banners=tuple(banners),
    )


_VOLTS = 10
_POWER = 12
_COUNTS = 15
"""Cells of the parts of a phase's line: L1 with its voltage, a power less its label, and the counts."""


class LiveHeader(LineView):
    """The first lines of the screen."""

    DEFAULT_CSS = "LiveHeader { height: auto; dock: top; overflow: hidden; background: $background; }"

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
        lines += paragraph(clean(text), width - 1, tone, line((f" {sign} ", tone)))[:2]
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
    name = clean(view.serial) or clean(view.uuid)[:13]
    product = "Smappee" if view.product == "unknown" else f"Smappee {view.product}"
    parts = [line((f" {product}", "title"), (f" {name}", "text"))]
    if head.bad:
        parts.append(line((f"{head.bad} unreadable", "warn")))
    if head.dropped:
        parts.append(line((f"{head.dropped} dropped", "warn")))
    if view.firmware:
        parts.append(line((clean(view.firmware)[:12], "dim")))
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
