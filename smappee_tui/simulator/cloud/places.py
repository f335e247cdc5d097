"""The calls about service locations: list, info, configuration, and the four that need a special account."""

from __future__ import annotations

from typing import Any

import msgspec

from smappee_tui.simulator.cloud.appliances import appliances
from smappee_tui.simulator.cloud.estate import Account, Estate
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.metering import load_rows, metering
from smappee_tui.simulator.cloud.refusal import Refused
from smappee_tui.simulator.cloud.request import Answer, Request, told
from smappee_tui.simulator.cloud.sensors import listed

_APP = "smappee-virtual"


class _Place(msgspec.Struct):
    name: str | None = None
    lat: float | None = None
    lon: float | None = None
    deviceSerialNumber: str | None = None  # noqa: N815 - the wire's name


class _Share(msgspec.Struct):
    username: str


def locations(estate: Estate, account: Account) -> Answer:
    """GET /servicelocation."""
    rows = [house.identity() for house in estate.seen_by(account)]
    return told({"appName": _APP, "serviceLocations": rows})


def info(house: CloudHouse, now: float) -> Answer:
    """GET /servicelocation/{id}/info."""
    content = house.identity() | {
        "lat": house.latitude,
        "lon": house.longitude,
        "timezone": house.time_zone,
        "electricityCost": house.tariff,
        "electricityCurrency": house.currency,
        **_things(house, now),
    }
    site = house.configured
    if site is not None and site.dialect == "20-series":
        content["channelsConfiguration"] = load_rows(site)
    return told(content)


def configuration(house: CloudHouse, now: float) -> Answer:
    """GET /servicelocation/{id}/meteringconfiguration."""
    site = house.configured
    content = house.identity() | {"timezone": house.time_zone}
    content |= metering(site, tells_cts=house.tells_cts) if site is not None else {"measurements": []}
    return told(content | _things(house, now))


def create(estate: Estate, account: Account, request: Request) -> Answer:
    """POST /servicelocation."""
    _need_special(account)
    place = request.content(_Place)
    if not place.name or not place.name.strip():
        raise Refused(400, "A service location needs a name")
    _on_earth(place)
    house = estate.create(place.name, place.lat, place.lon, place.deviceSerialNumber or "")
    return told(house.identity(), 201)


def update(house: CloudHouse, account: Account, request: Request) -> Answer:
    """PUT /servicelocation/{id}."""
    _need_special(account)
    place = request.content(_Place)
    _on_earth(place)
    if place.name is not None:
        if not place.name.strip():
            raise Refused(400, "A service location needs a name")
        house.name = place.name
    house.latitude = place.lat if place.lat is not None else house.latitude
    house.longitude = place.lon if place.lon is not None else house.longitude
    return told(house.identity())


def delete(estate: Estate, house: CloudHouse, account: Account) -> Answer:
    """DELETE /servicelocation/{id}."""
    _need_special(account)
    estate.delete(house)
    return Answer(204)


def share(estate: Estate, house: CloudHouse, account: Account, request: Request) -> Answer:
    """POST /servicelocation/{id}/share."""
    _need_special(account)
    estate.share(house, request.content(_Share).username)
    return told({})


def _things(house: CloudHouse, now: float) -> dict[str, Any]:
    return {
        "appliances": [one.row() for one in appliances(house)],
        "actuators": house.actuators.listed(now),
        "sensors": listed(house),
    }


def _on_earth(place: _Place) -> None:
    if not -90.0 <= (place.lat or 0.0) <= 90.0 or not -180.0 <= (place.lon or 0.0) <= 180.0:
        raise Refused(400, "There is no such place on earth")


def _need_special(account: Account) -> None:
    if account.rights != "special":
        raise Refused(403, "This method needs a special account")
