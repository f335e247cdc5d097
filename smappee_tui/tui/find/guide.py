"""The way through the Expert Portal on the screen: what to open, what to type, with keys to copy and a QR code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType

from smappee_tui.app.pending_reverts import PendingRevert, remember
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.networks import OwnAddress, facing
from smappee_tui.connect.own_broker.laptop import firewall_hint, push_url
from smappee_tui.connect.portal.client import OWN_BROKER, BrokerSetting, PageWord, Portal, page_url
from smappee_tui.connect.portal.guide import FACTORY_PASSWORD, PortalGuide, Values, back_guide, push_guide
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.tui.commands import PORTAL, Command, bindings
from smappee_tui.tui.find.forms import Choice, broker_problem, now_text
from smappee_tui.tui.find.laptop import Laptop
from smappee_tui.tui.widgets.form import Form, FormField
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.qr_code import CodeSheet
from smappee_tui.tui.widgets.sheet import Sheet

_STEPS = 9
"""Steps that have a key to copy what is typed there: their number."""
_SIGNS = {None: ("◌", "wait"), "portal": ("✓", "ok")}
"""How looking for the portal's page went; what is not here is bad news."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom the guide is for."""

    host: str = ""
    """Where its portal is, "" while not known."""
    serial: str = ""
    previous: str = ""
    """Where it pushed to before, where that is known."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """A monitor pushes to a broker now."""

    choice: Choice
    target: Target
    url: str


class GuideSheet(Sheet):
    """Leads a person through; gives `Pushed` when the monitor speaks on the laptop's broker, "back" when it was put
    back, else None."""

    TITLE_TEXT = "portal_screen.title"
    KEYS: ClassVar[tuple[Command, ...]] = PORTAL
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(PORTAL),
        *(Binding(str(number), f"copy({number})", show=False) for number in range(1, _STEPS + 1)),
    ]

    def __init__(
        self,
        target: Target,
        laptop: Laptop,
        own: Sequence[OwnAddress],
        *,
        back: bool = False,
        portal_port: int = 80,
    ) -> None:
        """Lead.

        Args:
            target: whom.
            laptop: the broker of this laptop, running or not.
            own: this laptop's addresses.
            back: the way back instead.
            portal_port: where the portal's page is; another one is for tests.
        """
        super().__init__()
        self._target, self._laptop, self._back, self._portal_port = target, laptop, back, portal_port
        self._addresses = _addresses(target.host, own, laptop)
        self._place = 0
        self._other: Values | None = None
        self._page: PageWord | None = None
        self._setting: BrokerSetting | None = None
        self._said: Fact | ExternalError | None = None
        self._heard = 0

    def on_mount(self) -> None:
        """Look whether the portal is there, and listen."""
        super().on_mount()
        if self._target.host:
            self.run_worker(self._probe(), group="portal", exit_on_error=False)
        self.set_interval(0.5, self._tick)

    @property
    def values(self) -> Values | None:
        """What to type; None while there is no broker to type."""
        if self._other is not None:
            return self._other
        broker = self._laptop.broker
        return Values(broker.url, broker.username, broker.password, own=True) if broker is not None else None

    @property
    def guide(self) -> PortalGuide | None:
        """The steps, None while there is no broker to type."""
        before = self._setting.url if self._setting is not None else self._target.previous
        if self._back:
            return back_guide(self._target.host, self._target.previous)
        values = self.values
        return push_guide(self._target.host, values, previous=before) if values is not None else None

    def lay_out(self, width: int) -> list[Line]:
        """The monitor, the broker, the steps, the warnings."""
        said = current().error(self._said) if isinstance(self._said, ExternalError) else current().fact(self._said)
        lines = self._monitor(width)
        t = current()
        if said:
            lines += paragraph(said, width, "info", line(("i ", "info")))
        if not self._back:
            lines += [BLANK, *self._broker(width)]
        guide = self.guide
        if guide is None:
            return lines
        if self._back:
            lines += [BLANK, line(("V ", "key"), (tr("portal_screen.put_back"), "text"))]
        lines += [BLANK, line((t.fact(guide.title), "title"))]
        lines += paragraph(tr("portal_screen.restarts"), width, "warn", line(("! ", "warn")))
        for number, step in enumerate(guide.steps, 1):
            lines += paragraph(t.fact(step.text), width, first=line((f"{number} ", "key")), indent=2)
            if step.value:
                copies = f"   {tr('portal_screen.copies', key=str(number))}" if _copied(step.label) else ""
                lines.append(line("    ", (t.fact(step.value), "strong"), (copies, "dim")))
        lines.append(BLANK)
        for warning in guide.warnings:
            lines += paragraph(t.fact(warning), width, "warn", line(("! ", "warn")))
        if guide.back:
            lines += paragraph(t.fact(guide.back), width, "text", line(("↩ ", "key")))
        broker = self._laptop.broker
        if broker is not None and self._other is None:
            lines += paragraph(t.fact(firewall_hint(broker.port)), width, "dim", line(("i ", "dim")))
        return lines

    def _monitor(self, width: int) -> list[Line]:
        if not self._target.host:
            return paragraph(tr("portal_screen.address_unknown"), width)
        who = fact("portal_screen.at", where=self._target.host)
        if self._target.serial:
            who = fact("portal_screen.serial_at", serial=self._target.serial, where=self._target.host)
        lines = [line((current().fact(who), "strong"))]
        sign, tone = _SIGNS.get(self._page, ("✕", "warn"))
        page = "looking" if self._page is None else self._page.replace(" ", "_")
        lines += paragraph(tr(f"portal_screen.page.{page}"), width, tone, line((f"{sign} ", tone)))
        keys = tr("portal_screen.logon_and_code" if self._page == "portal" else "portal_screen.code")
        lines.append(line((f"  {keys}", "dim")))
        setting = self._setting
        if setting is not None:
            whose = "own" if setting.own else "other"
            code = f"portal_screen.pushes.{whose}_user" if setting.username else f"portal_screen.pushes.{whose}"
            url = setting.url or fact("portal_screen.nowhere")
            lines += paragraph(tr(code, url=url, user=setting.username), width, "info", line(("i ", "info")))
        return lines

    def _broker(self, width: int) -> list[Line]:
        """Where the monitor shall push to."""
        laptop = self._laptop
        said = laptop.words() if self._other is None else ""
        if self.guide is not None and not laptop.running:
            return []
        if not laptop.running:
            lines = paragraph(said, width, "warn", line(("! ", "warn"))) if said else []
            if not self._addresses:
                return [*lines, *paragraph(tr("portal_screen.no_address"), width, "warn", line(("! ", "warn")))]
            more = f"   {tr('portal_screen.another_address')}" if len(self._addresses) > 1 else ""
            starts = tr("portal_screen.starts", address=self._addresses[self._place])
            lines.append(line(("b ", "key"), (starts, "text"), (more, "dim")))
            return [*lines, line(("e ", "key"), (tr("portal_screen.another_broker"), "text"))]
        sign, tone = ("!", "warn") if laptop.troubles or laptop.problem else ("◌", "info")
        lines = paragraph(said, width, tone, line((f"{sign} ", tone)))
        lines.append(line((f"  {tr('portal_screen.spoke' if self._heard else 'portal_screen.turns_live')}", "dim")))
        keeps = tr("portal_screen.stops_kept" if laptop.keep else "portal_screen.stops")
        lines += paragraph(keeps, width, first=line(("b ", "key")))
        lines += paragraph(tr("portal_screen.applied"), width, first=line(("V ", "key")))
        return lines

    def offered(self) -> list[Command]:
        """What makes sense now."""
        wanted = {"laptop": not self._back and bool(self._addresses or self._laptop.running),
                  "applied": self._back or self.values is not None,
                  "interface": not self._back and not self._laptop.running and len(self._addresses) > 1,
                  "external": not self._back, "logon": self._page == "portal", "code": bool(self._target.host),
                  "keep": self._laptop.running}  # fmt: skip
        return [c for c in PORTAL if wanted.get(c.action, True)]

    def action_copy(self, number: int) -> None:
        """Copy what is to be typed at this step."""
        guide = self.guide
        step = guide.steps[number - 1] if guide is not None and number <= len(guide.steps) else None
        if step is not None and step.value and _copied(step.label):
            self.app.copy_to_clipboard(current().fact(step.value))
            self._say(fact(f"portal_screen.copied.{step.label}"))

    def action_code(self) -> None:
        if self._target.host:
            self.app.push_screen(CodeSheet(page_url(self._target.host, self._portal_port)))

    def action_interface(self) -> None:
        """The next of this laptop's addresses."""
        if len(self._addresses) > 1 and not self._laptop.running:
            self._place = (self._place + 1) % len(self._addresses)
            self.redraw()

    def action_laptop(self) -> None:
        """Start the broker on this laptop, or stop it."""
        if not self._back and (self._addresses or self._laptop.running):
            self.run_worker(self._switch(), group="broker", exit_on_error=False)

    async def _switch(self) -> None:
        self._other = None
        if self._laptop.running:
            await self._laptop.stop()
        else:
            self._say(fact("portal_screen.starting"))
            await self._laptop.start(self._addresses[self._place])
            self._said = None
        self.redraw()

    def action_keep(self) -> None:
        """Whether the broker goes on when the app ends."""
        if self._laptop.running:
            self._laptop.keep = not self._laptop.keep
            self.redraw()

    def action_external(self) -> None:
        if not self._back:
            fields = [
                FormField("host", "portal_screen.form.broker"),
                FormField("user", "find.form.username"),
                FormField("word", "find.form.password", "", True),
            ]
            self.app.push_screen(
                Form("portal_screen.form.push_to", fields, check=lambda values: broker_problem(values["host"])),
                self._named,
            )

    def _named(self, values: dict[str, str] | None) -> None:
        if values is not None:
            address = BrokerAddress.parse(values["host"])
            self._other = Values(push_url(address.host, address.port), values["user"], values["word"])
            self.redraw()

    def action_logon(self) -> None:
        """Try the portal's password, and read where the data goes."""
        if self._page == "portal":
            about = [(tr("portal_screen.form.password_about", password=FACTORY_PASSWORD), "dim")]
            self.app.push_screen(
                Form(
                    "portal_screen.form.portal_password",
                    [FormField("word", "find.form.password", "", True)],
                    about=lambda _: about,
                ),
                self._logon,
            )

    def _logon(self, values: dict[str, str] | None) -> None:
        if values is not None:
            self.run_worker(self._read(values["word"]), group="portal", exit_on_error=False)

    async def _probe(self) -> None:
        async with Portal(self._target.host, port=self._portal_port) as portal:
            self._page = await portal.page()
        self.redraw()

    async def _read(self, password: str) -> None:
        async with Portal(self._target.host, port=self._portal_port) as portal:
            word = await portal.logon(password)
            self._setting = await portal.broker_setting() if word == "ok" else None
        if self._back and self._setting is not None and self._setting.url == (self._target.previous or OWN_BROKER):
            self.dismiss("back")  # the monitor says so itself
        elif word == "ok" and self._setting is None:
            self._say(fact("portal_screen.not_revealed"))
        elif word == "ok":
            self._say(None)
        else:
            self._say(fact(f"portal_screen.{'wrong_password' if word == 'wrong password' else 'not_understood'}"))

    def action_applied(self) -> None:
        """The person says that it is done."""
        if self._back:
            self.dismiss("back")
            return
        values = self.values
        if values is None:
            return
        if not (self._target.host or self._target.serial):
            self._say(fact("portal_screen.noted_later"))
            return
        self._say(fact("portal_screen.noted"))
        self._remember(str(values.url))

    def _tick(self) -> None:
        heard = self._laptop.look()
        if self._back or self._other is not None:
            return
        before, self._heard = self._heard, len(heard)
        mine = [one for one in heard if one.realtime and (not self._target.serial or one.serial == self._target.serial)]
        broker = self._laptop.broker
        if mine and broker is not None:
            serial = self._target.serial or mine[0].serial
            target = Target(self._target.host, serial, self._previous)
            self.dismiss(Pushed(Choice(broker.address, mine[0].uuid), target, broker.url))
        elif before != self._heard or self._laptop.running:
            self.redraw()

    @property
    def _previous(self) -> str:
        return self._setting.url if self._setting is not None else self._target.previous

    def _remember(self, url: str) -> None:
        try:
            remember(PendingRevert(self._target.serial, self._target.host, url, self._previous, now_text()))
        except ExternalError as error:
            self._say(error)

    def _say(self, what: Fact | ExternalError | None) -> None:
        self._said = what
        self.redraw()


def _copied(label: str) -> bool:
    """What is typed at a step of this name can be copied."""
    return label in ("page", "url", "username", "password")


def _addresses(host: str, own: Sequence[OwnAddress], laptop: Laptop) -> list[str]:
    """This laptop's addresses, the one that the monitor sees first."""
    usable = [one.ip for one in own if one.address.version == 4]
    seen = facing(host) if host else None
    first = [laptop.broker.bind] if laptop.broker is not None else [seen] if seen else []
    return list(dict.fromkeys((*first, *usable)))
