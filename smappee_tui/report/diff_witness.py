"""Two reports compared: how far each grid CT was off the digital meter, and is now."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from smappee_tui.i18n import Translator
from smappee_tui.report.model import Report

ALIKE = 0.005
"""Ratios that lie nearer are the same: a CT is no better."""


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """What one grid CT shows of each watt of the meter, in both reports; null where one does not know."""

    input: int
    before: float | None
    after: float | None


def against_meter(old: Report, new: Report) -> Iterator[Against]:
    """The grid CTs that stand otherwise now."""
    before, after = _ratios(old), _ratios(new)
    for number in sorted({*before, *after}):
        was, now = before.get(number), after.get(number)
        if was != now and (was is None or now is None or abs(was - now) >= ALIKE):
            yield Against(input=number, before=was, after=now)


def _ratios(report: Report) -> dict[int, float | None]:
    block = report.witness
    if block is None or block.house != "this":
        return {}
    return {one.input: None if one.ratio is None else float(one.ratio) for one in block.lines}


def against_text(one: Against, words: Translator) -> str:
    """One line in the language of `words`."""
    was, now = (
        words("report.none") if ratio is None else words("meter.cell_off", percent=100 * (ratio - 1))
        for ratio in (one.before, one.after)
    )
    return words("diff.against_meter", head=words("diff.nameless", input=one.input), change=f"{was} → {now}")
