"""The calls that answer measured values, events and costs, and those that switch.

A house's own consumption comes from its archive; plugs and gas & water sensors are told here, one record an interval.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import msgspec

from smappee_tui.connect.cloud_api.aggregation import SECONDS, Aggregation
from smappee_tui.simulator.cloud.appliances import CloudAppliance, appliances, costs, events
from smappee_tui.simulator.cloud.archive import KEPT, end_of, start_of
from smappee_tui.simulator.cloud.behaviour import Behaviour
from smappee_tui.simulator.cloud.history import INTERVAL
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.request import ApiAnswer, CloudRefusalError, Request, told
from smappee_tui.simulator.house.site import GasWater, VirtualPlug

_OFTEN = 12.0
"""Water is used in about one interval in so many."""
_FOR_PLUGS = frozenset(
    {Aggregation.FIVE_MINUTES, Aggregation.HOUR, Aggregation.DAY, Aggregation.MONTH, Aggregation.QUARTER}
)
_FOR_SITES = frozenset(Aggregation) - {Aggregation.YEAR}
_FOR_COSTS = frozenset({Aggregation.MONTH, Aggregation.YEAR})


class _Duration(msgspec.Struct):
    duration: float | None = None


def consumption(house: CloudHouse, behaviour: Behaviour, request: Request) -> ApiAnswer:
    """GET /servicelocation/{id}/consumption, put together from records that were encoded before."""
    aggregation, start, end = _range(behaviour, request, _FOR_SITES)
    series = house.past.series(aggregation, new_voltages=behaviour.new_voltages)
    records = series.between(start, end)
    if behaviour.extra_fields:
        records = [b'{"quality":{"estimated":false,"votes":[1,null]},' + record[1:] for record in records]
    head = b'{"serviceLocationId":%d,"consumptions":[' % house.location
    return ApiAnswer(200, head + b",".join(records) + b"]}", spliced=True)


def switch_consumption(house: CloudHouse, number: int, behaviour: Behaviour, request: Request, now: float) -> ApiAnswer:
    """GET /servicelocation/{id}/switch/{sid}/consumption."""
    aggregation, start, end = _range(behaviour, request, _FOR_PLUGS)
    plug = house.actuators.with_sensor(number)
    records = switch_records(house, plug, aggregation, start, end, now)
    return told({"serviceLocationId": house.location, "switchId": number, "records": records})


def sensor_consumption(house: CloudHouse, number: int, behaviour: Behaviour, request: Request) -> ApiAnswer:
    """GET /servicelocation/{id}/sensor/{sid}/consumption."""
    aggregation, start, end = _range(behaviour, request, _FOR_PLUGS)
    records = sensor_records(house, sensor(house, number), aggregation, start, end)
    return told({"serviceLocationId": house.location, "sensorId": number, "records": records})


def appliance_events(house: CloudHouse, behaviour: Behaviour, request: Request) -> ApiAnswer:
    """GET /servicelocation/{id}/events."""
    one = _appliance(house, request.whole("applianceId"))
    found = events(house, one, request.whole("from"), request.whole("to"), request.whole("maxNumber"))
    return told({"events": found} if behaviour.wrapped_events else found)


def cost_analysis(house: CloudHouse, behaviour: Behaviour, request: Request) -> ApiAnswer:
    """GET /servicelocation/{id}/costanalysis."""
    aggregation, start, end = _range(behaviour, request, _FOR_COSTS)
    only = _appliance(house, request.whole("applianceId")) if "applianceId" in request.query else None
    return told({"serviceLocationId": house.location, "records": costs(house, aggregation, start, end, only)})


def switch(house: CloudHouse, number: int, on: bool, request: Request, now: float) -> ApiAnswer:
    """POST /servicelocation/{id}/actuator/{aid}/on or off."""
    duration = request.content(_Duration).duration
    house.actuators.switch(number, on, round(duration) if duration is not None else None, now)
    return ApiAnswer(200)


def state(house: CloudHouse, number: int, behaviour: Behaviour, now: float) -> ApiAnswer:
    """GET /servicelocation/{id}/actuator/{aid}/state."""
    word = "ON_ON" if house.actuators.state(number, now) else "OFF_OFF"
    return ApiAnswer(200, word.encode(), "text/plain") if behaviour.state_as_text else told(word)


def _range(behaviour: Behaviour, request: Request, allowed: frozenset[Aggregation]) -> tuple[Aggregation, int, int]:
    start, end = request.whole("from"), request.whole("to")
    aggregation = behaviour.codes.get(request.whole("aggregation"))
    if aggregation is None or aggregation not in allowed:
        # Not a 400: the real service fails here as if it were its own fault.
        raise CloudRefusalError(500, "Internal Server Error")
    if start > end:
        raise CloudRefusalError(400, "'from' is later than 'to'")
    return aggregation, start, end


def _appliance(house: CloudHouse, number: int) -> CloudAppliance:
    for one in appliances(house):
        if one.number == number:
            return one
    raise CloudRefusalError(404, f"There is no appliance {number} at this service location")


def strange(content: Any) -> Any:
    """The same answer with fields that nobody knows, in every object of it."""
    if isinstance(content, list):
        return [strange(item) for item in content]
    if isinstance(content, dict):
        return {"addedLastWeek": [1, {"deep": None}]} | {name: strange(value) for name, value in content.items()}
    return content


def listed_sensors(house: CloudHouse) -> list[dict[str, Any]]:
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
