"""What the live screen opens over itself, as far as that needs no more than the session and its picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from smappee_tui.app.session import Session, Snapshot
from smappee_tui.diagnosis.limits.declared import Declared
from smappee_tui.i18n import current, tr
from smappee_tui.tui.widgets.footer import Framed

if TYPE_CHECKING:
    from smappee_tui.app.cloud_session import CloudAccess
    from smappee_tui.app.guided.demo_heater import DemoHeater, MeterSwitch
    from smappee_tui.app.guided.procedure import GuidedTest
    from smappee_tui.app.guided.progress import GuidedProgress
    from smappee_tui.app.phone.share import Share
    from smappee_tui.app.switching import PlugSwitch
    from smappee_tui.app.visit.job_visit import JobVisit
    from smappee_tui.app.visit.memory import ReportMemory
    from smappee_tui.app.visit.mending import Mending
    from smappee_tui.diagnosis.checks.sensors import PulseCheck
    from smappee_tui.diagnosis.remedy.corrections import CorrectionSheet
    from smappee_tui.diagnosis.remedy.preview import Preview
    from smappee_tui.diagnosis.remedy.progress import Progress
    from smappee_tui.tui.live.connection_status import Mode
    from smappee_tui.tui.live.phones import Phones
    from smappee_tui.tui.live.table import ChannelTable
    from smappee_tui.tui.plan.left import StepLeft

NAMED = 3
"""Changes that one notice names; of more the number is told."""


class OpensSheets(Framed):
    """Part of `LiveScreen`: an action a sheet."""

    session: Session
    mode: Mode
    _every: float
    """Seconds between two pictures; 0: only when `tick` is called."""
    clock: Callable[[], float]
    picture: Snapshot | None
    job: JobVisit | None
    cloud: CloudAccess | None
    frozen_at: float | None
    switching: PlugSwitch
    table: ChannelTable
    _checks: dict[tuple[str, int], PulseCheck] | None = None
    """Guided checks of gas and water sensors, by location and sensor; they outlive the sheet that shows them."""
    _guides: dict[str, GuidedProgress] | None = None
    """Guided tests by location: they outlive their screen."""
    left: StepLeft
    usual: Declared
    """What settings say of any installation."""

    @property
    def reports(self) -> ReportMemory:
        """What the report keeps."""
        raise NotImplementedError

    share: Share | None = None
    """Serves the page for a phone; None before it was first asked for."""
    sharing: Callable[[], Share] | None = None
    """Makes that; None where there is no such page."""
    share_at_once = False
    """That was asked for before the screen came up."""
    _told: frozenset[str] = frozenset()
    """Phones that were said to be in."""
    heater: DemoHeater | None
    _mending: Mending | None = None
    """Correction sheets by location, made when there is something to follow."""

    def tick(self) -> None:
        """Fold in what has arrived, and draw."""
        raise NotImplementedError

    def declare(self) -> None:
        """Let the limits follow from what was typed of the location shown."""
        from smappee_tui.app.declared import with_job

        site = self.session.site
        typed = self.reports.values(site.uuid) if site is not None else {}
        self.session.declared = with_job(self.usual, typed, self.job.peak if self.job is not None else None)

    def action_devices(self) -> None:
        """Open what is no CT: plugs, sensors, automations, supply, monitor."""
        from smappee_tui.tui.devices.sheet import DevicesSheet

        self._checks = {} if self._checks is None else self._checks
        self.app.push_screen(DevicesSheet(self.session, self.switching, self.clock, self._checks))

    def action_what_if(self) -> None:
        """What the chosen channel would read on the other phases."""
        from smappee_tui.tui.guided.whatif import what_if_sheet

        if self.table.row is not None and self.session.judge is not None:
            self.app.push_screen(what_if_sheet(self.table.row.channel, self.session.judge))

    def action_limits(self) -> None:
        """Open what the installation bears."""
        from smappee_tui.tui.limits.sheet import LimitsSheet

        self.app.push_screen(LimitsSheet(self))

    def action_guide(self) -> None:
        """Begin the guided test, or go on with it."""
        from smappee_tui.tui.guided.screen import guide_screen

        wishes = self.session, self.guide, self.clock, self._every, self.heater, self.action_report
        self.app.push_screen(guide_screen(*wishes))

    @property
    def guide(self) -> GuidedProgress:
        """The guided test of the location shown, made when it is first opened."""
        from smappee_tui.app.guided.progress import GuidedProgress

        uuid = self.session.site.uuid if self.session.site is not None else ""
        self._guides = {} if self._guides is None else self._guides
        return self._guides.setdefault(uuid, GuidedProgress())

    @property
    def guide_begun(self) -> GuidedProgress | None:
        """The same, where it was opened already."""
        site = self.session.site
        return self._guides.get(site.uuid) if site is not None and self._guides is not None else None

    def guided_test(self, uuid: str) -> GuidedTest | None:
        """The guided test of this location, running or done; None where none was begun."""
        guide = self._guides.get(uuid) if self._guides is not None else None
        return guide.test if guide is not None else None

    def action_tracer(self) -> None:
        """Ask which input a breaker is."""
        from smappee_tui.tui.tracer.screen import tracer_screen

        self.app.push_screen(tracer_screen(self.session, self.reports, self.clock, self._every, self.heater))

    def action_notes(self) -> None:
        """Notes and photos; one is written of the chosen channel."""
        from smappee_tui.tui.notes.sheet import NotesSheet

        site, row = self.session.site, self.table.row
        if site is not None and row is not None:
            settings = site.settings

            def name(number: int) -> str:
                return settings[number].name if number in settings else ""

            number = row.channel.input
            self.app.push_screen(NotesSheet(self.reports.notes(site.uuid), (number, name(number)), name, self.clock))

    def noted(self) -> str:
        """How many photos and notes the chosen channel has; "" for none."""
        site, row = self.session.site, self.table.row
        if site is None or row is None:
            return ""
        photos, notes = self.reports.noted(site.uuid, row.channel.input)
        told = ((photos, "photos"), (notes, "notes"))
        return ", ".join(tr(f"phone.{what}", count=count) for count, what in told if count)

    def action_report(self) -> None:
        raise NotImplementedError

    _phone_side: Phones | None = None

    def tick_phones(self) -> None:
        """Let phones see what there is, where they may."""
        if self.share is not None and (self.share.running or self._phone_side is not None):
            self.phone_side.tick()

    @property
    def phone_side(self) -> Phones:
        """This screen's side of the page for phones, made when there is one."""
        if self._phone_side is None:
            from smappee_tui.tui.live.phones import Phones

            assert self.share is not None  # noqa: S101 - asked where there is one
            self._phone_side = Phones(self, self.share, timer=self._every > 0)
        return self._phone_side

    @property
    def mending(self) -> Mending:
        """What became of each line of the correction sheet."""
        if self._mending is None:
            from smappee_tui.app.visit.mending import Mending

            self._mending = Mending(self.job)
        return self._mending

    @property
    def sheet_left(self) -> CorrectionSheet | None:
        """What is still to do of the correction sheet; None while nothing was heard."""
        view = self.picture.view if self.picture is not None else None
        return None if view is None else self.mending.board(view.uuid).left

    def follow_sheet(self) -> None:
        """See what was changed since the last picture, and say it at once."""
        if self.picture is None or self.session.recalling:
            return
        told = self.mending.look(self.picture)
        for worse in (True, False):
            said = [current().fact(one.said) for one in told if one.worse is worse]
            if len(said) > NAMED:
                said = [*said[: NAMED - 1], tr("corrections_screen.more", count=len(said) - NAMED + 1)]
            if said:
                kind: Literal["warning", "information"] = "warning" if worse else "information"
                self.notify("\n".join(said), markup=False, timeout=12 if worse else 6, severity=kind)
        if any(one.worse for one in told):
            self.app.bell()
        if self.picture.view is not None:
            self.reports.logbook(self.picture.view.uuid).sheet = self.mending.kept(self.picture.view.uuid)

    def action_corrections(self) -> None:
        """What is to be set otherwise, and what of it is done."""
        from smappee_tui.tui.corrections.sheet import CorrectionsSheet
        from smappee_tui.tui.live.proposal import reckoned

        def board() -> Progress | None:
            view = self.picture.view if self.picture is not None else None
            return self.mending.board(view.uuid) if view is not None else None

        def then(wish: str | None) -> None:
            if wish == "guide":
                self.action_guide()

        def will_read() -> Preview | None:
            return reckoned(self.picture, self.session.judge, self.sheet_left)

        self.follow_sheet()
        apply = self.heater.apply if self.heater is not None else None
        self.app.push_screen(CorrectionsSheet(board, lambda: self.picture, apply, will_read), then)

    @property
    def demo_meter(self) -> MeterSwitch | None:
        """Puts a digital meter beside a demo's house; None everywhere else."""
        return self.heater.meter if self.heater is not None else None

    def action_meter(self) -> None:
        """Put the digital meter beside the house, or take it away."""
        if self.demo_meter is not None:
            self.notify(tr("meter.demo_on" if self.demo_meter(self.session) else "meter.demo_off"), timeout=6)
            self.tick()

    def on_mount(self) -> None:
        """Serve the page, or ask where, if that was asked for already."""
        if self.share_at_once:
            self.call_after_refresh(self.action_share)

    def on_unmount(self) -> None:
        """The page ends with the screen."""
        if self.share is not None:
            self.share.stop()

    def action_share(self) -> None:
        """The page for a phone: serve it, see who is in, end it."""
        from smappee_tui.tui.share.sheet import ShareSheet

        if self.share is None and self.sharing is not None:
            self.share = self.sharing()
        if self.share is not None:
            self.app.push_screen(ShareSheet(self.share, at_once=self.share_at_once))
            self.share_at_once = False

    @property
    def shared(self) -> str:
        """That the page is served, and how many phones are there, in two words; "" while it is not."""
        if self.share is None or not self.share.running:
            return ""
        from smappee_tui.tui.share.sheet import phones_here

        return tr("live.shared", count=phones_here(self.share, time.time()))

    def follow_share(self) -> None:
        """Say who has come in: it might be nobody that was meant."""
        if self.share is None or not (self.share.running or self._told or self.share.failed):
            return
        from smappee_tui.tui.share.sheet import ShareSheet, browser

        here = {one.id: browser(one) + f", {one.address}" for one in self.share.devices}
        troubles = {"lost": self.share.lost, "failed": bool(self.share.failed)}
        new = {name for name, there in troubles.items() if there} - self._told
        if not isinstance(self.app.screen, ShareSheet):  # which shows it itself
            for number in here.keys() - self._told:
                self.notify(tr("share.came", who=here[number]), markup=False, timeout=8)
            for trouble in new:
                told = tr(f"share.{trouble}", why=self.share.failed)
                self.notify(told, markup=False, timeout=20, severity="warning")
        self._told = frozenset(here) | {name for name, there in troubles.items() if there}

    def action_job(self) -> None:
        from smappee_tui.tui.report.job import JobSheet

        if self.job is not None and self.job.job is not None:
            self.app.push_screen(JobSheet(self.job, self.session, self.clock()))

    def action_cloud(self) -> None:
        """Open the vendor's cloud, at the location of this monitor where it has one."""
        from smappee_tui.app.second_opinion import plans_of
        from smappee_tui.tui.cloud.locations import CloudScreen

        if self.cloud is not None:
            view = self.picture.view if self.picture is not None else None
            plans = plans_of(self.session.locations.sites.values)
            self.app.push_screen(CloudScreen(self.cloud, monitor_plan=plans, typed=view.serial if view else ""))

    def action_help(self) -> None:
        from smappee_tui.tui.help import DEMO, LIVE, HelpSheet

        self.app.push_screen(HelpSheet(LIVE if self.demo_meter is None else DEMO))

    def action_locations(self) -> None:
        """Choose another monitor of this broker."""
        from smappee_tui.tui.widgets.chooser import Chooser

        def take(uuid: str | None) -> None:
            if uuid is not None:
                self.session.wanted = uuid
                self.frozen_at = None
                self.tick()

        if self.picture is not None:
            view = self.picture.view
            self.app.push_screen(Chooser(self.picture.locations, view.uuid if view else None), take)
