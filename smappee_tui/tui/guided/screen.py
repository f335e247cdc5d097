"""The guided test on the screen: questions, safety, one instruction at a time, result."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from smappee_tui.app.guided.demo_heater import DemoHeater
from smappee_tui.app.guided.progress import GuidedProgress, Page
from smappee_tui.app.session import Session
from smappee_tui.connect.message_source import SLICE
from smappee_tui.i18n import current, tr
from smappee_tui.site.quality import STALE_AFTER
from smappee_tui.site.sample import Sample
from smappee_tui.site.view import view_of
from smappee_tui.tui.commands import BACK, GUIDED, HEATER, Command, bindings
from smappee_tui.tui.guided.pages import (
    QuestionPage,
    asking,
    question_lines,
    result_lines,
    running_lines,
    safety_lines,
    title_line,
)
from smappee_tui.tui.widgets.footer import Framed
from smappee_tui.tui.widgets.lines import BLANK, Line, LineView, line
from smappee_tui.tui.widgets.words import ago

TICK = 0.25
"""Seconds between two looks, whatever comes."""
GLANCE = 0.05
"""Seconds between two glances for a new message: an edge should show at once."""


class GuideTitle(LineView):
    """The first line."""

    DEFAULT_CSS = "GuideTitle { height: 1; overflow: hidden; }"


class GuideBody(LineView):
    """Everything below it."""

    DEFAULT_CSS = "GuideBody { height: 1fr; overflow: hidden; padding: 0; }"


class GuideScreen(Framed):
    """Leads through the test by keyboard alone."""

    KEYS: ClassVar[tuple[Command, ...]] = GUIDED
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(GUIDED),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
    ]
    DEFAULT_CSS = "GuideScreen { layout: vertical; background: $background; }"
    AUTO_FOCUS: ClassVar[str | None] = None

    def __init__(
        self,
        session: Session,
        guide: GuidedProgress,
        clock: Callable[[], float],
        tick: float = TICK,
        *,
        report: Callable[[], None] | None = None,
    ) -> None:
        """Show a test.

        Args:
            session: running already.
            guide: what was done so far; kept by whoever opens this screen.
            clock: seconds since 1970, the clock that arrivals carry.
            tick: seconds between two looks; 0: only when `look` is called.
            report: opens the report, which the test is done for; None where there is none to write.
        """
        super().__init__()
        self.session, self.guide, self.clock = session, guide, clock
        self.place = 0
        """The row of the result under the cursor."""
        self.heading, self.body = GuideTitle(id="guide-title"), GuideBody(id="guide-body")
        self._report = report
        self._asking: QuestionPage | None = None
        self._tick = tick
        self._bells = 0
        self._drawn: Page | None = None
        """The page that was drawn last."""
        self._seen: Sample | None = None
        """The newest second that `look` has looked at."""

    def compose(self) -> ComposeResult:
        yield self.heading
        yield self.body
        yield self.footer

    def on_mount(self) -> None:
        """Begin with the questions, or where the test was left."""
        judge = self.session.judge
        declared = judge is not None and judge.generation is not None and self.guide.answers is None
        self._asking = asking(self.guide.suggested(self.session), declared)
        self.guide.go_on()
        if self._tick > 0:
            self.set_interval(self._tick, self.look)
            self.set_interval(min(GLANCE, self._tick), self.glance)
        self.look()

    def on_resize(self) -> None:
        """Everything depends on the size."""
        self.draw()

    def glance(self) -> None:
        """Look if a new second has come, which the screen below may have folded in; costs nothing while none has."""
        self.session.poll(SLICE / 5)
        site = self.session.site
        if site is not None and site.sample is not self._seen:
            self.look()

    def look(self) -> None:
        """Fold in what has arrived, feed the test, ring, draw."""
        self.session.poll(SLICE)
        site, test = self.session.site, self.guide.test
        self._seen = site.sample if site is not None else None
        self.guide.follow(self.session, self.clock())
        if test is not None and len(test.log) > self._bells:
            self._bells = len(test.log)
            self.app.bell()
        self.draw()

    def speak(self) -> None:
        self.draw()

    def draw(self) -> None:
        width, height = self.size.width, self.size.height - 2
        if self.page == "result" and self._drawn != "result":
            self._to_first_fault()
        if self._drawn not in (None, self.page):
            self.body.scroll_to(y=0, animate=False, force=True)  # however far down the words on safety were read
        self._drawn = self.page
        self.tell_keys()
        if not width or height < 1 or self._asking is None:
            return
        test = self.guide.test
        if self.page in ("ask", "safety") or test is None:
            self.heading.show([line((f" {tr('guided_screen.title')}", "title"))])
            wide = min(96, width - 4)
            lines = safety_lines(wide, height - 1) if self.page == "safety" else question_lines(self._ask, wide)
            self.body.styles.overflow_y = "auto" if self.page == "safety" else "hidden"
            self.body.show([(), *(line("  ", *row) for row in lines)])
            self.call_after_refresh(self.tell_keys)  # which depend on whether all of it can be seen
            return
        self.body.styles.overflow_y = "hidden"
        self.heading.show([title_line(test, width, self._link())])
        site = self.session.site
        result = self.guide.result(self.session) if self.page == "result" else None
        if result is not None:
            self.body.show(result_lines(result, test, self.place, width, height, self.extra_line()))
        else:
            view = view_of(site) if site is not None else None
            self.body.show(running_lines(test, view, width, height, self.extra_line()))

    def offered(self) -> list[Command]:
        """What makes sense on this page."""
        test = self.guide.test
        wanted = {"next"}
        begin = self.page == "safety" and not self._unread
        if self.page == "test" and test is not None:
            wanted = {"skip", "repeat", "result"}
            if test.step is not None and test.step.kind != "run":
                wanted |= {"switched"}
            if test.recognizer.offered is not None:
                wanted |= {"adopt"}
        elif self.page == "result" and test is not None:
            wanted = {"moved", "repeat"} | ({"next"} if test.plan.steps else set())
            if self._report is not None:
                wanted |= {"report"}
        offered = [c for c in GUIDED if c.action in wanted or c.footer >= BACK.footer]
        return [c for c in offered if c.action != "next" or (c.text == "guided_begin") is begin]

    @property
    def _unread(self) -> bool:
        """The words on safety go on below the screen."""
        return self.body.scroll_offset.y < self.body.max_scroll_y

    def _to_first_fault(self) -> None:
        """The cursor begins there."""
        result = self.guide.result(self.session)
        rows = result.channels if result is not None else ()
        self.place = next((place for place, row in enumerate(rows) if row.outcome == "fault"), 0)

    @property
    def page(self) -> Page:
        """Where the test is, for every screen that shows it."""
        return self.guide.page

    def extra_line(self) -> Line:
        """One line more than there is to say; a demo fills it."""
        return BLANK

    @property
    def _ask(self) -> QuestionPage:
        assert self._asking is not None  # noqa: S101 - made when the screen is mounted
        return self._asking

    def _link(self) -> Line:
        state, site = self.session.source.state, self.session.site
        if state.phase != "connected":
            return line((f"✕ {tr('guided_screen.disconnected')} ", "fault"))
        age = site.quality.age(self.clock()) if site is not None else None
        if age is None:
            return line((f"◌ {tr('guided_screen.no_data')} ", "warn"))
        if age > STALE_AFTER:
            return line((f"▲ {tr('live.state.stale', ago=ago(age))} ", "warn"))
        return line((f"● {tr('live.state.live', ago=ago(age))} ", "ok"))

    def action_close(self) -> None:
        """Back to the table. The test stays as it is."""
        self.dismiss(None)

    def action_report(self) -> None:
        """Write down what was proved."""
        if self._report is not None and self.guide.test is not None:
            self._report()

    def action_next(self) -> None:
        if self.page == "ask":
            self._asking = self._ask.chosen()
            if self._ask.question > 1:
                self.guide.answer(self._ask.answers, self.session, self.clock())
        elif self.page == "safety" and self._unread:
            self._scroll(max(1, self.body.size.height - 1))
        elif self.page == "safety":
            self.guide.accept(self.session, self.clock())
        elif self.page == "result" and self.guide.test is not None and not self.guide.test.finished:
            self.guide.go_on()
        self.look()

    def action_switched(self) -> None:
        """He switched the load; before the test, the same as enter."""
        if self.page == "test":
            self.guide.press(self.session, self.clock())
            self.look()
        else:
            self.action_next()

    def action_skip(self) -> None:
        self.guide.skip(self.session, self.clock())
        self.look()

    def action_repeat(self) -> None:
        """This step again, or the last one."""
        self.guide.repeat(self.session, self.clock())
        self.look()

    def action_adopt(self) -> None:
        """The load has the size that it showed."""
        self.guide.adopt(self.session, self.clock())
        self.look()

    def action_result(self) -> None:
        """What is proved so far, or back to the test."""
        if self.page == "test":
            self.guide.show_result()
        else:
            self.guide.go_on()
        self.draw()

    def action_moved(self) -> None:
        """The chosen clamp was moved: its evidence no longer holds."""
        result = self.guide.result(self.session)
        if self.page == "result" and result is not None and self.place < len(result.channels):
            self.guide.moved(result.channels[self.place].input, self.session, self.clock())
            self.look()

    def _scroll(self, by: int) -> None:
        self.body.scroll_relative(y=by, animate=False)
        self.call_after_refresh(self.tell_keys)

    def action_move(self, by: int) -> None:
        if self.page == "ask":
            self._asking = self._ask.moved(by)
        elif self.page == "safety":
            self._scroll(by)
        elif self.page == "result" and (result := self.guide.result(self.session)) is not None:
            self.place = max(0, min(len(result.channels) - 1, self.place + by))
        self.draw()


class DemoGuideScreen(GuideScreen):
    """The same screen, with a hand in the house."""

    KEYS: ClassVar[tuple[Command, ...]] = (HEATER, *GUIDED)
    BINDINGS: ClassVar[list[BindingType]] = bindings((HEATER,))

    def __init__(
        self,
        session: Session,
        guide: GuidedProgress,
        clock: Callable[[], float],
        heater: DemoHeater,
        tick: float = TICK,
        *,
        report: Callable[[], None] | None = None,
    ) -> None:
        """As `GuideScreen`, with the load to switch."""
        super().__init__(session, guide, clock, tick, report=report)
        self.heater = heater

    def look(self) -> None:
        """As ever; and an appliance that need not run any more stops."""
        super().look()
        if self.guide.test is not None:
            self.heater.follow(self.guide.test)

    def extra_line(self) -> Line:
        """What the key does now."""
        test = self.guide.test
        offer = self.heater.offer(test) if test is not None and self._switchable else None
        return line((" h ", "key"), (f"{current().fact(offer)}  ", "dim")) if offer else BLANK

    @property
    def _switchable(self) -> bool:
        return self.page == "test" or self.heater.at is not None

    def action_heater(self) -> None:
        """Switch it; the edge comes with the monitor's next message."""
        if self.guide.test is not None and self._switchable:
            self.heater.switch(self.guide.test)
            self.draw()


def guide_screen(
    session: Session,
    guide: GuidedProgress,
    clock: Callable[[], float],
    tick: float,
    heater: DemoHeater | None,
    report: Callable[[], None],
) -> GuideScreen:
    """The screen of a test: with a load to switch in a demo, without one in a real house. `tick` at most `TICK`."""
    tick = min(tick, TICK)
    if heater is None:
        return GuideScreen(session, guide, clock, tick, report=report)
    return DemoGuideScreen(session, guide, clock, heater, tick, report=report)
