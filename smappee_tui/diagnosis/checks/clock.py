"""The monitor's clock: not only how far off it is, but what kind of wrong that is, for each is mended elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.checks.moment import BELIEVABLE
from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.stamps import UNITS
from smappee_tui.site.site import Site

HALF_HOUR = 1800.0
FURTHEST_ZONE = 14 * 3600.0
"""No two time zones that are in use are further apart from UTC, s."""
ZONE_TOLERANCE = 90.0
"""Seconds from whole hours within which an offset is a time zone's and no drift."""
LOST = 180 * 86_400.0
"""Seconds behind from which on it is no drift: it was never set, or lost its time in a power cut."""
_UNITS = dict(zip(UNITS[1:], ("seconds", "microseconds", "nanoseconds"), strict=True))


def clock_findings(site: Site, now: float, limits: DeviceLimits) -> Iterator[Finding]:
    """What is wrong with the monitor's time stamps.

    Args:
        site: what is known.
        now: receiving clock.
        limits: thresholds.
    """
    quality = site.quality
    unit = _UNITS.get(quality.unit)
    if unit is not None:
        yield _finding(fact("checks.clock_unit", unit=unit), fact("checks.clock_unit_advice"), None)
    sent, offset = quality.newest_sent, quality.offset
    if quality.standing_since is not None and sent is not None:
        if site.still.frozen:  # with all the rest
            return
        code = "checks.clock_stands" if sent >= BELIEVABLE else "checks.clock_never_set"
        yield _finding(fact(code, since=sent), fact("checks.clock_restart_advice"), None)
    elif offset is not None and abs(offset) > limits.clock_offset:
        yield _finding(*_off(offset, sent, now), offset)


def _off(offset: float, sent: float | None, now: float) -> tuple[Fact, Fact]:
    """What it is, and what to do."""
    if sent is not None and now >= BELIEVABLE and (sent < BELIEVABLE or offset < -LOST):
        return fact("checks.clock_never_set", since=sent), fact("checks.clock_restart_advice")
    if sent is not None and now < BELIEVABLE <= sent:
        return fact("checks.clock_here_never_set", since=now), fact("checks.clock_here_advice")
    side = "ahead" if offset > 0 else "behind"
    whole = round(abs(offset) / HALF_HOUR) * HALF_HOUR
    if HALF_HOUR < whole <= FURTHEST_ZONE and abs(abs(offset) - whole) <= ZONE_TOLERANCE:
        return fact(f"checks.clock_hours_{side}", hours=whole / 3600.0), fact("checks.clock_hours_advice")
    return fact(f"checks.monitor-clock.{side}", seconds=abs(offset)), fact("checks.clock_advice")


def _finding(said: Fact, advice: Fact, offset: float | None) -> Finding:
    return Finding(
        code="monitor-clock",
        severity="warning",
        subject=Subject("monitor"),
        params={"said": said, "advice": advice},
        evidence=() if offset is None else (fact("checks.monitor-clock.seen", seconds=offset),),
    )
