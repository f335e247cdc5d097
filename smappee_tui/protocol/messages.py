"""The dialect-free messages. SI units throughout: V, A, W, VA, var, J, Hz, °C; times in seconds since 1970.

A field that a monitor left out, or sent as null, is None: nothing is made up. Texts are as the device sent them,
cut to a sane length and otherwise untouched: whoever shows them must show them as plain text.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from smappee_tui.protocol.fact import Fact
from smappee_tui.protocol.intervals import (
    ChannelMeans,
    GasWaterInterval,
    GasWaterIntervals,
    IntervalMeans,
    SwitchInterval,
    SwitchIntervals,
)
from smappee_tui.protocol.realtime import Realtime

Dialect = Literal["20-series", "infinity"]
PhaseType = Literal["single", "two", "star", "delta"]


class MonitorConfig(msgspec.Struct, frozen=True):
    """Who is speaking: the `config` topic."""

    sent: float | None
    """The monitor's own time stamp, seconds since 1970."""
    serial: str
    """Ten digits, "" when left out."""
    location_uuid: str
    location_id: int | None
    device_uuid: str
    firmware: str
    """As the device writes it, "V3125" or "V4.7.1"."""
    interval_seconds: float | None
    """How often `aggregated` is sent, s."""
    time_zone: str | None


class ChannelSetting(msgspec.Struct, frozen=True):
    """How one CT input is configured."""

    input: int
    """`ctInput` (20-series) or `publishIndex` (Infinity)."""
    name: str
    role: str
    """CONSUMPTION, PRODUCTION, STORAGE, UNUSED, or a word unknown to us as sent."""
    connection: str
    """GRID, SUBMETER, OFF_GRID, or a word unknown to us as sent."""
    phase: int | None
    """0 for L1, 1 for L2, 2 for L3; None when left out."""
    reversed: bool
    """The software inversion is on. It is already applied to the published power."""
    balanced: bool
    """One CT stands for three equal phases."""
    ct_type: str | None
    hub: str | None
    """CT hub and its input, "5500002409/0", or None where the monitor has no hubs."""

    @property
    def unused(self) -> bool:
        """The input is configured as having no CT."""
        return self.role == "UNUSED"

    @property
    def produces(self) -> bool:
        """Solar or another source: positive power is production."""
        return self.role == "PRODUCTION"

    @property
    def stores(self) -> bool:
        """A battery: power of either sign is healthy."""
        return self.role == "STORAGE"

    @property
    def is_grid(self) -> bool:
        """A CT of the grid meter itself. PRODUCTION inputs also carry GRID and are not meant."""
        return self.connection == "GRID" and self.role == "CONSUMPTION"

    @property
    def is_submeter(self) -> bool:
        """A CT of one consuming circuit behind the grid meter."""
        return self.role == "CONSUMPTION" and self.connection != "GRID"


class ChannelConfig(msgspec.Struct, frozen=True):
    """The configuration of all CT inputs: `channelConfig` or `channelConfigV2`."""

    sent: float | None
    dialect: Dialect
    phase_type: PhaseType | None
    """None where the monitor does not say, as no 20-series monitor does."""
    location_id: int | None
    channels: tuple[ChannelSetting, ...]
    """In order of input; an input named twice is kept once, the last one."""
    remarks: tuple[Fact, ...] = ()
    """What could not be joined or read in part."""
    disputed: frozenset[int] = frozenset()
    """Inputs of which it is not certain how they are configured: no verdict can stand on that."""


class SwitchSensor(msgspec.Struct, frozen=True):
    """The measuring half of a Smappee Switch, which joins `aggregatedSwitch` to a plug."""

    sensor: int
    name: str
    serial: str | None


class GasWaterChannel(msgspec.Struct, frozen=True):
    """One pulse input of a Gas & Water sensor."""

    medium: str
    """WATER, GAS, or a word unknown to us as sent."""
    unit: str
    """What one `pulses_per_unit` pulses are: "l", "m3"."""
    pulses_per_unit: float | None
    enabled: bool
    leak_intervals: int | None
    """5-minute intervals of uninterrupted flow that count as a leak; 0 or None: no leak watch."""
    max_pulses: float | None


