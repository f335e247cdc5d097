"""The help sheet: keys from the commands themselves, and what the signs mean."""

from __future__ import annotations

from smappee_tui.tui.commands import COMMANDS
from smappee_tui.tui.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.sheet import Sheet
from smappee_tui.tui.text import fit

_SIGNS = (
    ("✓", "ok", "on the configured phase, the right way round; the tool would stand behind it in a report"),
    ("✕", "fault", "a fault: reversed, on another phase, dead, wrong CT type, clamp not closed"),
    ("○", "wait", "too little current so far to tell: switch a load on"),
    ("?", "wait", "current enough, but the evidence does not separate the cases yet"),
    ("·", "dim", "unused and silent"),
    ("!", "warn", "a warning, or a state that needs you"),
)
_WORDS = (
    ("phase", "as configured. “rev”: the reversal set in the configuration, already applied to the power shown."),
    ("PF", "power factor, “-” while the current is too small to say. The pane shows the range that rounding leaves."),
    ("W", "active power. Negative: against the configured direction, or export at the grid meter."),
    ("load, grid, prod", "a consuming circuit, a clamp of the grid meter, solar or another source."),
    (
        "phasor",
        "L1 points up, the vectors turn anticlockwise. Thick arc: where the current may lie. ◆: the case it fits.",
    ),
)


class HelpSheet(Sheet):
    """Keys, signs and words."""

    TITLE_TEXT = "Help"

    def lay_out(self, width: int) -> list[Line]:
        """The whole help."""
        return help_lines(width)


def help_lines(width: int) -> list[Line]:
    """Keys, signs, words."""
    lines = [line(("Keys", "title"))]
    for command in COMMANDS:
        keys = " ".join(_readable(key) for key in command.keys.split(","))
        lines += paragraph(command.help, width, first=line((fit(keys, 14), "key")))
    lines += paragraph("move, a page, to the ends (j and k too)", width, first=line((fit("↑↓ PgUp PgDn", 14), "key")))
    lines += paragraph("every command by name", width, first=line((fit("ctrl+p", 14), "key")))
    lines += [BLANK, line(("Signs", "title"))]
    for sign, tone, text in _SIGNS:
        lines += paragraph(text, width, first=line((fit(sign, 14), tone)))
    lines += [BLANK, line(("Words", "title"))]
    for word, text in _WORDS:
        lines += paragraph(text, width, first=line((fit(word, 18), "strong")))
    return lines


def _readable(key: str) -> str:
    return {"question_mark": "?", "slash": "/", "escape": "esc", "enter": "⏎", "left": "←", "right": "→"}.get(key, key)
