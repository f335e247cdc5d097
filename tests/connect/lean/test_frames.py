from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smappee_tui.connect.lean.batch import Arrival
from smappee_tui.connect.lean.frames import Frames, GarbledError
from tests.connect.hostile import length

TOPIC = "servicelocation/8133db70-6cb2-4e20-a7ea-4c4457478cc8/realtime"


def packet(
    topic: str, payload: bytes, *, retain: bool = False, number: int | None = None, properties: bytes | None = None
) -> bytes:
    """A PUBLISH of QoS 1 with a packet number, else 0; with properties as MQTT 5 has them."""
    name = topic.encode()
    body = len(name).to_bytes(2, "big") + name
    body += b"" if number is None else number.to_bytes(2, "big")
    body += b"" if properties is None else length(len(properties)) + properties
    return bytes([0x30 | (0 if number is None else 2) | retain]) + length(len(body) + len(payload)) + body + payload


topics = st.sampled_from([TOPIC, "", "é/servicelocation/u/config", "x" * 300])
messages = st.tuples(
    topics,
    st.one_of(st.binary(max_size=40), st.integers(100, 40_000).map(lambda size: b"z" * size)),
    st.booleans(),
    st.one_of(st.none(), st.integers(1, 65_535)),
    st.binary(max_size=200),
)


def cut(stream: bytes, cuts: Sequence[int]) -> list[bytes]:
    places = [0, *sorted(min(place, len(stream)) for place in cuts), len(stream)]
    return [stream[first:last] for first, last in pairwise(places)]


@given(
    sent=st.lists(messages, max_size=12),
    cuts=st.lists(st.integers(0, 60_000), max_size=30),
    five=st.booleans(),
    others=st.lists(st.sampled_from([b"\xd0\x00", b"\x90\x03\x00\x01\x00"]), max_size=3),
)
def test_messages_come_whole_wherever_the_stream_is_cut(
    sent: list[tuple[str, bytes, bool, int | None, bytes]], cuts: list[int], five: bool, others: list[bytes]
) -> None:
    stream = b"".join(
        packet(topic, payload, retain=retain, number=number, properties=properties if five else None)
        for topic, payload, retain, number, properties in sent
    )
    stream += b"".join(others)
    frames = Frames(five)
    for piece in cut(stream, cuts):
        frames.feed(piece)
    wanted: list[Arrival] = [(topic.encode(), payload, retain) for topic, payload, retain, _, _ in sent]
    assert frames.arrivals == wanted
    numbers = [number for *_, number, _ in sent if number is not None]
    assert frames.acknowledge == b"".join(b"\x40\x02" + number.to_bytes(2, "big") for number in numbers)
    assert frames.answers == [(one[0] >> 4, one[2:]) for one in others]


def test_byte_by_byte() -> None:
    stream = packet(TOPIC, b"a" * 200, number=7) + packet(TOPIC, b"b") + b"\xd0\x00"
    frames = Frames()
    for place in range(len(stream)):
        frames.feed(stream[place : place + 1])
    assert [payload for _, payload, _ in frames.arrivals] == [b"a" * 200, b"b"]
    assert frames.answers == [(13, b"")]


@given(st.lists(st.binary(max_size=300), max_size=20), st.booleans())
def test_garbage_is_taken_or_refused_and_nothing_else(pieces: list[bytes], five: bool) -> None:
    frames = Frames(five, largest=5000)
    try:
        for piece in pieces:
            frames.feed(piece)
    except GarbledError:
        return
    kept = sum(map(len, frames._pieces))
    assert kept <= 5000 + 5


@pytest.mark.parametrize(
    "bad",
    [
        b"\x30\xff\xff\xff\xff\x01",  # a length of five bytes
        b"\x30\x00",  # no topic
        b"\x30\x03\x00\x05a",  # a topic longer than the packet
        b"\x32\x04\x00\x01a\x00",  # half a packet number
        b"\x34\x05\x00\x01a\x00\x01",  # exactly once, for which nobody asked
        b"\x00\x00",  # no kind of packet
    ],
)
def test_what_is_no_mqtt(bad: bytes) -> None:
    with pytest.raises(GarbledError):
        Frames().feed(bad)


@pytest.mark.parametrize("properties", [b"\xff\xff\xff\xff\x01", b"\x05", b""])
def test_properties_that_do_not_end(properties: bytes) -> None:
    body = b"\x00\x01a" + properties
    with pytest.raises(GarbledError):
        Frames(five=True).feed(b"\x30" + length(len(body)) + body)


@settings(max_examples=30)
@given(size=st.integers(1001, 30_000), cuts=st.lists(st.integers(0, 30_000), max_size=12), number=st.booleans())
def test_a_packet_too_large_is_passed_over_and_the_next_is_read(size: int, cuts: list[int], number: bool) -> None:
    stream = packet("a", b"1") + packet(TOPIC, b"\0" * size, number=9 if number else None) + packet("b", b"2")
    frames, most = Frames(largest=1000), 0
    for piece in cut(stream, cuts):
        frames.feed(piece)
        most = max(most, sum(map(len, frames._pieces)))
    assert [payload for _, payload, _ in frames.arrivals] == [b"1", b"2"]
    assert [topic for _, topic in frames.refused] == [TOPIC]
    assert bytes(frames.acknowledge) == (b"\x40\x02\x00\x09" if number else b""), "else it would come for ever"
    assert most <= 1000


def test_a_length_of_which_nothing_follows_costs_nothing() -> None:
    frames = Frames()
    frames.feed(b"\x30\xff\xff\xff\x7f\x00\x01a")
    frames.feed(b"\0" * 1_000_000)
    assert frames.refused == [(128**4 - 1, "a")]
    assert frames._pieces == []
