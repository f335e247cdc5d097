"""Which topic is this?"""

import pytest

from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.messages import Other
from smappee_tui.protocol.topics import LONGEST_TOPIC, LONGEST_UUID, Kind, parse_topic
from tests.payloads import INFINITY, TWENTY, UUID, every_topic, raw, topic

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
        "power",
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
