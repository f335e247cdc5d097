"""Quarters of an hour by the clock: where they begin, what is missing of them, and the month's highest."""

import math
import random
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.limits.declared import InstallationLimits, Peak
from smappee_tui.diagnosis.limits.quarters import MOST, OPEN, Quarters
from tests.diagnosis.limits.made import GRID, HOUSE, NOON, Seconds, ct, why

BRUSSELS = ZoneInfo("Europe/Brussels")
FIVE = {0: 3000.0, 1: 1500.0, 2: 500.0}
"""5 kW from the grid."""


def at(zone: str, *moment: int) -> float:
    return datetime(*moment, tzinfo=ZoneInfo(zone)).timestamp()  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(("watts", "word"), [(1900.0, "ok"), (2100.0, "near"), (2450.0, "near"), (2600.0, "over")])
def test_the_month_on_each_side_of_what_is_billed_at_least(watts: float, word: str) -> None:
    limit = Seconds().run(901, {0: watts}).of("month-peak")
    assert (limit.verdict, limit.limit, limit.at) == (word, 2500.0, NOON)
    assert limit.worst == pytest.approx(watts, rel=1e-3)
    assert limit.seconds == 900


def test_the_running_quarter_and_what_it_comes_to() -> None:
    """Five minutes of 5 kW are 1.67 kW of the quarter already; if it goes on they come to 5 kW."""
    house = Seconds().run(301, FIVE)
    limit = house.of("quarter-peak")
    assert (limit.verdict, limit.at_least) == ("near", False)
    assert limit.worst == pytest.approx(5000 / 3, rel=0.01)
    assert limit.projected == pytest.approx(5000.0, rel=0.01)
    house.run(300, {0: 100.0})
    assert house.of("quarter-peak").projected == pytest.approx((5000 * 300 + 100 * 600) / 900, rel=0.02)
    assert house.run(250, FIVE).of("quarter-peak").verdict == "over"


def test_the_circuits_that_made_it() -> None:
    house = Seconds().run(901, {0: 4000.0, 1: 900.0, 3: 3700.0, 4: 800.0, 5: 2000.0})
    assert [(number, round(watts)) for number, _, watts in house.of("month-peak").parts] == [(3, 3700), (4, 800)]


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("Europe/Brussels", (2026, 3, 29, 1, 45)),  # 02:00 does not exist
        ("Europe/Brussels", (2026, 10, 25, 2, 45)),  # 02:00 to 03:00 comes twice
        ("Asia/Kolkata", (2026, 3, 2, 10, 30)),
        ("Asia/Kathmandu", (2026, 3, 2, 10, 15)),
        ("Australia/Lord_Howe", (2026, 4, 5, 1, 45)),  # half an hour of daylight saving time
    ],
)
def test_quarters_begin_by_the_clock_of_the_place(zone: str, moment: tuple[int, ...]) -> None:
    begin = at(zone, *moment)
    house = Seconds(at=begin - 60).run(60, {0: 9000.0}).run(901, {0: 3000.0})
    limit = house.of("month-peak", zone=ZoneInfo(zone))
    assert limit.at == begin
    assert datetime.fromtimestamp(begin, ZoneInfo(zone)).minute % 15 == 0
    assert limit.worst == pytest.approx(3000.0, rel=2e-3)


def test_months_begin_at_midnight_of_the_place() -> None:
    midnight = at("Europe/Brussels", 2026, 4, 1, 0, 0)
    house = Seconds(at=midnight - 900).run(900, {0: 8000.0}).run(901, {0: 3000.0})
    assert house.of("month-peak", zone=BRUSSELS).at == midnight
    by_utc = house.of("month-peak")  # still March there
    assert by_utc.at == midnight - 900
    assert "limits.note.utc" in {note.code for note in by_utc.notes}


