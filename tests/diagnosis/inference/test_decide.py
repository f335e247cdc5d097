import math

from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.inference.decide import SURE, decide
from smappee_tui.diagnosis.judgement import FAULTS
from smappee_tui.diagnosis.model.geometry import DELTA_NEUTRAL, STAR, Geometry
from tests.diagnosis.made import resting, role


def evidence(watts: float = 2000.0, geometry: Geometry = STAR) -> Evidence:
    """A record in which input 3 rested at a load."""
    record = Evidence(geometry)
    record.tracks[3] = resting(watts, abs(watts))
    return record


chances = st.lists(st.floats(0, 12), min_size=6, max_size=6).map(
    lambda logs: [math.exp(v) / sum(map(math.exp, logs)) for v in logs]
)


@given(chances, chances, st.integers(0, 2))
def test_ok_needs_the_pessimist_and_a_fault_the_optimist(
    optimistic: list[float], pessimistic: list[float], phase: int
) -> None:
    decision = decide(role(3, phase), evidence(), optimistic, pessimistic)
    ok = 2 * phase
    if decision.verdict == "ok":
        assert pessimistic[ok] >= SURE
    elif decision.verdict in FAULTS:
        assert 1 - optimistic[ok] >= SURE
        assert pessimistic[ok] < SURE
    else:
        assert decision.verdict == "inconclusive"
        assert pessimistic[ok] < SURE
        assert 1 - optimistic[ok] < SURE
    assert 0 <= decision.confidence <= 1 + 1e-9


@given(chances, st.integers(0, 2))
def test_a_phase_is_named_only_where_it_stands_out(optimistic: list[float], phase: int) -> None:
    pessimistic = [0.1] * 6
    decision = decide(role(3, phase), evidence(), optimistic, pessimistic)
    if decision.actual_phase is not None:
        assert decision.actual_phase != phase
        turned = 1 if decision.verdict == "wrong_phase_reversed" else 0
        other = next(p for p in range(3) if p not in (phase, decision.actual_phase))
        assert optimistic[2 * decision.actual_phase + turned] > optimistic[2 * other + turned]


def test_certainly_wrong_but_not_which_way() -> None:
    decision = decide(role(), evidence(), [0.0, 0.45, 0.4, 0.05, 0.05, 0.05], [0.0] * 6)
    assert decision.verdict == "reversed"
    assert decision.kind_open


def test_nothing_is_said_of_crosstalk() -> None:
    sure = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    for watts in (0.0, 15.0, 40.0):
        assert decide(role(), evidence(watts), sure, sure).verdict == "no_current"


def test_nothing_is_said_of_a_ct_never_seen() -> None:
    assert decide(role(7), evidence(), [1.0] * 6, [1.0] * 6).verdict == "no_current"


def test_between_two_lines_a_single_load_cannot_be_convicted_of_its_phase() -> None:
    sure = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    assert decide(role(), evidence(geometry=DELTA_NEUTRAL), sure, sure).verdict == "inconclusive"
    assert decide(role(group="x"), evidence(geometry=DELTA_NEUTRAL), sure, sure).verdict == "wrong_phase"
