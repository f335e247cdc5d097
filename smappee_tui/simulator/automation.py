"""Triggers, schedules, presence and the gas & water meters of a site."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Any

from smappee_tui.simulator import wire_common as wire
from smappee_tui.simulator.site import Site

_QUIET = 900.0
"""Seconds without anybody switching anything after which nobody is thought to be at home."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message to publish."""

    tail: str
    payload: dict[str, Any]
    retain: bool


class Automation:
    """Watches the site's power second by second and says what a monitor would."""

    def __init__(self, site: Site, start: float) -> None:
        self._site = site
        self._start = start
        self._rng = random.Random(f"{site.seed}/automation")
        self._above = {rule.number: True for rule in site.triggers}
        self._pending = list(site.schedules)
        self._last_watts: float | None = None
        self._last_action = start
        self._present = True
        self._water = dict.fromkeys((s.sensor for s in site.sensors), 0)
        self._gas = dict.fromkeys((s.sensor for s in site.sensors), 0)
        self._tap_left = 0.0

    def hello(self) -> list[Told]:
        """What a broker keeps from before: presence and the last trigger."""
        told = [Told("presence", {"value": True}, True)]
        told += [Told("trigger", wire.trigger(rule), True) for rule in self._site.triggers[-1:]]
        return told

    def second(self, t: float, watts: float) -> tuple[list[Told], list[tuple[tuple[int, ...], bool]]]:
        """One second that ended at `t` with `watts` drawn from the grid.

        Returns what to publish, and which plugs to switch which way.
        """
        told: list[Told] = []
        actions: list[tuple[tuple[int, ...], bool]] = []
        for rule in self._site.triggers:
            was_above = self._above[rule.number]
            # Armed again a tenth below the threshold only, else a power that hovers there would fire every second.
            above = watts > rule.threshold * (0.9 if was_above else 1.0)
            if above and not was_above:
                told.append(Told("trigger", wire.trigger(rule), True))
                actions.append((rule.nodes, rule.action == "ON"))
            self._above[rule.number] = above
        due = [rule for rule in self._pending if t >= self._start + rule.after]
        for schedule in due:
            self._pending.remove(schedule)
            told.append(Told("scheduler", wire.scheduler(schedule, t), False))
            actions.append((schedule.nodes, schedule.action == "ON"))
        told += self._presence(t, watts)
        self._pulses()
        return told, actions

    def _presence(self, t: float, watts: float) -> list[Told]:
        if self._last_watts is not None and abs(watts - self._last_watts) > 150.0:
            self._last_action = t
        self._last_watts = watts
        present = t - self._last_action < _QUIET
        if present == self._present:
            return []
        self._present = present
        return [Told("presence", {"value": present}, True)]

    def _pulses(self) -> None:
        # Water comes in bursts: a tap runs about 25 s at 8 l a minute.
        for sensor in self._site.sensors:
            if self._tap_left > 0.0:
                self._tap_left -= 1.0
                self._water[sensor.sensor] += self._rng.random() < 8.0 / 60.0
            elif self._rng.random() < sensor.litres_per_hour / 3.3 / 3600.0:
                self._tap_left = self._rng.uniform(10.0, 40.0)
            self._gas[sensor.sensor] += self._rng.random() < sensor.gas_per_hour / 3600.0

    def interval(self, end: float, *, weak: bool) -> dict[str, Any] | None:
        """Payload of `aggregatedGW`, None when nothing was used: real monitors stay silent then."""
        entries = []
        for sensor in self._site.sensors:
            water, gas = self._water[sensor.sensor], self._gas[sensor.sensor]
            self._water[sensor.sensor] = self._gas[sensor.sensor] = 0
            if water or gas:
                battery = min(6, sensor.battery) if weak else sensor.battery
                entries.append(wire.aggregated_gw(sensor, end, water, gas, battery))
        return {"gwIntervalDatas": entries} if entries else None


def boundary(before: float, t: float) -> float | None:
    """The five-minute boundary in (before, t], in s since 1970, or None."""
    end = math.floor(t / wire.INTERVAL) * wire.INTERVAL
    return float(end) if end > before else None
