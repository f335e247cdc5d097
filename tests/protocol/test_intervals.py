"""The 5-minute messages and their units."""

from typing import Any

import pytest

from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError
from smappee_tui.protocol.intervals import GasWaterInterval, GasWaterIntervals, IntervalMeans, SwitchInterval
from tests.payloads import (
    DIALECTS,
    INFINITY,
    START,
    TWENTY,
    Means,
    aggregated,
    aggregated_gas_water,
    aggregated_switch,
    measurement,
    raw,
    topic,
)

HOUSE = [
    Means(0, 2.1, 400.3, 483.8, 271.7, 0.83, 0),
    Means(1, 0.7, -110.2, 161.8, 118.5, 0.68, 1),
    Means(2, 0, 0, 0, 0, 0, 2),
]


def read(content: Any) -> IntervalMeans:
    message = decode(topic("aggregated"), content if isinstance(content, bytes) else raw(content))[1]
    assert isinstance(message, IntervalMeans)
    return message


@pytest.mark.parametrize("dialect", DIALECTS)
def test_means_of_both_dialects_come_in_si_units(dialect: str) -> None:
    message = read(aggregated(HOUSE, dialect))
    assert message.end == START
    assert message.volts == pytest.approx((230.4, 231.2, 229.9))
    assert [channel.input for channel in message.channels] == [0, 1, 2]
    for channel, true in zip(message.channels, HOUSE, strict=True):
        assert channel.amps == pytest.approx(true.amps)
        assert channel.watts == pytest.approx(true.watts)
        assert channel.volt_amperes == pytest.approx(true.volt_amperes, rel=2e-3)
        assert channel.vars == pytest.approx(true.vars)


def test_20_series_power_factor_and_standing_load() -> None:
    message = read(aggregated(HOUSE, TWENTY))
    assert message.channels[0].power_factor == pytest.approx(0.83)
    assert message.always_on == pytest.approx(78.7)


def test_infinity_power_factor_is_signed_and_computed() -> None:
    _, export, silent = read(aggregated(HOUSE, INFINITY)).channels
    assert export.power_factor == pytest.approx(-110.2 / 161.8, abs=2e-3)
    assert silent.power_factor is None
    assert export.phase == 1


@pytest.mark.parametrize("delta", [1.0, 3**0.5])
@pytest.mark.parametrize("documented", [False, True])
def test_units_are_proved_by_volts_times_amperes(documented: bool, delta: float) -> None:
    """S is V·I on a star supply and V·I/1.73 on a delta one; the vendor's table is ten times off either."""
    rows = [Means(n, 8.0, 1500.0, 230 * 8.0 / delta, 300.0, 0.9) for n in range(3)]
    for channel in read(aggregated(rows, volts=(230, 230, 230), documented=documented)).channels:
        assert channel.amps == pytest.approx(8.0)
        assert channel.watts == pytest.approx(1500.0)
        assert channel.volt_amperes == pytest.approx(230 * 8.0 / delta, rel=1e-3)


@pytest.mark.parametrize("documented", [False, True])
@pytest.mark.parametrize("duty", [0.5, 0.2, 13 / 184, 0.04])
def test_a_load_that_cycles_changes_no_units(duty: float, documented: bool) -> None:
    """Its RMS current is larger than its mean power needs; a CT that rests beside it, or none, tells the same."""
    cycling = Means(0, 9.0 * duty**0.5, 2070 * duty, 2070 * duty, 30.0 * duty, 1.0)
    for rows in ([cycling], [cycling, Means(1, 1.2, 250.0, 276.0, 80.0, 0.9)])[documented:]:
        for channel, true in zip(read(aggregated(rows, documented=documented)).channels, rows, strict=True):
            assert channel.amps == pytest.approx(true.amps, abs=0.06)
            assert channel.watts == pytest.approx(true.watts, abs=0.6)


def test_units_are_one_for_the_whole_message() -> None:
    """A channel without current cannot prove anything: it takes the units of the others."""
    rows = [Means(0, 8.0, 1500.0, 1840.0, 300.0, 0.9), Means(1, 0.0, 4.0, 5.0, 3.0, 0.8)]
    assert read(aggregated(rows, documented=True)).channels[1].watts == pytest.approx(4.0)
    assert read(aggregated(rows)).channels[1].watts == pytest.approx(4.0)


