"""The 5-minute messages: means per channel, per switch, per gas and water sensor.

The vendor's table says deciampere and watt; its own example and every capture are in milli-units, 100 times finer
than the realtime current. `aggregated` of the 20-series is therefore checked against V·I = S before it is believed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated

import msgspec

from smappee_tui.protocol.fields import Code, Holds, Id, MilliAmps, Millis, MilliWatts, means, measures
from smappee_tui.protocol.topics import Kind
from smappee_tui.protocol.wire import Number, checked_decode, input_number, reading, seconds, whole, word


class ChannelMeans(msgspec.Struct, frozen=True, gc=False):
    """Means of one channel over one interval."""

    input: int
    amps: float | None
    watts: float | None
    """Import less export, W."""
    volt_amperes: float | None
    vars: float | None
    """Reactive power, var; always positive on the 20-series."""
    power_factor: float | None
    """The mean of ratios, 0 to 1: up to 0.03 off the ratio of means."""
    phase: int | None = None
    """Phase that the message itself names, 0 to 2, where it does."""


class IntervalMeans(msgspec.Struct, frozen=True):
    """The `aggregated` topic: one or more intervals are flattened, newest end wins."""

    end: float | None
    """End of the interval by the monitor's clock, seconds since 1970."""
    volts: tuple[float | None, ...]
    """Mean voltage per phase L1, L2, L3, V, in steps of 0.1 V or finer; may be shorter."""
    always_on: float | None
    """The monitor's estimate of the standing load, W."""
    channels: tuple[ChannelMeans, ...]


class SwitchInterval(msgspec.Struct, frozen=True):
    """What a Smappee Switch measured. The unit of the values is unsettled (W, or J per interval): show them raw."""

    sensor: int
    end: float | None
    active_raw: float | None
    reactive_raw: float | None


class SwitchIntervals(msgspec.Struct, frozen=True):
    """The `aggregatedSwitch` topic."""

    switches: tuple[SwitchInterval, ...]


class GasWaterInterval(msgspec.Struct, frozen=True):
    """What a Gas & Water sensor counted."""

    sensor: int
    end: float | None
    pulses: tuple[float | None, ...]
    """Pulses in this interval per input."""
    celsius: float | None
    humidity: float | None
    """Relative, percent."""
    battery: float | None
    """Percent. None, as for the others, also where the sensor says that it has no reading."""


class GasWaterIntervals(msgspec.Struct, frozen=True):
    """The `aggregatedGW` topic, published only when something was consumed."""

    sensors: tuple[GasWaterInterval, ...]


_PHASE_WORDS = {"PHASEA": 0, "PHASEB": 1, "PHASEC": 2}
_PHASE_CODES = {"128": 0, "64": 1, "32": 2}
_KIND_CODES = {"37": "ACTIVE_POWER", "1003": "REACTIVE_POWER", "158": "VOLTAGE", "4": "CURRENT"}
_SITE_KINDS = ("ALWAYS_ON", *(f"{what}TOTAL_ACTIVE_POWER" for what in ("LOAD", "PRODUCTION", "IMPORT", "EXPORT")))
"""Of the entry without a channel, which nobody here reads."""
_Kind = Annotated[str | None, means(Holds.WORD, *_KIND_CODES.values(), *_SITE_KINDS)]
_PhaseWord = Annotated[str | None, means(Holds.WORD, *_PHASE_WORDS, "NOTAPPLICABLE")]


class MeasurementType(msgspec.Struct, gc=False):
    """What a value is of, as the Infinity says it."""

    kind: _Kind = msgspec.field(name="measurementKind", default=None)
    phase: _PhaseWord = None
    code: Code = msgspec.field(name="mRID", default=None)


class _Measurement(msgspec.Struct, gc=False):
    type: MeasurementType | None = None
    value: MilliWatts = None
    """mA, mV and mvar as well."""


class _ChannelRow(msgspec.Struct, gc=False):
    ctInput: Id = None  # noqa: N815 - the wire's name
    averageRMSCurrent: MilliAmps = None  # noqa: N815
    averageImportRMSActivePower: MilliWatts = None  # noqa: N815
    averageExportRMSActivePower: MilliWatts = None  # noqa: N815
    averageRMSApparentPower: MilliWatts = None  # noqa: N815
    averageRMSReactivePower: MilliWatts = None  # noqa: N815
    averagePowerfactor: Number = None  # noqa: N815


