"""Locations, what belongs to them, and the load configuration of both kinds of monitor."""

import json
from typing import Any

import pytest

from smappee_tui.protocol.cloud.read_access import Refusal, read_refusal
from smappee_tui.protocol.cloud.read_places import read_created, read_info, read_locations, read_metering, read_state
from smappee_tui.protocol.cloud.records import Actuator, Appliance, CloudLocation
from smappee_tui.protocol.fact import UnreadableError, fact
from smappee_tui.protocol.messages import ChannelSetting

WHO = {"serviceLocationId": 1, "name": "Home", "serviceLocationUuid": "u-u", "deviceSerialNumber": "5001001234"}


def wire(content: Any) -> bytes:
    return json.dumps(content).encode()


def channel(number: int, **fields: Any) -> dict[str, Any]:
    return {"name": f"L{number % 3 + 1}", "phase": "PHASEA", "consumptionIndex": number, "powerTopicIndex": 7, **fields}


def measured(*measurements: Any, **more: Any) -> bytes:
    return wire({**WHO, "phaseType": "THREE_STAR", "measurements": list(measurements), **more})


def test_one_bad_location_spoils_no_other() -> None:
    rows = [WHO, None, 5, {}, {"serviceLocationId": "x"}, {"serviceLocationId": "2", "deviceSerialNumber": 5001001235}]
    read = read_locations(wire({"appName": "a", "serviceLocations": rows}))
    assert read.records == (CloudLocation(1, "Home", "u-u", "5001001234"), CloudLocation(2, "", "", "5001001235"))
    assert read.unreadable == 4


def test_no_locations_are_no_error() -> None:
    for body in (b'{"serviceLocations": []}', b'{"serviceLocations": null}', b"[]"):
        assert read_locations(body).records == ()


def test_info_in_full() -> None:
    info = read_info(
        wire(
            {
                **WHO,
                "lat": "50.85",
                "lon": 4.35,
                "timezone": "Europe/Brussels",
                "electricityCost": 0.31,
                "electricityCurrency": "EUR",
                "appliances": [{"id": 3, "name": "Fridge", "type": "refrigerator", "sourceType": "NILM"}, {"id": None}],
                "actuators": [
                    {
                        "id": "4",
                        "name": "Plug",
                        "type": "SWITCH",
                        "serialNumber": 4006000001,
                        "connectionState": "connected",
                        "states": [{"id": "OFF_OFF", "current": False}, {"id": "ON_ON", "current": True}, 7],
                    },
                    {"id": 5, "states": None, "state": "off"},
                ],
                "sensors": [{"id": 6, "channels": [{"type": "WATER", "ppu": "1", "uom": "l", "enabled": 1}, None]}],
                "channelsConfiguration": {
                    "inputChannels": [{"ctInput": 0, "name": "L1", "inputChannelType": "CONSUMPTION"}]
                },
            }
        )
    )
    assert (info.latitude, info.longitude, info.tariff, info.time_zone) == (50.85, 4.35, 0.31, "Europe/Brussels")
    assert info.appliances == (Appliance(3, "Fridge", "refrigerator", "NILM"),)
    assert info.actuators == (
        Actuator(4, "Plug", "SWITCH", "4006000001", "CONNECTED", "ON"),
        Actuator(5, "", "", "", "", "OFF"),
    )
    assert (info.sensors[0].id, info.sensors[0].channels[0].medium, info.sensors[0].channels[0].enabled) == (
        6,
        "WATER",
        True,
    )
    assert info.plan is not None
    assert info.plan.channels[0].name == "L1"


def test_info_of_hardly_anything() -> None:
    info = read_info(wire({"serviceLocationId": 1, "lat": 95, "appliances": {}, "actuators": None, "sensors": "none"}))
    assert (info.latitude, info.plan, info.appliances, info.actuators, info.sensors) == (None, None, (), (), ())
    assert (info.time_zone, info.currency) == (None, None)


def test_an_infinity_in_the_words_of_its_own_configuration() -> None:
    held = read_metering(
        measured(
            {"id": 1, "name": "Grid", "type": "GRID", "channels": [channel(0), channel(1, phase="B", reversed=True)]},
            {"name": "Sun", "type": "PRODUCTION", "channels": [channel(2, name="Sun", phase="L3", ctType="50A")]},
            {"name": "Powerwall", "type": "BATTERY", "channels": [channel(3, name=None, phase=0)]},
            {"name": "Oven", "type": "SOMETHING_NEW", "channels": [channel(4, name="Oven left", phase=None)]},
            {"name": "Sum", "channels": [{"consumptionIndex": -1}, {}, None, channel(99_999)]},
            None,
            timezone="Europe/Brussels",
        )
    )
    plain = {"reversed": False, "balanced": False, "ct_type": None, "hub": None}
    assert held.plan.channels == (
        ChannelSetting(0, "Grid L1", "CONSUMPTION", "GRID", 0, **plain),
        ChannelSetting(1, "Grid L2", "CONSUMPTION", "GRID", 1, **{**plain, "reversed": True}),
        ChannelSetting(2, "Sun", "PRODUCTION", "GRID", 2, **{**plain, "ct_type": "50A"}),
        ChannelSetting(3, "Powerwall", "STORAGE", "GRID", 0, **plain),
        ChannelSetting(4, "Oven left", "CONSUMPTION", "SUBMETER", None, **plain),
    )
    assert held.plan.channels[0].is_grid
    assert (held.plan.dialect, held.plan.phase_type, held.plan.location_id) == ("infinity", "star", 1)
    assert held.columns == {n: n for n in range(5)}
    assert held.told == {"name", "role", "connection", "phase", "reversed", "ct_type"}
    assert held.time_zone == "Europe/Brussels"
    assert len(held.plan.remarks) == 2


