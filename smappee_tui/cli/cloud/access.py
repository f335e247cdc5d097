"""How a command asks the vendor's cloud. A secret is never an argument."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smappee_tui.app.cloud_login import VARIABLES, IncompleteLoginError, codes, in_environment, open_client
from smappee_tui.cli.console import ProgressLine, say
from smappee_tui.cli.exits import FailedError, UsageError
from smappee_tui.cli.settings_io import load_settings
from smappee_tui.connect.cloud_api.aggregation import CONFIRMED, Aggregation
from smappee_tui.connect.cloud_api.errors import BadRequestError, CloudError, WrongCredentialsError
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, cut
from smappee_tui.protocol.fact import Fact, fact

if TYPE_CHECKING:
    from smappee_tui.app.settings import Settings
    from smappee_tui.connect.cloud_api.client import CloudClient
    from smappee_tui.i18n import Translator


def opened(settings: Settings) -> CloudClient:
    """Make a client with the credentials and settings of this person. Nothing is sent yet.

    Raises:
        UsageError: when only some of the environment variables are set.
        ExternalError: when there are no credentials anywhere, or the keyring cannot be used.
    """
    try:
        return open_client(settings)
    except IncompleteLoginError as error:
        raise UsageError(error.what, error.advice) from error


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
        ExternalError: when the keyring cannot be used.
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
    return fact("cloud_api.says", what=error.what, said=said) if said else error.what


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
