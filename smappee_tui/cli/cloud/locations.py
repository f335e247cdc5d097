"""`smappee-tui cloud locations`: all that this account sees."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from smappee_tui.cli.cloud import options
from smappee_tui.cli.exits import guarded
from smappee_tui.cli.language import for_data
from smappee_tui.i18n import tr

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.access import CommandContext
    from smappee_tui.cli.records import Listing
    from smappee_tui.protocol.cloud.records import Actuator, Appliance, CloudSensor, LocationInfo, MeteringConfiguration
    from smappee_tui.protocol.messages import ChannelSetting


@guarded
def info(location: options.Location, as_json: options.Json = False, as_csv: options.Csv = False) -> int:
    """Print what the cloud tells about a location: time zone, place, tariff, appliances, plugs and sensors."""
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.lookup import which
    from smappee_tui.cli.records import print_listing

    form = options.form_of(as_json, as_csv)

    async def work(context: CommandContext) -> int:
        client, progress = context.client, context.progress
        found = await client.info(which(location, await client.locations()).id)
        progress.wipe()
        print_listing(_info_listing(found), form)
        return 0

    return ask(work)


class _Device(NamedTuple):
    what: Literal["appliance", "actuator", "sensor"]
    id: int
    name: str
    kind: str
    serial: str
    state: str


def _info_listing(found: LocationInfo) -> Listing[_Device]:
    from smappee_tui.cli.records import Column, Listing

    devices = [
        *(_Device("appliance", a.id, a.name, a.kind, "", a.source) for a in found.appliances),
        *(_Device("actuator", a.id, a.name, a.kind, a.serial, _states(a)) for a in found.actuators),
        *(_Device("sensor", s.id, s.name, _media(s), s.serial, "") for s in found.sensors),
    ]
    return Listing(
        (
            Column(
                "what", tr("cloud_command.col_what"), lambda d: d.what, word=lambda w: tr(f"cloud_command.kind_{w}")
            ),
            Column("id", tr("cloud_command.col_id"), lambda d: d.id, right=True),
            Column("name", tr("cloud_command.col_name"), lambda d: d.name, gives=True),
            Column("type", tr("cloud_command.col_type"), lambda d: d.kind, gives=True),
            Column("serial", tr("cloud_command.col_serial"), lambda d: d.serial),
            Column("state", tr("cloud_command.col_state"), lambda d: d.state, gives=True),
        ),
        devices,
        document(found),
        before=_lines(found),
        empty=tr("cloud_command.no_devices"),
    )


def _lines(found: LocationInfo) -> list[str]:
    from smappee_tui.cli.cloud.lookup import title
    from smappee_tui.cli.values import seen
    from smappee_tui.i18n.text import fit

    here = found.latitude is not None and found.longitude is not None
    tariff = "cloud_command.per_kwh" if found.currency else "cloud_command.per_kwh_bare"
    told = {
        "uuid": seen(found.location.uuid),
        "time_zone": seen(found.time_zone),
        "place": f"{found.latitude:.4f}, {found.longitude:.4f}" if here else tr("cloud_command.not_told"),
        "tariff": tr(tariff, tariff=found.tariff, currency=found.currency)
        if found.tariff
        else tr("cloud_command.not_told"),
    }
    if found.plan is not None:
        told["inputs"] = tr("cloud_command.see_config", inputs=len(found.plan.channels), id=str(found.location.id))
    return [title(found.location), *(f"{fit(tr(f'cloud_command.label_{k}'), 9)}  {v}" for k, v in told.items()), ""]


def _states(actuator: Actuator) -> str:
    return " ".join(word for word in (actuator.state, actuator.connection.lower()) if word)


def _media(sensor: CloudSensor) -> str:
    return ", ".join(channel.medium.lower() for channel in sensor.channels if channel.enabled)


def document(found: LocationInfo) -> dict[str, Any]:
    from smappee_tui.cli.cloud.lookup import location_entry
    from smappee_tui.cli.values import number

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


@guarded
def config(location: options.Location, as_json: options.Json = False, as_csv: options.Csv = False) -> int:
    """Print the metering configuration that the cloud holds: name, role, phase and CT of every input.

    A dash stands for what the cloud does not tell: the monitor may well know it.
    """
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.lookup import which
    from smappee_tui.cli.records import print_listing

    form = options.form_of(as_json, as_csv)

    async def work(context: CommandContext) -> int:
        client, progress = context.client, context.progress
        found = await client.metering(which(location, await client.locations()).id)
        progress.wipe()
        print_listing(_config_listing(found), form)
        for text in found.plan.remarks:
            context.note(text)
        return 0

    return ask(work)


def _config_listing(found: MeteringConfiguration) -> Listing[dict[str, Any]]:
    from smappee_tui.cli.cloud.lookup import title
    from smappee_tui.cli.records import Column, Listing

    about = [tr("cloud_command.inputs", count=len(found.plan.channels))]
    if found.plan.phase_type:
        about.append(tr(f"cloud_command.phases_{found.plan.phase_type}"))
    entries = [_config_entry(setting, found) for setting in found.plan.channels]
    keys = ("input", "name", "role", "connection", "phase", "reversed", "balanced", "ct_type", "hub", "column")
    return Listing(
        tuple(
            Column(
                key,
                tr(f"cloud_command.col_{key}"),
                itemgetter(key),
                right=key in ("input", "column"),
                gives=key in ("name", "ct_type", "connection", "hub"),
            )
            for key in keys
        ),
        entries,
        {
            "schema": "smappee-tui/cloud/config/1",
            "location": _location(found),
            "time_zone": found.time_zone,
            "dialect": found.plan.dialect,
            "phase_type": found.plan.phase_type,
            "told": sorted(found.told),
            "channels": entries,
            "remarks": list(map(for_data().fact, found.plan.remarks)),
        },
        before=(title(found.location), ", ".join(about), ""),
        empty=tr("cloud_command.no_inputs"),
    )


def _location(found: MeteringConfiguration) -> dict[str, Any]:
    from smappee_tui.cli.cloud.lookup import location_entry

    return location_entry(found.location)


def _config_entry(setting: ChannelSetting, found: MeteringConfiguration) -> dict[str, Any]:
    """One input; None for what the cloud does not tell."""
    from smappee_tui.diagnosis.model.channels import phase_name

    told = found.told
    return {
        "input": setting.input,
        "name": setting.name if "name" in told else None,
        "role": setting.role if "role" in told else None,
        "connection": setting.connection if "connection" in told else None,
        "phase": phase_name(setting.phase) if "phase" in told else None,
        "reversed": setting.reversed if "reversed" in told else None,
        "balanced": setting.balanced if "balanced" in told else None,
        "ct_type": setting.ct_type if "ct_type" in told else None,
        "hub": setting.hub,
        "column": found.columns.get(setting.input),
    }


@guarded
def locations(as_json: options.Json = False, as_csv: options.Csv = False) -> int:
    """List the service locations that this account sees, by name."""
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.lookup import location_columns, location_entry
    from smappee_tui.cli.records import Column, Listing, print_listing

    form = options.form_of(as_json, as_csv)

    async def work(context: CommandContext) -> int:
        client, progress = context.client, context.progress
        found = sorted(await client.locations(), key=lambda one: (one.name.casefold(), one.id))
        progress.wipe()
        print_listing(
            Listing(
                (*location_columns(), Column("uuid", tr("cloud_command.col_uuid"), lambda one: one.uuid)),
                found,
                {"schema": "smappee-tui/cloud/locations/1", "locations": [location_entry(one) for one in found]},
                empty=tr("cloud_command.no_locations"),
                after=("", tr("cloud_command.locations", count=len(found))) if found else (),
            ),
            form,
        )
        return 0

    return ask(work)
