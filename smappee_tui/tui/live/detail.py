"""Everything about one channel."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from smappee_tui.diagnosis.judgement import WAITING, Beside, ChannelVerdict, Finding, Hypothesis, Judgement
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, cut, fit
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.names import base_name
from smappee_tui.report.phasors import CurrentArrow, current_arrow
from smappee_tui.site.power_factor import PowerFactor
from smappee_tui.site.view import SiteView
from smappee_tui.tui.live.columns import ChannelRow
from smappee_tui.tui.live.phasor import INKS, SHOULD, Phasor, draw, tone_of
from smappee_tui.tui.live.power_plot import SMALLEST, Past, PowerPlot, roles_in
from smappee_tui.tui.widgets import words
from smappee_tui.tui.widgets.canvas import toned
from smappee_tui.tui.widgets.findings import finding_lines
from smappee_tui.tui.widgets.kept import Kept
from smappee_tui.tui.widgets.lines import BLANK, Line, LineView, beside, length, line, paragraph, shortened, spread


def group_of(chosen: ChannelRow, rows: list[ChannelRow]) -> tuple[ChannelRow, ...]:
    """The clamps of the chosen channel's load, one a phase, as the diagnosis groups them; empty for a single one."""
    settings = {row.channel.input: row.channel.setting for row in rows if row.channel.setting is not None}
    roles = roles_in(rows)
    own = roles.get(chosen.channel.input)
    if own is None or not (own.group or own.paired):
        return ()

    def family(number: int) -> tuple[str, ...]:
        role, setting = roles[number], settings[number]
        return (role.group,) if role.group else (setting.role, setting.connection, base_name(setting.name))

    same = [
        row
        for row in rows
        if (role := roles.get(row.channel.input)) is not None
        and role.paired == own.paired
        and family(role.input) == family(own.input)
    ]
    return tuple(sorted(same, key=lambda row: row.channel.phase or 0))


@dataclass(frozen=True, slots=True)
class ShownChannel:
    """The chosen channel, and what is shown with it."""

    row: ChannelRow
    group: tuple[ChannelRow, ...] = ()
    """The channels of one three-phase load, itself among them; empty for a load on one phase."""
    phases: tuple[int, ...] = (0, 1, 2)
    """Phases that have a voltage."""
    findings: tuple[Finding, ...] = ()
    """Findings that name this channel."""
    place: str = ""
    """"3 of 28"."""
    together: bool = False
    """The phasor shows the whole group."""
    noted: str = ""
    """How many photos and notes it has."""
    beside: Beside | None = None
    """Of a grid CT: the line of the utility's meter that it shows."""


def subject_of(
    row: ChannelRow,
    place: int,
    rows: list[ChannelRow],
    view: SiteView,
    judgement: Judgement,
    together: bool = False,
    noted: str = "",
) -> ShownChannel:
    """Gather what the pane of one channel shows."""
    number = row.channel.input
    return ShownChannel(
        row=row,
        group=group_of(row, rows),
        phases=tuple(phase.phase for phase in view.phases if phase.volts),
        findings=tuple(f for f in judgement.findings if f.names(number)),
        place=tr("detail.place", place=place, count=len(rows)),
        together=together,
        noted=noted,
        beside=judgement.witness.of(number) if judgement.witness is not None else None,
    )


def phasor_lines(subject: ShownChannel, size: tuple[int, int]) -> list[Line]:
    """The phasor of the chosen channel or of its whole load, and what is seen in it."""
    rows: Sequence[ChannelRow] = subject.group if subject.together and subject.group else (subject.row,)
    currents = []
    for row in rows:
        verdict, phase = row.verdict, row.channel.phase
        if verdict is not None and verdict.angle is not None and phase is not None:
            # Without an error nothing is known about it: drawn as uncertain, never as exact.
            error = verdict.angle_error if verdict.angle_error is not None else 30.0
            number, said = row.channel.input, verdict.verdict
            currents.append(current_arrow(number, phase, verdict.angle, said, verdict.actual_phase, error))
    drawn = draw(Phasor(tuple(currents), subject.phases), *size)
    return [*toned(drawn, INKS), *_legend(currents, subject, size[0])]


