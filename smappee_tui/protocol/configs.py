"""`config`, `channelConfig` and `channelConfigV2`: who speaks, and how every CT input is configured."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

import msgspec

from smappee_tui.protocol.fact import Fact, UnreadableError, fact, neither
from smappee_tui.protocol.fields import (
    CtType,
    Flag,
    Formula,
    Holds,
    Id,
    LocationId,
    Millis,
    Name,
    Serial,
    Setting,
    Uuid,
    Version,
    Zone,
    means,
)
from smappee_tui.protocol.messages import ChannelConfig, ChannelSetting, MonitorConfig, PhaseType
from smappee_tui.protocol.topics import Kind
from smappee_tui.protocol.wire import (
    MOST_ROWS,
    checked_decode,
    clean,
    flag,
    identity,
    input_number,
    seconds,
    whole,
    word,
)

PHASE_TYPES: dict[str, PhaseType] = {"ONE": "single", "TWO": "two", "THREE_STAR": "star", "THREE_DELTA": "delta"}
"""The wire's names for the kinds of supply."""
PHASES = {"PHASEA": 0, "PHASEB": 1, "PHASEC": 2, "A": 0, "B": 1, "C": 2, "L1": 0, "L2": 1, "L3": 2}
"""The wire's names for L1, L2 and L3, and what others write for them."""
MOST_REMARKS = 100
"""Remarks upon one configuration that are kept; a real one has few."""
ROLES = ("CONSUMPTION", "PRODUCTION", "STORAGE", "UNUSED", "UNKNOWN")
CONNECTIONS = ("GRID", "SUBMETER", "OFF_GRID", "UNKNOWN")
PhaseOf = Annotated[float | str | None, means(Holds.ID, *PHASES)]
Role = Annotated[str | None, means(Holds.WORD, *ROLES)]
Connection = Annotated[str | None, means(Holds.WORD, *CONNECTIONS)]
_PlanKind = Annotated[str | None, means(Holds.WORD, "CT", "SERVICE_LOCATION")]
_SupplyKind = Annotated[str | None, means(Holds.WORD, *PHASE_TYPES)]
_FORMULA = re.compile(r"\$([^/$]{1,64})/(\d{1,6})\$")


class _Config(msgspec.Struct, gc=False):
    utcTimeStamp: Millis = None  # noqa: N815 - the wire's names, here and below
    deviceUuid: Uuid = None  # noqa: N815
    serialNumber: Serial = None  # noqa: N815
    serviceLocationUuid: Uuid = None  # noqa: N815
    serviceLocationId: LocationId = None  # noqa: N815
    firmwareVersion: Version = None  # noqa: N815
    aggregationPeriodSeconds: Setting = None  # noqa: N815
    timeZone: Zone = None  # noqa: N815
    config: _Config | None = None
    """Old firmware wraps everything once more."""


class InputChannel(msgspec.Struct, gc=False):
    """One row of `inputChannels`, as the 20-series writes it and the vendor's cloud repeats it."""

    ctInput: Id = None  # noqa: N815
    name: Name = None
    phase: PhaseOf = None
    inputChannelType: Role = None  # noqa: N815
    inputChannelConnection: Connection = None  # noqa: N815
    reversed: Flag = None
    balanced: Flag = None
    inputChannelCTType: CtType = None  # noqa: N815


class _Bus(msgspec.Struct, gc=False):
    serialNumber: Serial = None  # noqa: N815
    inputIndex: Id = None  # noqa: N815


class _Kind(msgspec.Struct, gc=False):
    phase: PhaseOf = None


class _Source(msgspec.Struct, gc=False):
    busAddress: _Bus | None = None  # noqa: N815
    type: CtType = None
    reversed: Flag = None
    balanced: Flag = None
    measurementType: _Kind | None = None  # noqa: N815


class _MeasurementPlan(msgspec.Struct, gc=False):
    type: _PlanKind = None
    name: Name = None
    formula: Formula = None
    publishIndex: Id = None  # noqa: N815
    flow: Role = None
    connectionType: Connection = None  # noqa: N815


