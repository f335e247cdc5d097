from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.connect.recording.redact import Redactor
from smappee_tui.protocol.received import Mark, MqttMessage

UUID = "8133db70-6cb2-4e20-a7ea-4c4457478cc8"


def redact(redactor: Redactor, topic: str, payload: Any) -> tuple[str, Any]:
    made = redactor.redact(MqttMessage(1.0, topic, json.dumps(payload).encode(), 1, True))
    assert (made.at, made.qos, made.retain) == (1.0, 1, True)
    return made.topic, json.loads(made.payload)


def test_one_house_seen_through_every_topic() -> None:
    redactor = Redactor()
    # Realtime may come first: its formula must already agree with the configuration that follows.
    topic, live = redact(
        redactor,
        f"servicelocation/{UUID}/realtime",
        {"channelPowers": [{"publishIndex": 0, "formula": "$5500003190/0$", "power": 237, "importEnergy": 2004000025}]},
    )
    location = topic.split("/")[1]
    assert location != UUID
    assert live["channelPowers"][0]["power"] == 237
    assert live["channelPowers"][0]["importEnergy"] == 2004000025
    _, config = redact(
        redactor,
        f"servicelocation/{UUID}/config",
        {
            "config": {
                "serialNumber": "5010009164",
                "deviceUuid": "2153D2CE-c1c9-4d7a-a591-65ef11dd07fd",
                "serviceLocationUuid": UUID.upper(),
                "serviceLocationId": 41234,
                "serviceLocationName": "Huis Janssens",
                "firmwareVersion": "V4.7.1",
                "timeZone": "Europe/Brussels",
                "utcTimeStamp": 1610744701087,
                "webPortalPassword": "admin",
                "mqtt": {"Pass_Word": "x", "accessToken": "y"},
            }
        },
    )
    inner = config["config"]
    assert inner["serviceLocationUuid"] == location
    assert inner["serialNumber"].startswith("5010")
    assert len(inner["serialNumber"]) == 10
    assert inner["serialNumber"] != "5010009164"
    assert inner["serviceLocationId"] != 41234
    assert (inner["firmwareVersion"], inner["timeZone"]) == ("V4.7.1", "Europe/Brussels")
    assert inner["utcTimeStamp"] == 1610744701087
    assert "webPortalPassword" not in inner
    assert inner["mqtt"] == {}
    _, channels = redact(
        redactor,
        f"servicelocation/{UUID}/channelConfigV2",
        {
            "dataProcessingSpecification": {
                "serviceLocationId": 41234,
                "phaseType": "THREE_DELTA",
                "dataSources": [
                    {
                        "busAddress": {"serialNumber": "5500003190", "inputIndex": 0},
                        "type": "SCT2_50A",
                        "name": "CTHub-5500003190",
                        "measurementType": {"phase": "PHASEB", "mRID": "1.37.64.38"},
                    }
                ],
                "measurements": [
                    {"name": "Keuken Anna", "formula": "$5500003190/0$ + $5500003190/1$", "flow": "CONSUMPTION"},
                    {"name": "Keuken Anna", "formula": "$5500009999/0$", "connectionType": "GRID"},
                ],
            }
        },
    )
    plan = channels["dataProcessingSpecification"]
    hub = plan["dataSources"][0]["busAddress"]["serialNumber"]
    first, second = plan["measurements"]
    assert live["channelPowers"][0]["formula"] == f"${hub}/0$"
    assert first["formula"] == f"${hub}/0$ + ${hub}/1$"
    assert second["formula"] != "$5500009999/0$"
    assert first["name"] == second["name"] == "name 3"
    assert plan["serviceLocationId"] == inner["serviceLocationId"]
    assert plan["phaseType"] == "THREE_DELTA"
    assert plan["dataSources"][0]["type"] == "SCT2_50A"
    assert plan["dataSources"][0]["measurementType"] == {"phase": "PHASEB", "mRID": "1.37.64.38"}
    assert first["flow"] == "CONSUMPTION"