def _legend(currents: list[CurrentArrow], subject: ShownChannel, width: int) -> list[Line]:
    together, verdict = subject.together and subject.group, subject.row.verdict
    lines: list[Line] = []
    if not currents:
        lines += paragraph(tr("detail.angle_unknown"), width, "dim")
    elif together and len(currents) < len(subject.group):
        known = tr("detail.currents_known", known=len(currents), count=len(subject.group))
        lines += paragraph(known, width, "dim")
    for arrow in currents:
        lag = arrow.lag
        text = tr(
            f"detail.{'behind' if lag >= 0 else 'ahead'}{'_error' if arrow.error else ''}",
            angle=abs(lag),
            error=arrow.error,
            phase=phase_name(arrow.phase),
        )
        lines += paragraph(text, width, first=line((f"I{arrow.input} ", tone_of(arrow))))
    if currents:
        codes = {"not_decided" if a.expected is None else "should_give" if a.gives else "should" for a in currents}
        for code in ("should", "should_give", "not_decided"):
            if code in codes:
                lines += paragraph(tr(f"detail.{code}"), width, first=line((f"{SHOULD} ", "text")))
    if not together and verdict is not None and verdict.hypotheses:
        best = verdict.hypotheses[0]
        fits = tr("detail.fits", way=words.way_word(best.phase, best.reversed))
        lines += paragraph(fits, width, "dim", first=line(("  ", "dim")))
    if len(subject.group) > 1:
        lines.append(line(("g ", "key"), (tr("detail.one_clamp") if together else tr("detail.all_clamps"), "dim")))
    return lines


_TWO_COLUMNS, _THREE_COLUMNS = 74, 116
"""Cells from which the phasor stands beside the rest, and from which the text stands beside the plot."""
_SMALL, _LARGE = (27, 12), (31, 14)
"""Sizes of the phasor, in cells: beside the text, and below it."""
_LOW_AND_WIDE = 92
"""Cells from which it does so in a pane that is low, too."""
_LOWEST, _TALLEST = 12, 20
"""Lines of the plot at most: where it takes the place of something else, and where it does not."""
_TEXT = 44
"""Cells of the text beside a plot."""
_BAR = 14
_BY = 8
"""The number of lines goes up and down by so many."""


Drawn = Callable[[int, int], list[Line]]
"""Lines of a plot of so many cells and lines."""