class _Interval(msgspec.Struct, gc=False):
    utcEndtime: Millis = None  # noqa: N815
    averageRMSVoltages: list[Number] | None = None  # noqa: N815
    alwaysOn: MilliWatts = None  # noqa: N815
    channelIntervalDatas: list[_ChannelRow] | None = None  # noqa: N815
    publishIndex: Id = None  # noqa: N815
    measurements: list[_Measurement] | None = None


class _Aggregated(msgspec.Struct, gc=False):
    intervalDatas: list[_Interval]  # noqa: N815


_AGGREGATED = msgspec.json.Decoder(_Aggregated, strict=False)


def read_intervals(topic: str, payload: bytes) -> IntervalMeans:
    """Decode `aggregated` of either dialect. Raises UnreadableError."""
    wire = checked_decode(_AGGREGATED, topic, payload)
    end = max((s for i in wire.intervalDatas if (s := seconds(i.utcEndtime)) is not None), default=None)
    newest = [i for i in wire.intervalDatas if end is None or seconds(i.utcEndtime) in (end, None)]
    volts: list[float | None] = []
    always_on: float | None = None
    channels: dict[int, ChannelMeans] = {}
    for interval in newest:
        if interval.averageRMSVoltages is not None:
            volts = [None if v is None else v / 10 for v in interval.averageRMSVoltages[:3]]
        if interval.alwaysOn is not None:
            always_on = interval.alwaysOn / 1000
        rows = interval.channelIntervalDatas or []
        units = _units(rows, volts)
        for row in rows:
            number = input_number(row.ctInput)
            if number is not None:
                channels[number] = _means_of_row(number, row, *units)
        if interval.measurements:
            means = _means_of_measurements(input_number(interval.publishIndex), interval.measurements, volts)
            if means is not None:
                channels[means.input] = means
    return IntervalMeans(end, tuple(volts), always_on, tuple(channels[i] for i in sorted(channels)))


def _means_of_row(number: int, row: _ChannelRow, amp_unit: float, power_unit: float) -> ChannelMeans:
    imported, exported = row.averageImportRMSActivePower, row.averageExportRMSActivePower
    watts = None if imported is None and exported is None else ((imported or 0.0) - (exported or 0.0)) * power_unit
    return ChannelMeans(
        input=number,
        amps=_scaled(row.averageRMSCurrent, amp_unit),
        watts=watts,
        volt_amperes=_scaled(row.averageRMSApparentPower, power_unit),
        vars=_scaled(row.averageRMSReactivePower, power_unit),
        power_factor=_scaled(row.averagePowerfactor, 0.01),
    )


_DOCUMENTED = (9.0, 19.0)
"""V·I/S in the document's own units, lowest of a message: 10 (star) to 17.3 (delta), each a twentieth either way."""
_MOST_DOCUMENTED = 60_000.0
"""VA of one CT beyond which the number cannot be of the document's unit; in mVA it is a bulb."""
_COUNTS = 5.0
"""Least current, wire units: below it the last digit decides."""


def _units(rows: list[_ChannelRow], volts: list[float | None]) -> tuple[float, float]:
    """A and W per wire unit, one answer for all rows of a message.

    V·I/S is 1 (star) or 1.73 (delta) in milli-units, ten times that in the document's own. Both are means: of a load
    that runs 13 s of 184 the RMS current is 3.8 times what its mean power needs, so a row may read too much and never
    too little. The lowest row therefore decides, and only where it fits: every capture is in milli-units.
    """
    live = [v for v in volts if v]
    if not live:
        return 0.001, 0.001
    mean = sum(live) / len(live)
    loaded = [(r.averageRMSCurrent, r.averageRMSApparentPower) for r in rows]
    counting = [(current, apparent) for current, apparent in loaded if current and apparent and current >= _COUNTS]
    if not counting or max(apparent for _, apparent in counting) > _MOST_DOCUMENTED:
        return 0.001, 0.001
    lowest = min(mean * current / apparent for current, apparent in counting)
    return (0.1, 1.0) if _DOCUMENTED[0] < lowest < _DOCUMENTED[1] else (0.001, 0.001)


