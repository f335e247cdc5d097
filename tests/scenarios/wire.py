"""What a file does to a monitor and to its messages: faults, reconfiguration, gaps, clocks, odd payloads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from smappee_tui.protocol.received import MqttMessage
from smappee_tui.simulator.house.generation import Inverter
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.simulator.monitor.wire import Energy, millis, topic
from tests.scenarios.spec import PHASES, Event


class Wire:
    """The line between one monitor and its listener."""

    def __init__(self, monitor: VirtualMonitor, phase_type: str = "") -> None:
        self.monitor = monitor
        self.phase_type = phase_type
        self._silent_until = 0.0
        self._volts: dict[int, float] = {}
        self._repeat = 1
        self._triple: tuple[int, ...] = ()
        self._extra = False
        self._nonsense = 0
        self._shift = 0
        self._frozen_until = 0.0
        self._frozen: dict[str, Any] = {}
        self._extras: list[tuple[str, dict[str, Any], bool]] = []

    def second(self, until: float) -> Iterator[MqttMessage]:
        """What arrives up to a moment."""
        for tail, content, retained in self._extras:
            name = topic(self.monitor.site, tail)
            damaged = content.pop("damaged", False)
            payload = json.dumps(content).encode()
            if damaged:
                payload = payload.replace(b'"name": "', b'"name": "\xff')
            yield MqttMessage(self.monitor.time + 0.01, name, payload, 0, retained)
        self._extras.clear()
        for arrival in self.monitor.tick(until):
            if arrival.at >= self._silent_until:
                yield from [self._changed(arrival)] * (self._repeat if arrival.topic.endswith("realtime") else 1)

    def happen(self, event: Event) -> None:
        """One thing from the file's time line."""
        monitor = self.monitor
        if event.inject:
            monitor.inject(event.inject)
        if event.mend:
            monitor.mend(event.mend)
        if event.ct:
            self._reconfigure(event.ct)
        if event.output is not None:
            for circuit in monitor.site.house.circuits.values():
                for load in circuit.loads:
                    if isinstance(load, Inverter):
                        load.output = event.output
        if event.pause:
            self._silent_until = monitor.time + event.pause
        monitor._skew += event.clock
        if event.restart:
            monitor._energies = {number: Energy() for number in monitor._energies}
        if event.config:
            self._config_again(event.config)
        if event.volts is not None:
            self._volts = {PHASES[name]: volts for name, volts in event.volts.items()}
        self._repeat = max(1, event.repeat, self._repeat)
        self._triple = event.triple or self._triple
        self._extra = event.extra or self._extra
        self._nonsense += event.nonsense
        self._shift = event.shift or self._shift
        if event.freeze:
            self._frozen_until, self._frozen = monitor.time + event.freeze, {}

    def _reconfigure(self, changes: dict[str, dict[str, Any]]) -> None:
        """Somebody changes the configuration in the app; the clamps stay as they are."""
        monitor = self.monitor
        for number, values in changes.items():
            for key, value in values.items():
                setattr(monitor.site.ct(int(number)), key, value)
        monitor._set_faults(list(monitor.faults))
        self._config_again("now")

    def _config_again(self, how: str) -> None:
        monitor = self.monitor
        age = {"now": 0.0, "damaged": 0.0, "retained": 86_400.0, "old": 90_000.0}[how]
        content = monitor._wire.channels(monitor.time - age) | ({"damaged": True} if how == "damaged" else {})
        self._extras.append((monitor._wire.channel_topic, content, how == "retained"))

    def _changed(self, arrival: MqttMessage) -> MqttMessage:
        if self.phase_type and arrival.topic.endswith("channelConfigV2"):
            content = json.loads(arrival.payload)
            content["dataProcessingSpecification"]["phaseType"] = self.phase_type
        elif arrival.topic.endswith("/realtime"):
            content = json.loads(arrival.payload)
            self._realtime(content)
        else:
            return arrival
        return MqttMessage(arrival.at, arrival.topic, json.dumps(content).encode(), arrival.qos, arrival.retain)

    def _realtime(self, content: dict[str, Any]) -> None:
        if self.monitor.time < self._frozen_until:
            # The measuring part hangs: all but the time stamp is as it was.
            self._frozen = self._frozen or {key: value for key, value in content.items() if key != "utcTimeStamp"}
            content |= json.loads(json.dumps(self._frozen))
        number = "publishIndex" if self.monitor.site.dialect == "infinity" else "ctInput"
        for entry in content["voltages"]:
            fresh = self._volts.get(entry["phaseId"])
            if fresh is not None:
                share = fresh / max(1, entry["voltage"])
                entry["voltage"] = fresh
                self._scale([row for row in content["channelPowers"] if row["phaseId"] == entry["phaseId"]], share)
        self._scale([row for row in content["channelPowers"] if row[number] in self._triple], 3.0)
        if self._shift:
            content["voltages"] = [
                {"voltage": entry["voltage"], "phaseId": (entry["phaseId"] + self._shift) % 3}
                for entry in content["voltages"]
            ]
            for row in content["channelPowers"]:
                row["phaseId"] = (row["phaseId"] + self._shift) % 3
        if self._extra:
            content |= {"lineVoltages": [401, 399, 400], "newWord": {"a": [1, None]}, "sent": millis(self.monitor.time)}
            for row in content["channelPowers"]:
                row |= {"quadrant": "Q1", "harmonics": [1, 2, 3]}
        if self._nonsense:
            self._nonsense -= 1
            for row in content["channelPowers"]:
                row["power"] = 5 * row["power"] + 3000

    @staticmethod
    def _scale(rows: list[dict[str, Any]], factor: float) -> None:
        for row in rows:
            row["power"] = round(row["power"] * factor)
            if "apparentPower" in row:
                row["apparentPower"] = round(row["apparentPower"] * factor)
