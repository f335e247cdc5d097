from __future__ import annotations

import base64
import json
import pickle
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.connect.recording.redact import Redactor
from smappee_tui.protocol.names import base_name, phase_word, suggests_storage
from smappee_tui.protocol.received import Gap, Mark, MqttMessage
from smappee_tui.protocol.topics import Kind, parse_topic
from smappee_tui.protocol.vocabulary import KnownField, Shape, shape_of
from smappee_tui.site.locations import Locations
from tests import payloads as p

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
    assert live["channelPowers"][0]["importEnergy"] == 2000000000, "what it counts from here on stays"
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
    assert "admin" not in json.dumps(config)
    assert "webPortalPassword" not in inner
    assert "mqtt" not in inner
    assert redactor.unknown == 9, "name and password with their keys; mqtt, two keys and two values in it"
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
    assert first["name"] == second["name"] == "Name2"
    assert plan["serviceLocationId"] == inner["serviceLocationId"]
    assert plan["phaseType"] == "THREE_DELTA"
    assert plan["dataSources"][0]["type"] == "SCT2_50A"
    assert plan["dataSources"][0]["measurementType"] == {"phase": "PHASEB", "mRID": "1.37.64.38"}
    assert first["flow"] == "CONSUMPTION"


def test_marks_gaps_and_measurements_stay() -> None:
    redactor = Redactor()
    mark, gap = Mark(1.0, "load-on", 2000, 4), Gap(9.0, 7.5, 1)
    assert redactor.redact(mark) is mark
    assert redactor.redact(gap) is gap
    values = {"value": "ON", "since": "1505479692000"}
    topic, made = redact(redactor, "servicelocation/u-1/plug/42/state", values)
    assert (topic.split("/")[2:], made) == (["plug", "42", "state"], values)
    water = {"sensorId": 175, "utcEndtime": 1505479692000, "temperature": 246, "humidity": "45", "index0Delta": 3}
    rows = {"gwIntervalDatas": [water]}
    assert redact(redactor, "servicelocation/u-1/aggregatedGW", rows)[1] == rows
    assert redactor.unknown == 0


def test_triggers_and_odd_spellings() -> None:
    redactor = Redactor()
    payload = {
        "triggerId": 3, "label": "Anna thuis", "type": "ACTIVE_POWER_ABOVE", "longitude": 4.35, "latitude": 50.85,
        "radius": 10, "action": "EMAIL anna@example.org", "controllableNodeIds": [2, 1234567],
        "serialNumber": 5010009164, "hub_serial": "HUB-77-ABC", "note": "bel 0475 123456", "phone": 475123456,
        "5010009164": {"Anna thuis": 1}, "unknown": "Kerkstraat 5, Gent", "list": ["HUB-77-ABC", 5010009164],
        "key": "webPortalPassword", "value": "geheim", "Type": "ANNA",
    }  # fmt: skip
    _, made = redact(redactor, "servicelocation/u-1/trigger", payload)
    text = json.dumps(made)
    for secret in ("Anna", "4.35", "50.85", "5010009164", "HUB-77", "Kerkstraat", "0475", "475123456", "geheim"):
        assert secret not in text
    for secret in ("1234567", "example.org", "ANNA", "serial", "phone", "Password"):
        assert secret not in text
    assert (made["triggerId"], made["type"], made["radius"]) == (3, "ACTIVE_POWER_ABOVE", 10)
    assert made["action"] == "WORD1"
    assert made["controllableNodeIds"][0] == 2
    _, plug = redact(redactor, "servicelocation/u-1/homeControlConfig", {"smartplugActuators": [{"nodeId": 1234567}]})
    assert plug["smartplugActuators"][0]["nodeId"] == made["controllableNodeIds"][1]
    topic, _ = redact(redactor, "servicelocation/u-1/plug/1234567/state", {"value": "ON"})
    assert topic.split("/")[3] == str(made["controllableNodeIds"][1])


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


@pytest.mark.parametrize("topic", [f"etc/carcharger/6110001234/{UUID}/Anna's house", "x" * 500, "", "servicelocation/"])
def test_topics_outside_the_known_tree(topic: str) -> None:
    made = Redactor().redact(MqttMessage(1.0, topic, b"{}")).topic
    assert made.count("/") == topic.count("/")
    assert not set(made.split("/")) & set(topic.split("/")) - {""}
    assert parse_topic(made) == parse_topic(topic)