class GasWaterSensor(msgspec.Struct, frozen=True):
    """A Gas & Water sensor as configured."""

    sensor: int
    serial: str | None
    channels: tuple[GasWaterChannel, ...]


class SensorConfig(msgspec.Struct, frozen=True):
    """The `sensorConfig` topic."""

    sent: float | None
    gas_water: tuple[GasWaterSensor, ...]
    switches: tuple[SwitchSensor, ...]


class PlugSetting(msgspec.Struct, frozen=True):
    """A plug as configured: a Smappee Switch or an older Comfort Plug."""

    node: int
    name: str
    serial: str | None
    measures: bool
    """A Smappee Switch measures; a Comfort Plug only switches."""


class HomeControlConfig(msgspec.Struct, frozen=True):
    """The `homeControlConfig` topic."""

    sent: float | None
    plugs: tuple[PlugSetting, ...]


class PlugConnection(msgspec.Struct, frozen=True):
    """Whether a plug is reached."""

    node: str
    state: str
    """CONNECTED, DISCONNECTED, UNREACHABLE, or a word unknown to us as sent."""
    since: float | None


class PlugState(msgspec.Struct, frozen=True):
    """The relay of a plug."""

    node: str
    state: str
    """ON, OFF, or a word unknown to us as sent."""
    since: float | None


class PlugCommand(msgspec.Struct, frozen=True):
    """Somebody asked a plug to switch. A command, not a state."""

    node: str
    state: str
    since: float | None


class Trigger(msgspec.Struct, frozen=True):
    """An automation that reacts to something."""

    trigger: int
    label: str
    kind: str
    """ACTIVE_POWER_ABOVE and so on, as sent."""
    action: str
    nodes: tuple[int, ...]
    """Node ids of the plugs it drives; may be empty."""
    threshold: float | None
    delay: float | None
    latitude: float | None
    longitude: float | None
    radius: float | None


class Schedule(msgspec.Struct, frozen=True):
    """An automation that follows the clock (the monitor's local time)."""

    schedule: int
    label: str
    action: str
    nodes: tuple[int, ...]
    hour: int | None
    minute: int | None
    day: str
    """ALL_DAYS, a weekday, or a word unknown to us as sent."""


class Presence(msgspec.Struct, frozen=True):
    """Whether the monitor believes that somebody is at home."""

    present: bool | None


class CloudFeed(msgspec.Struct, frozen=True):
    """The `power` topic was heard: one-second values in the form that the vendor's cloud takes. Its units are not
    documented, so nothing in it is read."""


class Other(msgspec.Struct, frozen=True):
    """A topic that this program does not read."""

    topic: str


Message = (
    MonitorConfig
    | ChannelConfig
    | SensorConfig
    | HomeControlConfig
    | Realtime
    | IntervalMeans
    | SwitchIntervals
    | GasWaterIntervals
    | PlugConnection
    | PlugState
    | PlugCommand
    | Trigger
    | Schedule
    | Presence
    | CloudFeed
    | Other
)

__all__ = [
    "ChannelConfig",
    "ChannelMeans",
    "ChannelSetting",
    "CloudFeed",
    "Dialect",
    "GasWaterChannel",
    "GasWaterInterval",
    "GasWaterIntervals",
    "GasWaterSensor",
    "HomeControlConfig",
    "IntervalMeans",
    "Message",
    "MonitorConfig",
    "Other",
    "PhaseType",
    "PlugCommand",
    "PlugConnection",
    "PlugSetting",
    "PlugState",
    "Presence",
    "Realtime",
    "Schedule",
    "SensorConfig",
    "SwitchInterval",
    "SwitchIntervals",
    "SwitchSensor",
    "Trigger",
]
