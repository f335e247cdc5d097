"""Everything that is not a CT: sensors, plugs, triggers, schedules, presence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from smappee_tui.protocol.fact import UnreadableError, fact, neither
from smappee_tui.protocol.fields import Flag, Holds, Id, Label, Millis, Place, Serial, Setting, means
from smappee_tui.protocol.messages import (
    GasWaterChannel,
    GasWaterSensor,
    HomeControlConfig,
    Message,
    PlugCommand,
    PlugConnection,
    PlugSetting,
    PlugState,
    Presence,
    Schedule,
    SensorConfig,
    SwitchSensor,
    Trigger,
)
from smappee_tui.protocol.topics import Kind, Topic
from smappee_tui.protocol.wire import (
    checked_decode,
    clean,
    flag,
    identity,
    seconds,
    tristate,
    whole,
    word,
)

_CONNECTION = {"0": "DISCONNECTED", "1": "CONNECTED", "2": "UNREACHABLE"}
_SWITCH = {"0": "OFF", "1": "ON", "TRUE": "ON", "FALSE": "OFF"}
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")

_Medium = Annotated[str | None, means(Holds.WORD, "WATER", "GAS")]
_Unit = Annotated[str | None, means(Holds.WORD, "L", "M3", "M³", "KWH", "WH", "GAL", "FT3")]
_Said = Annotated[
    str | float | bool | None,
    means(Holds.WORD, *_CONNECTION, *_CONNECTION.values(), *_SWITCH, *_SWITCH.values(), "YES", "NO"),
]
_TriggerKind = Annotated[
    str | None, means(Holds.WORD, "ACTIVE_POWER_ABOVE", "ACTIVE_POWER_BELOW", "LOCATION", "PRESENCE", "ABSENCE")
]
_Action = Annotated[str | None, means(Holds.WORD, "ON", "OFF", "TOGGLE")]
_Day = Annotated[str | None, means(Holds.WORD, "ALL_DAYS", "WEEKDAYS", "WEEKEND", *_DAYS)]


class _GasWaterChannel(msgspec.Struct, gc=False):
    type: _Medium = None
    uom: _Unit = None
    ppu: Setting = None
    enabled: Flag = None
    leakIntervals: Setting = None  # noqa: N815 - the wire's names, here and below
    maxPulses: Setting = None  # noqa: N815


class _GasWaterSensor(msgspec.Struct, gc=False):
    sensorId: Id = None  # noqa: N815
    serialNumber: Serial = None  # noqa: N815
    gwSensorChannelsConfig: list[_GasWaterChannel] = msgspec.field(default_factory=list)  # noqa: N815


class _SwitchSensor(msgspec.Struct, gc=False):
    sensorId: Id = None  # noqa: N815
    name: Label = None
    serialNumber: Serial = None  # noqa: N815


class _Sensors(msgspec.Struct, gc=False):
    utcTimeStamp: Millis = None  # noqa: N815
    gwSensors: list[_GasWaterSensor] | None = None  # noqa: N815
    switchSensors: list[_SwitchSensor] | None = None  # noqa: N815


class _Actuator(msgspec.Struct, gc=False):
    nodeId: Id = None  # noqa: N815
    name: Label = None
    serialNumber: Serial = None  # noqa: N815


class _HomeControl(msgspec.Struct, gc=False):
    utcTimeStamp: Millis = None  # noqa: N815
    switchActuators: list[_Actuator] | None = None  # noqa: N815
    smartplugActuators: list[_Actuator] | None = None  # noqa: N815


class _Value(msgspec.Struct, gc=False):
    value: _Said
    since: Millis = None


class _Trigger(msgspec.Struct, gc=False):
    triggerId: Id = None  # noqa: N815
    label: Label = None
    type: _TriggerKind = None
    action: _Action = None
    controllableNodeIds: list[Id] = msgspec.field(default_factory=list)  # noqa: N815
    threshold: Setting = None
    delay: Setting = None
    latitude: Place = None
    longitude: Place = None
    radius: Setting = None


class _Schedule(msgspec.Struct, gc=False):
    schedulerId: Id = None  # noqa: N815
    label: Label = None
    action: _Action = None
    controllableNodeIds: list[Id] = msgspec.field(default_factory=list)  # noqa: N815
    hour: Setting = None
    min: Setting = None
    day: _Day = None


class _Presence(msgspec.Struct, gc=False):
    value: _Said


WIRE: Mapping[Kind, type[msgspec.Struct]] = {
    Kind.SENSORS: _Sensors,
    Kind.HOME_CONTROL: _HomeControl,
    Kind.PLUG_CONNECTION: _Value,
    Kind.PLUG_STATE: _Value,
    Kind.PLUG_COMMAND: _Value,
    Kind.TRIGGER: _Trigger,
    Kind.SCHEDULE: _Schedule,
    Kind.PRESENCE: _Presence,
}
_SENSORS = msgspec.json.Decoder(_Sensors, strict=False)
_HOME = msgspec.json.Decoder(_HomeControl, strict=False)
_VALUE = msgspec.json.Decoder(_Value)
_TRIGGER = msgspec.json.Decoder(_Trigger, strict=False)
_SCHEDULE = msgspec.json.Decoder(_Schedule, strict=False)
_PRESENCE = msgspec.json.Decoder(_Presence)


def read_sensors(topic: str, payload: bytes) -> SensorConfig:
    """Decode `sensorConfig`. Raises UnreadableError."""
    wire = checked_decode(_SENSORS, topic, payload)
    if wire.gwSensors is None and wire.switchSensors is None:
        raise neither(topic, "gwSensors", "switchSensors")
    return SensorConfig(
        sent=seconds(wire.utcTimeStamp),
        gas_water=tuple(
            GasWaterSensor(
                number, _serial(row.serialNumber), tuple(_channel(c) for c in row.gwSensorChannelsConfig[:8])
            )
            for row in wire.gwSensors or ()
            if (number := whole(row.sensorId)) is not None
        ),
        switches=tuple(
            SwitchSensor(number, clean(row.name), _serial(row.serialNumber))
            for row in wire.switchSensors or ()
            if (number := whole(row.sensorId)) is not None
        ),
    )


def _channel(row: _GasWaterChannel) -> GasWaterChannel:
    return GasWaterChannel(
        medium=word(row.type),
        unit=clean(row.uom),
        pulses_per_unit=row.ppu,
        enabled=flag(row.enabled),
        leak_intervals=whole(row.leakIntervals),
        max_pulses=row.maxPulses,
    )


def read_home_control(topic: str, payload: bytes) -> HomeControlConfig:
    """Decode `homeControlConfig`. Raises UnreadableError."""
    wire = checked_decode(_HOME, topic, payload)
    measuring, plain = wire.switchActuators, wire.smartplugActuators
    if measuring is None and plain is None:
        raise neither(topic, "switchActuators", "smartplugActuators")
    both = [(row, True) for row in measuring or ()] + [(row, False) for row in plain or ()]
    plugs = tuple(
        PlugSetting(node, clean(row.name), _serial(row.serialNumber), measures)
        for row, measures in both
        if (node := whole(row.nodeId)) is not None
    )
    return HomeControlConfig(seconds(wire.utcTimeStamp), plugs)


def read_plug(topic: str, payload: bytes, parts: Topic) -> Message:
    """Decode one of the three `plug/<node>/…` topics, in words or in numbers. Raises UnreadableError."""
    wire = checked_decode(_VALUE, topic, payload)
    raw = wire.value
    text = word(identity(float(raw) if isinstance(raw, bool) else raw))
    since = seconds(wire.since)
    if parts.kind is Kind.PLUG_CONNECTION:
        return PlugConnection(parts.node, _CONNECTION.get(text, text), since)
    state = _SWITCH.get(text, text)
    return (
        PlugState(parts.node, state, since) if parts.kind is Kind.PLUG_STATE else PlugCommand(parts.node, state, since)
    )


def _serial(value: str | float | None) -> str | None:
    return None if value is None else identity(value)


def _number(topic: str, field: str, value: float | str | None) -> int:
    """The number an automation is known by; without one it cannot be kept apart from the others."""
    number = whole(value)
    if number is None:
        raise UnreadableError(topic, fact("messages.no_whole_number", field=field), f"$.{field}")
    return number


def _nodes(ids: list[Id]) -> tuple[int, ...]:
    return tuple(node for one in ids[:1000] if (node := whole(one)) is not None)


def read_trigger(topic: str, payload: bytes) -> Trigger:
    """Decode `trigger`. Raises UnreadableError."""
    wire = checked_decode(_TRIGGER, topic, payload)
    return Trigger(
        trigger=_number(topic, "triggerId", wire.triggerId),
        label=clean(wire.label),
        kind=word(wire.type),
        action=word(wire.action),
        nodes=_nodes(wire.controllableNodeIds),
        threshold=wire.threshold,
        delay=wire.delay,
        latitude=wire.latitude,
        longitude=wire.longitude,
        radius=wire.radius,
    )


def read_schedule(topic: str, payload: bytes) -> Schedule:
    """Decode `scheduler`. Raises UnreadableError."""
    wire = checked_decode(_SCHEDULE, topic, payload)
    return Schedule(
        schedule=_number(topic, "schedulerId", wire.schedulerId),
        label=clean(wire.label),
        action=word(wire.action),
        nodes=_nodes(wire.controllableNodeIds),
        hour=whole(wire.hour),
        minute=whole(wire.min),
        day=word(wire.day),
    )


def read_presence(topic: str, payload: bytes) -> Presence:
    """Decode `presence`. Raises UnreadableError."""
    return Presence(tristate(checked_decode(_PRESENCE, topic, payload).value))
