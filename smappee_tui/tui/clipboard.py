"""Rows as tab separated values, as a spreadsheet or a mail takes them."""

from __future__ import annotations

from collections.abc import Iterable

from smappee_tui.tui.columns import COLUMNS, Row
from smappee_tui.tui.text import shown

_COPIED = [column for column in COLUMNS if column.key != "trend"]


def tsv(rows: Iterable[Row]) -> str:
    """Titles and one line a row; numbers bare, texts on one line and unable to start a formula."""
    lines = ["\t".join([*(column.title if column.key != "input" else "input" for column in _COPIED), "confidence"])]
    for row in rows:
        cells = [column.raw(row) if _numeric(column.key) else _inert(column.raw(row)) for column in _COPIED]
        cells.append("" if row.verdict is None or not row.verdict.confidence else f"{row.verdict.confidence:.3f}")
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def _numeric(key: str) -> bool:
    return key in ("input", "amps", "watts", "pf", "volts")


def _inert(text: str) -> str:
    text = shown(text)
    return f"'{text}" if text[:1] in "=+-@" and text != "-" else text
