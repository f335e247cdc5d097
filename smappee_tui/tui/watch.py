"""The part of the live screen that looks: one tick a second takes one picture, and every view draws from that."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.timer import Timer

from smappee_tui.links.errors import LinkError
from smappee_tui.plugtest import Switching
from smappee_tui.session import Picture, Session
from smappee_tui.tui.columns import Row
from smappee_tui.tui.commands import Now, in_footer
from smappee_tui.tui.footer import Footer
from smappee_tui.tui.head import Recording, head_of
from smappee_tui.tui.header import Header
from smappee_tui.tui.notice import NoticeView
from smappee_tui.tui.rows import Arrangement, arranged, rows_of
from smappee_tui.tui.situation import Mode, situation
from smappee_tui.tui.table import ChannelTable
from smappee_tui.tui.trend import Trends

if TYPE_CHECKING:
    from smappee_tui.tui.cloud_access import CloudDoor
    from smappee_tui.tui.detail import Detail

MOST_A_TICK = 5000
"""Messages folded in at one go: a flood must not take the keyboard away."""
EAGER = 0.1
"""Seconds between looks until the first channels are there: who starts the program does not wait a second for them."""
OLD = ("stale", "disconnected", "refused")
"""Situations in which the numbers on the screen are not of now."""
WIDE = 112
"""Cells from which the pane stands beside the table instead of over it."""


class Watch(Screen[None]):
    """A session and the views of it."""

    DEFAULT_CSS = """
    Watch { layout: vertical; background: $background; }
    Watch #middle { layout: horizontal; height: 1fr; }
    """
    AUTO_FOCUS: ClassVar[str | None] = None

    def __init__(
        self,
        session: Session,
        *,
        clock: Callable[[], float] = time.time,
        tick: float = 1.0,
        mode: Mode = "live",
        recorder: Recording | None = None,
        switching: Switching | None = None,
    ) -> None:
        """Watch a session.

        Args:
            session: started when the screen is mounted; whoever made it closes it.
            clock: seconds since 1970, the clock that arrivals carry.
            tick: seconds between two pictures; 0: only when `tick` is called.
            mode: what the messages are, for the header.
            recorder: shown while it records, and when it stops doing so.
            switching: how plugs can be tested; None for not at all.
        """
        super().__init__()
        self.session, self.clock, self.mode, self.recorder = session, clock, mode, recorder
        self.switching = switching or Switching.locked()
        self.cloud: CloudDoor | None = None
        """How to get into the vendor's cloud; None: that is not offered."""
        self.picture: Picture | None = None
        self.rows: list[Row] = []
        """All channels of the picture."""
        self.wish = Arrangement()
        self.frozen_at: float | None = None
        self.detail_open = False
        self.header, self.footer = Header(id="header"), Footer(id="footer")
        self.notice, self.table = NoticeView(id="notice"), ChannelTable(id="table")
        self.pane: Detail | None = None
        """Made when it is first asked for."""
        self._every = tick
        self._eager: Timer | None = None
        self._refused = ""
        self._trends = Trends()
        self._uuid: str | None = None

    def compose(self) -> ComposeResult:
        """Few widgets: each costs at the start."""
        yield self.header
        yield Container(self.notice, self.table, id="middle")
        yield self.footer

    def on_mount(self) -> None:
        """Open the link and begin."""
        try:
            self.session.start()
        except LinkError as error:
            self._refused = str(error)
        if self._every > 0:
            self.set_interval(self._every, self.tick)
            self._eager = self.set_interval(EAGER, self._look)
        self.table.focus()
        self.session.pump(MOST_A_TICK)  # drawn with the first layout, which knows the size

    def tick(self) -> None:
        """Fold in what has arrived, and draw. Frozen, it goes on folding in and draws only the ages."""
        self.session.pump(MOST_A_TICK)
        self._take()

    def _look(self) -> None:
        if self.rows and self._eager is not None:
            self._eager.stop()
        elif self.session.pump(MOST_A_TICK):
            self._take()

    def _take(self) -> None:
        if self.frozen_at is None or self.picture is None:
            self.picture = self.session.picture()
            view = self.picture.view
            if view is None or view.uuid != self._uuid:
                self._uuid = view.uuid if view else None
                self._trends.clear()
            self.rows = rows_of(view, self.picture.judgement) if view else []
        self.draw()

    def draw(self) -> None:
        """Draw the picture held."""
        picture = self.picture
        if picture is None or not self.size.width:
            return
        now = self.clock()
        here = situation(picture, self.session.link.state, now, self.mode, self.session.wanted, self._refused)
        kept = arranged(self.rows, self.wish)
        bare = not self.rows
        self.notice.display = bare
        self.table.display = not bare and not self.covered
        if self.pane is not None:
            self.pane.display = not bare and self.detail_open
            self.pane.set_class(not self.covered, "-beside")
        self.header.tell(
            head_of(
                picture,
                here,
                mode=self.mode,
                frozen_for=None if self.frozen_at is None else now - self.frozen_at,
                recorder=self.recorder,
                filters=self.wish.filters,
                hidden=len(self.rows) - len(kept),
                asked=self.session.wanted is not None,
            )
        )
        if bare:
            self.notice.tell(here)
        else:
            self.table.fill(kept, self.wish, self.trend, faded=here.name in OLD)
            self.tell_detail()
        self.footer.tell(in_footer(self.now))

    def tell_detail(self) -> None:
        """Draw the pane of the chosen channel."""
        picture = self.picture
        if self.pane is not None and self.detail_open and picture is not None and picture.view is not None:
            self.pane.tell(self.table.row, self.table.place, self.rows, picture.view, picture.judgement)

    def trend(self, number: int, cells: int) -> str:
        """The bars of one channel."""
        picture = self.picture
        if picture is None or picture.site is None or picture.view is None or picture.view.at is None:
            return ""
        return self._trends.of(picture.site.history, number, picture.view.at, cells)

    @property
    def covered(self) -> bool:
        """The pane is open and covers the table."""
        return self.detail_open and self.size.width < WIDE

    @property
    def now(self) -> Now:
        """What decides which commands make sense."""
        return Now(
            rows=bool(self.rows),
            detail=self.detail_open and bool(self.rows),
            covered=self.covered,
            filtered=bool(self.wish.filters),
            several=self.picture is not None and len(self.picture.locations) > 1,
            grouped=self.pane is not None and self.detail_open and self.pane.grouped,
            cloud=self.cloud is not None,
        )

    def on_resize(self) -> None:
        """The pane moves beside the table, or over it."""
        if self.picture is None:
            self._take()
        else:
            self.draw()
