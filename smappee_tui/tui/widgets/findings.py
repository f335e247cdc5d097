"""A finding in lines, the same in the list and in the pane of a channel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator
from typing import ClassVar, Literal

from textual.binding import BindingType

from smappee_tui.app.session import Snapshot
from smappee_tui.app.signs import severity_sign
from smappee_tui.diagnosis.judgement import Finding, Judgement, by_weight
from smappee_tui.diagnosis.limits.declared import FINDINGS as OF_LIMITS
from smappee_tui.i18n import current, tr
from smappee_tui.tui.commands import FINDINGS, Command, bindings
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph, plain
from smappee_tui.tui.widgets.parts import PartsSheet
from smappee_tui.tui.widgets.words import severity_word, sureness


def finding_lines(finding: Finding, width: int, told: Collection[str] = ()) -> list[Line]:
    """What, how sure, what was seen, what it costs, what to do first.

    Args:
        finding: what was found.
        width: cells of a line.
        told: sentences that stand beside it already and need not be said twice.
    """
    said = current().finding(finding)
    glyph, tone = severity_sign(finding.severity)
    sure = severity_word(finding.severity)
    if finding.confidence is not None:
        sure = tr("words.severity_sure", severity=finding.severity, sure=sureness(finding.confidence))
    lines = paragraph(said.title, width, tone, line((f"{glyph} ", tone)))
    lines.append(line((f"  {sure}", "dim")))
    for text in (text for text in said.evidence if text not in told):
        lines += paragraph(text, width, first=line(("  · ", "dim")))
    if said.consequence:
        lines += paragraph(said.consequence, width, "text", line((f"  {tr('words.if_left')} ", "dim")), indent=4)
    if said.advice and said.advice not in told:
        lines += paragraph(said.advice, width, "text", line(("  → ", "key")))
    return lines


def findings_lines(findings: tuple[Finding, ...], undecided: int, width: int) -> list[Line]:
    """All findings, the worst first."""
    return [one for _, lines in findings_parts(findings, undecided, width) for one in lines]


def findings_parts(
    findings: tuple[Finding, ...], undecided: int, width: int
) -> Iterator[tuple[Finding | None, list[Line]]]:
    """Each finding with its lines, the worst first; None stands before what is no finding."""
    for finding in by_weight(findings):
        yield finding, [*finding_lines(finding, width), BLANK]
    if not findings:
        yield None, [line((tr("live.nothing_wrong"), "text")), BLANK]
    if undecided:
        yield None, paragraph(tr("live.not_judged_yet", count=undecided), width, "wait", line(("? ", "wait")))


Place = int | Literal["devices", "limits"]
"""Where a finding leads: to the channel of an input, to plugs, sensors, supply and monitor, or to the limits."""


class FindingsSheet(PartsSheet):
    """Everything found, the worst first; it follows the watch while it is open. Ends with where to go, or None."""

    TITLE_TEXT = "live.findings_title"
    KEYS: ClassVar[tuple[Command, ...]] = FINDINGS
    BINDINGS: ClassVar[list[BindingType]] = bindings(FINDINGS)

    def __init__(self, picture: Callable[[], Snapshot | None]) -> None:
        """Show what `picture` gives, now and every second."""
        super().__init__()
        self._picture = picture
        self._findings: dict[Hashable, Finding] = {}
        self._drawn: Judgement | None = None

    def on_mount(self) -> None:
        self.set_interval(1.0, self._look)

    def _look(self) -> None:
        picture = self._picture()
        if picture is not None and picture.judgement is not self._drawn:
            self.redraw()

    def parts(self, width: int) -> Iterator[tuple[Hashable, list[Line]]]:
        picture = self._picture()
        findings: tuple[Finding, ...] = ()
        undecided = 0
        if picture is not None:
            self._drawn = picture.judgement
            inputs = [channel.input for channel in picture.view.channels] if picture.view is not None else []
            findings, undecided = picture.judgement.findings, picture.judgement.undecided(inputs)
        self._findings = {(finding.code, finding.subject): finding for finding in findings}
        for finding, part in findings_parts(findings, undecided, width):
            yield None if finding is None else (finding.code, finding.subject), part

    @property
    def _finding(self) -> Finding | None:
        return self._findings.get(self.chosen)

    def action_go(self) -> None:
        """To the channel that it is about, else to the devices; from what was passed to the limits."""
        finding = self._finding
        if finding is None:
            return
        if finding.code in OF_LIMITS:
            self.dismiss("limits")
            return
        own = finding.subject.id if finding.subject.kind == "channel" else None
        inputs = [own] if isinstance(own, int) else list(finding.channels)
        self.dismiss(inputs[0] if inputs else "devices")

    def action_copy(self) -> None:
        """The chosen finding as text."""
        finding = self._finding
        if finding is None:
            return
        self.app.copy_to_clipboard("\n".join(plain(one) for one in finding_lines(finding, COPIED)) + "\n")
        self.notify(tr("live.copied", what=current().finding(finding).title), markup=False, timeout=3)


COPIED = 100
"""Cells of a line of a copied finding."""
