"""The head of the live screen: who speaks, how fresh it is, every phase, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from textual import events

from smappee_tui.app.next_step import NextStep
from smappee_tui.app.session import Snapshot
from smappee_tui.app.signs import severity_sign
from smappee_tui.connect.message_source import Dropped
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.i18n import Translator, current, tr
from smappee_tui.i18n.text import clean, fit
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.protocol.fact import Fact
from smappee_tui.site.view import PhaseView, SiteView
from smappee_tui.tui.live.connection_status import ConnectionStatus, Mode
from smappee_tui.tui.widgets.balance import balance_lines
from smappee_tui.tui.widgets.footer import Footer
from smappee_tui.tui.widgets.kept import Kept
from smappee_tui.tui.widgets.lines import Line, LineView, Piece, joined, length, line, paragraph, shortened, spread
from smappee_tui.tui.widgets.words import ago, first_sentence, grouped, watts


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
    dropped: Dropped = Dropped()
    """Messages that the link's queue had no room for."""
    missing: float = 0.0
    """Seconds without measurements so far."""
    reconnects: int = 0
    """Times that the connection came back."""
    recording: str = ""
    """"recording 1.2 MB", or nothing."""
    banners: tuple[tuple[str, str, str], ...] = ()
    """Signs and lines that must not be missed, and what a click on each asks for."""
    step: NextStep | None = None
    """The first thing to do."""
    proposal: str = ""
    """In place of the counts of findings, where the sums are those of the correction sheet."""


def device_problems(judgement: Judgement) -> str:
    """How many plugs and sensors have a fault or a warning, in words; "" for none."""
    subjects = {f.subject for f in judgement.findings if f.severity != "info"}
    plugs = sum(1 for subject in subjects if subject.kind == "plug")
    sensors = sum(1 for subject in subjects if subject.kind == "sensor")
    parts = [
        *([tr("live.plugs", count=plugs)] if plugs else []),
        *([tr("live.sensors", count=sensors)] if sensors else []),
    ]
    return tr("live.devices", devices=parts) if parts else ""


def _meter(picture: Snapshot) -> str:
    """Whether the utility's meter agrees, in two words."""
    found = picture.judgement.witness
    if picture.meter is None and not picture.metered:
        return ""  # what it proved before it was taken away is evidence still, but not of now
    if found is None or found.house != "this":
        return tr("meter.head.another" if found is not None and found.house == "another" else "meter.head.unknown")
    return tr("meter.head.this") if found.worst is None else tr("meter.head.agrees", percent=100 * (found.worst - 1))


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
    step: NextStep | None = None,
    proposal: Sequence[tuple[str, str, str]] = (),
    shared: str = "",
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
        step: the first thing to do.
        proposal: banners of the correction sheet, where the picture is what would be read under it.
        shared: that the page for a phone is served, in words.
    """
    rows = picture.view is not None and bool(picture.view.channels)
    sign = "i" if here.tone == "info" else "!"
    banners = list(proposal)
    banners += [(sign, here.banner, "")] if here.banner and rows else []
    recording = ""
    if recorder is not None and recorder.state == "recording":
        recording = tr("live.recording", size=recorder.size / 1e6)
    elif recorder is not None and recorder.state in ("full", "failed"):
        recording = tr("live.recorder_full") if recorder.state == "full" else tr("live.recorder_stopped")
        banners.append(("■", tr("live.unrecorded", why=current().fact(recorder.reason) or recording), ""))
    if len(picture.locations) > 1 and not asked and picture.view is not None:
        banners.append(("i", tr("live.several", count=len(picture.locations)), "locations"))
    if picture.fits > 1:
        banners.append(("!", tr("live.fits_several", count=picture.fits), "locations"))
    if picture.meter is not None and picture.meter.reason is not None:
        banners.append(("!", current().fact(picture.meter.reason), ""))
    if picture.beyond:
        banners.append(("i", tr("live.beyond", count=picture.beyond), "locations"))
    devices = device_problems(picture.judgement)
    if devices and not proposal:
        banners.append(("!", devices, "devices"))
    if filters:
        banners.append(("/", tr("live.filters", filters=", ".join(map(clean, filters)), hidden=hidden), "back"))
    quality = picture.site.quality if picture.site else None
    return Head(
        situation=here,
        view=picture.view,
        judgement=picture.judgement,
        tag=" · ".join(part for part in (shared, tr("live.demo") if mode == "demo" else "", _meter(picture)) if part),
        frozen="" if frozen_for is None else tr("live.frozen", ago=ago(round(frozen_for))),
        bad=quality.bad if quality else 0,
        dropped=picture.dropped,
        missing=quality.silent if quality else 0.0,
        reconnects=picture.source.reconnects,
        recording=recording,
        banners=tuple(banners),
        step=step if rows and not proposal else None,
        proposal=tr("preview.head") if proposal else "",
    )


_VOLTS = 10
_POWER = 12
_COUNTS = 15
"""Cells of the parts of a phase's line: L1 with its voltage, a power less its label, and the counts."""