def test_levels_below_a_location_that_nobody_knows() -> None:
    redactor = Redactor()
    made, body = redact(redactor, f"hall/servicelocation/{UUID}/outputmodule/Anna", {"power": 12, "name": "Anna"})
    assert made.split("/")[1] == "servicelocation"
    assert not {"hall", "Anna", "outputmodule", UUID} & set(made.split("/"))
    assert body == {"key1": 0, "key2": ""}
    assert redactor.unknown == 7


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
    """A configuration and the texts in it that must not come out."""
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
        payload = {"config": payload} if draw(st.booleans()) else [payload]
    return payload, [serial, hub, uuid, uuid.upper(), name, label]


@given(st.lists(secrets(), min_size=1, max_size=4))
def test_nothing_original_is_left_and_the_same_stays_the_same(drawn: list[tuple[Any, list[str]]]) -> None:
    redactor = Redactor()
    first, known = [], set()
    for payload, hidden in drawn:
        # What was made up before this message came keeps its meaning, should it stand in here as an original.
        known |= {secret for secret in hidden if plain(secret) not in redactor.made.issued}
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


digits = st.text("0123456789", min_size=6, max_size=14)
anything_personal = st.one_of(
    names,
    serials,
    serials.map(int),
    st.integers(100_000, 10**15),
    uuids,
    st.builds("{:.5f}, {:.5f}".format, places, places),
    st.lists(places, min_size=2, max_size=3),
    st.builds(lambda a, b: {"lat": a, "lng": b}, places, places),
    st.ip_addresses().map(str),
    st.binary(min_size=6, max_size=6).map(lambda raw: ":".join(f"{byte:02x}" for byte in raw)),
    digits.map("+32{}".format),
    digits.map("BE68{}".format),
    st.binary(min_size=7, max_size=10).map(bytes.hex),
    st.binary(min_size=16, max_size=40).map(lambda raw: base64.b64encode(raw).decode()),
    st.emails(),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", min_size=8, max_size=20),
)
"""What says who or where somebody is, in the shapes that it comes in."""
known_words = sorted(
    {key for kind in Kind for key in shape_of(kind)} | {"channelPowers", "name", "value", "type", "state"}
)
rests = st.sampled_from([*(kind.value for kind in Kind), "channelConfigV2", "plug/3/state", "outputmodule/7", "gps"])


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, Any, list[str]]:
    """A message of any topic with personal things under any key at any depth, and what must not come out of it."""
    secret: Any = draw(anything_personal)
    hidden = [secret]
    body = secret
    for _ in range(draw(st.integers(1, 5))):
        shape = draw(st.sampled_from(["unknown", "list", "key"]))
        if shape == "unknown":
            body = {draw(st.text("abcdefgPQRS_", min_size=3, max_size=9)): body, "power": draw(st.integers(0, 99))}
        elif shape == "key":
            key = str(draw(anything_personal))
            hidden.append(key)
            body = {key: body}
        else:
            body = [body, draw(st.booleans())]
    if draw(st.booleans()):
        level = draw(names)
        hidden.append(level)
        topic = f"{level.replace('/', '')}/servicelocation/{UUID}/{draw(rests)}/{level}"
    else:
        topic = f"servicelocation/{UUID}/{draw(rests)}"
    # Under a known key, too, but where it is known it holds an object or something else than this.
    return topic, {draw(st.sampled_from(["home", "x-data", "Name", "meta", "jsonContent"])): body}, hidden


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in (*value, *value.values()) for leaf in leaves(item)]
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]


@given(st.lists(messages(), min_size=1, max_size=3))
def test_nothing_recognisable_survives_wherever_it_stands(drawn: list[tuple[str, Any, list[Any]]]) -> None:
    redactor = Redactor()
    for topic, payload, hidden in drawn:
        before = redactor.unknown
        made, body = redact(redactor, topic, payload)
        text = made + json.dumps(body, ensure_ascii=False)
        assert UUID not in text
        assert redactor.unknown > before, "it says that it met something unknown"
        for leaf in (leaf for one in hidden for leaf in leaves(one)):
            said = str(leaf)
            assert len(said) < 4 or said not in text.replace("servicelocation", ""), (leaf, text)
        left = {leaf for leaf in leaves(body) if leaf not in ("jsonContent",)}
        assert all(re.fullmatch(r"key\d+|0|False|True|None|", str(leaf)) for leaf in left), left


