"""All service locations heard on one broker, each with a site of its own: they never mix."""

from __future__ import annotations

from smappee_tui.protocol import Arrival, Unreadable, decode, parse_topic
from smappee_tui.site.site import Site

MOST_LOCATIONS = 5000
"""A vendor's own broker may carry thousands of monitors; beyond this the rest is counted, not kept."""


class Locations:
    """Takes arrivals, decodes them, and folds each into the site it belongs to."""

    def __init__(self) -> None:
        self.sites: dict[str, Site] = {}
        self.other = 0
        """Messages of topics outside any service location."""
        self.beyond = 0
        """Messages of locations beyond the bound."""

    def receive(self, arrival: Arrival) -> tuple[Site | None, bool]:
        """Decode one arrival and fold it in.

        Returns:
            The site it belongs to (None for a foreign topic), and whether it brought a new sample.
        """
        try:
            parts, message = decode(arrival.topic, arrival.payload)
        except Unreadable as error:
            site = self._site(parse_topic(arrival.topic).location)
            if site is not None:
                site.unreadable(error, arrival.at)
            return site, False
        site = self._site(parts.location)
        if site is None:
            return None, False
        return site, site.apply(message, arrival.at, arrival.retain)

    def _site(self, uuid: str) -> Site | None:
        site = self.sites.get(uuid)
        if site is None:
            if not uuid:
                self.other += 1
            elif len(self.sites) >= MOST_LOCATIONS:
                self.beyond += 1
            else:
                site = self.sites[uuid] = Site(uuid)
        return site

    def find(self, wanted: str | None) -> Site | None:
        """The site of this uuid or serial number; without a wish the only one, or the one that speaks most."""
        if wanted:
            key = wanted.strip().casefold()
            for site in self.sites.values():
                serial = site.monitor.serial if site.monitor else ""
                if key in (site.uuid.casefold(), serial.casefold()):
                    return site
            return None
        return max(self.sites.values(), key=lambda s: (s.quality.realtime > 0, s.quality.messages), default=None)
