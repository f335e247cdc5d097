"""Before something is changed: what will happen, and the location's name typed by hand."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli.cloud import options
from smappee_tui.cli.console import say
from smappee_tui.cli.errors import UsageError, guarded
from smappee_tui.cli.settings_io import load_settings
from smappee_tui.i18n.plaintext import REPLACED, clean, cut, wrap

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


def change(wanted: str, changes: list[str], work: Callable[[CommandContext, int], Awaitable[str]], *, yes: bool) -> int:
    """Find the location, ask, do it, and say so.

    Args:
        wanted: the location, as typed.
        changes: what will happen, a sentence each; the first `{}` stands for the location.
        work: does it, and returns what to say.
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
        sentences = [change.replace("{}", title(meant), 1) for change in changes]
        confirmed(sentences, meant.name, instead=str(meant.id), yes=yes)
        say(await work(context, meant.id))
        return 0

    return ask(all_of_it)


def checked_name(name: str) -> str:
    """A new name without blanks around it.

    Raises:
        UsageError: when it cannot be one.
    """
    name = name.strip()
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise UsageError("That is no name for a location.", f"Give 1 to {LONGEST_NAME} letters, all on one line.")
    return name


def together(latitude: float | None, longitude: float | None) -> None:
    """See that a place is whole.

    Raises:
        UsageError: when one half of it is missing.
    """
    if (latitude is None) != (longitude is None):
        raise UsageError("A place needs both --latitude and --longitude.", "Give both, or neither.")


def position(latitude: float | None, longitude: float | None) -> str:
    """A place in a sentence, "" where there is none."""
    return "" if latitude is None or longitude is None else f" at {latitude:.5f}, {longitude:.5f}"


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
    from smappee_tui.cli.cloud.lookup import location_entry
    from smappee_tui.cli.records import Listing, ListingColumn, print_listing

    name = checked_name(name)
    together(latitude, longitude)
    if serial is not None and not (serial.isascii() and serial.isdigit()):
        raise UsageError(f"{serial!r} is no serial number.", "It has ten digits and stands on the monitor.")
    unlocked()
    monitor = f"with the monitor {serial}" if serial else "without a monitor"
    change = f"A location {quoted(name)}{position(latitude, longitude)}, {monitor}, is created."
    confirmed([change], name, instead="yes", yes=yes, what="its name")

    async def work(context: CommandContext) -> int:
        made = await context.client.create_location(name, latitude=latitude, longitude=longitude, serial=serial)
        context.progress.wipe()
        columns = (
            ListingColumn("id", "ID", right=True),
            ListingColumn("name", "NAME", gives=True),
            ListingColumn("serial", "SERIAL"),
        )
        document = {"schema": "smappee-tui/cloud/create/1", "location": location_entry(made)}
        print_listing(Listing(columns, [(made.id, made.name, made.serial)], document), "json" if as_json else "table")
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
        raise UsageError("Nothing to change.", "Give --name, or --latitude and --longitude.")
    name = None if name is None else checked_name(name)
    together(latitude, longitude)
    changes = [f"is now called {quoted(name)}"] if name is not None else []
    changes += [f"is now{position(latitude, longitude)}"] if latitude is not None else []

    async def work(context: CommandContext, number: int) -> str:
        await context.client.update_location(number, name=name, latitude=latitude, longitude=longitude)
        return "The cloud has taken the change."

    return change(location, [f"The location {{}} {change}." for change in changes], work, yes=yes)


@guarded
def delete(location: options.Location, yes: options.Yes = False) -> int:
    """Delete a location with all its history, after asking for its name. Needs a special account."""

    async def work(context: CommandContext, number: int) -> str:
        await context.client.delete_location(number)
        return "The cloud has taken the order to delete it."

    lines = ["The location {} is deleted, with its configuration and all that was ever measured there.",
             "It cannot be undone."]  # fmt: skip
    return change(location, lines, work, yes=yes)


@guarded
def share(
    location: options.Location,
    username: Annotated[str, typer.Argument(metavar="USER", help="Who may see it from then on.", show_default=False)],
    yes: options.Yes = False,
) -> int:
    """Give another user access to a location, after asking for its name. Needs a special account."""

    username = username.strip()
    if not username:
        raise UsageError("The user to share with is empty.", "Type the name that he logs in with.")

    async def work(context: CommandContext, number: int) -> str:
        await context.client.share_location(number, username)
        return "The cloud has taken the order to share it."

    return change(location, [f"The location {{}} is shared with the user {quoted(username)}."], work, yes=yes)


_WIDTH = 78
_LONGEST = 100


def confirmed(changes: Sequence[str], name: str, *, instead: str, yes: bool, what: str = "the location's name") -> None:
    """Say what will happen, and return only if it is wished.

    Args:
        changes: what will happen, a sentence each.
        name: what has to be typed.
        instead: what has to be typed where the name cannot be: the number, say.
        yes: do not ask.
        what: what the name is.

    Raises:
        UsageError: when it is not wished, or nobody can be asked. Nothing has been changed then.
        Abort: at the end of the input.
    """
    say("This will be done in the vendor's cloud:")
    for change in changes:
        for line in wrap(clean(change, 2000), _WIDTH, first="  - ", rest="    "):
            say(line)
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("Nothing was changed: there is no terminal to confirm on.", "Add --yes to do it unasked.")
    word, called = typeable(name, instead, what)
    say(f"Type {called} to do it: {word}\n> ", end="")
    typed = sys.stdin.readline()  # not typer's prompt, which writes a blank to stdout
    if not typed:
        raise typer.Abort
    if unicodedata.normalize("NFC", typed.strip()) != unicodedata.normalize("NFC", word):
        raise UsageError("Nothing was changed: that is not what was to be typed.", f"To do it, type {word} exactly.")


def typeable(name: str, instead: str, what: str) -> tuple[str, str]:
    """What a person has to type, and what it is: the name where a keyboard can write it, else the number."""
    shown = clean(name)
    if not shown or REPLACED in shown or len(shown) > _LONGEST or shown != name.strip():
        return instead, "the number"
    return shown, what


def unlocked() -> None:
    """See that this computer may change anything.

    Raises:
        UsageError: when the settings say that it only reads.
    """
    if load_settings().read_only:
        raise UsageError(
            "Nothing was changed: your settings say read_only.",
            "To change something, take read_only out of settings.toml.",
        )


def quoted(name: str) -> str:
    """A name in a sentence."""
    return f'"{cut(clean(name), 60)}"'
