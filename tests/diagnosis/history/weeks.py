"""Weeks of a house as five-minute means, wired as one likes: loads by the clock of the place, the sun above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import Generation
from smappee_tui.protocol.messages import ChannelConfig, ChannelSetting
from smappee_tui.site.site import Site

Power = npt.NDArray[np.complex128]
"""Complex power of a wire by five minutes: W and var, positive where it is taken."""
END = 1_752_530_400.0
"""A night in July 2025."""
VOLTS = (233.0, 231.0, 234.5)
SIDES = ("east", "north", "west")
TURN = np.exp(-2j * np.pi / 3)


@dataclass(frozen=True)
class Clamp:
    """A CT: what it is configured as, and the wire that it is round."""

    input: int
    name: str
    role: str
    connection: str
    phase: int
    wire: str
    """Name of a current in `House.wires`."""
    size: float = 1.0
    turned: bool = False


class House:
    """Three phases with two circuits each, a heat pump on L2, solar on all or on L2 alone."""

    def __init__(self, seed: int, days: int = 7, zone: str = "Europe/Brussels", solar: str = "three") -> None:
        self.zone = ZoneInfo(zone)
        self.days = days
        chance = np.random.default_rng(seed)
        count = 288 * days
        self.at = END - 300.0 * np.arange(count, 0, -1)
        moments = [datetime.fromtimestamp(at, self.zone) for at in self.at]
        self.hours = np.array([moment.hour + moment.minute / 60 for moment in moments])
        self.wires: dict[str, tuple[int, Power]] = {}
        for phase in range(3):
            self._load(chance, f"cooking {phase}", phase, 1900.0, (7, 21), 0.02, 0.35, 6.0)
            self._load(chance, f"heating {phase}", phase, 1200.0, (0, 24), 0.04, 0.15, 3.0)
        self._load(chance, "heat pump", 1, 1700.0, (0, 24), 0.12, 0.2, 18.0)
        cloud = np.repeat(chance.uniform(0.35, 1.0, count // 4 + 1), 4)[:count]
        bell = 3200.0 * np.clip(np.sin((self.hours - 7.0) / 13.0 * np.pi), 0, None) * cloud
        self.suns = {"three": (0, 1, 2), "one": (1,), "hidden": (1,), "none": ()}[solar]
        for phase in self.suns:
            self.wires[f"sun {phase}"] = (phase, -(bell + 0j) + 12j)
        for phase in range(3):
            rest = self._unmetered(chance, count)
            mine = [power for where, power in self.wires.values() if where == phase]
            self.wires[f"grid {phase}"] = (phase, np.asarray(sum(mine, rest), dtype=complex))
        self.gains = 1 + chance.normal(0, 0.008, 20)
        self.angles = np.exp(1j * np.radians(chance.normal(0, 1.0, 20)))
        clamps = [(f"Net L{p + 1}", "CONSUMPTION", "GRID", p, f"grid {p}") for p in range(3)]
        for name, title in (("cooking", "Kitchen"), ("heating", "Boiler")):
            clamps += [(f"{title} {SIDES[p]}", "CONSUMPTION", "SUBMETER", p, f"{name} {p}") for p in range(3)]
        clamps.append(("Heat pump", "CONSUMPTION", "SUBMETER", 1, "heat pump"))
        if solar in ("three", "one"):
            clamps += [(f"Solar L{p + 1}", "PRODUCTION", "GRID", p, f"sun {p}") for p in self.suns]
        self.clamps = {n: Clamp(n, *one) for n, one in enumerate(clamps)}

    def _load(
        self, chance: np.random.Generator, name: str, phase: int, watts: float, hours: tuple[int, int],
        on: float, off: float, degrees: float,
    ) -> None:  # fmt: skip
        awake = (self.hours >= hours[0]) & (self.hours < hours[1])
        state, values = False, []
        for draw, free, share in zip(
            chance.random(len(awake)), awake, chance.uniform(0.3, 1.0, len(awake)), strict=True
        ):
            before, state = state, (draw >= off if state else bool(free) and draw < on)
            values.append(watts * (share if state != before else 1.0) if state or before else 0.0)
        self.wires[name] = (phase, np.array(values) * (1 + 1j * np.tan(np.radians(degrees))))

    def _unmetered(self, chance: np.random.Generator, count: int) -> Power:
        evening = (self.hours >= 18) & (self.hours < 23)
        jumps = np.repeat((chance.random(count // 3 + 1) < 0.1) * chance.uniform(200, 1500, count // 3 + 1), 3)[:count]
        watts = 130 + 220 * evening + jumps + chance.normal(0, 25, count)
        return np.asarray(watts * np.exp(1j * np.radians(chance.normal(-8, 4, count))))

    def change(self, number: int, **fields: object) -> House:
        """Mount or configure one clamp otherwise."""
        self.clamps[number] = replace(self.clamps[number], **fields)  # type: ignore[arg-type]
        return self

    def behind_the_inverter(self) -> House:
        """The grid CTs sit between the board and where the inverter joins."""
        for phase in self.suns:
            where, power = self.wires[f"grid {phase}"]
            self.wires[f"grid {phase}"] = (where, power - self.wires[f"sun {phase}"][1])
        return self

    def reading(self, clamp: Clamp) -> Power:
        """What the monitor makes of this clamp's current: the power against the voltage of its configured phase."""
        true, power = self.wires[clamp.wire]
        power = power * clamp.size * self.gains[clamp.input] * self.angles[clamp.input]
        power = power * VOLTS[clamp.phase] / VOLTS[true] * TURN ** (clamp.phase - true)
        sign = (-1 if clamp.turned else 1) * (-1 if clamp.role == "PRODUCTION" else 1)
        return np.asarray(sign * power)

    def past(self, signed: bool = True, changed: Sequence[tuple[int, float]] = ()) -> IntervalHistory:
        """The means as the cloud tells them; `changed` are clamps that were turned until so many days ago."""
        past = IntervalHistory(list(self.clamps), self.zone)
        readings = {n: self.reading(clamp) for n, clamp in self.clamps.items()}
        for n, ago in changed:
            readings[n] = np.where(self.at < END - 86_400 * ago, -readings[n], readings[n])
        for k, at in enumerate(self.at):
            vars_ = {n: values[k].imag if signed else abs(values[k].imag) for n, values in readings.items()}
            past.add(float(at), {n: values[k].real for n, values in readings.items()}, vars_, VOLTS)
        return past

    def judged(
        self, generation: Generation | None = None, signed: bool = True, changed: Sequence[tuple[int, float]] = ()
    ) -> Judge:
        settings = tuple(
            ChannelSetting(c.input, c.name, c.role, c.connection, c.phase, False, False, None, None)
            for c in self.clamps.values()
        )
        site = Site("weeks")
        site.apply(ChannelConfig(None, "infinity", "star", None, settings), 0.0, retained=True)
        judge = Judge(generation)
        judge.load_history(site, self.past(signed, changed))
        return judge
