"""What a watch has seen of one location, live or from a recording: the one input of `check`'s text and JSON."""

from __future__ import annotations

from dataclasses import dataclass

from smappee_tui.diagnosis import Judgement
from smappee_tui.diagnosis.devices import DeviceVerdicts, device_verdicts
from smappee_tui.diagnosis.past.record import PastSpan
from smappee_tui.protocol.arrival import Arrival, Mark
from smappee_tui.protocol.topics import parse_topic
from smappee_tui.session import Session
from smappee_tui.site import Site
from smappee_tui.site.devices import Devices
from smappee_tui.site.locations import MOST_LOCATIONS
from smappee_tui.site.quality import LinkQuality
from smappee_tui.site.view import SiteView, view_of


@dataclass(frozen=True, slots=True)
class Watched:
    """One location at the end of a watch."""

    view: SiteView
    judgement: Judgement
    quality: LinkQuality
    devices: Devices
    first: float
    """Receiving clock of the location's first message, seconds since 1970."""
    last: float
    """The same of its last message: the "now" of everything that is judged by age."""
    site: Site
    said: DeviceVerdicts
    """Of plugs and sensors."""
    past: PastSpan | None = None
    """Set where this is no watch but weeks of 5-minute values from the cloud."""


class Spans:
    """Notes from when to when each location spoke, by the receiving clock of its messages and by no other."""

    def __init__(self) -> None:
        self._spans: dict[str, tuple[float, float]] = {}

    def note(self, item: Arrival | Mark) -> None:
        """Take one arrival; marks say nothing about a monitor."""
        if isinstance(item, Mark):
            return
        location = parse_topic(item.topic).location
        first, last = self._spans.get(location, (item.at, item.at))
        if location in self._spans or len(self._spans) < MOST_LOCATIONS:
            self._spans[location] = (min(first, item.at), max(last, item.at))

    def of(self, location: str) -> tuple[float, float]:
        """First and last message of a location; (0, 0) for one that never spoke."""
        return self._spans.get(location, (0.0, 0.0))


def watched(session: Session, spans: Spans) -> Watched | None:
    """Take stock of the session's location; None while none has spoken, or not the one asked for."""
    site = session.site
    if site is None:
        return None
    first, last = spans.of(site.uuid)
    if not last:  # named, but beyond the bound
        first, last = site.quality.first_at or 0.0, site.quality.last_at or 0.0
    said = device_verdicts(site, session.limits)
    return Watched(view_of(site), session.judgement(), site.quality, site.devices, first, last, site, said)
