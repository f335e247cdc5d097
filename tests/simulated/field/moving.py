"""What changes while one watches: clamps moved, flags set, a restart, a measuring part that hangs."""

from __future__ import annotations

import numpy as np

from tests.simulated.field import loads
from tests.simulated.field.case import OPEN, Case, Told
from tests.simulated.field.house import GRID
from tests.simulated.field.scene import Scene


def put_right(seed: int) -> Case:
    """Two grid clamps (or one turned circuit) are wrong at first and put right while one watches."""
    s = Scene("put_right", seed, seconds=(360, 900), supply="star")
    s.rest()
    grid = s.grid()
    a, b = map(int, s.rng.permutation(3)[:2])
    half = round(s.seconds * s.rng.uniform(0.35, 0.55))
    for phase in (a, b):
        s.circuit(str(s.rng.choice(loads.RESISTIVE)), phase, many=(5, 9))
    if seed % 2:
        s.change(grid[a], wires=((GRID, b),), moves=((half, {"wires": ((GRID, a),)}),))
        s.change(grid[b], wires=((GRID, a),), moves=((half, {"wires": ((GRID, b),)}),))
    else:
        number = s.circuit("boiler", a, turned=True, many=(6, 9))
        s.change(number, moves=((half, {"turned": False}),))
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"right from {half} s on, {'exchanged' if seed % 2 else 'turned circuit'}")
    return s.case()


def turned_midway(seed: int) -> Case:
    """A clamp that was right is turned while one watches; the old verdict must go."""
    s = Scene("turned_midway", seed, seconds=(360, 900))
    s.rest()
    grid = s.grid()
    half = round(s.seconds * s.rng.uniform(0.4, 0.6))
    phase = s.any_phase()
    number = s.circuit(str(s.rng.choice(("boiler", "kettle", "heater"))), phase, many=(6, 9))
    s.usual(int(s.rng.integers(1, 4)))
    wrong = number if seed % 2 else grid[phase]
    s.change(wrong, moves=((half, {"turned": True}),))
    s.notes.append(f"input {wrong} from {half} s on")
    return s.case({wrong: {"reversed", "inconclusive"}})


def restart(seed: int) -> Case:
    """All CTs flip at one moment, as after a restart with another setting: one common cause."""
    s = Scene("restart", seed, seconds=(360, 900))
    s.rest()
    grid = s.grid()
    s.usual(int(s.rng.integers(2, 5)), among=loads.RESISTIVE)
    half = round(s.seconds * s.rng.uniform(0.35, 0.6))
    for clamp in s.clamps:
        s.change(clamp.input, moves=((half, {"turned": True}),))
    s.notes.append(f"from {half} s on")
    return s.case(others={"reversed"} | OPEN, told=[Told(".", grid, all=True)])


def inverter_starts(seed: int) -> Case:
    """The opposite: a three-phase inverter starts, and all grid CTs change sign within seconds. Nothing is wrong."""
    s = Scene("inverter_starts", seed, seconds=(360, 900), supply="star")
    s.rest()
    s.grid()
    s.usual(int(s.rng.integers(1, 4)))
    half = round(s.seconds * s.rng.uniform(0.3, 0.6))
    runs = loads.ramped((np.arange(s.seconds) > half) * 1.0, s.rng.uniform(1.5, 12))
    light = runs * loads.sun(s.rng, s.seconds, "clear")
    metered = s.rng.random() < 0.6
    s.solar(light, s.rng.uniform(6000, 12000), s.phases, metered=bool(metered))
    s.notes.append(f"from {half} s on, {'metered' if metered else 'unmetered'}")
    return s.case()


def battery_turns(seed: int) -> Case:
    """The opposite: a three-phase battery charges and gives by turns; the grid CTs change sign with it each time."""
    s = Scene("battery_turns", seed, seconds=(360, 900), supply="star")
    s.rest()
    s.grid()
    s.usual(int(s.rng.integers(2, 5)), among=loads.RESISTIVE)
    gives = loads.ramped(loads.cycles(s.rng, s.seconds, (2.0, 5.0)), s.rng.uniform(1, 4))
    flow = loads.battery(s.rng, (1 - 2 * gives) * s.rng.uniform(1200, 3000))
    numbers = s.three("charger", flow, name=str(s.rng.choice(("Battery", "Batterij", "Kring 9"))))
    s.notes.append(f"inputs {numbers}")
    return s.case()


def flag_set(seed: int) -> Case:
    """A turned clamp is turned back in the app while one watches: right from then on, and the old verdict goes."""
    s = Scene("flag_set", seed, seconds=(360, 900))
    s.rest()
    grid = s.grid()
    half = round(s.seconds * s.rng.uniform(0.35, 0.55))
    phase = s.any_phase()
    number = s.circuit(str(s.rng.choice(loads.RESISTIVE)), phase, many=(6, 9))
    wrong = number if seed % 2 else grid[phase]
    s.usual(int(s.rng.integers(1, 4)))
    s.change(wrong, turned=True, moves=((half, {"turned": False}),))
    s.set_later.append((half, wrong, {"flag": True}))
    s.notes.append(f"input {wrong}, flag at {half} s")
    return s.case()


def hangs(seed: int) -> Case:
    """Not one value has changed for ten minutes: the measuring part hangs, and nothing it shows proves anything."""
    s = Scene("hangs", seed, seconds=(640, 900))
    s.rest()
    s.grid()
    s.usual(int(s.rng.integers(1, 5)))
    s.hangs_from = int(s.rng.integers(0, s.seconds - 610))
    s.notes.append(f"from {s.hangs_from} s on")
    allowed = {"others": OPEN} if s.hangs_from < 5 else {}
    return s.case(told=[Told(r"frozen|same value|not changed|hang|stuck|has changed")], **allowed)


def quiet(seed: int) -> Case:
    """The opposite: an empty house at night, where next to nothing changes."""
    s = Scene("quiet", seed, seconds=(640, 900), night=True)
    for phase in s.phases:
        s.hidden(loads.rest(s.rng, s.seconds).times(s.rng.uniform(0.05, 0.3)), phase)
    s.grid()
    s.usual(3, among=("fridge",))
    return s.case(untold=r"frozen|same value|not changed|hang|stuck")


KINDS = {"moving": (put_right, turned_midway, restart, inverter_starts, battery_turns, flag_set, hangs, quiet)}
