"""From environment, keyring and settings to a client of the vendor's cloud. A secret is never an argument."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from smappee_tui.cli.console import ProgressLine, say
from smappee_tui.cli.errors import FailedError, UsageError
from smappee_tui.cli.settings_io import load_settings
from smappee_tui.connect.cloud_api.aggregation import CONFIRMED, UNCONFIRMED, Aggregation
from smappee_tui.connect.cloud_api.errors import BadRequestError, CloudError, WrongCredentialsError
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, cut
from smappee_tui.protocol.fact import Fact, fact

if TYPE_CHECKING:
    from smappee_tui.app.cloud_access import Cloud, CloudAccess
    from smappee_tui.app.settings import Settings
    from smappee_tui.connect.cloud_api.client import CloudClient
    from smappee_tui.connect.cloud_api.credentials import Credentials
    from smappee_tui.i18n import Translator


def own_door(settings: Settings) -> CloudAccess:
    """The door to the cloud with the login of this person. Nothing is opened, and no keyring asked, before it is used.

    Args:
        settings: as kept; read before a screen is up, because what is wrong with them is said on stderr.
    """
    from smappee_tui.app.cloud_access import CloudAccess, NotLoggedInError
    from smappee_tui.cli.settings_io import limits

    def log_in() -> Cloud:
        try:
            return opened(settings)
        except (FailedError, UsageError) as error:  # nothing was sent so far: there is no login to be refused
            raise NotLoggedInError(current().fact(error.what), current().fact(error.advice)) from error

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
        FailedError: when there are no credentials anywhere.
        LinkError: when the keyring cannot be used.
    """
    from smappee_tui.connect.cloud_api.client import CloudClient
    from smappee_tui.connect.cloud_api.credentials import CredentialStore, KeyringTokenStore

    settings = settings if settings is not None else load_settings()
    found = access(settings)
    # What comes from the environment belongs to a script, and nothing of it is kept.
    store = KeyringTokenStore(CredentialStore(), found.base_url) if found.source == "keyring" else None
    return CloudClient(found.credentials, base_url=found.base_url, codes=codes(settings), store=store)


def access(settings: Settings) -> Access:
    """Find the credentials: environment, else keyring.

    Raises:
        UsageError, FailedError, LinkError: as `opened`.
    """
    from smappee_tui.connect.cloud_api.credentials import CredentialStore

    base_url = base_of(settings)
    given = from_environment(os.environ)
    if given is not None:
        return Access(base_url, given, "environment")
    kept = CredentialStore().load(base_url)
    if kept is None:
        raise FailedError(
            fact("cloud_command.no_credentials", url=base_url),
            fact("cloud_command.no_credentials_advice", variables=tuple(VARIABLES.values())),
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
            fact("cloud_command.some_missing", variables=tuple(missing)), fact("cloud_command.some_missing_advice")
        )
    return Credentials(**found)


def in_environment(environment: Mapping[str, str]) -> bool:
    """Whether credentials in the environment stand in for those in the keyring."""
    return any(environment.get(variable) for variable in VARIABLES.values())


def codes(settings: Settings) -> dict[Aggregation, int]:
    """The number of each length of interval: the settings' own, else the confirmed ones, else guesses."""
    own = {Aggregation(name): code for name, code in settings.cloud_aggregations.items()}
    return {**UNCONFIRMED, **CONFIRMED, **own}


_MOST_REMARKS = 20


@dataclass(slots=True)
class CommandContext:
    """What a command holds while it talks with the cloud."""

    client: CloudClient
    progress: ProgressLine
    own: list[Fact] = field(default_factory=list)
    """Remarks of this program's commands; the client has its own."""

    def note(self, remark: Fact) -> None:
        """Keep a remark for the end."""
        self.own.append(remark)

    def remarks(self, words: Translator) -> list[str]:
        """All remarks so far, each once, as plain text."""
        return list(dict.fromkeys(words.fact(remark) for remark in (*self.own, *self.client.remarks)))


def ask(work: Callable[[CommandContext], Awaitable[int]], *, by: Aggregation | None = None) -> int:
    """Open a client, let `work` use it, and return its exit code. What the client remarks goes to stderr.

    Args:
        work: what to ask and print.
        by: the aggregation that will be asked for; that its code is unconfirmed is said.

    Raises:
        UsageError: when the request makes no sense to the cloud.
        FailedError: for all else that goes wrong there, with the cloud's own words added.
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

    progress.line(lambda: tr("cloud_command.asking"))
    try:
        return asyncio.run(run())
    except BadRequestError as error:
        raise UsageError(_what(error), error.advice) from error
    except CloudError as error:
        raise told(error) from None
    finally:
        progress.wipe()
        remark(context.remarks(current()))


def told(error: CloudError) -> FailedError:
    """What the cloud said no to, with its own words in it, and advice that fits where the credentials come from."""
    if isinstance(error, WrongCredentialsError) and in_environment(os.environ):
        return FailedError(_what(error), fact("cloud_api.from_environment", variables=tuple(VARIABLES.values())))
    return FailedError(_what(error), error.advice)


def _what(error: CloudError) -> Fact:
    """What happened, with the cloud's own words where it said some."""
    said = cut(clean(error.said), 200)
    if not said or said in current().fact(error.what):
        return error.what
    return fact("cloud_api.says", what=error.what, said=said)


def remark(remarks: list[str]) -> None:
    """Tell what is worth knowing about the answers."""
    for text in remarks[:_MOST_REMARKS]:
        say(tr("cloud_command.note", text=text))
    if len(remarks) > _MOST_REMARKS:
        say(tr("cloud_command.more_notes", more=len(remarks) - _MOST_REMARKS))


def _unconfirmed(by: Aggregation, settings: Settings) -> None:
    if by in CONFIRMED:
        return
    own = by.value in settings.cloud_aggregations
    code = "cloud_command.code_of_settings" if own else "cloud_command.code_guessed"
    say(tr(code, code=codes(settings)[by], by=by.value))
