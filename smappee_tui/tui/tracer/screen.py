"""The tracer on the screen: armed by a key, it says which input a breaker is, and keeps the breakers by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from smappee_tui.app.session import Session
from smappee_tui.app.tracer import DemoBreaker, TracerDesk
from smappee_tui.app.tracer_said import Settings
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.message_source import SLICE
from smappee_tui.diagnosis.tracing.board import Traced
from smappee_tui.i18n import current, tr
from smappee_tui.site.quality import STALE_AFTER
from smappee_tui.tui.commands import TRACER, TRACER_HAND, Command, bindings
from smappee_tui.tui.tracer.pages import list_lines, stage_lines, suggestion
from smappee_tui.tui.widgets.footer import Framed
from smappee_tui.tui.widgets.form import Form, FormField, Values
from smappee_tui.tui.widgets.lines import BLANK, Line, LineView, line, paragraph, spread
from smappee_tui.tui.widgets.words import ago

if TYPE_CHECKING:
    from smappee_tui.app.guided.demo_heater import DemoHeater
    from smappee_tui.app.visit.memory import ReportMemory

TICK = 0.25
"""Seconds between two looks."""


class TracerTitle(LineView):
    """The first line."""

    DEFAULT_CSS = "TracerTitle { height: 1; overflow: hidden; }"


class TracerBody(LineView):
    """Everything below it."""

    DEFAULT_CSS = "TracerBody { height: 1fr; overflow: hidden; padding: 0; }"

    class Chosen(Message):
        """A line was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Chosen(event.y))


