"""Events and cost analysis follow the circuits of the house."""

from collections.abc import Iterable

import pytest

from smappee_tui.connect.cloud_api.aggregation import UNCONFIRMED, Aggregation
from smappee_tui.simulator.cloud.history import HouseInterval
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.simulator.cloud.conftest import NOW, Person, made_up

CHARGER = 6
"""Input of the car charger of home3pv."""


def charging(monitor: VirtualMonitor, start: float, end: float) -> Iterable[HouseInterval]:
    """As `made_up`, and the car charges for ten minutes of every hour."""
    for interval in made_up(monitor, start, end):
        on = interval.at % 3600 < 600.0
        interval.watts[CHARGER] += 3600.0 if on else 0.0
        interval.watts[0] += 3600.0 if on else 0.0
        yield interval


def test_events_are_the_steps_of_a_circuit(boss: Person, home: CloudHouse) -> None:
    home.history = charging
    path = f"/servicelocation/{home.location}/events"
    query = {"applianceId": 1001, "maxNumber": 4, "from": 0, "to": round(NOW * 1000)}
    events = boss.http.get(path, params=query).json()
    assert [event["activePower"] for event in events] == [3600, -3600, 3600, -3600]
    assert [event["totalPower"] for event in events[:2]] == [720 + 1800 + 3600, 720 + 1800]
    assert {event["applianceId"] for event in events} == {1001}
    everything = boss.http.get(path, params=query | {"maxNumber": 1000}).json()
    assert len(everything) in (95, 96)
    assert everything[-4:] == events
    quiet = boss.http.get(path, params=query | {"applianceId": 1002}).json()
    assert quiet == []


def test_events_may_come_wrapped(boss: Person, home: CloudHouse, cloud: VirtualCloud) -> None:
    cloud.behaviour.wrapped_events = True
    query = {"applianceId": 1001, "maxNumber": 4, "from": 0, "to": 1}
    assert boss.http.get(f"/servicelocation/{home.location}/events", params=query).json() == {"events": []}


def test_an_appliance_that_is_not_there(boss: Person, home: CloudHouse) -> None:
    query = {"applianceId": 7, "maxNumber": 4, "from": 0, "to": 1}
    assert boss.http.get(f"/servicelocation/{home.location}/events", params=query).status_code == 404
    assert boss.http.get(f"/servicelocation/{home.location}/events", params={"from": 0, "to": 1}).status_code == 400


@pytest.mark.parametrize("code", [4, UNCONFIRMED[Aggregation.YEAR]])
def test_costs_by_month_and_by_year(boss: Person, home: CloudHouse, code: int) -> None:
    path = f"/servicelocation/{home.location}/costanalysis"
    records = boss.values(path, code).json()["records"]
    total, charger = records[0], records[1]
    assert (total["applianceId"], charger["name"]) == (None, "Car charger")
    assert charger["consumption"] == pytest.approx(840.0 * 48)
    assert charger["cost"] == pytest.approx(840.0 * 48 / 1000 * 0.31)
    assert len(records) == 7
    only = boss.values(path, code, applianceId=1001).json()["records"]
    assert only == [charger]


def test_costs_have_no_days(boss: Person, home: CloudHouse) -> None:
    assert boss.values(f"/servicelocation/{home.location}/costanalysis", 3).status_code == 500
