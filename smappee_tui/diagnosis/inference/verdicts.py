"""What is said of one CT, once it is decided: its title, what to do, and what it costs to leave it so.

Plain language, no blame; the sentences stand in the catalogues.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from smappee_tui.diagnosis.evidence.facts import facts_of, measured_angle
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.sums.ct_ratio import RatioFault
from smappee_tui.diagnosis.evidence.watch.tracks import Track
from smappee_tui.diagnosis.inference.decide import Decision
from smappee_tui.diagnosis.judgement import AT_HOME, ISOLATE, STRAY, ChannelVerdict, Hypothesis
from smappee_tui.diagnosis.model.channels import Role, phase_name
from smappee_tui.diagnosis.model.hypotheses import COUNT, PHASE_OF, REVERSED
from smappee_tui.protocol.fact import Fact, Params, fact
from smappee_tui.protocol.messages import ChannelSetting

SEEN_AMPS = 0.1
"""Current from which on the probabilities of the hypotheses mean something, A."""
LIVE_AMPS = 0.5
"""The same for an unused input that is live all the same."""
RETEST = fact("advice.retest")
"""How the mending is proved."""
AFAR = fact("advice.retest_afar")
"""The same for who is not on site."""


def title(decision: Decision, role: Role) -> Fact:
    """A few words for the table."""
    here, there = phase_name(role.phase), phase_name(decision.actual_phase)
    match decision.verdict:
        case "ok":
            return fact("verdicts.ok", phase=here)
        case "reversed":
            return fact("verdicts.reversed_probably" if decision.kind_open else "verdicts.reversed")
        case "wrong_phase":
            if decision.kind_open:
                return fact("verdicts.wrong_probably_phase", there=there)
            code = "verdicts.wrong_phase_probably" if decision.phase_probable else "verdicts.wrong_phase"
            return fact(code, there=there, phase=here)
        case "wrong_phase_reversed":
            if decision.kind_open:
                return fact("verdicts.wrong_phase_reversed_probably", there=there)
            return fact("verdicts.wrong_phase_reversed", there=there)
        case "no_current":
            return fact("verdicts.no_current")
        case _:
            return fact("verdicts.inconclusive")


def advice(decision: Decision, role: Role, track: Track | None, *, retest: Fact = RETEST) -> Fact | None:
    """What to do first; None where there is nothing to do. `retest` says how the mending is proved."""
    here, there = phase_name(role.phase), phase_name(decision.actual_phase)
    match decision.verdict:
        case "reversed":
            code = "advice.reversed_production" if role.generates else "advice.reversed"
            return fact(code, retest=retest, safety=ISOLATE)
        case "wrong_phase":
            code = "advice.wrong_phase" if there else "advice.wrong_phase_unknown"
            return fact(code, phase=here, there=there, retest=retest, safety=ISOLATE)
        case "wrong_phase_reversed":
            code = "advice.wrong_phase_reversed" if there else "advice.wrong_phase_reversed_unknown"
            return fact(code, phase=here, there=there, retest=retest, safety=ISOLATE)
        case "no_current" | "inconclusive":
            return waiting_advice(decision, role, track)
        case _:
            return None


def waiting_advice(decision: Decision, role: Role, track: Track | None) -> Fact:
    """What is missing for a verdict, with the number."""
    seen = track.most_amps if track is not None else 0.0
    if role.generates:
        return fact("advice.wait_for_sun", amps=seen)
    if role.stores:
        return fact("advice.wait_for_battery", amps=seen)
    ambiguous = decision.verdict == "inconclusive" and seen >= 1.0
    if role.grid:
        code = "advice.ambiguous_grid" if ambiguous else "advice.wait_for_load_grid"
        return fact(code, amps=seen, phase=phase_name(role.phase))
    return fact("advice.ambiguous" if ambiguous else "advice.wait_for_load", amps=seen)


def cost(decision: Decision, role: Role) -> Fact:
    """What it costs to leave it so."""
    if decision.verdict != "reversed":
        return fact("findings.cost_of_wrong_phase")
    if role.generates:
        return fact("findings.cost_of_reversed_production")
    return fact("findings.cost_of_reversed_grid" if role.grid else "findings.cost_of_reversed_circuit")


def size_title(fault: RatioFault) -> Fact:
    match fault.verdict:
        case "dead":
            return fact("verdicts.dead")
        case "half_open":
            return fact("verdicts.half_open", factor=fault.factor)
        case "wrong_ratio":
            return fact("verdicts.wrong_ratio", factor=fault.factor)


def size_advice(fault: RatioFault) -> Fact:
    if fault.verdict == "wrong_ratio":
        return fact("advice.wrong_ratio", retest=RETEST)
    return fact("advice.dead" if fault.verdict == "dead" else "advice.half_open", safety=ISOLATE)


def verdict_of(number: int, evidence: Evidence, decision: Decision, chances: list[float]) -> ChannelVerdict:
    """Say what was decided of a configured channel.

    Args:
        number: its input.
        evidence: what was seen.
        decision: what was decided.
        chances: probability of the six hypotheses.
    """
    role, track = evidence.roles[number], evidence.tracks.get(number)
    angle = measured_angle(track)
    seen = track is not None and track.most_amps >= SEEN_AMPS
    ranked = sorted(range(COUNT), key=lambda h: -chances[h])
    return ChannelVerdict(
        input=number,
        verdict=decision.verdict,
        title=fact("verdicts.little_current") if decision.verdict == "no_current" and seen else title(decision, role),
        confidence=decision.confidence,
        actual_phase=decision.actual_phase,
        evidence=facts_of(role, evidence),
        advice=advice(decision, role, track, retest=RETEST if evidence.history is None else AFAR),
        hypotheses=tuple(Hypothesis(PHASE_OF[h], bool(REVERSED[h]), chances[h]) for h in ranked) if seen else (),
        angle=angle[0] if angle else None,
        angle_error=angle[1] if angle else None,
    )


def unconfigured(setting: ChannelSetting, evidence: Evidence) -> ChannelVerdict:
    """An input out of use, or one that nobody gave a phase."""
    track = evidence.tracks.get(setting.input)
    if setting.unused or setting.role == "UNKNOWN":
        if track is None or track.most_amps < LIVE_AMPS:
            return ChannelVerdict(setting.input, "unused", fact("verdicts.unused"), 1.0)
        return ChannelVerdict(setting.input, "inconclusive", fact("verdicts.unused_live"), 1.0)
    return ChannelVerdict(
        setting.input, "inconclusive", fact("verdicts.no_phase"), 1.0, advice=fact("advice.configure_phase")
    )


def ratio_verdict(fault: RatioFault) -> ChannelVerdict:
    """A CT that reads the wrong size, or nothing."""
    return ChannelVerdict(
        input=fault.input,
        verdict=fault.verdict,
        title=size_title(fault),
        confidence=fault.confidence,
        evidence=(fault.reason,),
        advice=size_advice(fault),
    )


_TOGETHER = {
    "wrong_phase": ("advice.wrong_phase_taken", "advice.wrong_phase_pair"),
    "wrong_phase_reversed": ("advice.wrong_phase_reversed_taken", "advice.wrong_phase_reversed_pair"),
}
"""What is advised where the other one is at home, and where nobody knows."""


def advised_together(verdicts: Mapping[int, ChannelVerdict], roles: Mapping[int, Role]) -> dict[int, ChannelVerdict]:
    """The same, but for a CT on a conductor that another CT of its meter or load has, or is set to.

    Set to that phase it would be the second one there, and its own would have none: a hand moves it, or both are set.
    """
    said = dict(verdicts)
    for n, one in verdicts.items():
        if one.verdict not in _TOGETHER or one.actual_phase is None or one.advice is None or n not in roles:
            continue
        mates = [m for m, role in roles.items() if m != n and _mates(role, roles[n])]
        mate = next((m for m in mates if roles[m].phase == one.actual_phase), None)
        if mate is None or mate not in verdicts or _astray(mate, mates, verdicts):
            continue
        retest, home = one.advice.params.get("retest"), verdicts[mate].verdict in AT_HOME
        here, there = phase_name(roles[n].phase), phase_name(one.actual_phase)
        params: Params = {"phase": here, "there": there, "other": mate, "retest": retest, "safety": ISOLATE}
        if home or retest != AFAR:  # from afar nobody can test the other one
            taken, pair = _TOGETHER[one.verdict]
            said[n] = replace(one, advice=Fact(taken if home else pair, params))
    return said


def _astray(mate: int, mates: Iterable[int], verdicts: Mapping[int, ChannelVerdict]) -> bool:
    """Whether it sits elsewhere and is known where, so that it is set as well: seen, or left over by all others."""
    if verdicts[mate].verdict not in STRAY:
        return False
    said = (verdicts.get(m) for m in mates if m != mate)
    others = all(one is not None and (one.verdict in AT_HOME or one.actual_phase is not None) for one in said)
    return others or verdicts[mate].actual_phase is not None


def _mates(one: Role, other: Role) -> bool:
    """CTs of one meter, or of one load: a conductor each."""
    return (one.grid and other.grid) or (bool(one.group) and one.group == other.group)
