"""The load configuration that the cloud holds, in the words of the one that the monitor publishes."""

from __future__ import annotations

from typing import Any, NamedTuple

from smappee_tui.protocol.cloud.rows import JsonRow
from smappee_tui.protocol.configs import PHASE_TYPES, PHASES, InputChannel, config_of_inputs
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import ChannelConfig, ChannelSetting, PhaseType
from smappee_tui.protocol.wire import input_number, whole, word

_ROLES = {
    "GRID": ("CONSUMPTION", "GRID"),
    "PRODUCTION": ("PRODUCTION", "GRID"),
    "STORAGE": ("STORAGE", "GRID"),
    "BATTERY": ("STORAGE", "GRID"),
}
_SUBMETER = ("CONSUMPTION", "SUBMETER")
_PHASE_WORDS = {**PHASES, "A": 0, "B": 1, "C": 2, "L1": 0, "L2": 1, "L3": 2}
_MOST_REMARKS = 100
_ROW_TELLS = {
    "name": "name",
    "phase": "phase",
    "inputChannelType": "role",
    "inputChannelConnection": "connection",
    "reversed": "reversed",
    "balanced": "balanced",
    "inputChannelCTType": "ct_type",
}


class ChannelConfigRead(NamedTuple):
    """A load configuration."""

    plan: ChannelConfig
    columns: dict[int, int]
    """Per input: its place in the lists of a consumption record."""
    told: frozenset[str]
    """Which settings the answer tells at all."""


def read_channel_config(row: JsonRow) -> ChannelConfigRead | None:
    """The load configuration in an answer of either kind of monitor; None where there is none."""
    inputs = row.row("channelsConfiguration")
    kind = PHASE_TYPES.get(word(row.text("phaseType")))
    if isinstance(row.fields.get("measurements"), list) and not _is_list(inputs, "inputChannels"):
        return _of_measurements(row, kind)
    if _is_list(inputs, "inputChannels"):
        return _of_inputs(row, inputs.rows("inputChannels"), kind)
    return None


def _is_list(row: JsonRow, name: str) -> bool:
    return isinstance(row.fields.get(name), list)


def _of_inputs(row: JsonRow, rows: list[JsonRow], kind: PhaseType | None) -> ChannelConfigRead:
    """20-series: the same rows as in the monitor's own `channelConfig`."""
    plan = config_of_inputs(None, [_input(one) for one in rows])
    told = {ours for one in rows for theirs, ours in _ROW_TELLS.items() if one.has(theirs)}
    plan = ChannelConfig(None, "20-series", kind, row.whole("serviceLocationId"), plan.channels, plan.remarks)
    return ChannelConfigRead(plan, {one.input: one.input for one in plan.channels}, frozenset(told))


def _input(row: JsonRow) -> InputChannel:
    return InputChannel(
        ctInput=_simple(row.fields.get("ctInput")),
        name=row.text("name"),
        phase=_phase(row),
        inputChannelType=row.text("inputChannelType"),
        inputChannelConnection=row.text("inputChannelConnection"),
        reversed=row.flag("reversed"),
        balanced=row.flag("balanced"),
        inputChannelCTType=row.text("inputChannelCTType") if row.has("inputChannelCTType") else None,
    )


def _of_measurements(row: JsonRow, kind: PhaseType | None) -> ChannelConfigRead:
    """Infinity: measurements, each with one channel a phase."""
    remarks: list[Fact] = []
    channels: dict[int, ChannelSetting] = {}
    told: set[str] = set()
    for measurement in row.rows("measurements"):
        role, connection = _ROLES.get(word(measurement.text("type")), _SUBMETER)
        if measurement.has("type"):
            told |= {"role", "connection"}
        for place, channel in enumerate(measurement.rows("channels")):
            number = input_number(_simple(channel.fields.get("consumptionIndex")))
            if number is None:
                if whole(_simple(channel.fields.get("consumptionIndex"))) != -1:  # as in the monitor's own: no CT
                    name = measurement.text("name")[:40]
                    remarks.append(fact("messages.channel_left_out", channel=place, name=name))
                continue
            if number in channels:
                remarks.append(fact("messages.input_twice", input=number))
            told |= _told(measurement, channel)
            channels[number] = ChannelSetting(
                input=number,
                name=_name(measurement.text("name"), channel.text("name")),
                role=role,
                connection=connection,
                phase=_phase(channel),
                reversed=channel.flag("reversed") is True,
                balanced=channel.flag("balanced") is True,
                ct_type=channel.text("ctType", "inputChannelCTType") or None,
                hub=None,
            )
    ordered = tuple(channels[number] for number in sorted(channels))
    plan = ChannelConfig(
        None, "infinity", kind, row.whole("serviceLocationId"), ordered, tuple(remarks[:_MOST_REMARKS])
    )
    return ChannelConfigRead(plan, {number: number for number in sorted(channels)}, frozenset(told))


def _told(measurement: JsonRow, channel: JsonRow) -> set[str]:
    said = {name for name in ("phase", "reversed", "balanced") if channel.has(name)}
    if channel.has("ctType", "inputChannelCTType"):
        said.add("ct_type")
    if measurement.has("name") or channel.has("name"):
        said.add("name")
    return said


def _name(measurement: str, channel: str) -> str:
    """The measurement's name, and the channel's own where it differs."""
    if not channel.strip() or channel == measurement:
        return measurement
    if channel.startswith(measurement):
        return channel  # "Oven L1" of "Oven": not "Oven Oven L1"
    return f"{measurement} {channel}"


def _phase(row: JsonRow) -> int | None:
    """0, 1 or 2, as a number or as one of the words for it."""
    value = row.fields.get("phase")
    if isinstance(value, str) and word(value) in _PHASE_WORDS:
        return _PHASE_WORDS[word(value)]
    number = whole(_simple(value))
    return number if number in (0, 1, 2) else None


def _simple(value: Any) -> float | str | None:
    """What may be a number; nothing else."""
    return value if isinstance(value, int | float | str) and not isinstance(value, bool) else None
