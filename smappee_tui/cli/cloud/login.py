"""`smappee-tui cloud login`: the credentials, asked for once and kept in the system's keyring."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from smappee_tui.cli import exits
from smappee_tui.cli.guard import Misused, guarded

if TYPE_CHECKING:
    from smappee_tui.links.cloud.credentials import Credentials


@guarded
def login() -> int:
    """Ask for the credentials once, prove them, and keep them in the system's keyring."""
    from smappee_tui.cli.amounts import counted
    from smappee_tui.cli.cloud.open import VARIABLES, base_of
    from smappee_tui.cli.cloud.prove import proved
    from smappee_tui.cli.kept import keep, kept_settings
    from smappee_tui.cli.talk import say
    from smappee_tui.links.cloud.address import DEFAULT_BASE, base_address
    from smappee_tui.links.cloud.vault import Vault

    if not sys.stdin.isatty():
        raise Misused(
            "Logging in needs a terminal to type on.",
            f"For scripts, set {', '.join(VARIABLES.values())} in the environment instead.",
        )
    settings = kept_settings()
    say("The vendor gives you a client id and a client secret; user and password are those of the Smappee app.")
    base_url = base_address(_asked("Address of the cloud", base_of(settings)))
    vault = Vault()
    known = vault.load(base_url)  # now rather than after all has been typed: is there a keyring at all?
    credentials = _credentials(known)
    say("Proving them; that can take 20 s …")
    _, count = proved(base_url, credentials, settings)
    vault.keep(base_url, credentials)
    url = "" if base_url == DEFAULT_BASE else base_url
    if url != settings.cloud_url:
        keep(replace(kept_settings(), cloud_url=url))
    say(f"They are right and kept in the keyring. This account sees {counted(count, 'location')}.")
    return exits.OK


def _credentials(known: Credentials | None) -> Credentials:
    """Ask for all four. What is kept already is offered, but for the secrets."""
    from smappee_tui.links.cloud.credentials import Credentials

    return Credentials(
        client_id=_asked("Client id", known.client_id if known else None),
        client_secret=_asked("Client secret", hidden=True),
        username=_asked("User", known.username if known else None),
        password=_asked("Password", hidden=True),
    )


def _asked(question: str, usual: str | None = None, *, hidden: bool = False) -> str:
    answer: str = typer.prompt(question, default=usual, hide_input=hidden, err=True)
    return answer if hidden else answer.strip()
