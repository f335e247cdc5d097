"""Every key that this program knows, where it stands and what its value is: made of the wire's structs, and of a few
fields that are documented and that nobody here reads.

Whatever is not found here is somebody else's, and nobody can say whose name it bears.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, TypeAlias

import msgspec

from smappee_tui.protocol import configs, intervals, plugs
from smappee_tui.protocol.fields import (
    MOST_OF_SITE,
    Flag,
    Formula,
    Holds,
    Id,
    Joules,
    Label,
    Meaning,
    Setting,
    means,
    measures,
)
from smappee_tui.protocol.realtime import IndexedRealtime, Realtime
from smappee_tui.protocol.topics import Kind
from smappee_tui.protocol.wire import Number


@dataclass(frozen=True, slots=True)
class KnownField:
    """What may stand under one key."""

    meaning: Meaning | None
    """Of a number or a text; None where only an object, or a list of such, is known."""
    inside: Mapping[str, KnownField] = field(default_factory=dict)
    """Of an object."""
    many: bool = False
    """A list of such stands there."""


Shape: TypeAlias = Mapping[str, KnownField]


@cache
def shape_of(kind: Kind) -> Shape:
    """The keys of this kind of message; none of a topic that nobody reads."""
    return _shape(_WIRE.get(kind, ()))


@cache
def known_keys() -> frozenset[str]:
    """Every key of every kind of message."""
    found: set[str] = set()

    def look(shape: Shape) -> None:
        for key, known in shape.items():
            if key not in found or not known.inside.keys() <= found:
                found.add(key)
                look(known.inside)

    for kind in Kind:
        look(shape_of(kind))
    return frozenset(found)


_Commodity = Annotated[str | None, means(Holds.WORD, "ELECTRICITY", "WATER", "GAS")]
_UnitWord = Annotated[
    str | None, means(Holds.WORD, "WATT", "VOLT", "AMPERE", "VOLTAMPEREREACTIVE", "VOLTAMPERE", "WATTHOUR", "JOULE")
]


class _Quantity(intervals.MeasurementType, gc=False):
    commodity: _Commodity = None
    unit: _UnitWord = None
    index: Id = None
    channel: Id = None


class _Measurement(msgspec.Struct, gc=False):
    type: _Quantity | None = None


class _Interval(msgspec.Struct, gc=False):
    version: Id = None
    measurements: list[_Measurement] = msgspec.field(default_factory=list)


class _Aggregated(msgspec.Struct, gc=False):
    intervalDatas: list[_Interval] = msgspec.field(default_factory=list)  # noqa: N815 - the wire's names, here and below


class _Version(msgspec.Struct, gc=False):
    version: Id = None


class _Switches(msgspec.Struct, gc=False):
    switchIntervalDatas: list[_Version] = msgspec.field(default_factory=list)  # noqa: N815


class _GasWater(msgspec.Struct, gc=False):
    gwIntervalDatas: list[_Version] = msgspec.field(default_factory=list)  # noqa: N815


class _Row(msgspec.Struct, gc=False):
    formula: Formula = None
    cosPhi: Number = None  # noqa: N815


class _Realtime(msgspec.Struct, gc=False):
    totalPower: Annotated[float, measures(MOST_OF_SITE)] | None = None  # noqa: N815
    totalImportEnergy: Joules = None  # noqa: N815
    totalExportEnergy: Joules = None  # noqa: N815
    channelPowers: list[_Row] = msgspec.field(default_factory=list)  # noqa: N815


class _Input(msgspec.Struct, gc=False):
    nilm: Flag = None


class _Source(msgspec.Struct, gc=False):
    version: Id = None
    name: Label = None
    nilm: Flag = None
    measurementType: _Quantity | None = None  # noqa: N815


class _Plan(msgspec.Struct, gc=False):
    version: Id = None
    publishedMeasurementTypes: list[_Quantity] = msgspec.field(default_factory=list)  # noqa: N815


class _Specification(msgspec.Struct, gc=False):
    dataSources: list[_Source] = msgspec.field(default_factory=list)  # noqa: N815
    measurements: list[_Plan] = msgspec.field(default_factory=list)


class _Channels(msgspec.Struct, gc=False):
    inputChannels: list[_Input] = msgspec.field(default_factory=list)  # noqa: N815
    dataProcessingSpecification: _Specification | None = None  # noqa: N815


class _HomeControl(msgspec.Struct, gc=False):
    maximumAmpere: Setting = None  # noqa: N815


_UNREAD: Mapping[Kind, type[msgspec.Struct]] = {
    Kind.REALTIME: _Realtime,
    Kind.CHANNELS: _Channels,
    Kind.INTERVAL: _Aggregated,
    Kind.SWITCH_INTERVAL: _Switches,
    Kind.GAS_WATER_INTERVAL: _GasWater,
    Kind.HOME_CONTROL: _HomeControl,
}
"""Documented, or in every capture, and of no use here; whoever gets a recording may have one."""
_READ: Mapping[Kind, tuple[type[msgspec.Struct], ...]] = {
    Kind.REALTIME: (Realtime, IndexedRealtime),
    **{kind: (shape,) for shapes in (configs.WIRE, plugs.WIRE, intervals.WIRE) for kind, shape in shapes.items()},
}
_WIRE = {kind: (*shapes, *([_UNREAD[kind]] if kind in _UNREAD else ())) for kind, shapes in _READ.items()}
_MEASURE = Meaning(Holds.MEASURE)
_TEXT = Meaning(Holds.TEXT)


@cache
def _shape(structs: tuple[type, ...]) -> Shape:
    """The fields of structs that describe one object together."""
    # The cache is asked again only after this returns: what holds itself, as the wrapped `config` does, is known here.
    return _filled(structs, {})


def _filled(structs: tuple[type, ...], known: dict[tuple[type, ...], dict[str, KnownField]]) -> dict[str, KnownField]:
    if structs in known:
        return known[structs]
    made = known[structs] = {}
    found: dict[str, tuple[list[Meaning], list[type]]] = {}
    lists: set[str] = set()
    for one in structs:
        for entry in msgspec.structs.fields(one):
            meanings, inside = found.setdefault(entry.encode_name, ([], []))
            kind = msgspec.inspect.type_info(entry.type)
            _look(kind, meanings, inside)
            lists.update([entry.encode_name] if _is_list(kind) else [])
    for key, (meanings, inside) in found.items():
        words = frozenset[str]().union(*(one.words for one in meanings))
        meaning = replace(meanings[0], words=words) if meanings else None
        made[key] = KnownField(meaning, _filled(tuple(dict.fromkeys(inside)), known) if inside else {}, key in lists)
    return made


def _is_list(kind: msgspec.inspect.Type) -> bool:
    types = kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,)
    return any(isinstance(one, msgspec.inspect.ListType) for one in types)


def _look(kind: msgspec.inspect.Type, meanings: list[Meaning], inside: list[type]) -> None:
    """Take a type apart. A number without a word of its own is measured; a text is taken for a name."""
    if isinstance(kind, msgspec.inspect.Metadata):
        said = (kind.extra or {}).get("meaning")
        if isinstance(said, Meaning):
            meanings.append(said)
        else:
            _look(kind.type, meanings, inside)
    elif isinstance(kind, msgspec.inspect.UnionType):
        for one in kind.types:
            _look(one, meanings, inside)
    elif isinstance(kind, msgspec.inspect.ListType):
        _look(kind.item_type, meanings, inside)
    elif isinstance(kind, msgspec.inspect.StructType):
        inside.append(kind.cls)
    elif isinstance(kind, msgspec.inspect.FloatType | msgspec.inspect.IntType):
        meanings.append(_MEASURE)
    elif not isinstance(kind, msgspec.inspect.NoneType):
        meanings.append(_TEXT)