def test_what_is_not_told_is_not_claimed() -> None:
    held = read_metering(measured({"channels": [{"consumptionIndex": 0}]}))
    assert held.told == frozenset()
    assert held.plan.channels[0].role == "CONSUMPTION"


def test_an_input_twice_counts_once() -> None:
    held = read_metering(measured({"name": "A", "channels": [channel(0)]}, {"name": "B", "channels": [channel(0)]}))
    assert [one.name for one in held.plan.channels] == ["B L1"]
    assert held.plan.remarks == (fact("messages.input_twice", input=0),)


def test_a_20_series_as_over_mqtt() -> None:
    rows = [
        {"ctInput": 2, "name": "Sun", "phase": 1, "inputChannelType": "PRODUCTION", "inputChannelConnection": "GRID",
         "reversed": "true", "balanced": None, "inputChannelCTType": "CT50A"},
        {"ctInput": [], "name": {}},
        {"ctInput": "0", "name": "Grid", "phase": "PHASEA"},
    ]  # fmt: skip
    held = read_metering(wire({**WHO, "channelsConfiguration": {"inputChannels": rows}, "measurements": []}))
    assert held.plan.dialect == "20-series"
    assert [(c.input, c.name, c.role, c.phase, c.reversed, c.ct_type) for c in held.plan.channels] == [
        (0, "Grid", "UNKNOWN", 0, False, None),
        (2, "Sun", "PRODUCTION", 1, True, "CT50A"),
    ]
    assert held.columns == {0: 0, 2: 2}
    assert held.told == {"name", "role", "connection", "phase", "reversed", "ct_type"}


def test_hostile_names_are_data() -> None:
    name = "\x1b[31m\u202e" + "x" * 50_000 + "\ud800"
    held = read_metering(measured({"name": name, "type": "GRID", "channels": [channel(0)]}))
    assert held.plan.channels[0].name.startswith("\x1b[31m\u202exxx")
    assert len(held.plan.channels[0].name) < 10_100
    half = b'{"serviceLocationId": 1, "name": "a\\ud800b"}'
    assert read_info(half).location.name.encode() == b"a?b"


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (b'"ON_ON"', "ON"),
        (b"OFF_OFF", "OFF"),
        (b" on\n", "ON"),
        (b'"off"', "OFF"),
        (b"true", "ON"),
        (b"0", "OFF"),
        (b'{"state": "ON_ON"}', "ON"),
        (b"Half way", "HALF WAY"),
    ],
)
def test_a_state_in_any_spelling(body: bytes, state: str) -> None:
    assert read_state(body) == state


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"<html>", b'""', b"[1", b'{"state": {}}'])
def test_or_none_at_all(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_state(body)


def test_a_created_location() -> None:
    assert read_created(b'{"serviceLocationId": 8}', "New", "5001") == CloudLocation(8, "New", "", "5001")
    assert read_created(wire(WHO), "New", "") == CloudLocation(1, "Home", "u-u", "5001001234")
    assert read_created(b"[]", "New", "") is None


@pytest.mark.parametrize("body", [b"{}", b"[]", b"5", b'{"serviceLocationId": 1}', b'{"measurements": []}'])
def test_no_configuration_is_said(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_metering(body)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b'{"message": "a"}', Refusal("", "a")),
        (b'{"Message": "a", "message": ""}', Refusal("", "a")),
        (b'{"error": "invalid_grant", "error_description": "b"}', Refusal("invalid_grant", "b")),
        (b'{"error": {"code": "X1", "message": "deep"}}', Refusal("x1", "deep")),
        (b'"bare"', Refusal("", "bare")),
        (b"Bad gateway", Refusal("", "Bad gateway")),
        (b"<html>502</html>", Refusal("", "")),
        (b"\x00\x01", Refusal("", "")),
        (b"", Refusal("", "")),
        (b"[1]", Refusal("", "")),
        (b'{"message": {"a": 1}}', Refusal("", "")),
    ],
)
def test_what_the_server_says(body: bytes, refusal: Refusal) -> None:
    assert read_refusal(body) == refusal
