"""What changes something in the cloud, and what is asked before: the location's name, typed by hand."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli.cloud import options
from smappee_tui.cli.console import say
from smappee_tui.cli.exits import UsageError, guarded
from smappee_tui.cli.settings_io import load_settings
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import REPLACED, clean, cut, wrap
from smappee_tui.protocol.fact import Fact, fact

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.access import CommandContext


LONGEST_NAME = 200

Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="A new name.", show_default=False)]
Latitude = Annotated[
    float | None, typer.Option("--latitude", min=-90, max=90, metavar="DEG", help="Degrees north.", show_default=False)
]
Longitude = Annotated[
    float | None,
    typer.Option("--longitude", min=-180, max=180, metavar="DEG", help="Degrees east.", show_default=False),
]


def change(
    wanted: str, changes: Sequence[Fact], work: Callable[[CommandContext, int], Awaitable[str]], *, yes: bool
) -> int:
    """Find the location, ask, do it, and say so.

    Args:
        wanted: the location, as typed.
        changes: what will happen; `place` is put in.
        work: does it, and returns the code of what to say.
        yes: do not ask.

    Raises:
        UsageError: when it is not wished, or nobody can be asked.
    """
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.lookup import title, which
    from smappee_tui.cli.console import say

    unlocked()

    async def all_of_it(context: CommandContext) -> int:
        meant = which(wanted, await context.client.locations())
        context.progress.wipe()
        place = title(meant)
        sentences = [Fact(change.code, {**change.params, "place": place}) for change in changes]
        confirmed(sentences, meant.name, instead=str(meant.id), yes=yes)
        say(tr(await work(context, meant.id)))
        return 0

    return ask(all_of_it)


def checked_name(name: str) -> str:
    """A new name without blanks around it.

    Raises:
        UsageError: when it cannot be one.
    """
    name = name.strip()
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise UsageError(fact("cloud_command.no_name"), fact("cloud_command.no_name_advice", longest=LONGEST_NAME))
    return name


def together(latitude: float | None, longitude: float | None) -> None:
    """See that a place is whole.

    Raises:
        UsageError: when one half of it is missing.
    """
    if (latitude is None) != (longitude is None):
        raise UsageError(fact("cloud_command.half_a_place"), fact("cloud_command.half_a_place_advice"))


def position(latitude: float | None, longitude: float | None) -> str:
    """A place as maps take it, "" where there is none."""
    return "" if latitude is None or longitude is None else f"{latitude:.5f}, {longitude:.5f}"


_CREATE = {
    (False, False): "cloud_command.will_create",
    (True, False): "cloud_command.will_create_at",
    (False, True): "cloud_command.will_create_with",
    (True, True): "cloud_command.will_create_at_with",
}
"""By whether a position and a monitor are given."""


@guarded
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the new location.", show_default=False)],
    latitude: Latitude = None,
    longitude: Longitude = None,
    serial: Annotated[
        str | None, typer.Option("--serial", metavar="SERIAL", help="Of its monitor.", show_default=False)
    ] = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> int:
    """Create a service location, after asking for its name again. Needs a special account."""
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.lookup import location_columns, location_entry
    from smappee_tui.cli.records import Listing, print_listing

    name = checked_name(name)
    together(latitude, longitude)
    if serial is not None and not (serial.isascii() and serial.isdigit()):
        raise UsageError(fact("cloud_command.no_serial", serial=serial), fact("cloud_command.no_serial_advice"))
    unlocked()
    where = position(latitude, longitude)
    said = Fact(_CREATE[bool(where), bool(serial)], {"name": short(name), "position": where, "serial": serial})
    confirmed([said], name, instead="yes", yes=yes, ask="cloud_command.type_name")

    async def work(context: CommandContext) -> int:
        made = await context.client.create_location(name, latitude=latitude, longitude=longitude, serial=serial)
        context.progress.wipe()
        document = {"schema": "smappee-tui/cloud/create/1", "location": location_entry(made)}
        print_listing(Listing(location_columns(), [made], document), "json" if as_json else "table")
        return 0

    return ask(work)


@guarded
def update(
    location: options.Location,
    name: Name = None,
    latitude: Latitude = None,
    longitude: Longitude = None,
    yes: options.Yes = False,
) -> int:
    """Change a location's name or place on the map, after asking for its present name. Needs a special account."""

    if name is None and latitude is None and longitude is None:
        raise UsageError(fact("cloud_command.nothing_to_change"), fact("cloud_command.nothing_to_change_advice"))
    name = None if name is None else checked_name(name)
    together(latitude, longitude)
    changes = [fact("cloud_command.will_be_called", name=short(name))] if name is not None else []
    if latitude is not None:
        changes.append(fact("cloud_command.will_be_at", position=position(latitude, longitude)))

    async def work(context: CommandContext, number: int) -> str:
        await context.client.update_location(number, name=name, latitude=latitude, longitude=longitude)
        return "cloud_command.change_taken"

    return change(location, changes, work, yes=yes)


