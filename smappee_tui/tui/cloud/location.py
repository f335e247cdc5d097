"""One location of the cloud: its configuration, a day of its consumption, its actuators, its wiring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Literal

from textual.binding import Binding, BindingType

from smappee_tui.app.cloud_session import Cloud, CloudSession
from smappee_tui.app.second_opinion import MonitorPlan
from smappee_tui.connect.errors import ExternalError
from smappee_tui.diagnosis.judgement import Finding
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.cloud.records import CloudLocation, MeteringConfiguration
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.tui.cloud.actuators import ActuatorNow, CloudSwitchSheet, actuator_lines
from smappee_tui.tui.cloud.configuration import config_lines
from smappee_tui.tui.cloud.consumption import Day, PlottedCt, cts_of, day_lines, day_of, today_at
from smappee_tui.tui.cloud.frame import CloudFrame, Laid
from smappee_tui.tui.cloud.loadable import Loadable, busy_lines, problem_lines, stale_lines, state_words
from smappee_tui.tui.cloud.wiring import WiringPane
from smappee_tui.tui.commands import ACTUATORS, DAY, PLACE, WIRING, Command, bindings
from smappee_tui.tui.widgets.lines import Line, Piece, line, spread


async def records(
    client: Cloud,
    location: int,
    day: Day,
    reading: Loadable[Day],
    draw: Callable[[], None],
    now: float,
    together: int,
) -> list[Fact]:
    """Read a day into `day.records`.

    Args:
        client: logged in.
        location: number of the service location.
        day: which; it is filled.
        reading: told how far it is.
        draw: called when there is more to show.
        now: s since 1970: what has not happened yet is not asked for.
        together: records between two drawings.

    Returns:
        What the client remarked meanwhile.
    """

    def progress(share: float) -> None:
        reading.share = share

    before = len(client.remarks)
    start, end = day.start, min(day.end, datetime.fromtimestamp(now, UTC))
    reading.share, day.until = 0.0, end
    draw()
    if end <= start:
        return []
    async for record in client.consumption(location, day.aggregation, start, end, progress=progress):
        if start <= record.at < day.end:
            day.records.append(record)
            if len(day.records) % together == 0:
                draw()
    return list(client.remarks[before:])


async def actuators(
    client: Cloud, location: int, reading: Loadable[tuple[ActuatorNow, ...]], draw: Callable[[], None]
) -> tuple[ActuatorNow, ...]:
    """The actuators of a location, each asked for its state. One that does not answer keeps what the list says."""
    known = (await client.info(location)).actuators
    rows: list[ActuatorNow] = []
    for number, one in enumerate(known):
        reading.share = number / len(known)
        draw()
        try:
            rows.append(ActuatorNow(one, await client.actuator_state(location, one.id)))
        except ExternalError as problem:
            rows.append(ActuatorNow(one, one.state, problem))
    return tuple(rows)


Pane = Literal["configuration", "consumption", "actuators", "wiring"]
PANES: tuple[Pane, ...] = ("configuration", "consumption", "actuators", "wiring")
MOST_DAYS = 8
"""Days that are kept, so that ← and → are quick; a day of 28 CTs takes about a megabyte."""
TOGETHER = 50
"""Records between two drawings while a day comes in."""


class LocationScreen(CloudFrame):
    """Four panes, each read when it is first shown, and read again with F5."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings((*PLACE, *DAY, *ACTUATORS, *WIRING)),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("tab", "turn(1)", show=False),
        Binding("shift+tab", "turn(-1)", show=False),
    ]

    def __init__(self, hub: CloudSession, place: CloudLocation, monitor_plan: MonitorPlan | None) -> None:
        """Show this location.

        Args:
            hub: the client of the list.
            place: which.
            monitor_plan: what a watched monitor publishes of it; None where none is watched.
        """
        super().__init__(hub)
        self.place, self._plan = place, monitor_plan
        self.pane: Pane = "configuration"
        self.config: Loadable[MeteringConfiguration] = Loadable()
        self.days: Loadable[Day] = Loadable()
        self.rows: Loadable[tuple[ActuatorNow, ...]] = Loadable()
        self.wiring = WiringPane(self, place, lambda told: self.config.done(told, self.hub.clock()))
        self._kept: dict[date, tuple[Day, float]] = {}
        self._coming: Day | None = None
        """The day that is being read, with what is there so far."""
        self._remarks: list[Fact] = []
        self._wanted: date | None = None
        """The day chosen; None: today."""
        self._ct = self._chosen = 0

    @property
    def reading(self) -> Loadable[Any]:
        """What the pane shows."""
        match self.pane:
            case "configuration":
                return self.config
            case "consumption":
                return self.days
            case "actuators":
                return self.rows
            case _:
                return self.wiring.values

    @property
    def _step(self) -> Fact:
        """What the reading of this pane is at."""
        own = self.wiring.step if self.pane == "wiring" else None
        return self.hub.step or own or fact(f"cloud_screen.step.{self.pane}")

    def begin(self) -> None:
        self.action_again()

    def action_again(self) -> None:
        match self.pane:
            case "configuration":
                self.read("configuration", self.config, self._read_config)
            case "consumption":
                self._kept.pop(self._today() if self._wanted is None else self._wanted, None)
                self._show_day()
            case "wiring":
                self.wiring.again()
            case _:
                self.read("actuators", self.rows, self._read_actuators)

    async def _read_config(self, reading: Loadable[MeteringConfiguration]) -> None:
        client = await self.hub.client()
        reading.done(await client.metering(self.place.id), self.hub.clock())

    async def _read_actuators(self, reading: Loadable[tuple[ActuatorNow, ...]]) -> None:

        client = await self.hub.client()
        reading.done(await actuators(client, self.place.id, reading, self.draw), self.hub.clock())

    async def _read_day(self, reading: Loadable[Day]) -> None:

        client = await self.hub.client()
        if self.config.value is None:
            self.config.done(await client.metering(self.place.id), self.hub.clock())
        today = self._today()
        day = self._coming = day_of(self._wanted or today, self._zone, self.hub.clock())
        self._remarks = await records(client, self.place.id, day, reading, self.draw, self.hub.clock(), TOGETHER)
        self._coming = None
        now = self.hub.clock()
        self._kept[day.day] = (day, now)
        while len(self._kept) > MOST_DAYS:
            del self._kept[next(iter(self._kept))]
        reading.done(day, now)

    @property
    def _zone(self) -> str | None:
        return self.config.value.time_zone if self.config.value is not None else None

    def _today(self) -> date:
        return today_at(self._zone, self.hub.clock())

    def _show_day(self) -> None:
        """Show the chosen day: from memory, else read it."""
        self._coming = None
        kept = self._kept.get(self._wanted or self._today())
        if kept is not None:
            self.workers.cancel_group(self, "consumption")
            self.days.turn += 1  # whatever was being read has nothing to say any more
            self.days.done(*kept)
            self.draw()
            return
        if self.days.value is not None and self.days.value.day != (self._wanted or self._today()):
            self.days.value = self.days.read_at = None
        self.read("consumption", self.days, self._read_day)

    @property
    def cts(self) -> list[PlottedCt]:
        """What the third plot can show."""
        return cts_of(self.config.value)

    def head_lines(self, width: int) -> list[Line]:
        """Where this is, how the reading stands, and the panes."""
        mode = f"  {self.hub.door.mode}" if self.hub.door.mode else ""
        name = clean(self.place.name) or tr("cloud_screen.location", id=str(self.place.id))
        left = line((" ", "text"), (name, "title"), (f"  {tr('cloud_screen.title')}", "dim"), (mode, "warn"))
        tabs: list[Piece] = [(" ", "text")]
        for number, pane in enumerate(PANES, 1):
            here = pane == self.pane
            name = tr(f"cloud_screen.pane.{pane}")
            word = f"[{name}]" if here else f" {name} "
            tabs += [(f"{number}", "key"), (word, "strong" if here else "dim"), (" ", "text")]
        return [spread(left, (state_words(self.reading, self._step, self.hub.clock()),), width), tuple(tabs)]

    def lay_out(self, width: int, height: int) -> Laid:
        if self.pane == "wiring":
            return self.wiring.lay_out(width, height)
        now, reading = self.hub.clock(), self.reading
        if self.pane == "consumption" and self._coming is not None and reading.busy:
            return self._day(self._coming, reading.share or 0.0, width, height), None
        if reading.value is None and reading.problem is not None:
            return problem_lines(reading.problem, width), None
        if reading.value is None:
            return busy_lines(reading, self._step, now, width), None
        above = stale_lines(reading, now, width)
        if self.pane == "configuration":
            found, why = self._differences(reading.value)
            return [*above, *config_lines(reading.value, found, why, width)], None
        if self.pane == "consumption":
            return [*above, *self._day(reading.value, None, width, height - len(above))], None
        self._chosen = max(0, min(self._chosen, len(reading.value) - 1))
        log = [one for one in self.hub.log if one.location == str(self.place.id)]
        locked = current().fact(self.hub.why_locked)
        lines, cursor = actuator_lines(reading.value, self._chosen, log, locked, now, width)
        return [*above, *lines], None if cursor is None else cursor + len(above)

    def _day(self, day: Day, share: float | None, width: int, height: int) -> list[Line]:
        cts = self.cts
        ct = cts[self._ct % len(cts)] if cts else None
        return day_lines(day, ct, share, self._remarks, width, height)

    def _differences(self, metering: MeteringConfiguration) -> tuple[tuple[Finding, ...] | None, Fact | None]:
        if self._plan is None:
            return None, fact("cloud_screen.not_watched", command=f"smappee-tui check HOST --cloud {self.place.id}")
        plan = self._plan(self.place)
        if plan is None:
            return None, fact("cloud_screen.another_watched")
        from smappee_tui.diagnosis.checks.cloud_configuration import differences

        return differences(metering, plan), None

    def offered(self) -> list[Command]:
        """The keys of this pane, then those of all."""
        own: tuple[Command, ...] = ()
        if self.pane == "consumption":
            own = tuple(c for c in DAY if c.footer and self._makes_sense(c.action))
        elif self.pane == "actuators" and self.rows.value and not self.hub.why_locked:
            own = ACTUATORS
        elif self.pane == "wiring":
            own = tuple(self.wiring.offered())
        return [*own, *(c for c in PLACE if c.footer and (c.action != "again" or not self.reading.busy))]

    def _makes_sense(self, action: str) -> bool:
        if action == "day(1)":
            return self._wanted is not None
        return len(self.cts) > 1 if action.startswith("move") else True

    def action_pane(self, pane: Pane) -> None:
        """Show this pane; read it the first time."""
        self.pane = pane
        self.body.scroll_to(y=0, animate=False)
        fresh = self.reading.value is None and self.reading.problem is None and not self.reading.busy
        if fresh and not (pane == "wiring" and self.wiring.asked):
            self.action_again()
        self.draw()

    def action_turn(self, by: int) -> None:
        self.action_pane(PANES[(PANES.index(self.pane) + by) % len(PANES)])

    def action_day(self, by: int) -> None:
        """Another day; none after today."""
        if self.pane != "consumption":
            return
        today = self._today()
        wanted = (self._wanted or today) + timedelta(days=by)
        self._wanted = None if wanted >= today else wanted
        if (self._wanted or today) != wanted:
            self.notify(tr("cloud_screen.no_day_after"), markup=False, timeout=3)
            return
        self._show_day()

    def action_today(self) -> None:
        """Back to today; elsewhere to the top."""
        if self.pane != "consumption":
            self.body.scroll_to(y=0, animate=False)
        elif self._wanted is not None:
            self._wanted = None
            self._show_day()

    def action_move(self, by: int) -> None:
        if self.pane == "consumption" and self.cts:
            self._ct = (self._ct + by) % len(self.cts)
            self.draw()
        elif self.pane == "actuators" and self.rows.value:
            self._chosen = max(0, min(self._chosen + by, len(self.rows.value) - 1))
            self.draw()
            self.body.reveal()
        elif self.pane != "wiring" or not self.wiring.move(by):
            self.body.scroll_relative(y=by, animate=False)

    def action_days(self) -> None:
        """Judge by a week or by a month."""
        if self.pane == "wiring":
            self.wiring.other_days()

    def action_declare(self) -> None:
        if self.pane == "wiring":
            self.wiring.declare()

    def action_report(self) -> None:
        """Write about what was judged from afar."""
        if self.pane == "wiring":
            self.wiring.write()

    def action_stop(self) -> None:
        """Call the reading of values off."""
        if self.pane == "wiring":
            self.wiring.stop()

    def action_page(self, by: int) -> None:
        self.body.scroll_relative(y=by * max(1, self.body.size.height - 2), animate=False)

    def action_switch(self) -> None:
        """Switch the chosen actuator, after it was confirmed by name."""
        if self.pane != "actuators" or not self.rows.value:
            return
        if self.hub.why_locked:
            self.notify(current().fact(self.hub.why_locked), markup=False, timeout=5)
            return
        sheet = CloudSwitchSheet(self.hub, self.place, self.rows.value[self._chosen])
        self.app.push_screen(sheet, lambda _: self._after(sheet))

    def _after(self, sheet: Any) -> None:
        if sheet.asked is not None:
            self.action_again()