@pytest.mark.parametrize("volts", [(), (0, 0, 0)])
def test_without_voltage_the_units_are_those_of_every_capture(volts: tuple[float, ...]) -> None:
    message = read(aggregated(HOUSE, volts=volts))
    assert message.channels[0].watts == pytest.approx(400.3)


def test_nothing_is_made_up() -> None:
    content = {"intervalDatas": [{"channelIntervalDatas": [{"ctInput": 3}], "averageRMSVoltages": [None, 2310]}]}
    message = read(content)
    assert (message.end, message.volts, message.always_on) == (None, (None, 231.0), None)
    channel = message.channels[0]
    assert (channel.input, channel.amps, channel.watts, channel.volt_amperes, channel.vars, channel.power_factor) == (
        3,
        None,
        None,
        None,
        None,
        None,
    )


def test_one_direction_alone_is_enough_for_power() -> None:
    rows = [{"ctInput": 0, "averageImportRMSActivePower": 5000}, {"ctInput": 1, "averageExportRMSActivePower": 5000}]
    message = read({"intervalDatas": [{"channelIntervalDatas": rows}]})
    assert [channel.watts for channel in message.channels] == [5, -5]


@pytest.mark.parametrize("number", [-1, -5, 1.5, 10_000, 2**63, 1e18, "x", None])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_impossible_input_is_left_out(dialect: str, number: Any) -> None:
    content = aggregated(HOUSE[:1], dialect)
    interval = content["intervalDatas"][0]
    (interval["channelIntervalDatas"][0] if dialect == TWENTY else interval).update(
        {"ctInput" if dialect == TWENTY else "publishIndex": number}
    )
    assert read(content).channels == ()


def test_the_newest_interval_counts() -> None:
    old, new = aggregated([Means(0, 1, 1, 1, 1, 1)], end=START), aggregated([Means(0, 1, 2, 1, 1, 1)], end=START + 300)
    for order in ([old, new], [new, old]):
        message = read({"intervalDatas": [one["intervalDatas"][0] for one in order]})
        assert message.end == START + 300
        assert [channel.watts for channel in message.channels] == [2]


@pytest.mark.parametrize("kind", ["ACTIVE_POWER", "REACTIVE_POWER", "CURRENT", "VOLTAGE"])
@pytest.mark.parametrize("phase", [0, 1, 2])
def test_a_measurement_may_be_told_by_its_code_alone(kind: str, phase: int) -> None:
    by_word, by_code = (
        read(
            {"intervalDatas": [{"publishIndex": 4, "measurements": [measurement(kind, 12.5, phase, by_code=by_code)]}]}
        )
        for by_code in (False, True)
    )
    assert by_code == by_word
    assert by_code.channels[0].phase == phase
    if kind == "VOLTAGE":
        assert by_code.volts[phase] == 12.5


def test_the_site_wide_entry_tells_the_voltages_and_is_no_channel() -> None:
    message = read(aggregated([], INFINITY, volts=(230.1, 231.2, 232.3)))
    assert message.volts == (230.1, 231.2, 232.3)
    assert message.channels == ()


def test_the_site_wide_entry_may_carry_minus_one() -> None:
    content = {"intervalDatas": [{"publishIndex": -1, "measurements": [measurement("VOLTAGE", 230.0, 1)]}]}
    message = read(content)
    assert message.volts == (None, 230.0)
    assert message.channels == ()


@pytest.mark.parametrize("code", ["", "1.37", "1.37.64.38.5", "a.b.c.d", "1.9999.7.0", "." * 5000, None])
def test_an_unknown_measurement_is_no_error(code: str | None) -> None:
    content = {"intervalDatas": [{"publishIndex": 4, "measurements": [{"type": {"mRID": code}, "value": 5}]}]}
    channel = read(content).channels[0]
    assert (channel.watts, channel.amps, channel.phase) == (None, None, None)


