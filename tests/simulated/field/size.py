"""Sizes: a CT that reads too much or too little beside others that see the same current."""

from __future__ import annotations

import numpy as np

from tests.simulated.field import loads
from tests.simulated.field.case import ABOUT_SIZE, OPEN, SCALE, SOFT, Case, Told
from tests.simulated.field.scene import Scene

FACTORS = (0.25, 0.5, 2.0, 4.0)
DOUBTED = frozenset({"doubtful", "wrong"})
FINE = frozenset({"ok", "unchecked"})
STEADY = ("kettle", "boiler", "heater")


def circuit_alone(seed: int) -> Case:
    """A circuit's CT against the grid CT of its phase, and nothing else to tell which of the two is wrong."""
    s = Scene("circuit_alone", seed)
    s.rest()
    grid = s.grid()
    factor, phase = s.rng.choice((0.5, 2.0, 4.0)), s.any_phase()
    wrong = s.circuit(str(s.rng.choice(STEADY)), phase, gain=factor)
    if len(s.phases) == 3 and s.rng.random() < 0.7:
        s.usual(2, phases=[p for p in s.phases if p != phase])
    s.notes.append(f"input {wrong} x{factor}")
    told = Told(ABOUT_SIZE, (wrong, grid[phase]), all=True)
    doubted = {wrong: DOUBTED, grid[phase]: FINE | {"doubtful"}}
    return s.case({wrong: SCALE | {"inconclusive"}, grid[phase]: {"ok", "inconclusive"}}, told=[told], sizes=doubted)


def circuit_sibling(seed: int) -> Case:
    """The same, and a fine circuit on the same phase that agrees with the grid CT."""
    s = Scene("circuit_sibling", seed)
    s.rest()
    s.grid()
    factor, phase = s.rng.choice(FACTORS), s.any_phase()
    wrong = s.circuit(str(s.rng.choice(STEADY)), phase, gain=factor)
    s.circuit(str(s.rng.choice(STEADY)), phase)
    s.usual(int(s.rng.integers(0, 4)))
    s.notes.append(f"input {wrong} x{factor}")
    return s.case({wrong: SCALE}, told=[Told(ABOUT_SIZE, (wrong,))], sizes={wrong: {"wrong"}})


def grid_one(seed: int) -> Case:
    """One grid CT of a wrong size; two or more circuits of its phase agree with each other."""
    s = Scene("grid_one", seed)
    s.rest()
    grid = s.grid()
    factor, phase = s.rng.choice((0.5, 2.0)), s.any_phase()
    s.change(grid[phase], gain=factor)
    for _ in range(int(s.rng.integers(2, 4))):
        s.circuit(str(s.rng.choice(STEADY)), phase)
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"input {grid[phase]} x{factor}")
    wrong = {grid[phase]: SCALE | {"inconclusive"}}
    return s.case(wrong, told=[Told(ABOUT_SIZE, (grid[phase],))], sizes={grid[phase]: DOUBTED})


def grid_all(seed: int) -> Case:
    """All mains of one wrong size (the type of all three was chosen wrongly)."""
    s = Scene("grid_all", seed)
    s.rest()
    factor = s.rng.choice((0.5, 2.0))
    grid = s.grid(gain=factor)
    for phase in s.phases:
        s.circuit(str(s.rng.choice(STEADY)), phase)
        s.circuit(str(s.rng.choice(STEADY)), phase)
    s.notes.append(f"mains x{factor}")
    wrong = dict.fromkeys(grid, SCALE | OPEN)
    return s.case(wrong, told=[Told(ABOUT_SIZE, grid)], sizes=dict.fromkeys(grid, DOUBTED))


def balanced_low(seed: int) -> Case:
    """One of three CTs of a balanced load reads 40 to 70 % of its siblings."""
    s = Scene("balanced_low", seed, supply="star")
    s.rest()
    s.grid()
    kind = str(s.rng.choice(("heat pump", "charger")))
    group = s.three(kind, s.draw(kind))
    low = int(s.rng.choice(group))
    s.change(low, gain=s.rng.uniform(0.4, 0.7))
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"input {low} x{s.clamps[low].gain:.2f}")
    return s.case({low: SCALE | {"inconclusive"}}, told=[Told(ABOUT_SIZE, (low,))], sizes={low: DOUBTED})


