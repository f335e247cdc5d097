"""Every command once: its keys, the code of its words, and when it makes sense. Its words stand in the catalogues.

A letter means one thing in the whole program; `e` alone is another broker on the way to a monitor, and the export of a
fleet, as no letter is left and nobody meets both in one run. What several screens offer has one key and, but for the
screen's name before it, one code: `live_report` and `wiring_report` are both `report`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from textual.binding import Binding, BindingType

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
    proposed: bool = False
    """What is shown is what would be read under the correction sheet."""
    several: bool = False
    """More than one location speaks."""
    grouped: bool = False
    """The chosen channel belongs to a three-phase load."""
    cloud: bool = False
    """There is a way into the vendor's cloud."""
    job: bool = False
    """The visit is kept."""
    found: bool = False
    """The find screen led here, and takes one back."""


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
    def meaning(self) -> str:
        """What it is for, wherever it is offered."""
        return self.text.partition("_")[2] or self.text

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


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """The keys of these commands, as textual takes them."""
    return [Binding(c.keys, c.action, c.text, show=False) for c in commands]


SHADE = Command("app.shade", "t", "t", "shade", 17)
LANGUAGE = Command("app.next_language", "f2", "F2", "language", 19)
PLAN = Command("app.plan", "f3", "F3", "plan", 12)
"""Of every screen: the app itself answers it, and its place is in each footer."""
HELP = Command("help", "question_mark,f1", "?", "help", 90)
QUIT = Command("app.quit", "q", "q", "quit", 91)
"""It asks first where something would be left behind."""
BACK = Command("close", "escape", "esc", "back", 80)

COMMANDS: tuple[Command, ...] = (
    Command("detail", "enter", "⏎", "live_detail", 1, lambda n: n.rows and not n.covered),
    Command("back", "escape", "esc", "live_back", 5, lambda n: n.covered or n.filtered or n.found or n.proposed),
    Command("report", "r", "r", "live_report", 2, _rows),
    Command("guide", "T", "T", "live_guide", 3, _rows),
    Command("next", "n,right", "n", "live_next", 5, _detail),
    Command("previous", "p,left", "p", "live_previous", 6, _detail),
    Command("group", "g", "g", "live_group", 7, lambda n: n.detail and n.grouped),
    Command("what_if", "w", "w", "live_what_if", 7, _detail),
    Command("span", "z", "z", "live_span", 12, _detail),
    Command("balance", "v", "v", "live_plot_balance", 12, _detail),
    Command("locations", "L", "L", "live_locations", 7, lambda n: n.several),
    Command("findings", "F", "F", "live_findings", 8, _rows),
    Command("devices", "D", "D", "live_devices", 9, _rows),
    Command("limits", "H", "H", "live_limits", 14, _rows),
    Command("filter", "slash", "/", "live_filter", 10, _table),
    Command("faults", "x", "x", "live_faults", 11, _table),
    Command("freeze", "f", "f", "live_freeze", 12, _rows),
    Command("proposal", "equals_sign", "=", "live_proposal", 12, _table),
    Command("corrections", "c", "c", "live_corrections", 12, _rows),
    Command("sort", "s", "s", "live_sort", 13, _table),
    Command("copy_row", "y", "y", "live_copy_row", 14, _rows),
    Command("unused", "u", "u", "live_unused", 15, _table),
    Command("turn", "o", "o", "live_turn", 15, _table),
    Command("copy_table", "Y", "Y", "live_copy_table", 16, _rows),
    PLAN,
    Command("tracer", "I", "I", "live_tracer", 13, _rows),
    Command("notes", "plus", "+", "live_notes", 14, _rows),
    Command("share", "S", "S", "live_share", 13),
    Command("job", "J", "J", "live_job", 18, lambda n: n.job),
    Command("cloud", "C", "C", "live_cloud", 18, lambda n: n.cloud),
    SHADE,
    LANGUAGE,
    HELP,
    QUIT,
)
"""Of the live screen, in the order of the help. Moving about (arrows, page keys, home, end, j, k) belongs to the
lists themselves."""

DEMO_METER = Command("meter", "W", "W", "live_meter", 14)
"""Of the demo: a digital meter that the program itself can put beside the house."""

BY_ACTION = {command.action: command for command in COMMANDS}


def in_footer(now: Now) -> list[Command]:
    """Commands that make sense now, the most useful first."""
    return sorted((c for c in COMMANDS if c.footer and c.when(now)), key=lambda c: c.footer)


