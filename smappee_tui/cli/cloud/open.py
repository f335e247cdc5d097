"""From environment, keyring and settings to a client of the vendor's cloud. A secret is never an argument."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from smappee_tui.cli.guard import Misused

if TYPE_CHECKING:
    from smappee_tui.links.cloud.aggregation import Aggregation
    from smappee_tui.links.cloud.client import CloudClient
    from smappee_tui.links.cloud.credentials import Credentials
    from smappee_tui.settings import Settings

PREFIX = "SMAPPEE_TUI_CLOUD_"
BASE_VARIABLE = f"{PREFIX}BASE_URL"
VARIABLES = {
    "client_id": f"{PREFIX}CLIENT_ID",
    "client_secret": f"{PREFIX}CLIENT_SECRET",
    "username": f"{PREFIX}USERNAME",
    "password": f"{PREFIX}PASSWORD",
}
"""Environment variables for scripts: all four, or none."""
Source = Literal["environment", "keyring"]


@dataclass(frozen=True, slots=True)
class Access:
    """Where the cloud is and who asks."""

    base_url: str
    credentials: Credentials
    source: Source


def opened(settings: Settings | None = None) -> CloudClient:
    """Make a client with the credentials and settings of this person. Nothing is sent yet.

    Args:
        settings: as kept; None: read them.

    Raises:
        Misused: when only some of the environment variables are set.
        WrongCredentials: when there are no credentials anywhere.
        LinkError: when the keyring cannot be used.
    """
    from smappee_tui.links.cloud.client import CloudClient
    from smappee_tui.links.cloud.kept_token import KeptToken
    from smappee_tui.links.cloud.vault import Vault

    settings = settings if settings is not None else _kept()
    found = access(settings)
    # What comes from the environment belongs to a script, and nothing of it is kept.
    store = KeptToken(Vault(), found.base_url) if found.source == "keyring" else None
    return CloudClient(found.credentials, base_url=found.base_url, codes=codes(settings), store=store)


def access(settings: Settings) -> Access:
    """Find the credentials: environment, else keyring.

    Raises:
        Misused, WrongCredentials, LinkError: as `opened`.
    """
    from smappee_tui.links.cloud.errors import WrongCredentials
    from smappee_tui.links.cloud.vault import Vault

    base_url = base_of(settings)
    given = from_environment(os.environ)
    if given is not None:
        return Access(base_url, given, "environment")
    kept = Vault().load(base_url)
    if kept is None:
        raise WrongCredentials(
            f"No credentials are kept for the cloud at {base_url}.",
            "Type `smappee-tui cloud login` on a terminal once. For scripts, set "
            f"{', '.join(VARIABLES.values())} in the environment.",
        )
    return Access(base_url, kept, "keyring")


def base_of(settings: Settings) -> str:
    """The base address: environment, else settings, else the vendor's.

    Raises:
        BadAddress: when it is not to be used; what was typed is not repeated.
    """
    from smappee_tui.links.cloud.address import DEFAULT_BASE, base_address

    return base_address(os.environ.get(BASE_VARIABLE) or settings.cloud_url or DEFAULT_BASE)


def from_environment(environment: Mapping[str, str]) -> Credentials | None:
    """The credentials in the environment; None where it holds none.

    Raises:
        Misused: when it holds some of them only.
    """
    from smappee_tui.links.cloud.credentials import Credentials

    if not in_environment(environment):
        return None
    found = {name: environment.get(variable, "") for name, variable in VARIABLES.items()}
    missing = [VARIABLES[name] for name, value in found.items() if not value]
    if missing:
        raise Misused(
            f"The environment holds some of the cloud's credentials; missing: {', '.join(missing)}.",
            "Set all four, or none of them to use those kept by `smappee-tui cloud login`.",
        )
    return Credentials(**found)


def in_environment(environment: Mapping[str, str]) -> bool:
    """Whether credentials in the environment stand in for those in the keyring."""
    return any(environment.get(variable) for variable in VARIABLES.values())


def codes(settings: Settings) -> dict[Aggregation, int]:
    """The number of each length of interval: the settings' own, else the confirmed ones, else guesses."""
    from smappee_tui.links.cloud.aggregation import CONFIRMED, UNCONFIRMED, Aggregation

    own = {Aggregation(name): code for name, code in settings.cloud_aggregations.items()}
    return {**UNCONFIRMED, **CONFIRMED, **own}


def _kept() -> Settings:
    from smappee_tui.cli.kept import kept_settings

    return kept_settings()