class LiveHeader(LineView):
    """The first lines of the screen. A click on one asks for what is behind it."""

    DEFAULT_CSS = "LiveHeader { height: auto; dock: top; overflow: hidden; background: $background; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self._head: Head | None = None
        self._actions: list[str] = []

    def tell(self, head: Head) -> None:
        self._head = head
        self.resized()
        self.repaint()

    def resized(self) -> None:
        """Lay it out for the width."""
        width = self.room or self.app.size.width
        if self._head is not None and width:
            laid = header_lines(self._head, width)
            self._lines, self._actions = [one for one, _ in laid], [action for _, action in laid]

    def on_click(self, event: events.Click) -> None:
        action = self._actions[event.y] if event.y < len(self._actions) else ""
        if action:
            self.post_message(Footer.Asked(action))


def header_lines(head: Head, width: int) -> list[tuple[Line, str]]:
    """Title line, one line a phase, one that says whether they add up, what to do first, and what must not be missed;
    each with what a click on it asks for."""
    lines = [(_title(head, width), "devices" if head.view is not None and head.view.channels else "")]
    if head.view is not None and head.view.channels:
        lines += [(one, "findings") for one in _phases(head, width)]
        lines += [(one, "findings") for one in balance_lines(head.judgement.balance, width)]
    if head.step is not None:
        lines += [(one, "step") for one in step_lines(head.step, width)]
    for sign, text, action in head.banners:
        tone = "warn" if sign in ("!", "■") else "strong" if sign == "=" else "dim" if sign == " " else "info"
        lines += [(one, action) for one in paragraph(clean(text), width - 1, tone, line((f" {sign} ", tone)))[:2]]
    return lines


STEP_LINES = 2
"""Lines that the first thing to do takes at most."""


def step_lines(step: NextStep, width: int) -> list[Line]:
    """What was found, and what to do first about it; or what to prove."""
    return _step_lines(step, width, current())


@lru_cache(maxsize=4)
def _step_lines(step: NextStep, width: int, words: Translator) -> list[Line]:
    do = first_sentence(words.fact(step.do))
    if step.why is None:
        return _shown(paragraph(clean(do, 2000), width - 1, "strong", line((" → ", "key"))), width)
    sign, tone = severity_sign(step.severity or "info")
    found = clean(words.fact(step.why), 2000)
    if length(line(f" {sign} {found} → {do} ")) <= width:
        return [line((f" {sign} {found}", tone), (" → ", "key"), (clean(do, 2000), "strong"))]
    lines = _shown(paragraph(found, width - 1, tone, line((f" {sign} ", tone))), width, 1)
    return [*lines, *_shown(paragraph(clean(do, 2000), width - 1, "strong", line((" → ", "key"))), width, 1)]


