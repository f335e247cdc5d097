"""From probabilities to a verdict: "ok" must hold under the pessimistic prior, a fault under the optimistic one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from smappee_tui.diagnosis.evidence.edges import TestEdge
from smappee_tui.diagnosis.evidence.grid_edges import enough_pairs
from smappee_tui.diagnosis.evidence.pair_steps import pairs_seen
from smappee_tui.diagnosis.evidence.record import Evidence, balanced_members
from smappee_tui.diagnosis.evidence.watch.tracks import SIGN_FACTOR, Track, sign_known
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS
from smappee_tui.diagnosis.judgement import Verdict
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.hypotheses import COUNT, PHASE_OF, REVERSED, hypothesis_of
from smappee_tui.diagnosis.model.weights import (
    DELTA_MARGIN,
    FIRM,
    FOLLOWED_NATS,
    NAMED,
    ONE_FAMILY,
    SURE,
    SURE_ON_DELTA,
    UNSEEN_NATS,
)

DELTA_VA = 150.0
DELTA_FACTOR = 0.8
"""Least apparent power, VA, and least power factor of a circuit that is passed on a delta supply untested."""
FOLLOWED_STEPS = 2
"""Load steps of a circuit between two lines that prove it untested, if they say `FOLLOWED_NATS` of its direction."""
LEAST_PAIRS = 2
"""Pairs of lines between which loads must have switched before grid CTs of a delta supply are judged."""
LEAST_AMPS = 0.25
"""Below this current CT angle errors decide the sign: no fault is alleged unless an announced load was seen."""
LEAST_VA = 60.0


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one CT's place and direction."""

    verdict: Verdict
    confidence: float
    actual_phase: int | None
    kind_open: bool = False
    """Certainly wrong, but which way is not certain."""
    phase_probable: bool = False
    """The phase is named, but only as the more probable one."""


def decide(
    role: Role, evidence: Evidence, optimistic: list[float], pessimistic: list[float], margin: float = math.inf
) -> Decision:
    """Judge one configured channel.

    Args:
        role: the channel.
        evidence: what was seen.
        optimistic: probability of the six hypotheses under the optimistic prior.
        pessimistic: the same under the pessimistic one.
        margin: of a grid CT, what the evidence alone says for it, nats.
    """
    track = evidence.tracks.get(role.input)
    if track is None or track.most_amps < 0.1:
        return Decision("no_current", 1.0, None)
    ok = hypothesis_of(role.phase)
    tested = any(_answered(t, role) for t in evidence.edges.values())
    if not tested and not _loaded(track) and role.input not in evidence.witnessed:
        return Decision("no_current", 1.0, None)
    if pessimistic[ok] >= SURE:
        watched = evidence.geometry.delta and evidence.history is None  # weeks have no single loads
        if watched and role.grid and not (_pairs_known(evidence, role) and margin >= DELTA_MARGIN):
            return Decision("inconclusive", pessimistic[ok], None)
        if evidence.geometry.delta and not role.grid:
            proved = tested or bool(role.group) or _straight_here(role, evidence, track) or _followed(role, evidence)
            if not (proved and _sign_known(role, evidence, track)):
                return Decision("inconclusive", pessimistic[ok], None)
        return Decision("ok", pessimistic[ok], None)
    wrong = 1.0 - optimistic[ok]
    if wrong < SURE:
        return Decision("inconclusive", max(optimistic), None)
    return _fault(role, evidence, optimistic, wrong)


def _answered(edge: TestEdge, role: Role) -> bool:
    """Whether an announced edge speaks of this CT: it was on its circuit, or it is a grid CT that saw it."""
    if not role.grid:
        return edge.mark.input == role.input
    change = edge.changes.get(role.input)
    return change is not None and change.moved > 0.2 * edge.nominal


def _loaded(track: Track) -> bool:
    return any(p.amps >= LEAST_AMPS and p.volt_amperes >= LEAST_VA for p in track.plateaus) or track.busy >= 10


def _delta_allows(role: Role, evidence: Evidence, verdict: Verdict, wrong: float, share: float) -> bool:
    """Between two lines a healthy load may read as if on another phase: what may convict a CT on a delta supply.

    A grid CT needs loads between several pairs of lines, and one kind of fault that is the most probable by far. A
    circuit's CT may be called reversed where its sign is meaningful, and anything only where it is one of three CTs of
    a balanced load.
    """
    if role.grid:
        return wrong >= SURE_ON_DELTA and share >= FIRM * wrong and _pairs_known(evidence, role)
    tested = any(t.mark.input == role.input for t in evidence.edges.values())
    track = evidence.tracks.get(role.input)
    if track is not None and not _sign_known(role, evidence, track):
        return False
    # Of two CTs on a three-phase load only the sum means anything, unless its power factor is surely near 1; the third
    # line has no voltage.
    vague = (role.paired and not role.generates) or role.phase not in (0, 1)
    if evidence.geometry.name == "delta-line" and vague and not tested and not _followed(role, evidence):
        return False
    return verdict == "reversed" or (
        bool(role.group) and (not role.generates or balanced_members(evidence).get(role.input) == 3)
    )


