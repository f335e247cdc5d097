"""Payloads of both dialects, built small and with made-up identities. Every builder returns what a monitor would send.

    channels("grid:0 grid:1 grid:2r solar:0=Roof sub:1=Kitchen unused:0")   a compact spec of CT inputs 0, 1, 2, …
    channel_config(spec, INFINITY)        the configuration topic's content, a dict
    realtime([Row(0, 980, 4.3), …], …)    the 1-second message, a dict
    raw(content)                          the bytes
    arrival("realtime", content, at=…)    the same as a link would hand it over

A dict may be changed freely before `raw`: that is how a test makes its own variant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from smappee_tui.protocol.received import MqttMessage

TWENTY = "20-series"
INFINITY = "infinity"
DIALECTS = (TWENTY, INFINITY)

UUID = "0a1b2c3d-1111-4222-8333-445566778899"
OTHER_UUID = "9f8e7d6c-aaaa-4bbb-8ccc-ddeeff001122"
DEVICE_UUID = "77777777-0000-4000-8000-123456789abc"
SERIALS = {TWENTY: "2004990017", INFINITY: "5010990023"}
FIRMWARE = {TWENTY: "V3190", INFINITY: "V4.9.2"}
LOCATION_ID = 90210
OTHER_LOCATION_ID = 90211
HUB = "5500990{:03d}"
"""Serial numbers of made-up CT hubs, four inputs each."""
START = 1_700_000_000.0
"""A round moment, seconds since 1970: where the tests' clocks begin."""

Json = dict[str, Any]


def raw(content: Any) -> bytes:
    """The bytes on the wire, without spaces, as monitors write them."""
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def topic(rest: str, uuid: str = UUID) -> str:
    """`servicelocation/<uuid>/<rest>`."""
    return f"servicelocation/{uuid}/{rest}"


def arrival(rest: str, content: Any, at: float = START, *, uuid: str = UUID, retain: bool = False) -> MqttMessage:
    """A message as a link hands it over; content may be bytes (sent as they are) or anything JSON can write."""
    payload = content if isinstance(content, bytes) else raw(content)
    return MqttMessage(at, topic(rest, uuid), payload, 0, retain)


def millis(at: float) -> int:
    """The wire's time stamp."""
    return round(at * 1000)


# --- who speaks -----------------------------------------------------------------------------------------------------


def config(dialect: str = TWENTY, *, wrapped: bool = False, uuid: str = UUID, **changes: Any) -> Json:
    """The `config` topic; `wrapped` as old firmware does, `changes` over any key."""
    content: Json = {
        "utcTimeStamp": millis(START),
        "deviceUuid": DEVICE_UUID,
        "serialNumber": SERIALS[dialect],
        "serviceLocationUuid": uuid,
        "serviceLocationId": LOCATION_ID,
        "firmwareVersion": FIRMWARE[dialect],
        "aggregationPeriodSeconds": 300,
    }
    if dialect == INFINITY:
        content["timeZone"] = "Europe/Brussels"
    content.update(changes)
    return {"config": content} if wrapped else content


# --- channels -------------------------------------------------------------------------------------------------------

_KINDS = {
    "grid": ("CONSUMPTION", "GRID"),
    "solar": ("PRODUCTION", "GRID"),
    "sub": ("CONSUMPTION", "SUBMETER"),
    "battery": ("STORAGE", "SUBMETER"),
    "unused": ("UNUSED", "OFF_GRID"),
}


@dataclass(frozen=True)
class Channel:
    """One CT input of a made-up configuration."""

    input: int
    role: str
    connection: str
    phase: int
    name: str
    reversed: bool = False


def channels(spec: str) -> list[Channel]:
    """Read `kind:phase[r][=name]` words, one CT input each, numbered from 0. `r` sets the reversed flag; `_` in a name
    is a blank. Kinds: grid, solar, sub, battery, unused."""
    found = []
    for number, word in enumerate(spec.split()):
        head, _, name = word.partition("=")
        kind, _, phase = head.partition(":")
        role, connection = _KINDS[kind]
        found.append(
            Channel(number, role, connection, int(phase.rstrip("r")), name.replace("_", " ") or f"{kind} {number}",
                    phase.endswith("r"))
        )  # fmt: skip
    return found


def many_channels(count: int) -> list[Channel]:
    """A grid meter on three phases and submeters, `count` inputs in all."""
    words = [f"grid:{phase}" for phase in range(min(3, count))]
    return channels(" ".join(words + [f"sub:{n % 3}" for n in range(3, count)]))


