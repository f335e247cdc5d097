"""Measured values: energies and sums, ranges and calendars, plugs and gas & water sensors."""

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from smappee_tui.connect.cloud_api.aggregation import CONFIRMED, UNCONFIRMED, Aggregation
from smappee_tui.simulator.cloud.accounts import CloudAccounts
from smappee_tui.simulator.cloud.archive import CloudArchive, end_of, start_of, zone
from smappee_tui.simulator.cloud.history import HouseHistory
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.simulator.sites import build
from tests.simulator.cloud.conftest import BOSS, NOW, Clock, Person, made_up

CODES = {**CONFIRMED, **UNCONFIRMED}


def consumed(person: Person, house: CloudHouse, code: int = 1, **span: float) -> list[dict]:
    return person.values(f"/servicelocation/{house.location}/consumption", code, **span).json()["consumptions"]


def test_five_minutes_in_watt_hours(boss: Person, home: CloudHouse) -> None:
    records = consumed(boss, home)
    assert len(records) == 2 * 288
    assert records[0]["timestamp"] == round((NOW - 2 * 86_400) * 1000)
    first = records[0]
    assert first["active"] == [10.0 * (n + 1) for n in range(13)]
    assert first["reactive"][:3] == [5.0, -10.0, 15.0]
    assert first["voltages"] == [230.0, 231.0, 232.0]
    assert first["solar"] == 10.0 * (4 + 5 + 6)
    assert first["gridImport"] == 10.0 * (1 + 2 + 3)
    assert first["consumption"] == first["gridImport"] + first["solar"]
    assert first["alwaysOn"] == first["consumption"]


def test_the_older_series_does_not_sign_its_reactive_energy(boss: Person, cottage: CloudHouse) -> None:
    assert consumed(boss, cottage)[0]["reactive"] == [5.0, 10.0, 15.0, 20.0, 25.0]


def test_values_are_those_of_the_house(boss: Person, cloud: VirtualCloud) -> None:
    monitor = build("home1", seed=5, start=NOW, faults=["reversed:0"])
    house = CloudHouse.of(monitor, "Real", now=NOW, days=0.25, step=300.0)
    estate = CloudAccounts([BOSS], [house])
    with VirtualCloud(estate, clock=Clock()) as other:
        boss.http.base_url = other.base_url
        boss.login()
        records = consumed(boss, house)
    truth = list(HouseHistory(monitor, NOW - 21_600.0, NOW, 300.0).intervals())
    assert len(records) == len(truth) == 72
    for record, interval in zip(records, truth, strict=True):
        assert record["timestamp"] == interval.at * 1000
        assert record["active"] == pytest.approx([interval.watts[n] / 12.0 for n in range(5)], abs=0.006)
        assert record["voltages"] == pytest.approx(interval.volts, abs=0.06)
    assert sum(record["active"][0] for record in records) < 0.0


@pytest.mark.parametrize("name", [name for name in Aggregation if name is not Aggregation.YEAR])
def test_all_aggregations_hold_the_same_energy(boss: Person, home: CloudHouse, name: Aggregation) -> None:
    records = consumed(boss, home, CODES[name], end=NOW + 1.0)
    assert sum(record["active"][2] for record in records) == pytest.approx(30.0 * 576)
    assert records[-1]["voltages"] == [230.0, 231.0, 232.0]
    assert [record["timestamp"] for record in records] == sorted({record["timestamp"] for record in records})


def test_days_begin_at_midnight_of_the_house(boss: Person, home: CloudHouse) -> None:
    starts = [record["timestamp"] / 1000 for record in consumed(boss, home, CODES[Aggregation.DAY])]
    assert [datetime.fromtimestamp(at, ZoneInfo("Europe/Brussels")).hour for at in starts] == [0, 0, 0]


@pytest.mark.parametrize(("month", "hours"), [(3, 743), (10, 745), (2, 672)])
def test_months_with_a_changed_clock(month: int, hours: int) -> None:
    place = zone("Europe/Brussels")
    middle = datetime(2025, month, 15, 12, tzinfo=UTC).timestamp()
    start = start_of(middle, Aggregation.MONTH, place)
    assert (end_of(start, Aggregation.MONTH, place) - start) / 3600 == hours
    quarter = start_of(middle, Aggregation.QUARTER, place)
    assert datetime.fromtimestamp(quarter, place).month == (month - 1) // 3 * 3 + 1


def test_a_zone_that_nobody_knows_is_utc() -> None:
    assert zone("Atlantis/Poseidonis") is UTC
    assert zone("../../etc") is UTC


def test_both_ends_of_a_range_belong_to_it(boss: Person, home: CloudHouse) -> None:
    start = NOW - 3600.0
    stamps = [record["timestamp"] for record in consumed(boss, home, start=start, end=start + 600.0)]
    assert stamps == [round((start + n * 300.0) * 1000) for n in range(3)]


