import pytest

from smappee_tui.simulator import sites
from smappee_tui.simulator.house.circuits import MAINS, UNMETERED, Circuit, House
from smappee_tui.simulator.house.supply import Supply
from tests.simulator.ideal import load, still


@pytest.mark.parametrize("name", sites.NAMES)
def test_kirchhoff_at_the_mains(name: str) -> None:
    house = sites.build(name).site.house
    for _ in range(30):
        state = house.step()
        for conductor in range(4):
            for part in ("fundamental", "harmonic"):
                parts = [getattr(c, part)[conductor] for k, c in state.circuits.items() if k != MAINS]
                assert getattr(state.circuits[MAINS], part)[conductor] == pytest.approx(sum(parts), abs=1e-9)
        mains = state.circuits[MAINS].fundamental
        assert sum(mains) == pytest.approx(0j, abs=1e-9), "what comes in goes out, over the neutral or another line"


def test_voltages_agree_with_the_currents() -> None:
    house = sites.build("home3pv").site.house
    for _ in range(60):
        state = house.step()
        expected = house.supply.board(state.circuits[MAINS].fundamental)
        assert all(abs(a - b) < 0.01 for a, b in zip(expected, state.volts, strict=True))


def test_a_resistance_follows_the_voltage_and_electronics_go_against_it() -> None:
    soft = House(Supply(still(volts=220.0), "s"), [Circuit("a", (0,), [load(2300.0)])])
    assert abs(soft.state.circuits["a"].fundamental[0]) == pytest.approx(10.0 * 220 / 230)
    stiff = load(2300.0)
    stiff.constant_power = True
    hard = House(Supply(still(volts=220.0), "s"), [Circuit("a", (0,), [stiff])])
    assert abs(hard.state.circuits["a"].fundamental[0]) == pytest.approx(10.0 * 230 / 220)


def test_a_line_to_line_load_leaves_by_the_next_line() -> None:
    house = House(Supply(still("delta"), "s"), [Circuit("a", (2,), [load(2300.0, 2)])])
    amps = house.state.circuits["a"].fundamental
    assert amps[2] == -amps[0]
    assert amps[1] == 0j
    volts = house.state.volts
    assert ((volts[2] - volts[0]) * amps[2].conjugate()).real == pytest.approx(2300.0)


def test_rewiring_moves_a_circuit() -> None:
    house = House(Supply(still(), "s"), [Circuit("a", (0,), [load(2300.0)])])
    house.rewire({"a": 1})
    assert [abs(i) > 1 for i in house.step().circuits["a"].fundamental] == [False, True, False, True]
    house.rewire({})
    assert [abs(i) > 1 for i in house.step().circuits["a"].fundamental] == [True, False, False, True]


def test_switching_by_hand() -> None:
    house = House(Supply(still(), "s"), [])
    house.switch("k", UNMETERED, 1, 2300.0)
    assert abs(house.step().circuits[MAINS].fundamental[1]) == pytest.approx(10.0)
    house.switch("k", UNMETERED, 1, 0.0)
    assert abs(house.step().circuits[MAINS].fundamental[1]) == 0.0
    with pytest.raises(KeyError):
        house.switch("k", "no such", 0, 1.0)


def test_time_only_runs_forward() -> None:
    house = sites.build("home1").site.house
    assert house.at(5.0).time == 5.0
    assert house.at(5.4).time == 5.0
    with pytest.raises(ValueError, match="back"):
        house.at(2.0)
