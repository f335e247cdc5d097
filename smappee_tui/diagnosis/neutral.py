"""A grid CT that sits on the neutral of a three-phase board: it moves with every phase's load.

A load on one phase flows in that phase and back in the neutral. A CT on the neutral therefore shows the steps of the
other two CTs as well as those of the phase that it should measure, which nobody else sees.
"""

from __future__ import annotations

from smappee_tui.diagnosis.evidence import Evidence
from smappee_tui.diagnosis.judgement import Finding
from smappee_tui.diagnosis.words import SAFETY

LEAST_PAIRS = 3
"""Steps seen together with another grid CT before the neutral is suspected."""


def on_neutral(evidence: Evidence) -> int | None:
    """The grid CT that moves with both others, who do not move with each other; None where there is none."""
    inputs = evidence.grid_inputs
    if len(inputs) != 3 or evidence.geometry.delta:
        return None
    for suspect in inputs:
        first, second = (k for k in inputs if k != suspect)
        with_first = evidence.movers.get(tuple(sorted((suspect, first))), 0)
        with_second = evidence.movers.get(tuple(sorted((suspect, second))), 0)
        together = evidence.movers.get(tuple(sorted((first, second))), 0)
        alone = evidence.movers.get((first,), 0) + evidence.movers.get((second,), 0)
        pairs = with_first + with_second
        if min(with_first, with_second) >= 1 and pairs >= LEAST_PAIRS and pairs > 3 * (together + alone):
            return suspect
    return None


def neutral_finding(number: int, name: str, evidence: Evidence) -> Finding:
    """What to tell about it."""
    seen = sum(count for group, count in evidence.movers.items() if number in group and len(group) == 2)
    return Finding(
        code="ct-neutral",
        severity="warning",
        subject=f"channel:{number}",
        title=f"Input {number} '{name[:40]}' moves with every phase: is it round the neutral?",
        evidence=(f"{seen} load steps showed on this grid CT and on another one in the same second.",),
        advice=f"Look at which conductor the clamp sits on. {SAFETY}",
        consequence="It measures the unbalance of the three phases, not its own phase.",
        inputs=(number,),
    )
