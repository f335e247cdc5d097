"""All service locations heard on one broker, each with a site of its own: they never mix."""

from __future__ import annotations

from smappee_tui.protocol.damage import ReadInPart, passed_over, read_in_part
from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError
from smappee_tui.protocol.messages import CloudFeed, MonitorConfig, Other
from smappee_tui.protocol.realtime import Realtime
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.protocol.topics import ROOT, parse_topic
from smappee_tui.protocol.wish import Fit, begins, fit, key_of
from smappee_tui.site.quality import Damage
from smappee_tui.site.site import Site

MOST_LOCATIONS = 5000
"""A vendor's own broker may carry thousands of monitors. Beyond this what is only remembered gives up its place to what
speaks; the rest is counted."""
MOST_BYTES = 40 * 1024 * 1024
"""Bytes that all locations may take together, as far as they can be told; beyond, as beyond the number."""
_EACH = 7 * 1024
"""Bytes of a location of which little was heard, and of what a byte of a payload becomes, measured."""
_OF_CONFIGURATION, _OF_REALTIME = 1.2, 3.0
MOST_COUNTED = 100_000
"""Locations beyond the bound that are told apart."""
FULL_HISTORIES = 8
"""Locations whose whole history is kept; the others keep little, until somebody asks for them."""
SHORT = 30
"""Seconds of history of a location that nobody asked for."""


