"""What is said of all plugs and sensors of a site. Table, text, JSON and report render the same objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.checks.moment import Moment, moment_of
from smappee_tui.diagnosis.checks.plugs import PlugJudgement, judge_plug, waiting_command
from smappee_tui.diagnosis.checks.sensors import SensorJudgement, judge_sensor
from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.protocol.messages import HomeControlConfig
from smappee_tui.site.devices import Plug
from smappee_tui.site.site import Site

_Id = TypeVar("_Id", int, str)


@dataclass(frozen=True, slots=True)
class DeviceVerdicts:
    """The devices of one site, judged at one moment."""

    moment: Moment
    plugs: dict[str, PlugJudgement] = field(default_factory=dict)
    """By node, in the order of the nodes."""
    sensors: dict[int, SensorJudgement] = field(default_factory=dict)
    """By sensor number, in order."""
    beside: tuple[Finding, ...] = ()
    """What is told of a device beside how it is: a command that waits for it, one thing under two numbers."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        plugs = [said.finding for said in self.plugs.values() if said.finding is not None]
        return (*plugs, *(finding for said in self.sensors.values() for finding in said.findings), *self.beside)


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
    waiting = [found for node in plugs if (found := waiting_command(site.devices.plugs[node])) is not None]
    return DeviceVerdicts(moment, plugs, sensors, (*waiting, *_doubled(site)))


def _doubled(site: Site) -> Iterator[Finding]:
    """Devices of one serial number under two ids: one of them is left over from adding it a second time."""
    meters = {n: m.setting.serial for n, m in site.devices.meters.items() if m.setting is not None}
    for serial, sensors in _shared(meters):
        yield Finding(
            code="sensor-twice",
            severity="info",
            subject=Subject("sensor", sensors[-1]),
            params={"serial": serial, "numbers": tuple(map(str, sensors))},
        )
    nodes = {node: p.setting.serial for node, p in site.devices.plugs.items() if p.setting is not None}
    for serial, plugs in _shared(nodes):
        yield Finding(
            code="plug-twice",
            severity="info",
            subject=Subject("plug", plugs[-1]),
            params={"serial": serial, "numbers": tuple(map(str, plugs))},
        )


def _shared(serials: Mapping[_Id, str | None]) -> list[tuple[str, list[_Id]]]:
    found: dict[str, list[_Id]] = {}
    for number, serial in serials.items():
        if serial and serial.strip("0 "):
            found.setdefault(serial.strip().casefold(), []).append(number)
    return [(serial[:20], numbers) for serial, numbers in found.items() if len(numbers) > 1]