SHEET: tuple[Command, ...] = (BACK, HELP, QUIT._replace(footer=0))
"""Of every sheet: what can be read and left."""
TYPED: tuple[Command, ...] = (BACK, HELP._replace(keys="f1", sign="F1"))
"""The same where letters are typed."""
FORM: tuple[Command, ...] = (
    Command("submit", "enter", "⏎", "form_submit", 1),
    Command("app.focus_next", "down,tab", "↓", "form_next", 2),
    Command("app.focus_previous", "up,shift+tab", "↑", "form_before", 3),
    *TYPED,
)
CHOOSER: tuple[Command, ...] = (
    Command("take", "enter", "⏎", "chooser_take", 1),
    Command("cursor('cursor_down')", "down", "↓", "chooser_move", 2),
    *TYPED,
)
REPORT: tuple[Command, ...] = (
    Command("write", "ctrl+s", "ctrl+s", "form_write", 1),
    Command("open", "ctrl+o", "ctrl+o", "form_open", 2),
    Command("compare", "ctrl+d", "ctrl+d", "form_compare", 3),
    *TYPED,
)
JOB: tuple[Command, ...] = (Command("anew", "B", "B", "job_anew", 1), *SHEET)
LIMITS: tuple[Command, ...] = (Command("declare", "enter", "⏎", "limits_declare", 1), *SHEET)
FINDINGS: tuple[Command, ...] = (
    Command("go", "enter", "⏎", "findings_go", 1),
    Command("copy", "y", "y", "findings_copy_row", 2),
    *SHEET,
)
PLAN_SHEET: tuple[Command, ...] = (Command("go", "enter", "⏎", "plan_go", 1), *SHEET)
NOTES: tuple[Command, ...] = (
    Command("go", "enter", "⏎", "notes_go", 1),
    Command("drop", "delete", "delete", "notes_drop", 2),
    *SHEET,
)
CORRECTIONS: tuple[Command, ...] = (
    Command("apply_next", "M", "M", "corrections_set_next", 1),
    Command("apply_all", "O", "O", "corrections_set_all", 2),
    Command("guide", "T", "T", "corrections_guide", 3),
    Command("copy", "y", "y", "corrections_copy_row", 4),
    Command("code", "Q", "Q", "corrections_code", 5),
    *SHEET,
)
"""Of the correction sheet; a demo sets its lines itself."""
SHARE: tuple[Command, ...] = (
    Command("go", "enter", "⏎", "share_go", 1),
    Command("stop", "X", "X", "share_stop", 1),
    Command("put_out", "delete", "delete", "share_put_out", 2),
    *SHEET,
)
COMPARE: tuple[Command, ...] = (Command("take", "enter", "⏎", "compare_take", 1), *SHEET)
LEAVE: tuple[Command, ...] = (
    QUIT._replace(footer=1),
    Command("report", "r", "r", "leave_report", 2),
    BACK,
    HELP,
)
"""Of the question whether to leave."""

FIND: tuple[Command, ...] = (
    Command("open", "enter", "⏎", "find_open", 1),
    Command("type", "a", "a", "find_type", 2),
    Command("scan", "N", "N", "find_scan", 3),
    Command("doctor", "d", "d", "find_doctor", 4),
    Command("guide", "P", "P", "find_portal", 5),
    Command("laptop", "b", "b", "find_laptop", 6),
    Command("external", "e", "e", "find_elsewhere", 7),
    Command("cloud", "C", "C", "find_cloud", 7),
    Command("back_way", "Z", "Z", "find_put_back", 10),
    PLAN._replace(footer=70),
    HELP,
    QUIT,
    SHADE._replace(footer=0),
    LANGUAGE._replace(footer=0),
)
DOCTOR: tuple[Command, ...] = (
    Command("next('open')", "enter", "⏎", "doctor_open", 1),
    Command("next('guide')", "P", "P", "doctor_portal", 2),
    Command("again", "f5,ctrl+r", "F5", "doctor_again", 3),
    *SHEET,
)
PORTAL: tuple[Command, ...] = (
    Command("laptop", "b", "b", "portal_laptop", 1),
    Command("applied", "V", "V", "portal_done", 2),
    Command("interface", "i", "i", "portal_interface", 3),
    Command("external", "e", "e", "portal_elsewhere", 4),
    Command("logon", "l", "l", "portal_logon", 5),
    Command("code", "Q", "Q", "portal_code", 6),
    Command("keep", "K", "K", "portal_keep", 7),
    *SHEET,
)
"""Of the way through the portal. The numbers of its steps copy what is to be typed there."""

