"""Locations, their info and their configuration, and the methods of a special account."""

import msgspec
import pytest

from smappee_tui.protocol.configs import read_channels
from smappee_tui.simulator.cloud.house import CloudConfig, CloudHouse, ConfigDifference
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.simulator.house.meter import MountedCt
from tests.simulator.cloud.conftest import Person

FREE = ("UNUSED", "UNKNOWN")
"""How the two dialects call an input without a CT; the cloud leaves those of an Infinity out."""


def published(house: CloudHouse) -> dict[int, tuple[str, int | None, bool, str | None, str]]:
    """What the monitor says over MQTT: name, phase, reversal, CT type and role of every input in use."""
    assert house.monitor is not None
    kept = next(kept for kept in house.monitor.retained() if "/channelConfig" in kept.topic)
    plan = read_channels(kept.topic, kept.payload)
    return {c.input: (c.name, c.phase, c.reversed, c.ct_type, c.role) for c in plan.channels if c.role not in FREE}


def held(boss: Person, house: CloudHouse) -> dict[int, tuple[str, int, bool, str, str]]:
    """What the cloud says of them."""
    answer = boss.http.get(f"/servicelocation/{house.location}/meteringconfiguration").json()
    if "channelsConfiguration" in answer:
        return {
            row["ctInput"]: (
                row["name"],
                row["phase"],
                row["reversed"],
                row["inputChannelCTType"],
                row["inputChannelType"],
            )
            for row in answer["channelsConfiguration"]["inputChannels"]
            if row["inputChannelType"] != "UNUSED"
        }
    rows = {}
    for load in answer["measurements"]:
        role = "PRODUCTION" if load["type"] == "PRODUCTION" else "CONSUMPTION"
        for channel in load["channels"]:
            name = load["name"] if channel["name"] == load["name"] else f"{load['name']} {channel['name']}"
            phase = ("PHASEA", "PHASEB", "PHASEC").index(channel["phase"])
            rows[channel["consumptionIndex"]] = (name, phase, channel["reversed"], channel["ctType"], role)
    return rows


def test_identity_is_the_monitors_own(boss: Person, home: CloudHouse) -> None:
    assert home.monitor is not None
    who = home.monitor.site.identity
    rows = boss.http.get("/servicelocation").json()["serviceLocations"]
    assert {
        "serviceLocationId": who.location,
        "name": "Home",
        "serviceLocationUuid": who.uuid,
        "deviceSerialNumber": who.serial,
    } in rows


def test_info_of_an_infinity(fitter: Person, home: CloudHouse) -> None:
    info = fitter.http.get(f"/servicelocation/{home.location}/info").json()
    assert (info["timezone"], info["electricityCurrency"]) == ("Europe/Brussels", "EUR")
    assert [one["name"] for one in info["appliances"]][:2] == ["Car charger", "Heat pump"]
    assert [(one["name"], one["type"], one["connectionState"]) for one in info["actuators"]] == [
        ("Reading lamp", "SWITCH", "CONNECTED"),
        ("Bathroom fan heater", "SWITCH", "CONNECTED"),
    ]
    assert [channel["type"] for channel in info["sensors"][0]["channels"]] == ["WATER", "GAS"]
    assert "channelsConfiguration" not in info


def test_info_of_a_20_series_has_its_inputs(boss: Person, cottage: CloudHouse) -> None:
    info = boss.http.get(f"/servicelocation/{cottage.location}/info").json()
    assert [row["ctInput"] for row in info["channelsConfiguration"]["inputChannels"]] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("which", ["home", "cottage"])
def test_the_second_opinion_agrees(boss: Person, which: str, request: pytest.FixtureRequest) -> None:
    house = request.getfixturevalue(which)
    assert held(boss, house) == published(house)