def test_marks_and_measurements_stay() -> None:
    redactor = Redactor()
    mark = Mark(1.0, "load-on", 2000, 4)
    assert redactor.redact(mark) is mark
    values = {"value": "ON", "since": "1505479692000", "temperature": 246, "uom": "m3", "x": [True, None, 1.5]}
    assert redact(redactor, "servicelocation/u-1/plug/42/state", values)[1] == values
    assert redact(redactor, "servicelocation/u-1/plug/42/state", values)[0].split("/")[2:] == ["plug", "42", "state"]


def test_triggers_and_odd_spellings() -> None:
    redactor = Redactor()
    payload = {
        "label": "Anna thuis", "type": "ACTIVE_POWER_ABOVE", "longitude": 4.35, "latitude": 50.85, "radius": 10,
        "serialNumber": 5010009164, "hub_serial": "HUB-77-ABC", "note": "bel 0475 123456", "phone": 475123456,
        "5010009164": {"Anna thuis": 1}, "unknown": "Kerkstraat 5, Gent", "list": ["HUB-77-ABC", 5010009164],
        "key": "webPortalPassword", "value": "geheim",
    }  # fmt: skip
    _, made = redact(redactor, "servicelocation/u-1/trigger", payload)
    text = json.dumps(made)
    for secret in ("Anna", "4.35", "50.85", "5010009164", "HUB-77", "Kerkstraat", "0475", "475123456", "geheim"):
        assert secret not in text
    assert made["type"] == "ACTIVE_POWER_ABOVE"
    assert made["radius"] == 10
    assert isinstance(made["serialNumber"], int)
    assert made["list"] == [made["hub_serial"], made["serialNumber"]]
    assert made[str(made["serialNumber"])] == {made["label"]: 1}


def test_single_quotes_stay_single() -> None:
    made = Redactor().redact(MqttMessage(1.0, "servicelocation/u/plug/1/setstate", b"{'value': 'ON', 'since': 15}"))
    assert made.payload == b"{'value':'ON','since':15}"


@pytest.mark.parametrize(
    "payload",
    [b'{"serialNumber":"5010009164"', b"\xff5010009164", b"[" * 100_000, b"Anna", b"{}" * 500_000, b"\x00" * 3],
)
def test_what_cannot_be_read_is_not_passed_on(payload: bytes) -> None:
    made = Redactor().redact(MqttMessage(1.0, "servicelocation/u/config", payload)).payload
    assert b"5010009164" not in made
    assert b"Anna" not in made
    assert len(payload) <= len(made) < 2 * len(payload) or len(made) == 65536
    with pytest.raises(ValueError):
        json.loads(made)


def test_topics_outside_the_known_tree() -> None:
    made = Redactor().redact(MqttMessage(1.0, f"etc/carcharger/6110001234/{UUID}/Anna's house", b"")).topic
    assert made.startswith("etc/carcharger/6110")
    for secret in ("6110001234", UUID, "Anna"):
        assert secret not in made


serials = st.builds(
    "{}{:08d}".format,
    st.sampled_from(["10", "20", "30", "40", "50", "51", "55", "57"]),
    st.integers(10_000, 99_999_999),
)
uuids = st.uuids().map(str)
names = st.text(min_size=1, max_size=12).map(lambda text: f"Zq{text}")
places = st.floats(1.001, 89, allow_nan=False).map(lambda value: round(value, 5))


@st.composite
def secrets(draw: st.DrawFn) -> tuple[Any, list[str]]:
    """A nested payload and the texts in it that must not come out."""
    serial, hub, name, uuid, label = draw(serials), draw(serials), draw(names), draw(uuids), draw(names)
    payload: Any = {
        draw(st.sampled_from(["serialNumber", "SerialNumber", "deviceSerialNumber"])): serial,
        draw(st.sampled_from(["deviceUuid", "serviceLocationUuid", "uuid"])): draw(
            st.sampled_from([uuid, uuid.upper()])
        ),
        draw(st.sampled_from(["name", "serviceLocationName", "applianceName"])): name,
        "anything": {"label": label, "formula": f"${hub}/0$", "text": f"{uuid} of {name}", "n": draw(st.integers())},
        serial: [hub, {uuid: name}],
        "password": name,
    }
    for _ in range(draw(st.integers(0, 4))):
        payload = {"deeper": payload} if draw(st.booleans()) else [payload]
    return payload, [serial, hub, uuid, uuid.upper(), name, label]