@pytest.mark.parametrize(
    ("rest", "payload"),
    [
        ("config", {"serialNumber": ["5010009164"], "deviceUuid": {"Anna": 1}, "firmwareVersion": "192.168.1.40"}),
        ("config", {"timeZone": "Anna/Gent", "utcTimeStamp": "0475123456", "serviceLocationId": "BE68539007547034"}),
        ("realtime", {"channelPowers": [{"ctInput": 5010009164, "formula": "call 0475 123456 $Anna/0$ BE68"}]}),
        ("realtime", {"channelPowers": [{"power": "Anna", "ctInput": "Kerkstraat 5", "serviceLocationId": 475123456}]}),
        (
            "realtime",
            {"channelPowers": "Anna", "voltages": [["Anna"], {"gps": [51.05, 3.72]}], "monitorStatus": 475123456},
        ),
        (
            "channelConfig",
            {"inputChannels": [{"phase": "Anna", "inputChannelCTType": "Anna 0475123456", "nilm": "Anna"}]},
        ),
        (
            "trigger",
            {"triggerId": 475123456, "latitude": "51.0543", "longitude": 3.7174, "type": "ANNA", "delay": "Anna"},
        ),
        ("presence", {"value": "Anna"}),
        ("plug/475123456/state", {"value": 475123456, "since": "BE68"}),
        ("aggregated", {"intervalDatas": [{"measurements": [{"type": {"mRID": "192.168.1.40"}}]}]}),
        ("sensorConfig", {"gwSensors": [{"gwSensorChannelsConfig": [{"uom": "Anna", "type": "51.0543"}]}]}),
    ],
)
def test_a_known_key_does_not_hide_what_it_cannot_hold(rest: str, payload: Any) -> None:
    made, body = redact(Redactor(), f"servicelocation/{UUID}/{rest}", payload)
    text = made + json.dumps(body)
    for secret in (
        "5010009164",
        "Anna",
        "ANNA",
        "192.168",
        "475123456",
        "123456",
        "BE68",
        "51.05",
        "3.71",
        "Kerk",
        "Gent",
    ):
        assert secret not in text


def test_what_is_made_up_is_no_original_of_the_same_message() -> None:
    uuid = "00000000-0000-4000-8000-000000000001"
    sources = [
        {"busAddress": {"serialNumber": "1010123456"}},
        {"busAddress": {"serialNumber": "1010999999"}},
    ]
    plan = {"serviceLocationId": 41234, "dataSources": sources, "measurements": [{"formula": "$1010999998/0$"}]}
    payload = {"dataProcessingSpecification": plan, "uuid": UUID, "other": uuid.upper(), "next": [10001]}
    topic, made = redact(Redactor(), f"servicelocation/{UUID}/channelConfigV2", payload)
    text = topic + json.dumps(made)
    for secret in ("1010123456", "1010999999", "1010999998", uuid, UUID, "41234", "10001"):
        assert secret not in text
    one, other = made["dataProcessingSpecification"]["dataSources"]
    assert one != other


def test_an_original_that_equals_what_was_made_up_long_ago_gets_another() -> None:
    redactor = Redactor()
    topic = f"servicelocation/{UUID}/config"
    made = [
        redact(redactor, topic, {"serialNumber": serial})[1]["serialNumber"]
        for serial in ("1010123456", "1010999999", "1010123456", "1010999998", "1010999999")
    ]
    assert made == ["1010999999", "1010999998", "1010999999", "1010999997", "1010999998"]


@pytest.mark.parametrize("serial", ["X", "HUB-77-ABC", "9" * 64, "9" * 5000, "1" * 7])
def test_serial_numbers_keep_their_length_where_they_have_one(serial: str) -> None:
    made = redact(Redactor(), "servicelocation/u/config", {"serialNumber": serial})[1]["serialNumber"]
    assert len(made) == min(len(serial), 64)
    assert made != serial


