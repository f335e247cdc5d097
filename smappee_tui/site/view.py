"""A frozen picture of a site at one moment: what a screen, the text table and the JSON are drawn from."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from smappee_tui.protocol.messages import ChannelMeans, ChannelSetting, IntervalMeans
from smappee_tui.protocol.products import product_of
from smappee_tui.protocol.realtime import Reading
from smappee_tui.site.power_factor import PowerFactor, power_factor
from smappee_tui.site.sample import PHASES, Sample, own_rows
from smappee_tui.site.site import Site


class ChannelView(NamedTuple):
    """One CT input now. A tuple, as it is made for every channel each second."""

    input: int
    setting: ChannelSetting | None
    """None while no configuration has arrived, or where the configuration does not know this input."""
    amps: float | None
    watts: float | None
    volts: float | None
    """Voltage of its phase, V; None where the monitor publishes none."""
    volt_amperes: float | None
    """As published, else V·I; None where neither is known."""
    pf: PowerFactor | None
    """None where the current is too small to say."""
    joules_imported: float | None
    joules_exported: float | None
    live_phase: int | None
    """The phase that realtime names, 0 to 2."""

    @property
    def name(self) -> str:
        """As configured, "" where nobody named it; device text, to be shown and never interpreted."""
        return self.setting.name if self.setting else ""

    @property
    def role(self) -> str:
        """CONSUMPTION, PRODUCTION, UNUSED, … or UNKNOWN without a configuration."""
        return self.setting.role if self.setting else "UNKNOWN"

    @property
    def connection(self) -> str:
        """GRID, SUBMETER, … or UNKNOWN without a configuration."""
        return self.setting.connection if self.setting else "UNKNOWN"

    @property
    def phase(self) -> int | None:
        """The configured phase, 0 to 2; without a configuration the one that realtime names."""
        return self.setting.phase if self.setting else self.live_phase


@dataclass(frozen=True, slots=True)
class PhaseView:
    """One phase now: voltage and our own sums, never the payload's totals."""

    phase: int
    volts: float | None
    grid_watts: float | None
    production_watts: float | None
    submetered_watts: float | None
    """Sum over the submeters configured on this phase, W; None where there is none."""


@dataclass(frozen=True, slots=True)
class SiteView:
    """The whole installation now."""

    uuid: str
    serial: str
    product: str
    firmware: str
    dialect: str
    """"20-series", "infinity", or "unknown" before the configuration; for display only."""
    configured: bool
    channels: tuple[ChannelView, ...]
    phases: tuple[PhaseView, ...]
    hertz: float | None
    at: float | None
    """When the values were received, seconds since 1970; None before the first realtime or means."""


def view_of(site: Site) -> SiteView:
    """Take the picture. Costs about 5 µs a channel; a screen does it once a second."""
    rows = own_rows(site.latest, site.location_id) if site.latest is not None else {}
    sample = site.sample
    places = {number: place for place, number in enumerate(sample.inputs)} if sample else {}
    means = site.means if sample is None else None
    averaged = {mean.input: mean for mean in means.channels} if means else {}
    numbers = sorted(site.settings.keys() | places.keys() | averaged.keys())
    channels = tuple(
        _averaged(number, site.settings.get(number), averaged[number], means)
        if means and number in averaged
        else _channel(number, site.settings.get(number), rows.get(number), sample, places.get(number))
        for number in numbers
    )
    monitor, plan = site.monitor, site.plan
    serial = monitor.serial if monitor else ""
    dialect = plan.dialect if plan else ("unknown" if sample is None or sample.volt_amperes is None else "infinity")
    return SiteView(
        uuid=site.uuid,
        serial=serial,
        product=product_of(serial),
        firmware=monitor.firmware if monitor else "",
        dialect=dialect,
        configured=plan is not None,
        channels=channels,
        phases=tuple(phase_sums(phase, _volts(phase, sample, means), channels) for phase in range(PHASES)),
        hertz=site.latest.hertz if site.latest else None,
        at=sample.at if sample else site.means_at,
    )


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _channel(
    number: int, setting: ChannelSetting | None, row: Reading | None, sample: Sample | None, place: int | None
) -> ChannelView:
    live = int(row.phase) if row is not None and row.phase in (0.0, 1.0, 2.0) else None
    if sample is None or place is None or row is None:
        return ChannelView(number, setting, None, None, None, None, None, None, None, live)
    watts, amps = sample.watts[place], sample.amps[place]
    phase = live if setting is None or setting.phase is None else setting.phase
    volts = sample.volts_of(phase)
    published = sample.volt_amperes[place] if sample.volt_amperes else math.nan
    apparent = published if not math.isnan(published) else volts * amps
    return ChannelView(
        input=number,
        setting=setting,
        amps=_number(amps),
        watts=_number(watts),
        volts=_number(volts),
        volt_amperes=_number(apparent),
        pf=power_factor(watts, amps, volts, _number(published)),
        joules_imported=row.joules_imported,
        joules_exported=row.joules_exported,
        live_phase=live,
    )


def _averaged(number: int, setting: ChannelSetting | None, mean: ChannelMeans, means: IntervalMeans) -> ChannelView:
    """One CT by its last 5-minute means, where nothing finer is known."""
    phase = mean.phase if setting is None or setting.phase is None else setting.phase
    volts = means.volts[phase] if phase is not None and phase < len(means.volts) else None
    known = mean.watts is not None and mean.amps is not None and mean.volt_amperes is not None
    return ChannelView(
        input=number,
        setting=setting,
        amps=mean.amps,
        watts=mean.watts,
        volts=volts or None,
        volt_amperes=mean.volt_amperes,
        pf=power_factor(mean.watts or 0.0, mean.amps or 0.0, volts or math.nan, mean.volt_amperes) if known else None,
        joules_imported=None,
        joules_exported=None,
        live_phase=mean.phase,
    )


def _volts(phase: int, sample: Sample | None, means: IntervalMeans | None) -> float | None:
    averaged = means.volts[phase] if means is not None and phase < len(means.volts) else None
    return _number(sample.volts[phase] if sample else math.nan if averaged is None else averaged)


def phase_sums(phase: int, volts: float | None, channels: Iterable[ChannelView]) -> PhaseView:
    """One phase with the sums over the channels that are configured on it."""
    grid: float | None = None
    made: float | None = None
    metered: float | None = None
    for channel in channels:
        setting, watts = channel.setting, channel.watts
        if setting is None or watts is None or setting.phase != phase:
            continue
        if setting.is_grid:
            grid = (grid or 0.0) + watts
        if setting.produces:
            made = (made or 0.0) + watts
        if setting.is_submeter:
            metered = (metered or 0.0) + watts
    return PhaseView(phase, volts, grid, made, metered)
