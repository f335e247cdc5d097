"""Every command once: its keys, the code of its words, and when it makes sense. Its words stand in the catalogues."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from smappee_tui.i18n import current, tr


class Now(NamedTuple):
    """What decides which commands of the live screen make sense."""

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
    job: bool = False
    """The visit is kept."""


def _always(now: Now) -> bool:
    return True


def _rows(now: Now) -> bool:
    return now.rows


def _detail(now: Now) -> bool:
    return now.detail


def _table(now: Now) -> bool:
    return now.rows and not now.covered


def key_cap(name: str) -> str:
    """A key as it is called: its sign, or its name in the person's language."""
    return current().word("keys.cap", name)


class Command(NamedTuple):
    """One thing that a person can ask for."""

    action: str
    """As textual carries it out, of the screen where nothing else stands before it."""
    keys: str
    """As textual names them, with commas between."""
    sign: str
    """As it stands on the keyboard; a name of a key is a word of the catalogue's."""
    text: str
    """Key of its words in the section `keys`."""
    footer: int = 0
    """Place in the footer; 0: not there."""
    when: Callable[[Now], bool] = _always

    @property
    def key(self) -> str:
        """The key as people read it."""
        return key_cap(self.sign)

    @property
    def label(self) -> str:
        """One or two words for the footer."""
        return tr(f"keys.{self.text}.label")

    @property
    def help(self) -> str:
        """A sentence."""
        return tr(f"keys.{self.text}.help")


SHADE = Command("app.shade", "t", "t", "shade", 17)
LANGUAGE = Command("app.next_language", "f2", "F2", "language", 19)

COMMANDS: tuple[Command, ...] = (
    Command("detail", "enter", "⏎", "live_detail", 1, lambda n: n.rows and not n.detail),
    Command("back", "escape", "esc", "live_back", 2, lambda n: n.detail or n.filtered),
    Command("next", "n,right", "n", "live_next", 3, _detail),
    Command("previous", "p,left", "p", "live_previous", 4, _detail),
    Command("group", "g", "g", "live_group", 5, lambda n: n.detail and n.grouped),
    Command("span", "z", "z", "live_span", 12, _detail),
    Command("balance", "v", "v", "live_plot_balance", 12, _detail),
    Command("guide", "T", "T", "live_guide", 3, _rows),
    Command("what_if", "w", "w", "live_what_if", 5, _detail),
    Command("findings", "F", "F", "live_findings", 6, _rows),
    Command("devices", "D", "D", "live_devices", 7, _rows),
    Command("filter", "slash", "/", "live_filter", 8, _table),
    Command("faults", "x", "x", "live_faults", 13, _table),
    Command("unused", "u", "u", "live_unused", 14, _table),
    Command("sort", "s", "s", "live_sort", 10, _table),
    Command("turn", "S", "S", "live_turn", 15, _table),
    Command("freeze", "space,f", "space", "live_freeze", 9, _rows),
    Command("copy_row", "y", "y", "live_copy_row", 11, _rows),
    Command("copy_table", "Y", "Y", "live_copy_table", 16, _rows),
    Command("report", "r", "r", "live_report", 13, _rows),
    Command("job", "J", "J", "live_job", 18, lambda n: n.job),
    Command("cloud", "C", "C", "live_cloud", 18, lambda n: n.cloud),
    Command("locations", "L", "L", "live_locations", 5, lambda n: n.several),
    SHADE,
    LANGUAGE,
    Command("help", "question_mark,f1", "?", "help", 11),
    Command("app.quit", "q", "q", "quit", 12),
)
"""Of the live screen, in the order of the help. Moving about (arrows, page keys, home, end, j, k) belongs to the
lists themselves."""

BY_ACTION = {command.action: command for command in COMMANDS}


def in_footer(now: Now) -> list[Command]:
    """Commands that make sense now, the most useful first."""
    return sorted((c for c in COMMANDS if c.footer and c.when(now)), key=lambda c: c.footer)


FIND: tuple[Command, ...] = (
    Command("open", "enter", "⏎", "find_open", 1),
    Command("type", "a,slash", "a", "find_type", 2),
    Command("scan", "s", "s", "find_scan", 3),
    Command("doctor", "d", "d", "find_doctor", 4),
    Command("guide", "p", "p", "find_guide", 5),
    Command("laptop", "b", "b", "find_laptop", 6),
    Command("external", "e", "e", "find_external", 7),
    Command("cloud", "C", "C", "find_cloud", 7),
    Command("back_way", "r", "r", "find_back_way", 10),
    Command("help", "question_mark,f1", "?", "help", 8),
    Command("app.quit", "q", "q", "quit", 9),
    SHADE._replace(footer=0),
    LANGUAGE._replace(footer=0),
)

_HELP = Command("help", "question_mark,f1", "?", "help", 8)

PLACES: tuple[Command, ...] = (
    Command("open", "enter", "⏎", "places_open", 1),
    Command("again", "f5,ctrl+r", "F5", "places_again", 2),
    Command("close", "escape", "esc", "places_close", 3),
    Command("help", "f1", "F1", "help", 4),
)
"""Of the list: letters are for the search there."""
TROUBLE: tuple[Command, ...] = (
    Command("again", "r,f5,ctrl+r", "r", "trouble_again", 1),
    Command("close", "escape", "esc", "trouble_close", 2),
    Command("help", "f1", "F1", "help", 3),
)
"""Of the list while there is none."""
PLACE: tuple[Command, ...] = (  # the keys of the panes stand in the head, not in the footer
    Command("pane('configuration')", "1", "1", "place_configuration"),
    Command("pane('consumption')", "2", "2", "place_consumption"),
    Command("pane('actuators')", "3", "3", "place_actuators"),
    Command("pane('wiring')", "4", "4", "place_wiring"),
    Command("again", "r,f5,ctrl+r", "r", "place_again", 4),
    Command("close", "escape,q", "esc", "place_close", 5),
    _HELP,
)
DAY: tuple[Command, ...] = (
    Command("day(-1)", "left", "←", "day_before", 1),
    Command("day(1)", "right", "→", "day_after", 2),
    Command("move(1)", "down,j", "↓", "day_next_ct", 3),
    Command("today", "home", "home", "day_today"),
)
WIRING: tuple[Command, ...] = (
    Command("days", "d", "d", "wiring_days", 1),
    Command("declare", "g", "g", "wiring_declare", 2),
    Command("write", "w", "w", "wiring_write", 3),
    Command("stop", "x", "x", "wiring_stop", 3),
)
ACTUATORS: tuple[Command, ...] = (Command("switch", "enter", "⏎", "actuators_switch", 1),)
