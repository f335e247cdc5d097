"""The plot of the chosen channel's power, or of the balance of its phase, over the last minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.diagnosis.model.channels import Role, phase_members, phase_name, roles_of
from smappee_tui.i18n import current, tr
from smappee_tui.site.history import Extent, History
from smappee_tui.tui.live.columns import ChannelRow
from smappee_tui.tui.widgets import words
from smappee_tui.tui.widgets.kept import Kept
from smappee_tui.tui.widgets.lines import BLANK, Line, joined, length, line, paragraph, shortened, spread
from smappee_tui.tui.widgets.plot import LEAST, Curve, TimeMark, columns_of, plot_lines

if TYPE_CHECKING:
    from smappee_tui.diagnosis.evidence.record import Evidence

SPANS = (120.0, 900.0, 3600.0)
"""Lengths of the time axis, s."""
SMALLEST = LEAST + 4
"""Lines of a plot at least: title, curves, marks, axis, and what the marks or the curves are."""
MOST_STEPS = 20
"""Load steps marked at the same time: the largest of those in sight."""
SAME = 3.0
"""Seconds within which a step and the operator's word speak of one switching."""
LEAST_STEP = 80.0
"""W; smaller steps are found, and are no load that somebody switched."""
_CURVES = {
    "grid": ("●", "strong", 1),
    "production": ("■", "key", 2),
    "circuits": ("◆", "dim", 3),
    "unmetered": ("○", "trend", 1),
}
"""Curves of a balance: word, sign, tone, and of how many columns one is drawn."""
Part = tuple[tuple[int, float], ...]
"""Inputs and what each is counted with."""
SECONDS = 2.0
"""A plot may be so far behind, and half a stretch of its time where that is longer."""
_DOUBTS = {"doubtful": ("?", "wait"), "impossible": ("✕", "fault")}
"""Sign and tone of what no CT sees, where it cannot be."""


@dataclass(frozen=True, slots=True)
class Past:
    """What a plot is drawn from."""

    history: History
    at: float
    """Time of the newest sample shown, s: a frozen picture keeps its own."""
    evidence: Evidence | None = None
    """Load steps and the guided test's marks; None where nothing is judged."""


class PowerPlot:
    """Which plot is wanted. It is drawn anew when half a stretch of its time has passed, `SECONDS` at least,
    and at once when anything else has changed but steps, which are known late anyway."""

    def __init__(self) -> None:
        self.seconds = SPANS[0]
        self.balance = False
        """Show what comes in on the phase of the channel and where it goes, instead of the channel."""
        self._curves = Kept[list[tuple[Extent | None, ...]]]()
        self._lines = Kept[list[Line]]()

    def longer(self) -> None:
        """The next length of time."""
        self.seconds = _after(self.seconds)

    def lines(
        self, row: ChannelRow, rows: list[ChannelRow], judgement: Judgement, past: Past, width: int, height: int
    ) -> list[Line]:
        """The plot in exactly `height` lines, `SMALLEST` at least.

        Args:
            row: the chosen channel.
            rows: all channels.
            judgement: what was found.
            past: what it is drawn from.
            width: cells of a line.
            height: lines.
        """
        height, phase, number = max(SMALLEST, height), row.channel.phase, row.channel.input
        parts: dict[str, Part] = {"": ((number, 1.0),)}
        if self.balance:
            parts = _parts(rows, phase, judgement, past)
        columns = columns_of(width, len(parts) > 1)
        moment = past.at // max(SECONDS, self.seconds / columns / 2)
        seen = past.history, self.seconds, columns, moment, tuple(parts.values())
        # Beside the curves of a balance stand the powers of this very second.
        now = [one.channel.watts for one in rows] if self.balance else None
        marks = [] if past.evidence is None else list(past.evidence.marks)
        made_of = seen, self.balance, number, phase, width, height, judgement, marks, now, current()
        return self._lines.get(made_of, lambda: self._drawn(seen, parts, rows, judgement, past, phase, width, height))

    def _drawn(
        self,
        seen: object,
        parts: dict[str, Part],
        rows: list[ChannelRow],
        judgement: Judgement,
        past: Past,
        phase: int | None,
        width: int,
        height: int,
    ) -> list[Line]:
        heard = tuple(number for number, _ in parts.get("grid", parts.get("", ())))
        columns = columns_of(width, len(parts) > 1)
        extents = self._curves.get(
            seen, lambda: [tuple(past.history.extents(part, past.at, self.seconds, columns)) for part in parts.values()]
        )
        head = self._head(phase, past, width)
        if all(extent is None for some in extents for extent in some):
            why = "detail.plot.nothing" if parts else "detail.plot.no_balance"
            said = paragraph(tr(why, phase=phase_name(phase) or words.NONE), width, "dim")
            return [head, BLANK, *said, *[BLANK] * height][:height]
        doubt = _DOUBTS.get(next((one.verdict for one in judgement.balance if one.phase == phase), ""), ("", ""))
        marks, meaning = _marks(heard, rows, past, self.seconds)
        now = {one.channel.input: one.channel.watts for one in rows}
        curves, told = [], []
        for (word, part), some in zip(parts.items(), extents, strict=True):
            sign, tone, every = _CURVES.get(word, ("", "trend", 1))
            tone = doubt[1] or tone if word == "unmetered" else tone
            curves.append(Curve(some, tone, sign, every))
            if word:
                power = f"{tr(f'detail.plot.curve.{word}')} {words.watts(_total(part, now))}"
                told.append(
                    line((f"{sign} ", tone), (power, "text"), (f" {doubt[0]}" if word == "unmetered" else "", tone))
                )
        below = _packed([*told, *meaning], width)[: height - SMALLEST + 1]
        return [head, *plot_lines(curves, marks, self.seconds, width, height - 1 - len(below)), *below]

    def _head(self, phase: int | None, past: Past, width: int) -> Line:
        name = phase_name(phase)
        title = tr("detail.plot.balance", phase=name) if self.balance and name else tr("detail.plot.power")
        text, begins = _minutes(self.seconds), past.history.begins
        if past.history.full and begins is not None and past.at - begins < self.seconds - 60:
            text = tr("detail.plot.kept", span=text, kept=_minutes(max(0.0, past.at - begins)))
        left = line((title, "title"), (f"  {text}", "dim"))
        keys = [line(("z ", "key"), (_minutes(_after(self.seconds)), "dim"))]
        if name:
            other = tr("detail.plot.to_channel") if self.balance else tr("detail.plot.to_balance", phase=name)
            keys.append(line(("v ", "key"), (other, "dim")))
        while keys and length(left) + length(joined(keys, "  ")) >= width:
            keys.pop()
        return spread(left, joined(keys, "  "), width)


