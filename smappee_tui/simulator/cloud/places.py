"""The calls about service locations: list, info, configuration, and the four that need a special account."""

from __future__ import annotations

from typing import Any

import msgspec

from smappee_tui.simulator.cloud.accounts import Account, CloudAccounts
from smappee_tui.simulator.cloud.appliances import appliances
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.request import ApiAnswer, CloudRefusalError, Request, told
from smappee_tui.simulator.cloud.values import listed_sensors
from smappee_tui.simulator.house.meter import MountedCt
from smappee_tui.simulator.house.site import VirtualSite
from smappee_tui.simulator.monitor.infinity import PHASE_WORDS, WireInfinity
from smappee_tui.simulator.monitor.wire import is_grid
from smappee_tui.simulator.monitor.wire20 import Wire20


def metering(site: VirtualSite, *, tells_cts: bool = True) -> dict[str, Any]:
    """The load configuration of a site as the cloud holds it.

    `tells_cts`: an Infinity's channels also tell `reversed`, `balanced` and `ctType`.
    """
    if site.dialect == "20-series":
        return {"channelsConfiguration": load_rows(site)}
    published = WireInfinity(site).channels(0.0)["dataProcessingSpecification"]
    return {"phaseType": published["phaseType"], "measurements": _measurements(site, tells_cts)}


def load_rows(site: VirtualSite) -> dict[str, Any]:
    """The rows of a 20-series monitor, exactly as in its topic `channelConfig`."""
    return {"inputChannels": Wire20(site).channels(0.0)["inputChannels"]}


def _measurements(site: VirtualSite, tells_cts: bool) -> list[dict[str, Any]]:
    """One entry a load, with a channel for each CT of it. Inputs without a load are not there, as in the app."""
    groups: dict[tuple[str, str, str], list[MountedCt]] = {}
    for ct in site.cts:
        if ct.role != "UNUSED":
            groups.setdefault((ct.circuit or ct.name, ct.role, ct.connection), []).append(ct)
    answer = []
    for number, cts in enumerate(groups.values(), start=1):
        name = _shared_name(cts)
        answer.append(
            {
                "id": number,
                "name": name,
                "type": _type(site, cts[0]),
                "subcircuitType": None,
                "channels": [_channel(ct, name, tells_cts) for ct in cts],
            }
        )
    return answer


def _channel(ct: MountedCt, name: str, tells_cts: bool) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "name": ct.name.removeprefix(name).strip() or ct.name,
        "phase": PHASE_WORDS[ct.phase],
        "consumptionIndex": ct.input,
        "powerTopicIndex": ct.input,
    }
    if tells_cts:
        channel |= {"reversed": ct.flag, "balanced": False, "ctType": ct.ct_type}
    return channel


def _type(site: VirtualSite, ct: MountedCt) -> str:
    if is_grid(ct):
        return "GRID"
    if ct.role == "PRODUCTION":
        return "PRODUCTION"
    circuit = site.house.circuits.get(ct.circuit or "")
    return "APPLIANCE" if circuit is not None and len(circuit.loads) == 1 else "SUBCIRCUIT"


def _shared_name(cts: list[MountedCt]) -> str:
    """The words at the start that all names have in common, else the first name."""
    words = [ct.name.split(" ") for ct in cts]
    shared = []
    for column in zip(*words, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return " ".join(shared) or cts[0].name


_APP = "smappee-virtual"


class _Place(msgspec.Struct):
    name: str | None = None
    lat: float | None = None
    lon: float | None = None
    deviceSerialNumber: str | None = None  # noqa: N815 - the wire's name


class _Share(msgspec.Struct):
    username: str


def locations(estate: CloudAccounts, account: Account) -> ApiAnswer:
    """GET /servicelocation."""
    rows = [house.identity() for house in estate.seen_by(account)]
    return told({"appName": _APP, "serviceLocations": rows})


def info(house: CloudHouse, now: float) -> ApiAnswer:
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


def configuration(house: CloudHouse, now: float) -> ApiAnswer:
    """GET /servicelocation/{id}/meteringconfiguration."""
    site = house.configured
    content = house.identity() | {"timezone": house.time_zone}
    content |= metering(site, tells_cts=house.tells_cts) if site is not None else {"measurements": []}
    return told(content | _things(house, now))


def create(estate: CloudAccounts, account: Account, request: Request) -> ApiAnswer:
    """POST /servicelocation."""
    _need_special(account)
    place = request.content(_Place)
    if not place.name or not place.name.strip():
        raise CloudRefusalError(400, "A service location needs a name")
    _on_earth(place)
    house = estate.create(place.name, place.lat, place.lon, place.deviceSerialNumber or "")
    return told(house.identity(), 201)


def update(house: CloudHouse, account: Account, request: Request) -> ApiAnswer:
    """PUT /servicelocation/{id}."""
    _need_special(account)
    place = request.content(_Place)
    _on_earth(place)
    if place.name is not None:
        if not place.name.strip():
            raise CloudRefusalError(400, "A service location needs a name")
        house.name = place.name
    house.latitude = place.lat if place.lat is not None else house.latitude
    house.longitude = place.lon if place.lon is not None else house.longitude
    return told(house.identity())


def delete(estate: CloudAccounts, house: CloudHouse, account: Account) -> ApiAnswer:
    """DELETE /servicelocation/{id}."""
    _need_special(account)
    estate.delete(house)
    return ApiAnswer(204)


def share(estate: CloudAccounts, house: CloudHouse, account: Account, request: Request) -> ApiAnswer:
    """POST /servicelocation/{id}/share."""
    _need_special(account)
    estate.share(house, request.content(_Share).username)
    return told({})


def _things(house: CloudHouse, now: float) -> dict[str, Any]:
    return {
        "appliances": [one.row() for one in appliances(house)],
        "actuators": house.actuators.listed(now),
        "sensors": listed_sensors(house),
    }


def _on_earth(place: _Place) -> None:
    if not -90.0 <= (place.lat or 0.0) <= 90.0 or not -180.0 <= (place.lon or 0.0) <= 180.0:
        raise CloudRefusalError(400, "There is no such place on earth")


def _need_special(account: Account) -> None:
    if account.rights != "special":
        raise CloudRefusalError(403, "This method needs a special account")
