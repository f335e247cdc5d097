"""The impedance of the supply, from how far announced loads pull their own phase's voltage down."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

from smappee_tui.app.guided.edges import Edge
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.protocol.received import Mark


@dataclass(frozen=True, slots=True)
class LoopImpedance:
    """Loop impedance of one phase, as far as the voltage tells."""

    phase: int
    ohm: float
    error: float
    """Half width of what is likely, ohm."""
    edges: int


class LoopImpedanceMeter:
    """Collects the voltage steps of announced edges."""

    def __init__(self) -> None:
        self._seen: list[tuple[int, tuple[float, ...], float, bool]] = []

    @property
    def proven(self) -> bool:
        """The load was seen in its announced size."""
        return bool(self._seen)

    def add(self, edge: Edge, evidence: Evidence, mark: Mark) -> None:
        """Take one judged edge; the samples after it are the newest ones."""
        newest = list(evidence.recent)[-2:]
        grid = [n for n in evidence.grid_inputs if n in edge.moves]
        mover = max(grid, key=lambda n: edge.moves[n].low, default=mark.input)
        if mover is None or len(newest) < 2 or evidence.geometry.delta or newest[-1].one_voltage:
            return
        drops = tuple(edge.volts[p] - sum(s.volts[p] for s in newest) / 2 for p in range(3))
        self._seen.append((mover, drops, mark.watts, mark.kind == "load-on"))

    def ohms(self, judgement: Judgement, phases: dict[int, int]) -> list[LoopImpedance]:
        """Per phase; only phases that carried the load.

        R = -dV / dI with dI = P / V: a resistive load's current is in phase with its own voltage.

        Args:
            judgement: says on which phase each grid CT really sits.
            phases: configured phase by input.
        """
        found: dict[int, list[float]] = {}
        for mover, drops, watts, on in self._seen:
            verdict = judgement.channels.get(mover)
            phase = phases.get(mover)
            if verdict is not None and verdict.actual_phase is not None:
                phase = verdict.actual_phase
            if phase is None or math.isnan(drops[phase]):
                continue
            found.setdefault(phase, []).append((1 if on else -1) * drops[phase] / (watts / 230.0))
        made = []
        for phase, values in sorted(found.items()):
            spread = statistics.pstdev(values) if len(values) > 1 else 0.1
            made.append(
                LoopImpedance(
                    phase, max(0.0, statistics.mean(values)), max(0.02, spread / len(values) ** 0.5), len(values)
                )
            )
        return made
