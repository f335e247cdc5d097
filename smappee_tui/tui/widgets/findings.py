"""A finding in lines, the same in the list and in the pane of a channel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from smappee_tui.app.session import Snapshot
from smappee_tui.diagnosis.judgement import Finding, Judgement, Subject, by_weight
from smappee_tui.i18n import current, tr
from smappee_tui.tui.commands import FINDINGS, Command, bindings
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph, plain
from smappee_tui.tui.widgets.sheet import Sheet, SheetBody
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


class FindingsBody(SheetBody):
    """The lines; the title of the chosen finding is marked."""

    first = -1
    """Its line."""

    class Picked(Message):
        """A line was clicked."""

        def __init__(self, number: int, twice: bool) -> None:
            super().__init__()
            self.number, self.twice = number, twice

    def chosen(self, number: int) -> bool:
        return number == self.first

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None:
            self.post_message(self.Picked(self._number(offset.y), event.chain == 2))


Place = int | Literal["devices"]
"""Where a finding leads: to the channel of an input, or to plugs, sensors, supply and monitor."""


class FindingsSheet(Sheet):
    """Everything found, the worst first; it follows the watch while it is open. Ends with where to go, or None."""

    TITLE_TEXT = "live.findings_title"
    KEYS: ClassVar[tuple[Command, ...]] = FINDINGS
    BINDINGS: ClassVar[list[BindingType]] = bindings(FINDINGS)

    def __init__(self, picture: Callable[[], Snapshot | None]) -> None:
        """Show what `picture` gives, now and every second."""
        super().__init__()
        self._picture = picture
        self._parts: list[tuple[Finding, int, int]] = []
        """Each finding with its first line and the one after its last."""
        self._key: tuple[str, Subject] | None = None
        self._drawn: Judgement | None = None

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            yield FindingsBody(self.lay_out) if isinstance(widget, SheetBody) else widget

    def on_mount(self) -> None:
        self.set_interval(1.0, self._look)

    def _look(self) -> None:
        picture = self._picture()
        if picture is not None and picture.judgement is not self._drawn:
            self.redraw()

    def lay_out(self, width: int) -> list[Line]:
        picture = self._picture()
        findings: tuple[Finding, ...] = ()
        undecided = 0
        if picture is not None:
            self._drawn = picture.judgement
            inputs = [channel.input for channel in picture.view.channels] if picture.view is not None else []
            findings, undecided = picture.judgement.findings, picture.judgement.undecided(inputs)
        lines: list[Line] = []
        self._parts = []
        for finding, part in findings_parts(findings, undecided, width):
            if finding is not None:
                self._parts.append((finding, len(lines), len(lines) + len(part) - 1))
            lines += part
        self._mark()
        return lines

    @property
    def _place(self) -> int:
        keys = [(finding.code, finding.subject) for finding, _, _ in self._parts]
        return keys.index(self._key) if self._key in keys else 0

    def _mark(self) -> None:
        body = self.query(FindingsBody).first() if self.is_mounted else None
        if body is not None:
            body.first = self._parts[self._place][1] if self._parts else -1

    def _choose(self, place: int) -> None:
        if not self._parts:
            return
        finding, first, last = self._parts[max(0, min(place, len(self._parts) - 1))]
        self._key = (finding.code, finding.subject)
        body, page = self.body, max(1, self.body.scrollable_content_region.height)
        top = round(body.scroll_offset.y)
        if last - top > page:
            top = last - page
        body.scroll_to(y=min(top, first), animate=False)
        self._mark()
        body.repaint()

    def action_down(self) -> None:
        """The next finding; of one that is longer than the page its rest first."""
        body = self.body
        if self._parts and self._parts[self._place][2] > round(body.scroll_offset.y) + body.size.height:
            super().action_down()
        elif self._parts and self._place < len(self._parts) - 1:
            self._choose(self._place + 1)
        else:
            super().action_down()

    def action_up(self) -> None:
        body = self.body
        if self._parts and self._parts[self._place][1] < round(body.scroll_offset.y):
            super().action_up()
        elif self._parts and self._place:
            self._choose(self._place - 1)
        else:
            super().action_up()

    def on_findings_body_picked(self, message: FindingsBody.Picked) -> None:
        """A click chooses, a double click goes there."""
        for place, (_, first, last) in enumerate(self._parts):
            if first <= message.number < last:
                self._choose(place)
                if message.twice:
                    self.action_go()

    def action_go(self) -> None:
        """To the channel that it is about, else to the devices."""
        if not self._parts:
            return
        finding = self._parts[self._place][0]
        own = finding.subject.id if finding.subject.kind == "channel" else None
        inputs = [own] if isinstance(own, int) else list(finding.channels)
        self.dismiss(inputs[0] if inputs else "devices")

    def action_copy(self) -> None:
        """The chosen finding as text."""
        if not self._parts:
            return
        finding = self._parts[self._place][0]
        self.app.copy_to_clipboard("\n".join(plain(one) for one in finding_lines(finding, COPIED)) + "\n")
        self.notify(tr("live.copied", what=current().finding(finding).title), markup=False, timeout=3)


COPIED = 100
"""Cells of a line of a copied finding."""
