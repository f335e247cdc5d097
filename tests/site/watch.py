"""A site under test: feed it payloads, look at it."""

from __future__ import annotations

from typing import Any

from smappee_tui.site.locations import Locations
from smappee_tui.site.site import Site
from smappee_tui.site.view import ChannelView, SiteView, view_of
from tests.payloads import START, TWENTY, UUID, Row, arrival, channel_config, channel_topic, config, realtime


class Watch:
    """Locations and a clock: `second(rows)` is one realtime message, one second later than the one before."""

    def __init__(self, dialect: str = TWENTY, spec: str | None = None, *, at: float = START) -> None:
        self.dialect = dialect
        self.locations = Locations()
        self.now = at
        if spec is not None:
            self.take("config", config(dialect))
            self.take(channel_topic(dialect), channel_config(spec, dialect))

    def take(self, rest: str, content: Any, *, uuid: str = UUID, retain: bool = False, at: float | None = None) -> bool:
        """One message now, or at another moment of the receiving clock. Returns whether it brought a sample."""
        moment = self.now if at is None else at
        return self.locations.receive(arrival(rest, content, moment, uuid=uuid, retain=retain))[1]

    def second(self, rows: list[Row], *, uuid: str = UUID, sent: float | None = None, **changes: Any) -> bool:
        """One realtime message, one second later; `sent` is the monitor's own clock, the receiving one by default."""
        self.now += 1
        content = realtime(rows, self.dialect, at=self.now if sent is None else sent, **changes)
        return self.take("realtime", content, uuid=uuid)

    @property
    def site(self) -> Site:
        """The first location."""
        return self.locations.sites[UUID]

    @property
    def view(self) -> SiteView:
        """Its picture."""
        return view_of(self.site)

    def channel(self, number: int) -> ChannelView:
        """One channel of the picture."""
        return next(channel for channel in self.view.channels if channel.input == number)