def _shown(lines: list[Line], width: int, most: int = STEP_LINES) -> list[Line]:
    """At most so many lines; that there is more is seen."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], shortened((*lines[most - 1], (" …", lines[most - 1][-1][1])), width - 1)]


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
        parts.append(line((tr("live.unreadable", count=head.bad), "warn")))
    if lost := head.dropped.realtime + head.dropped.lasting:
        parts.append(line((tr("live.dropped", count=lost), "warn")))
    if head.missing:
        parts.append(line((tr("live.missing", missing=ago(round(head.missing))), "warn")))
    if head.reconnects:
        parts.append(line((tr("live.reconnects", count=head.reconnects), "warn")))
    if head.dropped.unknown:
        parts.append(line((tr("live.dropped_unknown", count=head.dropped.unknown), "dim")))
    if view.firmware:
        parts.append(line((clean(view.firmware)[:12], "dim")))
    if view.hertz is not None:
        parts.append(line((f"{current().number(view.hertz, '.2f')} Hz", "dim")))
    while len(parts) > 1 and length(joined(parts, "  ")) > room:
        parts.pop()
    return joined(parts, "  ")


def _phases(head: Head, width: int) -> list[Line]:
    """One line a phase, aligned, and the counts of findings at the right end."""
    view, judgement = head.view, head.judgement
    if view is None:
        return []
    words = {verdict.phase: verdict.verdict for verdict in judgement.phases}
    inputs = tuple([channel.input for channel in view.channels])
    counts = _COUNTED.get(
        (judgement, inputs, view.configured, current()), lambda: _counts(judgement, inputs, view.configured)
    )
    counts = [line((head.proposal, "strong"))] if head.proposal else counts
    phases = shown_phases(view, judgement)
    if len(phases) < len(counts):
        counts = [joined(counts, "  ")]
    wide = width >= 112 and len(phases) == len(view.phases)
    labels = "sum_wide" if wide else "sum"
    room = max(_COUNTS, *(length(count) + 1 for count in counts))
    wording = max(10, *(cells_of(tr(f"live.sum_wide.{key}")) for key in ("grid", "production", "submetered")))
    sums: list[tuple[str, list[float | None]]] = [
        (tr(f"live.{labels}.grid"), [p.grid_watts for p in phases]),
        (tr(f"live.{labels}.production"), [p.production_watts for p in phases]),
        (tr(f"live.{labels}.submetered"), [p.submetered_watts for p in phases]),
    ]
    sums = [(label, values) for label, values in sums if any(v is not None for v in values)]
    least = room if len(counts) == len(phases) > 1 else 0  # one line of counts may stand below
    while sums and _VOLTS + sum(cells_of(label) + _POWER for label, _ in sums) + least > width:
        sums.pop()
    rows = []
    for place, phase in enumerate(phases):
        pieces: list[Piece] = [(f" L{phase.phase + 1} ", "strong"), *_volts(phase, words.get(phase.phase, ""))]
        absent = not phase.volts and all(values[place] is None for _, values in sums)
        for label, values in () if absent else sums:
            pieces += [(f"  {label} ", "dim"), (fit(_power(values[place]), _POWER - 3, right=True), "text")]
        if wide and place < len(sums):
            label, values = sums[place]
            total = sum(value for value in values if value is not None)
            pieces += [
                ("     Σ ", "dim"),
                (fit(label, wording), "dim"),
                (fit(watts(total), _POWER, right=True), "strong"),
            ]
        end = counts[place] if place < len(counts) else ()
        if least or not end or length(tuple(pieces)) + room < width:
            rows.append(spread(tuple(pieces), (*end, (" " * (room - length(end)), "text")), width))
        else:
            rows += [tuple(pieces), (("  ", "text"), *end)]
    return rows


def shown_phases(view: SiteView, judgement: Judgement) -> list[PhaseView]:
    """All three; of a single-phase site the one that it has."""
    if judgement.supply not in ("single", "unknown") or not view.configured:
        return list(view.phases)
    used = {c.phase for c in view.channels if c.setting is not None and not c.setting.unused}
    return [p for p in view.phases if p.volts or p.phase in used] or list(view.phases)


def _volts(phase: PhaseView, word: str) -> list[Piece]:
    if phase.volts is None:
        return [(fit("  -", 6), "dim")]
    if word == "reference":
        return [(fit(tr("live.reference"), 6, right=True), "dim")]
    tone = "warn" if word in ("low", "high", "missing") else "text"
    return [(f"{grouped(phase.volts):>4} V", tone)]


def _power(value: float | None) -> str:
    return watts(value)


_COUNTED = Kept[list[Line]]()


def _counts(judgement: Judgement, inputs: tuple[int, ...], configured: bool) -> list[Line]:
    """Three short lines: faults, warnings, and what is not judged yet."""
    lines = []
    for severity in ("fault", "warning"):
        glyph, tone = severity_sign(severity)
        number = judgement.count(severity)
        text = tr(f"live.count.{severity}", count=number)
        lines.append(line((f"{glyph} {text}", tone)) if number else line((text, "dim")))
    undecided = judgement.undecided(inputs)
    if not configured or not judgement.judged(inputs):
        waits = undecided and undecided < len(inputs)
        text = tr("live.count.undecided", count=undecided) if waits else tr("live.none_judged")
        lines.append(line((f"? {text}", "wait")))
    elif undecided:
        lines.append(line((f"? {tr('live.count.undecided', count=undecided)}", "wait")))
    else:
        well = not judgement.count("fault") and not judgement.count("warning")
        well = well and all(one.verdict in ("ok", "unchecked") for one in judgement.balance)
        lines.append(line((f"✓ {tr('live.all_judged')}", "ok") if well else (tr("live.all_judged"), "text")))
    return lines
