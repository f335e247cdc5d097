"""Where clamps sit and which way round, what moves while one watches, and what only looks like it."""

from __future__ import annotations

from typing import Any

from tests.simulated.field import loads
from tests.simulated.field.case import OPEN, SCALE, SOFT, Case, Told
from tests.simulated.field.house import GRID
from tests.simulated.field.scene import Scene

FAULTY = frozenset({"reversed", "wrong_phase", "wrong_phase_reversed", "dead", "wrong_ratio", "half_open"})
NOT_OK = FAULTY | OPEN


def _rotated(s: Scene, grid: list[int], *, turned: bool) -> int:
    """Every grid CT one place on (or back), turned or not. Returns the step."""
    step = int(s.rng.choice((1, 2)))
    for number in grid:
        s.change(number, wires=((GRID, (number + step) % 3),), turned=turned)
    return step


def rest_wrong(seed: int) -> Case:
    """Rest alone, electronics of a bad power factor; grid CTs rotated and turned look better than the right ones."""
    s = Scene("rest_wrong", seed, seconds=(60, 240), supply="star")
    s.rest(hard=True)
    grid = s.grid()
    step = _rotated(s, grid, turned=bool(seed % 5))
    s.notes.append(f"+{step}{' turned' if seed % 5 else ''}")
    return s.case(dict.fromkeys(grid, {"wrong_phase_reversed", "wrong_phase"} | OPEN))


def rest_right(seed: int) -> Case:
    """The same rest, mounted right."""
    s = Scene("rest_right", seed, seconds=(60, 240), supply=None if seed % 4 else "single")
    s.rest(hard=True)
    s.grid()
    return s.case()


def busy_rotated(seed: int) -> Case:
    """Grid CTs rotated, turned or both, and a lot that switches."""
    s = Scene("busy_rotated", seed, supply="star")
    s.rest()
    grid = s.grid()
    turned = seed % 3 != 0
    step = _rotated(s, grid, turned=turned)
    for phase in s.phases:
        s.circuit(str(s.rng.choice(loads.RESISTIVE)), phase)
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"+{step}{' turned' if turned else ''}")
    word = "wrong_phase_reversed" if turned else "wrong_phase"
    return s.case(named={number: (word, (number + step) % 3) for number in grid})


def grid_turned(seed: int) -> Case:
    """One grid CT is turned; circuits and voltages tell."""
    s = Scene("grid_turned", seed)
    s.rest()
    number = int(s.rng.choice(s.grid()))
    s.change(number, turned=True)
    s.circuit(str(s.rng.choice(loads.RESISTIVE)), number)
    s.circuit(str(s.rng.choice(loads.STEPPING)), number)
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"input {number}")
    return s.case({number: {"reversed"}})


def grid_exchanged(seed: int) -> Case:
    """Two grid CTs are exchanged."""
    s = Scene("grid_exchanged", seed, supply="star")
    s.rest()
    grid = s.grid()
    a, b = map(int, s.rng.permutation(3)[:2])
    s.change(grid[a], wires=((GRID, b),))
    s.change(grid[b], wires=((GRID, a),))
    for phase in (a, b):
        s.circuit(str(s.rng.choice(loads.RESISTIVE)), phase)
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"{a} and {b}")
    return s.case(named={a: ("wrong_phase", b), b: ("wrong_phase", a)})


def circuit_misplaced(seed: int) -> Case:
    """A circuit's CT is configured on another phase than its wire, turned or not."""
    s = Scene("circuit_misplaced", seed, supply="star")
    s.rest()
    s.grid()
    phase = s.any_phase()
    turned = bool(s.rng.random() < 0.3)
    number = s.circuit(str(s.rng.choice(("kettle", "boiler", "heater", "oven"))), phase, turned=turned)
    s.change(number, phase=(phase + int(s.rng.choice((1, 2)))) % 3)
    s.usual(int(s.rng.integers(1, 4)))
    s.notes.append(f"input {number}{' turned' if turned else ''} on L{phase + 1}")
    return s.case(named={number: ("wrong_phase_reversed" if turned else "wrong_phase", phase)})


def solar_on_grid(seed: int) -> Case:
    """The solar clamp sits on the grid wire: both read the same current, whatever happens."""
    s = Scene("solar_on_grid", seed)
    s.rest()
    grid = s.grid()
    phase = s.any_phase()
    light = loads.sun(s.rng, s.seconds, str(s.rng.choice(("clear", "cloudy"))))
    number = s.solar(light, s.rng.uniform(2000, 5000), [phase])[0]
    # Whoever put it there saw production read positive by day; or did not look.
    s.change(number, wires=((GRID, phase),), turned=bool(s.rng.random() < 0.5))
    s.usual(1, among=loads.RESISTIVE, phases=[phase])
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"input {number} beside {grid[phase]}")
    return s.case({number: NOT_OK}, told=[Told(r"same|one wire|grid wire|wire of", (number, grid[phase]), all=True)])


