"""The commissioning plan as a sheet: where one stands, and a key to go on from there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from textual.binding import BindingType
from textual.screen import Screen

from smappee_tui.app.next_step import NextStep
from smappee_tui.app.pending_reverts import pending
from smappee_tui.app.visit.commissioning import Place, PlanLine, State, VisitSoFar, plan_of_visit
from smappee_tui.i18n import current, tr
from smappee_tui.tui.commands import (
    BY_ACTION,
    CORRECTIONS,
    DEVICES,
    FIND,
    FINDINGS,
    GUIDED,
    LIMITS,
    PLAN_SHEET,
    REPORT,
    TRACER,
    Command,
    bindings,
)
from smappee_tui.tui.plan.left import Watching
from smappee_tui.tui.widgets.footer import Framed
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.parts import PartsSheet
from smappee_tui.tui.widgets.words import first_sentence

if TYPE_CHECKING:
    from smappee_tui.tui.app import SmappeeApp

SIGNS: dict[State, tuple[str, str]] = {"done": ("✓", "ok"), "open": ("○", "wait"), "cannot": ("–", "dim")}
"""Sign and tone of each state; its word stands behind it."""


class Way(NamedTuple):
    """How a place is reached."""

    command: Command | None
    """Of the first screen; None: that is this place."""
    keys: Sequence[Command] = ()
    """What can be asked for there, by which a screen that is open already is known."""


WAYS: dict[Place, Way] = {
    "find": Way(None, FIND),
    "put_back": Way(next(c for c in FIND if c.action == "back_way")),
    "findings": Way(BY_ACTION["findings"], FINDINGS),
    "guide": Way(BY_ACTION["guide"], GUIDED),
    "devices": Way(BY_ACTION["devices"], DEVICES),
    "corrections": Way(BY_ACTION["corrections"], CORRECTIONS),
    "limits": Way(BY_ACTION["limits"], LIMITS),
    "tracer": Way(BY_ACTION["tracer"], TRACER),
    "report": Way(BY_ACTION["report"], REPORT),
}


class Plan(NamedTuple):
    """What there is to show."""

    lines: tuple[PlanLine, ...]
    step: NextStep | None = None
    """The first thing to do."""


Reach = Literal["way", "here", "below", "find_screen", ""]
"""How a place is reached: by its key, it is where one came from, it is open further below, only from the find screen,
or not now."""


class PlanSheet(PartsSheet):
    """Every line with its state; it follows the watch while it is open. Ends with the place to go to, or None."""

    TITLE_TEXT = "plan.title"
    KEYS: ClassVar[tuple[Command, ...]] = PLAN_SHEET
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLAN_SHEET)

    def __init__(self, plan: Callable[[], Plan], reach: Callable[[Place], Reach]) -> None:
        """Show a plan.

        Args:
            plan: how it stands, asked each second.
            reach: how a place is reached from here.
        """
        super().__init__()
        self._ask, self._reach = plan, reach
        self._plan = plan()
        self._key = next((one.code for one in self._plan.lines if one.waits), None)

    def on_mount(self) -> None:
        self.set_interval(1.0, self._look)

    def _look(self) -> None:
        plan = self._ask()
        if plan != self._plan:
            self._plan = plan
            self.speak()

    def title_line(self) -> Line:
        lines = self._plan.lines
        done = sum(one.state == "done" for one in lines)
        count = sum(one.state != "cannot" and not one.optional for one in lines)
        return line((f" {tr(self.TITLE_TEXT)}", "title"), (f"   {tr('plan.done_of', done=done, count=count)}", "dim"))

    def parts(self, width: int) -> Iterator[tuple[Hashable, list[Line]]]:
        step = self._plan.step
        if step is not None:
            first = line((f"{tr('plan.first')} ", "dim"))
            yield None, [*paragraph(_brief(step), width, "strong", first, indent=2), BLANK]
        for one in self._plan.lines:
            yield one.code, self._part(one, width)

    def _part(self, one: PlanLine, width: int) -> list[Line]:
        sign, tone = SIGNS["cannot" if one.optional else one.state]
        state = "optional" if one.optional else one.state
        title, word = tr(f"plan.line.{one.code}"), tr(f"plan.state.{state}")
        lines = paragraph(
            current().pair(title, word), width, tone if one.state != "done" else "text", line((f"{sign} ", tone))
        )
        if one.why is not None:
            lines += paragraph(current().fact(one.why), width, "dim", line(("  ", "text")))
        if one.state == "open" and one.place is not None and (way := self._way(one.place)):
            lines += paragraph(way, width, "key", line(("  → ", "key")))
        return lines

    def _way(self, place: Place) -> str:
        """The words for going there; "" where there is no way now."""
        command, reach = WAYS[place].command, self._reach(place)
        if reach == "way" and command is not None:
            return tr("plan.way", what=command.label, key=command.key)
        return tr(f"plan.way_{reach}") if reach else ""

    def offered(self) -> list[Command]:
        """There is something to go to."""
        return [c for c in PLAN_SHEET if c.action != "go" or self.goal is not None]

    @property
    def goal(self) -> Place | None:
        """Where the chosen line leads; None where that is not to be reached from here."""
        place = next((one.place for one in self._plan.lines if one.code == self.chosen), None)
        return place if place is not None and self._reach(place) in ("way", "here") else None

    def action_go(self) -> None:
        if self.goal is not None:
            self.dismiss(self.goal)


def _brief(step: NextStep) -> str:
    """The first thing to do; of a long advice its first sentence: the rest stands where the line leads."""
    do = first_sentence(current().fact(step.do))
    return do if step.why is None else tr("next_step.found", why=current().fact(step.why), do=do)


def toggle(app: SmappeeApp[Any]) -> None:
    """Show the plan over whatever is open, or go back to that."""
    there = next((screen for screen in app.screen_stack if isinstance(screen, PlanSheet)), None)
    if there is not None:
        while app.screen is not there:
            app.pop_screen()  # its help, say
        there.dismiss(None)
        return

    def plan() -> Plan:
        if not isinstance(app.first, Watching):
            return Plan(plan_of_visit(VisitSoFar(reverts=pending())))
        from smappee_tui.tui.plan.watched import plan_of_watch

        return plan_of_watch(app.first)

    def go(place: Place | None) -> None:
        command = WAYS[place].command if place is not None and reach_of(place, app.first, below) == "way" else None
        if command is not None:
            app.call_later(app.first.run_action, command.action)

    below = list(app.screen_stack)
    app.push_screen(PlanSheet(plan, lambda place: reach_of(place, app.first, below)), go)


def reach_of(place: Place, first: Screen[Any], stack: Sequence[Screen[Any]]) -> Reach:
    """How a place is reached.

    Args:
        place: where to.
        first: the screen of the app; its commands lead on.
        stack: the screens that are open, the one in front last.
    """
    way = WAYS[place]
    for screen in reversed(stack):
        if way.keys and isinstance(screen, Framed) and set(way.keys) <= set(screen.KEYS):
            return "here" if screen is stack[-1] else "below"
    offered = first.offered() if isinstance(first, Framed) else []
    if way.command is not None and way.command.action in [command.action for command in offered]:
        return "way"
    return "find_screen" if place in ("find", "put_back") else ""
