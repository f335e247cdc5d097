"""The plugs of a site at work: what they switch, what they tell, how they obey `setstate`."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from smappee_tui.simulator.house.site import VirtualPlug, VirtualSite
from smappee_tui.simulator.monitor import wire

_QUIET = 900.0
"""Seconds without anybody switching anything after which nobody is thought to be at home."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    tail: str
    payload: dict[str, Any]
    retain: bool


class Automation:
    """Watches the site's power second by second and says what a monitor would."""

    def __init__(self, site: VirtualSite, start: float) -> None:
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

    def hello(self) -> list[OutgoingMessage]:
        """What a broker keeps from before: presence and the last trigger."""
        told = [OutgoingMessage("presence", {"value": True}, True)]
        told += [OutgoingMessage("trigger", wire.trigger(rule), True) for rule in self._site.triggers[-1:]]
        return told

    def second(self, t: float, watts: float) -> tuple[list[OutgoingMessage], list[tuple[tuple[int, ...], bool]]]:
        """One second that ended at `t` with `watts` drawn from the grid.

        Returns what to publish, and which plugs to switch which way.
        """
        told: list[OutgoingMessage] = []
        actions: list[tuple[tuple[int, ...], bool]] = []
        for rule in self._site.triggers:
            was_above = self._above[rule.number]
            # Armed again a tenth below the threshold only, else a power that hovers there would fire every second.
            above = watts > rule.threshold * (0.9 if was_above else 1.0)
            if above and not was_above:
                told.append(OutgoingMessage("trigger", wire.trigger(rule), True))
                actions.append((rule.nodes, rule.action == "ON"))
            self._above[rule.number] = above
        due = [rule for rule in self._pending if t >= self._start + rule.after]
        for schedule in due:
            self._pending.remove(schedule)
            told.append(OutgoingMessage("scheduler", wire.scheduler(schedule, t), False))
            actions.append((schedule.nodes, schedule.action == "ON"))
        told += self._presence(t, watts)
        self._pulses()
        return told, actions

    def _presence(self, t: float, watts: float) -> list[OutgoingMessage]:
        if self._last_watts is not None and abs(watts - self._last_watts) > 150.0:
            self._last_action = t
        self._last_watts = watts
        present = t - self._last_action < _QUIET
        if present == self._present:
            return []
        self._present = present
        return [OutgoingMessage("presence", {"value": present}, True)]

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


class _SetState(msgspec.Struct):
    value: str


class PlugBoard:
    """State of all plugs. Its methods return the (topic tail, payload) pairs to publish, all of them retained."""

    def __init__(self, site: VirtualSite, start: float) -> None:
        self._site = site
        self._plugs = {plug.node: plug for plug in site.plugs}
        self._on = {plug.node: plug.on for plug in site.plugs}
        self._since = {plug.node: start - 3600.0 for plug in site.plugs}
        self._connection = {plug.node: ("CONNECTED", start - 7200.0) for plug in site.plugs}
        self._joules = dict.fromkeys(self._on, 0.0)
        for plug in site.plugs:
            self._wire(plug)

    def hello(self) -> list[tuple[str, dict[str, Any]]]:
        """Everything that a broker keeps about the plugs."""
        told = []
        for node in self._on:
            told += [self._told_connection(node), self._told_state(node)]
        return told

    def lose(self, lost: Mapping[int, str], t: float) -> list[tuple[str, dict[str, Any]]]:
        """Only the plugs in `lost` are away now, with that connection word; all others are there."""
        told = []
        for node, (word, _) in list(self._connection.items()):
            now = lost.get(node, "CONNECTED")
            if now != word:
                self._connection[node] = (now, t)
                told.append(self._told_connection(node))
        return told

    def obey(self, node: int, payload: bytes, t: float) -> list[tuple[str, dict[str, Any]]]:
        """React to a `setstate` command. What cannot be read, or reaches no plug, changes nothing."""
        try:
            # The cloud's own commands have been seen with single quotes.
            command = msgspec.json.decode(payload.replace(b"'", b'"'), type=_SetState)
        except msgspec.MsgspecError:
            return []
        return self.switch(node, command.value.upper() == "ON", t) if command.value.upper() in ("ON", "OFF") else []

    def switch(self, node: int, on: bool, t: float) -> list[tuple[str, dict[str, Any]]]:
        """Switch one plug as an automation or a person does."""
        plug = self._plugs.get(node)
        if plug is None or self._connection[node][0] != "CONNECTED":
            return []
        if self._on[node] != on:
            self._on[node], self._since[node] = on, t
            self._wire(plug)
        return [self._told_state(node)]

    def count(self, dt: float) -> None:
        """Add the energy of `dt` s."""
        for node, on in self._on.items():
            if on:
                self._joules[node] += self._plugs[node].watts * dt

    def interval(self, end: float, seconds: int) -> dict[str, Any] | None:
        """Payload of `aggregatedSwitch` for an interval that ended at `end`, None without such plugs."""
        entries = []
        for node, joules in self._joules.items():
            if not self._plugs[node].smart:
                entries.append(wire.aggregated_switch(self._plugs[node], end, joules / max(1, seconds)))
            self._joules[node] = 0.0
        return {"switchIntervalDatas": entries} if entries else None

    def _wire(self, plug: VirtualPlug) -> None:
        watts = plug.watts if self._on[plug.node] else 0.0
        self._site.house.switch(f"plug {plug.node}", plug.circuit, plug.port, watts)

    def _told_state(self, node: int) -> tuple[str, dict[str, Any]]:
        return f"plug/{node}/state", wire.word_since("ON" if self._on[node] else "OFF", self._since[node])

    def _told_connection(self, node: int) -> tuple[str, dict[str, Any]]:
        return f"plug/{node}/connectionState", wire.word_since(*self._connection[node])
