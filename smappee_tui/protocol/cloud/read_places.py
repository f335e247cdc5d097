"""Locations and what belongs to them out of the service's answers. Raises UnreadableError where nothing can be used."""

from __future__ import annotations

from typing import Any

from smappee_tui.protocol.cloud.read_metering import read_channel_config
from smappee_tui.protocol.cloud.read_records import Read
from smappee_tui.protocol.cloud.records import (
    Actuator,
    Appliance,
    CloudLocation,
    CloudSensor,
    LocationInfo,
    MeteringConfiguration,
)
from smappee_tui.protocol.cloud.rows import JsonRow, no_object, read_json, rows_of, shown
from smappee_tui.protocol.fact import UnreadableError, fact, neither
from smappee_tui.protocol.messages import GasWaterChannel
from smappee_tui.protocol.wire import word

_MOST_PULSE_INPUTS = 8
_STATES = {"ON_ON": "ON", "OFF_OFF": "OFF", "TRUE": "ON", "FALSE": "OFF", "1": "ON", "0": "OFF"}


def read_locations(body: bytes) -> Read[CloudLocation]:
    """Decode "Get Servicelocations"; one without a number is counted and left out."""
    content = read_json("locations", body)
    rows = content.get("serviceLocations") if isinstance(content, dict) else content
    if rows is None and isinstance(content, dict) and "serviceLocations" in content:
        rows = []
    if not isinstance(rows, list):
        raise no_object("locations")
    found = [one for row in rows_of(rows) if (one := _location(row)) is not None]
    return Read(tuple(found), unreadable=len(rows) - len(found))


def read_info(body: bytes) -> LocationInfo:
    """Decode "Get Servicelocation Info"."""
    row, location = _own(body, "info")
    read = read_channel_config(row)
    return LocationInfo(
        location=location,
        time_zone=row.text("timezone", "timeZone") or None,
        latitude=_degrees(row.number("lat", "latitude"), 90),
        longitude=_degrees(row.number("lon", "longitude"), 180),
        tariff=row.number("electricityCost"),
        currency=row.text("electricityCurrency") or None,
        appliances=_appliances(row),
        actuators=_actuators(row),
        sensors=_sensors(row),
        plan=read.plan if read is not None else None,
    )


def read_metering(body: bytes) -> MeteringConfiguration:
    """Decode "Get Metering Configuration" of an Infinity or of a 20-series monitor."""
    row, location = _own(body, "metering configuration")
    read = read_channel_config(row)
    if read is None:
        raise neither("metering configuration", "measurements", "inputChannels")
    return MeteringConfiguration(
        location=location,
        time_zone=row.text("timezone", "timeZone") or None,
        plan=read.plan,
        columns=read.columns,
        told=read.told,
        actuators=_actuators(row),
        appliances=_appliances(row),
        sensors=_sensors(row),
    )


def read_created(body: bytes, name: str, serial: str) -> CloudLocation | None:
    """The location that was created, with what was asked for where the answer leaves it out; None without a number."""
    try:
        content = read_json("created", body)
    except UnreadableError:
        return None
    made = _location(JsonRow(content if isinstance(content, dict) else {}))
    if made is None:
        return None
    return CloudLocation(made.id, made.name or name, made.uuid, made.serial or serial)


def read_state(body: bytes) -> str:
    """Decode "Actuator state": a bare word, one in quotes, or an object. ON, OFF, or as sent in capitals."""
    try:
        content: Any = read_json("actuator state", body)
    except UnreadableError:
        content = body[:1000].decode("utf-8", "replace")
        if content.lstrip().startswith(("<", "{", "[")):
            raise
    if isinstance(content, dict):
        content = next((content[name] for name in ("state", "value", "id", "name") if content.get(name)), "")
    if isinstance(content, bool | int | float):
        content = str(content)
    if not isinstance(content, str) or not content.strip():
        raise no_object("actuator state")
    return state_of(content)


def state_of(text: str) -> str:
    """ON or OFF for every spelling of them; else as sent, in capitals."""
    said = word(shown(text), "")
    return _STATES.get(said, said)


def _own(body: bytes, kind: str) -> tuple[JsonRow, CloudLocation]:
    content = read_json(kind, body)
    row = JsonRow(content) if isinstance(content, dict) else None
    location = _location(row) if row is not None else None
    if row is None or location is None:
        raise UnreadableError(kind, fact("messages.no_location"), "$.serviceLocationId")
    return row, location


def _location(row: JsonRow) -> CloudLocation | None:
    number = row.whole("serviceLocationId")
    if number is None:
        return None
    uuid, serial = row.text("serviceLocationUuid").strip(), row.text("deviceSerialNumber").strip()
    return CloudLocation(number, row.text("name"), uuid, serial)


def _appliances(row: JsonRow) -> tuple[Appliance, ...]:
    return tuple(
        Appliance(number, one.text("name"), one.text("type"), one.text("sourceType"))
        for one in row.rows("appliances")
        if (number := one.whole("id")) is not None
    )


def _actuators(row: JsonRow) -> tuple[Actuator, ...]:
    return tuple(
        Actuator(
            number,
            one.text("name"),
            one.text("type"),
            one.text("serialNumber").strip(),
            word(one.text("connectionState"), ""),
            _current(one),
        )
        for one in row.rows("actuators")
        if (number := one.whole("id")) is not None
    )


def _current(row: JsonRow) -> str:
    """Which of an actuator's states is the one it has."""
    for state in row.rows("states"):
        if state.flag("current"):
            return state_of(state.text("id") or state.text("name"))
    return state_of(row.text("state"))


def _sensors(row: JsonRow) -> tuple[CloudSensor, ...]:
    return tuple(
        CloudSensor(number, one.text("name"), one.text("serialNumber").strip(), _pulse_inputs(one))
        for one in row.rows("sensors")
        if (number := one.whole("id", "sensorId")) is not None
    )


def _pulse_inputs(row: JsonRow) -> tuple[GasWaterChannel, ...]:
    return tuple(
        GasWaterChannel(
            medium=word(one.text("type")),
            unit=one.text("uom"),
            pulses_per_unit=one.number("ppu"),
            enabled=one.flag("enabled") is True,
            leak_intervals=one.whole("leakIntervals"),
            max_pulses=one.number("maxPulses"),
        )
        for one in row.rows("channels")[:_MOST_PULSE_INPUTS]
    )


def _degrees(value: float | None, most: float) -> float | None:
    return value if value is not None and abs(value) <= most else None
