"""What a dialect has to be able to write, and the payloads that both publish alike.

Alike are config, plugs, sensors, triggers, schedules and presence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from smappee_tui.simulator.house.meter import MeterSample, MountedCt
from smappee_tui.simulator.house.site import GasWater, ScheduleRule, TriggerRule, VirtualPlug, VirtualSite

STANDING = 85.0
"""What a household takes in its quietest hour, W."""


@dataclass(slots=True)
class Energy:
    """Import and export in J, each only ever growing."""

    imported: float = 0.0
    exported: float = 0.0

    def add(self, joules: float) -> None:
        """Count `joules`, negative towards the grid."""
        if joules >= 0.0:
            self.imported += joules
        else:
            self.exported -= joules


@dataclass(slots=True)
class ChannelSums:
    """Sums over an interval of one channel, in SI units; divide by `Interval.seconds`."""

    amps: float = 0.0
    imported: float = 0.0
    """Sum of W where positive."""
    exported: float = 0.0
    """Sum of -W where negative."""
    va: float = 0.0
    var: float = 0.0
    """Sum of sqrt(S² - P²): unsigned, as the monitors publish it."""
    factor: float = 0.0
    """Sum of |P|/S: a mean of ratios, not the ratio of the means."""


@dataclass(slots=True)
class Interval:
    """Running sums of one five-minute interval."""

    seconds: int = 0
    volts: list[float] = field(default_factory=list)
    channels: dict[int, ChannelSums] = field(default_factory=dict)
    lowest_total: float = STANDING
    """The always-on load in W: the smallest draw seen, in this interval or in the nights before the watch."""

    def add(self, sample: MeterSample, total: float) -> None:
        """Count one second; `total` is the household's draw in W."""
        self.seconds += 1
        if not self.volts:
            self.volts = [0.0] * len(sample.volts)
        for k, volts in enumerate(sample.volts):
            self.volts[k] += volts
        self.lowest_total = min(self.lowest_total, max(0.0, total))
        for reading in sample.readings:
            means = self.channels.setdefault(reading.input, ChannelSums())
            means.amps += reading.amps
            means.va += reading.va
            means.var += math.sqrt(max(0.0, reading.va**2 - reading.watts**2))
            if reading.watts >= 0.0:
                means.imported += reading.watts
            else:
                means.exported -= reading.watts
            if reading.va > 2.0:  # below, real monitors report a factor of 0
                means.factor += min(1.0, abs(reading.watts) / reading.va)


def milli(total: float, seconds: int) -> int:
    """Mean of a sum over `seconds` in thousandths, rounded."""
    return round(1000.0 * total / max(1, seconds))


@dataclass(frozen=True, slots=True)
class Totals:
    """Site-wide figures of one second, taken over the consumption CTs of the grid connection."""

    watts: float
    var: float
    """Signed: lagging and drawn from the grid is positive."""
    energy: Energy


class Wire(Protocol):
    """One dialect's encoding of configuration and measurements."""

    channel_topic: str
    """Last level of the topic of the channel configuration."""

    def channels(self, t: float) -> dict[str, Any]:
        """Payload of the channel configuration at `t` s since 1970."""

    def realtime(self, t: float, sample: MeterSample, totals: Totals, energies: Mapping[int, Energy]) -> dict[str, Any]:
        """Payload of one second."""

    def aggregated(self, end: float, interval: Interval) -> dict[str, Any]:
        """Payload of five minutes that ended at `end` s since 1970."""


def is_grid(ct: MountedCt) -> bool:
    """Does this CT count for the site's totals? The grid meter is consumption with connection GRID."""
    return ct.role == "CONSUMPTION" and ct.connection == "GRID"


_encoder = msgspec.json.Encoder()

INTERVAL = 300
"""Length of an aggregation interval in s."""


def encode(payload: dict[str, Any]) -> bytes:
    """Compact JSON, UTF-8."""
    return _encoder.encode(payload)


def millis(t: float) -> int:
    """Seconds since 1970 to the wire's milliseconds."""
    return round(t * 1000.0)


def topic(site: VirtualSite, tail: str) -> str:
    """Whole topic of a message of this site."""
    return f"servicelocation/{site.identity.uuid}/{tail}"


