"""The connection doctor on the screen: each step ticks, or says why not and what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import ClassVar, Literal

from textual.binding import BindingType

from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.portal.doctor import NAMES, DoctorStep
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import fit
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.protocol.fact import Fact
from smappee_tui.tui.commands import DOCTOR, Command, bindings
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import Sheet

_SIGNS = {"ok": ("✓", "ok"), "failed": ("✕", "fault"), "waiting": ("◌", "wait"), "skipped": ("·", "dim")}
Next = Literal["open", "guide"]


class DoctorSheet(Sheet):
    """Runs the steps; gives "open", "guide" or None."""

    TITLE_TEXT = "find.doctor.title"
    KEYS: ClassVar[tuple[Command, ...]] = DOCTOR
    BINDINGS: ClassVar[list[BindingType]] = bindings(DOCTOR)

    def __init__(self, who: Fact | str, examine: Callable[[], AsyncIterator[DoctorStep]]) -> None:
        """Examine `who`; `examine` begins the steps anew."""
        super().__init__()
        self._who, self._examine = who, examine
        self.steps: dict[str, DoctorStep] = {}
        self._problem: ExternalError | None = None

    def on_mount(self) -> None:
        super().on_mount()
        self.action_again()

    def action_again(self) -> None:
        self.run_worker(self._work(), group="doctor", exclusive=True, exit_on_error=False)

    async def _work(self) -> None:
        self.steps, self._problem = {}, None
        try:
            async for step in self._examine():
                self.steps[step.name] = step
                self.redraw()
        except ExternalError as error:
            self._problem = error
            self.redraw()

    @property
    def finished(self) -> bool:
        return len(self.steps) == len(NAMES) and all(step.state != "waiting" for step in self.steps.values())

    def offered(self) -> list[Command]:
        """What makes sense now."""
        return [c for c in DOCTOR if self.finished or c.action != "next('open')"]

    def action_next(self, what: Next) -> None:
        if what == "guide" or self.finished:
            self.dismiss(what)

    def lay_out(self, width: int) -> list[Line]:
        lines: list[Line] = [line((current().fact(self._who), "strong")), BLANK]
        for name in NAMES:
            lines += step_lines(self.steps.get(name), name, width)
        if self._problem is not None:
            lines += [BLANK, *paragraph(current().error(self._problem), width, "warn")]
        elif self.finished:
            failed = any(step.state == "failed" for step in self.steps.values())
            verdict, tone = (tr("find.doctor.failed"), "text") if failed else (tr("find.doctor.well"), "ok")
            lines += [BLANK, *paragraph(verdict, width, tone)]
        return lines


def step_lines(step: DoctorStep | None, name: str, width: int) -> list[Line]:
    """One step: sign, title, what was seen, and what to do."""
    titles = {one: tr(f"find.step.{one}") for one in NAMES}
    room = max(map(cells_of, titles.values())) + 2
    sign, tone = _SIGNS[step.state] if step is not None else ("·", "dim")
    title: Line = line((f"{sign} ", tone), (fit(titles[name], room), "strong" if step else "dim"))
    if step is None:
        return [title]
    detail = current().fact(step.detail)
    if not detail and step.state in ("waiting", "skipped"):
        detail = tr(f"find.step_{step.state}")
    lines = paragraph(detail, width, "text" if step.state in ("ok", "failed") else "dim", title)
    if step.state == "failed" and step.next_action:
        arrow = line((" " * (room + 2) + "→ ", "warn"))
        lines += paragraph(current().fact(step.next_action), width, "warn", arrow)
    return lines
