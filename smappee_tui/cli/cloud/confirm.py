"""Before something is changed: what will happen, and the location's name typed by hand."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence

import typer

from smappee_tui.cli.guard import Misused
from smappee_tui.cli.kept import kept_settings
from smappee_tui.cli.talk import say
from smappee_tui.plaintext import REPLACED, clean, cut, wrap

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
        Misused: when it is not wished, or nobody can be asked. Nothing has been changed then.
        Abort: at the end of the input.
    """
    say("This will be done in the vendor's cloud:")
    for change in changes:
        for line in wrap(clean(change, 2000), _WIDTH, first="  - ", rest="    "):
            say(line)
    if yes:
        return
    if not sys.stdin.isatty():
        raise Misused("Nothing was changed: there is no terminal to confirm on.", "Add --yes to do it unasked.")
    word, called = typeable(name, instead, what)
    say(f"Type {called} to do it: {word}\n> ", end="")
    typed = sys.stdin.readline()  # not typer's prompt, which writes a blank to stdout
    if not typed:
        raise typer.Abort
    if unicodedata.normalize("NFC", typed.strip()) != unicodedata.normalize("NFC", word):
        raise Misused("Nothing was changed: that is not what was to be typed.", f"To do it, type {word} exactly.")


def typeable(name: str, instead: str, what: str) -> tuple[str, str]:
    """What a person has to type, and what it is: the name where a keyboard can write it, else the number."""
    shown = clean(name)
    if not shown or REPLACED in shown or len(shown) > _LONGEST or shown != name.strip():
        return instead, "the number"
    return shown, what


def unlocked() -> None:
    """See that this computer may change anything.

    Raises:
        Misused: when the settings say that it only reads.
    """
    if kept_settings().read_only:
        raise Misused(
            "Nothing was changed: your settings say read_only.",
            "To change something, take read_only out of settings.toml.",
        )


def quoted(name: str) -> str:
    """A name in a sentence."""
    return f'"{cut(clean(name), 60)}"'
