"""Measured values, events and costs out of the service's answers. A row that cannot be read costs that row only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec

from smappee_tui.protocol.cloud.records import (
    ApplianceEvent,
    Consumption,
    CostRecord,
    SensorConsumption,
    SwitchConsumption,
)
from smappee_tui.protocol.cloud.rows import MOST_ROWS, JsonRow, no_object, read_json
from smappee_tui.protocol.wire import FAILURES, Number

R = TypeVar("R")
_LATEST = 4_102_444_800_000
"""2100, in ms: a later time stamp is none."""


class Read(msgspec.Struct, Generic[R], frozen=True):
    """The rows of an answer."""

    records: tuple[R, ...]
    """In order of time, where they have one."""
    unreadable: int = 0
    """Rows without a usable time stamp or number: left out."""
    in_part: int = 0
    """Rows in which something was no number: it counts as missing."""


class _ConsumptionRow(msgspec.Struct, gc=False):
    """How nearly every interval looks: read in one go, which the slow way below would take long for."""

    timestamp: float
    consumption: Number = None
    solar: Number = None
    alwaysOn: Number = None  # noqa: N815 - the wire's names
    active: list[Number] | None = None
    reactive: list[Number] | None = None
    voltages: list[Number] | None = None
    phaseVoltages: list[Number] | None = None  # noqa: N815
    current: list[Number] | None = None


class _Intervals(msgspec.Struct, gc=False):
    consumptions: list[_ConsumptionRow]


_FAST = msgspec.json.Decoder(_Intervals, strict=False)


def read_consumption(body: bytes) -> Read[Consumption]:
    """Decode "Get Consumption". Raises UnreadableError."""
    try:
        rows = _FAST.decode(body).consumptions
    except FAILURES:
        return _read("consumption", body, ("consumptions", "records"), _consumption)
    if len(rows) > MOST_ROWS or not all(0 < row.timestamp < _LATEST for row in rows):
        return _read("consumption", body, ("consumptions", "records"), _consumption)
    found = [
        Consumption(
            datetime.fromtimestamp(row.timestamp / 1000, UTC),
            row.consumption,
            row.solar,
            row.alwaysOn,
            tuple(row.active or ()),
            tuple(row.reactive or ()),
            tuple(row.voltages or row.phaseVoltages or ()),
            tuple(row.current or ()),
        )
        for row in rows
    ]
    found.sort(key=_at)
    return Read(tuple(found))


def read_switch_consumption(body: bytes) -> Read[SwitchConsumption]:
    """Decode "Get Switch Consumption". Raises UnreadableError."""
    return _read("switch consumption", body, ("records", "consumptions"), _switch)


def read_sensor_consumption(body: bytes) -> Read[SensorConsumption]:
    """Decode "Get Sensor Consumption". Raises UnreadableError."""
    return _read("sensor consumption", body, ("records", "consumptions"), _sensor)


def read_events(body: bytes) -> Read[ApplianceEvent]:
    """Decode "Get Events", a bare list or one in an object. Raises UnreadableError."""
    return _read("events", body, ("events", "records"), _event)


def read_costs(body: bytes) -> Read[CostRecord]:
    """Decode "Get Cost analysis", whose form no public source confirms. Raises UnreadableError."""
    return _read("costs", body, ("records", "costAnalysis", "costs", "consumptions", "appliances"), _cost)


def _read(kind: str, body: bytes, names: tuple[str, ...], build: Callable[[JsonRow, datetime], R]) -> Read[R]:
    rows = _list(kind, read_json(kind, body), names)
    found: list[tuple[datetime, R]] = []
    unreadable, in_part = max(0, len(rows) - MOST_ROWS), 0
    for one in rows[:MOST_ROWS]:
        row = JsonRow(one if isinstance(one, dict) else {})
        at = _time(row)
        if at is None:
            unreadable += 1
            continue
        found.append((at, build(row, at)))
        in_part += row.odd
    found.sort(key=lambda pair: pair[0])
    return Read(tuple(record for _, record in found), unreadable, in_part)


def _list(kind: str, content: Any, names: tuple[str, ...]) -> list[Any]:
    """The list of rows: under one of these names, or all there is. A null, or nothing at all, is an empty list."""
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        for name in names:
            if isinstance(content.get(name), list):
                rows: list[Any] = content[name]
                return rows
        if any(name in content and content[name] is None for name in names):
            return []
    raise no_object(kind)


def _time(row: JsonRow) -> datetime | None:
    millis = row.number("timestamp", "timeStamp", "utcTimeStamp")
    return datetime.fromtimestamp(millis / 1000, UTC) if millis is not None and 0 < millis < _LATEST else None


def _at(record: Consumption) -> datetime:
    return record.at


def _consumption(row: JsonRow, at: datetime) -> Consumption:
    return Consumption(
        at,
        row.number("consumption"),
        row.number("solar"),
        row.number("alwaysOn"),
        row.numbers("active"),
        row.numbers("reactive"),
        row.numbers("voltages") or row.numbers("phaseVoltages"),
        row.numbers("current"),
    )


def _switch(row: JsonRow, at: datetime) -> SwitchConsumption:
    return SwitchConsumption(at, row.number("active"), row.number("reactive"))


def _sensor(row: JsonRow, at: datetime) -> SensorConsumption:
    tenths = row.number("temperature")
    return SensorConsumption(
        at,
        row.number("value1"),
        row.number("value2"),
        None if tenths is None else tenths / 10,
        row.number("humidity"),
        row.number("battery"),
    )


def _event(row: JsonRow, at: datetime) -> ApplianceEvent:
    return ApplianceEvent(at, row.whole("applianceId"), row.number("activePower"), row.number("totalPower"))


def _cost(row: JsonRow, at: datetime) -> CostRecord:
    return CostRecord(
        at,
        row.whole("applianceId"),
        row.text("name", "applianceName"),
        row.number("consumption", "energy"),
        row.number("cost"),
    )
