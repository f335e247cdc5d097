"""From environment, keyring and settings to a client of the vendor's cloud. A secret is never an argument."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from smappee_tui.cli.console import ProgressLine, say
from smappee_tui.cli.errors import UsageError
from smappee_tui.cli.settings_io import load_settings
from smappee_tui.connect.cloud_api.aggregation import CONFIRMED, Aggregation
from smappee_tui.connect.cloud_api.errors import BadRequestError, CloudError, WrongCredentialsError
from smappee_tui.i18n import current
from smappee_tui.i18n.plaintext import clean, cut
from smappee_tui.protocol.fact import Fact, fact

if TYPE_CHECKING:
    from smappee_tui.app.cloud_access import Cloud, CloudAccess
    from smappee_tui.app.settings import Settings
    from smappee_tui.connect.cloud_api.client import CloudClient
    from smappee_tui.connect.cloud_api.credentials import Credentials


def own_door(settings: Settings) -> CloudAccess:
    """The door to the cloud with the login of this person. Nothing is opened, and no keyring asked, before it is used.

    Args:
        settings: as kept; read before a screen is up, because what is wrong with them is said on stderr.
    """
    from smappee_tui.app.cloud_access import CloudAccess, NotLoggedInError
    from smappee_tui.cli.settings_io import limits

    def log_in() -> Cloud:
        from smappee_tui.cli.errors import UsageError
        from smappee_tui.connect.cloud_api.errors import WrongCredentialsError

        try:
            return opened(settings)
        except (WrongCredentialsError, UsageError) as error:  # nothing was sent so far: there is no login to be refused
            raise NotLoggedInError(error.what, error.advice) from error

    return CloudAccess(log_in, read_only=settings.read_only, limits=limits(settings))


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
        UsageError: when only some of the environment variables are set.
        WrongCredentialsError: when there are no credentials anywhere.
        LinkError: when the keyring cannot be used.
    """
    from smappee_tui.connect.cloud_api.client import CloudClient
    from smappee_tui.connect.cloud_api.credentials import CredentialStore, KeyringTokenStore

    settings = settings if settings is not None else _kept()
    found = access(settings)
    # What comes from the environment belongs to a script, and nothing of it is kept.
    store = KeyringTokenStore(CredentialStore(), found.base_url) if found.source == "keyring" else None
    return CloudClient(found.credentials, base_url=found.base_url, codes=codes(settings), store=store)


def access(settings: Settings) -> Access:
    """Find the credentials: environment, else keyring.

    Raises:
        UsageError, WrongCredentialsError, LinkError: as `opened`.
    """
    from smappee_tui.connect.cloud_api.credentials import CredentialStore
    from smappee_tui.connect.cloud_api.errors import WrongCredentialsError

    base_url = base_of(settings)
    given = from_environment(os.environ)
    if given is not None:
        return Access(base_url, given, "environment")
    kept = CredentialStore().load(base_url)
    if kept is None:
        raise WrongCredentialsError(
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
    from smappee_tui.connect.cloud_api.address import DEFAULT_BASE, base_address

    return base_address(os.environ.get(BASE_VARIABLE) or settings.cloud_url or DEFAULT_BASE)


def from_environment(environment: Mapping[str, str]) -> Credentials | None:
    """The credentials in the environment; None where it holds none.

    Raises:
        UsageError: when it holds some of them only.
    """
    from smappee_tui.connect.cloud_api.credentials import Credentials

    if not in_environment(environment):
        return None
    found = {name: environment.get(variable, "") for name, variable in VARIABLES.items()}
    missing = [VARIABLES[name] for name, value in found.items() if not value]
    if missing:
        raise UsageError(
            f"The environment holds some of the cloud's credentials; missing: {', '.join(missing)}.",
            "Set all four, or none of them to use those kept by `smappee-tui cloud login`.",
        )
    return Credentials(**found)


def in_environment(environment: Mapping[str, str]) -> bool:
    """Whether credentials in the environment stand in for those in the keyring."""
    return any(environment.get(variable) for variable in VARIABLES.values())


def codes(settings: Settings) -> dict[Aggregation, int]:
    """The number of each length of interval: the settings' own, else the confirmed ones, else guesses."""
    from smappee_tui.connect.cloud_api.aggregation import CONFIRMED, UNCONFIRMED, Aggregation

    own = {Aggregation(name): code for name, code in settings.cloud_aggregations.items()}
    return {**UNCONFIRMED, **CONFIRMED, **own}


def _kept() -> Settings:
    from smappee_tui.cli.settings_io import load_settings

    return load_settings()


_MOST_REMARKS = 20


@dataclass(slots=True)
class CommandContext:
    """What a command holds while it talks with the cloud."""

    client: CloudClient
    progress: ProgressLine
    own: list[str] = field(default_factory=list)
    """Remarks of this program's commands; the client has its own."""

    def note(self, text: str) -> None:
        """Keep a remark for the end."""
        self.own.append(text)

    def remarks(self) -> list[str]:
        """All remarks so far, each once, as plain text."""
        return list(dict.fromkeys(clean(text) for text in (*self.own, *map(current().fact, self.client.remarks))))


def ask(work: Callable[[CommandContext], Awaitable[int]], *, by: Aggregation | None = None) -> int:
    """Open a client, let `work` use it, and return its exit code. What the client remarks goes to stderr.

    Args:
        work: what to ask and print.
        by: the aggregation that will be asked for; that its code is unconfirmed is said.

    Raises:
        UsageError: when the request makes no sense to the cloud.
        CloudError: for all else that goes wrong there, with the cloud's own words added.
        LinkError: when the keyring cannot be used.
    """
    settings = load_settings()
    client = opened(settings)
    if by is not None:
        _unconfirmed(by, settings)
    progress = ProgressLine()
    context = CommandContext(client, progress)

    async def run() -> int:
        async with client:
            return await work(context)

    progress.line(lambda: "asking the cloud; logging in can take 20 s …")
    try:
        return asyncio.run(run())
    except BadRequestError as error:
        raise UsageError(current().fact(words(error)), current().fact(error.advice)) from error
    except CloudError as error:
        raise told(error) from None
    finally:
        progress.wipe()
        remark(context.remarks())


def told(error: CloudError) -> CloudError:
    """The same error with the cloud's own words in it, and advice that fits where the credentials come from."""
    error.what = words(error)
    if isinstance(error, WrongCredentialsError) and in_environment(os.environ):
        error.advice = fact("cloud_api.from_environment", variables=tuple(VARIABLES.values()))
    return error


def words(error: CloudError) -> Fact:
    """What happened, with the cloud's own words where it said some."""
    said = cut(clean(error.said), 200)
    if not said or said in current().fact(error.what):
        return error.what
    return fact("cloud_api.says", what=error.what, said=said)


def remark(remarks: list[str]) -> None:
    """Tell what is worth knowing about the answers."""
    for text in remarks[:_MOST_REMARKS]:
        say(f"Note: {text}")
    if len(remarks) > _MOST_REMARKS:
        say(f"Note: and {len(remarks) - _MOST_REMARKS} more remarks.")


def _unconfirmed(by: Aggregation, settings: Settings) -> None:
    aggregation = by
    if aggregation in CONFIRMED:
        return
    code = codes(settings)[aggregation]
    if by.value in settings.cloud_aggregations:
        say(f"Note: {code}, the code for {by.value}, is the one in your settings; no public source confirms it.")
    else:
        say(
            f"Note: {code}, the code for {by.value}, is a guess that no public source confirms. Compare the first "
            "values with 5min; the right code belongs into settings.toml, [cloud_aggregations]."
        )