def channel_config(spec: str | Sequence[Channel], dialect: str = TWENTY, **changes: Any) -> Json:
    """The content of `channelConfig` (20-series) or `channelConfigV2` (Infinity) for these inputs.

    `changes` go over the top level (20-series) or over `dataProcessingSpecification` (Infinity), as `phaseType=`.
    """
    inputs = channels(spec) if isinstance(spec, str) else spec
    return _inputs_20(inputs, changes) if dialect == TWENTY else _inputs_infinity(inputs, changes)


def channel_topic(dialect: str) -> str:
    """Where that dialect publishes its channel configuration."""
    return "channelConfig" if dialect == TWENTY else "channelConfigV2"


def _inputs_20(inputs: Iterable[Channel], changes: Json) -> Json:
    rows = [
        {
            "ctInput": one.input,
            "name": one.name,
            "phase": one.phase,
            "inputChannelType": one.role,
            "inputChannelConnection": one.connection,
            "reversed": one.reversed,
            "nilm": False,
            "balanced": False,
            "inputChannelCTType": "CT50_100_200",
        }
        for one in inputs
    ]
    return {"utcTimeStamp": millis(START), "inputChannels": rows} | changes


def formula(number: int) -> str:
    """The Infinity formula of an input: hub and place on the hub."""
    return f"${HUB.format(number // 4)}/{number % 4}$"