class TracerScreen(Framed):
    """By keyboard or by the footer's keys; what is found stays when it is left."""

    KEYS: ClassVar[tuple[Command, ...]] = (*TRACER, TRACER_HAND)
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings((*TRACER, TRACER_HAND)),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
    ]
    DEFAULT_CSS = "TracerScreen { layout: vertical; background: $background; }"
    AUTO_FOCUS: ClassVar[str | None] = None

    class Printed(Message):
        """The label sheet is written, or not."""

        def __init__(self, result: Path | ExternalError) -> None:
            super().__init__()
            self.result = result

    def __init__(
        self,
        session: Session,
        desk: TracerDesk,
        clock: Callable[[], float],
        tick: float = TICK,
        *,
        folder: Path | None = None,
        site: str = "",
    ) -> None:
        """Show a tracer.

        Args:
            session: running already.
            desk: the tracer with its list; kept by whoever opens this screen.
            clock: seconds since 1970, the clock that arrivals carry.
            tick: seconds between two looks; 0: only when `look` is called.
            folder: where the label sheet goes; None: where the program was started.
            site: whose board it is, for the label sheet.
        """
        super().__init__()
        self.session, self.desk, self.clock, self.hand = session, desk, clock, desk.hand
        self.place = max(0, len(desk.circuits.circuits) - 1)
        self.heading, self.body = TracerTitle(id="tracer-title"), TracerBody(id="tracer-body")
        self._tick, self._folder, self._site = tick, folder, site
        self._said = desk.tracer.state.found
        self._first = (0, 0)
        """The line of the list's first row that is shown, and which row that is."""

    def compose(self) -> ComposeResult:
        yield self.heading
        yield self.body
        yield self.footer

    def on_mount(self) -> None:
        if self.desk.circuits.aside is not None:
            self.notify(tr("tracer.damaged", path=str(self.desk.circuits.aside)), markup=False, timeout=20)
            self.desk.circuits.aside = None
        if self._tick > 0:
            self.set_interval(self._tick, self.look)
        self.look()

    def on_resize(self) -> None:
        self.draw()

    def speak(self) -> None:
        self.draw()

    def look(self) -> None:
        """Fold in what has arrived, feed the tracer, ring for a name, draw."""
        self.session.poll(SLICE)
        self.desk.hear(self.session)
        problem, self.desk.problem = self.desk.problem, None
        if problem is not None:
            self._complain(problem)
        found = self.desk.tracer.state.found
        if found is not None and found != self._said:
            self.app.bell()
        self._said = found
        self.draw()

    @property
    def settings(self) -> Settings:
        site = self.session.site
        return site.settings if site is not None else {}

    @property
    def circuits(self) -> list[Traced]:
        return self.desk.circuits.circuits

    def draw(self) -> None:
        width, height = self.size.width, self.size.height - 2
        self.tell_keys()
        if not width or height < 1:
            return
        self.heading.show([spread(line((f" {tr('tracer.title')}", "title")), self._link(), width)])
        state = self.desk.tracer.state
        silent = self._age is None or self._age > STALE_AFTER
        lines = stage_lines(state, self.settings, width, height, self.desk.kept_as, silent)
        if state.stage == "idle":
            lines += [line(" ", *row) for row in paragraph(tr("tracer.safety"), min(100, width - 2), "dim")]
        hand = self._hand_line()
        room = height - len(lines) - 1 - len(hand)
        lines = [*lines, *hand, BLANK]
        shown, self._first = list_lines(self.circuits, self.settings, self.place, width, max(2, room))
        self._first = (self._first[0] + len(lines), self._first[1])
        self.body.show([*lines, *shown][:height])

    def _hand_line(self) -> list[Line]:
        if self.hand is None:
            return []
        what = tr("tracer.demo_back" if self.hand.at is not None else "tracer.demo_switch")
        return [line((" h  ", "key"), (what, "dim"))]

    @property
    def _age(self) -> float | None:
        site = self.session.site
        return site.quality.age(self.clock()) if site is not None else None

    def _link(self) -> Line:
        age = self._age
        if self.session.source.state.phase != "connected":
            return line((f"✕ {tr('guided_screen.disconnected')} ", "fault"))
        if age is None:
            return line((f"◌ {tr('guided_screen.no_data')} ", "warn"))
        if age > STALE_AFTER:
            return line((f"▲ {tr('live.state.stale', ago=ago(age))} ", "warn"))
        return line((f"● {tr('live.state.live', ago=ago(age))} ", "ok"))

    def offered(self) -> list[Command]:
        """What makes sense now."""
        found = self.desk.tracer.state.found is not None
        wanted = {"arm"} | ({"name"} if found or self.circuits else set())
        wanted |= {"print", "drop"} if self.circuits else set()
        wanted |= {"heater"} if self.hand is not None else set()
        return [c for c in self.KEYS if c.action in wanted or c.footer >= 80]

    def action_arm(self) -> None:
        """Listen for the next breaker."""
        self.desk.arm()
        self.draw()

    def action_close(self) -> None:
        """Back to the table; what was found stays."""
        self.dismiss(None)

    def on_tracer_body_chosen(self, message: TracerBody.Chosen) -> None:
        line_of, first = self._first
        if 0 <= message.number - line_of < len(self.circuits) - first:
            self.place = first + message.number - line_of
            self.draw()

    def action_move(self, by: int) -> None:
        self.place = max(0, min(len(self.circuits) - 1, self.place + by))
        self.draw()

    def action_name(self) -> None:
        """Name the find; where it has a name, or there is none, the breaker under the cursor."""
        state = self.desk.tracer.state
        fresh = state.found is not None and not self.desk.kept_as
        old = "" if fresh else self.desk.kept_as if state.found is not None else self._chosen
        if not fresh and not old:
            self.notify(tr("tracer.nothing_to_name"), markup=False)
            return
        first = suggestion(state.found, self.settings) if fresh else old

        def take(values: Values | None) -> None:
            if values is not None:
                self._keep(values["breaker"], old)

        self.app.push_screen(
            Form(
                "tracer.label_title",
                [FormField("breaker", "tracer.breaker", first)],
                about=lambda _: [(tr("tracer.label_about"), "dim")],
                check=lambda values: "" if values["breaker"].strip() else tr("tracer.label_none"),
            ),
            take,
        )

    @property
    def _chosen(self) -> str:
        return self.circuits[self.place].breaker if self.place < len(self.circuits) else ""

    def _keep(self, breaker: str, old: str) -> None:
        desk = self.desk
        if old and old != desk.kept_as:
            desk.keep(lambda: desk.circuits.rename(old, breaker))
        else:
            desk.name(breaker)
        names = [one.breaker for one in self.circuits]
        kept = " ".join(breaker.split())
        self.place = names.index(kept) if kept in names else max(0, min(self.place, len(names) - 1))
        self.draw()

    def action_drop(self) -> None:
        if not self._chosen:
            return
        if self._chosen == self.desk.kept_as:
            self.desk.kept_as = ""
        self.desk.circuits.drop(self._chosen)
        self.desk.keep(self.desk.circuits.save)
        self.action_move(0)

    def action_print(self) -> None:
        """Write the label sheet, on a thread of its own: fonts take a while."""
        from smappee_tui.app.tracer import write_labels

        if not self.circuits:
            self.notify(tr("tracer.nothing_to_print"), markup=False)
            return
        work = write_labels(
            self.circuits, self.settings, self._folder or Path.cwd(), self._site, self.clock(), current()
        )
        self.notify(tr("tracer.printing"), markup=False, timeout=2)

        def carry_out() -> None:
            try:
                self.post_message(self.Printed(work()))
            except ExternalError as error:
                self.post_message(self.Printed(error))

        self.run_worker(carry_out, thread=True, exclusive=True, group="labels", exit_on_error=False)

    def on_tracer_screen_printed(self, message: Printed) -> None:
        if isinstance(message.result, ExternalError):
            self._complain(message.result)
        else:
            self.notify(tr("tracer.printed", path=str(message.result)), markup=False, timeout=10)

    def action_heater(self) -> None:
        """In a demo: switch a breaker; what it does comes with the monitor's next message."""
        if self.hand is not None:
            self.hand.flip(self.settings)
            self.draw()

    def _complain(self, error: ExternalError) -> None:
        self.notify(current().error(error), severity="warning", markup=False, timeout=20)


def tracer_screen(
    session: Session, memory: ReportMemory, clock: Callable[[], float], tick: float, heater: DemoHeater | None
) -> TracerScreen:
    """The screen of the tracer of the location that is shown. `tick` at most `TICK`."""
    uuid = session.site.uuid if session.site is not None else ""
    desk, job = memory.tracer(uuid), memory.job(uuid)
    if heater is not None and desk.hand is None:
        desk.hand = DemoBreaker(heater.socket)
    folder, site = (None, "") if job is None else (job.reports, job.state.name)
    return TracerScreen(session, desk, clock, min(tick, TICK), folder=folder, site=site)
