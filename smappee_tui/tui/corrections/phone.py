"""The correction sheet as a text: to copy, and as a QR code for the phone that holds the vendor's app."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from smappee_tui.diagnosis.remedy.corrections import Correction, changes_of, line_of
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.qr_code import qr_lines
from smappee_tui.tui.widgets.sheet import Sheet


def full_text(serial: str, corrections: Sequence[Correction]) -> str:
    """Everything that is to be set, with names."""
    lines = [tr("corrections_screen.of", serial=serial)] if serial else []
    for hub, part in groupby(corrections, key=lambda one: one.hub_serial):
        lines += [tr("check.corrections_hub", serial=hub)] if hub else []
        lines += [current().fact(line_of(one)) for one in part]
    return "\n".join(clean(text, 500) for text in lines)


def short_text(corrections: Sequence[Correction]) -> str:
    """Inputs and settings only: a code has little room."""
    lines = []
    for hub, part in groupby(corrections, key=lambda one: one.hub_serial):
        lines += [hub] if hub else []
        lines += [f"{one.input} {' '.join(_short(one))}" for one in part]
    return "\n".join(clean(text, 200) for text in lines)


def _short(one: Correction) -> Iterator[str]:
    yield from (current().fact(what) for what in changes_of(one.now, one.set, short=True))
    if one.rename:
        yield one.rename[:24]


class PhoneSheet(Sheet):
    """A QR code of a plain text, the fullest that fits the window."""

    TITLE_TEXT = "corrections_screen.phone"

    def __init__(self, texts: Sequence[str]) -> None:
        """Show one of these, the fullest first."""
        super().__init__()
        self._texts = texts

    def lay_out(self, width: int) -> list[Line]:
        """The code; where none fits, what to do."""
        height = self.body.scrollable_content_region.height
        for text in self._texts:
            code = _code(text, self.app.current_theme.dark)
            if code and len(code[0]) <= width and len(code) <= height:
                below = [BLANK, *(line((one, "text")) for one in text.splitlines())]
                room = height - len(code)
                return [*(line((one, "text")) for one in code), *(below if len(below) <= room else [])]
        return paragraph(tr("corrections_screen.no_room"), width, "warn")


def _code(text: str, dark: bool) -> list[str]:
    """Its lines; none where no code holds so much."""
    import segno

    try:
        return qr_lines(text, on_dark=dark)
    except segno.DataOverflowError:
        return []
