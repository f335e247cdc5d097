"""A message source, the sites heard on it, and the judgement of each: what a screen or a command holds while it runs.

Everything happens on the caller's thread: the source's own thread only queues. `poll` takes what has arrived,
`snapshot` freezes it. A screen calls both once a second; a replay calls `poll` until the recording ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from smappee_tui.connect import filters
from smappee_tui.connect.message_source import Dropped, MessageSource, SourceState, take
from smappee_tui.connect.meter.reader import BesideMeter, MeterReader, MeterState
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.diagnosis.limits.declared import Declared
from smappee_tui.protocol.fact import UnreadableError, fact
from smappee_tui.protocol.meter import TOPIC as METER
from smappee_tui.protocol.meter import MeterReading, reading_of
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.protocol.wish import key_of
from smappee_tui.site.locations import Locations
from smappee_tui.site.site import Site
from smappee_tui.site.view import SiteView, view_of

if TYPE_CHECKING:
    from smappee_tui.connect.meter.address import Kind
    from smappee_tui.diagnosis.judge import Judge
    from smappee_tui.diagnosis.judgement import Generation

MOST_JUDGED = 8
"""Locations judged side by side: the one shown, and the first others that speak, so that choosing one of them finds it
judged. What a broker only remembers of a monitor takes no place. Where more of them speak, one chosen is listened to
alone."""
MOST_CHANNELS = 640
"""Channels of all of them together: what a judge remembers grows with their square."""
_PATIENCE = 2.0
"""Seconds of measurements without a configuration, after which it is asked for by its exact topics."""
_COMPANY = 3.0
"""Seconds for which others may show that the beginning of a uuid, or a serial number, fits them, too."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a screen draws, frozen at one moment."""

    source: SourceState
    view: SiteView | None
    """None while no location has been heard, or not the one asked for."""
    judgement: Judgement
    site: Site | None
    """The live site, for history and devices. Read it on the polling thread only."""
    dropped: Dropped
    """What the source's queue had to drop."""
    locations: tuple[tuple[str, str], ...]
    """(uuid, serial) of every location kept."""
    beyond: int = 0
    """Locations that were heard and could not be kept."""
    fits: int = 1
    """How many locations the wish fits; more than one: nobody can say which of them is meant."""
    meter: MeterState | None = None
    """How reading the utility's meter goes; None without one."""
    metered: bool = False
    """The utility's meter is heard: beside the monitor, or in the recording that is played."""


@dataclass(slots=True)
class _Recall:
    """A location being built from its past, beside the one that is shown."""

    past: Iterator[MqttMessage | Mark | None]
    locations: Locations
    judge: Judge
    meanwhile: list[MqttMessage | Mark] = field(default_factory=list)
    """What the operator said since it was begun."""

    def fold(self, item: MqttMessage | Mark | None) -> None:
        if isinstance(item, Mark):
            self.judge.mark(item)
        elif item is not None and item.topic == METER:
            reading = reading_of(item)
            if reading is not None:
                self.judge.meter(reading)
        elif item is not None:
            site, sampled = self.locations.receive(item)
            if site is not None:
                self.judge.observe(site, sampled)
        else:
            for site in self.locations.sites.values():
                site.quality.pause()


