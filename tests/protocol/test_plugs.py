"""Sensors, plugs, automations and presence."""

from typing import Any

import pytest

from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError, fact
from smappee_tui.protocol.messages import (
    GasWaterChannel,
    GasWaterSensor,
    HomeControlConfig,
    PlugCommand,
    PlugConnection,
    PlugSetting,
    PlugState,
    Presence,
    Schedule,
    SensorConfig,
    SwitchSensor,
    Trigger,
)
from tests.payloads import START, home_control, plug_value, presence, raw, schedule, sensor_config, topic, trigger


def read(rest: str, content: Any) -> Any:
    return decode(topic(rest), content if isinstance(content, bytes) else raw(content))[1]


# --- sensorConfig, homeControlConfig ---------------------------------------------------------------------------------


def test_sensors() -> None:
    assert read("sensorConfig", sensor_config()) == SensorConfig(
        START,
        (
            GasWaterSensor(
                301,
                "3004990301",
                (
                    GasWaterChannel("WATER", "l", 1.0, True, 2, 150.0),
                    GasWaterChannel("GAS", "m3", 100.0, False, 0, 5.0),
                ),
            ),
        ),
        (SwitchSensor(302, "Boiler", "4006990001"),),
    )


def test_no_sensors_is_a_plan_without_sensors() -> None:
    assert read("sensorConfig", {"gwSensors": [], "switchSensors": None}) == SensorConfig(None, (), ())


def test_plugs_measuring_and_plain() -> None:
    assert read("homeControlConfig", home_control()) == HomeControlConfig(
        START, (PlugSetting(11, "Boiler", "4006990001", True), PlugSetting(12, "Lamp", None, False))
    )


@pytest.mark.parametrize("rest", ["sensorConfig", "homeControlConfig"])
@pytest.mark.parametrize("content", [{}, {"utcTimeStamp": 1}, {"other": []}])
def test_a_message_without_its_content_is_unreadable(rest: str, content: Any) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(rest, content)
    assert caught.value.reason.code == "messages.neither"


def test_serial_numbers_may_be_numbers() -> None:
    plan = read("homeControlConfig", home_control(switches=[(11, "Boiler", 4006990001)]))  # type: ignore[list-item]
    assert plan.plugs[0].serial == "4006990001"
    sensors = read("sensorConfig", sensor_config(switches=[(302, "Boiler", 4006990001)]))  # type: ignore[list-item]
    assert sensors.switches[0].serial == "4006990001"


@pytest.mark.parametrize("number", [None, "x", 1.5, 1e300, "nan"])
def test_a_device_without_a_number_is_left_out(number: Any) -> None:
    assert len(read("homeControlConfig", home_control(switches=[(number, "a", None)])).plugs) == 1
    assert read("sensorConfig", sensor_config(gas_water=(), switches=[(number, "a", None)])).switches == ()


def test_a_sensor_has_at_most_eight_inputs() -> None:
    content = sensor_config()
    content["gwSensors"][0]["gwSensorChannelsConfig"] *= 50
    assert len(read("sensorConfig", content).gas_water[0].channels) == 8


def test_a_sensor_input_of_an_unknown_kind() -> None:
    content = {"gwSensors": [{"sensorId": "7", "gwSensorChannelsConfig": [{"type": "steam", "leakIntervals": 1.5}]}]}
    sensor = read("sensorConfig", content).gas_water[0]
    assert sensor == GasWaterSensor(7, None, (GasWaterChannel("STEAM", "", None, False, None, None),))


# --- plug topics ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("CONNECTED", "CONNECTED"),
        ("disconnected", "DISCONNECTED"),
        (" UNREACHABLE ", "UNREACHABLE"),
        (1, "CONNECTED"),
        (0, "DISCONNECTED"),
        (2, "UNREACHABLE"),
        ("1", "CONNECTED"),
        (1.0, "CONNECTED"),
        (True, "CONNECTED"),
        (False, "DISCONNECTED"),
        (3, "3"),
        ("ASLEEP", "ASLEEP"),
        (None, "UNKNOWN"),
        ("", "UNKNOWN"),
    ],
)
def test_connection_in_words_and_numbers(value: Any, meant: str) -> None:
    assert read("plug/11/connectionState", plug_value(value)) == PlugConnection("11", meant, START)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("ON", "ON"),
        ("off", "OFF"),
        (1, "ON"),
        (0, "OFF"),
        (True, "ON"),
        (False, "OFF"),
        ("true", "ON"),
        ("FALSE", "OFF"),
        ("DIMMED", "DIMMED"),
        (0.5, "0.5"),
        (1e300, "1E+300"),
    ],
)
def test_relay_in_words_and_numbers(value: Any, meant: str) -> None:
    assert read("plug/11/state", plug_value(value)) == PlugState("11", meant, START)
    assert read("plug/11/setstate", plug_value(value)) == PlugCommand("11", meant, START)


