import itertools
import math

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.angle import angle_evidence
from smappee_tui.diagnosis.evidence.grid_meter import LoadStep, SteadyState, load_step_scores
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.watch.tracks import Track
from smappee_tui.diagnosis.evidence.wire_correlation import WireCorrelation
from smappee_tui.diagnosis.inference.likelihood import MOST_SCENARIOS, Likelihood, generation_scenarios
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import DELTA_NEUTRAL, SINGLE, STAR, Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, IMPOSSIBLE, State
from smappee_tui.diagnosis.model.priors import OPTIMISTIC
from smappee_tui.diagnosis.model.weights import FEEDS_HOME
from smappee_tui.protocol.messages import ChannelSetting
from tests.diagnosis.made import resting, role
from tests.diagnosis.made_blocks import blocks


def steady(generation: dict[int, float]) -> SteadyState:
    return SteadyState((0.0,) * 3, (0.0,) * 3, (0.0,) * 3, math.nan, generation, 6.0)


def solar(*phases: int, group: str = "") -> dict[int, Role]:
    """Units on inputs 3, 4, …"""
    return {3 + n: role(3 + n, phase, kind="solar", group=group) for n, phase in enumerate(phases)}


@pytest.mark.parametrize("units", [1, 2, 3, 5])
def test_every_unit_counts_however_many_there_are(units: int) -> None:
    roles = solar(*(n % 3 for n in range(units)))
    scenarios = generation_scenarios(steady(dict.fromkeys(roles, 1000.0)), roles, STAR)
    assert [sum(made) for _, made in scenarios] == pytest.approx([1000.0 * units] * len(scenarios))
    assert sum(share for share, _ in scenarios) == pytest.approx(1.0)
    assert len(scenarios) <= MOST_SCENARIOS
    at_home = [sum(1000.0 for r in roles.values() if r.phase == phase) for phase in range(3)]
    assert list(max(scenarios)[1]) == pytest.approx(at_home)


def test_a_unit_is_known_by_its_input_and_not_by_its_place() -> None:
    """The first unit's CT came later than this resting state, and the second one's is no unit any more."""
    roles = {**solar(0, 1, 2), 4: role(4, 1)}
    scenarios = generation_scenarios(steady({4: 700.0, 5: 300.0}), roles, STAR)
    assert max(scenarios) == (FEEDS_HOME, (0.0, 0.0, 300.0))
    assert all(sum(made) == 300.0 for _, made in scenarios)


def test_a_three_phase_unit_feeds_its_own_phases() -> None:
    roles = solar(0, 1, 2, group="inverter")
    assert generation_scenarios(steady({3: 1.0, 4: 2.0, 5: 3.0}), roles, STAR) == [(1.0, (1.0, 2.0, 3.0))]
    assert generation_scenarios(steady({3: 5.0}), solar(0), SINGLE) == [(1.0, (5.0, 0.0, 0.0))]


def test_what_cannot_be_told_apart_is_impossible_everywhere() -> None:
    """On a single phase: by prior, by angle and by load step, one and the same number."""
    allowed = SINGLE.allowed(0, False, False)
    others = set(range(COUNT)) - set(allowed)
    own = angle_evidence(role(3), resting(2000, 2000), SINGLE).scores
    assert {value for (hypothesis, _), value in own.items() if hypothesis in others} == {IMPOSSIBLE}
    assert all(value > IMPOSSIBLE / 2 for (hypothesis, _), value in own.items() if hypothesis in allowed)
    step = LoadStep(0, 2000.0, 10.0, 10.0, math.nan, (-1.0, math.nan, math.nan))
    by_angle, with_volts = load_step_scores([step], role(0, kind="grid"), SINGLE, False, 230.0, 0.4)
    for scores in (by_angle[0], *with_volts[0], OPTIMISTIC.single(0, allowed)):
        assert {scores[hypothesis] for hypothesis in others} == {IMPOSSIBLE}
        assert min(scores[hypothesis] for hypothesis in allowed) > IMPOSSIBLE


def test_where_a_unit_feeds_and_whether_a_circuit_gives_at_all() -> None:
    (home, made), *elsewhere = generation_scenarios(steady({3: 700.0}), solar(1), STAR)[1::-1]
    assert (home, made) == (0.9, (0.0, 700.0, 0.0))
    assert [share for share, _ in elsewhere] == [0.05]
    state = SteadyState((0.0,) * 3, (0.0,) * 3, (0.0,) * 3, math.nan, {}, 6.0, giving={3: 700.0})
    shares = [share for share, _ in generation_scenarios(state, {3: role(3)}, STAR)]
    assert shares == pytest.approx([0.5, 0.5 * 0.9, 0.5 * 0.05, 0.5 * 0.05])


def house(geometry: Geometry = STAR, grid: int = 3, *others: Role) -> Evidence:
    """A grid meter that is alive, and nothing seen of it."""
    evidence = Evidence(geometry)
    evidence.grid_inputs = tuple(range(grid))
    for one in (*(role(n, n, kind="grid") for n in range(grid)), *others):
        evidence.roles[one.input] = one
        evidence.tracks[one.input] = Track(most_amps=5.0)
    return evidence


def rests(watts: tuple[float, ...], *, factor: float = 1.0) -> SteadyState:
    sizes = tuple(abs(one) / factor for one in watts)
    return SteadyState(watts, sizes, tuple(size / 230.0 for size in sizes), math.nan, {}, 12.0)