class Detail(LineView, can_focus=True):
    """The pane of the chosen channel: beside the table where there is room, else in its place."""

    DEFAULT_CSS = """
    Detail { height: 1fr; padding: 0 1; background: $background; }
    Detail.-beside { width: 52; border-left: solid $foreground 25%; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self.together = False
        """The phasor shows the whole three-phase load."""
        self.plot = PowerPlot()
        self._subject: ShownChannel | None = None
        self._draw: Drawn | None = None

    def tell(
        self,
        row: ChannelRow | None,
        place: int,
        rows: list[ChannelRow],
        view: SiteView,
        judgement: Judgement,
        past: Past | None = None,
        noted: str = "",
    ) -> None:
        """Show this channel; None where there is none to show.

        Args:
            row: the chosen one.
            place: where it stands in the table, from 1.
            rows: all channels.
            view: the installation.
            judgement: what was found.
            past: the last hour, for the plot; None for no plot.
            noted: how many photos and notes it has; "" for none.
        """
        before = self._subject.row.channel.input if self._subject else None
        self._subject = subject_of(row, place, rows, view, judgement, self.together, noted) if row else None
        self._draw = None
        if row is not None and past is not None:
            chosen, seen = row, past
            self._draw = lambda width, height: self.plot.lines(chosen, rows, judgement, seen, width, height)
        if row is not None and row.channel.input != before:
            self.scroll_to(y=0, animate=False)
        self.resized()
        self.repaint()

    @property
    def grouped(self) -> bool:
        """The chosen channel belongs to a three-phase load."""
        return self._subject is not None and bool(self._subject.group)

    def resized(self) -> None:
        """Lay it out for the size."""
        width, height = self.room, self.size.height
        if width and self._subject is None:
            self._lines = [line((tr("detail.none"), "dim"))]
        elif width and self._subject is not None:
            lines = detail_lines(self._subject, width, height, self._draw)
            # Another number of lines is another layout of the whole screen, ten times the cost of drawing them.
            spare = -len(lines) % _BY if len(lines) > height else 0
            self._lines = [*lines, *[BLANK] * spare]


class Still(NamedTuple):
    """What of a pane no measurement changes."""

    verdict: list[Line]
    why: list[Line]
    phasor: list[Line]
    ways: list[Line]
    rest: list[Line]
    """The whole advice and the findings, below everything else."""


_STILL = Kept[Still]()


def _still(subject: ShownChannel, width: int, text: int, phasor: tuple[int, int]) -> Still:
    """Made anew when a look said something else.

    Args:
        subject: what is shown.
        width: cells of a line.
        text: cells of the reasons.
        phasor: cells and lines of it.
    """
    row = subject.row
    group = [(one.channel.input, one.channel.phase, one.verdict) for one in subject.group]
    made_of = (
        *(row.channel.input, row.channel.setting, row.channel.phase, row.verdict, row.mark, group),
        *(subject.phases, subject.findings, subject.together, subject.noted, width, text, phasor, current()),
    )
    return _STILL.get(
        made_of,
        lambda: Still(
            _verdict(subject, width),
            _why(subject, text),
            phasor_lines(subject, phasor),
            _hypotheses(subject),
            _rest(subject, width),
        ),
    )


def detail_lines(subject: ShownChannel, width: int, height: int = 0, plot: Drawn | None = None) -> list[Line]:
    """The whole pane: verdict and advice first, then reasons, plot, phasor and numbers, then the ways it may sit.

    Args:
        subject: what is shown.
        width: cells of a line.
        height: lines that can be seen: the plot takes what is left of them.
        plot: draws the power over time; None where nothing is kept of it.
    """
    two = width >= _TWO_COLUMNS
    beside_plot, beside_phasor = min(_TEXT, width // 3), width - _SMALL[0] - 2
    still = _still(subject, width, beside_phasor if two else width, _SMALL if two else _LARGE)
    lines = [_head(subject, width), *still.verdict, BLANK]
    left = height - len(lines)
    if plot is not None and (width >= _THREE_COLUMNS or (width >= _LOW_AND_WIDE and left < 2 * SMALLEST)):
        text = [*_why(subject, beside_plot), BLANK, *_numbers(subject, beside_plot)]
        drawn = plot(width - beside_plot - _SMALL[0] - 4, max(SMALLEST, min(_TALLEST, left)))
        lines += beside(beside(text, drawn, beside_plot + 2), still.phasor, width - _SMALL[0])
    elif two:
        numbers = _numbers(subject, beside_phasor)
        drawn = _plotted(plot, beside_phasor, left - len(still.why) - 1, len(numbers) + len(still.ways) + 2)
        lines += beside([*still.why, BLANK, *drawn, *numbers], still.phasor, beside_phasor + 2)
    else:
        numbers = _numbers(subject, width)
        rest = len(still.phasor) + len(numbers) + len(still.ways) + 3
        drawn = _plotted(plot, width, left - len(still.why) - 1, rest)
        lines += [*still.why, BLANK, *drawn, *still.phasor, BLANK, *numbers]
    return [*lines, *((BLANK, *still.ways) if still.ways else ()), *still.rest]


def _rest(subject: ShownChannel, width: int) -> list[Line]:
    """The whole advice where the top had no room for it, and the findings that name the channel."""
    verdict, fact = subject.row.verdict, current().fact
    advice = fact(verdict.advice) if verdict is not None else ""
    told = () if verdict is None else (*map(fact, verdict.evidence), advice)
    lines: list[Line] = []
    if advice and words.first_sentence(advice) != advice:
        lines += [BLANK, line((tr("live.what_to_do"), "title")), *paragraph(advice, width)]
    for finding in subject.findings:
        lines += [BLANK, *finding_lines(finding, width, told)]
    return lines


def _plotted(plot: Drawn | None, width: int, left: int, rest: int) -> list[Line]:
    """The plot in what is left of the pane, and a line of space; taller where the rest can be seen as well."""
    height = max(SMALLEST, min(_LOWEST, left), min(_TALLEST, left - rest))
    return [*plot(width, height), BLANK] if plot is not None else []


def _head(subject: ShownChannel, width: int) -> Line:
    """Which channel, and what it reads now."""
    channel = subject.row.channel
    now = f"   {words.watts(channel.watts)}   {words.amps(channel.amps)} A"
    before, after = line((f"{channel.input}  ", "dim")), line((now, "strong"), (f"   {subject.place}", "dim"))
    name = cut(words.channel_name(channel), max(12, width - length(before) - length(after)))
    return spread((*before, (name, "title")), after, width)


def _why(subject: ShownChannel, width: int) -> list[Line]:
    evidence = subject.row.verdict.evidence if subject.row.verdict else ()
    lines = [line((tr("detail.why"), "title"))]
    for text in evidence:
        lines += paragraph(current().fact(text), width, first=line(("· ", "dim")))
    if not evidence:
        lines += paragraph(tr("detail.nothing_seen"), width, "dim")
    return lines


def _verdict(subject: ShownChannel, width: int) -> list[Line]:
    verdict = subject.row.verdict
    title = line((f"{subject.row.sign} {clean(subject.row.title)}", subject.row.tone))
    noted = [line(("+ ", "key"), (subject.noted, "dim"))] if subject.noted else []
    if verdict is None:
        return [shortened(title, width), *noted]
    if verdict.confidence > 0 and verdict.verdict not in WAITING and verdict.verdict != "unused":
        title = (*title, (f"   {words.sureness(verdict.confidence)}", "text"))
    lines = [shortened(title, width)]
    if verdict.advice:
        # At the top there is room for one sentence; the whole text follows below.
        lines += paragraph(words.first_sentence(current().fact(verdict.advice)), width, first=line(("→ ", "key")))
    return [*lines, *noted]


def _numbers(subject: ShownChannel, width: int) -> list[Line]:
    channel = subject.row.channel
    pf = channel.pf
    said = tr("detail.pf_unknown") if pf is None else _pf(pf)
    volts = words.NONE if channel.volts is None else f"{words.grouped(channel.volts)} V"
    now = "   ".join((f"{words.amps(channel.amps)} A", words.watts(channel.watts), volts))
    rows = [
        (tr("detail.label.now"), now, "text"),
        (tr("detail.label.pf"), said, "text"),
        *_size(subject.row.verdict),
        *_meter(subject.beside),
        (tr("detail.label.imported"), words.kwh(channel.joules_imported), "text"),
        (tr("detail.label.exported"), words.kwh(channel.joules_exported), "text"),
        *((label, text, "text") for label, text in _settings(channel.setting)),
    ]
    lines: list[Line] = []
    room = max(10, *(cells_of(label) + 1 for label, _, _ in rows))
    for label, text, tone in rows:
        lines += paragraph(text, width, tone, first=line((fit(label, room), "dim")))
    return lines


_SIZE_TONES = {"doubtful": "wait", "wrong": "fault", "unchecked": "dim"}


def _size(verdict: ChannelVerdict | None) -> list[tuple[str, str, str]]:
    """Whether what it reads agrees with others."""
    if verdict is None or verdict.verdict == "unused":
        return []
    return [(tr("detail.label.size"), tr(f"detail.size.{verdict.size}"), _SIZE_TONES.get(verdict.size, "text"))]


def _meter(one: Beside | None) -> list[tuple[str, str, str]]:
    """What the utility's meter tells of the same wire, means over the watch."""
    if one is None or not math.isfinite(one.meter):
        return []
    told = tr("meter.pane", line=phase_name(one.line) or words.NONE, meter=one.meter, watts=one.shown)
    if math.isfinite(one.size):
        told += tr("meter.pane_size", percent=100 * (one.size - 1))
    return [(tr("detail.label.meter"), told, "text")]


