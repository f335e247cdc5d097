"""`smappee-tui cloud login`: the credentials, asked for once and kept in the system's keyring."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from smappee_tui.cli import exits
from smappee_tui.cli.cloud import options
from smappee_tui.cli.errors import UsageError, guarded

if TYPE_CHECKING:
    from datetime import datetime

    from smappee_tui.app.settings import Settings
    from smappee_tui.cli.values import Value
    from smappee_tui.connect.cloud_api.credentials import Credentials


def proved(base_url: str, credentials: Credentials, settings: Settings) -> tuple[datetime, int]:
    """Log in and count the locations.

    Raises:
        CloudError: when it does not work, with the cloud's own words added.
    """

    import asyncio

    from smappee_tui.cli.cloud.access import codes, told
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
    from smappee_tui.cli.cloud.access import base_of
    from smappee_tui.cli.console import say
    from smappee_tui.cli.settings_io import load_settings
    from smappee_tui.connect.cloud_api.credentials import CredentialStore

    base_url = base_of(load_settings())
    gone = CredentialStore().forget(base_url)
    say(f"The credentials for {base_url} are {'forgotten' if gone else 'not kept here: nothing to forget'}.")
    return exits.OK


@guarded
def status(as_json: options.Json = False, as_csv: options.Csv = False) -> int:
    """Say where the credentials come from, and prove that they work.

    Leaves with 0 when they do, 3 when they do not or there are none.
    """
    from smappee_tui.cli.cloud.access import access
    from smappee_tui.cli.records import Listing, ListingColumn, print_listing
    from smappee_tui.cli.settings_io import load_settings
    from smappee_tui.cli.values import seen, zulu

    form = options.form_of(as_json, as_csv)
    settings = load_settings()
    found = access(settings)
    until, count = proved(found.base_url, found.credentials, settings)
    facts: dict[str, Value] = {
        "base_url": found.base_url,
        "credentials": found.source,
        "client_id": found.credentials.client_id,
        "username": found.credentials.username,
        "token_until": zulu(until.replace(microsecond=0)),
        "locations": count,
    }
    names = {"base_url": "cloud", "credentials": "credentials", "client_id": "client id", "username": "user",
             "token_until": "token until", "locations": "locations"}  # fmt: skip
    print_listing(
        Listing(
            tuple(ListingColumn(key, "") for key in facts),
            [tuple(facts.values())],
            {"schema": "smappee-tui/cloud/status/1", **facts},
        )
        if form != "table"
        else Listing((), (), {}, [f"{names[key]:<11}  {seen(value)}" for key, value in facts.items()], "Logged in."),
        form,
    )
    return exits.OK


@guarded
def login() -> int:
    """Ask for the credentials once, prove them, and keep them in the system's keyring."""
    from smappee_tui.cli.cloud.access import VARIABLES, base_of
    from smappee_tui.cli.console import say
    from smappee_tui.cli.settings_io import load_settings, save_settings
    from smappee_tui.connect.cloud_api.address import DEFAULT_BASE, base_address
    from smappee_tui.connect.cloud_api.credentials import CredentialStore
    from smappee_tui.i18n.amounts import counted

    if not sys.stdin.isatty():
        raise UsageError(
            "Logging in needs a terminal to type on.",
            f"For scripts, set {', '.join(VARIABLES.values())} in the environment instead.",
        )
    settings = load_settings()
    say("The vendor gives you a client id and a client secret; user and password are those of the Smappee app.")
    base_url = base_address(_asked("Address of the cloud", base_of(settings)))
    vault = CredentialStore()
    known = vault.load(base_url)  # now rather than after all has been typed: is there a keyring at all?
    credentials = _credentials(known)
    say("Proving them; that can take 20 s …")
    _, count = proved(base_url, credentials, settings)
    vault.keep(base_url, credentials)
    url = "" if base_url == DEFAULT_BASE else base_url
    if url != settings.cloud_url:
        save_settings(replace(load_settings(), cloud_url=url))
    say(f"They are right and kept in the keyring. This account sees {counted(count, 'location')}.")
    return exits.OK


def _credentials(known: Credentials | None) -> Credentials:
    """Ask for all four. What is kept already is offered, but for the secrets."""
    from smappee_tui.connect.cloud_api.credentials import Credentials

    return Credentials(
        client_id=_asked("Client id", known.client_id if known else None),
        client_secret=_asked("Client secret", hidden=True),
        username=_asked("User", known.username if known else None),
        password=_asked("Password", hidden=True),
    )


def _asked(question: str, usual: str | None = None, *, hidden: bool = False) -> str:
    answer: str = typer.prompt(question, default=usual, hide_input=hidden, err=True)
    return answer if hidden else answer.strip()