def _pairs_known(evidence: Evidence, role: Role) -> bool:
    """Whether loads switched between so many pairs of lines that one wiring of the grid CTs is left, or the utility's
    meter leaves one of this CT."""
    return role.input in evidence.witnessed or enough_pairs(evidence) or pairs_seen(evidence.pairs.steps) >= LEAST_PAIRS


def _straight(track: Track) -> bool:
    """Whether a circuit of a delta supply rests at a power factor that only a load between its own two lines gives."""
    loaded = track.loaded()
    if not loaded:
        return False
    return loaded[0].volt_amperes >= DELTA_VA and loaded[0].watts >= DELTA_FACTOR * loaded[0].volt_amperes


def _sign_known(role: Role, evidence: Evidence, track: Track) -> bool:
    """Whether a circuit of a delta supply shows a power whose sign means something.

    A load between the two other lines is measured crosswise: its power is next to nothing, of either sign.
    """
    edges = [
        t.changes[role.input] for t in evidence.edges.values() if t.mark.input == role.input and role.input in t.changes
    ]
    if edges:
        return all(abs(c.watts) > SIGN_FACTOR * abs(c.va_after - c.va_before) for c in edges)
    return sign_known(track)


def _followed(role: Role, evidence: Evidence) -> bool:
    """Whether grid CTs that carry a circuit's current clearly moved with its load steps, or clearly against them."""
    correlation = evidence.correlations.get(role.input)
    if correlation is None or role.group or correlation.step_count < FOLLOWED_STEPS:
        return False

    def said(k: int, against: int) -> float:
        turn = evidence.geometry.turn(role.phase, evidence.roles[k].phase, against)
        return max(correlation.of((k, turn, sign)) for sign in SIGNS)

    lean = [said(k, 0) - said(k, 1) for k in evidence.grid_inputs]
    return max(map(abs, lean), default=0.0) >= FOLLOWED_NATS


def _unseen(role: Role, evidence: Evidence) -> bool:
    """Whether a circuit's load steps clearly show at no grid CT: then none of them proves that it is elsewhere."""
    correlation = evidence.correlations.get(role.input)
    if correlation is None or role.group or any(t.mark.input == role.input for t in evidence.edges.values()):
        return False
    return max(correlation.steps.values(), default=0.0) <= -UNSEEN_NATS


def _straight_here(role: Role, evidence: Evidence, track: Track) -> bool:
    """The same, where the CT's line has a voltage of its own, and after something changed on the circuit: angles at
    rest alone prove nothing."""
    measured = evidence.geometry.name == "delta-neutral" or role.phase in (0, 1)
    return measured and _straight(track) and (len(track.plateaus) > 1 or bool(evidence.steps.get(role.input)))


def _fault(role: Role, evidence: Evidence, chances: list[float], wrong: float) -> Decision:
    elsewhere = [h for h in range(COUNT) if PHASE_OF[h] != role.phase]
    families: dict[Verdict, float] = {
        "reversed": chances[hypothesis_of(role.phase, 1)],
        "wrong_phase": sum(chances[h] for h in elsewhere if not REVERSED[h]),
        "wrong_phase_reversed": sum(chances[h] for h in elsewhere if REVERSED[h]),
    }
    verdict = max(families, key=lambda f: families[f])
    share = families[verdict]
    if evidence.geometry.delta and not _delta_allows(role, evidence, verdict, wrong, share):
        return Decision("inconclusive", share, None)
    if verdict != "reversed" and _unseen(role, evidence):
        return Decision("inconclusive", share, None)
    phase, probable = None, False
    if verdict != "reversed":
        turned = 1 if verdict == "wrong_phase_reversed" else 0
        best = max((h for h in elsewhere if REVERSED[h] == turned), key=lambda h: chances[h])
        if chances[best] >= NAMED * share:
            phase = PHASE_OF[best]
            probable = chances[best] < FIRM * share
    return Decision(
        verdict,
        min(share, wrong) if share > 0.5 else wrong,
        phase,
        kind_open=share < ONE_FAMILY * wrong,
        phase_probable=probable,
    )
