"""The devices screen: everything on the monitor that is not a CT."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from smappee_tui.app.session import Session
from smappee_tui.app.switching import PlugSwitch, SwitchAction
from smappee_tui.diagnosis.checks.devices import DeviceVerdicts, device_verdicts
from smappee_tui.diagnosis.checks.sensors import PulseCheck
from smappee_tui.i18n import current, tr
from smappee_tui.site.site import Site
from smappee_tui.tui.commands import DEVICES, Command, bindings
from smappee_tui.tui.devices.sections import automation_lines, monitor_lines, plug_lines, sensor_lines, supply_lines
from smappee_tui.tui.widgets.lines import BLANK, Line, line
from smappee_tui.tui.widgets.sheet import Sheet

Key = tuple[str, str]
"""("plug", node) or ("sensor", number)."""


class DevicesSheet(Sheet):
    """Plugs, sensors, automations, supply and monitor; it follows the watch while it is open."""

    TITLE_TEXT = "devices_screen.title"
    KEYS: ClassVar[tuple[Command, ...]] = DEVICES
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(DEVICES),
        Binding("home", "ends(-1)", show=False),
        Binding("end", "ends(1)", show=False),
    ]

    def __init__(
        self,
        session: Session,
        switching: PlugSwitch,
        clock: Callable[[], float],
        checks: dict[tuple[str, int], PulseCheck],
    ) -> None:
        """Show the devices of what is watched.

        Args:
            session: polled by the screen below.
            switching: how plugs can be tested, and what was.
            clock: seconds since 1970, the clock that arrivals carry.
            checks: guided checks by location and sensor; they outlive this sheet.
        """
        super().__init__()
        self._session, self._switching, self._clock = session, switching, clock
        self._checks = checks
        self._chosen: Key | None = None
        self._places: dict[Key, tuple[int, int]] = {}
        """First and last line of each thing that can be chosen."""

    def title_line(self) -> Line:
        """The title; a locked switch says so at once."""
        locked = f"   {tr('devices_screen.locked')}" if self._switching.is_locked else ""
        return line((f" {tr(self.TITLE_TEXT)}", "title"), (locked, "dim"))

    def offered(self) -> list[Command]:
        """With nothing to choose there is nothing to test."""
        return [c for c in DEVICES if self._chosen is not None or c.action != "test"]

    @property
    def site(self) -> Site | None:
        """What is watched."""
        return self._session.site

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(1.0, self.redraw)

    def lay_out(self, width: int) -> list[Line]:
        site = self.site
        if site is None:
            return [line((tr("devices_screen.nothing_heard"), "dim"))]
        self._switching.look(self._session.locations.sites.get, self._clock())
        said = device_verdicts(site, self._session.limits)
        keys: list[Key] = [("plug", node) for node in said.plugs]
        keys += [("sensor", str(number)) for number in said.sensors]
        if self._chosen not in keys:
            self._chosen = keys[0] if keys else None
        lines: list[Line] = []
        self._places = {}
        self._section(lines, "plugs", self._plugs(site, said, width), "no_plugs")
        self._section(lines, "sensors", self._sensors(site, said, width), "no_sensors")
        self._section(lines, "automations", [(None, automation_lines(site, width))], "no_automations")
        judgement = self._session.judgement(fresh=False)
        self._section(lines, "supply", [(None, supply_lines(site, judgement, width))], "")
        self._section(lines, "monitor", [(None, monitor_lines(site, self._session.limits, width))], "")
        return lines[:-1]

    def _section(self, lines: list[Line], title: str, blocks: list[tuple[Key | None, list[Line]]], empty: str) -> None:
        lines.append(line((tr(f"devices_screen.{title}"), "title")))
        for key, block in blocks:
            if key is not None:
                self._places[key] = (len(lines), len(lines) + len(block) - 1)
            lines += block
        if empty and not any(block for _, block in blocks):
            lines.append(line((f"  {tr(f'devices_screen.{empty}')}", "dim")))
        lines.append(BLANK)

    def _plugs(self, site: Site, said: DeviceVerdicts, width: int) -> list[tuple[Key | None, list[Line]]]:
        blocks: list[tuple[Key | None, list[Line]]] = []
        for node in said.plugs:
            key = ("plug", node)
            plug = site.devices.plugs[node]
            lines = plug_lines(plug, site.devices, said, self._tested(site, node), key == self._chosen, width)
            blocks.append((key, lines))
        return blocks

    def _sensors(self, site: Site, said: DeviceVerdicts, width: int) -> list[tuple[Key | None, list[Line]]]:
        blocks: list[tuple[Key | None, list[Line]]] = []
        now = self._clock()
        for number in said.sensors:
            meter = site.devices.meters[number]
            check = self._checks.get((site.uuid, number))
            if check is not None:
                check.look(meter)
            key = ("sensor", str(number))
            blocks.append((key, sensor_lines(meter, said, check, now, key == self._chosen, width)))
        return blocks

    def _tested(self, site: Site, node: str) -> SwitchAction | None:
        done = self._switching.log
        return next((a for a in reversed(done) if a.location == site.uuid and a.target == node), None)

    def action_down(self) -> None:
        """The next device, or a line on after the last one."""
        self._move(1)

    def action_up(self) -> None:
        self._move(-1)

    def action_ends(self, way: int) -> None:
        keys = list(self._places)
        self._chosen = keys[0 if way < 0 else -1] if keys else None
        self.redraw()
        self.body.scroll_to(y=0 if way < 0 else self.body.virtual_size.height, animate=False)

    def _move(self, by: int) -> None:
        keys = list(self._places)
        place = keys.index(self._chosen) + by if self._chosen in keys else -1
        top, rows = round(self.body.scroll_offset.y), self.body.size.height - 1
        if not 0 <= place < len(keys):
            self.body.scroll_relative(y=by, animate=False)
            return
        if by < 0 and self._chosen is not None and self._places[self._chosen][0] > top + rows:
            self.body.scroll_relative(y=by, animate=False)  # the sections below were looked at: back line by line
            return
        self._chosen = keys[place]
        self._reveal()

    def _reveal(self) -> None:
        """Draw, and scroll to all of the chosen device."""
        self.redraw()
        top, rows = round(self.body.scroll_offset.y), self.body.size.height - 1
        first, last = self._places.get(self._chosen or ("", ""), (0, 0))
        if first <= top or last >= top + rows:
            self.body.scroll_to(y=max(0, first - 1 if first <= top else last - rows + 1), animate=False)

    def action_test(self) -> None:
        """Test the chosen plug, after it was confirmed by name; or check the chosen gas or water sensor."""
        site = self.site
        if site is None or self._chosen is None:
            return
        if self._chosen[0] == "sensor":
            self._check(site.uuid, int(self._chosen[1]))
        elif self._switching.is_locked:
            self._say(current().fact(self._switching.why_locked))
        else:
            from smappee_tui.tui.devices.switch_sheet import SwitchSheet

            self.app.push_screen(
                SwitchSheet(self._session, self._switching, self._clock, site.uuid, self._chosen[1]), self._after
            )

    def _after(self, _: object) -> None:
        self.redraw()

    def _check(self, uuid: str, number: int) -> None:
        """Begin the guided check of a sensor."""
        self._checks[(uuid, number)] = PulseCheck(number, self._clock())
        self._reveal()

    def _say(self, text: str) -> None:
        self.notify(text, markup=False, timeout=5)
