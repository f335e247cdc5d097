"""The cloud's measured values: one record an interval, at an aware UTC time, energies as sent in Wh."""

from __future__ import annotations

from datetime import datetime

import msgspec


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