def test_texts_of_millions_of_letters_are_told_apart_and_not_kept() -> None:
    redactor, rows = Redactor(), []
    for end in "ab":
        body = {"serialNumber": "9" * 10**5 + end, "Zq" * 10**5 + end: 1, "serviceLocationUuid": "f" * 10**5 + end}
        rows.append(redact(redactor, f"servicelocation/{UUID}/config", body)[1])
        named = config_of("Zq" * 10**5 + end)
        rows[-1]["name"] = redact(redactor, f"servicelocation/{UUID}/channelConfig", named)[1]["inputChannels"][0][
            "name"
        ]
        levels = redactor.redact(MqttMessage(1.0, "Zq" * 10**5 + end, b"{}")).topic
        rows[-1]["level"] = levels
    assert not set(rows[0].values()) & set(rows[1].values()) - {0}
    assert len(pickle.dumps(redactor.made.__dict__ | {"around": None, "_left": None})) < 10_000


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


@pytest.mark.parametrize("key", ["phase", "ctInput", "name", "nilm", "nobodys"])
@pytest.mark.parametrize("number", [b"1\xff4", b"+475123456", b"1.2.3"])
def test_a_damaged_number_stays_one_whoever_reads_it(key: str, number: bytes) -> None:
    row = {"ctInput": 0, "name": "Oven", "phase": 1, "nilm": False, key: "HERE"}
    content = {"inputChannels": [row, {"ctInput": 1, "name": "Oven", "phase": 2}]}
    message = p.arrival("channelConfig", p.raw(content).replace(b'"HERE"', number))
    made = Redactor().redact(message)
    assert b"475123456" not in made.payload
    seen = []
    for one in (message, made):
        site, _ = Locations().receive(one)
        assert site is not None
        hurt = [(damage.names_only, len(damage.lost)) for damage in site.quality.damage.values()]
        seen.append((hurt, sorted(site.settings), [setting.phase for setting in site.settings.values()]))
    assert seen[0] == seen[1]
    assert seen[0][0]


def test_damage_inside_a_wrapped_text_costs_what_it_costs_there() -> None:
    inner = json.dumps({"inputChannels": [{"ctInput": 0, "name": "ZqOven", "phase": 1, "inputChannelType": "ZqRole"}]})
    message = p.arrival("channelConfig", {"jsonContent": inner.replace("ZqOven", "Zq\x01").replace("ZqRole", "Zq\x02")})
    made = Redactor().redact(message)
    assert b"Zq" not in made.payload
    for one in (message, made):
        site, _ = Locations().receive(one)
        assert site is not None
        assert (len(site.settings), [len(damage.lost) for damage in site.quality.damage.values()]) == (1, [2])


def config_of(*called: str) -> Any:
    rows = [{"ctInput": n, "name": name, "phase": n % 3} for n, name in enumerate(called)]
    return {"inputChannels": rows}


@given(
    st.lists(
        st.one_of(names, st.builds("{} {}".format, names, st.sampled_from(["L1", "L2", "(L3)", "fase 1", "s"]))),
        min_size=1,
        max_size=9,
    )
)
def test_names_say_to_the_diagnosis_what_they_said(called: list[str]) -> None:
    _, made = redact(Redactor(), f"servicelocation/{UUID}/channelConfig", config_of(*called))
    said = [row["name"] for row in made["inputChannels"]]
    for one, other in zip(called, said, strict=True):
        assert bool(phase_word(one)) == bool(phase_word(other)), (one, other)
        assert suggests_storage(one) == suggests_storage(other)
        for name, new in zip(called, said, strict=True):
            assert (base_name(one) == base_name(name)) == (base_name(other) == base_name(new)), (called, said)
            assert (one == name) == (other == new), (called, said)


def test_loads_of_three_phases_batteries_and_single_names() -> None:
    called = [
        "EV charger L1",
        "ev charger (L2)",
        "EV charger - L3",
        "Powerwall",
        "Fridge",
        "fridge",
        "L1",
        "",
        "Oven 2",
    ]
    _, made = redact(Redactor(), f"servicelocation/{UUID}/channelConfig", config_of(*called))
    said = [row["name"] for row in made["inputChannels"]]
    assert said == ["Charger1 L1", "charger1 (L2)", "Charger1 - L3", "Battery2", "Name3", "name3", "L1", "", "Name4 2"]


def test_no_made_up_name_ends_in_a_phase() -> None:
    for number in range(1, 400):
        assert not phase_word(f"Name{number}")
        assert not suggests_storage(f"Name{number}")
        assert suggests_storage(f"Battery{number}")


