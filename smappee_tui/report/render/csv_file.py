"""The channel table for a spreadsheet: opens in Excel by a double click, and nothing in it is a formula."""

from __future__ import annotations

import csv
import io
from typing import Literal

from smappee_tui.i18n.text import text_cell
from smappee_tui.report.model import Channel, Report
from smappee_tui.report.render.corrections_text import CorrectionsText
from smappee_tui.report.render.report_text import MINUS, ReportText

CsvSeparator = Literal["comma", "semicolon"]
"""What stands between two cells. Numbers have a decimal point with commas and a decimal comma with semicolons."""
_SIGNS: dict[CsvSeparator, tuple[str, str]] = {"comma": (",", "."), "semicolon": (";", ",")}
BOM = "\ufeff"
"""Tells Excel that the file is UTF-8."""
COLUMNS = (
    "input", "name", "role", "connection", "ct_type", "hub", "expected_phase", "expected_reversed", "measured_phase",
    "measured_reversed", "amps_least", "amps_median", "amps_most", "watts_least", "watts_median", "watts_most", "pf",
    "pf_low", "pf_high", "verdict", "verdict_words", "confidence", "tested", "evidence", "action", "retest", "advice",
    "size", "size_words", "correction", "correction_state",
)  # fmt: skip


def render(report: Report, separator: CsvSeparator | None = None) -> bytes:
    """Write the table.

    Args:
        report: as read from its JSON.
        separator: what the spreadsheet meant expects; None: what those of the report's language do.
    """
    shown = ReportText(report)
    corrections = CorrectionsText(shown)
    out = io.StringIO(newline="")
    usual = shown.words("format.csv_separator"), shown.words("format.decimal")
    delimiter, decimal = usual if separator is None else _SIGNS[separator]
    table = csv.writer(out, delimiter=delimiter)
    table.writerow([shown.words(f"report.csv.{name}") for name in COLUMNS])
    table.writerows(_row(shown, corrections, channel, decimal) for channel in report.channels)
    return (BOM + out.getvalue()).encode("utf-8", "replace")


def _row(shown: ReportText, corrections: CorrectionsText, c: Channel, decimal: str) -> list[str]:
    def number(value: float | None) -> str:
        """A number with a plain minus sign; empty for none, so that a column adds up."""
        text = "" if value is None else shown.number(value).replace(MINUS, "-").replace(shown.words("format.group"), "")
        return text.replace(shown.words("format.decimal"), decimal)

    def truth(value: bool | None) -> str:
        return "" if value is None else shown.truth(value)

    own = corrections.of_input(c.input)
    texts = (c.name, shown.role(c), c.connection, c.ct_type or "", c.hub or "")
    return [
        str(c.input),
        *map(text_cell, texts),
        text_cell(c.expected.phase or ""),
        truth(c.expected.reversed),
        text_cell(c.measured.phase or ""),
        truth(c.measured.reversed),
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
        text_cell(shown.advice(c).text),
        text_cell(c.size or ""),
        text_cell(shown.size(c) if c.size else ""),
        text_cell(own.change if own is not None else ""),
        text_cell(own.became if own is not None else ""),
    ]
