"""The calls that answer measured values, events and costs, and those that switch."""

from __future__ import annotations

from typing import Any

import msgspec

from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.simulator.cloud import sensors
from smappee_tui.simulator.cloud.appliances import CloudAppliance, appliances, costs, events
from smappee_tui.simulator.cloud.behaviour import Behaviour
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.request import ApiAnswer, CloudRefusalError, Request, told

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
    records = sensors.switch_records(house, plug, aggregation, start, end, now)
    return told({"serviceLocationId": house.location, "switchId": number, "records": records})


def sensor_consumption(house: CloudHouse, number: int, behaviour: Behaviour, request: Request) -> ApiAnswer:
    """GET /servicelocation/{id}/sensor/{sid}/consumption."""
    aggregation, start, end = _range(behaviour, request, _FOR_PLUGS)
    records = sensors.sensor_records(house, sensors.sensor(house, number), aggregation, start, end)
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