@pytest.mark.parametrize("damage", [b"\xff", b"\\ud800", b"\x01", b"\\q"])
@pytest.mark.parametrize("where", [b"ZqName", b"ZqRole", b"ZqType", b"ZqOther", b"ZqKey"])
def test_what_is_damaged_stays_damaged_and_nothing_else(damage: bytes, where: bytes) -> None:
    row = {"ctInput": 0, "name": "ZqName L1", "phase": 0, "inputChannelType": "ZqRole", "inputChannelCTType": "ZqType"}
    content = {"inputChannels": [row | {"other": "ZqOther", "ZqKey": 1}, {"ctInput": 1, "name": "Oven", "phase": 1}]}
    message = p.arrival("channelConfig", p.raw(content).replace(where, b"Zq" + damage + where[2:]))
    made = Redactor().redact(message)
    assert b"Zq" not in made.payload
    seen = []
    for one in (message, made):
        locations = Locations()
        site, _ = locations.receive(one)
        assert site is not None
        hurt = [(one.whole, one.names_only, len(one.lost)) for one in site.quality.damage.values()]
        kept = [(s.input, s.phase, bool(phase_word(s.name)), s.role == "UNKNOWN") for s in site.settings.values()]
        seen.append((kept, hurt, site.quality.in_part))
    assert seen[0] == seen[1]
    assert seen[0][1] or where in (b"ZqOther", b"ZqKey"), "what nobody reads may be damaged"


LIVE = {
    "utcTimeStamp": 1610744701087, "totalPower": 12, "measuredFrequency": 50012345, "monitorStatus": 0,
    "channelPowers": [{"publishIndex": 0, "formula": "$5500003190/0$", "power": 237.5, "serviceLocationId": 41234,
                       "importEnergy": 2004000025, "cosPhi": None, "current": 12}, {"publishIndex": 1}],
    "voltages": [{"voltage": 231, "phaseId": 0}],
}  # fmt: skip