@guarded
def delete(location: options.Location, yes: options.Yes = False) -> int:
    """Delete a location with all its history, after asking for its name. Needs a special account."""

    async def work(context: CommandContext, number: int) -> str:
        await context.client.delete_location(number)
        return "cloud_command.delete_taken"

    return change(location, [fact("cloud_command.will_delete"), fact("cloud_command.no_undo")], work, yes=yes)


@guarded
def share(
    location: options.Location,
    username: Annotated[str, typer.Argument(metavar="USER", help="Who may see it from then on.", show_default=False)],
    yes: options.Yes = False,
) -> int:
    """Give another user access to a location, after asking for its name. Needs a special account."""

    username = username.strip()
    if not username:
        raise UsageError(fact("cloud_command.empty_user"), fact("cloud_command.empty_user_advice"))

    async def work(context: CommandContext, number: int) -> str:
        await context.client.share_location(number, username)
        return "cloud_command.share_taken"

    return change(location, [fact("cloud_command.will_share", user=short(username))], work, yes=yes)


_WIDTH = 78
_LONGEST = 100


def confirmed(
    changes: Sequence[Fact],
    name: str,
    *,
    instead: str,
    yes: bool,
    head: str = "cloud_command.will_be_done",
    ask: str = "cloud_command.type_location",
) -> None:
    """Say what will happen, and return only if it is wished.

    Args:
        changes: what will happen.
        name: what has to be typed.
        instead: what has to be typed where the name cannot be: the number, say.
        yes: do not ask.
        head: the code of what stands above the changes.
        ask: the code of the question for the name.

    Raises:
        UsageError: when it is not wished, or nobody can be asked. Nothing has been changed then.
        Abort: at the end of the input.
    """
    say(tr(head))
    for change in changes:
        for line in wrap(current().fact(change), _WIDTH, first="  - ", rest="    "):
            say(line)
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(fact("cloud_command.nobody_to_ask"), fact("cloud_command.nobody_to_ask_advice"))
    word = typeable(name)
    if not word:
        word, ask = instead, "cloud_command.type_number_now"
    say(tr(ask, word=word) + "\n> ", end="")
    typed = sys.stdin.readline()  # not typer's prompt, which writes a blank to stdout
    if not typed:
        raise typer.Abort
    if unicodedata.normalize("NFC", typed.strip()) != unicodedata.normalize("NFC", word):
        raise UsageError(fact("cloud_command.typed_wrong"), fact("cloud_command.typed_wrong_advice", word=word))


def typeable(name: str) -> str:
    """The name as a person has to type it; "" where no keyboard can write it."""
    shown = clean(name)
    return (
        ""
        if REPLACED in shown or len(shown) > _LONGEST or shown != unicodedata.normalize("NFC", name.strip())
        else shown
    )


def unlocked() -> None:
    """See that this computer may change anything.

    Raises:
        UsageError: when the settings say that it only reads.
    """
    if load_settings().read_only:
        raise UsageError(fact("cloud_command.read_only"), fact("cloud_command.read_only_advice"))


def short(name: str) -> str:
    """A name in a sentence."""
    return cut(clean(name), 60)
