"""What the cloud says of a location beside what its own monitor publishes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from smappee_tui.diagnosis.checks.cloud_configuration import differences
from smappee_tui.diagnosis.judgement import Finding, Judgement, by_weight
from smappee_tui.protocol.cloud.records import CloudLocation, MeteringConfiguration
from smappee_tui.protocol.messages import ChannelConfig
from smappee_tui.site.site import Site


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the two compare."""

    outcome: Literal["no configuration", "another monitor", "same", "different"]
    """no configuration: the monitor has published none yet · another monitor: by its serial number."""
    findings: tuple[Finding, ...] = ()


def compare(cloud: MeteringConfiguration, site: Site) -> Comparison:
    """Compare the cloud's configuration with that of a monitor that was heard."""
    if site.plan is None:
        return Comparison("no configuration")
    serial = site.monitor.serial if site.monitor is not None else ""
    if serial and cloud.location.serial and serial != cloud.location.serial:
        return Comparison("another monitor")
    found = differences(cloud, site.plan)
    return Comparison("different" if found else "same", found)


def with_findings(judgement: Judgement, more: tuple[Finding, ...]) -> Judgement:
    """The same judgement with more to tell, the weightier findings first."""
    return replace(judgement, findings=by_weight((*judgement.findings, *more)))


MonitorPlan = Callable[[CloudLocation], ChannelConfig | None]
"""What the monitor itself publishes of this location; None where it was not heard."""


def plans_of(sites: Callable[[], Iterable[Site]]) -> MonitorPlan:
    """What the monitors that are heard publish of a location: the one with its uuid, else with its serial number.

    Args:
        sites: those heard so far.
    """

    def plan(place: CloudLocation) -> ChannelConfig | None:
        heard = list(sites())
        for site in heard:
            if place.uuid and site.uuid == place.uuid:
                return site.plan
        for site in heard:
            if place.serial and site.monitor is not None and site.monitor.serial == place.serial:
                return site.plan
        return None

    return plan
