"""The report as PDF, made directly: a summary on the first page, the annex behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from smappee_tui.report.model import Balance, Channel, FindingBlock, Report, Voltage
from smappee_tui.report.render.pairs import pairs_of
from smappee_tui.report.render.pdf_annex import annex
from smappee_tui.report.render.pdf_paper import BLUE, INK, MARGIN, ORANGE, POINT, SOFT, Foot, Paper, PdfCell, PdfColumn
from smappee_tui.report.render.pdf_tags import MORE, TITLE, note
from smappee_tui.report.render.report_text import BALANCE_MARKS, ReportText
from smappee_tui.report.wording import shown_text

MOST_ON_FIRST = 6
"""Findings on the first page; all of them stand in the annex."""


def render(report: Report, digest: str, attached: bytes | None = None) -> bytes:
    """Write the PDF.

    Args:
        report: as read from its JSON.
        digest: sha256 of that JSON file, printed on every page.
        attached: the JSON file itself, to be attached.
    """
    shown = ReportText(report)
    words = shown.words
    foot = Foot(f"{report.header.report_id} · {words('report.result.hash')} {digest}", words("report.result.page"))
    paper = Paper(
        foot,
        [*map(shown_text, _texts(msgspec.to_builtins(report))), _signs(report)],
        title=f"{shown.title} {report.header.report_id}",
        language=report.header.language,
        written=moment_of(report.header.generated),
    )
    _head(paper, shown)
    _summary(paper, shown)
    annex(paper, shown, digest)
    if attached is not None:
        paper.embed_file(bytes=attached, basename=f"{report.header.report_id}.json", mime_type="application/json")
    paper.finish()
    return bytes(paper.output())


def _texts(value: object) -> Iterator[str]:
    """Every text of the document, so that the fonts know what they must draw."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "data":
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _signs(report: Report) -> str:
    """Signs that our own words will need."""
    changed = any(channel.actions or channel.retest for channel in report.channels)
    changed |= report.corrections is not None and bool(report.corrections.lines)
    return "→" if changed or report.header.language != "en" else ""


def moment_of(iso: str) -> datetime | None:
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        return None


def _head(paper: Paper, shown: ReportText) -> None:
    header, words = shown.report.header, shown.words
    paper.set_font("report", "B", 17)
    paper.start_section(shown.title)
    for place, line in enumerate(paper.wrapped(shown.title, paper.inner, 17, True)):
        paper.set_font("report", "B", 17)
        note(paper, MORE if place else TITLE)
        paper.cell(paper.inner, 17 * POINT * 1.15, line, new_x="LMARGIN", new_y="NEXT")
    under = f"{header.report_id} · {shown.moment(header.generated)} · {header.tool} {header.version}"
    paper.text_block(under, size=8, colour=SOFT, after=0.4)
    if shown.under:
        paper.text_block(shown.under, size=8, bold=True, after=0.4)
    if header.redacted:
        paper.text_block(words("report.title.redacted"), size=8, bold=True, after=0.4)
    paper.ln(1.2)
    _result(paper, shown)


def _result(paper: Paper, shown: ReportText) -> None:
    """The box with the result. Only a pass has a plain frame: a partial one is dashed, one with faults has a bar."""
    header = shown.report.header
    gaps = [shown.words.pair(what, which) for what, which in shown.gaps()]
    width = paper.inner - 16
    lines = [(line, True) for line in paper.wrapped(shown.result, width, 10.5, True)]
    lines += [(line, False) for gap in gaps for line in paper.wrapped(gap, width, 8.2)]
    height = sum(10.5 * POINT * 1.3 if bold else 8.2 * POINT * 1.3 for _, bold in lines) + 4
    top, faults = paper.get_y(), header.result == "faults"
    colour = ORANGE if faults else INK if header.partial else BLUE
    paper.set_draw_color(*colour)
    paper.set_line_width(0.4)
    if header.partial:
        paper.set_dash_pattern(1.6, 1.0)
    paper.rect(MARGIN, top, paper.inner, height)
    paper.set_dash_pattern()
    paper.set_fill_color(*colour)
    if not header.partial or faults:
        paper.rect(MARGIN, top, 3.0 if faults else 1.6, height, style="F")
    mark = "fault" if faults else "wait" if header.partial else "ok"
    paper.glyph(mark, MARGIN + 8, top + 4.4, 2.2, colour)
    y = top + 2
    for text, bold in lines:
        size = 10.5 if bold else 8.2
        paper.set_font("report", "B" if bold else "", size)
        paper.set_xy(MARGIN + 14, y)
        paper.cell(width, size * POINT * 1.3, text)
        y += size * POINT * 1.3
    paper.set_xy(MARGIN, top + height + 1.5)


def _summary(paper: Paper, shown: ReportText) -> None:
    words, report = shown.words, shown.report
    paper.heading(words("report.block.summary"))
    pairs = pairs_of(shown)
    top, half = paper.get_y(), paper.inner / 2 - 4
    left = paper.pairs(pairs["site"][:7], x=MARGIN, width=half)
    paper.set_xy(MARGIN + half + 8, top)
    right = paper.pairs([*pairs["installer"][:4], *pairs["devices"][:3]], x=MARGIN + half + 8, width=half)
    paper.set_xy(MARGIN, max(left, right) + 1)
    paper.heading(words("report.block.channels"), 1)
    paper.grid(_columns(shown), (channel_row(shown, channel) for channel in report.channels), size=7.5)
    _phases(paper, shown)
    _findings(paper, shown)
    _sign_off(paper, shown)


