"""What weeks tell of sizes, dead grid CTs, roles and sums of a house; and that healthy houses are left alone."""

from __future__ import annotations

import pytest

from smappee_tui.diagnosis.judge import Judge
from tests.diagnosis.history.made import FAULTS, WIRING, verdicts
from tests.diagnosis.history.weeks import House

KITCHEN, BOILER, HEAT_PUMP, SOLAR = 3, 6, 9, 10
"""The first of each."""


def accused(judge: Judge) -> dict[int, str]:
    return {n: word for n, (word, _) in verdicts(judge).items() if word in FAULTS}


def codes(judge: Judge) -> set[str]:
    return {one.code for one in judge.judgement().findings if one.severity != "info"}


def sizes(judge: Judge) -> dict[int, str]:
    return {n: verdict.size for n, verdict in judge.judgement().channels.items()}


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("solar", ["three", "one", "none"])
@pytest.mark.parametrize("seed", range(2))
def test_a_healthy_house_adds_up(seed: int, solar: str, signed: bool) -> None:
    judge = House(seed, solar=solar).judged(signed=signed)
    assert (accused(judge), codes(judge)) == ({}, set())
    assert "wiring-changed" not in {one.code for one in judge.judgement().findings}
    assert [one.verdict for one in judge.judgement().balance] == ["ok"] * 3
    assert {size for n, size in sizes(judge).items() if n < SOLAR} == {"ok"}


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Australia/Sydney", "Asia/Tokyo", "America/New_York"])
def test_night_is_where_the_house_is(zone: str) -> None:
    judge = House(1, zone=zone, solar="hidden").judged()
    assert accused(judge) == {}
    assert codes(judge) <= {"balance-doubtful"}
    past = judge.evidence.history
    assert past is not None
    assert past.dark


@pytest.mark.parametrize(("size", "word"), [(2.0, "wrong_ratio"), (0.5, "wrong_ratio"), (0.6, "half_open")])
@pytest.mark.parametrize("number", [KITCHEN, BOILER + 1, HEAT_PUMP, SOLAR])
def test_a_circuit_of_the_wrong_size(number: int, size: float, word: str) -> None:
    judge = House(2).change(number, size=size).judged()
    assert accused(judge) == {number: word}
    assert sizes(judge)[number] == "wrong"


@pytest.mark.parametrize(("size", "word"), [(2.0, "wrong_ratio"), (0.5, "wrong_ratio"), (0.6, "half_open")])
def test_a_grid_ct_of_the_wrong_size(size: float, word: str) -> None:
    assert accused(House(2).change(1, size=size).judged()) == {1: word}


def test_a_circuit_and_its_grid_ct_alone_leave_open_who_is_wrong() -> None:
    house = House(3, solar="none").change(KITCHEN, size=2.0)
    del house.clamps[BOILER]
    judge = house.judged()
    assert accused(judge) == {}
    assert "size-question" in codes(judge)
    assert {n: size for n, size in sizes(judge).items() if size == "doubtful"} == {0: "doubtful", KITCHEN: "doubtful"}
    assert [verdicts(judge)[n][0] for n in (0, KITCHEN)] == ["inconclusive"] * 2


@pytest.mark.parametrize("solar", ["three", "none"])
def test_a_dead_grid_ct(solar: str) -> None:
    judge = House(4, solar=solar).change(2, size=0.0).judged()
    assert accused(judge) == {2: "dead"}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("wires", "code"),
    [
        ({SOLAR: "heat pump", HEAT_PUMP: "sun 1"}, "roles-exchanged"),
        ({SOLAR: "grid 1"}, "same-current-production"),
        ({SOLAR: "heating 1"}, "same-current"),
        ({SOLAR: "cooking 0"}, "same-current"),
    ],
)
def test_a_clamp_on_the_wire_of_another_role_is_not_a_matter_of_direction(
    wires: dict[int, str], code: str, turned: bool
) -> None:
    house = House(5, solar="one")
    for number, wire in wires.items():
        house.change(number, wire=wire, turned=turned)
    judge = house.judged()
    assert {verdicts(judge)[n][0] for n in wires} <= {"inconclusive"}
    assert not set(accused(judge).values()) & WIRING
    assert code in codes(judge)


def test_two_grid_cts_on_one_wire() -> None:
    judge = House(6).change(1, wire="grid 0").judged()
    assert verdicts(judge)[1][0] != "ok"
    assert set(accused(judge)) <= {1}
    assert accused(judge) or "same-current-grid" in codes(judge)


def test_a_circuit_clamp_on_the_grid_wire() -> None:
    judge = House(7).change(KITCHEN, wire="grid 0").judged()
    assert verdicts(judge)[KITCHEN][0] == "inconclusive"
    assert "same-current" in codes(judge)


def test_grid_cts_behind_the_inverter() -> None:
    judge = House(8).behind_the_inverter().judged()
    assert {verdicts(judge)[n][0] for n in (0, 1, 2)} == {"inconclusive"}
    assert "grid-misses-production" in codes(judge)


def test_a_clamp_turned_lately_is_told_and_a_size_that_a_part_cannot_prove_is_not() -> None:
    judge = House(9, days=10).judged(changed=[(KITCHEN, 3.0)])
    notes = [one.channels for one in judge.judgement().findings if one.code == "wiring-changed"]
    assert notes == [(KITCHEN,)]
    quiet = House(9, days=10).change(BOILER, size=2.0).judged()
    assert accused(quiet) == {BOILER: "wrong_ratio"}
    assert "wiring-changed" not in {one.code for one in quiet.judgement().findings}


def test_what_somebody_declares_is_not_asked() -> None:
    house = House(10, solar="hidden")
    assert "balance-doubtful" in codes(house.judged())
    assert "balance-doubtful" not in codes(house.judged("unmetered"))
    assert "balance-impossible" in codes(house.judged("none"))
