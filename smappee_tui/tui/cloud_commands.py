"""The commands of the cloud screens, each once."""

from __future__ import annotations

from smappee_tui.tui.commands import Command

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