@pytest.mark.parametrize(
    "odd",
    [
        *({}, {"power": "237"}, {"publishIndex": 1.0}, {"extra": 1}, {"current": None}, {"power": 237.25}),
        *({"power": 123_456}, {"importEnergy": 15_684_735_600.5}, {"exportEnergy": 99_999}),
    ],
)
def test_the_short_way_says_what_the_long_way_says(odd: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    live = json.loads(json.dumps(LIVE))
    live["channelPowers"][1] |= odd
    short = redact(Redactor(), f"servicelocation/{UUID}/realtime", live)
    slow = Redactor()
    monkeypatch.setattr(slow, "_live", lambda *_: None)
    assert short == redact(slow, f"servicelocation/{UUID}/realtime", live)
    assert short[1]["channelPowers"][0].keys() == live["channelPowers"][0].keys()
    assert short[1]["channelPowers"][0]["formula"] != "$5500003190/0$"
    assert short[1]["channelPowers"][0]["serviceLocationId"] != 41234


@pytest.mark.parametrize("dialect", p.DIALECTS)
def test_an_ordinary_second_takes_the_short_way(dialect: str) -> None:
    rows = p.raw(p.realtime(p.busy_rows(28, dialect, 1), dialect))
    assert Redactor()._live("topic", rows) is not None


def test_there_is_an_end_to_what_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smappee_tui.connect.recording.pseudonyms.MOST", 5)
    redactor = Redactor()
    _, made = redact(redactor, f"servicelocation/{UUID}/channelConfig", config_of(*(f"Zq{n:04}" for n in range(9))))
    assert [row["name"] for row in made["inputChannels"]][4:] == ["Name5"] * 5
    assert redactor.unknown == 4


@pytest.mark.parametrize(
    ("rest", "payload"),
    [
        ("trigger", {"triggerId": 1, "threshold": 475123456, "delay": 51.05431, "radius": 3.717421}),
        ("scheduler", {"schedulerId": 1, "hour": 475123456, "min": 51.05431}),
        ("config", {"aggregationPeriodSeconds": 5010009164}),
        ("aggregatedGW", {"gwIntervalDatas": [{"temperature": "475123456", "humidity": 51.05431}]}),
    ],
)  # fmt: skip
def test_a_setting_is_a_short_number(rest: str, payload: Any) -> None:
    redactor = Redactor()
    _, made = redact(redactor, f"servicelocation/{UUID}/{rest}", payload)
    assert not re.search(r"475123456|51\.05|3\.717|5010009164", json.dumps(made))
    assert redactor.unknown
    usual = {"triggerId": 1, "threshold": 100.5, "delay": 99999, "radius": 0}
    assert redact(redactor, f"servicelocation/{UUID}/trigger", usual)[1] == usual


MEASURED: dict[tuple[str, str], tuple[float, ...]] = {
    ("realtime", "power"): (0, -5240.5, 250_000), ("realtime", "current"): (0, 99_999),
    ("realtime", "apparentPower"): (399_990,), ("realtime", "cosPhi"): (-100, 100),
    ("aggregated", "averageRMSCurrent"): (1_999_000,), ("aggregated", "averageImportRMSActivePower"): (230_000_000,),
}  # fmt: skip
"""Where a measurement stands, and what it may be."""


@given(
    st.sampled_from(sorted(MEASURED)),
    st.integers(475_000_000, 475_999_999) | st.integers(5_010_000_000, 5_019_999_999) | st.integers(10**11, 10**15),
    st.sampled_from([int, float, str, "{}.0".format, " {} ".format, "-{}".format, "{}e0".format]),
    st.data(),
)
def test_a_measurement_that_cannot_be_is_somebodys_number(
    where: tuple[str, str], number: int, spelt: Any, data: st.DataObject
) -> None:
    """Serial numbers and telephones, written as numbers and as digits, where watts and amperes stand."""
    rest, key = where
    rows = "channelPowers" if rest == "realtime" else "channelIntervalDatas"
    fine = data.draw(st.sampled_from(MEASURED[where]))
    fine = data.draw(st.sampled_from([fine, str(fine)]))

    def around(row: Any) -> Any:
        return {rows: [row]} if rest == "realtime" else {"intervalDatas": [{rows: [row]}]}

    redactor = Redactor()
    topic = f"servicelocation/{UUID}/{rest}"
    for index, value in enumerate((spelt(number), fine)):
        _, made = redact(redactor, topic, around({"ctInput": 0, key: value}))
        text = json.dumps(made)
        assert (str(number) in text, redactor.unknown) == (False, 1)
        assert (around({"ctInput": 0, key: value}) == made) == bool(index)


def test_what_is_measured_by_the_million_keeps_five_digits_and_a_counter_what_it_counts() -> None:
    redactor, topic = Redactor(), f"servicelocation/{UUID}/realtime"

    def second(counted: int, hertz: int) -> Any:
        return {"totalPower": 3_900_000 + counted, "totalImportEnergy": 138_580_527_600 + counted,
                "measuredFrequency": hertz, "channelPowers": [{"ctInput": 0, "importEnergy": 15_684_735_600 + counted},
                {"ctInput": 1, "importEnergy": "15684735600"}, {"ctInput": 2, "importEnergy": 99_999}]}  # fmt: skip

    for counted in (0, 237, 240):
        made = redact(redactor, topic, second(counted, 50_020_624))[1]
        assert (made["totalPower"], made["measuredFrequency"]) == (3_900_000 + (counted > 50) * 200, 50_021_000)
        assert made["totalImportEnergy"] == 130_000_000_000 + counted
        rows = [row["importEnergy"] for row in made["channelPowers"]]
        assert rows == [15_000_000_000 + counted, "15000000000", 99_999]
    assert redactor.unknown == 0
    _, made = redact(Redactor(), f"servicelocation/{UUID}/realtime", {"measuredFrequency": 32_123_456, "voltages": []})
    assert made == {"measuredFrequency": None, "voltages": []}


def test_a_clock_that_was_never_set_stays_so_and_hides_no_number() -> None:
    redactor, topic = Redactor(), f"servicelocation/{UUID}/realtime"
    stamps = [redact(redactor, topic, LIVE | {"utcTimeStamp": 475_123_456 + n})[1]["utcTimeStamp"] for n in (0, 1000)]
    assert stamps == [1, 1001]
    assert redact(redactor, topic, LIVE | {"utcTimeStamp": 12_000})[1]["utcTimeStamp"] == 12_000


def test_a_number_of_thousands_of_digits_does_not_cost_the_rest() -> None:
    payload = b'{"serialNumber":"5010009164","firmwareVersion":"V4.7.1","n":' + b"4" * 5000 + b"}"
    made = json.loads(Redactor().redact(MqttMessage(1.0, f"servicelocation/{UUID}/config", payload)).payload)
    assert made == {"serialNumber": "5010999999", "firmwareVersion": "V4.7.1", "key1": 0}


def test_only_the_names_of_channels_keep_a_phase() -> None:
    redactor = Redactor()
    body = {"triggerId": 1, "label": "Anna S", "type": "LOCATION"}
    assert redact(redactor, f"servicelocation/{UUID}/trigger", body)[1]["label"] == "Name1"
    plugs = {"smartplugActuators": [{"nodeId": 1, "name": "Kerkstraat 1"}, {"nodeId": 2, "name": "Anna S"}]}
    _, made = redact(redactor, f"servicelocation/{UUID}/homeControlConfig", plugs)
    assert [plug["name"] for plug in made["smartplugActuators"]] == ["Name2", "Name1"]
    _, made = redact(redactor, f"servicelocation/{UUID}/channelConfig", config_of("Oven L1", "Anna S", "Oven"))
    assert [row["name"] for row in made["inputChannels"]] == ["Name3 L1", "Name4 S", "Name3"]


# --- a known field is no hiding place ---------------------------------------------------------------------------------


def every_field(shape: Shape, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], KnownField]]:
    for key, known in shape.items():
        if above.count(key) == 0:  # a wrapped config holds itself
            yield (*above, key), known
            yield from every_field(known.inside, (*above, key))


