"""The live screen: one session, watched, and what a person can do with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer

from smappee_tui.app.session import Session, Snapshot
from smappee_tui.app.switching import PlugSwitch
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.message_source import SLICE
from smappee_tui.i18n import current, tr
from smappee_tui.tui.commands import BY_ACTION, COMMANDS, DEMO_METER, Command, Now, bindings
from smappee_tui.tui.live import arranging, opens
from smappee_tui.tui.live.begun import Begun
from smappee_tui.tui.live.columns import Arrangement, ChannelRow, arranged, rows_of
from smappee_tui.tui.live.connection_status import Mode, connection_status
from smappee_tui.tui.live.header import LiveHeader, Recording, head_of
from smappee_tui.tui.live.middle import Middle
from smappee_tui.tui.live.news import News, announce, announce_changes
from smappee_tui.tui.live.proposal import Proposal
from smappee_tui.tui.live.sharing import Sharing
from smappee_tui.tui.plan.left import StepLeft
from smappee_tui.tui.widgets.footer import Framed
from smappee_tui.tui.widgets.table import LineTable

if TYPE_CHECKING:
    from smappee_tui.app.cloud_session import CloudAccess
    from smappee_tui.app.guided.demo_heater import DemoHeater, MeterSwitch
    from smappee_tui.app.guided.procedure import GuidedTest
    from smappee_tui.app.next_step import NextStep
    from smappee_tui.app.visit.job_visit import JobVisit
    from smappee_tui.tui.live.detail import Detail
    from smappee_tui.tui.widgets.filter_line import FilterLine


EAGER = 0.1
"""Seconds between looks until the first channels are there, as who starts the program does not wait a second for them,
and while more arrives than one slice of work takes."""
OLD = ("stale", "disconnected", "refused")
"""Situations in which the numbers on the screen are not of now."""


class LiveScreen(Framed):
    """One session, its views and its commands. A tick takes one picture, and every view draws from that."""

    DEFAULT_CSS = "LiveScreen { layout: vertical; background: $background; }"
    AUTO_FOCUS: ClassVar[str | None] = None
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings((*COMMANDS, DEMO_METER)),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("home", "move(-99999)", show=False),
        Binding("end", "move(99999)", show=False),
    ]

    typed: FilterLine | None = None
    """The filter's line, once it was asked for."""
    found = False
    """The find screen led here, and takes one back."""

    action_devices = opens.devices
    action_limits = opens.limits
    action_findings = opens.findings
    action_corrections = opens.corrections
    action_what_if = opens.what_if
    action_guide = opens.guide
    action_tracer = opens.tracer
    action_notes = opens.notes
    action_job = opens.job
    action_cloud = opens.cloud
    action_locations = opens.locations
    action_help = opens.keys
    action_report = opens.report
    action_step = opens.step

    action_filter = arranging.begin_filter
    action_faults = arranging.only_faults
    action_unused = arranging.hide_unused
    action_sort = arranging.next_order
    action_turn = arranging.turn

    def __init__(
        self,
        session: Session,
        *,
        clock: Callable[[], float] = time.time,
        tick: float = 1.0,
        mode: Mode = "live",
        recorder: Recording | None = None,
        switching: PlugSwitch | None = None,
        cloud: CloudAccess | None = None,
        heater: DemoHeater | None = None,
        guided: bool = False,
        job: JobVisit | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        """Watch a session.

        Args:
            session: started and closed with the screen.
            clock: seconds since 1970, the clock that arrivals carry.
            tick: seconds between two pictures; 0: only when `tick` is called.
            mode: what the messages are, for the header.
            recorder: shown while it records, and when it stops doing so.
            switching: how plugs can be tested; None for not at all.
            cloud: how to get into the vendor's cloud; None: that is not offered.
            heater: the load that the guided test of a demo can switch; None everywhere else.
            guided: the guided test opens with the first channels; with a heater only.
            job: keeps the visit; None: nothing is kept.
            on_close: called once, after the session was closed.
        """
        super().__init__()
        self.session, self.clock, self.mode, self.recorder = session, clock, mode, recorder
        self.switching = switching or PlugSwitch.locked()
        self.cloud, self.heater, self.job, self._on_close = cloud, heater, job, on_close
        self.guided_at_once = guided and heater is not None
        self.picture: Snapshot | None = None
        self.rows: list[ChannelRow] = []
        """All channels of the picture."""
        self.wish = Arrangement()
        self.frozen_at: float | None = None
        self.proposal = Proposal()
        self.header = LiveHeader(id="header")
        self.middle = Middle(id="middle")
        self.table = self.middle.table
        self.every = tick
        """Seconds between two pictures; 0: only when `tick` is called."""
        self._eager: Timer | None = None
        self._refused: ExternalError | None = None
        self._shown: tuple[str, int] | None = None
        self._news = News()
        self.begun = Begun(session, job)
        self.left = StepLeft(self)
        self.sharing = Sharing(self)

    def compose(self) -> ComposeResult:
        """Few widgets: each costs at the start."""
        yield self.header
        yield self.middle
        yield self.footer

    def on_mount(self) -> None:
        """Open the link and begin."""
        try:
            self.session.start()
        except ExternalError as error:
            self._refused = error
        if self.every > 0:
            self.set_interval(self.every, self.tick)
            self._eager = self.set_interval(EAGER, self._look)
        self.table.focus()
        self.session.rest()
        self.session.poll(SLICE)  # drawn with the first layout, which knows the size
        if self.sharing.at_once:
            self.call_after_refresh(self.sharing.open)

    def on_unmount(self) -> None:
        self.session.close()
        if self._on_close is not None:
            self._on_close()
        self.sharing.stop()

    def offered(self) -> list[Command]:
        """The commands that make sense now."""
        now = self.now
        own = (DEMO_METER,) if self.demo_meter is not None else ()
        return [*own, *(command for command in COMMANDS if command.when(now))]

    def speak(self) -> None:
        self.draw()
        if self.typed is not None:
            self.typed.speak()

    def tick(self) -> None:
        """Fold in what has arrived, and draw; frozen, only the ages. The report hears what was said before a fix."""
        self.session.wake()
        self.session.poll(SLICE)
        if self.session.behind and self._eager is not None:
            self._eager.resume()
        self._take()
        self.follow_job()
        self.sharing.follow()
        if self.rows:
            self.begun.reports.note(self.picture)
            self.begun.reports.listen(self.session)
            self.follow_sheet()
        self.sharing.tick()

    def _look(self) -> None:
        if self.rows and not self.session.behind and self._eager is not None:
            self._eager.pause()
        elif self.session.poll(SLICE) and not self.rows:
            self._take()
            self.follow_job()

    def follow_job(self) -> None:
        """Let the job keep what was heard, and tell what it has to tell; its limits are those of the next picture."""
        for told in self.job.look(self.session) if self.job is not None else ():
            self.notify(current().fact(told), markup=False, timeout=20)
        if self.rows:
            self.begun.declare()

    def _take(self) -> None:
        if self.frozen_at is None or self.picture is None:
            self.picture = self.session.snapshot()
            view = self.picture.view
            shown = None if view is None else (view.uuid, self.session.recalls)
            if shown is None or shown != self._shown:
                self._shown = shown
                self.middle.trends.clear()
                self._news = News()
            self.rows = rows_of(view, self.picture.judgement) if view else []
            announce(self._news.of(view, self.picture.judgement, self.rows), self)
            if self.proposal.on:
                self._tell(self.proposal.follow(self.picture, self.session.judge, self.begun.sheet_left(self.picture)))
        self.draw()
        if self.session.resting and self.rows:
            self.call_after_refresh(self._wake)
        if self.guided_at_once and self.rows:
            self.guided_at_once = False
            self.action_guide()

    def _wake(self) -> None:
        """The numbers are on the screen: judge them."""
        if self.session.resting:
            self.session.wake()
            self._take()

    def draw(self) -> None:
        picture = self.picture
        if picture is None or not self.size.width:
            return
        now = self.clock()
        here = connection_status(picture, self.session.source.state, now, self.mode, self.session.wanted, self._refused)
        self.middle.alone = self.proposal.on
        kept = arranged(self.proposal.rows(self.rows), self.wish)
        bare = not self.rows
        if not bare and self.middle.standing and self.pane is None:
            self.call_after_refresh(self._stand)
        self.middle.lay_out(len(kept), bare)
        self.header.tell(
            head_of(
                self.proposal.picture(picture),
                here,
                mode=self.mode,
                frozen_for=None if self.frozen_at is None else now - self.frozen_at,
                recorder=self.recorder,
                filters=self.wish.filters,
                hidden=len(self.rows) - len(kept),
                asked=self.session.wanted is not None,
                step=self.step,
                proposal=self.proposal.banners(self.size.height),
                shared=self.sharing.words,
            )
        )
        if bare:
            self.middle.notice.tell(here)
        else:
            self.table.fill(kept, self.wish, self.trend, here.name in OLD, self.proposal.on)
            self.tell_detail()
        self.tell_keys()

    async def _stand(self) -> None:
        await self.middle.make_pane()
        self.draw()

    @property
    def pane(self) -> Detail | None:
        """Everything about the chosen channel, where it was shown already."""
        return self.middle.pane

    def tell_detail(self) -> None:
        if self.picture is not None and self.pane is not None:
            noted = self.begun.noted(self.table.row.channel.input) if self.table.row is not None else ""
            self.middle.tell_pane(self.picture, self.rows, self.session.judge, noted)

    def trend(self, number: int, cells: int) -> str:
        """The bars of one channel."""
        return self.middle.trend(self.picture, number, cells) if self.picture is not None else ""

    @property
    def detail_open(self) -> bool:
        """The pane was opened, and covers the table."""
        return self.middle.opened

    @property
    def now(self) -> Now:
        """What decides which commands make sense."""
        return Now(
            rows=bool(self.rows),
            detail=self.middle.shown and bool(self.rows),
            covered=self.detail_open,
            filtered=bool(self.wish.filters),
            proposed=self.proposal.on,
            several=self.picture is not None and len(self.picture.locations) > 1,
            grouped=self.middle.grouped,
            cloud=self.cloud is not None,
            found=self.found,
            job=self.job is not None and self.job.job is not None,
        )

    def on_resize(self) -> None:
        """The pane moves beside the table, or over it."""
        (self._take if self.picture is None else self.draw)()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A command that makes no sense now does nothing and is not offered."""
        command = BY_ACTION.get(action)
        return True if command is None else command.when(self.now)

    def rearrange(self, wish: Arrangement) -> None:
        """Show the table as wished."""
        self.wish = wish
        self.draw()

    def on_line_table_moved(self) -> None:
        """The pane follows the cursor."""
        self.tell_detail()
        self.tell_keys()

    async def on_line_table_opened(self) -> None:
        """A double click opens the pane."""
        await self.action_detail()

    def on_line_table_sort_asked(self, message: LineTable.SortAsked) -> None:
        self.rearrange(self.wish.sorted_by(message.key))

    def on_filter_line_edited(self, message: FilterLine.Edited) -> None:
        """The filter follows what is typed."""
        self.rearrange(replace(self.wish, text=message.text))

    def on_filter_line_left(self) -> None:
        """Back to the table; the filter stays."""
        self.table.focus()

    def action_move(self, by: int) -> None:
        self.middle.move(by)

    def action_page(self, by: int) -> None:
        self.middle.move(by * self.middle.page)

    async def action_detail(self) -> None:
        self.proposal.end()  # the pane shows what is measured
        pane = await self.middle.make_pane()
        self.table.hold()
        self.middle.opened = True
        self.draw()
        pane.focus()

    def action_back(self) -> None:
        """Show what is measured again, else close the pane, else take the filters away, else go back to the find
        screen."""
        if self.proposal.on:
            self.action_proposal()
        elif self.detail_open:
            self.middle.opened = False
            self.draw()
            self.table.focus()
        elif self.wish.filters:
            arranging.show_all(self)
        else:
            self.app.exit(self.found)

    def action_next(self) -> None:
        self.table.move(1)

    def action_previous(self) -> None:
        self.table.move(-1)

    def action_group(self) -> None:
        """One clamp, or all of its load."""
        if self.pane is not None:
            self.pane.together = not self.pane.together
            self.tell_detail()

    def action_span(self) -> None:
        """Plot the next length of time."""
        if self.pane is not None:
            self.pane.plot.longer()
            self.tell_detail()

    def action_balance(self) -> None:
        """Plot the balance of the channel's phase, or its own power."""
        if self.pane is not None:
            self.pane.plot.balance = not self.pane.plot.balance
            self.tell_detail()

    def action_freeze(self) -> None:
        """Hold the picture, or go on."""
        if self.frozen_at is not None:
            self.frozen_at = None
            self.tick()
            return
        for row, cells in self.table.trends:
            self.trend(row.channel.input, cells)  # rows out of sight must not show later seconds once scrolled to
        self.frozen_at = self.clock()
        self.draw()

    def action_proposal(self) -> None:
        """As it will read under the correction sheet, or as it is measured now."""
        self._tell(self.proposal.turn(self.picture, self.session.judge, self.begun.sheet_left(self.picture)))
        self.draw()

    def _tell(self, text: str) -> None:
        if text:
            self.notify(text, markup=False, timeout=8)

    def action_copy_row(self) -> None:
        if self.table.row is not None:
            self.notify(self.table.copy([self.table.row]), markup=False, timeout=3)

    def action_copy_table(self) -> None:
        self.notify(self.table.copy(), markup=False, timeout=3)

    async def open_channel(self, number: int) -> None:
        """Put the cursor on a channel and open its pane; a filter that hides it is taken away."""
        if not self.table.choose(number):
            arranging.show_all(self)
            if not self.table.choose(number):
                return
        await self.action_detail()

    @property
    def step(self) -> NextStep | None:
        """The first thing to do; None: nothing."""
        return self.left.after(self._news.step)

    @property
    def unreported(self) -> int:
        """Faults that are open while no report was written."""
        return self.picture.judgement.count("fault") if self.picture is not None and not self.begun.reported else 0

    def guided_test(self, uuid: str) -> GuidedTest | None:
        """The guided test of this location, running or done; None where none was begun."""
        return self.begun.guided_test(uuid)

    def follow_sheet(self) -> None:
        """See what was changed since the last picture, and say it at once."""
        if self.picture is not None and not self.session.recalling:
            mending = self.begun.mending
            announce_changes(mending.look(self.picture), self)
            if self.picture.view is not None:
                uuid = self.picture.view.uuid
                self.begun.reports.logbook(uuid).sheet = mending.kept(uuid)

    @property
    def demo_meter(self) -> MeterSwitch | None:
        """Puts a digital meter beside a demo's house; None everywhere else."""
        return self.heater.meter if self.heater is not None else None

    def action_meter(self) -> None:
        """Put the digital meter beside the house, or take it away."""
        if self.demo_meter is not None:
            self.notify(tr("meter.demo_on" if self.demo_meter(self.session) else "meter.demo_off"), timeout=6)
            self.tick()

    def action_share(self) -> None:
        """The page for a phone."""
        self.sharing.open()
