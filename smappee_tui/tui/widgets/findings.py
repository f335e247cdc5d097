"""A finding in lines, the same in the list and in the pane of a channel."""

from __future__ import annotations

from collections.abc import Callable, Collection

from smappee_tui.app.session import Snapshot
from smappee_tui.diagnosis.judgement import Finding, by_weight
from smappee_tui.i18n import current, tr
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import Sheet
from smappee_tui.tui.widgets.words import severity_sign, severity_word, sureness


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
    lines: list[Line] = []
    for finding in by_weight(findings):
        lines += [*finding_lines(finding, width), BLANK]
    if not findings:
        lines += [line((tr("live.nothing_wrong"), "text")), BLANK]
    if undecided:
        lines += paragraph(tr("live.not_judged_yet", count=undecided), width, "wait", line(("? ", "wait")))
    return lines


class FindingsSheet(Sheet):
    """Everything found, the worst first; it follows the watch while it is open."""

    TITLE_TEXT = "live.findings_title"

    def __init__(self, picture: Callable[[], Snapshot | None]) -> None:
        """Show what `picture` gives, now and every second."""
        super().__init__()
        self._picture = picture

    def on_mount(self) -> None:
        self.set_interval(1.0, self.redraw)

    def lay_out(self, width: int) -> list[Line]:
        picture = self._picture()
        if picture is None:
            return findings_lines((), 0, width)
        inputs = [channel.input for channel in picture.view.channels] if picture.view is not None else []
        return findings_lines(picture.judgement.findings, picture.judgement.undecided(inputs), width)