FIELDS = [
    (rest, path)
    for rest, kind in (*((one.value, one) for one in Kind), ("plug/3/state", Kind.PLUG_STATE))
    for path, known in every_field(shape_of(kind))
    if known.meaning is not None
]
numbers = st.one_of(
    serials.map(int),  # of every product, those that look like seconds since 1970 among them
    st.integers(100_000, 10**15),
    st.integers(32_400_000_000, 32_499_999_999),
).filter(lambda number: number % 10)


def spelt(number: int) -> st.SearchStrategy[tuple[Any, str]]:
    """A number in the ways that it can stand in JSON, and what would betray it."""
    digits = str(number)
    ways = [number, -number, float(number), digits, f" {digits} ", f"-{digits}", f"{digits}.0", f"{digits}e0"]
    ways += [f"{digits}e-{len(digits)}", f"{digits}E-4", f"0.{digits[:9]}", float(f"0.{digits}"), float(f"12.{digits}")]
    ways += [[number], [digits], {"value": number}]
    return st.sampled_from(ways).map(lambda way: (way, digits[:9]))


def placed(path: tuple[str, ...], value: Any) -> Any:
    for key in reversed(path):
        value = {key: value}
        value = {key: [value[key]]} if key.endswith("s") and isinstance(value[key], dict) else value
    return value


@given(st.sampled_from(FIELDS), numbers.flatmap(spelt))
def test_no_known_field_hides_a_number(field: tuple[str, tuple[str, ...]], secret: tuple[Any, str]) -> None:
    (rest, path), (value, digits) = field, secret
    body = json.dumps(placed(path, value)).encode()
    made = Redactor().redact(MqttMessage(p.START, f"servicelocation/{UUID}/{rest}", body))
    assert digits not in made.payload.decode().replace(".", ""), (rest, path, made.payload)


@given(st.sampled_from(FIELDS), places, places, st.sampled_from(["list", "text", "numbers", "one"]))
def test_no_known_field_hides_a_place(
    field: tuple[str, tuple[str, ...]], latitude: float, longitude: float, shape: str
) -> None:
    (rest, path), one = field, (latitude, longitude)
    ways = {"list": list(one), "text": f"{latitude}, {longitude}", "numbers": list(map(str, one)), "one": latitude}
    body = json.dumps(placed(path, ways[shape])).encode()
    text = Redactor().redact(MqttMessage(p.START, f"servicelocation/{UUID}/{rest}", body)).payload.decode()
    for place in one:
        assert len(str(place)) < 5 or str(place) not in text, (rest, path, text)


