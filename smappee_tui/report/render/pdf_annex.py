"""The annex of the PDF: everything behind the first page."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from smappee_tui.report.limit_rows import limit_head, limit_rows, rules
from smappee_tui.report.model import FindingBlock, Photo
from smappee_tui.report.render.cabinet import places
from smappee_tui.report.render.circuit_rows import circuit_heads, circuit_rows
from smappee_tui.report.render.corrections_text import HOWS, CorrectionRow, CorrectionsText
from smappee_tui.report.render.diagrams import pictures, plot_of, witness_plots
from smappee_tui.report.render.pairs import pairs_of
from smappee_tui.report.render.pdf_diagrams import PLOT_HEIGHT, draw_phasors, draw_step
from smappee_tui.report.render.pdf_paper import BLUE, INK, MARGIN, ORANGE, RULE, SOFT, Paper, PdfCell, PdfColumn
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.report.witness_rows import COLUMNS as WITNESS_COLUMNS
from smappee_tui.report.witness_rows import NUMBERS, witness_head, witness_rows, witness_text
from smappee_tui.report.wording import lines, short, shown_text

if TYPE_CHECKING:
    from PIL import Image

IN_A_ROW, GUTTER, MOST_HIGH = 3, 5.0, 70.0
"""Photos from the board beside each other; between two of them, and the highest one, mm."""
WITNESS_HEIGHT = 22.0
"""Of the plots of meter and grid CTs, mm."""


def annex(paper: Paper, shown: ReportText, digest: str) -> None:
    """Write all blocks of the annex, from a new page on."""
    paper.add_page()
    _findings(paper, shown)
    _corrections(paper, shown)
    _cabinet(paper, shown)
    _witness(paper, shown)
    _installation(paper, shown)
    _not_tested(paper, shown)
    _details(paper, shown)
    _phasors(paper, shown)
    _evidence(paper, shown)
    _circuits(paper, shown)
    _people(paper, shown)
    _method(paper, shown)
    _limits(paper, shown)
    _names(paper, shown)
    _photos(paper, shown)
    _integrity(paper, shown, digest)


def _findings(paper: Paper, shown: ReportText) -> None:
    words = shown.words
    paper.heading(words("report.block.findings"))
    if not shown.report.findings:
        paper.text_block(words("report.label.no_findings"))
    for finding in shown.report.findings:
        _finding(paper, shown, finding)
    if shown.report.header.faults:
        paper.text_block(words("report.safety.title"), bold=True, after=0.3)
        paper.text_block(words("report.safety.text"), size=8.2)


def _finding(paper: Paper, shown: ReportText, finding: FindingBlock) -> None:
    words = shown.words
    paper.room(16)
    top, page = paper.get_y(), paper.page_no()
    mark = "ok" if finding.status == "mended" else "fault" if finding.severity == "fault" else "wait"
    colour = ORANGE if mark == "fault" else BLUE
    paper.glyph(mark, MARGIN + 1.8, top + 2.1, 1.3, colour)
    said = shown.finding(finding)
    title = f"{finding.id}  {words(f'report.severity.{finding.severity}')}  {said.title.text}"
    paper.text_block(title, size=9, bold=True, indent=5, after=0.3)
    rows = [(words("report.label.status"), words(f"report.status.{finding.status}"))]
    if finding.confidence_percent is not None:
        rows.append((words("report.label.confidence"), shown.percent(finding.confidence_percent)))
    if said.evidence:
        rows.append((words("report.label.seen"), " ".join(one.text for one in said.evidence)))
    if said.consequence.text and finding.status != "mended":
        rows.append((words("report.label.consequence"), said.consequence.text))
    if said.advice.text and finding.status != "mended":
        rows.append((words("report.label.advice"), said.advice.text))
    if finding.actions:
        rows.append((words("report.label.action"), "; ".join(shown.action(action) for action in finding.actions)))
    if finding.steps:
        rows.append((words("report.block.evidence"), ", ".join(finding.steps)))
    paper.set_x(MARGIN + 5)
    paper.pairs(rows, x=MARGIN + 5, width=paper.inner - 5)
    if paper.page_no() == page:
        paper.set_draw_color(*RULE)
        paper.line(MARGIN + 1.8, top + 4.4, MARGIN + 1.8, paper.get_y())
    paper.set_x(MARGIN)
    paper.ln(2.5)


def _circuits(paper: Paper, shown: ReportText) -> None:
    rows = circuit_rows(shown)
    if not rows:
        return
    paper.heading(shown.words("report.block.circuits"))
    widths = (40, 60, 18, 18, 30)
    heads = circuit_heads(shown)
    columns = [PdfColumn(text, wide, wide == 18) for text, wide in zip(heads, widths, strict=True)]
    paper.grid(columns, [row.cells for row in rows])


def _corrections(paper: Paper, shown: ReportText) -> None:
    said, words = CorrectionsText(shown), shown.words
    if not said.there:
        return
    paper.heading(words("report.block.corrections"))
    if said.empty:
        paper.text_block(words("report.correction.none"))
    widths = (22, 12, 26, 42, 13, 20.5, 18.5, 42)
    for how in HOWS:
        rows = said.rows(how)
        if not rows:
            continue
        paper.heading(words(f"report.correction.{how}"), 1)
        if how == "move":
            paper.text_block(words("report.safety.title"), bold=True, after=0.3)
            paper.text_block(words("report.safety.text"), size=8.2)
        columns = [
            PdfColumn(head, width, place in (1, 4), marked=place == 7)
            for place, (head, width) in enumerate(zip(said.columns, widths, strict=True))
        ]
        paper.grid(columns, map(_correction, rows))
    for sentence in said.sums():
        paper.text_block(sentence, size=8.2, after=0.6)
    for place, sentence in enumerate(said.worse()):
        if not place:
            paper.heading(words("report.correction.worse"), 1)
        paper.text_block(sentence, size=8.2, after=0.6)


def _correction(row: CorrectionRow) -> list[str | PdfCell]:
    colour = {"fault": ORANGE, "ok": BLUE}.get(row.mark, INK)
    cells = [row.hub, str(row.input), row.name, row.change, row.sure, row.tested, row.findings]
    return [*cells, PdfCell(row.became, colour=colour, mark=row.mark)]


def _cabinet(paper: Paper, shown: ReportText) -> None:
    """Notes and photos, channel by channel."""
    for number, place in enumerate(places(shown)):
        if not number:
            paper.heading(shown.words("report.block.cabinet"))
        paper.heading(place.title, 1)
        for at, text in place.notes:
            paper.text_block(f"{text} ({at})", size=8.2)
        _pictures(paper, place.photos)
        for photo, said in place.photos:
            if photo.data is None:
                paper.text_block(said, size=8.2, colour=SOFT)


def _pictures(paper: Paper, photos: Iterable[tuple[Photo, str]]) -> None:
    """Some in a row, none of them torn by the end of a page."""
    found = [(one, said) for photo, said in photos if (one := _picture(photo)) is not None]
    width = (paper.inner + GUTTER) / IN_A_ROW - GUTTER
    for first in range(0, len(found), IN_A_ROW):
        row = found[first : first + IN_A_ROW]
        heights = [min(MOST_HIGH, width * one[0].height / max(1, one[0].width)) for one, _ in row]
        paper.room(max(heights) + 10)
        top, below = paper.get_y() + 1, 0.0
        for place, ((picture, file), said) in enumerate(row):
            left = MARGIN + place * (width + GUTTER)
            wide = min(width, heights[place] * picture.width / max(1, picture.height))
            paper.image(file, x=left, y=top, w=wide, h=heights[place], alt_text=said)
            paper.set_xy(MARGIN, top + heights[place] + 1)
            paper.text_block(said, size=7.2, colour=SOFT, indent=left - MARGIN, width=left - MARGIN + width, after=0)
            below = max(below, paper.get_y())
        paper.set_xy(MARGIN, below + 1)


def _witness(paper: Paper, shown: ReportText) -> None:
    words, block = shown.words, shown.report.witness
    if block is None:
        return
    paper.heading(words("meter.title"))
    paper.text_block(" ".join(witness_text(block, words)), size=8.2, after=0.8)
    widths = dict(zip(WITNESS_COLUMNS, (14, 50, 18, 26, 26, 22, 26), strict=True))
    columns = [PdfColumn(witness_head(name, words), width, name in NUMBERS) for name, width in widths.items()]
    cells: Iterable[list[str | PdfCell]] = (list(map(shown_text, row)) for row in witness_rows(block, words))
    if block.lines:
        paper.grid(columns, cells, size=7.4)
    plots = list(witness_plots(block, shown.meter_line))
    if not plots:
        return
    paper.room(WITNESS_HEIGHT + 2)
    top, width = paper.get_y() + 2, paper.inner / 3 - 4
    for place, (_, plot) in enumerate(plots[:3]):
        draw_step(
            paper, plot, ("0 s", "", f"{shown.number(plot.end)} s"), shown, MARGIN + place * (width + 6), top, width
        )
    paper.set_xy(MARGIN, top + WITNESS_HEIGHT)


def _installation(paper: Paper, shown: ReportText) -> None:
    words = shown.words
    rows = limit_rows(shown.report.installation_limits, words)
    if not rows:
        return
    paper.heading(words("report.block.installation_limits"))
    widths = {"what": 33, "worst": 24, "limit": 14, "left": 15, "at": 18, "verdict": 23, "known": 55}
    columns = [
        PdfColumn(limit_head(name, words), width, name in ("worst", "limit", "left"), marked=name == "verdict")
        for name, width in widths.items()
    ]
    cells: Iterable[list[str | PdfCell]] = (
        [
            shown_text(row.what),
            row.worst,
            row.limit,
            row.left,
            row.when,
            PdfCell(
                row.verdict, bold=row.mark == "fault", colour=ORANGE if row.mark == "fault" else INK, mark=row.mark
            ),
            shown_text(" ".join(row.under)),
        ]
        for row in rows
    )
    paper.grid(columns, cells, size=7.4)
    for rule in rules(shown.report.installation_limits, words):
        paper.text_block(rule, size=8, after=0.3)


def _not_tested(paper: Paper, shown: ReportText) -> None:
    words, rows = shown.words, shown.report.not_tested
    paper.heading(words("report.block.not_tested"))
    if not rows:
        paper.text_block(words("report.label.all_tested"))
        return
    columns = [
        PdfColumn(words("report.label.input"), 11, True),
        PdfColumn(words("report.label.name"), 32),
        PdfColumn(words("report.label.reason"), 42),
        PdfColumn("A", 8, True),
        PdfColumn(words("report.label.advice"), 90),
    ]
    cells = (
        [
            str(u.input),
            shown.name(u.input),
            shown.reason(u),
            shown.number(u.most_amps, digits=1),
            shown.advice(u).text,
        ]
        for u in rows
    )
    paper.grid(columns, cells)


def _details(paper: Paper, shown: ReportText) -> None:
    words = shown.words
    n = shown.number
    paper.heading(words("report.block.channel_details"), follows=24.0)  # its head has three lines
    columns = [
        PdfColumn(words("report.label.input"), 11, True),
        PdfColumn(words("report.label.name"), 26),
        PdfColumn(f"{words('report.label.hub')}, {words('report.label.ct_type')}", 20),
        PdfColumn(words("report.label.amps_spread"), 26, True),
        PdfColumn(words("report.label.watts_spread"), 28, True),
        PdfColumn(words("report.label.pf"), 29, True),
        PdfColumn(f"{words('report.label.angle')} °", 11, True),
        PdfColumn(words("report.label.size"), 16),
        PdfColumn(words("report.label.tested"), 22),
        PdfColumn(words("report.block.evidence"), 13),
    ]
    rows: Iterable[list[str | PdfCell]] = (
        [
            str(c.input),
            PdfCell(shown.name(c.input), bold=shown.mark(c) == "fault"),
            f"{shown_text(c.hub or '', 40)} {shown_text(c.ct_type or '', 40)}".strip(),
            f"{n(c.amps.least, digits=1)} / {n(c.amps.median, digits=1)} / {n(c.amps.most, digits=1)}",
            f"{n(c.watts.least)} / {n(c.watts.median)} / {n(c.watts.most)}",
            shown.factor(c),
            n(c.angle_degrees),
            shown.size(c),
            shown.tested(c),
            ", ".join(c.steps),
        ]
        for c in shown.report.channels
    )
    paper.grid(columns, rows, size=7)
    for channel in shown.report.channels:
        for action in channel.actions:
            line = f"{channel.input} {shown.name(channel.input)}: {shown.action(action)}"
            paper.text_block(line, size=7.6, after=0.2)


def _phasors(paper: Paper, shown: ReportText) -> None:
    drawn = list(pictures(shown.report))
    if not drawn:
        return
    paper.heading(shown.words("report.block.phasors"), follows=72.0)
    paper.text_block(shown.words("report.label.phasor_key"), size=7.6, colour=SOFT)
    size, across = 44.0, 4
    width = paper.inner / across
    for first in range(0, len(drawn), across):
        paper.room(size + 10)
        top, lowest = paper.get_y(), 0.0
        for place, picture in enumerate(drawn[first : first + across]):
            x = MARGIN + place * width
            draw_phasors(paper, picture, x, top, size)
            caption = "; ".join(f"I{c.input} {shown.name(c.input)}: {shown.verdict(c)}" for c in picture.channels)
            paper.set_font("report", "", 6.8)
            for number, line in enumerate(paper.wrapped(caption, width - 3, 6.8)[:4]):
                paper.set_xy(x + 1, top + size + number * 2.9)
                paper.cell(width - 3, 2.9, line)
                lowest = max(lowest, paper.get_y() + 2.9)
        paper.set_xy(MARGIN, lowest + 2)


def _evidence(paper: Paper, shown: ReportText) -> None:
    words = shown.words
    paper.heading(words("report.block.evidence"), follows=PLOT_HEIGHT + 20.0)
    width, gap = (paper.inner - 6) / 2, 6.0
    steps = [(step, plot) for step in shown.report.evidence if (plot := plot_of(step)) is not None]
    for first in range(0, len(steps), 2):
        paper.room(PLOT_HEIGHT + 12)
        top = paper.get_y()
        for place, (step, plot) in enumerate(steps[first : first + 2]):
            x = MARGIN + place * (width + gap)
            what = f"{step.input} {shown.name(step.input)}: {shown.step(step)}"
            caption = f"{step.id}  {shown.when(step)}  {what}. {shown.moved(step)}"
            paper.set_font("report", "", 6.8)
            for number, line in enumerate(paper.wrapped(caption, width, 6.8)[:3]):
                paper.set_xy(x, top + number * 2.9)
                paper.set_text_color(*INK)
                paper.cell(width, 2.9, line)
            draw_step(paper, plot, shown.axis(step, plot), shown, x, top + 9.6, width)
        paper.set_xy(MARGIN, top + PLOT_HEIGHT + 12)


def _people(paper: Paper, shown: ReportText) -> None:
    words, pairs = shown.words, pairs_of(shown)
    for block in ("site", "installer", "devices"):
        paper.heading(words(f"report.block.{block}"))
        paper.pairs(pairs[block], x=MARGIN, width=paper.inner)
    devices = shown.report.devices.devices
    if devices:
        paper.ln(1.5)
        columns = [
            PdfColumn(words("report.label.kind"), 34),
            PdfColumn(words("report.label.name"), 60),
            PdfColumn(words("report.label.serial"), 34),
            PdfColumn(words("report.label.state"), 34),
            PdfColumn(words("report.label.battery"), 14, True),
        ]
        rows = (
            [
                words(f"report.device.{d.kind}"),
                short(shown.device_name(d)),
                shown_text(d.serial, 40),
                words(f"report.device_state.{d.state}"),
                shown.percent(d.battery_percent),
            ]
            for d in devices
        )
        paper.grid(columns, rows)
    if shown.report.site.notes:
        paper.heading(words("report.label.notes"), 1)
        for line in lines(shown.report.site.notes):
            paper.text_block(line)


def _method(paper: Paper, shown: ReportText) -> None:
    words = shown.words
    paper.heading(words("report.block.method"))
    paper.pairs(pairs_of(shown)["method"], x=MARGIN, width=paper.inner)
    loads = shown.report.method.loads
    if not loads:
        return
    paper.heading(words("report.label.loads"), 1)
    columns = [
        PdfColumn(words("report.label.time"), 24),
        PdfColumn("W", 16, True),
        PdfColumn(words("report.label.change"), 20),
        PdfColumn(words("report.label.input"), 80),
        PdfColumn(words("report.label.seen"), 20),
    ]
    rows = (
        [
            shown.clock(load.at),
            shown.number(load.watts),
            words(f"report.label.{load.direction}"),
            words("report.label.grid_socket") if load.input is None else f"{load.input} {shown.name(load.input)}",
            shown.truth(load.seen),
        ]
        for load in loads
    )
    paper.grid(columns, rows, size=7)


def _limits(paper: Paper, shown: ReportText) -> None:
    paper.heading(shown.words("report.block.limits"))
    for code in shown.report.limits:
        paper.text_block(f"•  {shown.words(f'report.limit.{code}')}", size=8.2)
    if shown.partly_english:
        paper.text_block(shown.words("report.label.english"), size=7.6, colour=SOFT)


def _names(paper: Paper, shown: ReportText) -> None:
    names = shown.names()
    if not names:
        return
    paper.heading(shown.words("report.block.names"))
    for number, name in names:
        paper.text_block(f"{number}  {name}", size=7.6)


def _photos(paper: Paper, shown: ReportText) -> None:
    words, photos = shown.words, shown.report.sign_off.photos
    paper.heading(words("report.block.photos"))
    if not photos:
        paper.text_block(words("report.label.no_photos"))
        return
    columns = [
        PdfColumn(words("report.label.photo"), 50),
        PdfColumn(words("report.label.bytes"), 20, True),
        PdfColumn("SHA-256", 106),
    ]
    paper.grid(columns, ([shown_text(p.name, 80), str(p.bytes), p.sha256] for p in photos))
    for photo in photos:
        if not photo.taken:
            _photo(paper, photo)


def _picture(photo: Photo) -> tuple[Image.Image, io.BytesIO] | None:
    """A photo, and its file as it is; None where there is none or it cannot be read: its hash stands in the table."""
    from PIL import Image, UnidentifiedImageError

    if photo.data is None:
        return None
    try:
        file = io.BytesIO(base64.b64decode(photo.data, validate=True))
        picture = Image.open(file)
        picture.load()
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return picture, io.BytesIO(file.getvalue())


def _photo(paper: Paper, photo: Photo) -> None:
    found = _picture(photo)
    if found is None:
        return
    picture = found[0]
    height = min(100.0, paper.inner / 2 * picture.height / max(1, picture.width))
    paper.room(height + 8)
    paper.image(picture, x=MARGIN, h=height, alt_text=shown_text(photo.name, 200))
    paper.set_xy(MARGIN, paper.get_y() + 1)
    paper.text_block(shown_text(photo.name, 200), size=7.6, colour=SOFT)


def _integrity(paper: Paper, shown: ReportText, digest: str) -> None:
    words, recording = shown.words, shown.report.integrity.recording
    paper.heading(words("report.block.integrity"))
    paper.text_block(words("report.label.integrity_text"))
    kept = words("report.label.no_recording")
    if recording is not None:
        size = f"{recording.bytes} {words('report.label.bytes')}"
        kept = f"{shown_text(recording.name, 200)}, {size}, SHA-256 {recording.sha256}"
    rows = [(words("report.result.hash"), digest), (words("report.label.recording"), kept), *pairs_of(shown)["header"]]
    paper.pairs(rows, x=MARGIN, width=paper.inner)
