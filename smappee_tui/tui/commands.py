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


FIND: tuple[Command, ...] = (
    Command("open", "enter", "⏎", "open", "Show the chosen monitor", footer=1),
    Command("type", "a,slash", "a", "address", "Type an address, a host name or a serial number", footer=2),
    Command("scan", "s", "s", "scan", "Ask every address of a range that you confirm; again: stop it", footer=3),
    Command("doctor", "d", "d", "doctor", "Find out step by step why there is no data", footer=4),
    Command("guide", "p", "p", "portal", "Let the monitor push its data here, through its Expert Portal", footer=5),
    Command("laptop", "b", "b", "broker here", "Start a broker on this laptop for a monitor to push to", footer=6),
    Command("external", "e", "e", "other broker", "Monitors on a broker elsewhere", footer=7),
    Command(
        "cloud", "C", "C", "from the cloud", "Locations that the vendor's cloud knows, without being there", footer=7
    ),
    Command("back_way", "r", "r", "put back", "How to put a monitor back to where it pushed before", footer=10),
    Command("help", "question_mark,f1", "?", "help", "Keys, and what each product can do", footer=8),
    Command("quit", "q", "q", "quit", "Leave; ctrl+c does the same", footer=9),
)


_HELP = Command("help", "question_mark,f1", "?", "help", "Keys, and where the values come from", footer=8)

PLACES: tuple[Command, ...] = (
    Command("open", "enter", "⏎", "open", "Open the chosen location", footer=1),
    Command("again", "f5,ctrl+r", "F5", "read again", "Read the list again", footer=2),
    Command("close", "escape", "esc", "back", "Take the search away, or go back", footer=3),
    Command("help", "f1", "F1", "help", "Keys, and where the values come from", footer=4),
)
"""Of the list: letters are for the search there."""
TROUBLE: tuple[Command, ...] = (
    Command("again", "r,f5,ctrl+r", "r", "try again", "Try again", footer=1),
    Command("close", "escape", "esc", "back", "Go back", footer=2),
    Command("help", "f1", "F1", "help", "Keys, and where the values come from", footer=3),
)
"""Of the list while there is none."""
PLACE: tuple[Command, ...] = (  # the keys of the panes stand in the head, not in the footer
    Command("pane('configuration')", "1", "1", "configuration", "What the cloud holds, and how it differs"),
    Command("pane('consumption')", "2", "2", "consumption", "One day as a plot"),
    Command("pane('actuators')", "3", "3", "actuators", "Plugs and switches, and switching them"),
    Command("pane('wiring')", "4", "4", "wiring", "Every CT judged from afar, by the values of its last days"),
    Command("again", "r,f5,ctrl+r", "r", "read again", "Read this pane again", footer=4),
    Command("close", "escape,q", "esc", "back", "Back to the locations", footer=5),
    _HELP,
)
DAY: tuple[Command, ...] = (
    Command("day(-1)", "left", "←", "day before", "The day before", footer=1),
    Command("day(1)", "right", "→", "day after", "The day after", footer=2),
    Command("move(1)", "down,j", "↓", "next CT", "The next CT in the third plot; ↑ goes back", footer=3),
    Command("today", "home", "home", "today", "Back to today", footer=0),
)
WIRING: tuple[Command, ...] = (
    Command("days", "d", "d", "7/31 days", "Judge by the last 7 or the last 31 days", footer=1),
    Command(
        "declare",
        "g",
        "g",
        "generation",
        "Declare generation on site: metered, unmetered, none, unknown. It is judged again, not fetched again",
        footer=2,
    ),
    Command("write", "w", "w", "report", "Write the report from afar to the current folder", footer=3),
    Command("stop", "x", "x", "stop", "Call the reading off", footer=3),
)
ACTUATORS: tuple[Command, ...] = (
    Command("switch", "enter", "⏎", "switch", "Switch the chosen one, after it was confirmed by name", footer=1),
)