def config(site: VirtualSite, t: float) -> dict[str, Any]:
    """Topic `config`."""
    who = site.identity
    payload: dict[str, Any] = {
        "utcTimeStamp": millis(t),
        "deviceUuid": who.device_uuid,
        "serialNumber": who.serial,
        "serviceLocationUuid": who.uuid,
        "serviceLocationId": who.location,
        "firmwareVersion": who.firmware,
        "aggregationPeriodSeconds": INTERVAL,
    }
    if site.dialect == "infinity":
        payload["timeZone"] = "Europe/Brussels"
    return payload


def sensor_config(site: VirtualSite, t: float) -> dict[str, Any]:
    """Topic `sensorConfig`: gas & water sensors, and switches in their role as power sensors."""
    return {
        "utcTimeStamp": millis(t),
        "gwSensors": [_gas_water(sensor) for sensor in site.sensors],
        "switchSensors": [
            {"name": plug.name, "serialNumber": plug.serial, "sensorId": plug.sensor}
            for plug in site.plugs
            if not plug.smart
        ],
    }


def _gas_water(sensor: GasWater) -> dict[str, Any]:
    water = {"leakIntervals": 2, "maxPulses": 120, "ppu": 1.0, "uom": "l", "enabled": True, "type": "WATER"}
    gas = {"leakIntervals": 0, "maxPulses": 10, "ppu": 100.0, "uom": "m3", "enabled": True, "type": "GAS"}
    return {
        "gwSensorChannelsConfig": [water, gas],
        "sensorId": sensor.sensor,
        "serialNumber": sensor.serial,
    }


def home_control_config(site: VirtualSite, t: float) -> dict[str, Any]:
    """Topic `homeControlConfig`: what can be switched."""
    payload: dict[str, Any] = {
        "utcTimeStamp": millis(t),
        "switchActuators": [
            {"nodeId": plug.node, "name": plug.name, "serialNumber": plug.serial}
            for plug in site.plugs
            if not plug.smart
        ],
        "smartplugActuators": [{"nodeId": plug.node, "name": plug.name} for plug in site.plugs if plug.smart],
    }
    if site.dialect == "infinity":
        payload["maximumAmpere"] = 0
    return payload


def word_since(word: str, since: float) -> dict[str, Any]:
    """Topics `plug/<node>/state` and `connectionState`."""
    return {"value": word, "since": millis(since)}


def trigger(rule: TriggerRule) -> dict[str, Any]:
    """Topic `trigger`: a rule that has just acted."""
    return {
        "triggerId": rule.number,
        "label": rule.label,
        "controllableNodeIds": list(rule.nodes),
        "type": "ACTIVE_POWER_ABOVE",
        "longitude": 0.0,
        "latitude": 0.0,
        "radius": 0,
        "delay": 0,
        "action": rule.action,
        "threshold": rule.threshold,
    }


def scheduler(rule: ScheduleRule, t: float) -> dict[str, Any]:
    """Topic `scheduler`: a schedule that has just acted, at `t` s since 1970 (told in UTC)."""
    minutes = int(t // 60) % (24 * 60)
    return {
        "schedulerId": rule.number,
        "label": rule.label,
        "controllableNodeIds": list(rule.nodes),
        "hour": minutes // 60,
        "min": minutes % 60,
        "day": "ALL_DAYS",
        "action": rule.action,
    }


def aggregated_switch(plug: VirtualPlug, end: float, watts: float) -> dict[str, Any]:
    """One entry of topic `aggregatedSwitch`, mean power in W."""
    return {
        "utcEndtime": millis(end),
        "activePower": round(watts),
        "reactivePower": 0,
        "version": 1,
        "sensorId": plug.sensor,
    }


def aggregated_gw(sensor: GasWater, end: float, water: int, gas: int, battery: int) -> dict[str, Any]:
    """One entry of topic `aggregatedGW`: pulses of the interval, temperature in 0.1 °C."""
    return {
        "utcEndtime": millis(end),
        "sensorId": sensor.sensor,
        "index0Delta": water,
        "index1Delta": gas,
        "temperature": round(sensor.temperature * 10.0),
        "humidity": sensor.humidity,
        "battLevel": battery,
        "version": 1,
    }