def _pf(pf: PowerFactor) -> str:
    low, high = f"{pf.low:.2f}", f"{pf.high:.2f}"
    if low == high:
        return current().number(pf.value, ".2f")
    return tr("detail.pf_range", value=pf.value, low=pf.low, high=pf.high)


def _settings(setting: ChannelSetting | None) -> list[tuple[str, str]]:
    if setting is None:
        return [(tr("detail.label.set_as"), tr("detail.not_configured"))]
    role = words.role_word(setting.role, setting.connection)
    phase = (
        tr("detail.on_phase", phase=phase_name(setting.phase) or words.NONE)
        if setting.phase is not None
        else tr("detail.no_phase")
    )
    parts = [clean(role), phase]
    if setting.balanced:
        parts.append(tr("detail.balanced"))
    parts.append(tr("detail.reversed") if setting.reversed else tr("detail.not_reversed"))
    clamp = clean(setting.ct_type or "") or tr("detail.no_type")
    where = tr("detail.hub", type=clamp, hub=setting.hub) if setting.hub else clamp
    return [(tr("detail.label.set_as"), ", ".join(parts)), (tr("detail.label.ct"), where)]


def _hypotheses(subject: ShownChannel) -> list[Line]:
    """The ways this CT can sit, each with its probability as a bar; the configured one is marked."""
    verdict, channel = subject.row.verdict, subject.row.channel
    if verdict is None or not verdict.hypotheses:
        return []
    lines = [line((tr("detail.ways"), "title"))]
    room = max(13, *(cells_of(words.way_word(0, backwards)) + 1 for backwards in (False, True)))
    for hypothesis in verdict.hypotheses[:6]:
        full = round(hypothesis.probability * _BAR)
        best = hypothesis is verdict.hypotheses[0]
        mark = f"  {tr('detail.as_set')}" if _as_set(hypothesis, channel.phase) else ""
        lines.append(
            line(
                (fit(words.way_word(hypothesis.phase, hypothesis.reversed), room), "strong" if best else "text"),
                ("█" * full, "trend"),
                ("·" * (_BAR - full), "dim"),
                (f" {words.percent(hypothesis.probability):>7}", "text"),
                (mark, "dim"),
            )
        )
    return lines


def _as_set(hypothesis: Hypothesis, phase: int | None) -> bool:
    # The published power already has the configured inversion applied, so "as set" is always "not reversed".
    return hypothesis.phase == phase and not hypothesis.reversed