class Session:
    """Holds a source open and folds what it brings."""

    def __init__(
        self,
        source: MessageSource,
        *,
        wanted: str | None = None,
        generation: Generation | None = None,
        keep: Callable[[MqttMessage | Mark], None] | None = None,
        limits: DeviceLimits | None = None,
        declared: Declared | None = None,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Make a session; `start` opens the source.

        Args:
            source: where messages come from.
            wanted: the location meant, as `Locations.find` takes it; None: the only one, or of several the same always.
            generation: solar, battery or generator on site, as the person declares it.
            keep: called with every arrival and mark before it is folded, such as a recorder's `write`.
            limits: thresholds for plugs, sensors and the monitor itself; None for the usual ones.
            declared: what the person says of the installation, for its limits.
            stopwatch: seconds from any start, to leave off in time.
        """
        self.source = source
        self.locations = Locations(wanted)
        self.wanted = wanted
        self.limits = limits or DeviceLimits()
        self.declared = declared or Declared()
        """What the person says of the location shown; its time zone is added where it is known."""
        self._generation = generation
        self._keep = keep
        self._judges: dict[str, Judge] = {}
        self._stopwatch = stopwatch
        self.behind = False
        """The last `poll` left something for the next one, as its time was up."""
        self._named = wanted is not None
        self._exact: dict[str, tuple[str, ...]] = {}
        """Exact topics by location, where the configuration did not come by itself."""
        self._topics: tuple[str, ...] = filters.ALL
        self._met: float | None = None
        """When the location wanted was first heard to measure."""
        self._certain_of: tuple[str | None, str] = None, ""
        """A wish, and the location that it was found to mean and no other."""
        self.meter: MeterReading | None = None
        """The last reading of the utility's meter; None without one, and since nobody reads it any more."""
        self._recall: _Recall | None = None
        self.recalls = 0
        """Times that a location was put in place of what was known of it: what is said then is no news."""
        self._held: list[MqttMessage | Mark] | None = None
        """What came after the first measurement while nothing is judged yet; None: everything is judged."""

    def start(self) -> None:
        """Open the source."""
        if self.wanted is not None and filters.is_uuid(self.wanted):
            self._listen(filters.begin(self.wanted))
        self.source.start()

    def close(self) -> None:
        self.source.close()

    @property
    def monitor_source(self) -> MessageSource:
        """Where the monitor's messages come from, whatever is read beside them."""
        return self.source.source if isinstance(self.source, BesideMeter) else self.source

    @property
    def meter_kind(self) -> Kind | Literal[""]:
        """How a digital meter is read; "" where none is."""
        return self.source.reader.address.kind if isinstance(self.source, BesideMeter) else ""

    def beside(self, reader: MeterReader | None) -> None:
        """Read a digital meter beside the source from now on, instead of any before; None: no more."""
        if isinstance(self.source, BesideMeter):
            self.source.reader.close()
            self.source, self.meter = self.source.source, None
        if reader is not None:
            self.source = BesideMeter(self.source, reader)
            reader.start()

    def poll(self, seconds: float | None = None) -> int:
        """Fold in what has arrived since, and return how many there were.

        While the past is recalled that goes first; what arrives meanwhile waits in the source.

        Args:
            seconds: leave off after so long; what is left waits for the next time. None: fold in all of it.
        """
        if self._recall is not None:
            return self._recall_some(self._recall, seconds)
        count, self.behind = take(self.source, self.process, seconds, self._stopwatch)
        if count:
            self._trim()
            self._focus()
        return count

    def rest(self) -> None:
        """Judge nothing until `wake`, and take nothing in after the first measurement of the location shown.

        Loading the diagnosis takes as long as all the rest of a start: numbers can be shown before.
        """
        self._held = []

    def wake(self) -> None:
        """Judge from now on; nothing was lost meanwhile."""
        held, self._held = self._held, None
        self._judge(self.site)  # the measurement that was shown counts, too
        for item in held or ():
            self.process(item)

    @property
    def resting(self) -> bool:
        """Nothing is judged yet."""
        return self._held is not None

    def process(self, item: MqttMessage | Mark) -> None:
        """Fold in one arrival or one mark of the operator."""
        if self._held is not None and (site := self.site) is not None and site.sample is not None:
            self._held.append(item)
            return
        if self._keep is not None:
            self._keep(item)
        if self._recall is not None:
            self._recall.meanwhile.append(item)
        self._fold(item)

    def recall(self, uuid: str, past: Iterable[MqttMessage | Mark | None]) -> None:
        """Know one location by what is given, and by nothing else that was heard of it so far.

        `poll` folds it before anything newer, as its time allows; until that is done the location stays as it is.

        Args:
            uuid: the location.
            past: its messages and marks, oldest first, None where nobody listened for a while. None of them is kept
                again.
        """
        from smappee_tui.diagnosis.judge import Judge

        self._recall = _Recall(iter(past), Locations(uuid), Judge(self._generation, self.limits))
        self.behind = True

    @property
    def recalling(self) -> bool:
        """Whether the past is still being folded in."""
        return self._recall is not None

    def _recall_some(self, recall: _Recall, seconds: float | None) -> int:
        end, count = self._stopwatch() + (seconds or 0.0), 0
        for item in recall.past:
            recall.fold(item)
            count += 1
            if seconds is not None and self._stopwatch() >= end:
                return count
        self._recall, self.recalls = None, self.recalls + 1
        for site in recall.locations.sites.values():
            self.locations.put(site)
            self._judges[site.uuid] = recall.judge
        for mark in recall.meanwhile:
            self._fold(mark)
        return count

    def _fold(self, item: MqttMessage | Mark) -> None:
        if isinstance(item, Mark):
            judge = self._judge(self.site)
            if judge is not None:
                judge.mark(item)
            return
        if item.topic == METER:
            self._beside(item)
            return
        site, sampled = self.locations.receive(item)
        if site is None:
            return
        judge = self._judges.get(site.uuid)
        if judge is not None:
            judge.observe(site, sampled)
        elif site is self.site or self.locations.measured(site):
            self._judge(site)

    def _beside(self, item: MqttMessage) -> None:
        """A reading of the utility's meter belongs to the location that is meant, and so does one that is damaged."""
        reading, site = reading_of(item), self.site
        judge = self._judge(site)
        if reading is None:
            if site is not None:
                site.unreadable(UnreadableError(item.topic, fact("messages.other_form"), "$"), item.at)
        elif judge is not None:
            self.meter = reading
            judge.meter(reading)

    @property
    def speaking(self) -> list[Site]:
        """Of the locations that the wish fits, or of all without one, those that measure now."""
        return [site for site in self.locations.meant(self.wanted) if self.locations.measured(site)]

    @property
    def fits(self) -> list[Site]:
        """Several locations of which nobody can say which one is meant: the beginning of their uuids was named, or
        they speak with one serial number."""
        found = self.locations.meant(self.wanted) if self.wanted else []
        if len(found) > 1 and not self.locations.by_prefix(found[0]):
            found = [site for site in found if self.locations.measured(site)]
        return found if len(found) > 1 else []

    @property
    def remembered(self) -> list[Site]:
        """Where nothing of what is meant speaks: the locations of which there is something to tell all the same."""
        found = self.locations.meant(self.wanted)
        if any(self.locations.measured(one) > 0 for one in found):
            return []
        return [one for one in found if one.settings or one.quality.realtime]

    def _focus(self) -> None:
        """Listen to the location meant alone, as soon as it is certain which that is; and ask for a configuration
        that does not come by itself."""
        site = self.site
        if site is None:
            return
        self._await(site)
        topics: tuple[str, ...] = filters.ALL
        if self.wanted and (self._named or self._crowded):
            if not self._certain(site):
                return
            topics = filters.alone(site.uuid, self.locations.prefixes.get(site.uuid, "")) or topics
        self._listen((*topics, *self._exact.get(site.uuid, ())))

    def _listen(self, topics: tuple[str, ...]) -> None:
        if topics != self._topics:
            self._topics = topics
            self.source.listen(topics)

    @property
    def _crowded(self) -> bool:
        """More locations speak than are judged side by side."""
        return len(self._judges) >= MOST_JUDGED

    def _certain(self, site: Site) -> bool:
        """Whether no other location can turn out to be the one meant."""
        if site.uuid.casefold() == key_of(self.wanted) or self._certain_of == (self.wanted, site.uuid):
            return True
        last = site.quality.last_at
        if not self.locations.measured(site) or last is None:
            return False  # what is only remembered may be what is left of it under another uuid
        if self._met is None:
            self._met = last
        if last - self._met < _COMPANY or self.fits:
            return False
        self._certain_of = self.wanted, site.uuid
        return True

    def _await(self, site: Site) -> None:
        first, last = site.quality.first_at, site.quality.last_at
        if site.plan is None and first is not None and last is not None and last - first >= _PATIENCE:
            self._exact.setdefault(
                site.uuid, filters.configurations(site.uuid, self.locations.prefixes.get(site.uuid, ""))
            )

    @property
    def site(self) -> Site | None:
        """The location that is shown and judged."""
        return self.locations.find(self.wanted)

    @property
    def judge(self) -> Judge | None:
        """The diagnosis of the location that is shown; None while nothing was heard."""
        return self._judge(self.site)

    def judgement(self, fresh: bool = True) -> Judgement:
        """What the evidence so far proves about the location shown; see `Judge.judgement` for `fresh`."""
        judge = self._judge(self.site)
        if judge is None:
            return Judgement()
        judge.declared = self._declared_of(self.site)
        return judge.judgement(fresh)

    def _declared_of(self, site: Site | None) -> Declared:
        monitor = site.monitor if site is not None else None
        if monitor is None or not monitor.time_zone:
            return self.declared
        from smappee_tui.connect.cloud_api.aggregation import time_zone

        return replace(self.declared, zone=time_zone(monitor.time_zone))

    def missing(self, now: float) -> float:
        """Seconds without measurements of the location shown, as long as its source goes on those up to now included.

        Args:
            now: by the clock that arrivals carry.
        """
        site = self.site
        if site is None or self.source.state.phase == "closed":
            return site.quality.silent if site is not None else 0.0
        return site.quality.missing(now)

    def snapshot(self) -> Snapshot:
        """Freeze everything a screen draws."""
        site = self.site
        return Snapshot(
            source=self.source.state,
            view=view_of(site) if site is not None else None,
            judgement=self.judgement(fresh=False),
            site=site,
            dropped=self.source.dropped,
            locations=tuple(
                (known.uuid, known.monitor.serial if known.monitor else "") for known in self.locations.sites.values()
            ),
            beyond=self.locations.beyond,
            fits=len(self.fits) or 1,
            meter=self.source.reader.state if isinstance(self.source, BesideMeter) else None,
            metered=self.meter is not None,
        )

    def _judge(self, site: Site | None) -> Judge | None:
        """The judge of the location shown, or of another that speaks; made if there is none yet and it gets a place."""
        if site is None:
            return None
        judge = self._judges.get(site.uuid)
        if judge is None and self._held is None and self._has_place(site):
            # The diagnosis is imported with the first message, not before the first picture: 30 ms of a start.
            from smappee_tui.diagnosis.judge import Judge

            judge = self._judges[site.uuid] = Judge(self._generation, self.limits)
            judge.observe(site, site.sample is not None)  # what it is now counts, though it was heard before
        return judge

    def _has_place(self, site: Site) -> bool:
        """Whether a location gets a judge. If need be another gives up its own: the one that has measured least.

        The one shown always gets one and never gives it up. Any other takes a place only of one that does not speak.
        """
        self._trim()
        shown = self.site
        judged = [self.locations.sites[uuid] for uuid in reversed(self._judges)]  # of equals the last to come
        if site is not shown and sum(map(_channels, judged)) + _channels(site) > MOST_CHANNELS:
            return False
        if len(judged) < MOST_JUDGED:
            return True
        least = min((other for other in judged if other is not shown), key=self.locations.measured)
        if site is not shown and self.locations.measured(least):
            return False
        del self._judges[least.uuid]
        return True

    def _trim(self) -> None:
        """Give up judges of locations that are gone, and of the largest where all together are too large."""
        known, shown = self.locations.sites, self.site
        for uuid in [uuid for uuid in self._judges if uuid not in known]:
            del self._judges[uuid]
        others = sorted((known[uuid] for uuid in self._judges if known[uuid] is not shown), key=_channels)
        while others and sum(_channels(known[uuid]) for uuid in self._judges) > MOST_CHANNELS:
            del self._judges[others.pop().uuid]


def _channels(site: Site) -> int:
    """How many channels of a site are judged."""
    return max(len(site.settings), len(site.sample.inputs) if site.sample is not None else 0)