def test_stamps_may_be_the_ends(cottage: CloudHouse) -> None:
    past = CloudArchive(
        lambda: made_up(build("home1"), NOW - 3600.0, NOW), build("home1").site, "Europe/Brussels", ends=True
    )
    assert past.series(Aggregation.FIVE_MINUTES).stamps[0] == round((NOW - 3300.0) * 1000)
    assert past.series(Aggregation.DAY).stamps == [round(end_of(NOW, Aggregation.DAY, past.place) * 1000)]


def test_short_intervals_are_kept_for_31_days() -> None:
    monitor = build("home1", start=NOW)
    house = CloudHouse.of(monitor, "Old", now=NOW, days=40.0, history=made_up)
    assert len(house.past.series(Aggregation.FIVE_MINUTES).records) == 31 * 288
    assert len(house.past.series(Aggregation.HOUR).records) == 40 * 24


def test_the_past_is_lived_once() -> None:
    monitor, lives = build("home1", start=NOW), []

    def counted(*span) -> object:
        lives.append(span)
        return made_up(*span)

    house = CloudHouse.of(monitor, "Once", now=NOW, days=1.0, history=counted)
    for name in (Aggregation.FIVE_MINUTES, Aggregation.DAY, Aggregation.FIVE_MINUTES):
        house.past.series(name)
    assert len(lives) == 1
    house.past.forget()
    house.past.series(Aggregation.DAY)
    assert len(lives) == 2


def test_a_month_of_28_inputs_over_http(boss: Person) -> None:
    house = CloudHouse.of(build("shop28", start=NOW), "Shop", now=NOW, history=made_up)
    with VirtualCloud(CloudAccounts([BOSS], [house]), clock=Clock()) as other:
        other.warm().join()
        boss.http.base_url = other.base_url
        boss.login()
        records = [
            record
            for week in range(5)
            for record in consumed(boss, house, start=NOW - (31 - 7 * week) * 86_400,
                                   end=min(NOW, NOW - (24 - 7 * week) * 86_400) - 0.001)
        ]  # fmt: skip
    assert len(records) == 8_928
    assert {len(record["active"]) for record in records} == {28}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"aggregation": 77, "from": 0, "to": 1}, 500),
        ({"aggregation": CODES[Aggregation.YEAR], "from": 0, "to": 1}, 500),
        ({"from": 0, "to": 1}, 400),
        ({"aggregation": 1, "from": "yesterday", "to": 1}, 400),
        ({"aggregation": 1, "from": 5, "to": 1}, 400),
    ],
)
def test_asked_wrongly(boss: Person, home: CloudHouse, query: dict[str, object], status: int) -> None:
    answer = boss.http.get(f"/servicelocation/{home.location}/consumption", params=query)
    assert (answer.status_code, bool(answer.json()["message"])) == (status, True)


def test_the_codes_are_the_clouds_own(boss: Person, home: CloudHouse, cloud: VirtualCloud) -> None:
    cloud.behaviour.codes = {1: Aggregation.FIVE_MINUTES, 42: Aggregation.TEN_MINUTES}
    path = f"/servicelocation/{home.location}/consumption"
    assert boss.values(path, CODES[Aggregation.TEN_MINUTES]).status_code == 500
    assert len(boss.values(path, 42).json()["consumptions"]) == 288


def test_a_sensor(boss: Person, home: CloudHouse) -> None:
    path = f"/servicelocation/{home.location}/sensor/310/consumption"
    short, days = boss.values(path).json()["records"], boss.values(path, 3).json()["records"]
    assert (short[0]["temperature"], short[0]["humidity"], short[0]["battery"]) == (195, 48, 71)
    assert sum(record["value1"] for record in short) == sum(record["value1"] for record in days) > 0
    assert len(short) == 576
    middle = random.Random(1).randrange(100, 400)
    again = boss.values(path, start=short[middle]["timestamp"] / 1000).json()["records"]
    assert again == short[middle:]
    assert boss.values(path, CODES[Aggregation.TEN_MINUTES]).status_code == 500
    assert boss.values(f"/servicelocation/{home.location}/sensor/9/consumption").status_code == 404


def test_a_weak_sensor(boss: Person, home: CloudHouse) -> None:
    assert home.monitor is not None
    home.monitor.inject("battery-low")
    record = boss.values(f"/servicelocation/{home.location}/sensor/310/consumption").json()["records"][-1]
    assert record["battery"] == 6


def test_a_plug_counts_what_it_was_on(boss: Person, home: CloudHouse, clock: Clock) -> None:
    path = f"/servicelocation/{home.location}/switch/302/consumption"
    clock.now = NOW + 60.0
    boss.http.post(f"/servicelocation/{home.location}/actuator/2/on", json={})
    clock.now = NOW + 900.0
    records = boss.values(path, start=NOW - 300.0, end=NOW + 900.0).json()["records"]
    assert [record["active"] for record in records] == [0.0, 60.0, 75.0, 75.0]  # 900 W, at first for 4 of 5 minutes
    assert boss.values(f"/servicelocation/{home.location}/switch/9/consumption").status_code == 404