class _Specification(msgspec.Struct, gc=False):
    serviceLocationId: LocationId = None  # noqa: N815
    phaseType: _SupplyKind = None  # noqa: N815
    dataSources: list[_Source] = msgspec.field(default_factory=list)  # noqa: N815
    measurements: list[_MeasurementPlan] = msgspec.field(default_factory=list)


class _Channels(msgspec.Struct, gc=False):
    utcTimeStamp: Millis = None  # noqa: N815
    inputChannels: list[InputChannel] | None = None  # noqa: N815
    dataProcessingSpecification: _Specification | None = None  # noqa: N815


WIRE: Mapping[Kind, type[msgspec.Struct]] = {Kind.CONFIG: _Config, Kind.CHANNELS: _Channels}
_CONFIG = msgspec.json.Decoder(_Config, strict=False)
_CHANNELS = msgspec.json.Decoder(_Channels, strict=False)


def read_config(topic: str, payload: bytes) -> MonitorConfig:
    """Decode `config`, wrapped or not. Raises UnreadableError."""
    wire = checked_decode(_CONFIG, topic, payload)
    wire = wire.config or wire
    told = (wire.serialNumber, wire.serviceLocationUuid, wire.serviceLocationId, wire.deviceUuid, wire.firmwareVersion)
    if told == (None,) * len(told):
        raise UnreadableError(topic, fact("messages.no_sender"), "$")
    return MonitorConfig(
        sent=seconds(wire.utcTimeStamp),
        serial=identity(wire.serialNumber),
        location_uuid=clean(wire.serviceLocationUuid),
        location_id=whole(wire.serviceLocationId),
        device_uuid=clean(wire.deviceUuid),
        firmware=identity(wire.firmwareVersion),
        interval_seconds=wire.aggregationPeriodSeconds,
        time_zone=None if wire.timeZone is None else clean(wire.timeZone),
    )


def read_channels(topic: str, payload: bytes) -> ChannelConfig:
    """Decode `channelConfig` or `channelConfigV2`; the content tells which, not the topic. Raises UnreadableError."""
    wire = checked_decode(_CHANNELS, topic, payload)
    if wire.dataProcessingSpecification is not None:
        plan = _plan_of_specification(seconds(wire.utcTimeStamp), wire.dataProcessingSpecification)
    elif wire.inputChannels is not None:
        plan = config_of_inputs(seconds(wire.utcTimeStamp), wire.inputChannels)
    else:
        raise neither(topic, "inputChannels", "dataProcessingSpecification")
    if len(plan.channels) > MOST_ROWS:
        raise UnreadableError(topic, fact("messages.too_many_rows", rows=len(plan.channels), most=MOST_ROWS), "$")
    return plan


def _phase(value: float | str | None) -> int | None:
    """0 to 2, from the number of one dialect or the word of the other."""
    number = whole(value)
    if number in (0, 1, 2):
        return number
    return PHASES.get(word(value)) if isinstance(value, str) else None


class _Inputs:
    """The inputs of a configuration as they are read, and what is wrong with some of them."""

    def __init__(self) -> None:
        self.channels: dict[int, ChannelSetting] = {}
        self.remarks: list[Fact] = []
        self.disputed: set[int] = set()

    def add(self, setting: ChannelSetting, written: str | float | None, known: bool = True) -> None:
        """Take one.

        Args:
            setting: as read.
            written: its phase as the monitor writes it.
            known: something says how this input is configured.
        """
        number = setting.input
        before = self.channels.get(number)
        if before is not None and msgspec.structs.replace(before, name=setting.name) != setting:
            self.remarks.append(fact("messages.input_twice_differs", input=number))
            self.disputed.add(number)
        elif before is not None:
            self.remarks.append(fact("messages.input_twice", input=number))
        if setting.phase is None and known and not setting.unused and written not in (None, ""):
            self.remarks.append(fact("messages.phase_impossible", input=number, value=_said(written)))
            self.disputed.add(number)
        self.channels[number] = setting

    @property
    def rest(self) -> tuple[tuple[ChannelSetting, ...], tuple[Fact, ...], frozenset[int]]:
        """In order of input, as a `ChannelConfig` holds them."""
        return (
            tuple(self.channels[number] for number in sorted(self.channels)),
            tuple(self.remarks[:MOST_REMARKS]),
            frozenset(self.disputed),
        )


