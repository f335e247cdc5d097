"""What stands on one phase: imbalance, and one load or generator; by whose rule, and where there is none."""

import pytest

from smappee_tui.diagnosis.limits.declared import InstallationLimits
from tests.diagnosis.limits.made import GRID, NOON, Seconds, ct, why


@pytest.mark.parametrize(
    ("country", "watts", "word"),
    [
        ("BE", 3900.0, "ok"),
        ("BE", 4100.0, "near"),
        ("BE", 5100.0, "over"),
        ("DE", 4500.0, "near"),
        ("DE", 4700.0, "over"),
    ],
)
def test_how_far_the_phases_differ(country: str, watts: float, word: str) -> None:
    house = Seconds().run(50, {0: 500.0, 1: 500.0, 2: 500.0}).run(1, {0: watts, 1: 0.0, 2: 300.0})
    house.run(50, {0: 500.0, 1: 500.0, 2: 500.0})
    limit = house.of("imbalance", country=country)
    assert (limit.verdict, limit.worst, limit.at) == (word, watts, NOON + 50)
    assert limit.mean == pytest.approx(watts / 100, rel=0.02)
    assert [(name, w) for _, name, w in limit.parts] == [("L1", watts), ("L2", 0.0), ("L3", 300.0)]
    assert limit.source is not None
    assert limit.source.code == f"limits.source.{country}"


def test_what_one_phase_gives_and_another_takes_adds_up() -> None:
    house = Seconds().run(5, {0: 3000.0, 2: -3000.0})
    assert house.of("imbalance").verdict == "over"
    house.say(2, "reversed")
    limit = house.of("imbalance")
    assert (limit.worst, limit.verdict) == (3000.0, "ok")
    house.say(0, "reversed")
    house.say(1, "reversed")
    assert [w for _, _, w in house.of("imbalance").parts] == [-3000.0, 0.0, 3000.0]


@pytest.mark.parametrize(
    ("supply", "grid", "reason"),
    [("delta", 3, "delta"), ("unknown", 3, "supply"), ("star", 2, "no_grid_ct"), ("star", 0, "no_grid")],
)
def test_where_phases_cannot_be_told_apart(supply: str, grid: int, reason: str) -> None:
    house = Seconds((*GRID[:grid], ct(4, "Oven", 1))).run(5, {0: 9000.0})
    house.supply = supply  # type: ignore[assignment]
    assert (house.of("imbalance").verdict, why(house.of("imbalance"))) == ("unchecked", reason)


def test_one_phase_differs_from_nothing() -> None:
    house = Seconds([GRID[0], ct(4, "Oven", 0), ct(5, "Solar", 0, "solar")]).run(5, {0: 7000.0, 4: 7000.0, 5: 5200.0})
    house.supply = "single"
    assert not [one for one in house.ask() if one.code == "imbalance"]
    assert [(one.input, one.verdict) for one in house.ask() if one.code == "single-phase"] == [(5, "over")]


@pytest.mark.parametrize(("watts", "word"), [(3900.0, "ok"), (4200.0, "near"), (5000.0, "near"), (5100.0, "over")])
@pytest.mark.parametrize("number", [4, 5])
def test_one_load_or_generator_on_one_phase(number: int, watts: float, word: str) -> None:
    limit = Seconds().run(5, {number: watts}).of("single-phase", number)
    assert (limit.verdict, limit.unit) == (word, "VA")


def test_the_largest_of_each_kind_and_whatever_is_near() -> None:
    house = Seconds((*GRID, *(ct(n, f"Load {n}", 0) for n in range(3, 9)))).run(3, {3: 6000.0, 4: 4500.0, 5: 100.0})
    assert [(one.input, one.verdict) for one in house.ask() if one.code == "single-phase"] == [(3, "over"), (4, "near")]


def test_a_ct_that_is_not_believed_is_named_beside_the_largest() -> None:
    house = Seconds((*GRID, ct(3, "Boiler", 0), ct(4, "Oven", 1))).run(3, {3: 2000.0, 4: 900.0})
    house.say(4, "half_open")
    found = [(one.input, one.verdict, why(one)) for one in house.ask() if one.code == "single-phase"]
    assert found == [(3, "ok", ""), (4, "unchecked", "ct_wrong")]


def test_three_phases_together_are_no_single_one() -> None:
    three = [ct(3 + n, f"Heat pump L{n + 1}", n) for n in range(3)]
    house = Seconds((*GRID, *three, ct(6, "Balanced", 0, balanced=True))).run(3, {3: 6000.0, 4: 6000.0, 6: 9000.0})
    assert not [one for one in house.ask() if one.code == "single-phase"]


def test_a_rule_that_nobody_here_knows() -> None:
    house = Seconds().run(3, {4: 6000.0, 0: 9000.0})
    assert {why(one) for one in house.ask(country="") if one.code in ("imbalance", "single-phase")} == {"no_country"}
    assert {why(one) for one in house.ask(country="FR") if one.code in ("imbalance", "single-phase")} == {"no_rule"}
    own = InstallationLimits(single_phase_va=10_000.0, imbalance_va=8000.0)
    found = {one.code: one.verdict for one in house.ask(country="FR", thresholds=own)}
    assert (found["imbalance"], found["single-phase"]) == ("over", "ok")


def test_no_voltage_no_volt_amperes() -> None:
    house = Seconds((*GRID, ct(4, "Oven", 1))).run(3, {4: 6000.0}, volts=(230.0, 0.0, 230.0))
    assert why(house.of("single-phase", 4)) == "nothing_seen"
