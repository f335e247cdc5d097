"""A monitor that is watched, laid beside a location of the cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from smappee_tui.protocol.cloud import CloudLocation
from smappee_tui.protocol.messages import ChannelPlan
from smappee_tui.site import Site
from smappee_tui.tui.cloud_access import MonitorPlan


def plans_of(sites: Callable[[], Iterable[Site]]) -> MonitorPlan:
    """What the monitors that are heard publish of a location: the one with its uuid, else with its serial number.

    Args:
        sites: those heard so far.
    """

    def plan(place: CloudLocation) -> ChannelPlan | None:
        heard = list(sites())
        for site in heard:
            if place.uuid and site.uuid == place.uuid:
                return site.plan
        for site in heard:
            if place.serial and site.monitor is not None and site.monitor.serial == place.serial:
                return site.plan
        return None

    return plan
