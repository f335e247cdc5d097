"""Everything about one channel."""

from __future__ import annotations

from smappee_tui.diagnosis.judgement import WAITING, Hypothesis, Judgement
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.site import PowerFactor, SiteView
from smappee_tui.tui import words
from smappee_tui.tui.columns import Row
from smappee_tui.tui.detail_phasor import phasor_lines
from smappee_tui.tui.findings_text import finding_lines
from smappee_tui.tui.lines import BLANK, Line, beside, line, paragraph, shortened
from smappee_tui.tui.painted import Painted
from smappee_tui.tui.subject import Subject, subject_of
from smappee_tui.tui.text import cut, fit, shown

_TWO_COLUMNS = 74
"""Cells from which the phasor stands beside the text."""
_SMALL, _LARGE = (27, 12), (31, 14)
"""Sizes of the phasor, in cells: beside the text, and below it."""
_BAR = 14


class Detail(Painted, can_focus=True):
    """The pane of the chosen channel: beside the table where there is room, else in its place."""

    DEFAULT_CSS = """
    Detail { height: 1fr; padding: 0 1; background: $background; }
    Detail.-beside { width: 52; border-left: solid $foreground 25%; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self.together = False
        """The phasor shows the whole three-phase load."""
        self._subject: Subject | None = None

    def tell(self, row: Row | None, place: int, rows: list[Row], view: SiteView, judgement: Judgement) -> None:
        """Show this channel; None where there is none to show.

        Args:
            row: the chosen one.
            place: where it stands in the table, from 1.
            rows: all channels.
            view: the installation.
            judgement: what was found.
        """
        before = self._subject.row.channel.input if self._subject else None
        self._subject = subject_of(row, place, rows, view, judgement, self.together) if row else None
        if row is not None and row.channel.input != before:
            self.scroll_to(y=0, animate=False)
        self.resized()
        self.repaint()

    @property
    def grouped(self) -> bool:
        """The chosen channel belongs to a three-phase load."""
        return self._subject is not None and bool(self._subject.group)

    def resized(self) -> None:
        """Lay it out for the width."""
        width = self.room
        if width:
            self._lines = detail_lines(self._subject, width) if self._subject else [line(("No channel chosen.", "dim"))]


def detail_lines(subject: Subject, width: int) -> list[Line]:
    """The whole pane: verdict and advice first, then numbers, reasons and phasor, then the ways it may sit."""
    channel = subject.row.channel
    before, after = f"{channel.input}  ", f"   {subject.place}"
    name = cut(shown(channel.name), width - len(before) - len(after))
    head = line((before, "dim"), (name, "title"), (after, "dim"))
    lines = [head, *_verdict(subject, width), BLANK]
    if width >= _TWO_COLUMNS:
        left = width - _SMALL[0] - 2
        lines += beside(
            [*_numbers(subject, left), BLANK, *_why(subject, left)], phasor_lines(subject, _SMALL), left + 2
        )
    else:
        lines += [*_numbers(subject, width), BLANK, *_why(subject, width), BLANK, *phasor_lines(subject, _LARGE)]
    ways = _hypotheses(subject)
    lines += [BLANK, *ways] if ways else []
    verdict = subject.row.verdict
    told = () if verdict is None else (*verdict.evidence, verdict.advice or "")
    if verdict is not None and verdict.advice and _first(verdict.advice) != verdict.advice:
        lines += [BLANK, line(("What to do", "title")), *paragraph(shown(verdict.advice), width)]
    for finding in subject.findings:
        lines += [BLANK, *finding_lines(finding, width, told)]
    return lines


def _first(text: str) -> str:
    """The first sentence: at the top of the pane there is room for one; the whole text follows below."""
    end = text.find(". ")
    return text if end < 0 else text[: end + 1]


def _why(subject: Subject, width: int) -> list[Line]:
    evidence = subject.row.verdict.evidence if subject.row.verdict else ()
    lines = [line(("Why", "title"))]
    for text in evidence:
        lines += paragraph(shown(text), width, first=line(("· ", "dim")))
    if not evidence:
        lines += paragraph("Nothing seen yet that speaks for or against this clamp.", width, "dim")
    return lines


def _verdict(subject: Subject, width: int) -> list[Line]:
    verdict = subject.row.verdict
    title = line((f"{subject.row.sign} {shown(subject.row.title)}", subject.row.tone))
    if verdict is None:
        return [shortened(title, width)]
    if verdict.confidence > 0 and verdict.verdict not in WAITING and verdict.verdict != "unused":
        title = (*title, (f"   {words.sureness(verdict.confidence)}", "text"))
    lines = [shortened(title, width)]
    if verdict.advice:
        lines += paragraph(shown(_first(verdict.advice)), width, first=line(("→ ", "key")))
    return lines


def _numbers(subject: Subject, width: int) -> list[Line]:
    channel = subject.row.channel
    pf = channel.pf
    said = "too little current to say" if pf is None else _pf(pf)
    volts = words.NONE if channel.volts is None else f"{channel.volts:.0f} V"
    now = "   ".join((f"{words.amps(channel.amps)} A", words.watts(channel.watts), volts))
    rows = [
        ("now", now),
        ("PF", said),
        ("imported", words.kwh(channel.joules_imported)),
        ("exported", words.kwh(channel.joules_exported)),
        *_settings(channel.setting),
    ]
    lines: list[Line] = []
    for label, text in rows:
        lines += paragraph(text, width, first=line((fit(label, 10), "dim")))
    return lines


def _pf(pf: PowerFactor) -> str:
    low, high = f"{pf.low:.2f}", f"{pf.high:.2f}"
    return f"{pf.value:.2f}" if low == high else f"{pf.value:.2f}, between {low} and {high}"


def _settings(setting: ChannelSetting | None) -> list[tuple[str, str]]:
    if setting is None:
        return [("set as", "not configured yet")]
    role = words.role_word(setting.role, setting.connection)
    phase = f"on {words.phase_word(setting.phase)}" if setting.phase is not None else "phase not set"
    parts = [shown(role), phase]
    if setting.balanced:
        parts.append("stands for three equal phases")
    parts.append("reversed in the configuration" if setting.reversed else "not reversed")
    clamp = shown(setting.ct_type or "") or "type not given"
    where = f", hub {shown(setting.hub)}" if setting.hub else ""
    return [("set as", ", ".join(parts)), ("CT", clamp + where)]


def _hypotheses(subject: Subject) -> list[Line]:
    """The ways this CT can sit, each with its probability as a bar; the configured one is marked."""
    verdict, channel = subject.row.verdict, subject.row.channel
    if verdict is None or not verdict.hypotheses:
        return []
    lines = [line(("How the clamp may sit", "title"))]
    for hypothesis in verdict.hypotheses[:6]:
        full = round(hypothesis.probability * _BAR)
        best = hypothesis is verdict.hypotheses[0]
        mark = "  as set" if _as_set(hypothesis, channel.phase) else ""
        lines.append(
            line(
                (fit(_way(hypothesis), 13), "strong" if best else "text"),
                ("█" * full, "trend"),
                ("·" * (_BAR - full), "dim"),
                (f" {words.percent(hypothesis.probability):>7}", "text"),
                (mark, "dim"),
            )
        )
    return lines


def _way(hypothesis: Hypothesis) -> str:
    return words.phase_word(hypothesis.phase) + (" reversed" if hypothesis.reversed else "")


def _as_set(hypothesis: Hypothesis, phase: int | None) -> bool:
    # The published power already has the configured inversion applied, so "as set" is always "not reversed".
    return hypothesis.phase == phase and not hypothesis.reversed
