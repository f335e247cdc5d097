"""The connection doctor on the screen: each step ticks, or says why not and what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType

from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.portal.doctor import NAMES, DoctorStep
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import Sheet
from smappee_tui.tui.widgets.text import fit, shown

_SIGNS = {"ok": ("✓", "ok"), "failed": ("✕", "fault"), "waiting": ("◌", "wait"), "skipped": ("·", "dim")}
_TITLES = {
    "resolve": "Find its address",
    "port": "Reach its port",
    "connect": "Log on",
    "subscribe": "Subscribe",
    "configuration": "Configuration kept",
    "realtime": "Measurements",
    "clock": "Clock",
}
Next = Literal["open", "guide"]


class DoctorSheet(Sheet):
    """Runs the steps; gives "open", "guide" or None."""

    TITLE_TEXT = "Connection doctor"
    KEYS = "r again   p portal guide   esc back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "again", "again"),
        Binding("p", "next('guide')", "portal guide"),
        Binding("enter", "next('open')", "show", priority=True),
    ]

    def __init__(self, who: str, examine: Callable[[], AsyncIterator[DoctorStep]]) -> None:
        """Examine.

        Args:
            who: whom, in words.
            examine: begins the steps anew.
        """
        super().__init__()
        self._who, self._examine = who, examine
        self.steps: dict[str, DoctorStep] = {}
        self._problem = ""

    def on_mount(self) -> None:
        """Begin."""
        super().on_mount()
        self.action_again()

    def action_again(self) -> None:
        """From the beginning."""
        self.run_worker(self._work(), group="doctor", exclusive=True, exit_on_error=False)

    async def _work(self) -> None:
        self.steps, self._problem = {}, ""
        try:
            async for step in self._examine():
                self.steps[step.name] = step
                self.redraw()
        except ExternalError as error:
            self._problem = str(error)
            self.redraw()

    @property
    def finished(self) -> bool:
        """Every step has ended."""
        return len(self.steps) == len(NAMES) and all(step.state != "waiting" for step in self.steps.values())

    def action_next(self, what: Next) -> None:
        """Go on from here."""
        if what == "guide" or self.finished:
            self.dismiss(what)

    def lay_out(self, width: int) -> list[Line]:
        """One block a step."""
        lines: list[Line] = [line((shown(self._who), "strong")), BLANK]
        for name in NAMES:
            lines += step_lines(self.steps.get(name), name, width)
        if self._problem:
            lines += [BLANK, *paragraph(shown(self._problem), width, "warn")]
        elif self.finished:
            lines += [BLANK, *_verdict(list(self.steps.values()), width)]
        return lines


def step_lines(step: DoctorStep | None, name: str, width: int) -> list[Line]:
    """One step: sign, title, what was seen, and what to do."""
    sign, tone = _SIGNS[step.state] if step is not None else ("·", "dim")
    title: Line = line((f"{sign} ", tone), (fit(_TITLES[name], 20), "strong" if step else "dim"))
    if step is None:
        return [title]
    detail = {"waiting": "…", "skipped": "not tried"}.get(step.state, "") if not step.detail else step.detail
    lines = paragraph(shown(detail), width, "text" if step.state in ("ok", "failed") else "dim", title)
    if step.state == "failed" and step.next_action:
        lines += paragraph(shown(step.next_action), width, "warn", line((" " * 22 + "→ ", "warn")))
    return lines


def _verdict(steps: list[DoctorStep], width: int) -> list[Line]:
    if any(step.state == "failed" for step in steps):
        return paragraph(
            "r looks again. p lets the monitor push its data to this laptop. ⏎ shows what is there.", width
        )
    return paragraph("All is well: ⏎ shows the monitor.", width, "ok")
