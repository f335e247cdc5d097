"""The help of the find screen."""

from __future__ import annotations

from smappee_tui.tui.find_commands import FIND
from smappee_tui.tui.find_rows import PRODUCTS
from smappee_tui.tui.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.sheet import Sheet
from smappee_tui.tui.text import fit

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