@pytest.mark.parametrize("found", [[], [{}], [{"type": None, "value": 5}], [{"type": {"mRID": "1.37.64.38"}}]])
def test_measurements_without_content_give_no_channel(found: Any) -> None:
    assert read({"intervalDatas": [{"publishIndex": 4, "measurements": found}]}).channels == ()


@pytest.mark.parametrize("rest", ["aggregated", "aggregatedSwitch", "aggregatedGW"])
def test_a_message_without_its_list_is_unreadable(rest: str) -> None:
    for content in ({}, [], {"intervals": []}, 5, "x", None):
        with pytest.raises(UnreadableError):
            decode(topic(rest), raw(content))


def test_an_empty_list_is_no_error() -> None:
    assert read({"intervalDatas": []}) == IntervalMeans(None, (), None, ())


def test_switches_are_shown_raw() -> None:
    message = decode(topic("aggregatedSwitch"), raw(aggregated_switch((302, 45), (303, 0))))[1]
    assert message.switches == (SwitchInterval(302, START, 45, 0), SwitchInterval(303, START, 0, 0))  # type: ignore[union-attr]


def test_gas_and_water() -> None:
    message = decode(topic("aggregatedGW"), raw(aggregated_gas_water(301, (2, 0), celsius=24.6)))[1]
    assert message.sensors == (  # type: ignore[union-attr]
        GasWaterInterval(301, START, (2, 0), pytest.approx(24.6), 48, 81),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("field", ["index0Delta", "temperature", "humidity", "battLevel"])
def test_a_sensor_that_leaves_something_out(field: str) -> None:
    content = aggregated_gas_water()
    del content["gwIntervalDatas"][0][field]
    sensor = decode(topic("aggregatedGW"), raw(content))[1].sensors[0]  # type: ignore[union-attr]
    assert None in (sensor.pulses[0], sensor.celsius, sensor.humidity, sensor.battery)


@pytest.mark.parametrize(
    ("rest", "content"), [("aggregatedSwitch", aggregated_switch((302, 45))), ("aggregatedGW", aggregated_gas_water())]
)
@pytest.mark.parametrize("sensor", [None, "x", 1.5, 1e300])
def test_an_interval_of_no_sensor_is_left_out(rest: str, content: Any, sensor: Any) -> None:
    (key,) = content
    message = decode(topic(rest), raw({key: [content[key][0] | {"sensorId": sensor}]}))[1]
    assert () in (getattr(message, "switches", None), getattr(message, "sensors", None))


@pytest.mark.parametrize(
    ("field", "name", "none", "some"),
    [
        (
            "battLevel",
            "battery",
            [255, -1, 127.5, 101, 65535, "255", "", "n/a", "nan", 1e300],
            {0: 0, 100: 100, "87": 87},
        ),
        ("humidity", "humidity", [255, -1, 65535, 32767], {0: 0, 45: 45, 100: 100}),
        ("temperature", "celsius", [-1270, 850, 32767, -32768, 65535, 9999, -9990], {0: 0, -127: -12.7, 246: 24.6}),
    ],
)
def test_no_reading_is_none(field: str, name: str, none: list[Any], some: dict[Any, float]) -> None:
    def read(value: Any) -> float | None:
        content = aggregated_gas_water()
        content["gwIntervalDatas"][0][field] = value
        message = decode(topic("aggregatedGW"), raw(content))[1]
        assert isinstance(message, GasWaterIntervals)
        found: float | None = getattr(message.sensors[0], name)
        return found

    assert [read(value) for value in none] == [None] * len(none)
    assert [read(value) for value in some] == pytest.approx(list(some.values()))


@pytest.mark.parametrize(("pulses", "read"), [(-1, None), (65535, None), (4294967295, None), (0, 0), (1500, 1500)])
def test_pulses_that_are_none(pulses: int, read: float | None) -> None:
    content = aggregated_gas_water()
    content["gwIntervalDatas"][0]["index0Delta"] = pulses
    message = decode(topic("aggregatedGW"), raw(content))[1]
    assert isinstance(message, GasWaterIntervals)
    assert message.sensors[0].pulses[0] == read
