"""What the vendor's cloud says about a service location: who it is, and how it is configured. No I/O, no clock."""

from __future__ import annotations

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
