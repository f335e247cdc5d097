"""What the cloud screens have in common: a head, a body of lines with a cursor, and reading that never blocks them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.app import ComposeResult
from textual.worker import Worker, WorkerState

from smappee_tui.app.cloud_session import CloudSession, UnexpectedError
from smappee_tui.connect.errors import ExternalError
from smappee_tui.tui.cloud.loadable import Loadable
from smappee_tui.tui.widgets.footer import Framed
from smappee_tui.tui.widgets.lines import Line, LineView

WIDEST = 118
"""Cells of a line of text at most."""
Laid = tuple[list[Line], int | None]
"""Lines, and the number of the one under the cursor."""


class CloudHead(LineView):
    """The first lines."""

    DEFAULT_CSS = "CloudHead { height: auto; dock: top; overflow: hidden; background: $background; }"

    def __init__(self, lay_out: Callable[[int], list[Line]]) -> None:
        super().__init__(id="cloud-head")
        self.lay_out = lay_out

    def resized(self) -> None:
        self._lines = self.lay_out(self.room or self.app.size.width)


class CloudBody(LineView, can_focus=True):
    """Lines to scroll through, one of them under the cursor."""

    DEFAULT_CSS = "CloudBody { height: 1fr; padding: 1 1 0 1; }"

    def __init__(self, lay_out: Callable[[int, int], Laid]) -> None:
        super().__init__(id="cloud-body")
        self.lay_out = lay_out
        self.cursor: int | None = None

    def resized(self) -> None:
        if self.room:
            self._lines, self.cursor = self.lay_out(min(WIDEST, self.room), self.scrollable_content_region.height)

    def chosen(self, number: int) -> bool:
        """The line under the cursor."""
        return number == self.cursor

    def reveal(self) -> None:
        """Scroll to the cursor."""
        top, rows = round(self.scroll_offset.y), self.size.height - 1
        if self.cursor is not None and not top <= self.cursor < top + rows:
            self.scroll_to(y=max(0, self.cursor - 2), animate=False)


class CloudFrame(Framed):
    """Base of the list and of one location."""

    DEFAULT_CSS = "CloudFrame { layout: vertical; background: $background; }"

    def __init__(self, hub: CloudSession) -> None:
        super().__init__()
        self.hub = hub
        self.head, self.body = CloudHead(self.head_lines), CloudBody(self.lay_out)
        self._readings: dict[str, tuple[Loadable[Any], int]] = {}
        """What each group of workers is at."""

    def compose(self) -> ComposeResult:
        yield self.head
        yield self.body
        yield self.footer

    def on_mount(self) -> None:
        """Draw every second: states say how long they last."""
        self.body.focus()
        self.set_interval(1.0, self.draw)
        self.begin()
        self.draw()

    def begin(self) -> None:
        """Read what is shown first."""
        raise NotImplementedError

    def head_lines(self, width: int) -> list[Line]:
        raise NotImplementedError

    def lay_out(self, width: int, height: int) -> Laid:
        raise NotImplementedError

    def draw(self) -> None:
        self.head.resized()
        self.head.repaint()
        self.body.resized()
        self.body.repaint()
        self.tell_keys()

    def on_resize(self) -> None:
        self.draw()

    def read(
        self, group: str, reading: Loadable[Any], work: Callable[[Loadable[Any]], Coroutine[Any, Any, None]]
    ) -> None:
        """Read something beside the screen; what the same group was at is called off."""
        turn = reading.begin(self.hub.clock())
        self._readings[group] = (reading, turn)
        self.run_worker(self._guarded(reading, turn, work), group=group, exclusive=True, exit_on_error=False)
        self.draw()

    async def _guarded(
        self, reading: Loadable[Any], turn: int, work: Callable[[Loadable[Any]], Coroutine[Any, Any, None]]
    ) -> None:
        problem: ExternalError | None = None
        try:
            await work(reading)
        except ExternalError as error:
            problem = error
            self.hub.refused(error)
        reading.failed(turn, problem)
        self.draw()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A mistake of this program is shown where its values would be."""
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None and event.worker.group in self._readings:
            reading, turn = self._readings[event.worker.group]
            reading.failed(turn, UnexpectedError(error))
            self.draw()

    def action_help(self) -> None:
        from smappee_tui.tui.help import CLOUD, HelpSheet

        self.app.push_screen(HelpSheet(CLOUD))

    def speak(self) -> None:
        self.draw()

    def action_close(self) -> None:
        """Go back; the first screen of an app ends it."""
        if len(self.app.screen_stack) > 1:
            self.dismiss(None)
        else:
            self.app.exit(None)
