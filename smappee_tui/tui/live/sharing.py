"""The page for phones as far as the live screen has to do with it: served from here, and who comes in is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from smappee_tui.i18n import tr

if TYPE_CHECKING:
    from smappee_tui.app.phone.share import Share
    from smappee_tui.tui.live.phones import Phones
    from smappee_tui.tui.live.screen import LiveScreen


class Sharing:
    """It ends with its screen."""

    def __init__(self, screen: LiveScreen) -> None:
        """Serve nothing yet."""
        self._screen = screen
        self.share: Share | None = None
        """Serves the page; None before it was first asked for."""
        self.make: Callable[[], Share] | None = None
        """Makes that; None where there is no such page."""
        self.at_once = False
        """It was asked for before the screen came up."""
        self._phones: Phones | None = None
        self._told: frozenset[str] = frozenset()
        """Phones that were said to be in, and troubles that were told."""

    @property
    def phones(self) -> Phones:
        """What phones see and ask of this screen, made when there is a page."""
        if self._phones is None:
            from smappee_tui.tui.live.phones import Phones

            assert self.share is not None  # noqa: S101 - asked where there is one
            self._phones = Phones(self._screen, self.share, timer=self._screen.every > 0)
        return self._phones

    def tick(self) -> None:
        """Let phones see what there is, where they may."""
        if self.share is not None and (self.share.running or self._phones is not None):
            self.phones.tick()

    def open(self) -> None:
        """Serve it, see who is in, end it."""
        from smappee_tui.tui.share.sheet import ShareSheet

        if self.share is None and self.make is not None:
            self.share = self.make()
        if self.share is not None:
            self._screen.app.push_screen(ShareSheet(self.share, at_once=self.at_once))
            self.at_once = False

    def stop(self) -> None:
        if self.share is not None:
            self.share.stop()

    @property
    def words(self) -> str:
        """That the page is served, and how many phones are there, in two words; "" while it is not."""
        if self.share is None or not self.share.running:
            return ""
        from smappee_tui.tui.share.sheet import phones_here

        return tr("live.shared", count=phones_here(self.share, time.time()))

    def follow(self) -> None:
        """Say who has come in: it might be nobody that was meant."""
        screen, share = self._screen, self.share
        if share is None or not (share.running or self._told or share.failed):
            return
        from smappee_tui.tui.share.sheet import ShareSheet, browser

        here = {one.id: browser(one) + f", {one.address}" for one in share.devices}
        troubles = {"lost": share.lost, "failed": bool(share.failed)}
        new = {name for name, there in troubles.items() if there} - self._told
        if not isinstance(screen.app.screen, ShareSheet):  # which shows it itself
            for number in here.keys() - self._told:
                screen.notify(tr("share.came", who=here[number]), markup=False, timeout=8)
            for trouble in new:
                told = tr(f"share.{trouble}", why=share.failed)
                screen.notify(told, markup=False, timeout=20, severity="warning")
        self._told = frozenset(here) | {name for name, there in troubles.items() if there}