def _inputs_infinity(inputs: Iterable[Channel], changes: Json) -> Json:
    sources: list[Json] = []
    measurements: list[Json] = []
    for one in inputs:
        hub = HUB.format(one.input // 4)
        sources.append(
            {
                "busAddress": {"serialNumber": hub, "inputIndex": one.input % 4},
                "type": "SCT2_50A",
                "reversed": one.reversed,
                "version": 4,
                "name": f"CTHub-{hub}",
                "nilm": False,
                "measurementType": {
                    "commodity": "ELECTRICITY",
                    "measurementKind": "ACTIVE_POWER",
                    "unit": "WATT",
                    "index": 0,
                    "phase": f"PHASE{'ABC'[one.phase]}",
                    "mRID": f"1.37.{(128, 64, 32)[one.phase]}.38",
                },
            }
        )
        measurements.append(
            {
                "type": "CT",
                "name": one.name,
                "formula": formula(one.input),
                "publishIndex": one.input,
                "flow": one.role if one.role in ("CONSUMPTION", "PRODUCTION") else "UNKNOWN",
                "connectionType": one.connection if one.connection in ("GRID", "SUBMETER") else "UNKNOWN",
            }
        )
    measurements.append({"type": "SERVICE_LOCATION", "name": "home", "formula": "", "publishIndex": -1})
    # A real monitor does not sort its dataSources either.
    sources = sources[1::2] + sources[0::2]
    specification = {
        "serviceLocationId": LOCATION_ID,
        "phaseType": "THREE_STAR",
        "dataSources": sources,
        "measurements": measurements,
    } | changes
    return {"utcTimeStamp": millis(START), "dataProcessingSpecification": specification}


# --- the 1-second message -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One channel now, in SI units; the builder turns it into the wire's."""

    input: int
    watts: float | None = 0.0
    amps: float | None = 0.0
    phase: int | None = 0
    imported: float = 0.0
    """J."""
    exported: float = 0.0
    volt_amperes: float | None = None
    cos_phi: float | None = None
    location_id: int | None = None


def realtime(
    rows: Iterable[Row],
    dialect: str = TWENTY,
    *,
    at: float | None = START,
    volts: Sequence[float | None] = (230, 231, 229),
    **changes: Any,
) -> Json:
    """The `realtime` topic: rows, a voltage entry for each of `volts`, the monitor's own clock `at` (None: none)."""
    content: Json = {
        "totalPower": 0,
        "totalReactivePower": 0,
        "totalExportEnergy": 0,
        "totalImportEnergy": 0,
        "monitorStatus": 0,
        "utcTimeStamp": None if at is None else millis(at),
    }
    if dialect == INFINITY:
        content["measuredFrequency"] = 50_012_345
    content["channelPowers"] = [_row(row, dialect) for row in rows]
    content["voltages"] = [{"voltage": v, "phaseId": phase} for phase, v in enumerate(volts)]
    content.update(changes)
    return content


def _row(row: Row, dialect: str) -> Json:
    head: Json = {"ctInput": row.input}
    if dialect == INFINITY:
        head = {"publishIndex": row.input, "formula": formula(int(row.input))}
    head |= {
        "power": row.watts if row.watts is None else round(row.watts),
        "exportEnergy": row.exported,
        "importEnergy": row.imported,
        "phaseId": row.phase,
        "current": row.amps if row.amps is None else round(row.amps * 10),
    }
    if row.volt_amperes is not None:
        head["apparentPower"] = round(row.volt_amperes)
    if row.cos_phi is not None:
        head["cosPhi"] = round(row.cos_phi * 100)
    if row.location_id is not None:
        head["serviceLocationId"] = row.location_id
    return head


def busy_rows(count: int, dialect: str = TWENTY, second: int = 0) -> list[Row]:
    """Rows as a working house shows them: every value its own, counters that rise with `second`."""
    rows = []
    for n in range(count):
        amps = 0.4 + (n * 7 + second) % 53 / 10
        apparent = 230 * amps
        watts = apparent * (0.6 + 0.4 * ((n * 13 + second) % 10) / 10) * (-1 if n % 11 == 5 else 1)
        infinity = dialect == INFINITY
        rows.append(
            Row(
                n,
                watts,
                amps,
                n % 3,
                imported=15_684_735_600 + n * 1_000_003 + second * 900,
                exported=49_312_800 + n * 1009,
                volt_amperes=apparent if infinity else None,
                cos_phi=watts / apparent if infinity else None,
            )
        )
    return rows


# --- the 5-minute messages ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Means:
    """Means of one channel over an interval, in SI units."""

    input: int
    amps: float
    watts: float
    volt_amperes: float
    vars: float
    power_factor: float
    phase: int = 0


def aggregated(
    rows: Iterable[Means],
    dialect: str = TWENTY,
    *,
    end: float = START,
    volts: Sequence[float] = (230.4, 231.2, 229.9),
    always_on: float | None = 78.7,
    documented: bool = False,
) -> Json:
    """The `aggregated` topic: milli-units, or the dA, W and VA of the vendor's table when `documented` (20-series)."""
    if dialect == INFINITY:
        return _aggregated_infinity(rows, end, volts)
    amp, watt = (10, 1) if documented else (1000, 1000)
    interval = {
        "utcEndtime": millis(end),
        "averageRMSVoltages": [round(v * 10) for v in volts],
        "alwaysOn": None if always_on is None else round(always_on * 1000),
        "channelIntervalDatas": [
            {
                "averageRMSCurrent": round(one.amps * amp),
                "averageImportRMSActivePower": round(max(0.0, one.watts) * watt),
                "averageExportRMSActivePower": round(max(0.0, -one.watts) * watt),
                "averageRMSApparentPower": round(one.volt_amperes * watt),
                "averageRMSReactivePower": round(one.vars * watt),
                "averagePowerfactor": round(one.power_factor * 100),
                "ctInput": one.input,
            }
            for one in rows
        ],
        "version": 2,
    }
    return {"intervalDatas": [interval]}


def measurement(kind: str, value: float, phase: int = 0, *, by_code: bool = False) -> Json:
    """One Infinity measurement in milli-units; `by_code`: the kind and phase are told by the mRID alone."""
    number, unit = {
        "ACTIVE_POWER": (37, 38), "REACTIVE_POWER": (1003, 63), "VOLTAGE": (158, 29), "CURRENT": (4, 5),
    }[kind]  # fmt: skip
    described: Json = {"mRID": f"1.{number}.{(128, 64, 32)[phase]}.{unit}"}
    if not by_code:
        described |= {"measurementKind": kind, "phase": f"PHASE{'ABC'[phase]}", "commodity": "ELECTRICITY"}
    return {"type": described, "value": round(value * 1000)}


def _aggregated_infinity(rows: Iterable[Means], end: float, volts: Sequence[float]) -> Json:
    site_wide = {
        "utcEndtime": millis(end),
        "measurements": [measurement("VOLTAGE", v, phase) for phase, v in enumerate(volts)],
    }
    intervals = [
        {
            "publishIndex": one.input,
            "utcEndtime": millis(end),
            "measurements": [
                measurement("ACTIVE_POWER", one.watts, one.phase),
                measurement("REACTIVE_POWER", one.vars, one.phase),
                measurement("CURRENT", one.amps, one.phase),
            ],
        }
        for one in rows
    ]
    return {"intervalDatas": [*intervals, site_wide]}


def aggregated_switch(*rows: tuple[int, float], end: float = START) -> Json:
    """`aggregatedSwitch` of (sensor id, active power as sent)."""
    return {
        "switchIntervalDatas": [
            {"utcEndtime": millis(end), "activePower": power, "reactivePower": 0, "version": 1, "sensorId": sensor}
            for sensor, power in rows
        ]
    }


def aggregated_gas_water(sensor: int = 301, pulses: Sequence[float | None] = (2, 0), *, end: float = START,
                         celsius: float = 21.4, humidity: float = 48, battery: float | None = 81) -> Json:  # fmt: skip
    """`aggregatedGW` of one sensor."""
    row = {
        "utcEndtime": millis(end),
        "sensorId": sensor,
        "temperature": round(celsius * 10),
        "humidity": humidity,
        "battLevel": battery,
        "version": 1,
    } | {f"index{place}Delta": count for place, count in enumerate(pulses)}
    return {"gwIntervalDatas": [row]}


# --- plugs, sensors, automations ------------------------------------------------------------------------------------


def sensor_config(
    gas_water: Iterable[int] = (301,),
    switches: Iterable[tuple[int, str, str | None]] = ((302, "Boiler", "4006990001"),),
) -> Json:
    """`sensorConfig`: gas and water sensors by id, and (sensor id, name, serial) of the measuring plugs."""
    inputs = [
        {"leakIntervals": 2, "maxPulses": 150, "ppu": 1.0, "uom": "l", "enabled": True, "type": "WATER"},
        {"leakIntervals": 0, "maxPulses": 5, "ppu": 100.0, "uom": "m3", "enabled": False, "type": "GAS"},
    ]
    return {
        "utcTimeStamp": millis(START),
        "gwSensors": [
            {"gwSensorChannelsConfig": inputs, "sensorId": sensor, "serialNumber": f"3004990{sensor:03d}"}
            for sensor in gas_water
        ],
        "switchSensors": [
            {"name": name, "sensorId": sensor} | ({} if serial is None else {"serialNumber": serial})
            for sensor, name, serial in switches
        ],
    }


def home_control(
    switches: Iterable[tuple[int, str, str | None]] = ((11, "Boiler", "4006990001"),),
    comfort: Iterable[tuple[int, str]] = ((12, "Lamp"),),
) -> Json:
    """`homeControlConfig`: (node, name, serial) of measuring plugs, (node, name) of the older ones."""
    return {
        "utcTimeStamp": millis(START),
        "switchActuators": [
            {"nodeId": node, "name": name} | ({} if serial is None else {"serialNumber": serial})
            for node, name, serial in switches
        ],
        "smartplugActuators": [{"nodeId": node, "name": name} for node, name in comfort],
        "maximumAmpere": 0,
    }


def plug_value(value: Any, since: float | str | None = START) -> Json:
    """Content of a `plug/<node>/…` topic."""
    return {"value": value, "since": millis(since) if isinstance(since, float) else since}


def trigger(number: int = 3, **changes: Any) -> Json:
    """The `trigger` topic."""
    return {
        "triggerId": number,
        "label": "Sun is out",
        "controllableNodeIds": [11],
        "type": "ACTIVE_POWER_ABOVE",
        "longitude": 4.4,
        "latitude": 51.2,
        "radius": 0,
        "delay": 30,
        "action": "ON",
        "threshold": 1500.0,
    } | changes


def schedule(number: int = 2, **changes: Any) -> Json:
    """The `scheduler` topic."""
    return {
        "schedulerId": number,
        "label": "Boiler off",
        "controllableNodeIds": [],
        "hour": 9,
        "min": 10,
        "day": "ALL_DAYS",
        "action": "OFF",
    } | changes


def presence(value: Any = True) -> Json:
    """The `presence` topic."""
    return {"value": value}


def every_topic(dialect: str = INFINITY) -> dict[str, Json]:
    """One good payload for every topic that the program reads, by the topic's rest."""
    return {
        "config": config(dialect),
        channel_topic(dialect): channel_config("grid:0 grid:1 grid:2 solar:0 sub:1=Kitchen", dialect),
        "sensorConfig": sensor_config(),
        "homeControlConfig": home_control(),
        "realtime": realtime(busy_rows(5, dialect), dialect),
        "aggregated": aggregated(
            [Means(n, 2.0, 400.0, 460.0, 227.2, 0.87, n % 3) for n in range(5)], dialect
        ),
        "aggregatedSwitch": aggregated_switch((302, 45)),
        "aggregatedGW": aggregated_gas_water(),
        "plug/11/connectionState": plug_value("CONNECTED"),
        "plug/11/state": plug_value("ON"),
        "plug/11/setstate": plug_value("OFF"),
        "trigger": trigger(),
        "scheduler": schedule(),
        "presence": presence(),
    }  # fmt: skip