def _after(seconds: float) -> float:
    return SPANS[(SPANS.index(seconds) + 1) % len(SPANS)]


def _minutes(seconds: float) -> str:
    return tr("format.minutes", count=int(seconds // 60))


_ROLES = Kept[dict[int, Role]]()


def roles_in(rows: list[ChannelRow]) -> dict[int, Role]:
    """The configuration of these channels, boiled down."""
    settings = [row.channel.setting for row in rows if row.channel.setting is not None]
    return _ROLES.get(settings, lambda: roles_of({setting.input: setting for setting in settings}))


def _parts(rows: list[ChannelRow], phase: int | None, judgement: Judgement, past: Past) -> dict[str, Part]:
    """What is added up for each curve of a phase's balance; none where nothing can be."""
    known = {n: role for n, role in roles_in(rows).items() if n in past.history.inputs}
    if phase is None or judgement.supply == "delta":
        return {}
    below = past.evidence.below if past.evidence is not None else ()
    grid, makers, takers = (tuple((n, 1.0) for n in some) for some in phase_members(known, below, phase))
    if not grid or not (makers or takers):
        return {}
    unmetered = (*grid, *makers, *((n, -1.0) for n, _ in takers))
    found = {"grid": grid, "production": makers, "circuits": takers, "unmetered": unmetered}
    return {word: part for word, part in found.items() if part}


def _total(part: Part, now: Mapping[int, float | None]) -> float | None:
    values = [(now.get(number), weight) for number, weight in part]
    return None if any(value is None for value, _ in values) else sum((v or 0.0) * weight for v, weight in values)


def _marks(
    heard: tuple[int, ...], rows: list[ChannelRow], past: Past, seconds: float
) -> tuple[list[TimeMark], list[Line]]:
    """Steps that these channels showed, what somebody announced for them, and what the signs mean."""
    if past.evidence is None or not heard:
        return [], []
    begin = past.at - seconds
    grid = any(row.channel.input in heard and row.channel.setting and row.channel.setting.is_grid for row in rows)
    said = [m for m in past.evidence.marks if begin < m.at <= past.at and (m.input in heard or grid)]
    steps = [
        step
        for number in heard
        for step in past.evidence.steps.get(number, ())
        if begin < step.at <= past.at
        and abs(step.watts) >= LEAST_STEP
        and all(abs(step.at - m.at) > SAME for m in said)
    ]
    steps = sorted(steps, key=lambda step: -abs(step.watts))[:MOST_STEPS]
    shown = [TimeMark((s.at - begin) / seconds, "▴" if s.watts > 0 else "▾") for s in steps]
    shown += [TimeMark((m.at - begin) / seconds, "▲" if m.kind == "load-on" else "▼", "strong") for m in said]
    meaning = []
    if steps:
        meaning.append(line(("▴▾ ", "dim"), (tr("detail.plot.steps"), "dim")))
    if said:
        meaning.append(line(("▲▼ ", "strong"), (tr("detail.plot.announced"), "dim")))
    return shown, meaning


def _packed(pieces: list[Line], width: int) -> list[Line]:
    """Short lines side by side, as many as fit."""
    lines: list[Line] = []
    for piece in pieces:
        longer = joined((lines[-1], piece)) if lines else piece
        if lines and length(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(shortened(piece, width))
    return lines
