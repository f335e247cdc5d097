"""What is said of one gas and water sensor."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from smappee_tui.diagnosis.checks.device_facts import amount_fact, sensor_label
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.checks.moment import Moment
from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import GasWaterInterval
from smappee_tui.site.devices import Meter

REPORT_SECONDS = 300.0
"""Seconds: a sensor reports when such an interval of the monitor's clock has ended, and only if something flowed."""
LONGEST_WAIT = 2 * REPORT_SECONDS + 60.0
"""Seconds after which nothing was counted: the interval under way, one more, and what a monitor may dawdle."""


@dataclass(slots=True)
class PulseCheck:
    """One running or finished check."""

    sensor: int
    began_at: float
    """Receiving clock, seconds since 1970."""
    counted: tuple[Fact, ...] = ()
    """What came, "water 3 l"; empty while nothing has."""
    seconds: float | None = None
    """How long that took."""

    def look(self, meter: Meter | None) -> bool:
        """Take the next live report; the broker's memory and empty reports do not count. True once there was one."""
        if self.counted or meter is None or meter.interval is None or meter.heard is None:
            return bool(self.counted)
        if meter.heard.retained or meter.heard.at <= self.began_at:
            return False
        settings = meter.setting.channels if meter.setting else ()
        said = []
        for place, pulses in enumerate(meter.interval.pulses):
            if pulses:
                channel = settings[place] if place < len(settings) else None
                amount = amount_fact(pulses, channel)
                said.append(
                    fact("device.counted_input", input=place + 1, amount=amount)
                    if channel is None
                    else fact("device.counted", medium=channel.medium, amount=amount)
                )
        if said:
            self.counted, self.seconds = tuple(said), meter.heard.at - self.began_at
        return bool(said)

    def failed(self, now: float) -> bool:
        """Whether nothing came for too long."""
        return not self.counted and now - self.began_at > LONGEST_WAIT

    def report_in(self, now: float, offset: float) -> float:
        """Seconds until the interval under way ends and a report may come.

        Args:
            now: receiving clock.
            offset: monitor's clock less the receiving one, s.
        """
        theirs = now + offset
        return math.ceil(theirs / REPORT_SECONDS) * REPORT_SECONDS - theirs


SensorVerdict = Literal["ok", "battery_low", "stale", "silent"]
Battery = Literal["ok", "low", "critical", "unknown"]


@dataclass(frozen=True, slots=True)
class SensorJudgement:
    verdict: SensorVerdict
    title: Fact
    """A few words for a table: "silent for 4 days"."""
    battery: Battery
    findings: tuple[Finding, ...] = ()


def judge_sensor(meter: Meter, moment: Moment, limits: DeviceLimits | None = None) -> SensorJudgement:
    """Judge one sensor. Its silence is no fault: it speaks only when something was consumed.

    Args:
        meter: as configured and heard.
        moment: the site's now.
        limits: thresholds; the defaults where None.
    """
    limits = limits or DeviceLimits()
    battery = battery_of(meter, limits)
    found = [*_battery_finding(meter, battery, limits), *_disabled(meter)]
    quiet = silence(meter, moment)
    silent = quiet is not None and quiet > limits.sensor_silent
    if silent and quiet is not None:
        found.append(_silent_finding(meter, quiet))
    findings = tuple(found)
    if meter.interval is None:
        return SensorJudgement("silent", fact("device.nothing_counted_yet"), battery, findings)
    if battery in ("low", "critical"):
        title = fact("device.battery_low" if battery == "low" else "device.battery_nearly_empty")
        return SensorJudgement("battery_low", title, battery, findings)
    if silent and quiet is not None:
        return SensorJudgement("stale", fact("device.silent_for", seconds=quiet), battery, findings)
    return SensorJudgement("ok", fact("device.counts"), battery, findings)


def last_seen(meter: Meter, moment: Moment) -> float | None:
    """When it last reported, receiving clock: the broker's memory of a report is as old as the report says."""
    if meter.interval is None or meter.heard is None:
        return None
    if not meter.heard.retained:
        return meter.heard.at
    return moment.received(meter.interval.end)


def silence(meter: Meter, moment: Moment) -> float | None:
    """Seconds since its last report; since the watch began where there was none; None where neither is known."""
    seen = last_seen(meter, moment)
    if seen is None:
        seen = moment.steady_since
    return None if seen is None else max(0.0, moment.now - seen)


def battery_of(meter: Meter, limits: DeviceLimits) -> Battery:
    """The battery, judged over its history: once low, it is better only when clearly better."""
    level = _battery(meter)
    if meter.interval is None or level is None or (level == 0 and _says_nothing_else(meter.interval)):
        return "unknown"
    history = [percent for _, percent in meter.batteries if percent > 0 or level == 0]
    state = _level([*history, level], limits)
    return "unknown" if meter.interval.battery is None and state == "ok" else state


def _battery(meter: Meter) -> float | None:
    """Percent as last told: a report without a reading takes nothing back."""
    if meter.interval is not None and meter.interval.battery is not None:
        return meter.interval.battery
    return meter.batteries[-1][1] if meter.batteries else None


def _level(readings: Iterable[float], limits: DeviceLimits) -> Battery:
    state: Battery = "ok"
    for percent in readings:
        low, critical = limits.battery_low, limits.battery_critical
        if state == "critical":
            critical += limits.battery_hysteresis
        if state in ("low", "critical"):
            low += limits.battery_hysteresis
        # A reading on the limit is below it; one that has risen to limit + hysteresis is above again.
        if percent <= limits.battery_critical or (state == "critical" and percent < critical):
            state = "critical"
        elif percent <= limits.battery_low or (state != "ok" and percent < low):
            state = "low"
        else:
            state = "ok"
    return state


def _says_nothing_else(interval: GasWaterInterval) -> bool:
    """0 % beside nothing but zeros is a field that was never filled in."""
    return not interval.celsius and not interval.humidity


def _battery_finding(meter: Meter, battery: Battery, limits: DeviceLimits) -> list[Finding]:
    level = _battery(meter)
    if battery not in ("low", "critical") or level is None:
        return []
    limit = limits.battery_low if battery == "low" else limits.battery_critical
    evidence = fact("checks.battery", percent=level, limit=limit)
    if level > limit:
        evidence = fact("checks.battery_wavers", percent=level, limit=limit, rise=limits.battery_hysteresis)
    return [
        Finding(
            code="battery-low" if battery == "low" else "battery-critical",
            severity="warning" if battery == "low" else "fault",
            subject=Subject("sensor", meter.sensor),
            params={"sensor": sensor_label(meter), "percent": level},
            evidence=(evidence,),
        )
    ]


def _disabled(meter: Meter) -> list[Finding]:
    """Pulses on a channel that is switched off: somebody connected it and forgot to enable it."""
    found = []
    for place, channel in enumerate(meter.setting.channels if meter.setting else ()):
        counted = meter.totals[place] if place < len(meter.totals) else 0.0
        if not channel.enabled and counted > 0:
            found.append(
                Finding(
                    code="sensor-disabled-counts",
                    severity="info",
                    subject=Subject("sensor", meter.sensor),
                    params={"sensor": sensor_label(meter), "input": place + 1, "medium": channel.medium},
                    evidence=(fact("checks.pulses_on_disabled", count=counted),),
                )
            )
    return found


def _silent_finding(meter: Meter, quiet: float) -> Finding:
    return Finding(
        code="sensor-silent",
        severity="warning",
        subject=Subject("sensor", meter.sensor),
        params={"sensor": sensor_label(meter), "seconds": quiet},
        evidence=(fact("checks.sensor-silent.seen"),),
    )