def _means_of_measurements(
    number: int | None, found: list[_Measurement], volts: list[float | None]
) -> ChannelMeans | None:
    """Means of one channel, None for the site-wide entry (which has no number). Voltages go into `volts`."""
    values: dict[str, float] = {}
    phase: int | None = None
    for item in found:
        if item.type is None or item.value is None:
            continue
        code = (item.type.code or "")[:100].split(".")
        code = code if len(code) == 4 else [""] * 4
        kind = word(item.type.kind, _KIND_CODES.get(code[1], ""))
        its_phase = _PHASE_WORDS.get(word(item.type.phase), _PHASE_CODES.get(code[2]))
        phase = phase if its_phase is None else its_phase
        values[kind] = item.value / 1000
        if kind == "VOLTAGE" and its_phase is not None:
            volts.extend([None] * (its_phase + 1 - len(volts)))
            volts[its_phase] = item.value / 1000
    if number is None or not values:
        return None
    amps, watts, var = values.get("CURRENT"), values.get("ACTIVE_POWER"), values.get("REACTIVE_POWER")
    apparent = None if watts is None or var is None else math.hypot(watts, var)
    factor = None if watts is None or not apparent else watts / apparent
    return ChannelMeans(number, amps, watts, apparent, var, factor, phase)


def _scaled(value: float | None, unit: float) -> float | None:
    return None if value is None else value * unit


_OfSwitch = Annotated[float, measures(2e6)] | None
"""W, or J of five minutes at 16 A."""


class _SwitchRow(msgspec.Struct, gc=False):
    utcEndtime: Millis = None  # noqa: N815
    activePower: _OfSwitch = None  # noqa: N815
    reactivePower: _OfSwitch = None  # noqa: N815
    sensorId: Id = None  # noqa: N815


class _Switches(msgspec.Struct, gc=False):
    switchIntervalDatas: list[_SwitchRow]  # noqa: N815


_Reading = Annotated[float | str | None, means(Holds.SETTING)]


class _GasWaterRow(msgspec.Struct, gc=False):
    utcEndtime: Millis = None  # noqa: N815
    sensorId: Id = None  # noqa: N815
    index0Delta: _Reading = None  # noqa: N815
    index1Delta: _Reading = None  # noqa: N815
    temperature: _Reading = None
    humidity: _Reading = None
    battLevel: _Reading = None  # noqa: N815


class _GasWater(msgspec.Struct, gc=False):
    gwIntervalDatas: list[_GasWaterRow]  # noqa: N815


WIRE: Mapping[Kind, type[msgspec.Struct]] = {
    Kind.INTERVAL: _Aggregated,
    Kind.SWITCH_INTERVAL: _Switches,
    Kind.GAS_WATER_INTERVAL: _GasWater,
}
"""What each kind of message is on the wire, here and in the modules beside this one."""

MOST_PULSES = 65_534.0
"""Pulses in one interval that are believed: 65535 is a counter that says nothing, and no meter gives so many."""
COLDEST, WARMEST = -40.0, 80.0
"""°C that such a sensor can measure; -127 °C is a probe that does not answer, 85 °C one that has just been powered."""
_SWITCHES = msgspec.json.Decoder(_Switches, strict=False)
_GAS_WATER = msgspec.json.Decoder(_GasWater, strict=False)


def read_switch_intervals(topic: str, payload: bytes) -> SwitchIntervals:
    """Decode `aggregatedSwitch`. Raises UnreadableError."""
    rows = checked_decode(_SWITCHES, topic, payload).switchIntervalDatas
    return SwitchIntervals(
        tuple(
            SwitchInterval(sensor, seconds(row.utcEndtime), row.activePower, row.reactivePower)
            for row in rows
            if (sensor := whole(row.sensorId)) is not None
        )
    )


def read_gas_water_intervals(topic: str, payload: bytes) -> GasWaterIntervals:
    """Decode `aggregatedGW`; the wire's temperature is in 0.1 °C. Raises UnreadableError."""
    rows = checked_decode(_GAS_WATER, topic, payload).gwIntervalDatas
    return GasWaterIntervals(
        tuple(
            GasWaterInterval(
                sensor=sensor,
                end=seconds(row.utcEndtime),
                pulses=(reading(row.index0Delta, 0, MOST_PULSES), reading(row.index1Delta, 0, MOST_PULSES)),
                celsius=_scaled(reading(row.temperature, 10 * COLDEST, 10 * WARMEST), 0.1),
                humidity=reading(row.humidity, 0, 100),
                battery=reading(row.battLevel, 0, 100),
            )
            for row in rows
            if (sensor := whole(row.sensorId)) is not None
        )
    )