def _said(value: str | float | None) -> str:
    return identity(value)[:40]


def config_of_inputs(sent: float | None, rows: list[InputChannel]) -> ChannelConfig:
    """The configuration that these rows make; what cannot be used is left out and remarked upon."""
    found = _Inputs()
    numbers = [input_number(row.ctInput) for row in rows]
    in_place = any(n is not None for n in numbers) and all(n in (None, place) for place, n in enumerate(numbers))
    for place, (row, told) in enumerate(zip(rows, numbers, strict=True)):
        number = told
        if number is None:
            if not in_place or row.ctInput not in (None, ""):
                found.remarks.append(fact("messages.row_left_out", row=place))
                continue
            number = place
            found.remarks.append(fact("messages.row_by_place", row=place, input=number))
            found.disputed.add(number)
        setting = ChannelSetting(
            input=number,
            name=clean(row.name),
            role=word(row.inputChannelType),
            connection=word(row.inputChannelConnection),
            phase=_phase(row.phase),
            reversed=flag(row.reversed),
            balanced=flag(row.balanced),
            ct_type=None if row.inputChannelCTType is None else clean(row.inputChannelCTType),
            hub=None,
        )
        found.add(setting, row.phase)
    used = [row for row in rows if word(row.inputChannelType) != "UNUSED" and input_number(row.ctInput) is not None]
    if any(whole(row.phase) == 3 for row in used) and all(whole(row.phase) in (1, 2, 3, None) for row in used):
        # Counted from 1, it seems: then 1 and 2 are not what they say either.
        found.remarks.append(fact("messages.phases_from_one"))
        found.disputed.update(n for row in used if (n := input_number(row.ctInput)) is not None)
    return ChannelConfig(sent, "20-series", None, None, *found.rest)


def _plan_of_specification(sent: float | None, spec: _Specification) -> ChannelConfig:
    """Join the CTs (`dataSources`: hub, type, reversal, phase) to what they measure (`measurements`) by formula."""
    inputs = _Inputs()
    sources: dict[tuple[str, int], _Source] = {}
    twice: set[tuple[str, int]] = set()
    for source in spec.dataSources:
        bus = source.busAddress
        index = whole(bus.inputIndex) if bus else None
        if bus is not None and index is not None:
            place = (identity(bus.serialNumber), index)
            before = sources.get(place)
            if before is not None and (before.reversed, before.measurementType) != (
                source.reversed,
                source.measurementType,
            ):
                twice.add(place)
            sources[place] = source
    for plan in spec.measurements:
        number = input_number(plan.publishIndex)
        if number is None:
            if whole(plan.publishIndex) != -1:  # -1 is the service location's own sum, not a CT
                inputs.remarks.append(fact("messages.measurement_left_out", name=clean(plan.name)[:40]))
            continue
        if word(plan.type, "CT") == "SERVICE_LOCATION":
            continue
        match = _FORMULA.search((plan.formula or "")[:1000])
        key = (match[1], int(match[2])) if match else None
        found = sources.get(key) if key else None
        if found is None:
            inputs.remarks.append(fact("messages.no_source", input=number))
        if key in twice:
            inputs.remarks.append(fact("messages.input_twice_differs", input=number))
            inputs.disputed.add(number)
        kind = found.measurementType if found else None
        setting = ChannelSetting(
            input=number,
            name=clean(plan.name),
            role=word(plan.flow),
            connection=word(plan.connectionType),
            phase=_phase(kind.phase) if kind else None,
            reversed=flag(found.reversed) if found else False,
            balanced=flag(found.balanced) if found else False,
            ct_type=clean(found.type) if found and found.type is not None else None,
            hub=f"{key[0]}/{key[1]}" if key else None,
        )
        in_use = setting.role != "UNKNOWN" or setting.connection != "UNKNOWN"
        inputs.add(setting, kind.phase if kind else None, in_use)
    kind_of_supply = PHASE_TYPES.get(word(spec.phaseType))
    return ChannelConfig(sent, "infinity", kind_of_supply, whole(spec.serviceLocationId), *inputs.rest)
