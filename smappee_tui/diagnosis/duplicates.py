"""What to tell of two circuits that always step together."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.evidence import Evidence
from smappee_tui.diagnosis.judgement import Finding
from smappee_tui.diagnosis.twins import LEAST_VA
from smappee_tui.diagnosis.words import SAFETY

ENOUGH = 3
"""Common steps before anything is said."""


def duplicate_findings(evidence: Evidence, names: dict[int, str]) -> Iterator[Finding]:
    """One finding a pair that never stepped apart, not before its first common step either."""
    for (a, b), kept in sorted(evidence.twins.pairs.items()):
        steps = [sum(s.size >= LEAST_VA for s in evidence.steps.get(n, [])) for n in (a, b)]
        if kept.together < ENOUGH or kept.apart or max(steps) - kept.together > 1:
            continue
        yield Finding(
            code="ct-duplicate",
            severity="warning",
            subject=f"channel:{a}",
            title=f"Inputs {a} '{names[a][:30]}' and {b} '{names[b][:30]}' measure the same current",
            evidence=(
                f"In {kept.together} load steps both moved by the same amount in the same second, and the grid meter "
                "saw the load once.",
            ),
            advice="Look whether both clamps sit round one conductor, or one circuit feeds the other. Switch a load on "
            f"each circuit by itself to be sure. {SAFETY}",
            consequence="One circuit is counted twice, the other one not at all.",
            inputs=(a, b),
        )
