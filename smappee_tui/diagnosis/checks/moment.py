"""What time it is on one site: the clock of its last message, the monitor's own, and since when both are known."""

from __future__ import annotations

from dataclasses import dataclass, replace

from smappee_tui.site.devices import Heard
from smappee_tui.site.site import Site

BELIEVABLE = 1.2e9
"""Seconds since 1970 (2008): a monitor that has not set its clock yet writes earlier times."""
_AHEAD = 60.0
"""Seconds that a time stamp may lie in the future and still be believed."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The site's now. Nothing here reads a clock: a replay of yesterday is judged as of yesterday."""

    now: float
    """Receiving clock of the site's last message, seconds since 1970."""
    offset: float = 0.0
    """Monitor's clock less the receiving one, s; 0 while unknown."""
    steady_since: float | None = None
    """Since when realtime has come without a long gap, receiving clock."""
    started: float | None = None
    """Earliest moment, receiving clock, from which the running monitor can have spoken; None where nothing tells."""
    unit: float = 1.0
    """What its stamps, read as milliseconds, are multiplied by."""

    def received(self, sent: float | None) -> float | None:
        """The monitor's time on the receiving clock; None for one that cannot be believed."""
        sent = sent * self.unit if sent is not None and sent < BELIEVABLE else sent
        if sent is None or sent < BELIEVABLE or sent - self.offset > self.now + _AHEAD:
            return None
        return sent - self.offset

    def lasting(self, since: float | None, heard: Heard | None) -> float:
        """Seconds that a state has lasted: by the monitor's word where that can be believed, else since it was heard.

        Args:
            since: monitor's clock.
            heard: when the word came.
        """
        begun = self.received(since)
        if begun is None:
            begun = heard.at if heard is not None else self.now
        return max(0.0, self.now - begun)

    def before_start(self, since: float | None, heard: Heard | None) -> bool:
        """Whether this is only the broker's memory of something from before the monitor's last start."""
        if heard is None or not heard.retained or self.started is None:
            return False
        begun = self.received(since)
        return begun is not None and begun < self.started - 1.0


def moment_of(site: Site) -> Moment:
    quality = site.quality
    times = [heard.at for heard in site.heard.values()]
    if quality.last_at is not None:
        times.append(quality.last_at)
    moment = Moment(max(times, default=0.0), quality.offset or 0.0, quality.steady_since, None, quality.unit)
    started = quality.restarted_at
    if started is None and site.monitor is not None:
        # A monitor says who it is when it starts (and when its configuration changes).
        started = moment.received(site.monitor.sent)
    return replace(moment, started=started)
