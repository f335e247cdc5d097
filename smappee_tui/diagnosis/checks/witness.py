"""What is told of the utility's meter beside the grid CTs: another house's, lines in another order, currents that no
wiring explains."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.witness.comparison import SURELY
from smappee_tui.diagnosis.judgement import Finding, Subject, WitnessVerdict
from smappee_tui.diagnosis.model.channels import PHASES, phase_name
from smappee_tui.diagnosis.model.weights import WITNESS_LEVEL_CAP
from smappee_tui.protocol.fact import fact

ENOUGH = 30
"""Readings after which a meter that fits nothing is another house's."""


def witness_verdict(evidence: Evidence) -> WitnessVerdict | None:
    """What the comparison amounts to, for whoever shows it."""
    found = evidence.beside
    if found is None:
        return None
    lines = found.beside(evidence.grid_inputs)
    if lines:
        return WitnessVerdict("this", found.readings, found.delay, found.order, lines)
    another = found.house <= -SURELY and found.readings >= ENOUGH
    return WitnessVerdict("another" if another else "unknown", found.readings, found.delay)


def witness_findings(evidence: Evidence) -> Iterator[Finding]:
    """About the meter as a whole, and about grid CTs that it contradicts whatever their wiring."""
    found = evidence.beside
    if found is None:
        return
    verdict = witness_verdict(evidence)
    if verdict is not None and verdict.house == "another":
        seen = fact("checks.meter-elsewhere.seen", readings=found.readings)
        yield Finding("meter-elsewhere", "warning", Subject("supply"), evidence=(seen,))
        return
    beside = found.beside(evidence.grid_inputs)
    if not beside:
        return
    if found.order != tuple(range(PHASES)) and len(beside) == PHASES and all(one.clear for one in beside):
        pairs = tuple(
            fact("findings.named_as", mine=phase_name(phase), its=phase_name(line))
            for phase, line in enumerate(found.order)
            if phase != line
        )
        yield Finding("meter-order", "info", Subject("supply"), params={"pairs": pairs})
    for place, one in enumerate(beside):
        if not one.clear and float(found.table[:, place].max()) <= -2 * WITNESS_LEVEL_CAP:
            yield Finding(
                "meter-differs",
                "warning",
                Subject("channel", one.input),
                channels=(one.input,),
                params={"input": one.input, "phase": phase_name(evidence.roles[one.input].phase)},
            )
