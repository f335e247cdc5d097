"""Labelled sites whose meters are as real ones are: late by parts of a second, with noise and gains of their own.

Wiring faults are drawn as for `random_sites`; what is true of each CT goes with the messages. Everything that flickers
here (hobs and ovens that chop, drums that turn, motors that start) is seen by each hub through a window of its own, so
that the sum of the circuits misses the grid CT in many seconds although nothing is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smappee_tui.protocol.received import MqttMessage
from tests.simulated.field import delta, loads
from tests.simulated.field.house import GRID, Clamp, Meter
from tests.simulated.field.scene import Scene

BUSY_AMPS, BUSY_SECONDS = 0.5, 10
KINDS = (*loads.STEPPING, "washer", "hob", "hob", "oven", "fridge", "heat pump")
FAULTS = {"reversed": 45, "phase": 20, "phase reversed": 8, "exchanged": 17, "rotated": 10}


@dataclass(frozen=True)
class Truth:
    """What is true of one CT."""

    input: int
    name: str
    role: str
    state: str
    """ok, reversed, wrong_phase or wrong_phase_reversed."""
    phase: int
    """Where it really is, 0 to 2."""
    busy: bool
    amps: float
    """Mean."""


@dataclass(frozen=True)
class Labelled:
    """A site to judge."""

    seed: int
    supply: str
    generation: bool
    messages: list[MqttMessage]
    truth: tuple[Truth, ...]


def noisy_site(seed: int, *, skew: float = 2.0, noise: float = 0.01, gain: float = 0.02) -> Labelled:
    """One site; the same seed gives the same bytes.

    Args:
        seed: draws everything.
        skew: most seconds that a hub of four inputs is late.
        noise: most relative noise of a CT's own.
        gain: standard deviation of a CT's gain.
    """
    s, sunny = _house(seed)
    late = s.rng.uniform(0, skew, 8)
    for clamp in s.clamps:
        own = s.rng.uniform(0.2, 1.0) * noise
        s.change(clamp.input, late=float(late[clamp.input // 4]), noise=own, gain=1 + s.rng.normal(0, gain))
    if s.rng.random() < 0.5:
        for _ in range(int(s.rng.choice((1, 2, 3), p=(0.7, 0.2, 0.1)))):
            _spoil(s)
    messages = s.messages()
    meter = Meter(s.house, s.dialect)
    return Labelled(seed, s.supply, sunny, messages, tuple(_truth(meter, clamp) for clamp in s.clamps))


def _house(seed: int) -> tuple[Scene, bool]:
    drawn = np.random.default_rng(seed).random()
    if drawn < 0.15:
        s = delta.house("noisy site", seed)
        return s, False
    s = Scene("noisy site", seed, seconds=(600, 900), supply="single" if drawn < 0.3 else "star")
    s.rest()
    s.grid()
    s.usual(int(s.rng.integers(3, 9)), among=KINDS)
    if len(s.phases) == 3 and s.rng.random() < 0.4:
        kind = str(s.rng.choice(("heat pump", "charger")))
        s.three(kind, s.draw(kind))
    for phase in s.phases:
        for _ in range(int(s.rng.integers(0, 3))):
            s.hidden(s.draw(str(s.rng.choice(KINDS))), phase)
    sunny = s.rng.random() < 0.4
    if sunny:
        phases = s.phases if s.rng.random() < 0.4 else [s.any_phase()]
        light = loads.sun(s.rng, s.seconds, str(s.rng.choice(("clear", "cloudy", "grey"))))
        s.solar(light, s.rng.uniform(1500, 5000) * len(phases), phases)
    return s, bool(sunny)


def _spoil(s: Scene) -> None:
    """One fault, on CTs that have none yet."""
    free = [clamp for clamp in s.clamps if not clamp.turned and clamp.wires[0][1] == clamp.phase]
    kind = str(s.rng.choice(list(FAULTS), p=np.array(list(FAULTS.values())) / 100))
    grid = [clamp for clamp in free if clamp.wires[0][0] == GRID]
    if s.supply == "star" and kind in ("exchanged", "rotated") and len(grid) == 3:
        places = [1, 2, 0] if kind == "rotated" else [1, 0, 2]
        order = list(map(int, s.rng.permutation(3)))
        for here, there in enumerate(places):
            s.change(grid[order[here]].input, wires=((GRID, order[there]),))
    elif free:
        one = free[int(s.rng.integers(0, len(free)))]
        moved = s.supply == "star" and kind in ("phase", "phase reversed")
        if moved:
            s.change(one.input, phase=(one.phase + int(s.rng.choice((1, 2)))) % 3)
        s.change(one.input, turned=not moved or kind == "phase reversed")


def _truth(meter: Meter, clamp: Clamp) -> Truth:
    real = clamp.wires[0][1]
    moved = real != clamp.phase
    state = ("wrong_phase_reversed" if moved else "reversed") if clamp.turned else "wrong_phase" if moved else "ok"
    amps = meter.read(clamp).amps
    role = "grid" if clamp.wires[0][0] == GRID else "production" if clamp.role == "PRODUCTION" else "submeter"
    busy = int(np.count_nonzero(amps >= BUSY_AMPS)) >= BUSY_SECONDS
    return Truth(clamp.input, clamp.name, role, state, real, busy, round(float(np.mean(amps)), 2))
