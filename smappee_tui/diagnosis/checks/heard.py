"""Whether what is heard is a monitor that measures: or only a broker's memory, only means, or the same for ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smappee_tui.diagnosis.checks.moment import BELIEVABLE, Moment
from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import CloudFeed, IntervalMeans
from smappee_tui.site.site import Site
from smappee_tui.site.still import Stretch

MOST_NAMED = 5
"""Silent monitors that are named."""
WAITED = 10.0
"""Seconds without realtime, which comes every second, after which something else is listened to."""


def heard_findings(site: Site, moment: Moment) -> Iterator[Finding]:
    """What is told where the measurements that everything rests on do not come, or do not change."""
    if not site.spoke:
        yield from _memory(site)
    elif not site.quality.live:
        yield from _no_realtime(site, moment)
    yield from _frozen(site, moment)
    if site.quality.glitches:
        yield Finding("counter-glitch", "info", Subject("monitor"), params={"count": site.quality.glitches})


def _memory(site: Site) -> Iterator[Finding]:
    """Nothing but retained messages: the monitor itself has not spoken."""
    if not site.heard and not site.quality.realtime:
        return
    last = last_word(site)
    code = "checks.memory_only" if last is None else "checks.memory_dated"
    yield Finding(
        code="monitor-left-over",
        severity="warning",
        subject=Subject("monitor"),
        params={"said": fact(code, since=last)},
        evidence=(fact("checks.monitor-left-over.seen"),),
    )


def last_word(site: Site) -> float | None:
    """When the newest of what is kept was written, by the monitor's clock; None where nothing bears a date."""
    told = [heard.sent for heard in site.heard.values()]
    told += [site.latest.sent] if site.latest is not None else []
    for plug in site.devices.plugs.values():
        told += [message.since for message in (plug.connection, plug.relay) if message is not None]
    return max((date for date in told if date is not None and date >= BELIEVABLE), default=None)


def others_left_over(others: Sequence[Site]) -> Finding | None:
    """Of locations beside the one judged: those that only the broker remembers.

    Args:
        others: every other location heard on the same broker.
    """
    silent = [site for site in others if not site.spoke and (site.heard or site.quality.realtime)]
    if not silent:
        return None
    told: list[Fact | str] = []
    for site in silent[:MOST_NAMED]:
        name = (site.monitor.serial if site.monitor is not None else "") or site.uuid
        since = last_word(site)
        told.append(name if since is None else fact("checks.other_dated", name=name, since=since))
    told += ["…"] if len(silent) > MOST_NAMED else []
    return Finding(
        code="others-left-over",
        severity="info",
        subject=Subject("monitor"),
        params={"count": len(silent), "others": tuple(told)},
    )


def _no_realtime(site: Site, moment: Moment) -> Iterator[Finding]:
    waited = moment.now - min((heard.at for heard in site.heard.values()), default=moment.now)
    if CloudFeed in site.heard:
        yield Finding("only-cloud-feed", "warning", Subject("monitor"))
    elif IntervalMeans in site.heard and not site.heard[IntervalMeans].retained:
        yield Finding("only-means", "warning", Subject("monitor"))
    elif waited >= WAITED:
        yield Finding("no-realtime", "warning", Subject("monitor"), params={"seconds": waited})


def _frozen(site: Site, moment: Moment) -> Iterator[Finding]:
    for hub, stretch in site.frozen.items():
        seconds = stretch.until - stretch.since
        if hub:
            said = fact("checks.frozen_hub", hub=hub, seconds=seconds)
        elif site.still.frozen:
            said = fact("checks.frozen", seconds=seconds)
        else:
            said = fact("checks.frozen_channels", seconds=seconds)
        yield Finding(
            code="values-frozen",
            severity="warning",
            subject=Subject("monitor"),
            params={"said": said, "advice": fact("checks.frozen_hub_advice" if hub else "checks.frozen_advice")},
            evidence=(_since(stretch),),
            channels=site.hubs.get(hub, ()) if hub else tuple(site.settings),
        )
    for past in site.still.past:
        yield Finding(
            code="values-frozen",
            severity="info",
            subject=Subject("monitor"),
            params={
                "said": fact("checks.frozen_past", seconds=past.until - past.since),
                "advice": fact("checks.frozen_past_advice"),
            },
            evidence=(_since(past),),
        )


def _since(stretch: Stretch) -> Fact:
    return fact("checks.frozen_since", since=stretch.since, until=stretch.until)
