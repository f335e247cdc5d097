"""What the live screen opens over itself, a function each: what a sheet is given, and what follows from its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smappee_tui.diagnosis.remedy.preview import Preview
    from smappee_tui.diagnosis.remedy.progress import Progress
    from smappee_tui.tui.live.screen import LiveScreen
    from smappee_tui.tui.widgets.findings import Place


def devices(live: LiveScreen) -> None:
    """What is no CT: plugs, sensors, automations, supply, monitor."""
    from smappee_tui.tui.devices.sheet import DevicesSheet

    live.app.push_screen(DevicesSheet(live.session, live.switching, live.clock, live.begun.checks))


def what_if(live: LiveScreen) -> None:
    """What the chosen channel would read on the other phases."""
    from smappee_tui.tui.guided.whatif import what_if_sheet

    if live.table.row is not None and live.session.judge is not None:
        live.app.push_screen(what_if_sheet(live.table.row.channel, live.session.judge))


def limits(live: LiveScreen) -> None:
    """What the installation bears."""
    from smappee_tui.tui.limits.sheet import LimitsSheet

    live.app.push_screen(LimitsSheet(live))


def guide(live: LiveScreen) -> None:
    """Begin the guided test, or go on with it."""
    from smappee_tui.tui.guided.screen import guide_screen

    live.app.push_screen(
        guide_screen(live.session, live.begun.guide, live.clock, live.every, live.heater, live.action_report)
    )


def tracer(live: LiveScreen) -> None:
    """Ask which input a breaker is."""
    from smappee_tui.tui.tracer.screen import tracer_screen

    live.app.push_screen(tracer_screen(live.session, live.begun.reports, live.clock, live.every, live.heater))


def notes(live: LiveScreen) -> None:
    """Notes and photos; one is written of the chosen channel."""
    from smappee_tui.tui.notes.sheet import NotesSheet

    site, row = live.session.site, live.table.row
    if site is not None and row is not None:
        settings = site.settings

        def name(number: int) -> str:
            return settings[number].name if number in settings else ""

        number = row.channel.input
        live.app.push_screen(NotesSheet(live.begun.reports.notes(site.uuid), (number, name(number)), name, live.clock))


def corrections(live: LiveScreen) -> None:
    """What is to be set otherwise, and what of it is done."""
    from smappee_tui.tui.corrections.sheet import CorrectionsSheet
    from smappee_tui.tui.live.proposal import reckoned

    def board() -> Progress | None:
        view = live.picture.view if live.picture is not None else None
        return live.begun.mending.board(view.uuid) if view is not None else None

    def then(wish: str | None) -> None:
        if wish == "guide":
            guide(live)

    def will_read() -> Preview | None:
        return reckoned(live.picture, live.session.judge, live.begun.sheet_left(live.picture))

    live.follow_sheet()
    apply = live.heater.apply if live.heater is not None else None
    live.app.push_screen(CorrectionsSheet(board, lambda: live.picture, apply, will_read), then)


def findings(live: LiveScreen) -> None:
    """All that was found; one that is chosen leads to its place."""
    from smappee_tui.tui.widgets.findings import FindingsSheet

    async def go(place: Place | None) -> None:
        if place == "devices":
            devices(live)
        elif place == "limits":
            limits(live)
        elif place is not None:
            await live.open_channel(place)

    live.app.push_screen(FindingsSheet(lambda: live.picture), go)


def report(live: LiveScreen) -> None:
    """The form of the report, with what was typed before."""
    from smappee_tui.tui.report.screen import ReportScreen

    live.follow_job()
    live.app.push_screen(ReportScreen(live, live.begun.reports))


async def step(live: LiveScreen) -> None:
    """Go where the first thing to do is: to its channel, or to what was found."""
    first = live.step
    if first is None:
        return
    if len(first.channels) == 1 or (first.channels and first.why is None):
        await live.open_channel(first.channels[0])
    elif first.why is not None:
        findings(live)
    elif first.do.code in ("next_step.report", "next_step.report_left", "next_step.signed_left"):
        report(live)
    elif first.do.code == "next_step.line_left":
        await live.run_action("app.plan")


def job(live: LiveScreen) -> None:
    """What is kept of this visit."""
    from smappee_tui.tui.report.job import JobSheet

    if live.job is not None and live.job.job is not None:
        live.app.push_screen(JobSheet(live.job, live.session, live.clock()))


def cloud(live: LiveScreen) -> None:
    """The vendor's cloud, at the location of this monitor where it has one."""
    from smappee_tui.app.second_opinion import plans_of
    from smappee_tui.tui.cloud.locations import CloudScreen

    if live.cloud is not None:
        view = live.picture.view if live.picture is not None else None
        plans = plans_of(live.session.locations.sites.values)
        live.app.push_screen(CloudScreen(live.cloud, monitor_plan=plans, typed=view.serial if view else ""))


def keys(live: LiveScreen) -> None:
    """What each key does."""
    from smappee_tui.tui.help import DEMO, LIVE, HelpSheet

    there = {"job": live.now.job, "cloud": live.now.cloud}
    topic = LIVE if live.demo_meter is None else DEMO
    live.app.push_screen(HelpSheet(topic.without({action for action, is_there in there.items() if not is_there})))


def locations(live: LiveScreen) -> None:
    """Choose another monitor of this broker."""
    from smappee_tui.tui.widgets.chooser import Chooser

    def take(uuid: str | None) -> None:
        if uuid is not None:
            live.session.wanted = uuid
            live.frozen_at = None
            live.tick()

    if live.picture is not None:
        view = live.picture.view
        live.app.push_screen(Chooser(live.picture.locations, view.uuid if view else None), take)
