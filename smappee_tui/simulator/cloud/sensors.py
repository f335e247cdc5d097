"""What the cloud keeps of plugs and of gas & water sensors: one record an interval."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from smappee_tui.connect.cloud_api.aggregation import SECONDS, Aggregation
from smappee_tui.simulator.cloud.archive import KEPT, end_of, start_of
from smappee_tui.simulator.cloud.history import INTERVAL
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.request import CloudRefusalError
from smappee_tui.simulator.house.site import GasWater, VirtualPlug

_OFTEN = 12.0
"""Water is used in about one interval in so many."""


def listed(house: CloudHouse) -> list[dict[str, Any]]:
    """All gas & water sensors as `info` shows them."""
    return [
        {
            "id": sensor.sensor,
            "name": "Gas & Water",
            "serialNumber": sensor.serial,
            "channels": [
                {"channel": 1, "type": "WATER", "name": "Water", "ppu": 1.0, "uom": "l", "enabled": True},
                {"channel": 2, "type": "GAS", "name": "Gas", "ppu": 100.0, "uom": "m3", "enabled": True},
            ],
        }
        for sensor in (house.site.sensors if house.site is not None else ())
    ]


def sensor(house: CloudHouse, number: int) -> GasWater:
    """One of them. Raises CloudRefusalError (404)."""
    for one in house.site.sensors if house.site is not None else ():
        if one.sensor == number:
            return one
    raise CloudRefusalError(404, f"There is no sensor {number} at this service location")


def switch_records(
    house: CloudHouse, plug: VirtualPlug, aggregation: Aggregation, start: int, end: int, now: float
) -> list[dict[str, Any]]:
    """Wh of a plug by the times that the cloud itself has switched it, between two times in ms, up to now."""
    last = max(house.now, now - now % INTERVAL)
    records = []
    for at, until in _intervals(house, aggregation, start, end, last):
        energy = plug.watts * house.actuators.share_on(plug, at, until) * (until - at) / 3600.0
        stamp = house.past.stamp(start_of(at, aggregation, house.past.place), aggregation)
        records.append({"timestamp": stamp, "active": round(energy, 2), "reactive": 0.0})
    return records


def sensor_records(
    house: CloudHouse, one: GasWater, aggregation: Aggregation, start: int, end: int
) -> list[dict[str, Any]]:
    """Pulses, temperature in 0.1 °C, humidity and battery between two times in ms."""
    faults = {fault.kind for fault in (house.monitor.faults if house.monitor is not None else ())}
    battery = min(6, one.battery) if "battery-low" in faults else one.battery
    records = []
    for at, until in _intervals(house, aggregation, start, end, house.now):
        pulses = [_pulses(house, one, at + n * INTERVAL) for n in range(round((until - at) / INTERVAL))]
        records.append(
            {
                "timestamp": house.past.stamp(start_of(at, aggregation, house.past.place), aggregation),
                "value1": sum(water for water, _ in pulses),
                "value2": sum(gas for _, gas in pulses),
                "temperature": round(one.temperature * 10.0),
                "humidity": one.humidity,
                "battery": battery,
            }
        )
    return records


def _pulses(house: CloudHouse, one: GasWater, at: float) -> tuple[int, int]:
    """Water and gas pulses of five minutes, the same however they are asked for."""
    rng = random.Random(f"{house.serial}/{one.sensor}/{round(at)}")
    hours = INTERVAL / 3600.0
    water = rng.expovariate(1.0 / (one.litres_per_hour * hours * _OFTEN)) if rng.random() < 1.0 / _OFTEN else 0.0
    return round(water), int(rng.random() < one.gas_per_hour * hours)


def _intervals(
    house: CloudHouse, aggregation: Aggregation, start: int, end: int, last: float
) -> Iterator[tuple[float, float]]:
    """Start and end of what the house has lived up to `last`, where the time stamps lie between two ms."""
    place = house.past.place
    born = house.now - house.days * 86_400.0
    if SECONDS.get(aggregation, 3600) < 3600:
        born = max(born, last - KEPT)
    at = start_of(max(born, start / 1000.0 - 1.0), aggregation, place)
    while at < last and house.past.stamp(at, aggregation) <= end:
        until = end_of(at, aggregation, place)
        if house.past.stamp(at, aggregation) >= start and until > born:
            yield max(at, born), min(until, last)
        at = until