def test_lost_seconds_make_it_at_least_so_much() -> None:
    house = Seconds().run(300, FIVE)
    house.now += 300
    house.run(301, FIVE)
    limit = house.of("month-peak")
    assert limit.at_least
    assert limit.worst == pytest.approx(5000 * 600 / 900, rel=0.01)
    assert limit.seconds == pytest.approx(602, abs=3)


def test_a_part_of_a_quarter_proves_what_was_passed_and_nothing_that_was_kept() -> None:
    house = Seconds().run(400, {0: 1000.0})
    assert (house.of("month-peak").verdict, why(house.of("month-peak"))) == ("unchecked", "no_quarter")
    assert house.of("quarter-peak").verdict == "ok"
    late = Seconds(at=NOON + 500).run(300, {0: 1000.0})
    assert (late.of("quarter-peak").verdict, why(late.of("quarter-peak"))) == ("unchecked", "partly")
    assert Seconds(at=NOON + 500).run(300, {0: 9000.0}).of("month-peak").verdict == "over"


def test_a_five_minute_mean_stands_in_for_lost_seconds() -> None:
    house = Seconds().run(300, FIVE)
    house.now += 310
    house.run(292, FIVE)
    house.mean(NOON + 600, {0: 6000.0, 1: 1500.0, 2: 500.0, 3: None})
    limit = house.of("month-peak")
    assert limit.worst == pytest.approx((5000 * 600 + 8000 * 300) / 900, rel=0.01)
    assert limit.seconds is not None
    assert limit.seconds > 885


def test_a_mean_of_seconds_that_were_measured_counts_nothing() -> None:
    house = Seconds().run(901, {0: 3000.0})
    house.mean(NOON + 900, {0: 9e9, 1: 0.0, 2: 0.0})
    house.mean(NOON + 600, {0: math.nan, 1: 0.0, 2: 0.0})
    house.mean(math.inf, {0: 1.0, 1: 0.0, 2: 0.0})
    house.mean(1e300, {0: 1.0, 1: 0.0, 2: 0.0})
    assert house.of("month-peak").worst == pytest.approx(3000.0, rel=1e-3)


def test_the_mean_of_the_minutes_before_one_came() -> None:
    house = Seconds(at=NOON + 300)
    house.mean(NOON + 300, {0: 6000.0, 1: 0.0, 2: 0.0})
    house.run(601, {0: 3000.0})
    assert house.of("month-peak").worst == pytest.approx(4000.0, rel=0.01)


def test_a_mean_from_another_age_disturbs_nothing() -> None:
    house = Seconds().run(500, {0: 3000.0})
    house.mean(NOON + 3e8, {0: 9000.0, 1: 0.0, 2: 0.0})
    house.run(401, {0: 3000.0})
    assert house.of("month-peak").worst == pytest.approx(3000.0, rel=0.01)
    assert house.of("month-peak").seconds == 900


def test_what_goes_into_the_grid_counts_nothing_against_what_came_out() -> None:
    """Phases are added up second by second; what was given in other seconds is no discount."""
    house = Seconds().run(450, {0: 4000.0, 1: -1000.0}).run(451, {0: -9000.0})
    assert house.of("month-peak").worst == pytest.approx(1500.0, rel=0.01)


def test_a_turned_ct_counts_the_other_way_and_that_is_said() -> None:
    house = Seconds().run(901, {0: -4000.0, 1: 1000.0})
    assert house.of("month-peak").worst == pytest.approx(0.0, abs=1)
    house.say(0, "reversed")
    limit = house.of("month-peak")
    assert limit.worst == pytest.approx(5000.0, rel=1e-3)
    assert "limits.note.turned" in {note.code for note in limit.notes}


