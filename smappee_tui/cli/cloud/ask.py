"""One conversation with the cloud, from the first request to what there is to remark in the end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smappee_tui.cli.cloud import open as access
from smappee_tui.cli.guard import Misused
from smappee_tui.cli.kept import kept_settings
from smappee_tui.cli.progress import Progress
from smappee_tui.cli.talk import say
from smappee_tui.links.cloud.aggregation import CONFIRMED, Aggregation
from smappee_tui.links.cloud.errors import AskedWrongly, CloudError, WrongCredentials
from smappee_tui.plaintext import clean, cut

if TYPE_CHECKING:
    from smappee_tui.links.cloud.client import CloudClient
    from smappee_tui.settings import Settings

_MOST_REMARKS = 20


@dataclass(slots=True)
class Talk:
    """What a command holds while it talks with the cloud."""

    client: CloudClient
    progress: Progress
    own: list[str] = field(default_factory=list)
    """Remarks of this program's commands; the client has its own."""

    def note(self, text: str) -> None:
        """Keep a remark for the end."""
        self.own.append(text)

    def remarks(self) -> list[str]:
        """All remarks so far, each once, as plain text."""
        return list(dict.fromkeys(clean(text) for text in (*self.own, *self.client.remarks)))


def ask(work: Callable[[Talk], Awaitable[int]], *, by: Aggregation | None = None) -> int:
    """Open a client, let `work` use it, and return its exit code. What the client remarks goes to stderr.

    Args:
        work: what to ask and print.
        by: the aggregation that will be asked for; that its code is unconfirmed is said.

    Raises:
        Misused: when the request makes no sense to the cloud.
        CloudError: for all else that goes wrong there, with the cloud's own words added.
        LinkError: when the keyring cannot be used.
    """
    settings = kept_settings()
    client = access.opened(settings)
    if by is not None:
        _unconfirmed(by, settings)
    progress = Progress()
    talk = Talk(client, progress)

    async def run() -> int:
        async with client:
            return await work(talk)

    progress.line(lambda: "asking the cloud; logging in can take 20 s …")
    try:
        return asyncio.run(run())
    except AskedWrongly as error:
        raise Misused(words(error), clean(error.advice)) from error
    except CloudError as error:
        raise told(error) from None
    finally:
        progress.wipe()
        remark(talk.remarks())


def told(error: CloudError) -> CloudError:
    """The same error with the cloud's own words in it, and advice that fits where the credentials come from."""
    error.what, error.advice = words(error), clean(error.advice, 1000)
    if isinstance(error, WrongCredentials) and access.in_environment(os.environ):
        error.advice = f"They come from the environment: correct {', '.join(access.VARIABLES.values())}."
    return error


def words(error: CloudError) -> str:
    """What happened, with the cloud's own words where it said some."""
    what, said = clean(error.what), cut(clean(error.said), 200)
    return what if not said or said in what else f"{what} The cloud says: {said}"


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
    code = access.codes(settings)[aggregation]
    if by.value in settings.cloud_aggregations:
        say(f"Note: {code}, the code for {by.value}, is the one in your settings; no public source confirms it.")
    else:
        say(
            f"Note: {code}, the code for {by.value}, is a guess that no public source confirms. Compare the first "
            "values with 5min; the right code belongs into settings.toml, [cloud_aggregations]."
        )
