"""The live screen: what a person can do with the watch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType

from smappee_tui.tui.columns import Row
from smappee_tui.tui.commands import BY_ACTION, COMMANDS, in_footer
from smappee_tui.tui.footer import Footer
from smappee_tui.tui.rows import Arrangement
from smappee_tui.tui.table import ChannelTable
from smappee_tui.tui.text import shown
from smappee_tui.tui.watch import Watch
from smappee_tui.tui.words import counted

if TYPE_CHECKING:
    from smappee_tui.diagnosis.pulse_check import PulseCheck
    from smappee_tui.guided.conductor import Conductor
    from smappee_tui.guided.heater import DemoHeater
    from smappee_tui.tui.guide import Guide
    from smappee_tui.tui.report_memory import ReportMemory
    from smappee_tui.tui.typed import Typed


class LiveScreen(Watch):
    """One session, watched, with its commands. `commands.py` says when each makes sense."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(c.keys, c.action, c.label, tooltip=c.help) for c in COMMANDS if c.on == "live"),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("home", "move(-99999)", show=False),
        Binding("end", "move(99999)", show=False),
    ]

    _checks: dict[tuple[str, int], PulseCheck] | None = None
    """Guided checks of gas and water sensors, by location and sensor; they outlive the sheet that shows them."""
    _reports: ReportMemory | None = None
    """What the report keeps while the program runs."""
    _typed: Typed | None = None
    """The filter's line, made when it is first asked for."""
    _guides: dict[str, Guide]
    """Guided tests by location: they outlive their screen."""
    heater: DemoHeater | None = None
    """The load that the guided test of a demo can switch; None everywhere else."""
    guided_at_once = False
    """The guided test opens with the first channels."""

    def __init__(self, *args: Any, **wishes: Any) -> None:
        super().__init__(*args, **wishes)
        self._guides = {}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A command that makes no sense now does nothing and is not offered."""
        command = BY_ACTION.get(action)
        return True if command is None else command.when(self.now)

    def _take(self) -> None:
        super()._take()
        if self.guided_at_once and self.rows:
            self.guided_at_once = False
            self.action_guide()

    def rearrange(self, wish: Arrangement) -> None:
        """Show the table as wished."""
        self.wish = wish
        self.draw()

    def on_channel_table_moved(self) -> None:
        """The pane follows the cursor."""
        self.tell_detail()
        self.footer.tell(in_footer(self.now))

    async def on_channel_table_opened(self) -> None:
        """A double click opens the pane."""
        await self.action_detail()

    def on_channel_table_sort_asked(self, message: ChannelTable.SortAsked) -> None:
        """A title was clicked."""
        self.rearrange(self.wish.sorted_by(message.key))

    async def on_footer_asked(self, message: Footer.Asked) -> None:
        """A command of the footer was clicked."""
        await self.run_action(_place(message.action))

    def on_typed_changed(self, message: Typed.Changed) -> None:
        """The filter follows what is typed."""
        self.rearrange(replace(self.wish, text=message.text))

    def on_typed_left(self) -> None:
        """Back to the table; the filter stays."""
        if self._typed is not None:
            self._typed.display = False
        self.table.focus()

    def action_move(self, by: int) -> None:
        """Up and down: the cursor, or the pane where that covers the table."""
        if self.pane is not None and (self.covered or self.focused is self.pane):
            self.pane.scroll_relative(y=by, animate=False)
        else:
            self.table.move(by)

    def action_page(self, by: int) -> None:
        """A page up or down."""
        self.action_move(by * max(1, (self.pane if self.pane and self.covered else self.table).size.height - 2))

    async def action_detail(self) -> None:
        """Open the pane."""
        if self.pane is None:
            from smappee_tui.tui.detail import Detail

            self.pane = Detail(id="detail")
            await self.query_one("#middle").mount(self.pane)
        self.detail_open = True
        self.draw()
        (self.pane if self.covered else self.table).focus()

    def action_back(self) -> None:
        """Close the pane, else take the filters away."""
        if self.detail_open:
            self.detail_open = False
            self.draw()
            self.table.focus()
        else:
            self.rearrange(replace(self.wish, text="", only_faults=False, hide_unused=False))

    def action_next(self) -> None:
        """The next channel."""
        self.table.move(1)

    def action_previous(self) -> None:
        """The channel before."""
        self.table.move(-1)

    def action_group(self) -> None:
        """One clamp, or all of its load."""
        if self.pane is not None:
            self.pane.together = not self.pane.together
            self.tell_detail()

    async def action_filter(self) -> None:
        """Type words that rows must contain."""
        if self._typed is None:
            from smappee_tui.tui.typed import Typed

            self._typed = Typed("only channels with", id="filter")
            await self.mount(self._typed, after=self.header)
        self._typed.display = True
        self._typed.focus()
        self._typed.begin(self.wish.text)

    def action_faults(self) -> None:
        """Only faults, or all."""
        self.rearrange(replace(self.wish, only_faults=not self.wish.only_faults))

    def action_unused(self) -> None:
        """Hide unused inputs, or show them."""
        self.rearrange(replace(self.wish, hide_unused=not self.wish.hide_unused))

    def action_sort(self) -> None:
        """Sort by the next column on the screen."""
        keys = [column.key for column, _ in self.table.columns if column.key != "trend"]
        place = keys.index(self.wish.order) + 1 if self.wish.order in keys else 0
        self.rearrange(self.wish.sorted_by(keys[place % len(keys)]))

    def action_turn(self) -> None:
        """Turn the order round."""
        self.rearrange(replace(self.wish, descending=not self.wish.descending))

    def action_freeze(self) -> None:
        """Hold the picture, or go on."""
        if self.frozen_at is not None:
            self.frozen_at = None
            self.tick()
            return
        cells = next((width for column, width in self.table.columns if column.key == "trend"), 0)
        for row in self.rows if cells else ():
            self.trend(row.channel.input, cells)  # rows out of sight must not show later seconds once scrolled to
        self.frozen_at = self.clock()
        self.draw()

    def action_copy_row(self) -> None:
        """Copy the chosen channel."""
        row = self.table.row
        if row is not None:
            self._copy([row], f"channel {row.channel.input}, {shown(row.channel.name)[:40]}")

    def action_copy_table(self) -> None:
        """Copy all rows shown."""
        self._copy(self.table.rows, counted(len(self.table.rows), "channel"))

    def _copy(self, rows: list[Row], what: str) -> None:
        from smappee_tui.tui.clipboard import tsv

        self.app.copy_to_clipboard(tsv(rows))
        self.notify(f"Copied {what}.", markup=False, timeout=3)

    def action_findings(self) -> None:
        """Open the list of findings."""
        from smappee_tui.tui.findings import FindingsSheet

        self.app.push_screen(FindingsSheet(lambda: self.picture))

    def action_devices(self) -> None:
        """Open what is no CT: plugs, sensors, automations, supply, monitor."""
        from smappee_tui.tui.devices import DevicesSheet

        self._checks = {} if self._checks is None else self._checks
        self.app.push_screen(DevicesSheet(self, self._checks))

    def action_guide(self) -> None:
        """Begin the guided test, or go on with it."""
        from smappee_tui.tui.guide import TICK, Guide, GuideScreen

        uuid = self.picture.view.uuid if self.picture is not None and self.picture.view is not None else ""
        guide, tick = self._guides.setdefault(uuid, Guide()), min(self._every, TICK)
        if self.heater is None:
            self.app.push_screen(GuideScreen(self.session, guide, self.clock, tick))
            return
        from smappee_tui.tui.guide_demo import DemoGuideScreen

        self.app.push_screen(DemoGuideScreen(self.session, guide, self.clock, self.heater, tick))

    def guided_test(self, uuid: str) -> Conductor | None:
        """The guided test of this location, running or done; None where none was begun."""
        guide = self._guides.get(uuid)
        return guide.test if guide is not None else None

    def action_what_if(self) -> None:
        """What the chosen channel would read on the other phases."""
        from smappee_tui.guided.whatif import what_if
        from smappee_tui.tui.guide_whatif import WhatIfSheet

        row, judge = self.table.row, self.session.judge
        if row is not None and judge is not None:
            number, name = row.channel.input, row.channel.name
            reckon = lambda: what_if(number, judge.evidence, judge.judgement(fresh=False).channels.get(number))  # noqa: E731
            self.app.push_screen(WhatIfSheet(name, reckon))

    def tick(self) -> None:
        """One second on; the report needs to know what was said before something is mended."""
        super().tick()
        if self.rows:
            self.reports.note(self.picture)

    @property
    def reports(self) -> ReportMemory:
        """What the report keeps, made when it is first needed."""
        if self._reports is None:
            from smappee_tui.tui.report_memory import ReportMemory

            self._reports = ReportMemory()
        return self._reports

    def action_report(self) -> None:
        """Open the form of the commissioning report."""
        from smappee_tui.tui.report import ReportScreen

        self.app.push_screen(ReportScreen(self, self.reports))

    def action_cloud(self) -> None:
        """Open the vendor's cloud, at the location of this monitor where it has one."""
        from smappee_tui.tui.cloud_beside import plans_of
        from smappee_tui.tui.cloud_screen import CloudScreen

        if self.cloud is not None:
            view = self.picture.view if self.picture is not None else None
            plans = plans_of(self.session.locations.sites.values)
            self.app.push_screen(CloudScreen(self.cloud, monitor_plan=plans, typed=view.serial if view else ""))

    def action_locations(self) -> None:
        """Choose another monitor of this broker."""
        from smappee_tui.tui.chooser import Chooser

        def take(uuid: str | None) -> None:
            if uuid is not None:
                self.session.wanted = uuid
                self.frozen_at = None
                self.tick()

        if self.picture is not None:
            view = self.picture.view
            self.app.push_screen(Chooser(self.picture.locations, view.uuid if view else None), take)


def _place(action: str) -> str:
    """Where an action lives, for `run_action`."""
    return action if BY_ACTION[action].on == "live" else f"app.{action}"
