"""The help sheet: keys from the commands themselves, and what the signs mean."""

from __future__ import annotations

from smappee_tui.i18n.text import fit
from smappee_tui.tui.commands import ACTUATORS, COMMANDS, DAY, FIND, PLACE, PLACES, WIRING
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import Sheet

PRODUCTS = (
    "The 20-series (Pro, Plus) and the 50-series (Genius) have a broker of their own. The 10 (Energy) and 11 (Solar) "
    "show their values on their own page only, the 51 (Connect) in the vendor's cloud only."
)


_WORDS = (
    ("announced", "the monitor said itself that it is there (mDNS); this does not cross a router"),
    ("scan", "it answered when every address of a range was asked; only done when you ask for it"),
    ("recent", "it was watched on this laptop before"),
    ("typed", "you typed its address"),
    ("● answers", "MQTT answers there: its data can be watched"),
    ("○ silent", "no answer: off, restarting, or kept away by a firewall"),
    ("■ none there", "the device is there, but has no broker on 1883 or 10000"),
)


class FindHelp(Sheet):
    """Keys, words, products."""

    TITLE_TEXT = "Help"

    def lay_out(self, width: int) -> list[Line]:
        """All of it."""
        lines: list[Line] = [line(("Keys", "title"))]
        for command in FIND:
            lines += paragraph(command.help, width, first=line((fit(command.key, 14), "key")))
        lines += [BLANK, line(("Words", "title"))]
        for word, text in _WORDS:
            lines += paragraph(text, width, first=line((fit(word, 14), "strong")))
        return [*lines, BLANK, line(("Products", "title")), *paragraph(PRODUCTS, width)]


_PARTS = (
    ("In the list", PLACES),
    ("In a location", PLACE),
    ("Consumption", DAY),
    ("Actuators", ACTUATORS),
    ("Wiring", WIRING),
)
_WORDS_cloud_help = (
    ("consumption", "all that the site used, as mean power of each interval: the cloud's energies over their time"),
    ("solar", "all that it produced"),
    ("CT", "one clamp, signed: below zero it flows the other way. Each plot has a scale of its own"),
    ("a gap", "the cloud has no value of that time: nothing is made up"),
    (
        "days",
        "are those of the location's time zone. 5-minute values are kept for 31 days, older days come by the hour",
    ),
    (
        "wiring",
        "is judged here, not by the cloud: by its 5-minute values. What nobody used in that time stays open. ↓ ↑ "
        "choose a channel, space and page keys move on to the findings",
    ),
    ("busiest", "W and power factor of a CT in its own busiest five minutes: what it reads under load"),
    (
        "generation",
        "solar, a battery or a generator, as you know it: metered by a CT, unmetered, none, or unknown. Not declared: "
        "as the configuration shows",
    ),
    ("stale", "reading it anew failed: what is shown is as old as it says"),
    ("switching", "goes out once, when its name has been typed, and is never repeated by itself"),
)


class CloudHelp(Sheet):
    """Keys and words."""

    TITLE_TEXT = "Help"

    def lay_out(self, width: int) -> list[Line]:
        """All of it."""
        lines: list[Line] = []
        for title, commands in _PARTS:
            lines.append(line((title, "title")))
            for command in commands:
                lines += paragraph(command.help, width, first=line((fit(command.key, 14), "key")))
            lines.append(BLANK)
        lines.append(line(("Words", "title")))
        for word, text in _WORDS_cloud_help:
            lines += paragraph(text, width, first=line((fit(word, 14), "strong")))
        return lines


_SIGNS = (
    ("✓", "ok", "on the configured phase, the right way round; the tool would stand behind it in a report"),
    ("✕", "fault", "a fault: reversed, on another phase, dead, wrong CT type, clamp not closed"),
    ("○", "wait", "too little current so far to tell: switch a load on"),
    ("?", "wait", "current enough, but the evidence does not separate the cases yet"),
    ("·", "dim", "unused and silent"),
    ("!", "warn", "a warning, or a state that needs you"),
)
_WORDS_help = (
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
    for word, text in _WORDS_help:
        lines += paragraph(text, width, first=line((fit(word, 18), "strong")))
    return lines


def _readable(key: str) -> str:
    return {"question_mark": "?", "slash": "/", "escape": "esc", "enter": "⏎", "left": "←", "right": "→"}.get(key, key)