def roles_exchanged(seed: int) -> Case:
    """The solar input carries the heat pump, and the other way round."""
    s = Scene("roles_exchanged", seed)
    s.rest()
    s.grid()
    phase = s.any_phase()
    light = loads.sun(s.rng, s.seconds, str(s.rng.choice(("clear", "cloudy"))))
    made = s.solar(light, s.rng.uniform(2000, 4500), [phase])[0]
    pump = s.circuit("heat pump", phase)
    wires = s.clamps[made].wires, s.clamps[pump].wires
    s.change(made, wires=wires[1])
    s.change(pump, wires=wires[0])
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"inputs {made}, {pump}")
    return s.case({made: NOT_OK, pump: NOT_OK}, told=[Told(r"exchang|swap|role", (made, pump))])


def load_side(seed: int) -> Case:
    """The grid CT sits on the load side of the inverter: clouds that the solar CT sees never reach it."""
    s = Scene("load_side", seed)
    s.rest()
    grid = s.grid()
    phase = s.any_phase()
    number = s.solar(loads.sun(s.rng, s.seconds, "cloudy"), s.rng.uniform(2500, 5000), [phase])[0]
    s.usual(int(s.rng.integers(1, 5)), among=loads.RESISTIVE)
    inside = tuple((circuit, phase) for circuit in s.house.flows if not circuit.startswith("solar"))
    s.change(grid[phase], wires=inside)
    s.notes.append(f"input {grid[phase]}, solar {number}")
    return s.case({grid[phase]: NOT_OK, number: SOFT}, told=[Told(".", (grid[phase],))])


def one_wire(seed: int) -> Case:
    """Two grid CTs on the same wire."""
    s = Scene("one_wire", seed, supply="star")
    s.rest()
    grid = s.grid()
    a, b = map(int, s.rng.permutation(3)[:2])
    s.change(grid[b], wires=((GRID, a),))
    for phase in (a, b):
        s.circuit(str(s.rng.choice(loads.RESISTIVE)), phase)
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"input {b} beside {a}")
    return s.case({grid[b]: {"wrong_phase"} | OPEN}, told=[Told(".", (grid[b],))])


def nested(seed: int) -> Case:
    """A feeder and the circuits that hang under it, all metered, on one phase or three."""
    s = Scene("nested", seed)
    s.rest()
    s.grid()
    phases = s.phases if len(s.phases) == 3 and s.rng.random() < 0.5 else [s.any_phase()]
    below: list[tuple[str, int]] = []
    for _ in range(int(s.rng.integers(2, 5))):
        phase = int(s.rng.choice(phases))
        s.circuit(str(s.rng.choice(loads.STEPPING)), phase)
        below.append((list(s.house.flows)[-1], phase))
    if s.rng.random() < 0.5:
        for phase in phases:
            s.house.add(f"annex {phase}", s.on(loads.rest(s.rng, s.seconds), phase))
            below.append((f"annex {phase}", phase))
    for phase in phases:
        s.clamp("Bijgebouw", phase, [wire for wire in below if wire[1] == phase])
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"{len(below)} below {len(phases)} feeder(s)")
    return s.case()


def on_neutral(seed: int) -> Case:
    """A circuit's CT or a grid CT of a star supply sits on the neutral."""
    s = Scene("on_neutral", seed, supply="star")
    s.rest()
    grid = s.grid()
    for phase in s.phases:
        s.circuit(str(s.rng.choice(loads.RESISTIVE)), phase)
    if seed % 2:
        number = grid[s.any_phase()]
        s.change(number, wires=((GRID, 3),))
        allowed: Any = NOT_OK
    else:
        number = grid[-1] + 1 + s.any_phase()
        s.change(number, wires=((s.clamps[number].wires[0][0], 3),))
        allowed = {"reversed"} | OPEN  # the neutral of one circuit is its wire the other way round
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"input {number}")
    return s.case({number: allowed})


def dead(seed: int) -> Case:
    """A grid CT shows nothing although circuits of its phase draw; or one of a balanced load's three."""
    s = Scene("dead", seed)
    s.rest()
    grid = s.grid()
    phase = s.any_phase()
    for _ in range(2):
        s.circuit(str(s.rng.choice(loads.RESISTIVE)), phase)
    wrong = grid[phase]
    if len(s.phases) == 3 and seed % 2:
        wrong = s.three("heat pump", s.draw("heat pump"))[phase]
    s.change(wrong, gain=0.0)
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"input {wrong}")
    return s.case({wrong: {"dead"} | SCALE | OPEN}, told=[Told(".", (wrong,))])


KINDS = {
    "mounting": (
        rest_wrong, rest_right, busy_rotated, grid_turned, grid_exchanged, circuit_misplaced,
        solar_on_grid, roles_exchanged, load_side, one_wire, nested, on_neutral, dead,
    )
}  # fmt: skip
