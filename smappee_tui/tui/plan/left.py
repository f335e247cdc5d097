"""What is left to do once every input is judged: the report, unless it was written already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from smappee_tui.app.next_step import NextStep

if TYPE_CHECKING:
    from collections.abc import Callable

    from smappee_tui.app.session import Snapshot
    from smappee_tui.app.visit import ReportMemory


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
    def reports(self) -> ReportMemory: ...


def step_left(step: NextStep | None, screen: Watching) -> NextStep | None:
    """The first thing to do; where that is a report, and one was written, what is left of the plan.

    Args:
        step: as the evidence has it.
        screen: what is watched.
    """
    if step is None or step.do.code != "next_step.report":
        return step
    from smappee_tui.tui.plan.watched import plan_of_watch

    return plan_of_watch(screen).step
