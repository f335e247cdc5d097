"""Which topic is this?"""

import json
from typing import Any

import pytest

from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError
from smappee_tui.protocol.messages import Other
from smappee_tui.protocol.realtime import Realtime
from smappee_tui.protocol.topics import LONGEST_TOPIC, LONGEST_UUID, Kind, parse_topic
from tests.payloads import INFINITY, TWENTY, UUID, config, every_topic, raw, topic

KINDS = {
    "config": Kind.CONFIG,
    "channelConfig": Kind.CHANNELS,
    "channelConfigV2": Kind.CHANNELS,
    "sensorConfig": Kind.SENSORS,
    "homeControlConfig": Kind.HOME_CONTROL,
    "realtime": Kind.REALTIME,
    "aggregated": Kind.INTERVAL,
    "aggregatedSwitch": Kind.SWITCH_INTERVAL,
    "aggregatedGW": Kind.GAS_WATER_INTERVAL,
    "trigger": Kind.TRIGGER,
    "scheduler": Kind.SCHEDULE,
    "presence": Kind.PRESENCE,
    "power": Kind.CLOUD_FEED,
}


@pytest.mark.parametrize(("rest", "kind"), KINDS.items())
def test_every_documented_topic_is_known(rest: str, kind: Kind) -> None:
    assert parse_topic(topic(rest)) == (UUID, kind, "")


@pytest.mark.parametrize(
    "rest", ["channel Config", "channelconfig", "CHANNELCONFIG", "channel ConfigV2", " channelConfig "]
)
def test_blanks_and_capitals_do_not_matter(rest: str) -> None:
    assert parse_topic(topic(rest)).kind is Kind.CHANNELS


@pytest.mark.parametrize(
    ("rest", "kind"),
    [("connectionState", Kind.PLUG_CONNECTION), ("state", Kind.PLUG_STATE), ("setstate", Kind.PLUG_COMMAND)],
)
def test_plug_topics_name_their_node(rest: str, kind: Kind) -> None:
    assert parse_topic(topic(f"plug/42/{rest}")) == (UUID, kind, "42")
    assert parse_topic(topic(f"plug/ 42 /{rest}")) == (UUID, kind, "42")


@pytest.mark.parametrize(
    "rest",
    [
        "powerquality",
        "tracking",
        "etc/carcharger/led",
        "outputmodule/1/state",
        "other",
        "state",
        "connectionState",
        "plug/1",
        "plug/1/other",
        "plug/1/state/x",
        "plug//state",
        "realtime/x",
        "",
        "/",
        "plug/ /state",
    ],
)
def test_other_topics_of_a_location_are_counted_and_not_complained_about(rest: str) -> None:
    parts, message = decode(topic(rest), b"\xff not json")
    assert parts.kind is Kind.OTHER
    assert parts.location == UUID
    assert isinstance(message, Other)


@pytest.mark.parametrize(
    "prefix", ["bridge", "/", "home/energy", "a/b/c/d", "servicelocation/old", "zigbee2mqtt/servicelocation"]
)
def test_a_bridge_may_put_levels_before_it(prefix: str) -> None:
    assert parse_topic(f"{prefix}/{topic('realtime')}") == (UUID, Kind.REALTIME, "")
    assert parse_topic(f"{prefix}/{topic('plug/4/state')}") == (UUID, Kind.PLUG_STATE, "4")
    assert parse_topic(f"{prefix}/servicelocation").kind is Kind.OTHER


@pytest.mark.parametrize("wrap", [lambda content: content, json.dumps, lambda content: {"jsonContent": content}])
@pytest.mark.parametrize("dialect", [TWENTY, INFINITY])
def test_a_body_may_be_wrapped(dialect: str, wrap: Any) -> None:
    for rest, content in every_topic(dialect).items():
        wrapped = {"serialNumber": "5010990023", "jsonContent": wrap(content), "topic": rest}
        bare = decode(topic(rest), raw(content))[1]
        read = decode(topic(rest), raw(wrapped))[1]
        if isinstance(bare, Realtime):
            assert isinstance(read, Realtime)
            assert (read.amps(), read.sent, len(read.voltages)) == (bare.amps(), bare.sent, len(bare.voltages))
        else:
            assert read == bare


@pytest.mark.parametrize("inside", ["", "[]", "null", "{", 7, None, {"jsonContent": {"jsonContent": {}}}])
def test_a_wrapped_body_that_is_none_is_unreadable(inside: Any) -> None:
    with pytest.raises(UnreadableError):
        decode(topic("realtime"), raw({"jsonContent": inside}))


def test_a_name_that_looks_like_a_wrapper_is_a_name() -> None:
    content = config(TWENTY, deviceUuid='"jsonContent"')
    assert decode(topic("config"), raw(content))[1].device_uuid == '"jsonContent"'  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "whole",
    [
        "",
        "/",
        "servicelocation",
        "servicelocation/",
        "servicelocation//realtime",
        "servicelocation/u",
        "homeassistant/x/y",
        "SERVICELOCATION/u/realtime",
        f"servicelocation/{'u' * (LONGEST_UUID + 1)}/realtime",
        f"servicelocation/{UUID}/" + "plug/" * LONGEST_TOPIC,
    ],
)
def test_topics_outside_any_location_belong_to_nobody(whole: str) -> None:
    parts, message = decode(whole, b"{}")
    assert parts == parse_topic(whole) == ("", Kind.OTHER, "")
    assert isinstance(message, Other)
    assert len(message.topic) <= 200


@pytest.mark.parametrize("dialect", [TWENTY, INFINITY])
def test_every_topic_of_both_dialects_decodes(dialect: str) -> None:
    for rest, content in every_topic(dialect).items():
        parts, message = decode(topic(rest), raw(content))
        assert parts.kind is not Kind.OTHER
        assert not isinstance(message, Other)
