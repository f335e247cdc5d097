"""What the utility's digital meter says of the grid CTs, as the report has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.judgement import Beside, WitnessVerdict
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.report.compose.readings import number, rounded
from smappee_tui.report.witness_block import MeterKind, WitnessBlock, WitnessLine

MOST_POINTS = 120
"""Of a curve: more is no finer on paper."""


@dataclass(frozen=True, slots=True)
class Curves:
    """What was compared, reading by reading."""

    seconds: tuple[float, ...] = ()
    shown: tuple[tuple[float, ...], ...] = ()
    """By place of the grid CT, W."""
    told: tuple[tuple[float, ...], ...] = ()
    """By line of the meter, W."""
    grid: tuple[int, ...] = ()
    """Inputs of the grid CTs."""

    def of(self, one: Beside) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Of a CT and its line; empty where the meter tells no power of a line."""
        if one.input not in self.grid or not any(watts == watts for watts in self.told[one.line]):
            return (), ()
        return self.shown[self.grid.index(one.input)], self.told[one.line]


def curves_of(evidence: Evidence) -> Curves:
    """The readings that the last judgement compared, some of them where there are many."""
    found = evidence.beside
    if found is None or not found.pairs.count:
        return Curves()
    pairs = found.pairs
    some = slice(None, None, -(-pairs.count // MOST_POINTS))
    at, shown, told = pairs.at[some], pairs.watts[some].T, pairs.meter_watts[some].T
    return Curves(
        tuple((at - at[0]).tolist()),
        tuple(map(tuple, shown.tolist())),
        tuple(map(tuple, told.tolist())),
        tuple(evidence.grid_inputs),
    )


def witness_block(
    found: WitnessVerdict | None, kind: MeterKind, names: Mapping[int, str], curves: Curves | None = None
) -> WitnessBlock | None:
    """The block; None without a meter.

    Args:
        found: of the judgement.
        kind: how the meter was read.
        names: of the inputs.
        curves: what was compared; None: only its means are known.
    """
    if found is None:
        return None
    curves = curves or Curves()
    return WitnessBlock(
        kind=kind,
        house=found.house,
        readings=found.readings,
        delay_seconds=rounded(found.delay, 1),
        order=[phase_name(line) or "" for line in found.order],
        seconds=[number(second, 1) for second in curves.seconds] if found.lines else [],
        lines=[_line(one, names.get(one.input, ""), *curves.of(one)) for one in found.lines],
    )


def _line(one: Beside, name: str, shown: tuple[float, ...], told: tuple[float, ...]) -> WitnessLine:
    return WitnessLine(
        input=one.input,
        name=name,
        line=phase_name(one.line),
        meter_watts=rounded(one.meter),
        watts=rounded(one.shown),
        ratio=rounded(one.size, 3),
        proved=one.clear,
        shown=list(map(rounded, shown)),
        told=list(map(rounded, told)),
    )
