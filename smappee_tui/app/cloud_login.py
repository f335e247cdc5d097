"""From environment, keyring and settings to a client of the vendor's cloud. Nothing is sent here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from smappee_tui.app.cloud_session import CloudAccess, NotLoggedInError
from smappee_tui.app.settings import Settings
from smappee_tui.connect.cloud_api.aggregation import CONFIRMED, UNCONFIRMED, Aggregation
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.connect.cloud_api.client import CloudClient
    from smappee_tui.connect.cloud_api.credentials import Credentials

PREFIX = "SMAPPEE_TUI_CLOUD_"
BASE_VARIABLE = f"{PREFIX}BASE_URL"
VARIABLES = {
    "client_id": f"{PREFIX}CLIENT_ID",
    "client_secret": f"{PREFIX}CLIENT_SECRET",
    "username": f"{PREFIX}USERNAME",
    "password": f"{PREFIX}PASSWORD",
}
"""Environment variables for scripts: all four, or none."""


class IncompleteLoginError(NotLoggedInError):
    """The environment holds some of the credentials only."""


@dataclass(frozen=True, slots=True)
class Login:
    """Where the cloud is and who asks."""

    base_url: str
    credentials: Credentials
    source: Literal["environment", "keyring"]


def cloud_access(settings: Settings) -> CloudAccess:
    """The way into the cloud with the login of this person. No keyring is asked before it is used."""
    from smappee_tui.app.declared import by_settings
    from smappee_tui.diagnosis.checks.limits import limits_of  # no command of the cloud needs to know of a diagnosis

    return CloudAccess(
        lambda: open_client(settings),
        read_only=settings.read_only,
        limits=limits_of(settings.limits),
        declared=by_settings(settings),
    )


def open_client(settings: Settings) -> CloudClient:
    """Make a client with the credentials and settings of this person.

    Raises:
        ExternalError: as `login_of`.
    """
    from smappee_tui.connect.cloud_api.client import CloudClient
    from smappee_tui.connect.cloud_api.credentials import CredentialStore, KeyringTokenStore

    login = login_of(settings)
    # What comes from the environment belongs to a script, and nothing of it is kept.
    store = KeyringTokenStore(CredentialStore(), login.base_url) if login.source == "keyring" else None
    return CloudClient(login.credentials, base_url=login.base_url, codes=codes(settings), store=store)


def login_of(settings: Settings) -> Login:
    """Find the credentials: environment, else keyring.

    Raises:
        IncompleteLoginError: when only some of the environment variables are set.
        NotLoggedInError: when there are no credentials anywhere.
        ExternalError: when the keyring cannot be used, or the base address is not to be used.
    """
    from smappee_tui.connect.cloud_api.credentials import CredentialStore

    base_url = base_of(settings)
    given = from_environment(os.environ)
    if given is not None:
        return Login(base_url, given, "environment")
    kept = CredentialStore().load(base_url)
    if kept is None:
        raise NotLoggedInError(
            fact("cloud_login.no_credentials", url=base_url),
            fact("cloud_login.no_credentials_advice", variables=tuple(VARIABLES.values())),
        )
    return Login(base_url, kept, "keyring")


def base_of(settings: Settings) -> str:
    """The base address: environment, else settings, else the vendor's.

    Raises:
        BadAddressError: when it is not to be used; what was typed is not repeated.
    """
    from smappee_tui.connect.cloud_api.address import DEFAULT_BASE, base_address

    return base_address(os.environ.get(BASE_VARIABLE) or settings.cloud_url or DEFAULT_BASE)


def from_environment(environment: Mapping[str, str]) -> Credentials | None:
    """The credentials in the environment; None where it holds none.

    Raises:
        IncompleteLoginError: when it holds some of them only.
    """
    from smappee_tui.connect.cloud_api.credentials import Credentials

    if not in_environment(environment):
        return None
    found = {name: environment.get(variable, "") for name, variable in VARIABLES.items()}
    missing = [VARIABLES[name] for name, value in found.items() if not value]
    if missing:
        raise IncompleteLoginError(
            fact("cloud_login.some_missing", variables=tuple(missing)), fact("cloud_login.some_missing_advice")
        )
    return Credentials(**found)


def in_environment(environment: Mapping[str, str]) -> bool:
    """Whether credentials in the environment stand in for those in the keyring."""
    return any(environment.get(variable) for variable in VARIABLES.values())


def codes(settings: Settings) -> dict[Aggregation, int]:
    """The number of each length of interval: the settings' own, else the confirmed ones, else guesses."""
    own = {Aggregation(name): code for name, code in settings.cloud_aggregations.items()}
    return {**UNCONFIRMED, **CONFIRMED, **own}
