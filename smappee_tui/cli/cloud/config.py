"""`smappee-tui cloud config`: the CTs as the cloud holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smappee_tui.cli.cloud import words
from smappee_tui.cli.guard import guarded

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk
    from smappee_tui.cli.cloud.table import Listing
    from smappee_tui.protocol.cloud.places import MeteringConfiguration
    from smappee_tui.protocol.messages import ChannelSetting


@guarded
def config(location: words.Location, as_json: words.Json = False, as_csv: words.Csv = False) -> int:
    """Print the metering configuration that the cloud holds: name, role, phase and CT of every input.

    A dash stands for what the cloud does not tell: the monitor may well know it.
    """
    from smappee_tui.cli.cloud.ask import ask
    from smappee_tui.cli.cloud.table import show
    from smappee_tui.cli.cloud.which import which

    form = words.form_of(as_json, as_csv)

    async def work(talk: Talk) -> int:
        client, progress = talk.client, talk.progress
        found = await client.metering(which(location, await client.locations()).id)
        progress.wipe()
        show(_listing(found), form)
        for text in found.plan.remarks:
            talk.note(text)
        return 0

    return ask(work)


def _listing(found: MeteringConfiguration) -> Listing:
    from smappee_tui.cli.amounts import counted
    from smappee_tui.cli.cloud.table import Column, Listing
    from smappee_tui.cli.cloud.which import title

    supply = f", supply {found.plan.phase_type}" if found.plan.phase_type else ""
    entries = [_entry(setting, found) for setting in found.plan.channels]
    keys = ("input", "name", "role", "connection", "phase", "reversed", "balanced", "ct_type", "hub", "column")
    heads = ("IN", "NAME", "ROLE", "CONNECTION", "PH", "REV", "BAL", "CT TYPE", "HUB", "COL")
    return Listing(
        tuple(
            Column(key, head, right=key in ("input", "column"), gives=key in ("name", "ct_type", "connection", "hub"))
            for key, head in zip(keys, heads, strict=True)
        ),
        [tuple(entry[key] for key in keys) for entry in entries],
        {
            "schema": "smappee-tui/cloud/config/1",
            "location": _location(found),
            "time_zone": found.time_zone,
            "dialect": found.plan.dialect,
            "phase_type": found.plan.phase_type,
            "told": sorted(found.told),
            "channels": entries,
            "remarks": list(found.plan.remarks),
        },
        before=(title(found.location), f"{counted(len(entries), 'input')}{supply}", ""),
        empty="The cloud holds no inputs of this location.",
    )


def _location(found: MeteringConfiguration) -> dict[str, Any]:
    from smappee_tui.cli.cloud.place import location_entry

    return location_entry(found.location)


def _entry(setting: ChannelSetting, found: MeteringConfiguration) -> dict[str, Any]:
    """One input; None for what the cloud does not tell."""
    from smappee_tui.cli.check_words import phase_name

    told = found.told
    return {
        "input": setting.input,
        "name": setting.name if "name" in told else None,
        "role": setting.role if "role" in told else None,
        "connection": setting.connection if "connection" in told else None,
        "phase": phase_name(setting.phase) if "phase" in told and setting.phase is not None else None,
        "reversed": setting.reversed if "reversed" in told else None,
        "balanced": setting.balanced if "balanced" in told else None,
        "ct_type": setting.ct_type if "ct_type" in told else None,
        "hub": setting.hub,
        "column": found.columns.get(setting.input),
    }
