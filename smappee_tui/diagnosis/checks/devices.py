"""What is said of all plugs and sensors of a site. Table, text, JSON and report render the same objects."""

from __future__ import annotations

from dataclasses import dataclass, field

from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.checks.moment import Moment, moment_of
from smappee_tui.diagnosis.checks.plugs import PlugJudgement, judge_plug
from smappee_tui.diagnosis.checks.sensors import SensorJudgement, judge_sensor
from smappee_tui.diagnosis.judgement import Finding
from smappee_tui.protocol.messages import HomeControlConfig
from smappee_tui.site.devices import Plug
from smappee_tui.site.site import Site


@dataclass(frozen=True, slots=True)
class DeviceVerdicts:
    """The devices of one site, judged at one moment."""

    moment: Moment
    plugs: dict[str, PlugJudgement] = field(default_factory=dict)
    """By node, in the order of the nodes."""
    sensors: dict[int, SensorJudgement] = field(default_factory=dict)
    """By sensor number, in order."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        plugs = [said.finding for said in self.plugs.values() if said.finding is not None]
        return (*plugs, *(finding for said in self.sensors.values() for finding in said.findings))


def _order(item: tuple[str, Plug]) -> tuple[int, str]:
    """By node number; whatever is no number comes last."""
    node = item[0]
    return (int(node), "") if node.isascii() and node.isdigit() else (10**41, node)


def device_verdicts(site: Site, limits: DeviceLimits | None = None) -> DeviceVerdicts:
    """Judge all plugs and sensors as of the site's last message.

    Args:
        site: what is known.
        limits: thresholds; the defaults where None.
    """
    limits = limits or DeviceLimits()
    moment = moment_of(site)
    plan = site.heard.get(HomeControlConfig)
    plugs = {
        node: judge_plug(plug, moment, limits, plan=plan, configured=plan is None or plug.setting is not None)
        for node, plug in sorted(site.devices.plugs.items(), key=_order)
    }
    sensors = {number: judge_sensor(meter, moment, limits) for number, meter in sorted(site.devices.meters.items())}
    return DeviceVerdicts(moment, plugs, sensors)
