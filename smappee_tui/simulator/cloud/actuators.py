"""The plugs of a house as the cloud switches them, and what it remembers of that."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any

from smappee_tui.simulator.cloud.request import CloudRefusalError
from smappee_tui.simulator.house.site import VirtualPlug
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.simulator.monitor.wire_common import topic

TIMES = (300, 900, 1800, 3600)
"""For how many seconds a plug can be switched; anything else is until further notice."""


@dataclass(frozen=True, slots=True)
class SwitchRecord:
    """A plug changed its state by way of the cloud."""

    node: int
    at: float
    """s since 1970."""
    on: bool


class Actuators:
    """The plugs of one house; ids are the monitor's node numbers. Thread-safe."""

    def __init__(self, monitor: VirtualMonitor | None) -> None:
        self._monitor = monitor
        self._lock = threading.Lock()
        self._plugs = {plug.node: plug for plug in monitor.site.plugs} if monitor is not None else {}
        self._until: dict[int, tuple[float, bool]] = {}
        self._log: list[SwitchRecord] = []

    def listed(self, now: float) -> list[dict[str, Any]]:
        """All of them as `info` shows them. `now` in s since 1970."""
        return [self._row(plug, self.state(plug.node, now)) for plug in self._plugs.values()]

    def state(self, node: int, now: float) -> bool:
        """Is it on? Raises CloudRefusalError (404) where there is no such plug."""
        with self._lock:
            self._let_run_out(now)
            return self._told(self._plug(node), "state") == "ON"

    def switch(self, node: int, on: bool, seconds: int | None, now: float) -> None:
        """Switch one, back again after `seconds` where these are one of `TIMES`. Raises CloudRefusalError (404)."""
        with self._lock:
            self._let_run_out(now)
            plug = self._plug(node)
            self._until.pop(node, None)
            self._send(plug, on, now)
            if seconds in TIMES:
                self._until[node] = (now + float(seconds or 0), not on)

    def share_on(self, plug: VirtualPlug, start: float, end: float) -> float:
        """Which part of a time it was on, 0 to 1, as far as the cloud has switched it itself."""
        with self._lock:
            changes = [change for change in self._log if change.node == plug.node]
        on, since, total = plug.on, start, 0.0
        for change in changes:
            at = min(max(change.at, start), end)
            total += (at - since) if on else 0.0
            on, since = change.on, at
        return (total + ((end - since) if on else 0.0)) / (end - start)

    def with_sensor(self, sensor: int) -> VirtualPlug:
        """The plug with this measuring half; its node number is understood too. Raises CloudRefusalError (404)."""
        for plug in self._plugs.values():
            if not plug.smart and sensor in (plug.sensor, plug.node):
                return plug
        raise CloudRefusalError(404, f"There is no switch {sensor} at this service location")

    def _plug(self, node: int) -> VirtualPlug:
        plug = self._plugs.get(node)
        if plug is None:
            raise CloudRefusalError(404, f"There is no actuator {node} at this service location")
        return plug

    def _let_run_out(self, now: float) -> None:
        for node, (until, on) in list(self._until.items()):
            if now >= until:
                del self._until[node]
                self._send(self._plugs[node], on, until)

    def _send(self, plug: VirtualPlug, on: bool, at: float) -> None:
        """By the monitor's own command; one that cannot reach its plug changes nothing."""
        before = self._told(plug, "state") == "ON"
        if self._monitor is not None:
            word = "ON" if on else "OFF"
            payload = json.dumps({"value": word, "since": round(at * 1000)}).encode()
            self._monitor.receive(topic(self._monitor.site, f"plug/{plug.node}/setstate"), payload)
        if (self._told(plug, "state") == "ON") != before:
            self._log.append(SwitchRecord(plug.node, at, on))

    def _told(self, plug: VirtualPlug, tail: str) -> str:
        """What the monitor publishes of it: state or connectionState."""
        if self._monitor is None:
            return ""
        wanted = topic(self._monitor.site, f"plug/{plug.node}/{tail}")
        for kept in self._monitor.retained():
            if kept.topic == wanted:
                return str(json.loads(kept.payload)["value"])
        return ""

    def _row(self, plug: VirtualPlug, on: bool) -> dict[str, Any]:
        return {
            "id": plug.node,
            "name": plug.name,
            "type": "COMFORT_PLUG" if plug.smart else "SWITCH",
            "serialNumber": None if plug.smart else plug.serial,
            "connectionState": self._told(plug, "connectionState"),
            "states": [
                {"id": "ON_ON", "name": "on", "current": on},
                {"id": "OFF_OFF", "name": "off", "current": not on},
            ],
        }
