"""Main fuse, CTs behind it and a charger: each on both sides of its limit, and whom nobody may believe."""

import math

import pytest

from smappee_tui.diagnosis.limits.declared import InstallationLimits
from tests.diagnosis.limits.made import GRID, HOUSE, NOON, Seconds, ct, why


@pytest.mark.parametrize(
    ("amps", "word"), [(19.9, "ok"), (20.0, "near"), (25.0, "near"), (25.1, "over"), (40.0, "over")]
)
def test_the_main_fuse_on_each_side(amps: float, word: str) -> None:
    house = Seconds().run(5, {}, {0: 3.0}).run(1, {}, {0: amps}).run(5, {}, {0: 2.0})
    limit = house.of("main-fuse", 0)
    assert (limit.verdict, limit.phase, limit.at) == (word, 0, NOON + 5)
    assert limit.worst == pytest.approx(amps)
    assert limit.margin == pytest.approx(25.0 - amps, abs=1e-5)
    assert limit.seconds == (1.0 if word == "over" else 0.0)


def test_what_is_near_is_a_setting() -> None:
    house = Seconds().run(3, {}, {0: 20.0})
    assert house.of("main-fuse", 0, thresholds=InstallationLimits(near_percent=90.0)).verdict == "ok"


def test_the_fuse_of_the_job_goes_before_that_of_the_settings() -> None:
    house = Seconds().run(3, {}, {0: 30.0})
    usual = InstallationLimits(main_fuse_amps=40.0)
    assert house.of("main-fuse", 0, fuse=None, thresholds=usual).verdict == "ok"
    assert house.of("main-fuse", 0, fuse=25.0, thresholds=usual).verdict == "over"


def test_without_a_fuse_nothing_is_judged_and_that_is_said() -> None:
    limit = Seconds().run(3, {}, {0: 30.0}).of("main-fuse", 0, fuse=None)
    assert (limit.verdict, why(limit), limit.worst) == ("unchecked", "no_fuse", 30.0)


def test_without_a_grid_ct_nothing_is_judged_and_that_is_said() -> None:
    house = Seconds([ct(4, "Oven", 1)]).run(3, {4: 3000.0})
    assert [(one.verdict, why(one)) for one in house.ask() if one.code == "main-fuse"] == [("unchecked", "no_grid")]


@pytest.mark.parametrize("supply", ["star", "delta"])
def test_a_phase_without_a_grid_ct_is_not_passed_over(supply: str) -> None:
    house = Seconds(GRID[:2]).run(3, {}, {0: 4.0, 1: 30.0})
    house.supply = supply  # type: ignore[assignment]
    found = {one.phase: (one.verdict, why(one)) for one in house.ask() if one.code == "main-fuse"}
    assert found == {0: ("ok", ""), 1: ("over", ""), 2: ("unchecked", "no_grid_ct")}


@pytest.mark.parametrize("verdict", ["ok", "reversed", "wrong_phase", "inconclusive", "no_current"])
def test_amperes_count_however_a_ct_is_turned(verdict: str) -> None:
    house = Seconds().run(3, {0: -7000.0}, {0: 30.4})
    house.say(0, verdict, 2)
    limit = house.of("main-fuse", 0)
    assert (limit.verdict, limit.phase) == ("over", 2 if verdict == "wrong_phase" else 0)
    assert ("limits.note.elsewhere" in {note.code for note in limit.notes}) == (verdict == "wrong_phase")


@pytest.mark.parametrize("verdict", ["dead", "wrong_ratio", "half_open"])
def test_a_ct_that_shows_another_current_is_not_believed(verdict: str) -> None:
    house = Seconds().run(3, {}, {0: 30.4})
    house.say(0, verdict)
    assert (house.of("main-fuse", 0).verdict, why(house.of("main-fuse", 0))) == ("unchecked", "ct_wrong")
    house.say(0, "inconclusive", size="doubtful")
    assert why(house.of("main-fuse", 0)) == "size"


@pytest.mark.parametrize(("fuse", "word"), [(40.0, "ok"), (50.0, "ok"), (63.0, "over")])
def test_a_ct_below_the_fuse_is_told_before_any_load(fuse: float, word: str) -> None:
    limit = Seconds().of("ct-fuse", 1, fuse=fuse)
    assert (limit.verdict, limit.limit, limit.worst) == (word, 50.0, fuse)


