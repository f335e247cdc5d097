"""Payloads that both dialects publish alike: config, plugs, sensors, triggers, schedules, presence."""

from __future__ import annotations

from typing import Any

import msgspec

from smappee_tui.simulator.house.site import GasWater, ScheduleRule, TriggerRule, VirtualPlug, VirtualSite

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
