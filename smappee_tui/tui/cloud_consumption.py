"""The consumption pane in lines: a day of the whole site, of solar, and of one CT."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.links.cloud.aggregation import Aggregation
from smappee_tui.tui.cloud_day import Ct, Day, column
from smappee_tui.tui.cloud_plot import axis, panel
from smappee_tui.tui.cloud_words import bar
from smappee_tui.tui.lines import BLANK, Line, line, paragraph, spread
from smappee_tui.tui.text import shown
from smappee_tui.tui.words import phase_word

LOWEST, HIGHEST = 2, 12
"""Rows of one curve."""


def day_lines(
    day: Day, ct: Ct | None, why_no_ct: str, share: float | None, remarks: Sequence[str], width: int, height: int
) -> list[Line]:
    """One day.

    Args:
        day: with the values read so far.
        ct: which CT to plot below.
        why_no_ct: said where there is none.
        share: how much of the day is read, 0 to 1; None once it is.
        remarks: what the client left out.
        width: cells of a line.
        height: rows of the screen's body.
    """
    lines = [_title(day, share, width)]
    for text in (*_notes(day), *(shown(remark) for remark in remarks[-2:])):
        lines += paragraph(text, width, "warn", line(("! ", "warn")))[:2]
    if not day.records:
        return lines if share is not None else [*lines, BLANK, *_empty(day, width)]
    records = day.records
    rows = max(LOWEST, min(HIGHEST, (height - len(lines) - 4) // 3))
    lines += panel("Consumption", day.points([one.consumption for one in records]), day, width, rows)
    lines += panel("Solar", day.points([one.solar for one in records]), day, width, rows)
    if ct is None:
        lines += [line(("CT", "strong"), (f"   {shown(why_no_ct)}", "dim"))]
    else:
        name, phase = shown(ct.name)[:30], phase_word(ct.phase)
        title = f"CT {ct.input}  {name}" if ct.phase is None or phase in name else f"CT {ct.input}  {name}  {phase}"
        lines += panel(title, day.points(column(records, ct.column)), day, width, rows)
    return [*lines, axis(day, width)]


def _title(day: Day, share: float | None, width: int) -> Line:
    weekday = f"{day.day:%A}" if width >= 100 else f"{day.day:%a}"
    left = line(("← ", "key"), (f"{weekday} {day.day.day} {day.day:%B %Y}", "title"), (" →", "key"))
    if share is not None:
        return spread(left, line(*bar(share)), width)
    count, whole = len(day.records), max(day.expected, len(day.records))
    many = f"{count} of {whole} {'hourly' if _hourly(day) else '5-minute'} values"
    return spread(left, line((many, "text" if count == whole else "warn"), (f"  {shown(str(day.zone))}", "dim")), width)


def _hourly(day: Day) -> bool:
    return day.aggregation is Aggregation.HOUR


def _notes(day: Day) -> list[str]:
    notes = []
    if _hourly(day):
        notes.append("Hourly values: the service keeps those of 5 minutes for 31 days only.")
    if not day.zone_told:
        notes.append("The time zone of this location is not known here: the day is one in UTC.")
    return notes


def _empty(day: Day, width: int) -> list[Line]:
    lines = [line(("○ ", "wait"), ("The cloud has no values of this day", "title")), BLANK]
    text = (
        "The monitor was not installed yet, was off, or did not reach the cloud. ← → go to other days, r reads again."
    )
    return [*lines, *paragraph(text, width)]
