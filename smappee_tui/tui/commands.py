"""Every command once: its keys, its words in the footer, the palette and the help, and when it makes sense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple


class Now(NamedTuple):
    """What decides which commands make sense."""

    rows: bool = False
    """There are channels."""
    detail: bool = False
    """The pane of one channel is open."""
    covered: bool = False
    """The pane covers the table."""
    filtered: bool = False
    several: bool = False
    """More than one location speaks."""
    grouped: bool = False
    """The chosen channel belongs to a three-phase load."""
    cloud: bool = False
    """There is a way into the vendor's cloud."""


def _always(now: Now) -> bool:
    return True


def _table(now: Now) -> bool:
    return now.rows and not now.covered


class Command(NamedTuple):
    """One thing that a person can ask for."""

    action: str
    keys: str
    """As textual names them, with commas between."""
    key: str
    """As people read them."""
    label: str
    """One or two words for the footer."""
    help: str
    when: Callable[[Now], bool] = _always
    footer: int = 0
    """Place in the footer; 0: not there."""
    on: Literal["live", "app"] = "live"
    """Who carries it out."""


COMMANDS: tuple[Command, ...] = (
    Command(
        "detail",
        "enter",
        "⏎",
        "details",
        "Show everything about the chosen channel",
        lambda n: n.rows and not n.detail,
        1,
    ),
    Command(
        "back", "escape", "esc", "back", "Close the pane, or take the filter away", lambda n: n.detail or n.filtered, 2
    ),
    Command("next", "n,right", "n", "next", "Next channel", lambda n: n.detail, 3),
    Command("previous", "p,left", "p", "previous", "Previous channel", lambda n: n.detail, 4),
    Command(
        "group",
        "g",
        "g",
        "group",
        "Phasor of one clamp, or of the three of its load",
        lambda n: n.detail and n.grouped,
        5,
    ),
    Command("guide", "T", "T", "test", "Guided test: prove every clamp with a load", lambda n: n.rows, 3),
    Command(
        "what_if",
        "w",
        "w",
        "what if",
        "What this channel would read on the other phases, and reversed",
        lambda n: n.detail,
        5,
    ),
    Command("findings", "F", "F", "findings", "List all findings with evidence and advice", lambda n: n.rows, 6),
    Command(
        "devices", "D", "D", "devices", "Plugs, sensors, automations, the supply and the monitor", lambda n: n.rows, 7
    ),
    Command("filter", "slash", "/", "filter", "Show only channels that contain these words", _table, 8),
    Command("faults", "x", "x", "only faults", "Show only channels with a fault, or all", _table, 13),
    Command("unused", "u", "u", "hide unused", "Hide inputs that are configured as unused, or show them", _table, 14),
    Command("sort", "s", "s", "sort", "Sort by the next column (a click on a title does the same)", _table, 10),
    Command("turn", "S", "S", "turn order", "Turn the order of the rows round", _table, 15),
    Command(
        "freeze",
        "space,f",
        "space",
        "freeze",
        "Hold the picture still, or let it go on; nothing is lost meanwhile",
        lambda n: n.rows,
        9,
    ),
    Command("copy_row", "y", "y", "copy", "Copy the chosen channel, with its column titles", lambda n: n.rows, 11),
    Command("copy_table", "Y", "Y", "copy table", "Copy all rows shown, for a spreadsheet", lambda n: n.rows, 16),
    Command("report", "r", "r", "report", "Write the commissioning report, or compare two", lambda n: n.rows, 13),
    Command(
        "cloud",
        "C",
        "C",
        "cloud",
        "What the vendor's cloud holds of this monitor, and how that differs",
        lambda n: n.cloud,
        18,
    ),
    Command("locations", "L", "L", "monitors", "Choose between the monitors on this broker", lambda n: n.several, 5),
    Command("shade", "t", "t", "light/dark", "Light or dark colours", _always, 17, "app"),
    Command("help", "question_mark,f1", "?", "help", "Keys, signs and words", _always, 11, "app"),
    Command("quit", "q", "q", "quit", "Leave; ctrl+c and ctrl+q do the same", _always, 12, "app"),
)
"""In the order of the help. Moving about (arrows, page keys, home, end, j, k) belongs to the lists themselves."""

BY_ACTION = {command.action: command for command in COMMANDS}


def in_footer(now: Now) -> list[Command]:
    """Commands that make sense now, the most useful first."""
    return sorted((c for c in COMMANDS if c.footer and c.when(now)), key=lambda c: c.footer)
