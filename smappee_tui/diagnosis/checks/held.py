"""Verdicts that are held back: CTs of which something is known that no angle can mend.

A CT whose size contradicts another, that shares a wire, whose role is open or whose voltage is missing is neither right
nor wrong by its angle. It is left open, with a title that says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from smappee_tui.diagnosis.checks.configuration import Withheld
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.sums.blocks import NOMINAL_VOLTS
from smappee_tui.diagnosis.evidence.sums.sizes import SizeQuestion
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Subject
from smappee_tui.diagnosis.model.channels import Role, phase_name, told_name
from smappee_tui.protocol.fact import fact

ROUNDED_AMPS = 0.1
"""The last digit of a current, A."""
LEAST_LIVE = 0.5
"""A from which on an input without a role is asked about."""
LEAST_GIVEN = 60.0
"""W that a circuit must give at rest before it is asked what it is."""
GIVEN_FACTOR = 0.6
"""Least power factor of that: what is less is a filter, or an angle."""
GIVEN_SECONDS = 10.0


ELSEWHERE = Withheld(fact("verdicts.elsewhere"), fact("advice.see_findings"))
ON_NEUTRAL = Withheld(fact("verdicts.neutral"), fact("advice.see_findings"))
NO_ROLE = Withheld(fact("verdicts.no_role"), fact("advice.no_role"))
GIVES = Withheld(fact("verdicts.gives"), fact("advice.gives"))


FED_UNSEEN = Withheld(fact("verdicts.fed_unseen"), fact("advice.fed_unseen"))
IMPOSSIBLE_POWER = Withheld(fact("verdicts.impossible_power"), fact("advice.see_findings"))
CARRIES, CARRIES_WATTS = 1.3, 150.0
"""Power over V·I, and W beside it, that no rounding of the current and no voltage of a 230 V network explains."""
ENOUGH_SECONDS = 5


def tested(evidence: Evidence, number: int) -> bool:
    """Whether an announced load was seen on this input, or by this grid CT, or the utility's meter says where it is."""
    if evidence.roles[number].grid:
        if number in evidence.witnessed:
            return True
        changes = ((edge, edge.changes.get(number)) for edge in evidence.edges.values())
        return any(change is not None and change.moved > 0.2 * edge.nominal for edge, change in changes)
    return any(mark.input == number for mark in evidence.edges)


def impossible_powers(evidence: Evidence) -> dict[int, tuple[float, float]]:
    """Inputs whose power their own current cannot carry: by input the largest such power, W, and its current, A."""
    seen: dict[int, list[tuple[float, float]]] = {}
    for sample in evidence.recent:
        for number, watts, amps in zip(sample.inputs, sample.watts, sample.amps, strict=True):
            if abs(watts) > CARRIES * (amps + ROUNDED_AMPS) * NOMINAL_VOLTS + CARRIES_WATTS:
                seen.setdefault(number, []).append((abs(watts), amps))
    return {n: max(pairs) for n, pairs in seen.items() if len(pairs) >= ENOUGH_SECONDS and n in evidence.roles}


def impossible_findings(found: Mapping[int, tuple[float, float]], names: Mapping[int, str]) -> list[Finding]:
    """One each."""
    return [
        Finding(
            code="power-impossible",
            severity="warning",
            subject=Subject("channel", number),
            channels=(number,),
            params={
                "input": number,
                "name": told_name(names.get(number, ""), number, 30),
                "watts": watts,
                "amps": amps,
            },
        )
        for number, (watts, amps) in sorted(found.items())
    ]


def role_findings(without: Iterable[int], evidence: Evidence, names: Mapping[int, str]) -> list[Finding]:
    """Inputs without a role that carry current."""
    live = {n: t.most_amps for n in without if (t := evidence.tracks.get(n)) is not None and t.most_amps >= LEAST_LIVE}
    return [
        Finding(
            code="role-missing",
            severity="warning",
            subject=Subject("channel", number),
            channels=(number,),
            params={"input": number, "name": told_name(names.get(number, ""), number, 30), "amps": amps},
        )
        for number, amps in sorted(live.items())
    ]


def held_back(verdict: ChannelVerdict, why: Withheld) -> ChannelVerdict:
    """The same CT, left open."""
    return replace(verdict, verdict="inconclusive", title=why.title, actual_phase=None, advice=why.advice)


def size_questions(doubts: Iterable[SizeQuestion], roles: Mapping[int, Role]) -> Iterator[Finding]:
    """A circuit and a grid CT that disagree in size while nothing says which of them is wrong."""
    for doubt in doubts:
        yield _size_question(doubt, roles)


def _size_question(doubt: SizeQuestion, roles: Mapping[int, Role]) -> Finding:
    number, grid = doubt.circuit, doubt.grid
    return Finding(
        code="size-question",
        severity="warning",
        subject=Subject("channel", number),
        evidence=(
            fact("evidence.share_seen", input=number, grid_input=grid, factor=1 / doubt.ratio, steps=doubt.changes),
        ),
        channels=(number, grid),
        params={
            "input": number,
            "grid_input": grid,
            "phase": phase_name(roles[grid].phase),
            "ratio": doubt.ratio,
        },
    )


def giving(evidence: Evidence) -> dict[int, float]:
    """Circuits configured to take that rested at clearly negative power: by input what they gave, W, positive."""
    found: dict[int, float] = {}
    for number, role in evidence.roles.items():
        track = evidence.tracks.get(number)
        if track is None or role.grid or role.generates or role.stores:
            continue
        given = [
            -p.watts
            for p in track.plateaus
            if p.watts < -LEAST_GIVEN and -p.watts > GIVEN_FACTOR * p.volt_amperes and p.seconds >= GIVEN_SECONDS
        ]
        if given:
            found[number] = max(given)
    return found


def giving_findings(given: Mapping[int, float], roles: Mapping[int, Role], names: Mapping[int, str]) -> list[Finding]:
    """The question what each of them is."""
    return [
        Finding(
            code="circuit-gives",
            severity="warning",
            subject=Subject("channel", number),
            evidence=(fact("evidence.given", input=number, watts=watts, phase=phase_name(roles[number].phase)),),
            channels=(number,),
            params={"input": number, "name": told_name(names.get(number, ""), number, 30), "watts": watts},
        )
        for number, watts in sorted(given.items())
    ]
