"""The plugs of a site at work: what they switch, what they tell, how they obey `setstate`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from smappee_tui.simulator import wire_common as wire
from smappee_tui.simulator.site import Plug, Site


class _SetState(msgspec.Struct):
    value: str


class PlugBoard:
    """State of all plugs. Its methods return the (topic tail, payload) pairs to publish, all of them retained."""

    def __init__(self, site: Site, start: float) -> None:
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

    def _wire(self, plug: Plug) -> None:
        watts = plug.watts if self._on[plug.node] else 0.0
        self._site.house.switch(f"plug {plug.node}", plug.circuit, plug.port, watts)

    def _told_state(self, node: int) -> tuple[str, dict[str, Any]]:
        return f"plug/{node}/state", wire.word_since("ON" if self._on[node] else "OFF", self._since[node])

    def _told_connection(self, node: int) -> tuple[str, dict[str, Any]]:
        return f"plug/{node}/connectionState", wire.word_since(*self._connection[node])