PLACES: tuple[Command, ...] = (
    Command("open", "enter", "⏎", "places_open", 1),
    Command("again", "f5,ctrl+r", "F5", "places_again", 2),
    Command("close", "escape", "esc", "places_close", 3),
    Command("help", "f1", "F1", "help", 4),
)
"""Of the list: letters are for the search there."""
TROUBLE: tuple[Command, ...] = (
    Command("again", "f5,ctrl+r", "F5", "trouble_again", 1),
    Command("close", "escape", "esc", "trouble_close", 2),
    HELP,
    QUIT,
)
"""Of the list while there is none."""
PLACE: tuple[Command, ...] = (  # the keys of the panes stand in the head, not in the footer
    Command("pane('configuration')", "1", "1", "place_configuration"),
    Command("pane('consumption')", "2", "2", "place_consumption"),
    Command("pane('actuators')", "3", "3", "place_actuators"),
    Command("pane('wiring')", "4", "4", "place_wiring"),
    Command("again", "f5,ctrl+r", "F5", "place_again", 4),
    Command("close", "escape", "esc", "place_close", 5),
    HELP,
    QUIT,
)
DAY: tuple[Command, ...] = (
    Command("day(-1)", "left", "←", "day_before", 1),
    Command("day(1)", "right", "→", "day_after", 2),
    Command("move(1)", "down,j", "↓", "day_next_ct", 3),
    Command("today", "home", "home", "day_today"),
)
WIRING: tuple[Command, ...] = (
    Command("days", "U", "U", "wiring_days", 1),
    Command("declare", "G", "G", "wiring_declare", 2),
    Command("report", "r", "r", "wiring_report", 3),
    Command("stop", "X", "X", "wiring_stop", 3),
)
ACTUATORS: tuple[Command, ...] = (Command("switch", "enter", "⏎", "actuators_switch", 1),)
CLOUD_SWITCH: tuple[Command, ...] = (
    Command("go", "enter", "⏎", "cloud_switch_go", 1),
    Command("turn", "left,right,tab", "←→", "cloud_switch_turn", 2),
    Command("longer(1)", "down", "↑↓", "cloud_switch_long", 3),
    *TYPED,
)

FLEET: tuple[Command, ...] = (
    Command("open", "enter", "⏎", "fleet_open", 1),
    Command("list(1)", "right,tab", "→", "fleet_next_list", 2),
    Command("list(-1)", "left,shift+tab", "←", "fleet_previous_list"),
    Command("filter", "slash", "/", "fleet_filter", 3),
    Command("faults", "x", "x", "fleet_faults", 4),
    Command("sort", "s", "s", "fleet_sort", 5),
    Command("export", "e,ctrl+s", "e", "fleet_export", 6),
    Command("copy_row", "y", "y", "fleet_copy_row", 14),
    Command("back", "escape", "esc", "fleet_back", 7),
    SHADE,
    LANGUAGE,
    HELP,
    QUIT,
)
"""Of all monitors of a broker. Digits choose a list; they stand in the head."""

DEVICES: tuple[Command, ...] = (Command("test", "enter", "⏎", "devices_test", 1), *SHEET)
SWITCH: tuple[Command, ...] = (
    Command("go", "enter", "⏎", "switch_go", 1),
    *TYPED,
)
"""Of a plug's test before anything was sent: its name is typed."""
SWITCHED: tuple[Command, ...] = (Command("restore", "Z", "Z", "switched_put_back", 1), *SHEET)

GUIDED: tuple[Command, ...] = (
    Command("switched", "space", "space", "guided_switched", 1),
    Command("next", "enter", "⏎", "guided_go_on", 1),
    Command("next", "enter", "⏎", "guided_begin", 1),
    Command("adopt", "A", "A", "guided_adopt", 2),
    Command("report", "r", "r", "guided_report", 2),
    Command("moved", "m", "m", "guided_moved", 3),
    Command("skip", "n", "n", "guided_next", 4),
    Command("repeat", "R", "R", "guided_repeat", 5),
    Command("result", "E", "E", "guided_result", 6),
    Command("close", "escape", "esc", "guided_close", 80),
    HELP,
    QUIT,
)
HEATER = Command("heater", "h", "h", "guided_heater", 2)
"""Of the demo: the load that the program itself can switch."""

TRACER: tuple[Command, ...] = (
    Command("arm", "space", "space", "tracer_arm", 1),
    Command("name", "enter", "⏎", "tracer_name", 2),
    Command("print", "ctrl+s", "ctrl+s", "tracer_print", 3),
    Command("drop", "delete", "delete", "tracer_drop", 5),
    Command("close", "escape", "esc", "back", 80),
    HELP,
    QUIT,
)
TRACER_HAND = Command("heater", "h", "h", "tracer_heater", 4)
"""Of the demo: a breaker that the program itself can switch."""
