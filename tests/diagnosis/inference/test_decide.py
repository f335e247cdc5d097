import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.diagnosis.evidence.pair_steps import PairStep
from smappee_tui.diagnosis.evidence.record import Evidence, HistorySpan
from smappee_tui.diagnosis.evidence.wire_correlation import WireCorrelation
from smappee_tui.diagnosis.inference.decide import decide
from smappee_tui.diagnosis.judgement import FAULTS
from smappee_tui.diagnosis.model.geometry import DELTA_NEUTRAL, STAR, Geometry
from smappee_tui.diagnosis.model.weights import SURE
from tests.diagnosis.made import resting, role


def evidence(watts: float = 2000.0, geometry: Geometry = STAR, volt_amperes: float = 0.0) -> Evidence:
    """A record in which input 3 rested at a load."""
    record = Evidence(geometry)
    record.tracks[3] = resting(watts, volt_amperes or abs(watts))
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


def pair(*watts: float) -> PairStep:
    return PairStep(watts, ((0.0, 500.0),) * len(watts), 900.0)


def seen_between(*steps: PairStep) -> Evidence:
    record = evidence(geometry=DELTA_NEUTRAL)
    record.pairs.steps.extend(steps)
    return record


def grid(margin: float, *steps: PairStep, chances: tuple[float, ...] = (1.0, 0, 0, 0, 0, 0)) -> str:
    """The verdict on a grid CT between lines."""
    return decide(role(kind="grid"), seen_between(*steps), list(chances), list(chances), margin).verdict


ONE, OTHER = pair(500.0, 500.0, 0.0), pair(0.0, 500.0, 500.0)


def test_a_grid_ct_between_lines_is_passed_by_what_was_seen_not_by_how_rare_mistakes_are() -> None:
    assert grid(2.1, ONE, OTHER) == "ok"
    assert grid(1.9, ONE, OTHER) == "inconclusive"
    assert grid(9.0, ONE, ONE) == "inconclusive", "one pair of lines leaves other wirings"


def test_weeks_show_no_single_loads_and_need_no_pairs() -> None:
    record = seen_between()
    record.history = HistorySpan(0.0, 1e6, 3000, signed=True, dark=True)
    sure = [1.0, 0, 0, 0, 0, 0]
    assert decide(role(kind="grid"), record, sure, sure, 0.0).verdict == "ok"


def test_a_grid_ct_between_lines_is_wrong_only_where_one_fault_stands_out() -> None:
    turned = (0.005, 0.995, 0, 0, 0, 0)
    assert grid(-9.0, ONE, OTHER, chances=turned) == "reversed"
    assert grid(-9.0, ONE, ONE, chances=turned) == "inconclusive"
    assert grid(-9.0, ONE, OTHER, chances=(0.012, 0.988, 0, 0, 0, 0)) == "inconclusive"
    assert grid(-9.0, ONE, OTHER, chances=(0.005, 0.885, 0.11, 0, 0, 0)) == "inconclusive"


@pytest.mark.parametrize(
    ("steps", "nats", "verdict"), [(2, 2.1, "ok"), (2, 1.9, "inconclusive"), (1, 9.0, "inconclusive")]
)
def test_steps_that_a_grid_ct_follows_prove_a_circuit_between_lines(steps: int, nats: float, verdict: str) -> None:
    """Here the circuit's own angle, 60 degrees, proves nothing."""
    record = evidence(900.0, volt_amperes=1800.0, geometry=DELTA_NEUTRAL)
    record.roles, record.grid_inputs = {0: role(0, kind="grid"), 3: role(3)}, (0,)
    record.correlations[3] = WireCorrelation(step_count=steps)
    for sign in (1, -1):
        record.correlations[3].steps |= {(0, 0, sign): nats, (0, 3, sign): -nats}
    sure = [1.0, 0, 0, 0, 0, 0]
    assert decide(role(3), record, sure, sure).verdict == verdict


def test_no_phase_is_alleged_of_a_circuit_whose_steps_show_at_no_grid_ct() -> None:
    record = evidence()
    elsewhere, turned = [0.0, 0, 0, 0, 1.0, 0], [0.0, 1.0, 0, 0, 0, 0]
    for nats, verdict in ((-6.1, "inconclusive"), (-5.9, "wrong_phase")):
        record.correlations[3] = WireCorrelation(steps=dict.fromkeys([(0, 0, 1), (1, 2, 1)], nats), step_count=3)
        assert decide(role(), record, elsewhere, [0.0] * 6).verdict == verdict
        assert decide(role(), record, turned, [0.0] * 6).verdict == "reversed", "its own angle says so"


@pytest.mark.parametrize(("chance", "sure"), [(0.969, False), (0.971, True)])
def test_what_a_verdict_needs(chance: float, sure: bool) -> None:
    rest = 1.0 - chance
    right, wrong = [chance, rest, 0, 0, 0, 0], [rest, chance, 0, 0, 0, 0]
    assert (decide(role(), evidence(), right, right).verdict == "ok") is sure
    assert (decide(role(), evidence(), wrong, [0.5] * 6).verdict == "reversed") is sure


@pytest.mark.parametrize(
    ("share", "phase", "probable"), [(0.69, None, False), (0.71, 1, True), (0.89, 1, True), (0.91, 1, False)]
)
def test_a_phase_is_named_where_it_holds_most_of_its_family(share: float, phase: int | None, probable: bool) -> None:
    said = decide(role(), evidence(), [0.0, 0, share, 0, 1 - share, 0], [0.0] * 6)
    assert (said.verdict, said.actual_phase, said.phase_probable) == ("wrong_phase", phase, probable)


@pytest.mark.parametrize(("share", "kind_open"), [(0.74, True), (0.76, False)])
def test_which_fault_it_is_stays_open_where_others_hold_much(share: float, kind_open: bool) -> None:
    assert decide(role(), evidence(), [0.0, share, 1 - share, 0, 0, 0], [0.0] * 6).kind_open is kind_open