def _columns(shown: ReportText) -> list[PdfColumn]:
    words = shown.words
    return [
        PdfColumn(words("report.label.input"), 11, True),
        PdfColumn(words("report.label.name"), 27),
        PdfColumn(words("report.label.role_column"), 17),
        PdfColumn(words("report.label.expected"), 19),
        PdfColumn(words("report.label.measured"), 19),
        PdfColumn(words("report.label.amps"), 19, True),
        PdfColumn(words("report.label.watts"), 17, True),
        PdfColumn(words("report.label.pf"), 12, True),
        PdfColumn(words("report.label.verdict"), 28, marked=True),
        PdfColumn(words("report.label.confidence"), 12, True),
        PdfColumn(words("report.label.action_retest"), 24),
    ]


def channel_row(shown: ReportText, channel: Channel) -> list[str | PdfCell]:
    n, mark = shown.number, shown.mark(channel)
    colour = {"fault": ORANGE, "ok": BLUE}.get(mark, INK)
    return [
        str(channel.input),
        shown.name(channel.input),
        shown.role(channel),
        shown.place(channel.expected),
        shown.place(channel.measured),
        f"{n(channel.amps.median, digits=1)} ({n(channel.amps.most, digits=1)})",
        n(channel.loaded.watts),
        n(channel.loaded.pf, digits=2),
        PdfCell(shown.verdict(channel), bold=mark == "fault", colour=colour, mark=mark),
        shown.percent(channel.confidence_percent),
        shown.done(channel),
    ]


def _phases(paper: Paper, shown: ReportText) -> None:
    """Voltages, and beside them what comes in on each phase and where it goes."""
    words, balance = shown.words, bool(shown.balance)
    paper.room(30)
    paper.heading(words("report.block.phases" if balance else "report.block.voltages"), 1)
    columns = [
        PdfColumn(words("report.label.phase"), 14 if balance else 20),
        *(PdfColumn(f"{words(f'report.label.{name}')} V", 15 if balance else 20, True) for name in _VOLTS),
        PdfColumn(words("report.label.verdict"), 32 if balance else 100),
    ]
    if balance:
        columns += [PdfColumn(shown.balance_head(name), 20, True) for name in _WATTS]
        columns.append(PdfColumn(words("report.label.balance"), 30, marked=True))
    rows = (
        [name, *_volts(shown, volts), *(_watts(shown, sums) if balance else ())] for name, volts, sums in shown.phases
    )
    paper.grid(columns, rows, size=7.2)
    for said in shown.unbalanced():
        paper.text_block(said, size=8, after=0.3)


_VOLTS = ("least", "mean", "most")
_WATTS = ("grid", "production", "circuits", "unmetered")


def _volts(shown: ReportText, volts: Voltage | None) -> list[str]:
    if volts is None:
        return [shown.number(None)] * 4
    values = (shown.number(value, digits=1) for value in (volts.least, volts.mean, volts.most))
    return [*values, shown.words(f"report.voltage.{volts.verdict}")]


def _watts(shown: ReportText, sums: Balance | None) -> list[str | PdfCell]:
    if sums is None:
        return [shown.number(None)] * 5
    mark = BALANCE_MARKS[sums.verdict]
    colour = {"fault": ORANGE, "ok": BLUE}.get(mark, INK)
    said = PdfCell(shown.words(f"balance.verdict.{sums.verdict}"), bold=mark == "fault", colour=colour, mark=mark)
    return [*(shown.number(value) for value in (sums.grid, sums.production, sums.circuits, sums.unmetered)), said]


def _findings(paper: Paper, shown: ReportText) -> None:
    words, findings = shown.words, shown.report.findings
    paper.heading(words("report.block.findings"), 1)
    if not findings:
        paper.text_block(words("report.label.no_findings"), size=8)
    for finding in findings[:MOST_ON_FIRST]:
        paper.text_block(finding_line(shown, finding), size=8, after=0.3)
    if len(findings) > MOST_ON_FIRST:
        paper.text_block(f"… {words('report.result.more')}", size=8)


def finding_line(shown: ReportText, finding: FindingBlock) -> str:
    words, title = shown.words, shown.finding(finding).title.text
    status = "" if finding.status == "open" else f" ({words(f'report.status.{finding.status}')})"
    return f"{finding.id}  {words(f'report.severity.{finding.severity}')}  {title}{status}"


def _sign_off(paper: Paper, shown: ReportText) -> None:
    words, sign_off = shown.words, shown.report.sign_off
    paper.room(36)
    paper.heading(words("report.block.sign_off"), 1)
    paper.text_block(shown.declaration, size=7.4, colour=SOFT)
    top, half, height = paper.get_y(), paper.inner / 2 - 3, 20.0
    boxes = (
        (MARGIN, words("report.label.signed"), sign_off.name, shown.day(sign_off.date)),
        (MARGIN + half + 6, words("report.label.customer_signed"), sign_off.customer_name, ""),
    )
    for x, label, name, day in boxes:
        paper.set_draw_color(*INK)
        paper.set_line_width(0.25)
        paper.rect(x, top, half, height)
        paper.set_xy(x + 2, top + 1.6)
        rows = [(label, shown_text(name, 60)), (words("report.label.date"), day), (words("report.label.signature"), "")]
        paper.pairs(rows, x=x + 2, width=half - 4, size=7.8)
    paper.set_xy(MARGIN, top + height + 2)
