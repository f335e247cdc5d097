"""Weeks in the life of a virtual house, as five-minute means: what the cloud keeps of it.

The realtime simulator plays seconds and would take hours for a month. Here the same house, wiring and CTs are sampled
a few times per interval, under a sun that rises and sets and with people who sleep.
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from smappee_tui.simulator.house.fault_effects import wire
from smappee_tui.simulator.house.generation import Inverter
from smappee_tui.simulator.house.loads import ConnectedLoad, Duty
from smappee_tui.simulator.house.meter import VirtualMeter, Wiring
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor

INTERVAL = 300.0
"""Length of an interval, s."""
_LATITUDE = math.radians(51.0)
"""Where the houses stand, for the sun; the longitude is within a few degrees of the time zone's UTC + 0:20."""
_SOLAR_NOON = 11.7
"""Hour UTC."""
_BY_HOUR = (
    *(0.12, 0.08, 0.06, 0.06, 0.08, 0.2, 0.7, 1.2, 1.0, 0.7, 0.6, 0.8),
    *(1.2, 0.9, 0.6, 0.6, 0.8, 1.3, 1.8, 1.8, 1.5, 1.2, 0.8, 0.3),
)
"""How much is switched on in a household, by hour UTC, relative to the mean."""


@dataclass(frozen=True, slots=True)
class HouseInterval:
    """Means over five minutes, by input."""

    at: float
    """Start, s since 1970."""
    watts: dict[int, float]
    """Active power as the monitor signs it, W."""
    vars: dict[int, float]
    """Reactive power, positive lagging, var."""
    amps: dict[int, float]
    """RMS current, A."""
    volts: tuple[float, ...]
    """As published, V."""


class HouseHistory:
    """The past of a virtual monitor's house under its present faults. The same monitor and times give the same values.

    Args:
        monitor: its house is copied, never touched.
        start: s since 1970; rounded down to an interval.
        end: s since 1970.
        step: seconds between two looks at the house, a divisor of 300.
    """

    def __init__(self, monitor: VirtualMonitor, start: float, end: float, step: float = 60.0) -> None:
        self.start = start - start % INTERVAL
        self.end = end
        self._step = step
        self._site = copy.deepcopy(monitor.site)
        self._wiring: Wiring = wire(self._site, monitor.faults)
        self._house = self._site.house
        self._house.rewire(self._wiring.shifts)
        self._seed = self._site.seed
        inputs = [ct.input for ct in self._site.cts]
        self._meter = VirtualMeter(
            self._site.kind, self._site.dialect, inputs, f"{self._seed}/past", one_voltage=self._site.one_voltage
        )
        loads = [load for circuit in self._house.circuits.values() for load in circuit.loads]
        self._inverters = [load for load in loads if isinstance(load, Inverter)]
        rng = random.Random(f"{self._seed}/past")
        self._switched = [
            (load, load.duty, rng.uniform(2.0, 12.0))
            for load in loads
            if isinstance(load, ConnectedLoad) and load.duty is not None and not load.duty.windows
        ]

    def intervals(self) -> Iterator[HouseInterval]:
        """The means, oldest first."""
        at, hour = self.start, -1
        steps = max(1, round(INTERVAL / self._step))
        while at + INTERVAL <= self.end + 1e-6:
            now = int(at // 3600)
            if now != hour:
                hour = now
                self._live(now)
            yield self._interval(at, steps)
            at += INTERVAL

    def _live(self, hour: int) -> None:
        """Let people sleep at night: appliances stay off longer."""
        activity = _BY_HOUR[hour % 24]
        for load, duty, rarer in self._switched:
            load.duty = Duty(max(duty.mean_on, 60.0), duty.mean_off * rarer / activity)

    def _interval(self, at: float, steps: int) -> HouseInterval:
        inputs = [ct.input for ct in self._wiring.cts]
        watts, reactive, amps = ([0.0] * len(inputs) for _ in range(3))
        volts: list[float] = []
        for turn in range(steps):
            shine = _sun(at + turn * self._step) * _weather(self._seed, at)
            for inverter in self._inverters:
                inverter.output = shine
            sample = self._meter.sample(self._wiring, self._house.step(self._step))
            for place, reading in enumerate(sample.readings):
                watts[place] += reading.watts
                reactive[place] += reading.var
                amps[place] += reading.amps
            volts = [a + b for a, b in zip(volts or [0.0] * len(sample.volts), sample.volts, strict=True)]
        return HouseInterval(
            at,
            {n: value / steps for n, value in zip(inputs, watts, strict=True)},
            {n: value / steps for n, value in zip(inputs, reactive, strict=True)},
            {n: value / steps for n, value in zip(inputs, amps, strict=True)},
            tuple(value / steps for value in volts),
        )


def _sun(at: float) -> float:
    """Output of a panel that lies a little south, 0 (night) to about 0.9, by the height of the sun."""
    moment = datetime.fromtimestamp(at, UTC)
    declination = math.radians(-23.44) * math.cos(2 * math.pi * (moment.timetuple().tm_yday + 10) / 365.25)
    turn = math.radians(15.0 * (moment.hour + moment.minute / 60 + moment.second / 3600 - _SOLAR_NOON))
    height = math.sin(_LATITUDE) * math.sin(declination) + math.cos(_LATITUDE) * math.cos(declination) * math.cos(turn)
    return 0.0 if height <= 0.02 else min(0.95, 1.05 * height**0.9)


def _weather(seed: str, at: float) -> float:
    """How clear the day is, 0.15 to 1."""
    return random.Random(f"{seed}/sky{int(at // 86_400)}").choice((1.0, 0.95, 0.8, 0.6, 0.35, 0.15))
