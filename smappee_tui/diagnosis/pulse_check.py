"""The guided check of a gas and water sensor: use some, and see that it is counted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from smappee_tui.diagnosis.device_words import amount_words, medium_word
from smappee_tui.site.devices import Meter

INTERVAL = 300.0
"""Seconds: a sensor reports when such an interval of the monitor's clock has ended, and only if something flowed."""
PATIENCE = 2 * INTERVAL + 60.0
"""Seconds after which nothing was counted: the interval under way, one more, and what a monitor may dawdle."""


@dataclass(slots=True)
class PulseCheck:
    """One running or finished check."""

    sensor: int
    began_at: float
    """Receiving clock, seconds since 1970."""
    counted: tuple[str, ...] = ()
    """What came, in words; empty while nothing has."""
    seconds: float | None = None
    """How long that took."""

    def look(self, meter: Meter | None) -> bool:
        """Take the next live report; the broker's memory and empty reports do not count. True once there was one."""
        if self.counted or meter is None or meter.interval is None or meter.heard is None:
            return bool(self.counted)
        if meter.heard.retained or meter.heard.at <= self.began_at:
            return False
        settings = meter.setting.channels if meter.setting else ()
        said = []
        for place, pulses in enumerate(meter.interval.pulses):
            if pulses:
                channel = settings[place] if place < len(settings) else None
                medium = medium_word(channel) if channel is not None else f"input {place + 1}"
                said.append(f"{medium} {amount_words(pulses, channel)}")
        if said:
            self.counted, self.seconds = tuple(said), meter.heard.at - self.began_at
        return bool(said)

    def failed(self, now: float) -> bool:
        """Whether nothing came for too long."""
        return not self.counted and now - self.began_at > PATIENCE

    def report_in(self, now: float, offset: float) -> float:
        """Seconds until the interval under way ends and a report may come.

        Args:
            now: receiving clock.
            offset: monitor's clock less the receiving one, s.
        """
        theirs = now + offset
        return math.ceil(theirs / INTERVAL) * INTERVAL - theirs
