"""All service locations heard on one broker, each with a site of its own: they never mix."""

from __future__ import annotations

from smappee_tui.protocol.damage import ReadInPart, read_in_part
from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError
from smappee_tui.protocol.messages import MonitorConfig
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.protocol.topics import parse_topic
from smappee_tui.site.quality import Damage
from smappee_tui.site.site import Site

MOST_LOCATIONS = 5000
"""A vendor's own broker may carry thousands of monitors; beyond this only the one named is kept, the rest counted."""
FULL_HISTORIES = 32
"""Locations whose whole history is kept; the others keep little, until somebody asks for them."""
SHORT = 120
"""Seconds of history of a location that nobody asked for."""


class Locations:
    """Takes arrivals, decodes them, and folds each into the site it belongs to."""

    def __init__(self, wanted: str | None = None) -> None:
        """Hold none yet; `wanted` as in `find`, which may change it later."""
        self.sites: dict[str, Site] = {}
        self.other = 0
        """Messages of topics outside any service location."""
        self.beyond = 0
        """Messages of locations beyond the bound."""
        self._short: set[str] = set()
        self._key = _key(wanted)
        self._found: Site | None = None
        """What `find` gives for `_key`, kept up to date message by message: it is asked for with each of them."""

    def receive(self, arrival: MqttMessage) -> tuple[Site | None, bool]:
        """Decode one arrival and fold it in.

        Returns:
            The site it belongs to (None for a foreign topic), and whether it brought a new sample.
        """
        saved: ReadInPart | None = None
        try:
            parts, message = decode(arrival.topic, arrival.payload)
        except UnreadableError as error:
            saved = read_in_part(arrival.topic, arrival.payload, error)
            if saved is None:
                site = self._site(parse_topic(arrival.topic).location)
                if site is not None:
                    site.unreadable(error, arrival.at)
                    self._compare(site)
                return site, False
            parts, message = saved.topic, saved.message
        site = self._site(parts.location, message.serial if isinstance(message, MonitorConfig) else "")
        if site is None:
            return None, False
        sampled = site.apply(message, arrival.at, arrival.retain)
        if saved is not None and saved.lost:
            damage = Damage(parts.kind, saved.lost, whole=False, names_only=saved.names_only)
            site.quality.damaged(arrival.topic[:200], damage, arrival.at)
        elif site.quality.damage:
            site.quality.damage.pop(arrival.topic[:200], None)
        self._compare(site)
        return site, sampled

    def _site(self, uuid: str, serial: str = "") -> Site | None:
        site = self.sites.get(uuid)
        if site is None:
            if not uuid:
                self.other += 1
            elif len(self.sites) >= MOST_LOCATIONS and not self._named(uuid, serial):
                self.beyond += 1
            else:
                site = self.sites[uuid] = Site(uuid)
                if len(self.sites) > FULL_HISTORIES:
                    site.history.keep(SHORT)
                    self._short.add(uuid)
        return site

    def find(self, wanted: str | None) -> Site | None:
        """The site of this uuid or serial number; without a wish the only one, or the one that speaks most.

        A site that speaks now goes before one of which the broker only remembers something, also where both bear the
        serial number wanted: a monitor that was installed anew leaves its old uuid behind. The site found keeps its
        whole history from now on.
        """
        key = _key(wanted)
        if key != self._key or (self._found is not None and not self._meant(self._found)):
            self._key = key
            self._found = max(filter(self._meant, self.sites.values()), key=_rank, default=None)
        found = self._found
        if found is not None and found.uuid in self._short:
            self._short.remove(found.uuid)
            found.history.keep()
        return found

    def _compare(self, site: Site) -> None:
        if self._meant(site) and (self._found is None or _rank(site) > _rank(self._found)):
            self._found = site

    def _meant(self, site: Site) -> bool:
        return not self._key or self._named(site.uuid, site.monitor.serial if site.monitor else "")

    def _named(self, uuid: str, serial: str) -> bool:
        return bool(self._key) and self._key in (uuid.casefold(), serial.casefold())


def _key(wanted: str | None) -> str:
    return (wanted or "").strip().casefold()


def _rank(site: Site) -> tuple[bool, bool, int]:
    """Grows only: the first to speak stays the one that speaks most until another has said more."""
    quality = site.quality
    return quality.live > 0, quality.realtime > 0, quality.messages