@pytest.mark.parametrize(("verdict", "reason"), [("wrong_phase", "ct_wrong"), ("inconclusive", "not_proved")])
def test_a_ct_that_is_wrong_or_not_proved_makes_no_kilowatts(verdict: str, reason: str) -> None:
    house = Seconds().run(901, FIVE)
    house.say(1, verdict)
    for code in ("quarter-peak", "month-peak", "imbalance"):
        assert (house.of(code).verdict, why(house.of(code))) == ("unchecked", reason)
    assert [house.of(code).parts for code in ("quarter-peak", "month-peak")] == [(), ()]  # of a sum that may be wrong
    assert house.of("quarter-peak").projected is None


def test_who_does_not_live_where_it_is_billed() -> None:
    house = Seconds().run(901, FIVE)
    assert why(house.of("month-peak", country="NL")) == "no_peak"
    assert why(house.of("month-peak", country="")) == "no_country"
    own = InstallationLimits(peak_watts=6000.0)
    assert house.of("month-peak", country="", thresholds=own).verdict == "near"


def test_a_clock_that_is_set_back_begins_a_quarter_anew() -> None:
    house = Seconds().run(600, {0: 9000.0})
    house.now -= 7200
    house.run(901, {0: 3000.0})
    best = house.of("month-peak")
    assert best.worst == pytest.approx(6000.0, rel=0.01)  # of the quarter that was left, at least
    assert best.at_least
    house = Seconds().run(200, {0: 3000.0})
    house.now -= 150
    house.run(850, {0: 3000.0})
    limit = house.of("month-peak")
    assert limit.worst is not None
    assert limit.worst < 3001.0


def test_a_clock_that_is_set_forward_loses_seconds() -> None:
    house = Seconds().run(100, {0: 3000.0})
    house.now += 3600
    house.run(300, {0: 3000.0})
    assert house.of("quarter-peak").at_least


def test_the_peak_of_an_earlier_visit_counts_in_its_month_only() -> None:
    house = Seconds().run(901, {0: 3000.0})
    earlier = Peak(NOON - 86_400, 4200.0, 900.0, NOON - 90_000)
    limit = house.of("month-peak", earlier=earlier)
    assert (limit.worst, limit.at) == (4200.0, NOON - 86_400)
    assert "limits.note.earlier" in {note.code for note in limit.notes}
    for other in (Peak(NOON - 40 * 86_400, 4200.0, 900.0, 0.0), Peak(NOON + 86_400, 4200.0, 900.0, 0.0)):
        assert house.of("month-peak", earlier=other).at == NOON


def test_a_grid_ct_that_is_set_otherwise_begins_anew() -> None:
    house = Seconds().run(901, {0: 8000.0})
    house.configure([ct(0, "Mains L1", 0, "grid", reversed=True), *HOUSE[1:]])
    house.run(901, {0: 3000.0})
    assert house.of("month-peak").worst == pytest.approx(3000.0, rel=0.01)
    house.configure([*GRID, *HOUSE[3:5]])  # a circuit less, and the CT as it was
    house.run(10, {0: 1000.0})
    assert house.of("quarter-peak").worst == pytest.approx(10.0, rel=0.2)


def test_a_circuit_more_keeps_the_peak() -> None:
    house = Seconds(HOUSE[:4]).run(901, {0: 8000.0, 3: 7000.0})
    house.configure(HOUSE)
    house.run(20, {0: 1000.0})
    limit = house.of("month-peak")
    assert limit.worst == pytest.approx(8000.0, rel=0.01)
    assert [part[0] for part in limit.parts] == [3]


def test_a_slow_monitor_is_measured_all_the_time() -> None:
    house = Seconds().run(200, {0: 3000.0}, step=5.0)
    limit = house.of("month-peak")
    assert limit.worst == pytest.approx(3000.0, rel=0.01)
    assert limit.seconds == pytest.approx(900.0, abs=10)


def test_five_grid_cts_turned_round_are_too_many_ways_to_count() -> None:
    many = [ct(n, f"Mains {n}", n % 3, "grid") for n in range(5)]
    house = Seconds(many).run(901, dict.fromkeys(range(5), 1000.0))
    assert house.of("month-peak").worst == pytest.approx(5000.0, rel=0.01)
    house.say(4, "reversed")
    assert why(house.of("month-peak")) == "many_turned"


