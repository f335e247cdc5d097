"""3x230 V without a neutral: loads between two lines, power against another voltage than the load has."""

from __future__ import annotations

import numpy as np

from tests import payloads
from tests.simulated.field import loads
from tests.simulated.field.case import ABOUT_GENERATION, OPEN, SOFT, Case, Told
from tests.simulated.field.house import GRID
from tests.simulated.field.scene import NAMES, Scene

FAULTY = frozenset({"reversed", "wrong_phase", "wrong_phase_reversed"})


def _pair(s: Scene) -> tuple[int, int, int]:
    """Two lines for a load, and the line its one CT is on: never the reference where there is one."""
    start = int(s.rng.integers(0, 3))
    end = (start + 1) % 3
    return (0, 2, 0) if s.dialect == payloads.INFINITY and start == 2 else (start, end, start)


def _load(s: Scene, kind: str, flow: loads.Flow | None = None, **how: object) -> int:
    start, end, line = _pair(s)
    circuit = f"{kind} {len(s.clamps)}"
    s.house.add(circuit, (s.draw(kind) if flow is None else flow).between(start, end))
    return s.clamp(NAMES[kind][s.language], line, [(circuit, line)], **how)


def _motor(s: Scene, watts: float, degrees: float) -> list[int]:
    """A balanced three-phase machine: one CT a line, or two where L3 is the reference."""
    on = loads.cycles(s.rng, s.seconds)
    one = loads.flow(on * watts / 3 * loads.wander(s.rng, s.seconds, 0.01), degrees)
    for start in range(3):
        s.house.add("machine", one.between(start, (start + 1) % 3))
    lines = (0, 1) if s.dialect == payloads.INFINITY else (0, 1, 2)
    return [s.clamp("Compressor", line, [("machine", line)]) for line in lines]


def house(kind: str, seed: int) -> Scene:
    dialect = payloads.INFINITY if seed % 2 else payloads.TWENTY
    s = Scene(kind, seed, seconds=(300, 900), supply="delta", dialect=dialect)
    for start in range(3):
        s.house.add("unmetered", loads.rest(s.rng, s.seconds).between(start, (start + 1) % 3))
    s.grid()
    for kind_of in s.rng.choice(("kettle", "boiler", "oven", "heater", "washer"), 3, replace=False):
        _load(s, str(kind_of))
    if s.rng.random() < 0.4:
        s.house.add("unmetered", s.draw("kettle").between(*_pair(s)[:2]))
    return s


def _sun(s: Scene) -> int:
    start, end, line = _pair(s)
    light = loads.sun(s.rng, s.seconds, str(s.rng.choice(("clear", "cloudy", "grey"))))
    s.house.add("solar", loads.solar(s.rng, light, s.rng.uniform(1500, 4000)).between(start, end))
    return s.clamp("Zon", line, [("solar", line)], role="PRODUCTION", connection="GRID")


def delta_healthy(seed: int) -> Case:
    """A healthy delta: solar between two lines, a car or a machine on all three, a washer, an oven."""
    s = house("delta_healthy", seed)
    if s.rng.random() < 0.7:
        _sun(s)
    if s.rng.random() < 0.5:
        _motor(s, s.rng.uniform(2000, 8000), s.rng.uniform(-3, 35))
    return s.case(told_supply="delta" if s.dialect == payloads.INFINITY else "")


def delta_exchanged(seed: int) -> Case:
    """The two (or two of the three) grid CTs are exchanged."""
    s = house("delta_exchanged", seed)
    s.change(0, wires=((GRID, 1),))
    s.change(1, wires=((GRID, 0),))
    if s.rng.random() < 0.5:
        _motor(s, s.rng.uniform(2000, 8000), s.rng.uniform(-3, 35))
    return s.case({0: {"wrong_phase"} | OPEN, 1: {"wrong_phase"} | OPEN})


def delta_turned(seed: int) -> Case:
    """One circuit between two lines, its CT turned, with a real load."""
    s = house("delta_turned", seed)
    number = _load(s, str(s.rng.choice(loads.RESISTIVE)), turned=True)
    if s.rng.random() < 0.4:
        _sun(s)
    s.notes.append(f"input {number}")
    return s.case({number: FAULTY | {"inconclusive"}})


def delta_grid_turned(seed: int) -> Case:
    """A grid CT is turned."""
    s = house("delta_grid_turned", seed)
    number = int(s.rng.integers(0, 2))
    s.change(number, turned=True)
    s.notes.append(f"input {number}")
    return s.case({number: FAULTY | {"inconclusive"}})


def delta_motor(seed: int) -> Case:
    """A machine so inductive, or a load across such lines, that its power on one CT is near zero: no sign to trust."""
    s = house("delta_motor", seed)
    if s.dialect == payloads.INFINITY:
        numbers = _motor(s, s.rng.uniform(600, 3000), s.rng.uniform(52, 66))
    else:
        numbers = _motor(s, s.rng.uniform(600, 3000), s.rng.uniform(60, 75))
    s.notes.append(f"inputs {numbers}")
    return s.case(dict.fromkeys(numbers, SOFT))


def delta_generates(seed: int) -> Case:
    """Solar between two lines on a circuit that was left at consumption."""
    s = house("delta_generates", seed)
    start, end, line = _pair(s)
    light = loads.sun(s.rng, s.seconds, str(s.rng.choice(("clear", "cloudy"))))
    s.house.add("solar", loads.solar(s.rng, light, s.rng.uniform(2000, 4000)).between(start, end))
    number = s.clamp("Kring 7", line, [("solar", line)])
    s.notes.append(f"input {number}, mean {np.mean(light):.2f}")
    return s.case(told=[Told(ABOUT_GENERATION, (number,))] if np.mean(light) > 0.2 else [])


KINDS = {"delta": (delta_healthy, delta_exchanged, delta_turned, delta_grid_turned, delta_motor, delta_generates)}