def test_a_ct_whose_type_tells_no_rating_is_told_of() -> None:
    house = Seconds([ct(0, "Mains", 0, "grid", ct_type="CT50_100_200"), ct(1, "Oven", 0, ct_type=None)]).run(2, {})
    house.supply = "single"
    assert (house.of("ct-fuse").verdict, why(house.of("ct-fuse"))) == ("unchecked", "unrated")
    rating = house.of("ct-rating")
    assert rating.why is not None
    assert (rating.verdict, rating.why.params["count"]) == ("unchecked", 2)


@pytest.mark.parametrize(("amps", "word"), [(39.0, "ok"), (41.0, "near"), (50.0, "near"), (50.2, "over")])
def test_what_a_ct_read_against_its_rating(amps: float, word: str) -> None:
    assert Seconds().run(3, {}, {4: amps}).of("ct-rating", 4).verdict == word


@pytest.mark.parametrize(("charger", "word"), [(10.0, "ok"), (14.0, "near"), (16.0, "over")])
def test_a_charger_against_what_the_others_left(charger: float, word: str) -> None:
    """10 A besides it once, while it charged little: full charge then would not have fitted a fuse of 25 A."""
    house = Seconds().run(5, {0: 3680.0, 3: 1380.0}, {0: 16.0, 3: 6.0})
    house.run(5, {0: charger * 230.0, 3: charger * 230.0})
    limit = house.of("charger", 3)
    assert (limit.verdict, limit.limit) == (word, 15.0)
    assert limit.worst == pytest.approx(charger)


def test_what_the_roof_gives_on_the_phase_is_left_for_the_charger() -> None:
    house = Seconds().run(5, {0: -1150.0, 3: 2300.0}, {0: 5.0, 3: 10.0})
    assert house.of("charger", 3).limit == 25.0
    house.say(0, "reversed")  # then it took 5 A, which is less than the charger alone
    assert house.of("charger", 3).limit == 25.0
    house = Seconds().run(5, {0: -4600.0, 3: 2300.0}, {0: 20.0, 3: 10.0})
    house.say(0, "reversed")
    assert house.of("charger", 3).limit == 15.0


@pytest.mark.parametrize(
    ("number", "verdict", "reason"),
    [(0, "wrong_phase", "ct_wrong"), (3, "wrong_phase", "ct_wrong"), (0, "inconclusive", "not_proved")],
)
def test_a_charger_and_a_meter_of_which_it_is_not_certain_that_they_share_a_phase(
    number: int, verdict: str, reason: str
) -> None:
    house = Seconds().run(5, {0: 5000.0, 3: 3000.0})
    house.say(number, verdict, number and 0)
    assert (house.of("charger", 3).verdict, why(house.of("charger", 3))) == ("unchecked", reason)


def test_a_charger_that_has_not_charged() -> None:
    house = Seconds().run(5, {0: 5000.0})
    assert (house.of("charger", 3).verdict, why(house.of("charger", 3))) == ("unchecked", "not_charged")
    assert not [one for one in Seconds(GRID).ask() if one.code == "charger"]


def test_hostile_values_raise_nothing_and_limit_nothing() -> None:
    house = Seconds([*GRID, ct(4, "Oven", 1, ct_type="-50A"), ct(5, "Fan", 1, ct_type="CT 0000A")])
    house.run(3, {0: 500.0}, {0: math.nan, 1: -30.0, 2: math.inf, 4: 3e38})
    house.run(3, {0: math.nan, 1: math.inf, 2: -math.inf}, {0: 1.0, 1: 1.0, 2: 1.0, 4: 1.0})
    found = {one.input: one.worst for one in house.ask(fuse=-5.0) if one.code == "main-fuse"}
    assert found == {0: 1.0, 1: 1.0, 2: 1.0}
    assert {why(one) for one in house.ask(fuse=-5.0) if one.code == "main-fuse"} == {"no_fuse"}
    assert [one.why and one.why.params["count"] for one in house.ask() if why(one) == "unrated"] == [1]
    assert all(one.worst is None or math.isfinite(one.worst) for one in house.ask())


def test_a_clamp_of_another_kind_begins_anew() -> None:
    house = Seconds().run(3, {}, {0: 30.0, 4: 12.0})
    house.configure([ct(0, "Mains L1", 0, "grid", ct_type="SCT3_100A"), *HOUSE[1:]])
    house.run(3, {}, {0: 3.0, 4: 2.0})
    assert house.of("main-fuse", 0).worst == 3.0
    assert house.of("ct-rating", 4).worst == 12.0


def test_a_moved_clamp_is_forgotten() -> None:
    house = Seconds().run(3, {}, {0: 30.0, 1: 20.0})
    house.watch.forget(0)
    house.run(3, {}, {0: 3.0})
    assert (house.of("main-fuse", 0).worst, house.of("main-fuse", 1).worst) == (3.0, 20.0)
