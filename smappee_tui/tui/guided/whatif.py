"""The sheet that says what a channel would read on the other phases, normal and reversed."""

from __future__ import annotations

from collections.abc import Callable

from smappee_tui.app.guided.whatif import WhatIf
from smappee_tui.i18n.text import clean, fit
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import Sheet
from smappee_tui.tui.widgets.words import phase_word, watts

_WAY, _WATTS, _PF = 16, 12, 8


class WhatIfSheet(Sheet):
    """All six ways to configure one channel; it follows the watch while it is open."""

    TITLE_TEXT = "What if"
    KEYS = "esc back"

    def __init__(self, name: str, reckon: Callable[[], WhatIf | None]) -> None:
        """Show what `reckon` gives, now and every second.

        Args:
            name: of the channel; device text.
            reckon: the six ways, None while too little was seen.
        """
        super().__init__()
        self._whose, self._reckon = name, reckon

    def on_mount(self) -> None:
        """Follow the watch."""
        super().on_mount()
        self.set_interval(1.0, self.redraw)

    def lay_out(self, width: int) -> list[Line]:
        """The table."""
        return whatif_lines(self._whose, self._reckon(), width)


def whatif_lines(name: str, found: WhatIf | None, width: int) -> list[Line]:
    """One line a way, the best fit marked."""
    lines = [line((clean(name), "title")), BLANK]
    if found is None:
        text = "Too little current so far to reckon from: switch a load on this circuit on, 100 W or more."
        return [*lines, *paragraph(text, width, "wait")]
    seen = f"Reckoned from the steadiest load so far: {watts(found.watts)}, {found.va:.0f} VA."
    lines += [*paragraph(seen, width, "dim"), BLANK]
    head = f"  {fit('configured on', _WAY)}{fit('power', _WATTS, right=True)}{fit('PF', _PF, right=True)}"
    lines.append(line((fit(head, width), "head")))
    for way in found.ways:
        note = "  as it is set now" if way.current else ""
        if way.best:
            note = f"  {'best fit' if found.sure else 'best fit so far, not certain'}{note.replace('  ', ', ', 1)}"
        label = phase_word(way.phase) + (" reversed" if way.reversed else "")
        lines.append(
            line(
                ("▸ " if way.best else "  ", "key"),
                (fit(label, _WAY), "strong" if way.best else "text"),
                (fit(watts(way.watts), _WATTS, right=True), "text"),
                (fit(f"{way.pf:.2f}", _PF, right=True), "text"),
                (note, "ok" if way.best else "dim"),
            )
        )
    text = (
        "“Reversed” means: the reversal setting of this input turned round from where it is. A plain load reads a "
        "positive power and a power factor near 1 on its own phase; a motor or electronics less. The reading alone "
        "cannot tell a motor on its own phase from another phase: the mark goes by all the evidence, and a load that "
        "is switched on and off settles it."
    )
    return [*lines, BLANK, *paragraph(text, width, "dim")]
