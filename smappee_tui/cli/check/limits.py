"""The limits of the installation in `check`: for a program, and for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smappee_tui.app.watch import Observation
from smappee_tui.cli.console import Paint
from smappee_tui.cli.values import iso, number
from smappee_tui.diagnosis.judgement import Limit
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import Translator, current, tr
from smappee_tui.i18n.text import wrap
from smappee_tui.report.compose.limits import limit_blocks
from smappee_tui.report.limit_rows import LimitRow, limit_rows, rules
from smappee_tui.report.metadata import ReportMetadata

_SIGNS = {"ok": ("✓", "ok"), "wait": ("!", "warning"), "fault": ("✗", "fault"), "unused": ("·", "dim")}


def limit_entry(limit: Limit, words: Translator) -> dict[str, Any]:
    """One entry of `check --json`."""
    digits = 2 if limit.unit == "A" else 1
    return {
        "code": limit.code,
        "phase": phase_name(limit.phase),
        "limit": number(limit.limit, digits),
        "worst": number(limit.worst, digits),
        "at": iso(limit.at),
        "verdict": limit.verdict,
        "unit": limit.unit,
        "margin": number(limit.margin, digits),
        "at_least": limit.at_least,
        "input": limit.input,
        "name": limit.name,
        "seconds": number(limit.seconds, 1),
        "mean": number(limit.mean, digits),
        "projected": number(limit.projected, digits),
        "parts": [{"input": n, "name": name, "watts": number(watts, 1)} for n, name, watts in limit.parts],
        "why": words.fact(limit.why) if limit.why is not None else None,
        "notes": list(map(words.fact, limit.notes)),
        "source": words.fact(limit.source) if limit.source is not None else None,
    }


def limits_text(seen: Observation, cells: int, paint: Paint) -> Iterator[str]:
    """What is near or over, the fuse and the peaks; in one line that nobody said what the limits are."""
    limits = seen.judgement.limits
    if not limits:
        return
    said = any(one.verdict != "unchecked" for one in limits if one.code not in ("ct-rating", "charger"))
    if not said:
        yield from wrap(tr("limits.nothing_said"), cells)
        return
    yield tr("limits.title").upper()
    blocks = list(limit_blocks(limits, ReportMetadata(0.0)))
    for row in limit_rows(blocks, current()):
        yield from _row(row, cells, paint)
    for rule in rules(blocks, current()):
        yield from wrap(rule, cells)


def _row(row: LimitRow, cells: int, paint: Paint) -> Iterator[str]:
    sign, style = _SIGNS[row.mark]
    amounts = " / ".join(text for text in (row.worst, row.limit) if text)
    head = current().pair(row.what, amounts) if amounts else row.what
    whole = ", ".join(text for text in (head, row.verdict, row.when) if text)
    for place, text in enumerate(wrap(whole, cells, first=f" {sign} ", rest="   ")):
        yield paint(text, style) if place == 0 and style in ("fault", "warning") else text
    if row.under:
        yield from wrap(" ".join(row.under), cells, first="     ", rest="     ")
