"""The announced load showed on another circuit's CT: plugged elsewhere than said, or two CTs in each other's input."""

from __future__ import annotations

from smappee_tui.diagnosis.evidence import Evidence
from smappee_tui.diagnosis.judgement import Finding
from smappee_tui.diagnosis.scale import SEEN, UNSEEN


def answered_elsewhere(evidence: Evidence) -> dict[int, int]:
    """For every circuit whose announced loads its own CT never saw, the one circuit that saw them all."""
    seen: dict[int, set[int]] = {}
    own: set[int] = set()
    for trial in evidence.trials.values():
        number = trial.mark.input
        if number is None or number not in evidence.roles or evidence.roles[number].grid:
            continue
        mine = trial.changes.get(number)
        if mine is not None and mine.moved > UNSEEN * trial.nominal:
            own.add(number)
        others = {
            n
            for n, change in trial.changes.items()
            if n != number
            and n in evidence.roles
            and not evidence.roles[n].grid
            and not _mates(evidence, n, number)
            and change.moved > SEEN * trial.nominal
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
        a, b = f"input {number} '{names[number][:30]}'", f"input {other} '{names[other][:30]}'"
        findings.append(
            Finding(
                code="ct-exchanged" if both else "test-elsewhere",
                severity="fault" if both else "info",
                subject=f"channel:{number}",
                title=f"The CTs of {a} and {b} are in each other's place"
                if both
                else f"The load announced on {a} showed on {b}",
                evidence=(f"Every load announced on {a} moved {b} and not its own CT.",),
                advice="Exchange the two names in the configuration, or the two plugs at the monitor, and test again."
                if both
                else "Was it plugged into the other circuit? If not, the CTs may be exchanged: test the other one too.",
                consequence="Each of the two circuits is booked under the other's name." if both else "",
                inputs=(number, other) if both else (number,),
            )
        )
    return findings
