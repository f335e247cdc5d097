"""One damaged value costs that value: the rest of its message is read, and what was lost is said with its place."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.i18n import Translator
from smappee_tui.protocol.damage import MOST_PIECES, MOST_TOLD, ReadInPart, passed_over, read_in_part
from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError, fact
from smappee_tui.protocol.messages import ChannelConfig, HomeControlConfig
from smappee_tui.protocol.realtime import Realtime
from smappee_tui.protocol.wire import LARGEST_MENDED, input_number, reading, seconds, whole
from tests.payloads import DIALECTS, INFINITY, TWENTY, busy_rows, every_topic, home_control, raw, realtime, topic
from tests.protocol.test_unreadable import EVERY

NAMED = raw(home_control(comfort=[(1, "Caf?"), (2, "Lamp")]))


def saved(rest: str, payload: bytes) -> ReadInPart | None:
    """What is read in part of a payload that cannot be read whole."""
    with pytest.raises(UnreadableError) as caught:
        decode(topic(rest), payload)
    return read_in_part(topic(rest), payload, caught.value)


def in_part(rest: str, payload: bytes) -> ReadInPart:
    read = saved(rest, payload)
    assert read is not None
    return read


def places(read: ReadInPart) -> list[Any]:
    return [lost.params.get("place") for lost in read.lost]


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        (b"Caf\xe9", "Caf�"),
        (b"\xff\xfe\x80Caf", "�Caf"),
        (b"Caf\\ud800", "Caf�"),
        (b"\\udc00Caf", "�Caf"),
        (b"C\0f", "C�f"),
        (b"C\x1b[2Jf", "C�[2Jf"),
        (b"C\\qf", "C�qf"),
        (b"C\\u12f", "C�u12f"),
    ],
)
def test_a_damaged_name_costs_its_characters_and_nothing_else(damage: bytes, name: str) -> None:
    read = in_part("homeControlConfig", NAMED.replace(b"Caf?", damage))
    assert isinstance(read.message, HomeControlConfig)
    assert [plug.name for plug in read.message.plugs] == ["Boiler", name, "Lamp"]
    assert read.names_only
    assert places(read) == ["$.smartplugActuators[0].name"]
    sentence = Translator("en").fact(read.lost[0])
    assert topic("homeControlConfig") in sentence
    assert "$.smartplugActuators[0].name" in sentence


@pytest.mark.parametrize("slip", [b"Caf\t", b"Caf\n"])
def test_a_line_break_in_a_name_is_no_damage(slip: bytes) -> None:
    read = in_part("homeControlConfig", NAMED.replace(b"Caf?", slip))
    assert isinstance(read.message, HomeControlConfig)
    assert read.lost == ()


def test_the_end_of_a_c_string_is_no_damage() -> None:
    read = in_part("homeControlConfig", NAMED + b"\0\0")
    assert (read.lost, read.message) == ((), decode(topic("homeControlConfig"), NAMED)[1])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_name_of_a_configuration_may_be_damaged(dialect: str) -> None:
    for rest, content in every_topic(dialect).items():
        payload = raw(content)
        for name in {b'"name":"', b'"name": "', b'"label":"', b'"label": "'}:
            if name in payload:
                read = in_part(rest, payload.replace(name, name + b"\xff"))
                assert read.names_only
                assert type(read.message) is type(decode(topic(rest), payload)[1])


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("key", ["phase", "reversed", "inputChannelType", "name"])
def test_a_damaged_key_takes_its_value_along_and_that_is_told(key: str, wrapped: bool) -> None:
    plan = every_topic(TWENTY)["channelConfig"]
    plan["inputChannels"][0]["reversed"] = True
    content = raw(plan)
    hurt = content.replace(f'"{key}"'.encode(), f'"{key[0]}'.encode() + b"\xff" + f'{key[2:]}"'.encode(), 1)
    hurt = b'{"jsonContent":' + hurt + b"}" if wrapped else hurt
    parts, message = decode(topic("channelConfig"), hurt)
    assert message != decode(topic("channelConfig"), content)[1]
    read = passed_over(topic("channelConfig"), hurt, parts, message)
    assert read is not None
    assert places(read) == [f"$.inputChannels[0].{key[0]}\ufffd{key[2:]}"]
    assert (read.message, read.names_only) == (message, False)
    assert topic("channelConfig") in Translator("en").fact(read.lost[0])


def test_what_nobody_reads_may_be_damaged_and_any_language_is_text() -> None:
    for name in ("Café".encode(), b'Oven","other":"\xff'):
        payload = NAMED.replace(b"Caf?", name)
        assert passed_over(topic("homeControlConfig"), payload, *decode(topic("homeControlConfig"), payload)) is None
    assert passed_over(topic("gone"), b"\xff{", *decode(topic("gone"), b"\xff{")) is None


def test_a_damaged_word_is_left_out_not_guessed_at() -> None:
    content = every_topic(TWENTY)["channelConfig"]
    content["inputChannels"][0]["inputChannelType"] = "PRODUCT?ON"
    read = in_part("channelConfig", raw(content).replace(b"PRODUCT?ON", b"PRODUCT\xffON"))
    assert isinstance(read.message, ChannelConfig)
    assert read.message.channels[0].role == "UNKNOWN"
    assert not read.names_only
    assert places(read) == ["$.inputChannels[0].inputChannelType"]


def test_a_value_of_the_wrong_form_costs_that_value_or_its_element() -> None:
    content = every_topic(TWENTY)["channelConfig"]
    rows = content["inputChannels"]
    whole = decode(topic("channelConfig"), raw(content))[1]
    rows[0], rows[1]["name"], rows[2]["phase"] = "a row?", {"nl": "Oven"}, [1]
    read = in_part("channelConfig", raw(content))
    assert isinstance(read.message, ChannelConfig)
    assert isinstance(whole, ChannelConfig)
    assert places(read) == ["$.inputChannels[0]", "$.inputChannels[1].name", "$.inputChannels[2].phase"]
    assert read.message.channels[1].name == ""
    assert read.message.channels[2].phase is None
    assert read.message.channels[3:] == whole.channels[3:]
    assert not read.names_only


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("wrong", [b'"abc"', b"1e300", b"{}", b"NaN", b"-Infinity", b"[1]"])
def test_one_channel_of_a_second_that_cannot_be_read(dialect: str, wrong: bytes) -> None:
    content = realtime(busy_rows(4, dialect), dialect)
    content["channelPowers"][2]["power"] = "HERE"
    read = in_part("realtime", raw(content).replace(b'"HERE"', wrong))
    assert isinstance(read.message, Realtime)
    assert [row.watts is None for row in read.message.rows] == [False, False, True, False]
    assert [row.input for row in read.message.rows] == [0, 1, 2, 3]
    assert places(read) == ["$.channelPowers[2].power"]


@pytest.mark.parametrize("wrong", [b"1\xff3", b"\x0012", b"+12", b"007", b"None", b"1.2.3", b"4" * 5000])
def test_a_damaged_number_costs_that_number(wrong: bytes) -> None:
    content = every_topic(TWENTY)["channelConfig"]
    content["inputChannels"][1]["phase"] = "HERE"
    read = in_part("channelConfig", raw(content).replace(b'"HERE"', wrong))
    assert isinstance(read.message, ChannelConfig)
    assert [channel.phase for channel in read.message.channels[:3]] == [0, None, 2]
    assert places(read) == ["$.inputChannels[1].phase"]
    assert [lost.params["reason"] for lost in read.lost] == [fact("messages.no_number")]


def test_a_source_that_is_none_leaves_the_other_inputs_alone() -> None:
    content = every_topic(INFINITY)["channelConfigV2"]
    content["dataProcessingSpecification"]["dataSources"][0]["busAddress"] = "here"
    read = in_part("channelConfigV2", raw(content))
    assert isinstance(read.message, ChannelConfig)
    assert sum(channel.phase is None for channel in read.message.channels) == 1
    assert places(read) == ["$.dataProcessingSpecification.dataSources[0].busAddress"]


def test_inside_a_bridges_wrapper_too() -> None:
    damaged = NAMED.replace(b"Caf?", b"Caf\xe9")
    as_object = b'{"jsonContent":' + damaged + b"}"
    as_text = b'{"jsonContent":"' + damaged.replace(b'"', b'\\"') + b'"}'
    for payload in (as_object, as_text):
        assert places(in_part("homeControlConfig", payload)) == ["$.smartplugActuators[0].name"]


def test_what_is_lost_is_counted_beyond_the_first_places() -> None:
    many = home_control(comfort=[(number, "Caf?") for number in range(1, 10)])
    read = in_part("homeControlConfig", raw(many).replace(b"Caf?", b"\xff"))
    assert len(read.lost) == MOST_TOLD + 1
    assert read.lost[-1] == fact("messages.damaged_more", count=9 - MOST_TOLD)


def test_a_number_of_hundreds_of_digits_is_none() -> None:
    huge = 10**400  # no float holds it, and a decoder hands it over as it came
    assert (whole(huge), input_number(-huge), seconds(huge), reading(huge, 0.0, 100.0)) == (None, None, None, None)
    for dialect in DIALECTS:
        for written in (b"%d" % huge, b'"%d"' % huge):
            payload = re.sub(rb'("phaseId":)\d+', rb"\g<1>" + written, raw(realtime(busy_rows(3, dialect), dialect)))
            assert written in payload
            with contextlib.suppress(UnreadableError):
                decode(topic("realtime"), payload)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"{",
        b'{"a":1}',
        b"[" * 900 + b"]" * 900,
        NAMED[:-3],
        NAMED.ljust(LARGEST_MENDED + 1).replace(b"Caf?", b"\xff\xff\xff\xff"),
        raw({"smartplugActuators": ["?"] * (MOST_PIECES + 1)}),
        raw({"smartplugActuators": "nothing"}),
    ],
)
def test_what_cannot_be_saved_is_refused_as_before(payload: bytes) -> None:
    assert saved("homeControlConfig", payload) is None


@given(st.data(), st.sampled_from(list(EVERY)))
def test_whatever_is_damaged_nothing_raises(data: st.DataObject, rest: str) -> None:
    payload = bytearray(raw(EVERY[rest]))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(payload) - 1))
        payload[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with contextlib.suppress(UnreadableError):
        decode(topic(rest), bytes(payload))
        return
    read = saved(rest, bytes(payload))
    if read is not None:
        json.dumps([Translator("en").fact(lost) for lost in read.lost]).encode()
        assert read == saved(rest, bytes(payload))
