"""The picture of one step as geometry, the same for HTML and PDF: no renderer decides what a plot shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from smappee_tui.diagnosis.judgement import FAULTS
from smappee_tui.report.model import Channel, Report, Series, Step
from smappee_tui.report.phasors import CurrentArrow, current_arrow, voltage_direction
from smappee_tui.report.witness_block import WitnessBlock, WitnessLine

PHASES = ("L1", "L2", "L3")
MOST_PICTURES = 24


@dataclass(frozen=True, slots=True)
class Arrow:
    """One phasor. Degrees on the page: 0 to the right, anticlockwise; L1 points up."""

    degrees: float
    length: float
    """0 to 1."""
    label: str
    kind: str
    """`volt`, a voltage · `want`, where a current should be · measured currents: `ok`, `fault`, `open`."""
    side: float = 0.0
    """Where the label stands by its tip, degrees from straight on: those of one current keep apart."""

    @property
    def measured(self) -> bool:
        return self.kind not in ("volt", "want")


@dataclass(frozen=True, slots=True)
class PhasorDiagram:
    """One set of axes."""

    channels: tuple[Channel, ...]
    currents: tuple[CurrentArrow, ...]
    """One a channel."""
    arrows: tuple[Arrow, ...]
    """In the order of drawing: what stands last stands before the others."""


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
    volts = [Arrow(voltage_direction(p), 1.0, name, "volt") for p, name in enumerate(PHASES) if name in there]
    most = max((c.loaded.amps or 0.0 for c in channels), default=0.0) or 1.0
    size = {c.input: 0.35 + 0.5 * (c.loaded.amps or 0.0) / most for c in channels}
    currents = tuple(_current(channel) for channel in channels)
    several = len(channels) > 1
    want = [
        Arrow(c.expected, 0.85, f"{c.input}" * several, "want", -60 * _side(c))
        for c in currents
        if c.expected is not None
    ]
    have = [Arrow(c.measured, size[c.input], f"I{c.input}", c.state, 60 * _side(c)) for c in currents]
    return PhasorDiagram(tuple(channels), currents, (*volts, *want, *have))


def _side(current: CurrentArrow) -> int:
    """1 where it was measured to the left of where it should be."""
    return 1 if math.sin(math.radians(current.measured - (current.expected or current.measured))) >= 0 else -1


def _current(channel: Channel) -> CurrentArrow:
    phase = PHASES.index(channel.expected.phase or "L1")
    actual = PHASES.index(channel.measured.phase) if channel.measured.phase in PHASES else None
    return current_arrow(channel.input, phase, channel.angle_degrees or 0.0, channel.verdict, actual)


def tip(arrow: Arrow) -> tuple[float, float]:
    """Where it ends, -1 to 1, y upwards."""
    radians = math.radians(arrow.degrees)
    return arrow.length * math.cos(radians), arrow.length * math.sin(radians)


def beside_tip(arrow: Arrow, away: float) -> tuple[float, float]:
    """How far from its tip its label stands, right and up, `away` in the unit of the drawing."""
    radians = math.radians(arrow.degrees + arrow.side)
    return away * math.cos(radians), away * math.sin(radians)


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

    @property
    def zero(self) -> float | None:
        """Place of zero, 0 to 1 from the top; None where all is on one side of it."""
        return self.high / (self.high - self.low) if self.low < 0 < self.high else None


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


def witness_plots(block: WitnessBlock, meter: Callable[[str | None], str]) -> Iterator[tuple[WitnessLine, Plot]]:
    """Each grid CT and the line of the meter that is its wire, over the watch.

    Args:
        block: of the report.
        meter: what a line of the meter is called.
    """
    begin, end = (block.seconds[0], block.seconds[-1]) if len(block.seconds) > 1 else (0.0, 0.0)
    if end <= begin:
        return
    places = [(second - begin) / (end - begin) for second in block.seconds]
    for one in block.lines:
        series = [
            Series(unit="W", input=one.input, phase=None, values=one.shown),
            Series(unit="W", input=None, phase=meter(one.line), values=one.told),
        ]
        panel = _panel("W", series, places) if one.shown and one.told else None
        if panel is not None:
            yield one, Plot((panel,), begin, end, 0.0)


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
