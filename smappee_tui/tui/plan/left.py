"""What is left to do once every input is judged: what is open of the plan, then the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from smappee_tui.app.next_step import NextStep

if TYPE_CHECKING:
    from collections.abc import Callable

    from smappee_tui.app.session import Snapshot
    from smappee_tui.app.visit.memory import ReportMemory
    from smappee_tui.app.visit.mending import Mending


@runtime_checkable
class Watching(Protocol):
    """A screen of which there is more to tell than that nothing was found yet."""

    @property
    def picture(self) -> Snapshot | None: ...
    @property
    def mode(self) -> str: ...
    @property
    def clock(self) -> Callable[[], float]: ...
    @property
    def mending(self) -> Mending: ...
    @property
    def reports(self) -> ReportMemory: ...


def step_left(step: NextStep | None, screen: Watching) -> NextStep | None:
    """The first thing to do; where that is the report, what is open before it, or after it was written.

    Args:
        step: as the evidence has it.
        screen: what is watched.
    """
    if step is None or step.do.code != "next_step.report":
        return step
    from smappee_tui.tui.plan.watched import plan_of_watch

    return plan_of_watch(screen).step
