"""What the protocol knows is read off the structs that it decodes with."""

import json
from collections.abc import Iterator

import msgspec
import pytest

from smappee_tui.protocol import configs, intervals, plugs
from smappee_tui.protocol.fields import Holds, Meaning
from smappee_tui.protocol.realtime import IndexedRealtime
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.protocol.topics import Kind, parse_topic
from smappee_tui.protocol.vocabulary import Shape, shape_of
from smappee_tui.simulator import sites
from tests import payloads as p

READ = {kind: one for shapes in (configs.WIRE, plugs.WIRE, intervals.WIRE) for kind, one in shapes.items()}
READ[Kind.REALTIME] = IndexedRealtime


def texts(kind: msgspec.inspect.Type, said: bool, seen: tuple[type, ...] = ()) -> Iterator[tuple[type, str]]:
    """Fields that may hold text and do not say what it is."""
    if isinstance(kind, msgspec.inspect.Metadata):
        yield from texts(kind.type, said or isinstance((kind.extra or {}).get("meaning"), Meaning), seen)
    elif isinstance(kind, msgspec.inspect.UnionType):
        for one in kind.types:
            yield from texts(one, said, seen)
    elif isinstance(kind, msgspec.inspect.ListType):
        yield from texts(kind.item_type, said, seen)
    elif isinstance(kind, msgspec.inspect.StructType) and kind.cls not in seen:
        for field in kind.fields:
            yield from ((kind.cls, field.encode_name) for _ in texts(field.type, False, (*seen, kind.cls)))
    elif isinstance(kind, msgspec.inspect.StrType | msgspec.inspect.AnyType) and not said:
        yield str, "text"


@pytest.mark.parametrize("kind", READ)
def test_every_text_of_the_wire_says_what_it_is(kind: Kind) -> None:
    assert list(texts(msgspec.inspect.type_info(READ[kind]), False)) == []


@pytest.mark.parametrize("kind", READ)
def test_every_field_that_is_decoded_is_known(kind: Kind) -> None:
    described = msgspec.inspect.type_info(READ[kind])
    assert isinstance(described, msgspec.inspect.StructType)
    assert {field.encode_name for field in described.fields} <= shape_of(kind).keys()


def test_what_is_only_documented_is_known_where_it_stands() -> None:
    rows = shape_of(Kind.REALTIME)["channelPowers"].inside
    assert rows["formula"].meaning == Meaning(Holds.FORMULA)
    assert rows["ctInput"].meaning == rows["publishIndex"].meaning == Meaning(Holds.ID)
    assert "formula" not in shape_of(Kind.REALTIME)


def test_a_body_inside_itself() -> None:
    shape: Shape = shape_of(Kind.CONFIG)
    assert shape["config"].inside["config"].inside["serialNumber"].meaning == Meaning(Holds.SERIAL)


@pytest.mark.parametrize("kind", [Kind.OTHER, Kind.CLOUD_FEED])
def test_nothing_is_known_of_what_is_not_read(kind: Kind) -> None:
    assert shape_of(kind) == {}


@pytest.mark.parametrize("dialect", p.DIALECTS)
def test_all_that_a_monitor_is_known_to_say_is_known(dialect: str) -> None:
    def strangers(shape: Shape, value: object) -> Iterator[str]:
        if isinstance(value, list):
            for item in value:
                yield from strangers(shape, item)
        elif isinstance(value, dict):
            for key, item in value.items():
                if key not in shape:
                    yield key
                else:
                    yield from strangers(shape[key].inside, item)

    monitor = sites.build("home3pv", dialect=dialect)
    met = set()
    for item in monitor.stream(monitor.time + 310):
        if isinstance(item, MqttMessage):
            kind = parse_topic(item.topic).kind
            met.add(kind)
            assert list(strangers(shape_of(kind), json.loads(item.payload))) == [], item.topic
    assert len(met) > 7
