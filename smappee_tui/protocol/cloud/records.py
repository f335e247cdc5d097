"""What the vendor's cloud says, as typed records: service locations with their configuration, and measured values.

A measured value is one record an interval, at an aware UTC time, energies as sent in Wh. What an answer leaves out is
None or empty.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from smappee_tui.protocol.messages import ChannelConfig, GasWaterChannel


class CloudLocation(msgspec.Struct, frozen=True):
    """One line of "Get Servicelocations"."""

    id: int
    """The number that every other method asks for."""
    name: str
    uuid: str
    """As in MQTT topics; "" when left out."""
    serial: str
    """Ten digits; "" for a location without a monitor."""


class Appliance(msgspec.Struct, frozen=True):
    """An appliance that the monitor recognised, or a CT that stands for one."""

    id: int
    name: str
    kind: str
    """"refrigerator" and so on, as sent."""
    source: str
    """NILM, CT, or as sent; "" when left out."""


class Actuator(msgspec.Struct, frozen=True):
    """A Comfort Plug, a Smappee Switch or an output module."""

    id: int
    name: str
    kind: str
    """SWITCH, COMFORT_PLUG, or as sent; "" when left out."""
    serial: str
    connection: str
    """CONNECTED, DISCONNECTED, UNREACHABLE, or as sent; "" when left out."""
    state: str
    """ON, OFF, or as sent; "" when left out."""


class CloudSensor(msgspec.Struct, frozen=True):
    """A Gas & Water sensor."""

    id: int
    name: str
    serial: str
    channels: tuple[GasWaterChannel, ...]


class LocationInfo(msgspec.Struct, frozen=True):
    """The answer to "Get Servicelocation Info". What was left out is None or empty."""

    location: CloudLocation
    time_zone: str | None
    """IANA name, "Europe/Brussels"."""
    latitude: float | None
    """Degrees north."""
    longitude: float | None
    """Degrees east."""
    tariff: float | None
    """Price of a kWh in `currency`."""
    currency: str | None
    appliances: tuple[Appliance, ...]
    actuators: tuple[Actuator, ...]
    sensors: tuple[CloudSensor, ...]
    plan: ChannelConfig | None
    """The load configuration, where the answer holds it (20-series)."""


class MeteringConfiguration(msgspec.Struct, frozen=True):
    """The load configuration that the cloud holds: what to lay beside the one that the monitor publishes."""

    location: CloudLocation
    time_zone: str | None
    plan: ChannelConfig
    """In the words of the MQTT configuration; `ChannelSetting.input` is the monitor's own number of the input.

    A setting that the cloud does not tell has its default; `told` says which ones it tells."""
    columns: dict[int, int]
    """Per input: its place in `active`, `reactive` and `current` of a consumption record."""
    told: frozenset[str]
    """Which of "name", "role", "connection", "phase", "reversed", "balanced", "ct_type" the answer tells at all."""
    actuators: tuple[Actuator, ...] = ()
    appliances: tuple[Appliance, ...] = ()
    sensors: tuple[CloudSensor, ...] = ()


class Consumption(msgspec.Struct, frozen=True, gc=False):
    """One interval of "Get Consumption". A missing or null value is None; arrays may be shorter than expected."""

    at: datetime
    """The record's time stamp as sent, aware, UTC. Whether it is the interval's start or end is not confirmed."""
    consumption: float | None
    """All that the site consumed, Wh."""
    solar: float | None
    """All that it produced, Wh."""
    always_on: float | None
    """Wh."""
    active: tuple[float | None, ...]
    """Per CT, Wh, signed; by `MeteringConfiguration.columns`."""
    reactive: tuple[float | None, ...]
    """Per CT, varh; whether it is signed is for the reader to find out."""
    volts: tuple[float | None, ...]
    """Per phase, V."""
    current: tuple[float | None, ...]
    """Per CT as sent; its unit is not confirmed."""


class SwitchConsumption(msgspec.Struct, frozen=True, gc=False):
    """One interval of a Smappee Switch."""

    at: datetime
    active: float | None
    """Wh, as sent."""
    reactive: float | None
    """varh, as sent."""


class SensorConsumption(msgspec.Struct, frozen=True, gc=False):
    """One interval of a Gas & Water sensor."""

    at: datetime
    value1: float | None
    """Pulses of input 1."""
    value2: float | None
    """Pulses of input 2."""
    celsius: float | None
    """°C; the wire has tenths."""
    humidity: float | None
    """%."""
    battery: float | None
    """%."""


class ApplianceEvent(msgspec.Struct, frozen=True, gc=False):
    """An appliance was switched on or off."""

    at: datetime
    appliance: int | None
    watts: float | None
    """W; positive where it was switched on."""
    total: float | None
    """The whole installation's load after it, W."""


class CostRecord(msgspec.Struct, frozen=True, gc=False):
    """What one appliance, or the whole site, used over one interval."""

    at: datetime
    appliance: int | None
    """None for the whole site."""
    name: str
    energy: float | None
    """As sent; Wh is not confirmed."""
    cost: float | None
    """In the location's currency, as sent; None where the answer tells no cost."""
