"""The right answer for every channel, to be written beside a recording and never shown to the tool."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from smappee_tui.simulator.house.circuits import MAINS, NEUTRAL
from smappee_tui.simulator.house.meter import MeterSample, MountedCt, Wiring
from smappee_tui.simulator.house.site import VirtualSite

BUSY_AMPS = 0.5
"""A channel counts as busy in a second in which its CT carries at least this much."""


def label(site: VirtualSite, wiring: Wiring, ct: MountedCt) -> tuple[str, int]:
    """State word and actual phase (0 = L1) of one CT as it is wired now.

    Words: ok, reversed, wrong_phase, wrong_phase_reversed, dead, half_open, wrong_ratio, over_range, on_neutral,
    wrong_circuit, no_voltage, unused, unused_current. Wiring comes before scale when both are wrong.
    """
    if ct.role == "UNUSED":
        return ("unused" if ct.circuit is None else "unused_current"), ct.phase
    if ct.circuit is None or ct.dead or ct.two_wires:
        return "dead", ct.phase
    if wiring.leads[ct.phase] is None:
        return "no_voltage", ct.phase
    reversed_ = ct.sign < 0
    conductor = ct.conductor
    if conductor == NEUTRAL:
        ports = range(site.house.ports) if ct.circuit == MAINS else site.house.circuits[ct.circuit].ports
        if len(ports) > 1:
            return "on_neutral", ct.phase
        # The neutral of a single-phase circuit carries the same current the other way.
        reversed_ = not reversed_
        conductor = (ports[0] + wiring.shifts.get(ct.circuit, 0)) % site.house.ports
    # The monitor only knows the names of its voltage leads.
    actual = wiring.leads.index(conductor) if conductor in wiring.leads else conductor
    if actual != ct.phase:
        return ("wrong_phase_reversed" if reversed_ else "wrong_phase"), actual
    if reversed_:
        return "reversed", actual
    if ct.closure < 1.0:
        return "half_open", actual
    if not math.isclose(ct.ratio, 1.0):
        return "wrong_ratio", actual
    if ct.limit is not None:
        return "over_range", actual
    if ct.circuit != site.circuit_of(ct):
        return "wrong_circuit", actual
    return "ok", actual


class TruthTally:
    """Counts while a recording is made how long and how strongly each CT carried current."""

    __slots__ = ("_busy", "_circuit_busy", "_max", "_seconds", "_sum")

    def __init__(self, inputs: Sequence[int]) -> None:
        self._seconds = 0
        self._sum = dict.fromkeys(inputs, 0.0)
        self._max = dict.fromkeys(inputs, 0.0)
        self._busy = dict.fromkeys(inputs, 0)
        self._circuit_busy = dict.fromkeys(inputs, 0)

    def add(self, sample: MeterSample) -> None:
        self._seconds += 1
        for reading in sample.readings:
            n = reading.input
            self._sum[n] += reading.amps
            self._max[n] = max(self._max[n], reading.amps)
            self._busy[n] += reading.amps >= BUSY_AMPS
            self._circuit_busy[n] += reading.true_amps >= BUSY_AMPS

    @property
    def seconds(self) -> int:
        return self._seconds

    def channels(self, site: VirtualSite, wiring: Wiring) -> list[dict[str, Any]]:
        """The `channels` part of a truth file, one object a CT."""
        rows = []
        for ct in wiring.cts:
            state, actual = label(site, wiring, ct)
            n = ct.input
            rows.append(
                {
                    "input": n,
                    "name": ct.name,
                    "kind": ct.role,
                    "connection": ct.connection,
                    "circuit": site.ct(n).circuit or "none",
                    "configured_phase": ct.phase,
                    "actual_phase": actual,
                    "state": state,
                    "busy_seconds": self._busy[n],
                    "circuit_busy_seconds": self._circuit_busy[n],
                    "mean_amps": round(self._sum[n] / max(1, self._seconds), 3),
                    "max_amps": round(self._max[n], 3),
                }
            )
        return rows
