"""Records out of answers: nulls, short lists, numbers as text, and rows that cannot be read."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from smappee_tui.protocol.cloud.read_records import (
    read_consumption,
    read_costs,
    read_events,
    read_sensor_consumption,
    read_switch_consumption,
)
from smappee_tui.protocol.cloud.records import (
    ApplianceEvent,
    Consumption,
    CostRecord,
    SensorConsumption,
    SwitchConsumption,
)
from smappee_tui.protocol.fact import UnreadableError

AT = 1_780_000_000_000
WHEN = datetime.fromtimestamp(AT / 1000, UTC)


def wire(content: Any) -> bytes:
    return json.dumps(content).encode()


def consumption(*rows: Any) -> bytes:
    return wire({"serviceLocationId": 1, "consumptions": list(rows)})


FULL = {
    "timestamp": AT,
    "consumption": 100,
    "solar": "50.5",
    "alwaysOn": None,
    "active": [1, -2.5, None],
    "reactive": [],
    "voltages": [230.1],
    "current": None,
    "gridImport": {"what": "ever"},
}
READ = Consumption(WHEN, 100.0, 50.5, None, (1.0, -2.5, None), (), (230.1,), ())


def test_a_record() -> None:
    read = read_consumption(consumption(FULL))
    assert (read.records, read.unreadable, read.in_part) == ((READ,), 0, 0)


def test_the_slow_way_reads_the_same() -> None:
    read = read_consumption(consumption(FULL, "odd"))
    assert (read.records, read.unreadable, read.in_part) == ((READ,), 1, 0)


def test_new_voltages() -> None:
    for extra in ([], [0]):
        row = {"timestamp": AT, "voltages": None, "phaseVoltages": [231, 232]}
        assert read_consumption(consumption(row, *extra)).records[0].volts == (231.0, 232.0)


@pytest.mark.parametrize("value", ["NaN", "many", True, {}, [], 1e300])
def test_what_is_no_number_is_missing_and_counted(value: Any) -> None:
    read = read_consumption(consumption({"timestamp": AT, "consumption": value, "active": [value, 5], "solar": 7}))
    assert read.records == (Consumption(WHEN, None, 7.0, None, (None, 5.0), (), (), ()),)
    assert (read.unreadable, read.in_part) == (0, 1)


def test_bare_nan_and_a_byte_order_mark_are_read() -> None:
    body = b'\xef\xbb\xbf{"consumptions": [{"timestamp": %d, "solar": NaN, "active": [Infinity, 2,]},]}' % AT
    assert read_consumption(body).records == (Consumption(WHEN, None, None, None, (None, 2.0), (), (), ()),)


@pytest.mark.parametrize("stamp", [None, "soon", -5, 0, 1e17, [], True, "NaN"])
def test_a_record_without_a_time_is_left_out(stamp: Any) -> None:
    read = read_consumption(consumption({"timestamp": stamp}, {"timestamp": str(AT)}))
    assert ([r.at for r in read.records], read.unreadable) == ([WHEN], 1)


def test_in_order_of_time() -> None:
    for odd in ([], [0]):
        read = read_consumption(consumption({"timestamp": AT + 1000}, {"timestamp": AT}, *odd))
        assert [r.at for r in read.records] == sorted(r.at for r in read.records)


def test_switches_and_sensors() -> None:
    records = [{"timestamp": AT, "active": 5, "reactive": None}]
    assert read_switch_consumption(wire({"records": records})).records == (SwitchConsumption(WHEN, 5.0, None),)
    records = [{"timestamp": AT, "value1": 3, "value2": None, "temperature": 215, "humidity": 40, "battery": "99"}]
    assert read_sensor_consumption(wire({"records": records})).records == (
        SensorConsumption(WHEN, 3.0, None, 21.5, 40.0, 99.0),
    )


def test_events_bare_or_wrapped() -> None:
    rows = [{"timestamp": AT, "applianceId": "7", "activePower": -60.5, "totalPower": 400, "x": 1}, {"applianceId": 1}]
    for content in (rows, {"events": rows}):
        read = read_events(wire(content))
        assert (read.records, read.unreadable) == ((ApplianceEvent(WHEN, 7, -60.5, 400.0),), 1)


def test_costs_however_they_are_wrapped() -> None:
    rows = [{"timestamp": AT, "applianceId": None, "consumption": 5, "cost": 1.5, "name": "All"}]
    for content in (rows, {"records": rows}, {"costAnalysis": rows}):
        assert read_costs(wire(content)).records == (CostRecord(WHEN, None, "All", 5.0, 1.5),)


def test_nothing_measured_is_no_error() -> None:
    for body in (b'{"consumptions": []}', b'{"consumptions": null}', b"[]"):
        assert read_consumption(body).records == ()


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"5", b'"x"', b"null", b'{"consumptions": 5}', b"<html>", b"\xff", b"[" * 9999]
)
def test_another_shape_is_one_typed_error(body: bytes) -> None:
    for read in (read_consumption, read_switch_consumption, read_sensor_consumption, read_events, read_costs):
        with pytest.raises(UnreadableError):
            read(body)
