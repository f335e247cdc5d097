"""The channel table for a spreadsheet: opens in Excel by a double click, and nothing in it is a formula."""

from __future__ import annotations

from smappee_tui.report.model import Channel, Report
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.report.render.visible import visible

BOM = "\ufeff"
"""Tells Excel that the file is UTF-8."""
LONGEST_CELL = 30_000
"""Characters; Excel takes 32,767."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render(report: Report) -> bytes:
    """Write the table: separator and decimal sign as spreadsheets of the report's language expect."""
    shown = ReportText(report)
    rows = [shown.words.listed("csv.columns"), *(_row(shown, channel) for channel in report.channels)]
    separator = shown.words.csv_separator
    return (BOM + "".join(separator.join(row) + "\r\n" for row in rows)).encode("utf-8", "replace")


def text_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: quoted, and with an apostrophe where it begins like one."""
    shown = visible(text, LONGEST_CELL)
    if shown.lstrip().startswith(_FORMULA):
        shown = "'" + shown
    return '"' + shown.replace('"', '""') + '"'


def _row(shown: ReportText, channel: Channel) -> list[str]:
    words, c = shown.words, channel

    def number(value: float | None) -> str:
        """A number with a plain minus sign; empty for none, so that a column adds up."""
        return "" if value is None else words.number(value).replace("\u2212", "-")

    return [
        str(c.input),
        text_cell(c.name),
        text_cell(shown.role(c)),
        text_cell(c.connection),
        text_cell(c.ct_type or ""),
        text_cell(c.hub or ""),
        text_cell(c.expected.phase or ""),
        text_cell("" if c.expected.reversed is None else words.truth(c.expected.reversed)),
        text_cell(c.measured.phase or ""),
        text_cell("" if c.measured.reversed is None else words.truth(c.measured.reversed)),
        *(number(value) for value in (c.amps.least, c.amps.median, c.amps.most)),
        *(number(value) for value in (c.watts.least, c.watts.median, c.watts.most)),
        *(number(value) for value in (c.loaded.pf, c.loaded.pf_low, c.loaded.pf_high)),
        text_cell(c.verdict),
        text_cell(shown.verdict(c)),
        number(c.confidence_percent),
        text_cell(shown.tested(c)),
        text_cell(" ".join(c.steps)),
        text_cell("; ".join(shown.action(action) for action in c.actions)),
        text_cell(shown.retest(c) if c.retest else ""),
        text_cell(shown.said(c.advice)[0] if c.advice else ""),
    ]