def test_the_second_opinion_differs_where_it_is_made_to(boss: Person, home: CloudHouse) -> None:
    extra = MountedCt(40, "Sauna", None, 1, 1)
    changed = {
        6: ConfigDifference(phase=2),
        7: ConfigDifference(name="Pool"),
        8: ConfigDifference(flag=True),
        9: ConfigDifference(ct_type="SCT2_200A"),
        10: ConfigDifference(role="PRODUCTION", connection="GRID"),
    }
    home.cloud_config = CloudConfig(changed, frozenset({11}), (extra,))
    ours, theirs = published(home), held(boss, home)
    assert {n for n in ours.keys() & theirs.keys() if ours[n] != theirs[n]} == {6, 7, 8, 9, 10}
    assert (theirs[6][1], theirs[7][0], theirs[9][3], theirs[10][4]) == (2, "Pool", "SCT2_200A", "PRODUCTION")
    assert ours.keys() - theirs.keys() == {11}
    assert theirs.keys() - ours.keys() == {40}


def test_a_cloud_that_does_not_tell_the_cts(boss: Person, home: CloudHouse) -> None:
    home.tells_cts = False
    answer = boss.http.get(f"/servicelocation/{home.location}/meteringconfiguration").json()
    assert set(answer["measurements"][0]["channels"][0]) == {"name", "phase", "consumptionIndex", "powerTopicIndex"}


def test_rights(fitter: Person, cottage: CloudHouse, home: CloudHouse) -> None:
    assert fitter.http.get(f"/servicelocation/{cottage.location}/info").status_code == 403
    assert fitter.http.get("/servicelocation/1/info").status_code == 404
    assert fitter.http.get(f"/servicelocation/{home.location}/nonsense").status_code == 404
    assert fitter.http.get(f"/servicelocation/{home.location}/share").status_code == 405
    assert fitter.http.post("/servicelocation", json={"name": "Mine"}).status_code == 403
    assert fitter.http.put(f"/servicelocation/{home.location}", json={"name": "Mine"}).status_code == 403
    assert fitter.http.delete(f"/servicelocation/{home.location}").status_code == 403
    assert fitter.http.post(f"/servicelocation/{home.location}/share", json={"username": "boss"}).status_code == 403


def test_a_location_from_birth_to_end(boss: Person, fitter: Person) -> None:
    place = {"name": "New house", "lat": 51.0, "lon": 3.7, "deviceSerialNumber": "5012345678"}
    answer = boss.http.post("/servicelocation", json=place)
    number = answer.json()["serviceLocationId"]
    assert (answer.status_code, answer.json()["deviceSerialNumber"]) == (201, "5012345678")
    assert fitter.http.get(f"/servicelocation/{number}/info").status_code == 403
    assert boss.http.post(f"/servicelocation/{number}/share", json={"username": "fitter"}).status_code == 200
    assert boss.http.put(f"/servicelocation/{number}", json={"name": "Old house", "lat": 50.0}).status_code == 200
    info = fitter.http.get(f"/servicelocation/{number}/info").json()
    assert (info["name"], info["lat"], info["lon"]) == ("Old house", 50.0, 3.7)
    assert fitter.values(f"/servicelocation/{number}/consumption").json()["consumptions"] == []
    assert boss.http.delete(f"/servicelocation/{number}").status_code == 204
    assert fitter.http.get(f"/servicelocation/{number}/info").status_code == 404


@pytest.mark.parametrize(
    "place", [{}, {"name": " "}, {"name": "x", "lat": 91.0}, {"name": 5}, {"name": "x", "lon": -181.0}]
)
def test_a_location_that_cannot_be(boss: Person, place: dict[str, object], cloud: VirtualCloud) -> None:
    before = len(cloud.estate.houses)
    answer = boss.http.post("/servicelocation", json=place)
    assert (answer.status_code, bool(answer.json()["message"])) == (400, True)
    assert len(cloud.estate.houses) == before


def test_a_monitor_has_one_location(boss: Person, home: CloudHouse) -> None:
    answer = boss.http.post("/servicelocation", json={"name": "Twice", "deviceSerialNumber": home.serial})
    assert answer.status_code == 400


def test_sharing_with_nobody(boss: Person, home: CloudHouse) -> None:
    answer = boss.http.post(f"/servicelocation/{home.location}/share", json={"username": "ghost"})
    assert (answer.status_code, answer.json()) == (400, {"message": "There is no such user"})


def test_a_body_must_say_that_it_is_json(boss: Person) -> None:
    assert boss.http.post("/servicelocation", content=msgspec.json.encode({"name": "x"})).status_code == 415