@given(st.lists(secrets(), min_size=1, max_size=4))
def test_nothing_original_is_left_and_the_same_stays_the_same(drawn: list[tuple[Any, list[str]]]) -> None:
    redactor = Redactor()
    first, known = [], set()
    for payload, hidden in drawn:
        # What was made up before this message came keeps its meaning, should it stand in here as an original.
        known |= {secret for secret in hidden if plain(secret) not in redactor._made.issued}
        first.append(redact(redactor, f"servicelocation/{hidden[2]}/config", payload))
    again = [redact(redactor, f"servicelocation/{hidden[2]}/config", payload) for payload, hidden in drawn]
    assert first == again
    text = json.dumps(first, ensure_ascii=False) + json.dumps(first)
    for secret in known:
        assert secret not in text
        assert json.dumps(secret)[1:-1] not in text
    originals = {hidden[2] for _, hidden in drawn}
    assert len({topic for topic, _ in first}) == len(originals)


def plain(secret: str) -> str:
    return secret.replace("-", "").lower()


def test_what_is_made_up_is_no_original_of_the_same_message() -> None:
    uuid = "00000000-0000-4000-8000-000000000001"
    payload = {
        "serialNumber": "1010123456",
        "hubs": [{"serialNumber": "1010999999"}, {"formula": "$1010999998/0$"}],
        "uuid": UUID,
        "other": uuid.upper(),
        "serviceLocationId": 41234,
        "parent": {"serviceLocationId": 10001},
    }
    topic, made = redact(Redactor(), f"servicelocation/{UUID}/config", payload)
    text = topic + json.dumps(made)
    for secret in ("1010123456", "1010999999", "1010999998", uuid, UUID, "41234", "10001"):
        assert secret not in text
    assert made["serialNumber"] != made["hubs"][0]["serialNumber"]


def test_an_original_that_equals_what_was_made_up_long_ago_gets_another() -> None:
    redactor = Redactor()
    topic = f"servicelocation/{UUID}/config"
    made = [
        redact(redactor, topic, {"serialNumber": serial})[1]["serialNumber"]
        for serial in ("1010123456", "1010999999", "1010123456", "1010999998", "1010999999")
    ]
    assert made == ["1010999999", "1010999998", "1010999999", "1010999997", "1010999998"]


@pytest.mark.parametrize("serial", ["X", "HUB-77-ABC", "9" * 5000, "1" * 7])
def test_serial_numbers_of_any_length_keep_it(serial: str) -> None:
    made = redact(Redactor(), "servicelocation/u/config", {"serialNumber": serial})[1]["serialNumber"]
    assert len(made) == len(serial)
    assert made != serial


def test_nested_too_deeply_for_us_is_not_passed_on() -> None:
    payload = b'{"a":' * 900 + b'"5010009164"' + b"}" * 900
    made = Redactor().redact(MqttMessage(1.0, "servicelocation/u/config", payload)).payload
    assert b"5010009164" not in made


def test_a_bridges_prefix_and_a_wrapped_body_hide_nothing() -> None:
    inner = {"serialNumber": "5010990023", "serviceLocationUuid": UUID}
    topics, bodies = zip(
        redact(Redactor(), f"site/7/servicelocation/{UUID}/config", {"jsonContent": json.dumps(inner)}),
        redact(Redactor(), f"servicelocation/{UUID}/config", {"jsonContent": "no JSON: 5010990023"}),
        strict=True,
    )
    assert not any(UUID in topic for topic in topics)
    assert not any("5010990023" in str(body) or UUID in str(body) for body in bodies)
