"""`smappee-tui cloud login`: the credentials, asked for once and kept in the system's keyring."""

from __future__ import annotations

import sys
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

import typer

from smappee_tui.cli import exits
from smappee_tui.cli.cloud import options
from smappee_tui.cli.exits import UsageError, guarded
from smappee_tui.i18n import tr
from smappee_tui.i18n.text import fit, width
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from datetime import datetime

    from smappee_tui.app.settings import Settings
    from smappee_tui.cli.values import Value
    from smappee_tui.connect.cloud_api.credentials import Credentials


def proved(base_url: str, credentials: Credentials, settings: Settings) -> tuple[datetime, int]:
    """Log in and count the locations.

    Raises:
        FailedError: when it does not work, with the cloud's own words added.
    """

    import asyncio

    from smappee_tui.app.cloud_login import codes
    from smappee_tui.cli.cloud.access import told
    from smappee_tui.connect.cloud_api.client import CloudClient
    from smappee_tui.connect.cloud_api.errors import CloudError

    async def prove() -> tuple[datetime, int]:
        async with CloudClient(credentials, base_url=base_url, codes=codes(settings)) as client:
            until = await client.authenticate()
            return until, len(await client.locations())

    try:
        return asyncio.run(prove())
    except CloudError as error:
        raise told(error) from None


@guarded
def logout() -> int:
    """Take the credentials out of the system's keyring."""
    from smappee_tui.app.cloud_login import base_of
    from smappee_tui.cli.console import say
    from smappee_tui.cli.settings_io import load_settings
    from smappee_tui.connect.cloud_api.credentials import CredentialStore

    base_url = base_of(load_settings())
    gone = CredentialStore().forget(base_url)
    say(tr("cloud_command.forgotten" if gone else "cloud_command.not_kept", url=base_url))
    return exits.OK


@guarded
def status(as_json: options.Json = False, as_csv: options.Csv = False) -> int:
    """Say where the credentials come from, and prove that they work.

    Leaves with 0 when they do, 3 when they do not or there are none.
    """
    from smappee_tui.app.cloud_login import IncompleteLoginError, login_of
    from smappee_tui.cli.records import Column, Listing, print_listing
    from smappee_tui.cli.settings_io import load_settings
    from smappee_tui.cli.values import seen, zulu

    form = options.form_of(as_json, as_csv)
    settings = load_settings()
    try:
        found = login_of(settings)
    except IncompleteLoginError as error:
        raise UsageError(error.what, error.advice) from error
    until, count = proved(found.base_url, found.credentials, settings)
    facts: dict[str, Value] = {
        "base_url": found.base_url,
        "credentials": found.source,
        "client_id": found.credentials.client_id,
        "username": found.credentials.username,
        "token_until": zulu(until.replace(microsecond=0)),
        "locations": count,
    }
    shown = {**facts, "credentials": tr(f"cloud_command.source_{found.source}")}
    names = {key: tr(f"cloud_command.status_{key}") for key in facts}
    cells = max(11, *map(width, names.values()))
    print_listing(
        Listing(
            tuple(Column(key, "", itemgetter(key)) for key in facts),
            [facts],
            {"schema": "smappee-tui/cloud/status/1", **facts},
        )
        if form != "table"
        else Listing(
            (),
            (),
            {},
            [f"{fit(names[key], cells)}  {seen(value)}" for key, value in shown.items()],
            tr("cloud_command.logged_in"),
        ),
        form,
    )
    return exits.OK


@guarded
def login() -> int:
    """Ask for the credentials once, prove them, and keep them in the system's keyring."""
    from smappee_tui.app.cloud_login import VARIABLES, base_of
    from smappee_tui.cli.console import say
    from smappee_tui.cli.settings_io import load_settings, save_settings
    from smappee_tui.connect.cloud_api.address import DEFAULT_BASE, base_address
    from smappee_tui.connect.cloud_api.credentials import CredentialStore

    if not sys.stdin.isatty():
        raise UsageError(
            fact("cloud_command.login_no_terminal"),
            fact("cloud_command.login_no_terminal_advice", variables=tuple(VARIABLES.values())),
        )
    settings = load_settings()
    say(tr("cloud_command.login_what"))
    base_url = base_address(_asked(tr("cloud_command.ask_address"), base_of(settings)))
    vault = CredentialStore()
    known = vault.load(base_url)  # now rather than after all has been typed: is there a keyring at all?
    credentials = _credentials(known)
    say(tr("cloud_command.proving"))
    _, count = proved(base_url, credentials, settings)
    vault.keep(base_url, credentials)
    url = "" if base_url == DEFAULT_BASE else base_url
    if url != settings.cloud_url:
        save_settings(replace(load_settings(), cloud_url=url))
    say(tr("cloud_command.kept", count=count))
    return exits.OK


def _credentials(known: Credentials | None) -> Credentials:
    """Ask for all four. What is kept already is offered, but for the secrets."""
    from smappee_tui.connect.cloud_api.credentials import Credentials

    return Credentials(
        client_id=_asked(tr("cloud_command.ask_client_id"), known.client_id if known else None),
        client_secret=_asked(tr("cloud_command.ask_client_secret"), hidden=True),
        username=_asked(tr("cloud_command.ask_user"), known.username if known else None),
        password=_asked(tr("cloud_command.ask_password"), hidden=True),
    )


def _asked(question: str, usual: str | None = None, *, hidden: bool = False) -> str:
    answer: str = typer.prompt(question, default=usual, hide_input=hidden, err=True)
    return answer if hidden else answer.strip()
