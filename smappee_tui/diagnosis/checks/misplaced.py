"""CTs that sit round a wire of something else: exchanged circuits, two round one wire, a grid CT on the neutral.

A load on one phase flows in that phase and back in the neutral. A CT on the neutral therefore shows the steps of the
other two CTs as well as those of the phase that it should measure, which nobody else sees.
"""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.sums.ct_ratio import SEEN, UNSEEN
from smappee_tui.diagnosis.evidence.sums.duplicates import LEAST_VA
from smappee_tui.diagnosis.judgement import ISOLATE, Finding, Subject
from smappee_tui.diagnosis.model.channels import told_name
from smappee_tui.protocol.fact import Fact, Params, fact


def answered_elsewhere(evidence: Evidence) -> dict[int, int]:
    """For every circuit whose announced loads its own CT never saw, the one circuit that saw them all."""
    seen: dict[int, set[int]] = {}
    own: set[int] = set()
    for edge in evidence.edges.values():
        number = edge.mark.input
        if number is None or number not in evidence.roles or evidence.roles[number].grid:
            continue
        mine = edge.changes.get(number)
        if mine is not None and mine.moved > UNSEEN * edge.nominal:
            own.add(number)
        others = {
            n
            for n, change in edge.changes.items()
            if n != number
            and n in evidence.roles
            and not evidence.roles[n].grid
            and not _mates(evidence, n, number)
            and change.moved > SEEN * edge.nominal
        }
        seen[number] = seen.get(number, others) & others
    return {n: next(iter(others)) for n, others in seen.items() if n not in own and len(others) == 1}


def _mates(evidence: Evidence, first: int, second: int) -> bool:
    """Two CTs of one three-phase load: that they answer for each other is a wrong phase, and told as that."""
    group = evidence.roles[first].group
    return bool(group) and group == evidence.roles[second].group


def exchange_findings(elsewhere: dict[int, int], names: dict[int, str]) -> list[Finding]:
    """One finding a pair: exchanged where each answered for the other, a question where only one was tested."""
    findings = []
    for number, other in sorted(elsewhere.items()):
        if elsewhere.get(other) == number and other < number:
            continue  # said with the other one
        both = elsewhere.get(other) == number
        called = _pair(number, other, names)
        findings.append(
            Finding(
                code="ct-exchanged" if both else "test-elsewhere",
                severity="fault" if both else "info",
                subject=Subject("channel", number),
                params=called,
                evidence=(Fact("checks.shown_elsewhere", called),),
                channels=(number, other) if both else (number,),
            )
        )
    return findings


def _pair(number: int, other: int, names: dict[int, str]) -> Params:
    return {
        "input": number,
        "name": told_name(names[number], number, 30),
        "other": other,
        "other_name": told_name(names[other], other, 30),
    }


ENOUGH = 3
"""Common steps before anything is said."""


def duplicate_findings(evidence: Evidence, names: dict[int, str]) -> Iterator[Finding]:
    """One finding a pair that never stepped apart, not before its first common step either."""
    for (a, b), kept in sorted(evidence.duplicates.pairs.items()):
        steps = [sum(s.size >= LEAST_VA for s in evidence.steps.get(n, [])) for n in (a, b)]
        if kept.together < ENOUGH or kept.apart or max(steps) - kept.together > 1:
            continue
        yield Finding(
            code="ct-duplicate",
            severity="warning",
            subject=Subject("channel", a),
            params={**_pair(a, b, names), "safety": ISOLATE},
            evidence=(fact("checks.ct-duplicate.seen", steps=kept.together),),
            channels=(a, b),
        )


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
    seen = sum(count for group, count in evidence.movers.items() if number in group and len(group) == 2)
    return Finding(
        code="ct-neutral",
        severity="warning",
        subject=Subject("channel", number),
        params={"input": number, "name": told_name(name, number), "safety": ISOLATE},
        evidence=(fact("checks.ct-neutral.seen", steps=seen),),
        channels=(number,),
    )
