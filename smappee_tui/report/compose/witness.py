"""What the utility's digital meter says of the grid CTs, as the report has it."""

from __future__ import annotations

from collections.abc import Mapping

from smappee_tui.diagnosis.judgement import WitnessVerdict
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.report.compose.readings import rounded
from smappee_tui.report.witness_block import MeterKind, WitnessBlock, WitnessLine


def witness_block(found: WitnessVerdict | None, kind: MeterKind, names: Mapping[int, str]) -> WitnessBlock | None:
    """The block; None without a meter.

    Args:
        found: of the judgement.
        kind: how the meter was read.
        names: of the inputs.
    """
    if found is None:
        return None
    return WitnessBlock(
        kind=kind,
        house=found.house,
        readings=found.readings,
        delay_seconds=rounded(found.delay, 1),
        order=[phase_name(line) or "" for line in found.order],
        lines=[
            WitnessLine(
                input=one.input,
                name=names.get(one.input, ""),
                line=phase_name(one.line),
                meter_watts=rounded(one.meter),
                watts=rounded(one.shown),
                ratio=rounded(one.size, 3),
                proved=one.clear,
            )
            for one in found.lines
        ],
    )
