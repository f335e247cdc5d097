"""The 1-second message of both dialects."""

from typing import Any

import pytest

from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError, fact
from smappee_tui.protocol.realtime import Realtime
from smappee_tui.protocol.wire import MOST_ROWS
from tests.payloads import DIALECTS, INFINITY, START, TWENTY, Row, busy_rows, raw, realtime, topic


def read(content: Any) -> Realtime:
    message = decode(topic("realtime"), content if isinstance(content, bytes) else raw(content))[1]
    assert isinstance(message, Realtime)
    return message


@pytest.mark.parametrize("dialect", DIALECTS)
def test_values_come_in_si_units(dialect: str) -> None:
    message = read(realtime([Row(3, 98, 0.7, 1, imported=344_037, exported=12)], dialect, volts=(207, 0, 0)))
    row = message.rows[0]
    assert (row.input, row.watts, row.amps, row.phase) == (3, 98, 0.7, 1)
    assert (row.joules_imported, row.joules_exported) == (344_037, 12)
    assert [(entry.volts, entry.phase) for entry in message.voltages] == [(207, 0), (0, 1), (0, 2)]
    assert message.sent == START
    assert message.amps() == [0.7]
    assert message.status == 0


def test_infinity_adds_apparent_power_cosine_and_frequency() -> None:
    message = read(realtime([Row(0, -356, 1.8, volt_amperes=418, cos_phi=-0.85)], INFINITY))
    row = message.rows[0]
    assert row.volt_amperes == 418
    assert message.hertz == pytest.approx(50.012345)


def test_infinity_of_2019_has_neither() -> None:
    row = read(realtime([Row(0, 100, 1.0)], INFINITY)).rows[0]
    assert (row.input, row.volt_amperes) == (0, None)


def test_rows_may_name_their_location() -> None:
    message = read(realtime([Row(0, location_id=1), Row(0, location_id=2), Row(1)], INFINITY))
    assert [row.location_id for row in message.rows] == [1, 2, None]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_everything_optional_may_be_missing(dialect: str) -> None:
    key = "ctInput" if dialect == TWENTY else "publishIndex"
    message = read({"channelPowers": [{key: 0}, {key: 1, "power": 5}]})
    assert [row.input for row in message.rows] == [0, 1]
    assert message.amps() == [None, None]
    first = message.rows[0]
    assert (first.watts, first.amps, first.phase, first.joules_imported) == (None,) * 4
    assert (message.sent, message.hertz, message.total_vars, message.voltages) == (None, None, None, [])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_unknown_fields_are_ignored(dialect: str) -> None:
    content = realtime(busy_rows(3, dialect), dialect)
    before = read(content)
    content["weather"] = {"rain": [1, 2, {"deep": None}]}
    for row in content["channelPowers"]:
        row["aura"] = "green"
    assert read(content) == before


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("indent", [None, 1, 8])
def test_how_the_json_is_laid_out_does_not_matter(dialect: str, indent: int | None) -> None:
    import json

    content = realtime(busy_rows(5, dialect), dialect)
    assert read(json.dumps(content, indent=indent).encode()) == read(content)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_order_of_keys_does_not_matter(dialect: str) -> None:
    content = realtime(busy_rows(30, dialect), dialect)
    content["channelPowers"] = [dict(reversed(row.items())) for row in content["channelPowers"]]
    turned = dict(reversed(content.items()))
    assert [row.input for row in read(turned).rows] == list(range(30))


def test_a_key_of_the_other_dialect_in_the_header_does_not_mislead() -> None:
    content = {"publishIndex": 5} | realtime([Row(4, 100, 1.0)], TWENTY)
    assert [row.input for row in read(content).rows] == [4]
    content = {"ctInput": 5} | realtime([Row(4, 100, 1.0)], INFINITY)
    assert [row.input for row in read(content).rows] == [4]


def test_numbers_may_be_text() -> None:
    content = realtime([Row(0, 100, 1.0)])
    content["channelPowers"][0] |= {"power": "100", "ctInput": "0"}
    content["utcTimeStamp"] = "1700000000000"
    message = read(content)
    assert (message.rows[0].input, message.rows[0].watts, message.sent) == (0, 100, START)


