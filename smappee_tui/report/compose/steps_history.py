"""The pictures of a judgement from afar: the change that stands out most, the sun at noon, the draw at night."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from smappee_tui.diagnosis.evidence.supply import PRESENT_VOLTS
from smappee_tui.diagnosis.history.intervals import INTERVAL, IntervalHistory
from smappee_tui.diagnosis.judgement import FAULTS, Judgement
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.report.compose.readings import mean, number, rounded
from smappee_tui.report.compose.steps import MOST_STEPS, SMALLEST
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Series, Step

AROUND = 2 * 3600.0
"""Seconds shown before and after a change, in five-minute means."""
DAY = 24 * 3600.0
SLICE = 1800.0
"""Length of the means in the picture of a day, s."""


def pictured(
    judgement: Judgement,
    settings: dict[int, ChannelSetting],
    record: IntervalHistory,
    dark: Sequence[int],
    who: ReportMetadata,
) -> Iterator[Step]:
    """One picture of every judged channel, numbered E1, E2, …

    Args:
        judgement: what is said.
        settings: the configuration that it was judged under.
        record: the means.
        dark: places in it that are nights; empty where there was none.
        who: in which times moments are written.
    """
    if not len(record):
        return
    restless = _restless(record, settings)
    grid = [n for n, setting in settings.items() if setting.is_grid and n in record.columns][:3]
    made = 0
    for n, verdict in sorted(judgement.channels.items()):
        setting = settings.get(n)
        if setting is None or n not in record.columns or verdict.verdict not in FAULTS | {"ok"} or made >= MOST_STEPS:
            continue
        around = [n, *(k for k in grid if k != n)]
        if setting.is_grid or setting.produces:
            place = _highest(record.columns[n].watts, dark if setting.is_grid and dark else range(len(record)))
            step = None if place is None else _day(f"E{made + 1}", around, place, record, who)
        else:
            place = _clearest(record, n, restless)
            step = None if place is None else _change(f"E{made + 1}", around, place, record, who)
        if step is not None:
            made += 1
            yield step


def _restless(record: IntervalHistory, settings: dict[int, ChannelSetting]) -> list[float]:
    """How much all circuits together changed from the interval before, W."""
    total = [0.0] * len(record)
    for n, column in record.columns.items():
        if n in settings and not settings[n].is_grid:
            for k in range(1, len(record)):
                change = abs(column.watts[k] - column.watts[k - 1])
                total[k] += change if change == change else 0.0
    return total


def _clearest(record: IntervalHistory, n: int, restless: list[float]) -> int | None:
    """The place of the change that stands out most from what else changed in the same five minutes."""
    watts, best, place = record.columns[n].watts, 0.0, None
    for k in record.neighbours():
        change = abs(watts[k] - watts[k - 1])
        if change >= SMALLEST and (clear := change * change / (restless[k] - change + 30.0)) > best:
            best, place = clear, k
    return place


def _highest(watts: array[float], places: Sequence[int]) -> int | None:
    """The place of the largest power of either sign."""
    return max((k for k in places if not math.isnan(watts[k])), key=lambda k: abs(watts[k]), default=None)


def _change(name: str, shown: list[int], k: int, record: IntervalHistory, who: ReportMetadata) -> Step:
    """The hours around one change. The change is at the beginning of the later interval."""
    watts, at = record.columns[shown[0]].watts, record.at[k]
    times = [at + INTERVAL * turn for turn in range(-int(AROUND / INTERVAL), int(AROUND / INTERVAL) + 1)]
    change = watts[k] - watts[k - 1]
    return Step(
        id=name,
        kind="change",
        input=shown[0],
        at=who.iso(at) or "",
        direction="on" if change >= 0 else "off",
        announced_watts=None,
        before_watts=rounded(watts[k - 1]),
        after_watts=rounded(watts[k]),
        change_watts=rounded(change),
        change_volts=[_volts_moved(column, k) for column in record.volts],
        seconds=[number(t - at) for t in times],
        series=list(_series(shown, record, times, INTERVAL)),
        begins=who.iso(times[0]) or "",
        ends=who.iso(times[-1]) or "",
    )


def _volts_moved(column: array[float], k: int) -> float | int | None:
    """Change of a phase's voltage, V; None where there is none."""
    there = column[k - 1] >= PRESENT_VOLTS and column[k] >= PRESENT_VOLTS
    return rounded(column[k] - column[k - 1], 1) if there else None


def _day(name: str, shown: list[int], k: int, record: IntervalHistory, who: ReportMetadata) -> Step:
    """The day around one moment, inside the time of which there are values."""
    at = record.at[k]
    latest = record.at[-1] + INTERVAL - DAY
    begin = max(record.at[0], min(at - DAY / 2, latest))
    times = [begin + SLICE * turn for turn in range(int(DAY / SLICE))]
    return Step(
        id=name,
        kind="day",
        input=shown[0],
        at=who.iso(at) or "",
        direction="on",
        announced_watts=None,
        before_watts=None,
        after_watts=rounded(record.columns[shown[0]].watts[k]),
        change_watts=None,
        change_volts=[None, None, None],
        seconds=[number(t - at) for t in times],
        series=list(_series(shown, record, times, SLICE)),
        begins=who.iso(times[0]) or "",
        ends=who.iso(times[-1]) or "",
    )


def _series(shown: list[int], record: IntervalHistory, times: list[float], width: float) -> Iterator[Series]:
    """Means over `width` seconds from each time on; null where there is no value."""
    spans = [(bisect_left(record.at, t - 1.0), bisect_left(record.at, t + width - 1.0)) for t in times]

    def means(column: array[float], least: float) -> list[float | None]:
        return [mean([v for v in column[low:high] if v >= least]) for low, high in spans]  # NaN is left out

    for n in shown:
        yield Series(unit="W", input=n, phase=None, values=[rounded(w) for w in means(record.columns[n].watts, -1e9)])
    for phase, column in enumerate(record.volts):
        volts = means(column, PRESENT_VOLTS)
        if any(v is not None for v in volts):
            yield Series(unit="V", input=None, phase=phase_name(phase), values=[rounded(v, 1) for v in volts])
