"""The find screen: monitors appear as they are found, and every way on starts here."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Sequence
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.networks import scan_range, scannable
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.tui.commands import FIND, Command, bindings
from smappee_tui.tui.find.found_list import Busy, FindView, FoundList, header_lines
from smappee_tui.tui.widgets.footer import Framed
from smappee_tui.tui.widgets.lines import LineView

if TYPE_CHECKING:
    from smappee_tui.app.cloud_session import CloudAccess
    from smappee_tui.app.pending_reverts import PendingRevert
    from smappee_tui.connect.address import BrokerAddress
    from smappee_tui.connect.discovery import Found
    from smappee_tui.connect.discovery.search import Search
    from smappee_tui.connect.own_broker.laptop import LaptopBroker
    from smappee_tui.tui.find.guide import Target
    from smappee_tui.tui.find.laptop import Laptop
    from smappee_tui.tui.widgets.form import Values

EVERY = 0.2
"""Seconds between two looks whether something changed: far below what a person waits for."""


class FindHeader(LineView):
    """The first lines."""

    DEFAULT_CSS = "FindHeader { height: auto; dock: top; overflow: hidden; background: $background; }"

    view = FindView()

    def tell(self, view: FindView) -> None:
        self.view = view
        self.resized()
        self.repaint()

    def resized(self) -> None:
        self._lines = header_lines(self.view, self.room or self.app.size.width)


class FindScreen(Framed):
    """Searches while it is there. Ends the app with a `Choice`.

    What a search, a form or a guide needs is loaded when it begins: with the first picture it would take as long again.
    """

    KEYS: ClassVar[tuple[Command, ...]] = FIND
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(FIND),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
    ]
    DEFAULT_CSS = "FindScreen { layout: vertical; background: $background; }"

    def __init__(
        self,
        make: Callable[[Callable[[], None]], Search],
        laptop: Laptop,
        *,
        portal_port: int = 80,
        cloud: CloudAccess | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            make: makes the search, given what it calls when something changed.
            laptop: the broker of this laptop.
            portal_port: where portals are; another one is for tests.
            cloud: how to get into the vendor's cloud; None: that is not offered.
            clock: seconds.
        """
        super().__init__()
        self._make = make
        self._search: Search | None = None
        """Made once the first picture is there."""
        self.laptop = laptop
        self.kept: LaptopBroker | None = None
        """The broker that must go on after the app."""
        self.list, self.header = FoundList(id="found"), FindHeader(id="header")
        self._portal_port, self._clock, self._began = portal_port, clock, clock()
        self._cloud = cloud
        self._dirty, self._drawn = True, -1
        self._busy: Busy = ""
        self._said: ExternalError | None = None
        """What went wrong with the last thing asked for."""
        self._noted: Fact | None = None
        """How the last thing asked for ended, where it went well."""
        self._scanned = False
        self._pending: tuple[PendingRevert, ...] = ()

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.list
        yield self.footer

    @property
    def search(self) -> Search:
        """The search, which begins with this at the latest."""
        self._begin()
        assert self._search is not None  # noqa: S101 - just made
        return self._search

    def on_mount(self) -> None:
        self.list.focus()
        self.set_interval(EVERY, self._tick)
        self.draw()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Search, unless that has begun."""
        if self._search is not None:
            return
        from smappee_tui.app.pending_reverts import pending

        self._pending = pending()
        self._search = self._make(self._changed)
        self.run_worker(self._start(), group="search", exit_on_error=False)
        self.draw()

    async def on_unmount(self) -> None:
        """Stop searching; a broker that is needed goes on, in `kept`."""
        if self._search is not None:
            await self._search.close()
        choice = self.app.return_value
        broker = self.laptop.broker
        if broker is not None and (self.laptop.keep or (choice is not None and choice.address == broker.address)):
            self.kept = await self.laptop.release()
        else:
            await self.laptop.stop()

    async def _start(self) -> None:
        await self.search.start()
        await self.laptop.listen()
        self._changed()

    def _changed(self) -> None:
        self._dirty = True

    def _tick(self) -> None:
        second = int(self._clock() - self._began)
        if second != self._drawn:
            self.laptop.look()
        if self._dirty or second != self._drawn:
            self.draw()

    def draw(self) -> None:
        self._dirty, self._drawn = False, int(self._clock() - self._began)
        view = self._view(self._search) if self._search is not None else FindView(cloud=self._cloud is not None)
        self.header.tell(view)
        self.list.tell(view)
        self.tell_keys()

    def _view(self, search: Search) -> FindView:
        from smappee_tui.app.pending_reverts import still_pushes

        scan = search.scanning
        return FindView(
            found=search.found,
            own=search.own,
            meters=search.meters,
            seconds=self._clock() - self._began,
            problem=current().fact(search.problem),
            others=search.others,
            scan=scan.progress if scan is not None and self._busy == "scanning" else None,
            scanned=self._scanned,
            busy=self._busy,
            said=current().error(self._said) if self._said is not None else "",
            note=current().fact(self._noted),
            pending=tuple(tr("find.put_back", what=still_pushes(item)) for item in self._pending),
            cloud=self._cloud is not None,
            laptop=self.laptop.words() if self.laptop.running or self.laptop.problem else "",
        )

    def offered(self) -> list[Command]:
        """The commands that make sense now."""
        return [command for command in FIND if self._offered(command.action)]

    def _offered(self, action: str) -> bool:
        if action in ("open", "doctor"):
            return self.list.current is not None
        if action == "cloud":
            return self._cloud is not None
        return action != "back_way" or bool(self._pending)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A command that makes no sense now does nothing. Keys faster than the first picture find all there."""
        self._begin()
        return self._offered(action)

    def on_resize(self) -> None:
        self.draw()

    def on_found_list_moved(self) -> None:
        self.tell_keys()

    def on_found_list_opened(self) -> None:
        """A double click."""
        self.action_open()

    def action_move(self, by: int) -> None:
        self.list.move(by)

    def action_open(self) -> None:
        """Show the chosen monitor; ask for a login or for one of several first."""
        from smappee_tui.tui.find import forms

        one = self.list.current
        if one is None:
            return
        if not one.local_mqtt:
            self.action_guide()
        elif one.login:
            self.app.push_screen(forms.external(str(one.broker_address)), self._external)
        elif len(one.speakers) > 1 or not (one.serial or one.speakers):
            self._list_locations(one.broker_address)
        else:
            self.app.exit(forms.Choice(one.broker_address))

    def action_type(self) -> None:
        from smappee_tui.tui.find import forms

        self.app.push_screen(forms.typed(), self._typed)

    def _typed(self, values: Values | None) -> None:
        if values is not None:
            self._work(self._look(values["host"]), "looking")

    async def _look(self, text: str) -> None:
        found = await self.search.look(text)
        self.draw()
        self.list.choose(found)

    def action_scan(self) -> None:
        """Scan a range that the person confirms, or stop it."""
        from smappee_tui.tui.find import forms

        if self._busy == "scanning" and self.search.scanning is not None:
            self.search.scanning.stop()
        elif not self._busy:
            ranges = [str(network) for network in scannable(self.search.own)]
            self.app.push_screen(forms.scan(ranges, self.search.allowed), self._scan)

    def _scan(self, values: Values | None) -> None:
        if values is not None:
            ranges = [scan_range(text, self.search.allowed) for text in values["range"].replace(",", " ").split()]
            self._work(self._scan_all(ranges), "scanning")

    async def _scan_all(self, ranges: Sequence[IPv4Network]) -> None:
        await self.search.scan(ranges)
        scan = self.search.scanning
        self._scanned = scan is not None and not scan.stopped
        if scan is not None:
            done = scan.progress
            self._noted = fact(
                "find.scan_stopped" if scan.stopped else "find.scan_done",
                done=done.done,
                total=done.total,
                found=done.found,
            )

    def action_external(self) -> None:
        """A broker elsewhere."""
        from smappee_tui.tui.find import forms

        self.app.push_screen(forms.external(), self._external)

    def _external(self, values: Values | None) -> None:
        if values is not None:
            from smappee_tui.tui.find import forms

            self._list_locations(forms.address_of(values))

    def action_cloud(self) -> None:
        """What the vendor's cloud knows, where nobody can be."""
        if self._cloud is not None:
            from smappee_tui.tui.cloud.locations import CloudScreen

            self.app.push_screen(CloudScreen(self._cloud))

    def _list_locations(self, address: BrokerAddress) -> None:
        self._work(self._locations(address), "asking")

    async def _locations(self, address: BrokerAddress) -> None:
        from smappee_tui.connect.own_broker.listener import locations
        from smappee_tui.tui.find.forms import Choice
        from smappee_tui.tui.widgets.chooser import Chooser

        found, beyond = await locations(address)
        if len(found) <= 1:
            self.app.exit(Choice(address, found[0].uuid if found else None))
            return
        pairs = tuple((one.uuid, one.serial) for one in found)
        uuid = await self.app.push_screen_wait(Chooser(pairs, None, beyond))
        if uuid is not None:
            self.app.exit(Choice(address, uuid))

    def action_doctor(self) -> None:
        """Step by step."""
        from smappee_tui.connect.portal.doctor import examine
        from smappee_tui.tui.find.doctor import DoctorSheet

        one = self.list.current
        if one is None:
            return
        where = str(one.broker_address)
        who = fact("find.who", serial=one.serial, where=where) if one.serial else fact("find.who_broker", where=where)

        def ended(what: object) -> None:
            if what == "open":
                self.action_open()
            elif what == "guide":
                self.action_guide()

        self.app.push_screen(
            DoctorSheet(
                who, lambda: examine(one.broker_address, wanted=one.serial or None, resolver=self.search.resolve)
            ),
            ended,
        )

    def action_guide(self) -> None:
        """Through the portal."""
        self._guide(_target(self.list.current, self._pending), back=False)

    def action_laptop(self) -> None:
        """A broker here, for whichever monitor."""
        self._guide(_target(None, ()), back=False)

    def action_back_way(self) -> None:
        """How to put one back."""
        from smappee_tui.tui.find.guide import Target

        if self._pending:
            item = self._pending[0]
            self._guide(Target(item.host, item.serial, item.previous), back=True)

    def _guide(self, target: Target, *, back: bool) -> None:
        from smappee_tui.app.pending_reverts import PendingRevert, pending
        from smappee_tui.tui.find.forms import now_text
        from smappee_tui.tui.find.guide import GuideSheet, Pushed

        def ended(what: object) -> None:
            if isinstance(what, Pushed):
                self._keep(
                    PendingRevert(what.target.serial, what.target.host, what.url, what.target.previous, now_text())
                )
                self.app.exit(what.choice)
            elif what == "back":
                self._forget(target)
            self._pending = pending()
            self.draw()

        sheet = GuideSheet(target, self.laptop, self.search.own, back=back, portal_port=self._portal_port)
        self.app.push_screen(sheet, ended)

    def _keep(self, item: PendingRevert) -> None:
        from smappee_tui.app.pending_reverts import remember

        try:
            remember(item)
        except ExternalError as error:
            self._said = error

    def _forget(self, target: Target) -> None:
        from smappee_tui.app.pending_reverts import done

        try:
            done(target.serial or target.host)
        except ExternalError as error:
            self._said = error

    def _work(self, work: Coroutine[Any, Any, None], busy: Busy) -> None:
        """Do something that takes a while; one thing at a time."""
        self._said, self._noted, self._busy = None, None, busy
        self.run_worker(self._guarded(work), group="work", exclusive=True, exit_on_error=False)
        self.draw()

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except ExternalError as error:
            self._said = error
        finally:
            self._busy = ""
            self.draw()

    def action_help(self) -> None:
        from smappee_tui.tui.help import FINDING, HelpSheet

        self.app.push_screen(HelpSheet(FINDING))

    def speak(self) -> None:
        self.draw()


def _target(one: Found | None, waiting: Sequence[PendingRevert]) -> Target:
    from smappee_tui.tui.find.guide import Target

    if one is None:
        return Target()
    before = next((item.previous for item in waiting if item.key in (one.serial, one.address)), "")
    return Target(one.address, one.serial, before)
