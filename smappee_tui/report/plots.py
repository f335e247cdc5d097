"""The picture of one step as geometry, the same for HTML and PDF: no renderer decides what a plot shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smappee_tui.report.model import Series, Step

Point = tuple[float, float]
"""0 to 1 from the left, 0 to 1 from the top."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of a plot."""

    series: Series
    style: int
    """0 the channel itself, drawn boldest; 1, 2, 3 the others, told apart by their dashes."""
    pieces: tuple[tuple[Point, ...], ...]
    """Runs without a hole."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes."""

    unit: str
    low: float
    high: float
    """Values at the bottom and top, both from the series."""
    traces: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A step: power above, voltage below, and where the step is."""

    panels: tuple[Panel, ...]
    begin: float
    end: float
    zero: float
    """Place of the step, 0 to 1."""


def plot_of(step: Step) -> Plot | None:
    """Lay out a step; None where there is nothing to draw."""
    if len(step.seconds) < 2 or step.seconds[-1] <= step.seconds[0]:
        return None
    begin, end = step.seconds[0], step.seconds[-1]
    places = [(t - begin) / (end - begin) for t in step.seconds]
    panels = [_panel(unit, [s for s in step.series if s.unit == unit], places) for unit in ("W", "V")]
    kept = tuple(panel for panel in panels if panel is not None)
    return Plot(kept, begin, end, min(1.0, max(0.0, -begin / (end - begin)))) if kept else None


def _panel(unit: str, series: list[Series], places: Sequence[float]) -> Panel | None:
    values = [v for one in series for v in one.values if v is not None]
    if not values:
        return None
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    traces = []
    for number, one in enumerate(series):
        style = number if unit == "W" else number + 1
        heights = [None if v is None else 0.5 if high == low else 1.0 - (v - low) / span for v in one.values]
        traces.append(Trace(one, min(style, 3), tuple(_stairs(places, heights))))
    return Panel(unit, low, high, tuple(traces))


def _stairs(places: Sequence[float], heights: Sequence[float | None]) -> list[tuple[Point, ...]]:
    """A value holds until the next one comes."""
    runs: list[tuple[Point, ...]] = []
    run: list[Point] = []
    for x, y in zip(places, heights, strict=False):
        if y is None:
            if len(run) > 1:
                runs.append(tuple(run))
            run = []
            continue
        if run:
            run.append((x, run[-1][1]))
        run.append((x, y))
    if len(run) > 1:
        runs.append(tuple(run))
    return runs