def said(evidence: Evidence, unmetered: float = 0.0) -> dict[State, float]:
    """What the grid CTs' own showing says of all their joint states, the best 0."""
    states = np.array(list(itertools.product(range(COUNT), repeat=len(evidence.grid_inputs))))
    found = Likelihood(evidence, unmetered).meter(states)
    return dict(zip(map(tuple, states.tolist()), (found - found.max()).tolist(), strict=True))


CLEAR = (2200.0, 1900.0, 2600.0)


@pytest.mark.parametrize(("geometry", "depth"), [(STAR, 7.0), (DELTA_NEUTRAL, 3.0)])
def test_no_resting_states_say_more_than_their_depth(geometry: Geometry, depth: float) -> None:
    evidence = house(geometry)
    evidence.grid.steady_states = [rests(CLEAR), rests((900.0, 3200.0, 1500.0)), rests((3000.0, 800.0, 900.0))]
    found = said(evidence)
    assert found[0, 2, 4] == pytest.approx(0.0, abs=0.7)
    assert min(found.values()) == pytest.approx(-depth)


@pytest.mark.parametrize(("grid", "ways"), [(3, 36.0), (1, 12.0)])
def test_where_generation_may_hide_rest_says_less(grid: int, ways: float) -> None:
    """Half of the chance is that the state is one of so many that would rest so."""
    evidence = house(STAR if grid == 3 else SINGLE, grid)
    evidence.grid.steady_states = [rests(CLEAR[:grid]), rests((900.0, 3200.0, 1500.0)[:grid])]
    known, hidden = said(evidence), said(evidence, 0.5)
    worst = min(known, key=lambda state: known[state])
    away = math.log(0.5 * math.exp(known[worst]) + 0.5 / ways) - math.log(0.5 + 0.5 / ways)
    assert hidden[worst] == pytest.approx(away, abs=1e-3)


def test_further_resting_states_of_one_house_count_less() -> None:
    """Four that are alike: .9 of the first, .4 of the second, .2 of the third and nothing of the fourth."""
    gains = []
    for count in range(1, 5):
        evidence = house()
        evidence.grid.steady_states = [rests((300.0, 250.0, 280.0), factor=0.9)] * count
        gains.append(said(evidence)[3, 2, 4])
    assert -2.0 < gains[2] < gains[0] < -0.5
    assert [one / gains[0] for one in gains] == pytest.approx([1.0, 1.3 / 0.9, 1.5 / 0.9, 1.5 / 0.9], abs=1e-3)
    state = rests((300.0, 250.0, 280.0), factor=0.9)
    table = Likelihood(house(), 0.0)._steady_scores(state, np.array([[3, 2, 4], [0, 2, 4]]))
    assert gains[0] == pytest.approx(0.9 * (table[0] - table[1]), abs=0.01)


def test_steps_between_two_lines_say_little_of_the_wire() -> None:
    """The load may hang between the two other lines, and be measured crosswise."""
    found = {}
    for geometry in (STAR, DELTA_NEUTRAL):
        evidence = house(geometry, 1, role(3))
        steps = {(0, turn, sign): 20.0 if turn == 0 else -20.0 for turn in (0, 3) for sign in (1, -1)}
        evidence.correlations[3] = WireCorrelation(steps=steps, step_count=9)
        (scores,) = Likelihood(evidence, 0.0).given([(0,)])[:, 0].tolist()
        found[geometry.name] = scores[1] - scores[0]
    assert found == {"star": pytest.approx(-12.0), "delta-neutral": pytest.approx(-6.0)}


def test_what_takes_more_than_its_wire_brings_is_not_on_it() -> None:
    """For passing only, and never for certain: generation that nobody thought of has one chance in a hundred."""
    evidence = house(STAR, 1, role(3))
    evidence.blocks = blocks({0: [500.0] * 9, 3: [2000.0] * 9})
    likelihood = Likelihood(evidence, 0.0)
    assert likelihood.given([(0,)])[:, 0].tolist() == [pytest.approx([0.0] * 6)]
    (scores,) = likelihood.unguessed().given([(0,)])[:, 0].tolist()
    assert scores[0] - scores[1] == pytest.approx(math.log(0.01 + 0.99 * math.exp(-3.5)))


def test_before_ok_a_circuit_between_two_lines_is_not_excused_by_giving() -> None:
    """Turned and giving at once is rarer by ten than giving."""
    evidence = house(DELTA_NEUTRAL, 1, role(3))
    evidence.tracks[3] = resting(2000.0, 2000.0)
    likelihood = Likelihood(evidence, 0.0)
    for one, gives in ((likelihood, 0.04), (likelihood.unguessed(), 0.1 * 0.04)):
        own = angle_evidence(role(3), evidence.tracks[3], DELTA_NEUTRAL, gives=gives).scores
        assert one.own[3].scores == pytest.approx(own)


@pytest.mark.parametrize(("word", "says"), [("CONSUMPTION", 12.0), ("UNKNOWN", 0.0)])
def test_an_input_without_a_role_says_nothing_of_a_direction(word: str, says: float) -> None:
    """It may give or take: which way round it is mirrored accuses no grid CT."""
    evidence = house(STAR, 1, role(3))
    where = "SUBMETER" if word == "CONSUMPTION" else "UNKNOWN"
    evidence.settings = {3: ChannelSetting(3, "?", word, where, 0, False, False, None, None)}
    steps = {(0, turn, sign): 20.0 if turn == 3 else -20.0 for turn in (0, 3) for sign in (1, -1)}
    evidence.correlations[3] = WireCorrelation(steps=steps, step_count=9)
    (scores,) = Likelihood(evidence, 0.0).given([(0,)])[:, 0].tolist()
    assert scores[1] - scores[0] == pytest.approx(says)
    assert scores[1] - scores[2] > 5.0, "its wire is known"
