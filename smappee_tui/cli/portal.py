"""`smappee-tui portal HOST`: is it a monitor, does its data flow, and what to type where."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smappee_tui.cli import exits, options
from smappee_tui.cli.exits import guarded
from smappee_tui.cli.language import for_data
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import fit, wrap
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.app.portal_check import PortalCheck
    from smappee_tui.connect.portal.doctor import DoctorStep


SCHEMA = "smappee-tui/portal/1"
_PUSHES = {
    (True, False): "portal_command.pushes_own",
    (True, True): "portal_command.pushes_own_as",
    (False, False): "portal_command.pushes_away",
    (False, True): "portal_command.pushes_away_as",
}
_SIGNS = {"ok": "✓", "failed": "✕", "waiting": "…", "skipped": "·"}


def step_lines(step: DoctorStep, width: int) -> list[str]:
    """One step of the doctor, and what to do where it failed."""
    lines = wrap(
        current().fact(step.detail),
        width,
        first=f"{_SIGNS[step.state]} {fit(tr(f'portal_command.step_{step.name}'), 14)} ",
        rest=" " * 17,
    )
    if step.state == "failed" and step.next_action:
        lines += wrap(current().fact(step.next_action), width, first=f"{' ' * 17}→ ", rest=" " * 19)
    return lines


def portal_lines(looked: PortalCheck) -> list[str]:
    """What the portal said."""
    lines = [tr(f"portal_command.page_{looked.page.replace(' ', '_')}")]
    if looked.logon == "wrong password":
        lines.append(tr("portal_command.wrong_password"))
    elif looked.logon is not None and looked.logon != "ok":
        lines.append(tr("portal_command.odd_answer"))
    elif looked.setting is not None:
        setting = looked.setting
        url = setting.url or fact("portal_command.nowhere")
        lines.append(tr(_PUSHES[setting.own, bool(setting.username)], url=url, user=setting.username))
    elif looked.logon == "ok":
        lines.append(tr("portal_command.password_right"))
    return lines


def guide_lines(looked: PortalCheck, width: int) -> list[str]:
    """What the portal said, and the guide."""
    lines = ["", *(line for text in portal_lines(looked) for line in wrap(text, width))]
    if looked.page not in ("portal", "silent"):
        return lines
    guide = looked.guide
    lines += ["", *wrap(tr("portal_command.to_push", url=guide.steps[3].value), width)]
    for number, step in enumerate(guide.steps, 1):
        lines += wrap(current().fact(step.text), width, first=f" {number}. ", rest="    ")
        if step.value:
            lines.append(f"      {current().fact(step.value)}")
    for warning in guide.warnings:
        lines += wrap(current().fact(warning), width, first=" !  ", rest="    ")
    return [*lines, *wrap(current().fact(guide.back), width, first=" ↩  ", rest="    ")]


def document(looked: PortalCheck) -> dict[str, Any]:
    guide = looked.guide
    setting, words = looked.setting, for_data()
    return {
        "schema": SCHEMA,
        "host": looked.address.host,
        "port": looked.address.port,
        "address": looked.ip or None,
        "serial": looked.serial or None,
        "portal": {
            "page": looked.page,
            "url": guide.page,
            "logon": looked.logon,
            "broker": None
            if setting is None
            else {
                "url": setting.url,
                "username": setting.username,
                "has_password": setting.has_password,
                "own": setting.own,
            },
        },
        "steps": [
            {
                "name": step.name,
                "state": step.state,
                "detail": words.fact(step.detail),
                "next_action": words.fact(step.next_action),
            }
            for step in looked.steps
        ],
        "flows": looked.flows,
        "guide": {
            "steps": [
                {"text": words.fact(s.text), "field": s.label or None, "value": words.fact(s.value) or None}
                for s in guide.steps
            ],
            "warnings": list(map(words.fact, guide.warnings)),
            "back": words.fact(guide.back),
        },
    }


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

    from smappee_tui.app.portal_check import look
    from smappee_tui.cli.console import columns, out
    from smappee_tui.connect.address import BrokerAddress
    from smappee_tui.connect.discovery.found import host_of, is_serial

    width = min(columns(), 100)
    target = host_of(host.strip()) if is_serial(host.strip()) else host
    address = options.broker_address(target, port=port, username=username, tls=tls, cafile=cafile)
    push = BrokerAddress.parse(push_to) if push_to else None
    password = _password() if logon or os.environ.get(PASSWORD_VARIABLE) else None
    wanted = location or (host.strip() if is_serial(host.strip()) else None)
    page_port = int(os.environ.get(PORT_VARIABLE) or 80)

    def told(step: DoctorStep) -> None:
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
    asked: str = typer.prompt(tr("portal_command.ask_password"), hide_input=True, err=True)
    return asked


def _print_json(looked: PortalCheck) -> None:
    import json

    from smappee_tui.cli.console import out

    out(json.dumps(document(looked), indent=2))
