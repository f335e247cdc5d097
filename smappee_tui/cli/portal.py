"""`smappee-tui portal HOST`: is it a monitor, does its data flow, and what to type where."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli import exits, options
from smappee_tui.cli.guard import guarded

if TYPE_CHECKING:
    from smappee_tui.cli.portal_look import Looked
    from smappee_tui.links.doctor import Step

PASSWORD_VARIABLE = "SMAPPEE_TUI_PORTAL_PASSWORD"  # noqa: S105 - the name of the variable
PORT_VARIABLE = "SMAPPEE_TUI_PORTAL_PORT"
"""Port of the portal's page, for tests and odd networks; 80 without."""


@guarded
def portal(
    host: options.Host,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
    logon: Annotated[
        bool,
        typer.Option(
            "--logon",
            help="Log on to the portal and read where the monitor pushes its data to. The password comes from "
            f"{PASSWORD_VARIABLE}, else it is asked for. Nothing is ever changed.",
        ),
    ] = False,
    push_to: Annotated[
        str | None,
        typer.Option(
            "--push-to",
            metavar="HOST[:PORT]",
            help="The broker to name in the guide. Default: this laptop, as the monitor sees it.",
        ),
    ] = None,
    location: options.Location = None,
    port: options.Port = None,
    username: options.Username = None,
    tls: options.Tls = False,
    cafile: options.CaFile = None,
) -> int:
    """Look at one monitor: its portal, its broker step by step, and how to let it push its data elsewhere.

    Nothing is written to the monitor: the guide says what a person types into its portal.
    """
    import asyncio

    from smappee_tui.cli.colour import columns
    from smappee_tui.cli.login import broker_address
    from smappee_tui.cli.portal_look import look
    from smappee_tui.cli.portal_text import guide_lines, step_lines
    from smappee_tui.cli.talk import out
    from smappee_tui.links.address import BrokerAddress
    from smappee_tui.links.discovery.names import host_of, is_serial

    width = min(columns(), 100)
    target = host_of(host.strip()) if is_serial(host.strip()) else host
    address = broker_address(target, port=port, username=username, tls=tls, cafile=cafile)
    push = BrokerAddress.parse(push_to) if push_to else None
    password = _password() if logon or os.environ.get(PASSWORD_VARIABLE) else None
    wanted = location or (host.strip() if is_serial(host.strip()) else None)
    page_port = int(os.environ.get(PORT_VARIABLE) or 80)

    def told(step: Step) -> None:
        if not as_json and step.state != "waiting":
            for line in step_lines(step, width):
                out(line)

    looked = asyncio.run(look(address, wanted, password, push, page_port, on_step=told))
    if as_json:
        _print_json(looked)
    else:
        for line in guide_lines(looked, width):
            out(line)
    if not looked.reachable:
        return exits.CANNOT
    return exits.OK if looked.flows else exits.FAULT


def _password() -> str:
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    asked: str = typer.prompt("Password of the Expert Portal (from the factory: admin)", hide_input=True, err=True)
    return asked


def _print_json(looked: Looked) -> None:
    import json

    from smappee_tui.cli.portal_text import document
    from smappee_tui.cli.talk import out

    out(json.dumps(document(looked), indent=2))