@pytest.mark.parametrize(
    ("since", "meant"),
    [
        ("1700000000000", START),
        (1_700_000_000_000, START),
        ("", None),
        ("now", None),
        (None, None),
        (-1, None),
        (1e300, None),
        ("nan", None),
        ("1e400", None),
        (0, 0.0),
    ],
)
def test_since_may_be_text_or_nonsense(since: Any, meant: float | None) -> None:
    assert read("plug/11/state", raw({"value": "ON", "since": since})).since == meant


def test_since_may_be_missing() -> None:
    assert read("plug/11/state", {"value": "ON"}) == PlugState("11", "ON", None)


@pytest.mark.parametrize(
    "payload",
    [
        b"{'value':'ON', 'since':1700000000000}",
        b"{'value': 'ON', 'since': '1700000000000',}",
        b'{"value":"ON","since":1700000000000,}',
        b'\xef\xbb\xbf{"value":"ON","since":1700000000000}',
    ],
)
def test_slips_seen_in_the_wild_are_mended(payload: bytes) -> None:
    assert read("plug/11/setstate", payload) == PlugCommand("11", "ON", START)


@pytest.mark.parametrize(
    "payload", [b"{'value':'it's'}", b"{'value':\"ON\"}", b"{'value':'ON'", b"'ON'", b"ON", b'"ON"']
)
def test_other_slips_are_not(payload: bytes) -> None:
    with pytest.raises(UnreadableError):
        read("plug/11/setstate", payload)


def test_an_apostrophe_in_a_good_payload_stays() -> None:
    assert read("homeControlConfig", home_control(comfort=[(1, "Tom's, }")])).plugs[-1].name == "Tom's, }"


def test_mending_leaves_texts_alone() -> None:
    payload = raw(home_control(comfort=[(1, 'a,] "b\\",}')])).replace(b"}]", b"},]")
    assert read("homeControlConfig", payload).plugs[-1].name == 'a,] "b\\",}'


def test_a_plug_value_is_needed() -> None:
    with pytest.raises(UnreadableError) as caught:
        read("plug/11/state", {"since": 5})
    assert caught.value.reason == fact("messages.missing_field", field="value")


# --- automations, presence --------------------------------------------------------------------------------------------


def test_trigger() -> None:
    assert read("trigger", trigger()) == Trigger(
        3, "Sun is out", "ACTIVE_POWER_ABOVE", "ON", (11,), 1500.0, 30.0, 51.2, 4.4, 0.0
    )


def test_schedule() -> None:
    assert read("scheduler", schedule()) == Schedule(2, "Boiler off", "OFF", (), 9, 10, "ALL_DAYS")


def test_an_automation_says_as_much_as_it_says() -> None:
    assert read("trigger", {"triggerId": "4"}) == Trigger(4, "", "UNKNOWN", "UNKNOWN", (), *[None] * 5)
    assert read("scheduler", {"schedulerId": 4.0, "controllableNodeIds": None}).nodes == ()


@pytest.mark.parametrize("number", [None, "x", 1.5, "nan", 1e300])
def test_an_automation_without_a_number_is_unreadable(number: Any) -> None:
    with pytest.raises(UnreadableError) as caught:
        read("trigger", trigger(triggerId=number))
    assert caught.value.place == "$.triggerId"
    with pytest.raises(UnreadableError) as caught:
        read("scheduler", schedule(schedulerId=number))
    assert caught.value.place == "$.schedulerId"


def test_nodes_are_bounded_and_only_whole_numbers() -> None:
    assert read("trigger", trigger(controllableNodeIds=[1, "2", 3.5, "x", 4.0])).nodes == (1, 2, 4)
    assert len(read("trigger", trigger(controllableNodeIds=list(range(5000)))).nodes) == 1000


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (True, True),
        (False, False),
        (1, True),
        (0, False),
        ("true", True),
        ("FALSE", False),
        (None, None),
        ("perhaps", None),
    ],
)
def test_presence(value: Any, meant: bool | None) -> None:
    assert read("presence", presence(value)) == Presence(meant)


def test_presence_needs_a_value() -> None:
    for content in ({}, [], {"value": []}, {"value": {}}):
        with pytest.raises(UnreadableError):
            read("presence", content)
