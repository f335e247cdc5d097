"""A location judged from the vendor's cloud: its configuration and weeks of five-minute values, by who is far away."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smappee_tui.connect.time_zone import time_zone
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.judge import Generation, Judge
from smappee_tui.diagnosis.judgement import Finding, Judgement, by_weight
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.cloud.places import MeteringConfiguration
from smappee_tui.protocol.cloud.records import Consumption
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import ChannelMeans, IntervalMeans, MonitorConfig
from smappee_tui.site.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from smappee_tui.report.metadata import ReportMetadata

PER_HOUR = 12.0
"""Five-minute intervals an hour: Wh of one interval times this is its mean power in W."""
TOGETHER = 100
"""Records that are taken in before others have their turn: a screen that waits for them stays alive."""


@dataclass(frozen=True, slots=True)
class RemoteDiagnosis:
    """A location as its past shows it."""

    site: Site
    judge: Judge
    past: IntervalHistory
    configuration: MeteringConfiguration

    @property
    def first(self) -> float:
        """Time stamp of the first interval, s since 1970; 0 where there is none."""
        return self.past.at[0] if len(self.past) else 0.0

    @property
    def last(self) -> float:
        """Time stamp of the last interval, s since 1970; 0 where there is none."""
        return self.past.at[-1] if len(self.past) else 0.0


async def from_afar(
    configuration: MeteringConfiguration,
    records: AsyncIterable[Consumption],
    *,
    generation: Generation | None = None,
    limits: DeviceLimits | None = None,
    keep: Callable[[Consumption], None] | None = None,
) -> RemoteDiagnosis:
    """Read five-minute records to their end and judge them. Memory is bounded by the 31 days that a past holds.

    Args:
        configuration: what the cloud says the inputs are.
        records: five-minute values, oldest first.
        generation: solar, battery or generator on site, as the person declares it.
        limits: thresholds; None for the usual ones.
        keep: called with every record, such as a writer of a CSV file.

    Raises:
        CloudError: whatever reading the records raises.
    """
    past = await load_history(configuration, records, keep=keep)
    return judged(configuration, past, generation=generation, limits=limits)


async def load_history(
    configuration: MeteringConfiguration,
    records: AsyncIterable[Consumption],
    *,
    keep: Callable[[Consumption], None] | None = None,
) -> IntervalHistory:
    """Read five-minute records to their end, and judge nothing yet.

    Args:
        configuration: what the cloud says the inputs are.
        records: five-minute values, oldest first.
        keep: called with every record.

    Raises:
        CloudError: whatever reading the records raises.
    """
    columns = configuration.columns
    past = IntervalHistory(list(columns))
    taken = 0
    async for record in records:
        taken += 1
        if taken % TOGETHER == 0:
            await asyncio.sleep(0)
        if keep is not None:
            keep(record)
        past.add(
            record.at.timestamp(),
            {n: _mean(record.active, place) for n, place in columns.items()},
            {n: _mean(record.reactive, place) for n, place in columns.items()},
            record.volts,
            {n: record.current[place] if place < len(record.current) else None for n, place in columns.items()},
        )
    return past


def judged(
    configuration: MeteringConfiguration,
    past: IntervalHistory,
    *,
    generation: Generation | None = None,
    limits: DeviceLimits | None = None,
) -> RemoteDiagnosis:
    """Judge what was read. A month of 28 inputs takes a second or two: a screen does it on a thread of its own.

    Args:
        configuration: what the cloud says the inputs are.
        past: the values; only read, so that it can be judged again.
        generation: as the person declares it.
        limits: thresholds; None for the usual ones.
    """
    site = site_of(configuration)
    if len(past):
        site.apply(busiest(past, configuration), past.at[-1])
    judge = Judge(generation, limits)
    judge.load_history(site, past)
    return RemoteDiagnosis(site, judge, past, configuration)


def told_by_cloud(afar: RemoteDiagnosis, said: ReportMetadata, *, base_url: str, now: float) -> ReportMetadata:
    """The person's part of a report from afar, with what the cloud knows where the person said nothing.

    Args:
        afar: the location.
        said: what the person said.
        base_url: where the cloud is.
        now: when the report is written, s since 1970.
    """
    place = afar.configuration.location
    return replace(
        said,
        site=said.site or clean(place.name),
        source=f"{base_url}, {place.id}",
        generated_at=now,
        zone=time_zone(afar.configuration.time_zone),
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


def with_findings(judgement: Judgement, more: tuple[Finding, ...]) -> Judgement:
    """The same judgement with more to tell, the weightier findings first."""
    return replace(judgement, findings=by_weight((*judgement.findings, *more)))
