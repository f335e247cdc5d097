"""The page for a phone, from this side: what is opened and to whom, the code to scan, who is in, who was not let."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar
from urllib.parse import urlsplit

from textual.binding import BindingType

from smappee_tui.app.phone.share import Share, ShareAddress, SharedDevice
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.networks import is_loopback
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.fact import Fact
from smappee_tui.tui.commands import SHARE, Command, bindings
from smappee_tui.tui.widgets.lines import BLANK, Line, beside, line, paragraph
from smappee_tui.tui.widgets.qr_code import qr_lines
from smappee_tui.tui.widgets.sheet import Sheet
from smappee_tui.tui.widgets.words import ago

HERE = 10.0
"""Seconds since something was given to a phone within which it is there: each second it is given the readings."""
BESIDE = 30
"""Cells that the text beside the code has at least; with less it stands below."""
_GAP = 3


def phones_here(share: Share | None, now: float) -> int | None:
    """How many phones look at the page now; None while it is not served."""
    if share is None or not share.running:
        return None
    return sum(_here(one, now) for one in share.devices)


def browser(device: SharedDevice) -> str:
    """What a phone says it is."""
    return clean(device.said, 60) or tr("share.some_browser")


class ShareSheet(Sheet):
    """It asks before anything is opened, and stays what it is about when it is closed: X ends that."""

    TITLE_TEXT = "share.title"
    KEYS: ClassVar[tuple[Command, ...]] = SHARE
    BINDINGS: ClassVar[list[BindingType]] = bindings(SHARE)

    def __init__(self, share: Share, *, at_once: bool = False, clock: Callable[[], float] = time.time) -> None:
        """Show it.

        Args:
            share: what serves the page.
            at_once: it was asked for already, so it is served where there is but one address to serve on.
            clock: seconds since 1970, as phones are seen by.
        """
        super().__init__()
        self._share, self._clock = share, clock
        self._addresses: list[ShareAddress] = [] if share.running else list(share.addresses())
        self._place = 0
        self._failed: ExternalError | None = None
        if at_once and self._addresses and (len(self._addresses) == 1 or self._addresses[0].monitors):
            self._start()

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(1.0, self.redraw)

    def offered(self) -> list[Command]:
        """To begin, or to end it; somebody can be put out where somebody is in."""
        running = self._share.running
        hidden = {"go"} if running else {"stop", "put_out"}
        hidden |= set() if self._share.devices else {"put_out"}
        return [command for command in SHARE if command.action not in hidden]

    def lay_out(self, width: int) -> list[Line]:
        return self._served(width) if self._share.running else self._question(width)

    def _question(self, width: int) -> list[Line]:
        """What would be opened, to whom, and where."""
        lines = []
        if self._failed is not None:
            lines += paragraph(clean(current().error(self._failed), 1000), width, "warn", line(("! ", "warn")))
            lines.append(BLANK)
        if self._share.failed:
            said = tr("share.failed", why=self._share.failed)
            lines += [*paragraph(said, width, "fault", line(("! ", "fault"))), BLANK]
        lines += paragraph(tr("share.what"), width)
        lines += [BLANK, *paragraph(tr("share.who"), width)]
        lines += [BLANK, *paragraph(tr("share.in_clear"), width, "dim"), BLANK]
        several = len(self._addresses) > 1
        lines += paragraph(tr("share.which" if several else "share.where"), width, "strong")
        for number, one in enumerate(self._addresses):
            chosen = several and number == self._place
            what = [clean(one.network, 40)] if one.network else []
            what += [tr("share.monitors")] if one.monitors else []
            name = "".join(f"  {text}" for text in what)
            lines.append(line(("› " if chosen else "  ", "key"), (one.address, "strong"), (name, "dim")))
        if all(is_loopback(one.address) for one in self._addresses):
            lines += paragraph(tr("share.alone"), width, "warn", line(("! ", "warn")))
        return lines

    def _served(self, width: int) -> list[Line]:
        code = [line((text, "text")) for text in qr_lines(self._share.link, on_dark=self.app.current_theme.dark)]
        cells = len(code[0][0][0])
        if width - cells - _GAP >= BESIDE:
            return beside(code, self._told(width - cells - _GAP), cells + _GAP)
        told = self._told(width)
        return [*code, BLANK, *told] if cells <= width else [*paragraph(tr("words.qr_narrow"), width, "warn"), *told]

    def _told(self, width: int) -> list[Line]:
        """The link as text, who is in, and who was turned away."""
        link, lines = self._share.link, list[Line]()
        if self._share.lost:
            lines += [*paragraph(tr("share.lost"), width, "fault", line(("! ", "fault"))), BLANK]
        lines += paragraph(tr("share.scan"), width)
        origin, _, token = link.rpartition("/")
        parts = [link] if len(link) <= width else [f"{origin}/", token]
        lines += [line((part[at : at + width], "strong")) for part in parts for at in range(0, len(part), width)]
        lines += paragraph(tr("share.renewed"), width, "dim")
        devices = list(self._share.devices)
        self._place = max(0, min(self._place, len(devices) - 1))
        lines += [BLANK, *paragraph(tr("share.phones", count=len(devices)), width, "strong")]
        lines += [one for number, device in enumerate(devices) for one in self._device(number, device, width)]
        place = urlsplit(link)
        if not devices and is_loopback(place.hostname or ""):
            lines += paragraph(tr("share.alone"), width, "warn", line(("! ", "warn")))
        elif not devices:
            lines += paragraph(current().fact(_firewall(place.port or 80)), width, "dim")
        turned = [tr(f"share.refused.{word}", count=count) for word, count in sorted(self._share.refused.items())]
        if turned:
            lines += [BLANK, *paragraph(tr("share.turned_away", what=tuple(turned)), width, "dim")]
        return lines

    def _device(self, number: int, device: SharedDevice, width: int) -> list[Line]:
        now = self._clock()
        mark = line(("› " if number == self._place else "  ", "key"))
        since = ago(max(0, round(now - device.since)))
        if _here(device, now):
            seen, tone = tr("share.here", since=since), "ok"
        else:
            seen, tone = tr("share.away", seen=ago(max(0, round(now - device.seen)))), "dim"
        lines = paragraph(f"{browser(device)}  {device.address}", width, "text", mark)
        return [*lines, *paragraph(seen, width, tone, line(("  ", "text")))]

    def action_down(self) -> None:
        self._move(1)

    def action_up(self) -> None:
        self._move(-1)

    def _move(self, by: int) -> None:
        """Choose another address, or another phone; what is longer than the window is scrolled."""
        count = len(self._share.devices) if self._share.running else len(self._addresses)
        if count > 1:
            self._place = max(0, min(count - 1, self._place + by))
            self.redraw()
        else:
            self.body.scroll_relative(y=by, animate=False)

    def action_go(self) -> None:
        """Serve it."""
        if not self._share.running and self._addresses:
            self._start()
            self.redraw()

    def _start(self) -> None:
        try:
            self._share.start(self._addresses[self._place].address)
        except ExternalError as error:
            self._failed = error
        else:
            self._failed, self._place = None, 0

    def action_stop(self) -> None:
        """Serve it no more."""
        if self._share.running:
            self._share.stop()
            self._addresses, self._place = list(self._share.addresses()), 0
            self.notify(tr("share.stopped"), timeout=4)
            self.redraw()

    def action_put_out(self) -> None:
        """Let the chosen phone in no more."""
        devices = list(self._share.devices)
        if self._share.running and self._place < len(devices):
            gone = devices[self._place]
            self._share.revoke(gone.id)
            self.notify(tr("share.put_out", browser=browser(gone)), markup=False, timeout=4)
            self.redraw()


def _here(device: SharedDevice, now: float) -> bool:
    return now - device.seen < HERE


def _firewall(port: int) -> Fact:
    """What may keep phones out."""
    from smappee_tui.connect.own_broker.laptop import firewall_hint

    return firewall_hint(port)
