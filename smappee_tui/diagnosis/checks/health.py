"""How the monitor itself is doing: its status, its clock, its restarts, and whether it speaks when it should."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from smappee_tui.diagnosis.checks.clock import clock_findings
from smappee_tui.diagnosis.checks.heard import heard_findings
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.checks.moment import Moment, moment_of
from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.messages import (
    ChannelConfig,
    GasWaterIntervals,
    HomeControlConfig,
    IntervalMeans,
    Message,
    MonitorConfig,
    Presence,
    Schedule,
    SensorConfig,
    SwitchIntervals,
    Trigger,
)
from smappee_tui.site.site import Site

USUAL_INTERVAL = 300.0
"""Seconds between two `aggregated` messages where the monitor does not say."""
STREAM_RATE = 0.5
"""Realtime messages a second from which a gap in them means something; a thinned-out recording has fewer."""
_TOPICS: dict[type[Message], str] = {
    MonitorConfig: "config",
    ChannelConfig: "channelConfig",
    SensorConfig: "sensorConfig",
    HomeControlConfig: "homeControlConfig",
    Presence: "presence",
    Trigger: "trigger",
    Schedule: "scheduler",
    IntervalMeans: "aggregated",
    SwitchIntervals: "aggregatedSwitch",
    GasWaterIntervals: "aggregatedGW",
}


@dataclass(frozen=True, slots=True)
class TopicAge:
    """One topic, and how old its last word is."""

    topic: str
    retained: bool
    """The broker told it from memory."""
    age: float | None
    """Seconds since the monitor wrote it; None for a retained word without a date."""
    heard_at: float
    """Receiving clock."""


@dataclass(frozen=True, slots=True)
class Health:
    """The monitor's health at one moment."""

    moment: Moment
    status: float | None
    """`monitorStatus`; 0 is well, the rest is not documented."""
    hertz: float | None
    offset: float | None
    """Monitor's clock less the receiving one, s."""
    restarts: int
    rate: float | None
    """Realtime messages a second over the last minute."""
    longest_gap: float
    gaps: int
    means_age: float | None
    """Seconds since the last `aggregated`; None before the first one."""
    topics: tuple[TopicAge, ...]


def health_of(site: Site) -> Health:
    quality, moment = site.quality, moment_of(site)
    means = site.heard.get(IntervalMeans)
    topics = []
    for kind, topic in _TOPICS.items():
        heard = site.heard.get(kind)
        if heard is not None:
            written = moment.received(heard.sent)
            begun = written if written is not None or heard.retained else heard.at
            age = None if begun is None else max(0.0, moment.now - begun)
            topics.append(TopicAge(topic, heard.retained, age, heard.at))
    return Health(
        moment=moment,
        status=site.latest.status if site.latest is not None else None,
        hertz=site.latest.hertz if site.latest is not None else None,
        offset=quality.offset,
        restarts=quality.restarts,
        rate=quality.rate,
        longest_gap=quality.longest_gap,
        gaps=quality.gaps,
        means_age=None if means is None else max(0.0, moment.now - means.at),
        topics=tuple(topics),
    )


def health_findings(site: Site, limits: DeviceLimits) -> Iterator[Finding]:
    """What is wrong with the monitor or with the line to it."""
    health = health_of(site)
    if health.status:
        yield Finding(
            code="monitor-status",
            severity="warning",
            subject=Subject("monitor"),
            params={"status": health.status},
            evidence=(fact("checks.monitor-status.seen"),),
        )
    yield from clock_findings(site, health.moment.now, limits)
    yield from heard_findings(site, health.moment)
    if (health.rate or 0.0) >= STREAM_RATE and health.longest_gap > limits.realtime_gap:
        yield Finding(
            code="realtime-gaps",
            severity="info",
            subject=Subject("monitor"),
            params={"seconds": health.longest_gap},
            evidence=(fact("checks.realtime-gaps.seen", count=health.gaps),),
        )
    yield from _interval_finding(site, health, limits)


def _interval_finding(site: Site, health: Health, limits: DeviceLimits) -> Iterator[Finding]:
    """Late or lost 5-minute values, counted from the last ones or from when the watch has run without a gap."""
    moment = health.moment
    if moment.steady_since is None or moment.now - moment.steady_since <= limits.interval_late:
        return
    usual = site.monitor.interval_seconds if site.monitor is not None else None
    scale = max(1.0, (usual or USUAL_INTERVAL) / USUAL_INTERVAL)
    heard = site.heard.get(IntervalMeans)
    last = heard.at if heard is not None and not heard.retained else moment.steady_since
    waited = moment.now - max(last, moment.steady_since)
    if waited <= scale * limits.interval_late:
        return
    lost = waited > scale * limits.interval_lost
    yield Finding(
        code="aggregated-lost" if lost else "aggregated-late",
        severity="warning" if lost else "info",
        subject=Subject("monitor"),
        params={"seconds": waited},
        evidence=(fact("checks.no_means"),),
    )
