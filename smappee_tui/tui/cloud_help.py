"""The help of the cloud screens."""

from __future__ import annotations

from smappee_tui.tui.cloud_commands import ACTUATORS, DAY, PLACE, PLACES, WIRING
from smappee_tui.tui.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.sheet import Sheet
from smappee_tui.tui.text import fit

_PARTS = (
    ("In the list", PLACES),
    ("In a location", PLACE),
    ("Consumption", DAY),
    ("Actuators", ACTUATORS),
    ("Wiring", WIRING),
)
_WORDS = (
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
        for word, text in _WORDS:
            lines += paragraph(text, width, first=line((fit(word, 14), "strong")))
        return lines
