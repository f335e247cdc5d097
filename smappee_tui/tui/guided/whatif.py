"""The sheet that says what a channel would read on the other phases, normal and reversed."""

from __future__ import annotations

from collections.abc import Callable

from smappee_tui.app.guided.whatif import WhatIf, what_if
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, fit
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.site.view import ChannelView
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import Sheet
from smappee_tui.tui.widgets.words import channel_name, watts, way_word

_WAY, _WATTS, _PF = 16, 12, 8


class WhatIfSheet(Sheet):
    """All six ways to configure one channel; it follows the watch while it is open."""

    TITLE_TEXT = "guided_screen.whatif.title"

    def __init__(self, name: str, reckon: Callable[[], WhatIf | None]) -> None:
        """Show what `reckon` gives, now and every second.

        Args:
            name: of the channel; device text.
            reckon: the six ways, None while too little was seen.
        """
        super().__init__()
        self._whose, self._reckon = name, reckon

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(1.0, self.redraw)

    def lay_out(self, width: int) -> list[Line]:
        return whatif_lines(self._whose, self._reckon(), width)


def what_if_sheet(channel: ChannelView, judge: Judge) -> WhatIfSheet:
    """Of one channel, reckoned from what the judge has seen."""
    number = channel.input
    return WhatIfSheet(
        channel_name(channel),
        lambda: what_if(number, judge.evidence, judge.judgement(fresh=False).channels.get(number)),
    )


def whatif_lines(name: str, found: WhatIf | None, width: int) -> list[Line]:
    """One line a way, the best fit marked."""
    lines = [line((clean(name), "title")), BLANK]
    if found is None:
        return [*lines, *paragraph(tr("guided_screen.whatif.too_little"), width, "wait")]
    seen = tr("guided_screen.whatif.seen", watts=watts(found.watts), va=found.va)
    lines += [*paragraph(seen, width, "dim"), BLANK]
    t = {key: tr(f"guided_screen.whatif.{key}") for key in ("configured_on", "power", "pf")}
    room = max(_WAY, cells_of(t["configured_on"]) + 1, cells_of(way_word(0, True)) + 1)
    head = f"  {fit(t['configured_on'], room)}{fit(t['power'], _WATTS, right=True)}{fit(t['pf'], _PF, right=True)}"
    lines.append(line((fit(head, width), "head")))
    for way in found.ways:
        code = "now" if way.current else ""
        if way.best:
            code = f"{'best' if found.sure else 'unsure'}{'_now' if way.current else ''}"
        note = f"  {tr(f'guided_screen.whatif.{code}')}" if code else ""
        lines.append(
            line(
                ("▸ " if way.best else "  ", "key"),
                (fit(way_word(way.phase, way.reversed), room), "strong" if way.best else "text"),
                (fit(watts(way.watts), _WATTS, right=True), "text"),
                (fit(current().number(way.pf, ".2f"), _PF, right=True), "text"),
                (note, "ok" if way.best else "dim"),
            )
        )
    return [*lines, BLANK, *paragraph(tr("guided_screen.whatif.about"), width, "dim")]
