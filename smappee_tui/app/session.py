"""A message source, the sites heard on it, and the judgement of each: what a screen or a command holds while it runs.

Everything happens on the caller's thread: the source's own thread only queues. `poll` takes what has arrived,
`snapshot` freezes it. A screen calls both once a second; a replay calls `poll` until the recording ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smappee_tui.connect.message_source import Dropped, MessageSource, SourceState, take
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.site.locations import Locations
from smappee_tui.site.site import Site
from smappee_tui.site.view import SiteView, view_of

if TYPE_CHECKING:
    from smappee_tui.diagnosis.judge import Generation, Judge

MOST_JUDGED = 8
"""Locations judged side by side: the one shown, and the first others that speak, so that choosing one of them finds it
judged. What a broker only remembers of a monitor takes no place."""


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
    """(uuid, serial) of every location heard."""


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
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Make a session; `start` opens the source.

        Args:
            source: where messages come from.
            wanted: uuid or serial number of the location meant; None: the only one, or the one that speaks most.
            generation: solar, battery or generator on site, as the person declares it.
            keep: called with every arrival and mark before it is folded, such as a recorder's `write`.
            limits: thresholds for plugs, sensors and the monitor itself; None for the usual ones.
            stopwatch: seconds from any start, to leave off in time.
        """
        self.source = source
        self.locations = Locations(wanted)
        self.wanted = wanted
        self.limits = limits or DeviceLimits()
        self._generation = generation
        self._keep = keep
        self._judges: dict[str, Judge] = {}
        self._stopwatch = stopwatch
        self.behind = False
        """The last `poll` left something for the next one, as its time was up."""

    def start(self) -> None:
        """Open the source."""
        self.source.start()

    def close(self) -> None:
        self.source.close()

    def poll(self, seconds: float | None = None) -> int:
        """Fold in what has arrived since, and return how many messages there were.

        Args:
            seconds: leave off after so long; what is left waits for the next time. None: fold in all of it.
        """
        count, self.behind = take(self.source, self.process, seconds, self._stopwatch)
        return count

    def process(self, item: MqttMessage | Mark) -> None:
        """Fold in one arrival or one mark of the operator."""
        if self._keep is not None:
            self._keep(item)
        if isinstance(item, Mark):
            judge = self._judge(self.site)
            if judge is not None:
                judge.mark(item)
            return
        site, sampled = self.locations.receive(item)
        if site is None:
            return
        judge = self._judges.get(site.uuid)
        if judge is not None:
            judge.observe(site, sampled)
        elif site is self.site or site.quality.live:
            self._judge(site)

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
        return judge.judgement(fresh) if judge is not None else Judgement()

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
        )

    def _judge(self, site: Site | None) -> Judge | None:
        """The judge of the location shown, or of another that speaks; made if there is none yet and it gets a place."""
        if site is None:
            return None
        judge = self._judges.get(site.uuid)
        if judge is None and self._has_place(site):
            # The diagnosis is imported with the first message, not before the first picture: 30 ms of a start.
            from smappee_tui.diagnosis.judge import Judge

            judge = self._judges[site.uuid] = Judge(self._generation, self.limits)
            judge.observe(site, site.sample is not None)  # what it is now counts, though it was heard before
        return judge

    def _has_place(self, site: Site) -> bool:
        """Whether a location gets a judge. If need be another gives up its own: the one that has measured least.

        The one shown always gets one and never gives it up. Any other takes a place only of one that does not speak.
        """
        if len(self._judges) < MOST_JUDGED:
            return True
        shown = self.site
        judged = (self.locations.sites[uuid] for uuid in reversed(self._judges))  # of equals the last to come
        least = min((other for other in judged if other is not shown), key=lambda other: other.quality.live)
        if site is not shown and least.quality.live:
            return False
        del self._judges[least.uuid]
        return True