def test_weeks_from_the_cloud_have_a_peak() -> None:
    past = IntervalHistory([0, 1, 2, 4], BRUSSELS)
    for place in range(3 * 288):
        busy = 300 <= place < 303
        watts = {0: 6000.0 if busy else 400.0, 1: 100.0, 2: -50.0, 4: 5000.0 if busy else 0.0}
        past.add(NOON + 300 * (place + 1), watts, dict.fromkeys(watts, 0.0), (230.0, 230.0, 230.0))
    house = Seconds((*GRID, ct(4, "Oven", 1)))
    house.watch.take_history(house.site.settings, past)
    limit = house.of("month-peak", zone=BRUSSELS)
    assert (limit.worst, limit.at) == (pytest.approx(6050.0), NOON + 300 * 300)
    assert [part[0] for part in limit.parts] == [4]
    assert house.of("main-fuse", 0).worst == pytest.approx(6000 / 230, abs=0.01)
    assert (house.of("main-fuse", 0).verdict, house.of("main-fuse", 1).verdict) == ("over", "unchecked")
    assert why(house.of("main-fuse", 1)) == "means"
    assert {house.of("main-fuse", 0).at_least, house.of("single-phase", 4).at_least} == {True}
    assert why(house.of("imbalance")) == "means"
    assert not [one for one in house.ask() if one.code == "quarter-peak"]


def test_memory_is_that_of_a_month() -> None:
    """Filled slot by slot, as a watch at 1 Hz does it: quarters of 28 inputs."""
    quarters = Quarters()
    inputs = tuple(range(28))
    quarters.configure(inputs, (0, 1, 2), anew=True)
    imports, energies = np.ones(8), np.ones(28)
    for slot in range(4 * MOST):
        quarters.add(slot, 300.0, imports, energies)
    kept = list(quarters)
    assert len(kept) <= MOST + OPEN
    assert (
        sum(sys.getsizeof(one) + sys.getsizeof(one.imports) + sys.getsizeof(one.energies) for one in kept) < 1_500_000
    )


def test_nothing_is_kept_that_grows_with_a_watch() -> None:
    house = Seconds()
    sizes = set()
    for hour in range(3):
        house.run(3600, {0: 100.0 + hour})
        house.watch.catch_up()
        sizes.add((len(house.watch._times), len(house.watch._rows), len(house.watch.amps), len(house.watch.loads)))
        assert len(house.watch._recent) < 100
    assert len(sizes) == 1


@pytest.mark.parametrize("steps", [(1.0, 5.0, 40.0), (1.0, 0.0), (1.0, 0.5), (1.0, 1.0, -3.0)])
def test_asking_changes_nothing(steps: tuple[float, ...]) -> None:
    """However often somebody asks, and so however the watch is cut into pieces."""
    said = []
    for every in (10_000, 97, 1):
        house, chance = Seconds(), random.Random(1)
        for second in range(400):
            house.run(1, {n: chance.uniform(-3000, 5000) for n in range(6)}, step=chance.choice(steps))
            if second % every == every - 1:
                house.ask()
        said.append(house.ask())
    assert said[0] == said[1] == said[2]


def test_means_come_while_many_samples_wait_to_be_looked_at() -> None:
    house = Seconds(at=NOON + 240).run(60, {0: 3000.0})
    house.mean(NOON + 300, {0: 6000.0, 1: 0.0, 2: 0.0})
    house.run(300, {0: 3000.0})
    house.mean(NOON + 600, {0: 3000.0, 1: 0.0, 2: 0.0})
    house.run(301, {0: 3000.0})
    assert house.of("month-peak").worst == pytest.approx(4000.0, rel=0.01)


def test_an_hour_in_utc_is_an_hour() -> None:
    assert datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp() == NOON
