"""`smappee-tui cloud info`: what the cloud tells about a location."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smappee_tui.cli.cloud import words
from smappee_tui.cli.guard import guarded

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk
    from smappee_tui.cli.cloud.cells import Value
    from smappee_tui.cli.cloud.table import Listing
    from smappee_tui.protocol.cloud.places import Actuator, Appliance, CloudSensor, LocationInfo


@guarded
def info(location: words.Location, as_json: words.Json = False, as_csv: words.Csv = False) -> int:
    """Print what the cloud tells about a location: time zone, place, tariff, appliances, plugs and sensors."""
    from smappee_tui.cli.cloud.ask import ask
    from smappee_tui.cli.cloud.table import show
    from smappee_tui.cli.cloud.which import which

    form = words.form_of(as_json, as_csv)

    async def work(talk: Talk) -> int:
        client, progress = talk.client, talk.progress
        found = await client.info(which(location, await client.locations()).id)
        progress.wipe()
        show(_listing(found), form)
        return 0

    return ask(work)


def _listing(found: LocationInfo) -> Listing:
    from smappee_tui.cli.cloud.table import Column, Listing

    rows: list[tuple[Value, ...]] = [("appliance", a.id, a.name, a.kind, "", a.source) for a in found.appliances]
    rows += [("actuator", a.id, a.name, a.kind, a.serial, _states(a)) for a in found.actuators]
    rows += [("sensor", s.id, s.name, _media(s), s.serial, "") for s in found.sensors]
    return Listing(
        (Column("what", "WHAT"), Column("id", "ID", right=True), Column("name", "NAME", gives=True),
         Column("type", "TYPE", gives=True), Column("serial", "SERIAL"), Column("state", "STATE", gives=True)),
        rows,
        document(found),
        before=_lines(found),
        empty="No appliances, no plugs, no sensors.",
    )  # fmt: skip


def _lines(found: LocationInfo) -> list[str]:
    from smappee_tui.cli.cloud.cells import seen
    from smappee_tui.cli.cloud.which import title
    from smappee_tui.plaintext import clean

    here = found.latitude is not None and found.longitude is not None
    place = f"{found.latitude:.4f}, {found.longitude:.4f}" if here else "not told"
    tariff = f"{found.tariff:g} {clean(found.currency or '')} a kWh".replace("  ", " ") if found.tariff else "not told"
    lines = [
        title(found.location),
        f"uuid       {seen(found.location.uuid)}",
        f"time zone  {seen(found.time_zone)}",
        f"place      {place}",
        f"tariff     {tariff}",
    ]
    if found.plan is not None:
        lines.append(f"inputs     {len(found.plan.channels)}; see `smappee-tui cloud config {found.location.id}`")
    return [*lines, ""]


def _states(actuator: Actuator) -> str:
    return " ".join(word for word in (actuator.state, actuator.connection.lower()) if word)


def _media(sensor: CloudSensor) -> str:
    return ", ".join(channel.medium.lower() for channel in sensor.channels if channel.enabled)


def document(found: LocationInfo) -> dict[str, Any]:
    """The JSON document."""
    from smappee_tui.cli.cloud.place import location_entry
    from smappee_tui.cli.json_values import number

    return {
        "schema": "smappee-tui/cloud/info/1",
        "location": location_entry(found.location),
        "time_zone": found.time_zone,
        "latitude": number(found.latitude, 7),
        "longitude": number(found.longitude, 7),
        "tariff": number(found.tariff, 6),
        "currency": found.currency,
        "appliances": [appliance_entry(one) for one in found.appliances],
        "actuators": [actuator_entry(one) for one in found.actuators],
        "sensors": [sensor_entry(one) for one in found.sensors],
    }


def appliance_entry(one: Appliance) -> dict[str, Any]:
    """An appliance in JSON."""
    return {"id": one.id, "name": one.name, "type": one.kind or None, "source": one.source or None}


def actuator_entry(one: Actuator) -> dict[str, Any]:
    """A plug or switch in JSON."""
    return {
        "id": one.id,
        "name": one.name,
        "type": one.kind or None,
        "serial": one.serial or None,
        "connection": one.connection or None,
        "state": one.state or None,
    }


def sensor_entry(one: CloudSensor) -> dict[str, Any]:
    """A Gas & Water sensor in JSON."""
    return {
        "id": one.id,
        "name": one.name,
        "serial": one.serial or None,
        "channels": [
            {"medium": c.medium, "unit": c.unit, "pulses_per_unit": c.pulses_per_unit, "enabled": c.enabled}
            for c in one.channels
        ],
    }
