"""What is left to do once every input is judged: what is open of the plan, then the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from smappee_tui.app.next_step import NextStep

if TYPE_CHECKING:
    from collections.abc import Callable

    from smappee_tui.app.session import Snapshot
    from smappee_tui.diagnosis.judgement import Judgement
    from smappee_tui.tui.live.begun import Begun

AGAIN = 3.0
"""Seconds after which the plan is looked at again whatever was judged."""


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
    def begun(self) -> Begun: ...


class StepLeft:
    """The first thing to do; where that is the report, what is open before it, or after it was written.

    The plan reads files: it is made once for a judgement and what was typed, and again after `AGAIN`.
    """

    def __init__(self, screen: Watching) -> None:
        """Follow what is watched."""
        self._screen = screen
        self._judgement: Judgement | None = None
        self._typed: dict[str, str] = {}
        self._at = -AGAIN
        self._step: NextStep | None = None

    def after(self, step: NextStep | None) -> NextStep | None:
        """What to do, where the evidence alone has this step."""
        picture = self._screen.picture
        if step is None or picture is None or picture.view is None or step.do.code != "next_step.report":
            return step
        now, typed = self._screen.clock(), self._screen.begun.reports.values(picture.view.uuid)
        same = picture.judgement is self._judgement and typed == self._typed
        if not same or not 0 <= now - self._at < AGAIN:
            from smappee_tui.tui.plan.watched import plan_of_watch

            self._judgement, self._typed, self._at = picture.judgement, dict(typed), now
            self._step = plan_of_watch(self._screen).step
        return self._step
