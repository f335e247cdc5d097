"""The picture of one step as geometry, the same for HTML and PDF: no renderer decides what a plot shows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from smappee_tui.diagnosis.judgement import FAULTS
from smappee_tui.report.model import Channel, Report, Series, Step

PHASES = ("L1", "L2", "L3")
MOST_PICTURES = 24


@dataclass(frozen=True, slots=True)
class Arrow:
    """One phasor. Degrees on the page: 0 to the right, anticlockwise; L1 points up."""

    degrees: float
    length: float
    """0 to 1."""
    label: str


@dataclass(frozen=True, slots=True)
class PhasorDiagram:
    """One set of axes."""

    channels: tuple[Channel, ...]
    voltages: tuple[Arrow, ...]
    expected: tuple[Arrow, ...]
    measured: tuple[Arrow, ...]


def pictures(report: Report) -> Iterator[PhasorDiagram]:
    """The grid meter as one picture, then every channel with a fault that has an angle."""
    grid = [c for c in report.channels if c.role == "CONSUMPTION" and c.connection == "GRID" and _drawn(c)]
    if grid:
        yield _picture(report, grid)
    faulty = [c for c in report.channels if c.verdict in FAULTS and c not in grid and _drawn(c)]
    for channel in faulty[:MOST_PICTURES]:
        yield _picture(report, [channel])


def _drawn(channel: Channel) -> bool:
    return channel.angle_degrees is not None and channel.expected.phase in PHASES


def _picture(report: Report, channels: list[Channel]) -> PhasorDiagram:
    there = [v.phase for v in report.voltages if v.verdict != "missing"] or [c.expected.phase or "" for c in channels]
    voltages = [Arrow(direction(phase), 1.0, phase) for phase in PHASES if phase in there]
    most = max((c.loaded.amps or 0.0 for c in channels), default=0.0) or 1.0
    size = {c.input: 0.35 + 0.5 * (c.loaded.amps or 0.0) / most for c in channels}
    expected = [Arrow(direction(c.expected.phase or "L1"), 0.85, f"I{c.input}") for c in channels]
    measured = [Arrow(measured_direction(c), size[c.input], f"I{c.input}") for c in channels]
    return PhasorDiagram(tuple(channels), tuple(voltages), tuple(expected), tuple(measured))


def direction(phase: str) -> float:
    """Where a phase's voltage points: L1 up, L2 and L3 a third of a turn behind, clockwise."""
    return 90.0 - 120.0 * PHASES.index(phase)


def measured_direction(channel: Channel) -> float:
    """Where the current points. Its angle is known without a sign; the sign that suits the verdict is taken."""
    angle = channel.angle_degrees or 0.0
    turn = 0.0
    if channel.verdict in ("reversed", "wrong_phase_reversed"):
        turn += 180.0
    if channel.verdict in ("wrong_phase", "wrong_phase_reversed") and channel.measured.phase in PHASES:
        steps = PHASES.index(channel.measured.phase) - PHASES.index(channel.expected.phase or "L1")
        turn += 120.0 * steps
    sign = min((1, -1), key=lambda s: abs(_wrapped(s * angle - turn)))
    return direction(channel.expected.phase or "L1") - sign * angle


def _wrapped(degrees: float) -> float:
    return (degrees + 180.0) % 360.0 - 180.0


def tip(arrow: Arrow) -> tuple[float, float]:
    """Where it ends, -1 to 1, y upwards."""
    radians = math.radians(arrow.degrees)
    return arrow.length * math.cos(radians), arrow.length * math.sin(radians)


Point = tuple[float, float]
"""0 to 1 from the left, 0 to 1 from the top."""


@dataclass(frozen=True, slots=True)
class Trace:
    series: Series
    style: int
    """0 the channel itself, drawn boldest; 1, 2, 3 the others, told apart by their dashes."""
    pieces: tuple[tuple[Point, ...], ...]
    """Runs without a hole."""


@dataclass(frozen=True, slots=True)
class Panel:
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
