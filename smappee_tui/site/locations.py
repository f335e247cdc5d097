"""All service locations heard on one broker, each with a site of its own: they never mix."""

from __future__ import annotations

from smappee_tui.protocol import Arrival, Unreadable, decode, parse_topic
from smappee_tui.site.site import Site

MOST_LOCATIONS = 5000
"""A vendor's own broker may carry thousands of monitors; beyond this the rest is counted, not kept."""
FULL_HISTORIES = 32
"""Locations whose whole history is kept; the others keep minutes, until somebody asks for them."""
SHORT = (120, 5)
"""Seconds and minutes of history of a location that nobody asked for."""


class Locations:
    """Takes arrivals, decodes them, and folds each into the site it belongs to."""

    def __init__(self) -> None:
        self.sites: dict[str, Site] = {}
        self.other = 0
        """Messages of topics outside any service location."""
        self.beyond = 0
        """Messages of locations beyond the bound."""
        self._short: set[str] = set()

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
                if len(self.sites) > FULL_HISTORIES:
                    site.history.keep(*SHORT)
                    self._short.add(uuid)
        return site

    def find(self, wanted: str | None) -> Site | None:
        """The site of this uuid or serial number; without a wish the only one, or the one that speaks most.

        The site found keeps its whole history from now on.
        """
        found: Site | None
        if wanted:
            key = wanted.strip().casefold()
            found = next((site for site in self.sites.values() if key in _known_by(site)), None)
        else:
            sites = self.sites.values()
            found = max(sites, key=lambda site: (site.quality.realtime > 0, site.quality.messages), default=None)
        if found is not None and found.uuid in self._short:
            self._short.remove(found.uuid)
            found.history.keep()
        return found


def _known_by(site: Site) -> tuple[str, str]:
    return site.uuid.casefold(), site.monitor.serial.casefold() if site.monitor else ""
