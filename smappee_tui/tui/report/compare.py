"""The sheet that compares two reports: choose the older one, then the newer one."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType

from smappee_tui.connect.plain_file import open_plain
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.report.diff import Mark, compare, diff_lines
from smappee_tui.report.model import Report
from smappee_tui.report.render.json_file import LARGEST_FILE, NotAReportError, decode
from smappee_tui.tui.commands import COMPARE, Command, bindings
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import Sheet

MOST = 200
"""Reports of a folder that are listed, the newest first."""
TONES: dict[Mark, str] = {
    "title": "title",
    "mended": "ok",
    "new": "fault",
    "open": "warn",
    "moved": "text",
    "warning": "warn",
    "text": "text",
}


class CompareSheet(Sheet):
    """A list of reports, then what changed between the two chosen."""

    TITLE_TEXT = "report_form.compare.title"
    KEYS: ClassVar[tuple[Command, ...]] = COMPARE
    BINDINGS: ClassVar[list[BindingType]] = bindings(COMPARE)

    def __init__(self, folder: Path, newest: Path | None = None) -> None:
        """Offer the reports of a folder.

        Args:
            folder: where reports are.
            newest: the report written last; offered as the newer one.
        """
        super().__init__()
        self._folder = folder
        self._files = _reports(folder)
        self._newest = newest if newest in self._files else None
        self._index = 0
        self._old: Path | None = None
        self._result: list[Line] | None = None

    def lay_out(self, width: int) -> list[Line]:
        """The list, or the comparison."""
        if self._result is not None:
            return self._result
        if not self._files:
            return paragraph(tr("report_form.compare.none", folder=str(self._folder)), width, "warn")
        ask = tr("report_form.compare.older")
        if self._old is not None:
            ask = tr("report_form.compare.newer", name=self._old.name)
        lines: list[Line] = [line((ask, "title")), BLANK]
        for place, path in enumerate(self._files):
            here = place == self._index
            last = f"  {tr('report_form.compare.just_now')}" if path == self._newest else ""
            lines.append(
                line(("▸ " if here else "  ", "key"), (clean(path.name), "strong" if here else "text"), (last, "ok"))
            )
        return lines

    def action_take(self) -> None:
        if self._result is not None or not self._files:
            return
        chosen = self._files[self._index]
        if self._old is None:
            self._old = chosen
            self._index = self._files.index(self._newest) if self._newest else 0
        else:
            self._result = self._compared(self._old, chosen)
        self.redraw()

    def _compared(self, old: Path, new: Path) -> list[Line]:
        width = max(30, min(100, self.body.room))
        try:
            found = compare(_read(old), _read(new))
        except (NotAReportError, OSError) as error:
            why = error.what if isinstance(error, NotAReportError) else str(error)
            return paragraph(tr("report_form.compare.cannot", why=why), width, "warn")
        return [line((clean(text), TONES[mark])) for mark, text in diff_lines(found, width, current())]

    def action_down(self) -> None:
        self._move(1)

    def action_up(self) -> None:
        self._move(-1)

    def _move(self, by: int) -> None:
        if self._result is not None:
            self.body.scroll_relative(y=by, animate=False)
            return
        self._index = max(0, min(self._index + by, len(self._files) - 1))
        top = round(self.body.scroll_offset.y)
        if not top <= self._index + 2 < top + self.body.size.height - 2:
            self.body.scroll_to(y=max(0, self._index - 2), animate=False)
        self.redraw()


def _reports(folder: Path) -> list[Path]:
    """JSON files that may be reports, the newest first."""
    try:
        found = [(path.stat().st_mtime, path) for path in folder.glob("*.json")]
    except OSError:
        return []
    return [path for _, path in sorted(found, reverse=True)[:MOST]]


def _read(path: Path) -> Report:
    with open_plain(path) as file:
        return decode(file.read(LARGEST_FILE + 1))
