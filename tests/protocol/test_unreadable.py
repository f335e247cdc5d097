"""Every way of being wrong gives the one typed error, with topic, reason and place, and nothing else ever."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from smappee_tui.i18n import Translator
from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError, fact
from smappee_tui.protocol.wire import LARGEST_MENDED, LARGEST_PAYLOAD
from tests.payloads import DIALECTS, INFINITY, TWENTY, every_topic, home_control, raw, topic

ENGLISH = Translator("en")
EVERY = {rest: content for dialect in DIALECTS for rest, content in every_topic(dialect).items()}


def refused(rest: str, payload: bytes) -> UnreadableError:
    with pytest.raises(UnreadableError) as caught:
        decode(topic(rest), payload)
    error = caught.value
    assert type(error) is UnreadableError
    assert error.topic == topic(rest)
    reason, whole = ENGLISH.fact(error.reason), ENGLISH.error(error)
    assert 0 < len(reason) <= 300
    assert error.reason.code.startswith("messages.")
    assert isinstance(error.place, int) or 0 < len(error.place) <= 200
    assert whole.startswith(f"{error.topic}: {reason} at ")
    assert whole.endswith(f"byte {error.place}" if isinstance(error.place, int) else error.place)
    return error


@pytest.mark.parametrize("rest", EVERY)
class TestEveryTopic:
    def test_empty(self, rest: str) -> None:
        assert refused(rest, b"").place == 0

    def test_cut_off_anywhere(self, rest: str) -> None:
        whole = raw(EVERY[rest])
        for end in range(1, len(whole), max(1, len(whole) // 50)):
            assert isinstance(refused(rest, whole[:end]).place, int)

    @pytest.mark.parametrize("content", [[], [[]], 5, "text", True, None, [{}], ""])
    def test_wrong_type_of_the_whole(self, rest: str, content: Any) -> None:
        refused(rest, raw(content))

    @pytest.mark.parametrize("depth", [2_000, 100_000, 1_000_000])
    @pytest.mark.parametrize("opening", [b"[", b'{"a":'])
    def test_nested_without_end(self, rest: str, depth: int, opening: bytes) -> None:
        refused(rest, opening * depth)
        refused(rest, b'{"x":' + opening * depth)

    def test_nested_where_it_is_skipped_and_where_it_is_not(self, rest: str) -> None:
        for key in EVERY[rest]:
            deep = b"[" * 50_000 + b"]" * 50_000
            payload = raw(EVERY[rest] | {key: "HERE"}).replace(b'"HERE"', deep)
            refused(rest, payload)

    @pytest.mark.parametrize("size", [LARGEST_PAYLOAD + 1, 10_000_000])
    def test_too_large(self, rest: str, size: int) -> None:
        reason = refused(rest, raw(EVERY[rest]).ljust(size)).reason
        assert reason == fact("messages.too_large", bytes=size, most=LARGEST_PAYLOAD)

    def test_large_but_good(self, rest: str) -> None:
        assert decode(topic(rest), raw(EVERY[rest]).ljust(LARGEST_PAYLOAD)) == decode(topic(rest), raw(EVERY[rest]))

    def test_not_utf_8(self, rest: str) -> None:
        refused(rest, b"\xff\xfe" + raw(EVERY[rest]).decode().encode("utf-16-le"))
        refused(rest, b"\x80")
        refused(rest, b'{"\xc3\x28":1,"value":"\xff')

    def test_other_languages(self, rest: str) -> None:
        for payload in (b"<html></html>", b"value=1", b"\x1f\x8b\x08\x00", b"\x00" * 100, b"---\na: 1\n"):
            refused(rest, payload)

    def test_something_behind_the_end(self, rest: str) -> None:
        refused(rest, raw(EVERY[rest]) + b"}")
        refused(rest, raw(EVERY[rest]) * 2)


def test_a_name_that_is_not_utf_8_names_its_place() -> None:
    payload = raw(home_control(comfort=[(1, "Caf?")])).replace(b"Caf?", b"Caf\xe9")
    error = refused("homeControlConfig", payload)
    assert error.reason == fact("messages.not_utf8")
    assert error.place == payload.index(0xE9)


def test_the_place_of_a_wrong_type_is_a_path() -> None:
    content = every_topic(INFINITY)["channelConfigV2"]
    content["dataProcessingSpecification"]["dataSources"][0]["busAddress"] = "here"
    assert refused("channelConfigV2", raw(content)).place == "$.dataProcessingSpecification.dataSources[0].busAddress"


def test_the_place_of_a_slip_is_a_byte() -> None:
    assert refused("presence", b'{"value": tru}').place == 14


def test_huge_numbers_are_refused_or_harmless() -> None:
    for digits in (100, 400, 5_000, 100_000):
        number = b"9" * digits
        for rest, content in EVERY.items():
            for key in content:
                payload = raw(content | {key: "HERE"}).replace(b'"HERE"', number)
                outcome(rest, payload)


def test_a_topic_is_shortened_in_the_error() -> None:
    with pytest.raises(UnreadableError) as caught:
        decode(f"servicelocation/{'u' * 100}/plug/{'9' * 200}/state", b"")
    assert len(caught.value.topic) == 200


def test_mending_is_for_payloads_of_a_sane_size() -> None:
    payload = b"{'value':'ON'}"
    decode(topic("plug/1/state"), payload.ljust(LARGEST_MENDED))
    refused("plug/1/state", payload.ljust(LARGEST_MENDED + 1))


@pytest.mark.parametrize("filling", [b'"', b'\\"', b"'", b",", b", ", b"null,", b'{"a":null},', b"[],", b"\\"])
def test_mending_costs_no_more_than_reading(filling: bytes) -> None:
    """Patterns that would send a careless regular expression back and forth for minutes."""
    for opening in (b"", b"[", b'{"value":"', b'{"value":['):
        refused("plug/1/state", opening + filling * (LARGEST_MENDED // len(filling) - 20))


# --- properties -------------------------------------------------------------------------------------------------------


def outcome(rest: str, payload: bytes) -> Any:
    """A message or `UnreadableError`, and the same one when asked again; any other exception fails the test."""
    try:
        first = decode(topic(rest), payload)
    except UnreadableError as error:
        refusal = error
    else:
        assert decode(topic(rest), payload) == first
        return first[1]
    again = refused(rest, payload)
    assert (again.reason, again.place) == (refusal.reason, refusal.place)
    return refusal


rests = st.sampled_from(list(EVERY))
texts = st.text(max_size=40) | st.sampled_from(
    ["[/red]", "CT [L1]", "\x00\x1b[2J", "nan", "inf", "1e999", "9" * 400, "🔌" * 2500]
)
numbers = (
    st.integers(-5, 30)
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.just(1e308)
)
scalars = st.none() | st.booleans() | numbers | texts
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=20
)
KEYS = sorted({key for content in EVERY.values() for key in json.dumps(content).split('"') if key.isidentifier()})
plausible = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=30,
)


@given(rests, st.binary(max_size=300))
@example("presence", b'{"value":"\xff"}')
@example("channelConfig", b'{"inputChannels":[{"reversed":{"\xff":1}}]}')
def test_random_bytes(rest: str, payload: bytes) -> None:
    outcome(rest, payload)


@given(rests, documents | plausible)
def test_random_json(rest: str, document: Any) -> None:
    outcome(rest, raw_anything(document))


@given(st.data(), rests)
def test_one_value_of_a_good_payload_replaced(data: st.DataObject, rest: str) -> None:
    content = json.loads(json.dumps(EVERY[rest]))
    parent, key = data.draw(st.sampled_from(list(places(content))))
    parent[key] = data.draw(documents)
    outcome(rest, raw_anything(content))


@given(st.data(), rests)
def test_one_key_of_a_good_payload_left_out(data: st.DataObject, rest: str) -> None:
    content = json.loads(json.dumps(EVERY[rest]))
    parent, key = data.draw(st.sampled_from(list(places(content))))
    del parent[key]
    outcome(rest, raw(content))


@given(st.data(), rests)
def test_bytes_of_a_good_payload_changed(data: st.DataObject, rest: str) -> None:
    payload = bytearray(raw(EVERY[rest]))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(payload) - 1))
        payload[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        assume(payload)
    outcome(rest, bytes(payload))


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["servicelocation", "plug", "state", "realtime", "", "+", "#", "\x00"])).map("/".join)
)
def test_any_topic(whole: str) -> None:
    with contextlib.suppress(UnreadableError):
        decode(whole, b'{"value":"ON"}')


def raw_anything(document: Any) -> bytes:
    """JSON of a document whose texts may hold half a surrogate pair, which JSON can write and UTF-8 cannot."""
    return json.dumps(document).encode()


def places(content: Any) -> Any:
    """(container, key) of every value in a document."""
    for key, value in list(content.items() if isinstance(content, dict) else enumerate(content)):
        yield content, key
        if isinstance(value, (dict, list)):
            yield from places(value)


def test_the_two_dialects_are_covered() -> None:
    assert {"channelConfig", "channelConfigV2"} <= EVERY.keys()
    assert TWENTY != INFINITY
