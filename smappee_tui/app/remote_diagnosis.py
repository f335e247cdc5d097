"""A location judged from the vendor's cloud: its configuration and weeks of five-minute values, by who is far away.

Screens and commands go the same way: `fetch_history`, then `judge_history`, then perhaps `judge_again`.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from smappee_tui.app.cloud_session import Cloud
from smappee_tui.connect.cloud_api.aggregation import Aggregation, time_zone
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.history.intervals import INTERVAL, IntervalHistory
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import Generation, Judgement
from smappee_tui.diagnosis.limits.declared import Declared
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.cloud.records import Consumption, MeteringConfiguration
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import ChannelMeans, IntervalMeans, MonitorConfig
from smappee_tui.site.site import Site
from smappee_tui.site.view import SiteView, view_of

if TYPE_CHECKING:
    from smappee_tui.report.metadata import ReportMetadata

PIECES = 8
"""Requests at most that a range is asked for in, so that the share that is done says something."""
PER_HOUR = 12.0
"""Five-minute intervals an hour: Wh of one interval times this is its mean power in W."""
TOGETHER = 100
"""Records that are taken in before others have their turn: a screen that waits for them stays alive."""


@dataclass(frozen=True, slots=True)
class RemoteDiagnosis:
    """A location judged by its last days."""

    site: Site
    judge: Judge
    past: IntervalHistory
    configuration: MeteringConfiguration
    judgement: Judgement
    view: SiteView
    """Each CT in its own busiest five minutes."""
    days: int
    """How far back was asked."""
    generation: Generation | None
    """As the person declares it; None: nothing was said."""
    base_url: str
    """Of the cloud that told it."""
    remarks: tuple[Fact, ...] = ()
    """What the client left out."""

    @property
    def first(self) -> float:
        """Time stamp of the first interval, s since 1970; 0 where there is none."""
        return self.past.at[0] if len(self.past) else 0.0

    @property
    def last(self) -> float:
        """Time stamp of the last interval, s since 1970; 0 where there is none."""
        return self.past.at[-1] if len(self.past) else 0.0

    @property
    def expected(self) -> int:
        """Intervals that a complete answer has."""
        return round(self.days * 86_400 / INTERVAL)


async def fetch_history(
    client: Cloud, configuration: MeteringConfiguration, end: datetime, days: int, progress: Callable[[float], None]
) -> IntervalHistory:
    """Fetch the five-minute values of the last days. Memory is bounded by the 31 days that a past holds.

    Args:
        client: logged in.
        configuration: what the cloud says the inputs are, and of which location.
        end: aware time.
        days: how far back, 1 to 31.
        progress: told the share that is there, 0 to 1.

    Raises:
        ExternalError: whatever the client raises.
    """
    columns = configuration.columns
    past = IntervalHistory(list(columns), time_zone(configuration.time_zone))
    taken = 0
    async for record in _records(client, configuration.location.id, end, days, progress):
        taken += 1
        if taken % TOGETHER == 0:
            await asyncio.sleep(0)
        past.add(
            record.at.timestamp(),
            {n: _mean(record.active, place) for n, place in columns.items()},
            {n: _mean(record.reactive, place) for n, place in columns.items()},
            record.volts,
            {n: record.current[place] if place < len(record.current) else None for n, place in columns.items()},
        )
    return past


async def _records(
    client: Cloud, location: int, end: datetime, days: int, progress: Callable[[float], None]
) -> AsyncIterator[Consumption]:
    """Oldest first. A value at a seam may come twice: a past keeps one."""
    count = min(days, PIECES)
    length = timedelta(days=days) / count
    for number in range(count):
        start = end - (count - number) * length

        def part(share: float, done: int = number) -> None:
            progress((done + share) / count)

        stop = end if number == count - 1 else start + length
        async for record in client.consumption(location, Aggregation.FIVE_MINUTES, start, stop, progress=part):
            yield record


def judge_history(
    configuration: MeteringConfiguration,
    past: IntervalHistory,
    days: int,
    generation: Generation | None = None,
    limits: DeviceLimits | None = None,
    base_url: str = "",
    remarks: tuple[Fact, ...] = (),
    declared: Declared | None = None,
) -> RemoteDiagnosis:
    """Judge what was fetched. A month of 28 inputs takes a second or two and touches nothing of a screen.

    Args:
        configuration: what the cloud says the inputs are.
        past: the values; only read, so that it can be judged again.
        days: how far back was asked.
        generation: solar, battery or generator on site, as the person declares it.
        limits: thresholds; None for the usual ones.
        base_url: of the cloud that told it.
        remarks: what the client left out.
        declared: what the person says of the installation, for its limits.
    """
    site = site_of(configuration)
    if len(past):
        site.apply(busiest(past, configuration), past.at[-1])
    judge = Judge(generation, limits)
    judge.declared = replace(declared or Declared(), zone=past.zone)
    judge.load_history(site, past)
    return RemoteDiagnosis(
        site, judge, past, configuration, judge.judgement(), view_of(site), days, generation, base_url, remarks
    )


def judge_again(before: RemoteDiagnosis, generation: Generation | None) -> RemoteDiagnosis:
    """The same values under another declaration. What was learnt of them stays; never two at once of one location."""
    before.judge.generation = generation
    return replace(before, judgement=before.judge.judgement(), generation=generation)


def told_by_cloud(remote: RemoteDiagnosis, said: ReportMetadata, now: float) -> ReportMetadata:
    """The person's part of a report from afar, with what the cloud knows where the person said nothing.

    Args:
        remote: the location.
        said: what the person said.
        now: when the report is written, s since 1970.
    """
    place = remote.configuration.location
    return replace(
        said,
        site=said.site or clean(place.name),
        source=f"{remote.base_url}, {place.id}",
        generated_at=now,
        zone=time_zone(remote.configuration.time_zone),
    )


def left_out(past: IntervalHistory) -> tuple[Fact, ...]:
    """What of the records was not judged; empty where everything was."""
    told = []
    if past.disordered:
        told.append(fact("remote.out_of_order", count=past.disordered))
    if past.dropped:
        told.append(fact("remote.too_old", count=past.dropped))
    return tuple(told)


def site_of(configuration: MeteringConfiguration) -> Site:
    """A location known by its configuration only."""
    place = configuration.location
    site = Site(place.uuid or f"cloud-{place.id}")
    site.apply(
        MonitorConfig(
            sent=None,
            serial=place.serial,
            location_uuid=place.uuid,
            location_id=place.id,
            device_uuid="",
            firmware="",
            interval_seconds=300.0,
            time_zone=configuration.time_zone,
        ),
        0.0,
        retained=True,
    )
    site.apply(configuration.plan, 0.0, retained=True)
    return site


def _mean(energies: tuple[float | None, ...], place: int) -> float | None:
    value = energies[place] if place < len(energies) else None
    return None if value is None else value * PER_HOUR


def busiest(past: IntervalHistory, configuration: MeteringConfiguration) -> IntervalMeans:
    """Each CT in its own busiest five minutes, and the last voltages, in the form in which a monitor sends means.

    The last five minutes would show a house asleep; what a CT reads under load is what its verdict rests on.
    """
    phases = {c.input: c.phase for c in configuration.plan.channels}
    channels = []
    for number, column in past.columns.items():
        place = past.busiest(number)
        if place is None:
            channels.append(ChannelMeans(number, None, None, None, None, None, phases.get(number)))
            continue
        watts, reactive = column.watts[place], column.vars[place]
        size = math.hypot(watts, 0.0 if math.isnan(reactive) else reactive)
        phase = phases.get(number)
        volts = past.volts[phase][place] if phase is not None else math.nan
        channels.append(
            ChannelMeans(
                input=number,
                amps=size / volts if volts > 0 else None,
                watts=watts,
                volt_amperes=size,
                vars=None if math.isnan(reactive) else reactive,
                power_factor=watts / size if size else None,
                phase=phase,
            )
        )
    volts_now = tuple(None if math.isnan(column[-1]) else column[-1] for column in past.volts)
    return IntervalMeans(past.at[-1], volts_now, None, tuple(channels))