class Locations:
    """Takes arrivals, decodes them, and folds each into the site it belongs to."""

    def __init__(self, wanted: str | None = None) -> None:
        """Hold none yet; `wanted` as in `find`, which may change it later."""
        self.sites: dict[str, Site] = {}
        self.other = 0
        """Messages of topics outside any service location."""
        self.prefixes: dict[str, str] = {}
        """What a bridge puts before `servicelocation`, by location; most have none."""
        self._beyond: set[int] = set()
        self._mute: dict[str, None] = {}
        """Those of which the broker only remembers something, in order of arrival."""
        self._weights: dict[str, dict[type[object], int]] = {}
        self._weight = 0
        self._short: set[str] = set()
        self._recalled: dict[str, int] = {}
        """Measurements that a site brought along from a past, by location: they say nothing of now."""
        self._key = key_of(wanted)
        self._found: Site | None = None
        """What `find` gives for `_key`, kept up to date message by message: it is asked for with each of them."""
        self._rank: tuple[object, ...] = ()
        """Its rank when it was found."""

    @property
    def beyond(self) -> int:
        """Locations that were heard and are not kept, up to `MOST_COUNTED`."""
        return len(self._beyond)

    def receive(self, arrival: MqttMessage) -> tuple[Site | None, bool]:
        """Decode one arrival and fold it in.

        Returns:
            The site it belongs to (None for a foreign topic), and whether it brought a new sample.
        """
        saved: ReadInPart | None = None
        try:
            parts, message = decode(arrival.topic, arrival.payload)
            saved = passed_over(arrival.topic, arrival.payload, parts, message)
        except UnreadableError as error:
            saved = read_in_part(arrival.topic, arrival.payload, error)
            if saved is None:
                site = self._site(parse_topic(arrival.topic).location, arrival)
                if site is not None:
                    site.unreadable(error, arrival.at)
                    self._compare(site)
                return site, False
            parts, message = saved.topic, saved.message
        site = self.sites.get(parts.location)
        if site is None:
            site = self._site(parts.location, arrival, message if isinstance(message, MonitorConfig) else None)
            if site is None:
                return None, False
        settings = site.settings
        sampled = site.apply(message, arrival.at, arrival.retain)
        if saved is not None and saved.lost:
            damage = Damage(parts.kind, saved.lost, whole=False, names_only=saved.names_only)
            site.quality.damaged(arrival.topic[:200], damage, arrival.at)
        elif site.quality.damage:
            site.quality.damage.pop(arrival.topic[:200], None)
        if sampled and site.settings is settings and self.measured(site) > 1:
            return site, True  # one more second like the one before: nothing below has changed by it
        if site.spoke:
            self._mute.pop(site.uuid, None)
        self._compare(site)
        if isinstance(message, Realtime):
            size = _OF_REALTIME * len(arrival.payload) + site.history.size
        else:
            size = 0 if isinstance(message, (Other, CloudFeed)) else _OF_CONFIGURATION * len(arrival.payload)
        if not self._kept(site, type(message), int(size)):
            return None, False
        return site, sampled

    def _site(self, uuid: str, arrival: MqttMessage, told: MonitorConfig | None = None) -> Site | None:
        site = self.sites.get(uuid)
        if site is None:
            if not uuid:
                self.other += 1
                return None
            full = len(self.sites) >= MOST_LOCATIONS and not self._may_mean(uuid, told)
            if full and (arrival.retain or not self._make_room()):
                self._not_kept(uuid)
                return None
            site = self.sites[uuid] = Site(uuid)
            self._mute[uuid] = None
            self._weights[uuid] = {Site: _EACH}
            self._weight += _EACH
            self._beyond.discard(hash(uuid))
            prefix = arrival.topic[: arrival.topic.find(f"{ROOT}/{uuid}/")]
            if prefix:
                self.prefixes[uuid] = prefix
            if len(self.sites) > FULL_HISTORIES:
                site.history.keep(SHORT)
                self._short.add(uuid)
        return site

    def put(self, site: Site) -> None:
        """Know this location as it was folded elsewhere, out of its past, in place of what is known of it here."""
        before = self.sites.get(site.uuid)
        self._recalled[site.uuid] = site.quality.live - (self.measured(before) if before is not None else 0)
        if self._found is not None and self._found.uuid == site.uuid:
            self._found = site
        self.sites[site.uuid] = site
        if site.spoke:
            self._mute.pop(site.uuid, None)
        self._compare(site)

    def measured(self, site: Site) -> int:
        """Measurements that its monitor has just sent: neither the broker remembered them nor did a job."""
        return site.quality.live - self._recalled.get(site.uuid, 0)

    def _kept(self, site: Site, kind: type[object], size: int) -> bool:
        """Note what a site takes. Where all of it is too much, what is only remembered goes, else this one."""
        weights = self._weights[site.uuid]
        self._weight += size - weights.get(kind, 0)
        weights[kind] = size
        while self._weight > MOST_BYTES and self._make_room():
            pass
        if self._weight > MOST_BYTES and site is not self._found and site.uuid in self.sites:
            self._give_up(site.uuid)
        return site.uuid in self.sites

    def _make_room(self) -> bool:
        """Give up the oldest of those that are only remembered and not meant; False for none."""
        for uuid in self._mute:
            site = self.sites[uuid]
            if site is not self._found and not (self._key and self._meant(site)):
                self._give_up(uuid)
                return True
        return False

    def _give_up(self, uuid: str) -> None:
        """Keep nothing of a location but that it was heard."""
        del self.sites[uuid]
        self._mute.pop(uuid, None)
        self._weight -= sum(self._weights.pop(uuid, {}).values())
        self.prefixes.pop(uuid, None)
        self._recalled.pop(uuid, None)
        self._short.discard(uuid)
        self._not_kept(uuid)

    def _not_kept(self, uuid: str) -> None:
        if len(self._beyond) < MOST_COUNTED:
            self._beyond.add(hash(uuid))

    def find(self, wanted: str | None) -> Site | None:
        """The site that is meant; without a wish the only one, or of several always the same one.

        Of several a site that speaks now goes before one of which a broker or a job only remembers something, also
        where both bear the serial number wanted: a monitor that was installed anew leaves its old uuid behind. Then the
        one with the most channels, then the lowest serial number. The site found keeps its whole history from now on.

        Args:
            wanted: uuid, serial number, the vendor's number of the location, or the beginning of a uuid.
        """
        key = key_of(wanted)
        if key != self._key or (self._found is not None and not self._still(self._found)):
            self._key = key
            self._found = min(filter(self._meant, self.sites.values()), key=self._order, default=None)
            self._rank = self._order(self._found) if self._found is not None else ()
        found = self._found
        if found is not None and found.uuid in self._short:
            self._short.remove(found.uuid)
            found.history.keep()
        return found

    def meant(self, wanted: str | None) -> list[Site]:
        """All sites that a wish fits; all there are without one. More than one of a wish: it is ambiguous."""
        self.find(wanted)
        if not self._key:
            return list(self.sites.values())
        fits = [(self._fit(site), site) for site in self.sites.values()]
        best = min((how for how, _ in fits), default=Fit.NOT)
        return [site for how, site in fits if how == best < Fit.NOT]

    def by_prefix(self, site: Site) -> bool:
        """Whether the wish names this site by the beginning of its uuid only."""
        return self._fit(site) == Fit.PREFIX

    def _compare(self, site: Site) -> None:
        if site is self._found:
            rank = self._order(site)
            self._rank = rank if rank <= self._rank else ()  # it has less to show now: another may be meant
        elif self._meant(site):
            rank = self._order(site)
            if self._found is None or rank < self._rank:
                self._found, self._rank = site, rank

    def _still(self, found: Site) -> bool:
        return bool(self._rank) and self._meant(found)

    def _meant(self, site: Site) -> bool:
        return not self._key or self._fit(site) < Fit.NOT

    def _may_mean(self, uuid: str, told: MonitorConfig | None) -> bool:
        """Whether the wish may be for a location of which nothing else is known yet."""
        said = (told.serial.casefold(), str(told.location_id)) if told is not None else ()
        return bool(self._key) and (self._key in said or begins(self._key, uuid) or self._key == uuid.casefold())

    def _fit(self, site: Site) -> Fit:
        serial = site.monitor.serial if site.monitor is not None else ""
        return fit(self._key, site.uuid, serial, site.location_id)

    def _order(self, site: Site) -> tuple[object, ...]:
        """The least of several is the one meant."""
        quality = site.quality
        serial = site.monitor.serial if site.monitor is not None else ""
        return (
            self._fit(site) if self._key else Fit.UUID,
            self.measured(site) <= 0,
            not quality.realtime,
            -len(site.settings),
            not serial,
            serial,
            site.uuid,
        )
