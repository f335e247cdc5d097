"""What is said of one CT, once it is decided."""

from __future__ import annotations

from smappee_tui.diagnosis.evidence.ct_ratio import RatioFault
from smappee_tui.diagnosis.evidence.facts import facts_of, measured_angle
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.inference.advice import AFAR, RETEST, advice, size_advice, size_title, title
from smappee_tui.diagnosis.inference.decide import Decision
from smappee_tui.diagnosis.judgement import ChannelVerdict, Hypothesis
from smappee_tui.diagnosis.model.hypotheses import COUNT, PHASE_OF, REVERSED
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.messages import ChannelSetting

SEEN_AMPS = 0.1
"""Current from which on the probabilities of the hypotheses mean something, A."""
LIVE_AMPS = 0.5
"""The same for an unused input that is live all the same."""


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
        title=title(decision, role),
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
