"""Whatever a broker carries: nothing raises, every bad message is counted once, memory stays bounded."""

import copy
import json
import math
from collections import Counter
from dataclasses import fields, is_dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.protocol.damage import read_in_part
from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.protocol.topics import Kind
from smappee_tui.protocol.wire import MOST_ROWS
from smappee_tui.site.history import MOST_COLUMNS
from smappee_tui.site.locations import Locations
from smappee_tui.site.view import view_of
from tests.payloads import (
    DIALECTS,
    OTHER_UUID,
    START,
    UUID,
    Row,
    arrival,
    busy_rows,
    config,
    every_topic,
    raw,
    realtime,
    topic,
)
from tests.site.watch import Watch

EVERY = [(rest, content) for dialect in DIALECTS for rest, content in every_topic(dialect).items()]
NAMES = [
    "CT [L1]",
    "[/L1]",
    "[bold red]x",
    "{x}",
    "\x00\x07\x1b[2J",
    "\u202e\u200b",
    "🔌" * 200,
    "n" * 10_000,
    "",
    " ",
    "%s %n",
    "é",
]

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([*NAMES, "nan", "inf", "1e999", "PHASEB", "ON", "1"]),
    st.just([]),
    st.just({}),
    st.just([None, 5]),
)


@st.composite
def payloads(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good payload, one with some values replaced, or bytes."""
    rest, content = draw(st.sampled_from(EVERY))
    how = draw(st.sampled_from(["good", "odd", "odd", "odd", "cut", "bytes"]))
    content = json.loads(json.dumps(content))
    if how == "odd":
        for _ in range(draw(st.integers(1, 4))):
            parent, key = draw(st.sampled_from(list(places(content))))
            parent[key] = copy.deepcopy(draw(odd))
    payload = json.dumps(content).encode()
    if how == "cut":
        payload = payload[: draw(st.integers(0, len(payload)))]
    return rest, draw(st.binary(max_size=60)) if how == "bytes" else payload


arrivals = st.lists(
    st.builds(
        lambda what, at, uuid, retain: MqttMessage(at, topic(what[0], uuid), what[1], 0, retain),
        payloads(),
        st.floats(START - 200, START + 5000) | st.sampled_from([0.0, 1e12]),
        st.sampled_from([UUID, UUID, OTHER_UUID]),
        st.booleans(),
    ),
    max_size=25,
)


@given(arrivals)
def test_nothing_raises_and_every_message_is_counted_once(many: list[MqttMessage]) -> None:
    locations = Locations()
    expected: Counter[tuple[str, str]] = Counter()
    for one in many:
        uuid = one.topic.split("/")[1]
        try:
            parts, _ = decode(one.topic, one.payload)
        except UnreadableError as error:
            saved = read_in_part(one.topic, one.payload, error)
            expected[uuid, "bad" if saved is None else "messages"] += 1
            expected[uuid, "in part"] += saved is not None and bool(saved.lost)
        else:
            expected[uuid, "other" if parts.kind is Kind.OTHER else "messages"] += 1
        site, sampled = locations.receive(one)
        assert site is not None
        assert site.uuid == uuid
        assert sampled in (True, False)
        view = view_of(site)
        assert not_finite(view) == []
        assert [channel.input for channel in view.channels] == sorted({channel.input for channel in view.channels})
    for uuid, site in locations.sites.items():
        quality = site.quality
        assert quality.bad == expected[uuid, "bad"]
        assert quality.in_part == expected[uuid, "in part"]
        assert quality.other == expected[uuid, "other"]
        assert quality.messages == expected[uuid, "messages"]
        assert len(quality.problems) <= 50
        for number in site.history.inputs:
            assert all(math.isfinite(watts) for _, watts in site.history.watts(number))


@given(st.lists(payloads(), max_size=20))
def test_a_picture_can_always_be_written_as_json(many: list[tuple[str, bytes]]) -> None:
    locations = Locations()
    for number, (rest, payload) in enumerate(many):
        locations.receive(MqttMessage(START + number, topic(rest), payload))
    site = locations.sites.get(UUID)
    if site is not None:
        devices = site.devices
        known = [view_of(site), list(devices.plugs.values()), list(devices.triggers.values()), site.means, site.monitor]
        json.dumps(msgspec.to_builtins(known), allow_nan=False).encode()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_names_come_through_as_they_are(dialect: str, name: str) -> None:
    watch = Watch(dialect)
    for rest, content in every_topic(dialect).items():
        content = json.loads(json.dumps(content))
        for parent, key in list(places(content)):
            if key in ("name", "label", "timeZone"):
                parent[key] = name
        watch.take(rest, content)
    assert watch.site.quality.bad == 0
    assert [channel.setting.name for channel in watch.view.channels if channel.setting] == [name] * 5
    assert watch.site.devices.plugs["11"].name == name
    assert watch.site.devices.triggers[3].label == name


def test_memory_does_not_grow_with_the_length_of_a_watch() -> None:
    watch = Watch()
    for second in range(200):
        for rest, content in (
            ("realtime", realtime(busy_rows(3), at=START + second)),
            ("realtime", b"{"),
            ("power", b""),
        ):
            watch.take(rest, content, at=START + 60 * second)
        watch.take(f"plug/{second}/state", b'{"value":"ON"}')
    before = footprint(watch.site)
    for second in range(200, 5000):
        content = raw(realtime([Row(0, 1, 1.0), Row(1, 2, 2.0), Row(2, 3, 3.0)], at=START + second))
        watch.take("realtime", content, at=START + 60 * second)
        watch.take("realtime", b"{", at=START + 60 * second)
        watch.take(f"plug/{second}/state", b'{"value":"ON"}')
    assert footprint(watch.site)["numbers"] == before["numbers"]
    assert footprint(watch.site)["objects"] <= before["objects"] + 1400


def test_messages_of_ever_new_inputs_stay_bounded() -> None:
    watch = Watch()
    for turn in range(6):
        rows = [Row(number, 1, 1.0) for number in range(turn * 400, turn * 400 + 400)]
        watch.second(rows)
    assert len(watch.site.history.inputs) <= MOST_COLUMNS
    assert len(watch.view.channels) == 400
    assert footprint(watch.site)["numbers"] <= 1_100_000


def test_ten_megabytes_leave_nothing_behind() -> None:
    watch = Watch()
    for rest, _ in EVERY:
        watch.take(rest, b'{"x":"' + b"y" * 10_000_000 + b'"}')
    assert watch.site.quality.bad == len(EVERY)
    assert sum(len(repr(problem.what)) for problem in watch.site.quality.problems) < 50_000


@given(st.text(max_size=80), st.binary(max_size=40))
def test_any_topic_and_any_payload(whole: str, payload: bytes) -> None:
    locations = Locations()
    site, sampled = locations.receive(MqttMessage(START, whole, payload))
    assert not sampled
    assert (site is None) == (locations.other == 1)


def test_a_configuration_of_more_channels_than_any_is_refused_and_said() -> None:
    watch = Watch()
    inputs = [{"ctInput": n, "name": f"n{n}"} for n in range(12_000)]
    watch.take("channelConfig", {"inputChannels": inputs[:MOST_ROWS]})
    assert len(watch.view.channels) == MOST_ROWS
    watch.take("channelConfig", {"inputChannels": inputs})
    assert len(watch.view.channels) == MOST_ROWS
    assert "messages.too_many_rows" in str(watch.site.quality.problems[-1].what)
    watch.take("channelConfig", {"inputChannels": []})
    assert len(watch.site.changes) == 200


# --- helpers ----------------------------------------------------------------------------------------------------------


def places(content: Any) -> Any:
    """(container, key) of every value in a document."""
    for key, value in list(content.items() if isinstance(content, dict) else enumerate(content)):
        yield content, key
        if isinstance(value, (dict, list)):
            yield from places(value)


def not_finite(thing: Any, where: str = "view") -> list[str]:
    """Numbers in a picture that are none."""
    if isinstance(thing, float):
        return [] if math.isfinite(thing) else [where]
    if is_dataclass(thing):
        return [found for one in fields(thing) for found in not_finite(getattr(thing, one.name), f"{where}.{one.name}")]
    if isinstance(thing, tuple):
        return [found for place, one in enumerate(thing) for found in not_finite(one, f"{where}[{place}]")]
    return []


def footprint(site: Any) -> dict[str, int]:
    """How much a site holds: numbers in its history, and things in its collections."""
    ring = site.history._seconds
    quality, devices = site.quality, site.devices
    collections = (quality.problems, quality._recent, quality._offsets, site.changes, site.heard, site.settings)
    kept = (devices.plugs, devices.meters, devices.triggers, devices.schedules, devices._intervals)
    return {
        "numbers": len(ring._values),
        "objects": sum(len(one) for one in (*collections, *kept)),
    }


def test_a_key_that_is_no_text_is_told_until_a_whole_message_comes() -> None:
    content = raw(config())
    hurt = arrival("config", content.replace(b'"serialNumber"', b'"serial\xffumber"'))
    locations = Locations()
    site, _ = locations.receive(hurt)
    assert site is not None
    assert site.quality.in_part == 1
    assert [one.lost[0].params["place"] for one in site.quality.damage.values()] == ["$.serial�umber"]
    locations.receive(arrival("config", content))
    assert not site.quality.damage