def solar_size(seed: int) -> Case:
    """A solar CT of a wrong size, with clouds that the grid CT sees in full."""
    s = Scene("solar_size", seed)
    s.rest()
    grid = s.grid()
    phase, factor = s.any_phase(), s.rng.choice((0.5, 2.0))
    light = loads.sun(s.rng, s.seconds, "cloudy")
    wrong = s.solar(light, s.rng.uniform(2500, 5000), [phase], gain=factor)[0]
    s.usual(int(s.rng.integers(1, 4)), among=STEADY)
    s.notes.append(f"input {wrong} x{factor}")
    accepted = {wrong: SCALE | {"inconclusive"}, grid[phase]: SOFT}
    return s.case(accepted, told=[Told(ABOUT_SIZE, (wrong,))], sizes={wrong: DOUBTED})


def any_scale(seed: int) -> Case:
    """Many circuits that step, one CT out of scale: a circuit's or a grid CT, by its type or not closed."""
    s = Scene("any_scale", seed, seconds=(480, 900), supply="star")
    s.rest()
    s.grid()
    for number in range(int(s.rng.integers(5, 8))):
        s.circuit(str(s.rng.choice((*STEADY, "microwave"))), number % 3)
    wrong = int(s.rng.integers(0, len(s.clamps)))
    factor = s.rng.choice((*FACTORS, s.rng.uniform(0.5, 0.75)))
    s.change(wrong, gain=factor)
    s.notes.append(f"input {wrong} x{factor:.2f}")
    return s.case({wrong: SCALE | {"inconclusive"}}, told=[Told(ABOUT_SIZE, (wrong,))], sizes={wrong: DOUBTED})


def impossible(seed: int) -> Case:
    """A power that its own current cannot carry: 28 kW at 0.5 A."""
    s = Scene("impossible", seed)
    s.rest()
    grid = s.grid()
    numbers = [*grid, *s.usual(3)]
    wrong = int(s.rng.choice(numbers))
    s.change(wrong, power_only=float(s.rng.choice((10.0, 100.0, 250.0))))
    s.notes.append(f"input {wrong}")
    return s.case({wrong: SCALE | OPEN | {"dead"}}, told=[Told(r"current|ampere|carry| A\b", (wrong,))])


def size_control(seed: int) -> Case:
    """Everything fits, within the few percent that CTs differ."""
    s = Scene("size_control", seed)
    s.rest()
    s.grid()
    for clamp in range(len(s.clamps)):
        s.change(clamp, gain=1 + s.rng.normal(0, 0.02), noise=0.005)
    for _ in range(int(s.rng.integers(2, 7))):
        s.circuit(
            str(s.rng.choice((*loads.STEPPING, "washer", "hob"))),
            s.any_phase(),
            gain=1 + s.rng.normal(0, 0.02),
            noise=0.005,
        )
    if len(s.phases) == 3 and s.rng.random() < 0.5:
        s.three("heat pump", s.draw("heat pump"))
    return s.case(sizes={c.input: FINE for c in s.clamps}, untold=r"\b(ratio|size|twice|half|closed)\b")


def unbalanced_control(seed: int) -> Case:
    """Three CTs of one load that is not balanced: a car on one phase, a hob on two, a pump with its controls on one."""
    s = Scene("unbalanced_control", seed, supply="star")
    s.rest()
    s.grid()
    kind = str(s.rng.choice(("heat pump", "charger")))
    one, idle = s.draw(kind), loads.rest(s.rng, s.seconds).times(0.03)
    shares = {"car on one": (1, 0, 0), "two of three": (1, 1, 0), "lopsided": (1, float(s.rng.uniform(0.3, 0.7)), 1)}
    which = str(s.rng.choice(list(shares)))
    each = [one.times(share) if share else idle for share in s.rng.permutation(np.array(shares[which]))]
    s.three(kind, each)
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(which)
    # A lopsided load may be doubted, as one of its CTs may not be closed; the grid CTs say that it is right.
    return s.case()


KINDS = {
    "size": (
        circuit_alone,
        circuit_sibling,
        grid_one,
        grid_all,
        balanced_low,
        any_scale,
        solar_size,
        impossible,
        size_control,
        unbalanced_control,
    )
}