@pytest.mark.parametrize("digits", [309, 400, 5000])
@pytest.mark.parametrize("field", FIELDS[::3], ids=lambda field: ".".join(field[1]))
def test_a_number_that_no_float_holds_ends_no_recording(field: tuple[str, tuple[str, ...]], digits: int) -> None:
    rest, path = field
    body = json.dumps(placed(path, 7)).encode().replace(b"7", b"4" * digits)
    for payload in (body, body.replace(b'"', b"'")):
        made = Redactor().redact(MqttMessage(p.START, f"servicelocation/{UUID}/{rest}", payload)).payload
        assert b"444444" not in made


def test_a_formula_keeps_what_it_refers_to_and_nothing_that_it_reckons_with() -> None:
    formula = "$5500003190/0$ - 2 * ($5500003190/1$) / 0475 12 34 56, 51.05 or 10.0.0.7"
    row = {"channelPowers": [{"publishIndex": 0, "formula": formula}]}
    made = redact(Redactor(), f"servicelocation/{UUID}/realtime", row)[1]["channelPowers"][0]["formula"]
    assert re.fullmatch(r"\$(\d+)/0\$ - 1 \* \(\$\1/1\$\) / 1 1 1 1 1\s+11", made), made


@pytest.mark.parametrize(
    ("version", "stays"),
    [
        *(("V4.7.1", True), ("V3106", True), ("4.12.103", True), (31, True), (4.7, True), ("51.0543", False)),
        *((51.0543, False), ("192.168.1", False), ("V10.0.0.7", False), ("V04751.23456", False), ("٤.٧", False)),
    ],
)
def test_a_version_is_neither_a_place_nor_an_address(version: str | float, stays: bool) -> None:
    body = {"serialNumber": "5010009164", "firmwareVersion": version}
    made = redact(Redactor(), f"servicelocation/{UUID}/config", body)[1]["firmwareVersion"]
    assert (made == version) == stays


@pytest.mark.parametrize(
    ("ct_type", "made"),
    [
        *(("SCT2_50A", "SCT2_50A"), ("CT50_100_200", "CT50_100_200"), ("CT047_5123_456", "TYPE1")),
        *(("Anna 475123A", "TYPE1"), ("Anna 100A", "TYPE1 100A")),
    ],
)
def test_a_type_of_ct_says_what_it_is_made_for(ct_type: str, made: str) -> None:
    body = {"inputChannels": [{"ctInput": 0, "inputChannelCTType": ct_type}]}
    row = redact(Redactor(), f"servicelocation/{UUID}/channelConfig", body)[1]["inputChannels"][0]
    assert row["inputChannelCTType"] == made


@pytest.mark.parametrize("unit", [1.0, 1e3, 1e6, 1e9])
def test_a_clock_in_any_unit_stays_and_is_told_from_a_serial_number(unit: float) -> None:
    topic, moment = f"servicelocation/{UUID}/realtime", int((p.START + 3) * unit)
    for told in (moment, str(moment)):
        body = json.dumps({"utcTimeStamp": told, "voltages": []}).encode()
        assert json.loads(Redactor().redact(MqttMessage(p.START, topic, body)).payload)["utcTimeStamp"] == told


@pytest.mark.parametrize("number", [4_006_381_333_931, 2_058_750_551_184, 541_144_882_001])
@pytest.mark.parametrize("more", [{}, {"nobodys": 1}])
def test_a_number_as_long_as_a_moment_of_no_day_to_come_is_none(number: int, more: dict[str, int]) -> None:
    body = json.dumps({"utcTimeStamp": number, "voltages": [], **more}).encode()
    made = Redactor().redact(MqttMessage(p.START, f"servicelocation/{UUID}/realtime", body)).payload
    assert json.loads(made)["utcTimeStamp"] == 1


def test_a_meter_s_reading_has_numbers_as_a_meter_tells_them_whoever_sent_it() -> None:
    told = {"watts": [51.05431, 3.717421, 475.0], "amps": [1.2345, None, 2.25], "volts": [230.12345, 51.05431, 1],
            "total": 475.123456, "watts_step": 51.0543, "amps_step": 0.01, "told": 2010123456}  # fmt: skip
    made = Redactor().redact(MqttMessage(p.START, "meter/p1", json.dumps(told).encode()))
    assert json.loads(made.payload) == {
        "watts": [51.1, 3.7, 475.0], "amps": [1.23, None, 2.25], "volts": [230.1, 51.1, 1.0],
        "total": 475.1, "watts_step": 1.0, "amps_step": 0.01,
    }  # fmt: skip