def test_numbers_as_text_behind_a_long_header() -> None:
    content = {"note": "x" * 2000} | realtime([Row(7, 100, 1.0)], INFINITY)
    content["channelPowers"][0] |= {"power": "100", "publishIndex": "7"}
    assert (read(content).rows[0].input, read(content).rows[0].watts) == (7, 100)
    content["channelPowers"][0]["power"] = "much"
    with pytest.raises(UnreadableError):
        read(content)


@pytest.mark.parametrize("value", [1, 1.0])
def test_numbers_may_be_written_as_decimals(value: float) -> None:
    content = realtime([Row(0)])
    content["channelPowers"][0] |= {"power": value, "current": value}
    assert read(content).rows[0].watts == 1


@pytest.mark.parametrize("field", ["voltages", "channelPowers"])
def test_a_null_list_is_an_empty_one(field: str) -> None:
    message = read(realtime([Row(0, 100, 1.0)]) | {field: None})
    assert len(message.voltages if field == "voltages" else message.rows) == 0


def test_a_trailing_comma_is_mended() -> None:
    content = realtime([Row(0, 100, 1.0), Row(1, 50, 0.5)])
    damaged = raw(content).replace(b"}]", b"},\n ]").replace(b'"current":10}', b'"current":10,}')
    assert damaged != raw(content)
    assert read(damaged) == read(content)


@pytest.mark.parametrize("number", [-1, 1.5, 10_000, 2**63, 2**70, 1e300])
def test_an_impossible_input_does_not_spoil_the_message(number: float) -> None:
    assert len(read(realtime([Row(0, 100, 1.0), Row(number, 50, 0.5)], TWENTY)).rows) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [{}, {"utcTimeStamp": 5}, {"channelPowers": []}, {"channelPowers": None}])
def test_nothing_in_it_is_unreadable(content: Any) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(content)
    assert caught.value.reason == fact("messages.neither", first="channelPowers", second="voltages")


def test_a_monitor_without_cts_is_no_error() -> None:
    assert read(realtime([])).rows == []


@pytest.mark.parametrize(
    "field",
    [
        "power",
        "current",
        "phaseId",
        "importEnergy",
        "exportEnergy",
        "apparentPower",
        "serviceLocationId",
        "ctInput",
    ],
)
@pytest.mark.parametrize("value", ["nan", "inf", "-Infinity", "1e999", [], {}, True, "much"])
def test_no_number_is_unreadable(field: str, value: Any) -> None:
    content = realtime([Row(0, 100, 1.0)])
    content["channelPowers"][0][field] = value
    with pytest.raises(UnreadableError) as caught:
        read(content)
    assert "channelPowers" in caught.value.place


@pytest.mark.parametrize("field", ["power", "current", "apparentPower"])
@pytest.mark.parametrize("value", [1e300, -1e300, 10**25, -(10**15)])
def test_a_value_beyond_any_building_is_unreadable(field: str, value: float) -> None:
    content = realtime([Row(0, 100, 1.0)])
    content["channelPowers"][0][field] = value
    with pytest.raises(UnreadableError) as caught:
        read(content)
    assert caught.value.place == f"$.channelPowers[0].{field}"


@pytest.mark.parametrize("field", ["monitorStatus", "measuredFrequency", "totalReactivePower", "utcTimeStamp"])
def test_no_number_in_the_header_is_unreadable(field: str) -> None:
    for value in ("nan", "inf", [1]):
        with pytest.raises(UnreadableError):
            read(realtime([Row(0)]) | {field: value})


def test_no_number_in_a_voltage_is_unreadable() -> None:
    for field in ("voltage", "phaseId"):
        with pytest.raises(UnreadableError):
            read(realtime([Row(0)]) | {"voltages": [{field: "nan"}]})


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity", b"nan", b"1e999", b"0x10", b"01", b"1.", b"+1"])
def test_no_json_number_is_unreadable(word: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(b'{"channelPowers":[{"ctInput":0,"power":' + word + b"}]}")


def test_absurdly_many_rows_are_unreadable() -> None:
    rows = [Row(n) for n in range(MOST_ROWS)]
    assert len(read(realtime(rows)).rows) == MOST_ROWS
    for content in (realtime([*rows, Row(0)]), realtime([Row(0)], volts=[230] * (MOST_ROWS + 1))):
        with pytest.raises(UnreadableError) as caught:
            read(content)
        assert caught.value.reason.code == "messages.too_many_rows"
