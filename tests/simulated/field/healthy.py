"""The opposites: houses where nothing is wrong and something looks as if it were."""

from __future__ import annotations

from tests.simulated.field import loads
from tests.simulated.field.case import Case
from tests.simulated.field.scene import Scene


def balanced_control(seed: int) -> Case:
    """A balanced load so large that all grid CTs show the same current: they are three wires nevertheless."""
    s = Scene("balanced_control", seed, supply="star")
    s.rest()
    s.grid()
    kind = str(s.rng.choice(("heat pump", "charger")))
    s.three(kind, s.draw(kind).times(s.rng.uniform(1, 2)))
    s.usual(int(s.rng.integers(0, 2)))
    return s.case(untold=r"one wire|same wire|same current")


def export_control(seed: int) -> Case:
    """Much sun and next to no load: the grid CT shows what the solar CT shows, and both are right."""
    s = Scene("export_control", seed)
    for phase in s.phases:
        s.hidden(loads.rest(s.rng, s.seconds).times(s.rng.uniform(0.4, 0.7)), phase)
    s.grid()
    phase = s.any_phase()
    s.solar(loads.sun(s.rng, s.seconds, str(s.rng.choice(("clear", "cloudy")))), s.rng.uniform(2000, 5000), [phase])
    if s.rng.random() < 0.6:
        s.circuit(str(s.rng.choice(loads.STEPPING)), phase)
    return s.case(untold=r"one wire|same wire|same current|grid wire")


def roles_control(seed: int) -> Case:
    """Fast clouds that look like switching beside a heat pump that follows slowly: each is what it is."""
    s = Scene("roles_control", seed)
    s.rest()
    s.grid()
    phase = s.any_phase()
    s.solar(loads.sun(s.rng, s.seconds, "cloudy"), s.rng.uniform(2000, 4500), [phase])
    slow = loads.ramped(loads.cycles(s.rng, s.seconds, (1.0, 2.0)), s.rng.uniform(40, 120))
    watts = (0.2 + 0.8 * slow) * s.rng.uniform(1200, 3000) * loads.wander(s.rng, s.seconds, 0.02)
    s.circuit("heat pump", phase, loads.flow(watts, s.rng.uniform(-8, 10), 0.15))
    s.usual(int(s.rng.integers(1, 4)))
    return s.case(untold=r"exchang|swap")


def idle_control(seed: int) -> Case:
    """One phase next to empty in a busy house: its grid CT is not dead."""
    s = Scene("idle_control", seed, supply="star")
    empty = s.any_phase()
    busy = [phase for phase in s.phases if phase != empty]
    s.rest(phases=busy)
    if s.rng.random() < 0.6:
        s.hidden(loads.rest(s.rng, s.seconds).times(0.08), empty)
    s.grid()
    s.usual(int(s.rng.integers(2, 6)), phases=busy)
    if s.rng.random() < 0.5:
        s.circuit("kettle", empty, loads.flow(loads.wander(s.rng, s.seconds, 0.1) * 2.0, -60.0))
    return s.case()


def flag_control(seed: int) -> Case:
    """Clamps that sit turned and are turned back in the app, on a busy house: nothing is wrong."""
    s = Scene("flag_control", seed)
    s.rest()
    s.grid()
    s.usual(int(s.rng.integers(3, 7)))
    for clamp in s.clamps:
        if s.rng.random() < 0.5:
            s.change(clamp.input, flag=True)
    if s.rng.random() < 0.5:
        s.solar(loads.sun(s.rng, s.seconds, "cloudy"), 4000.0, [s.any_phase()], flag=True)
    return s.case()


KINDS = {"healthy": (balanced_control, export_control, roles_control, idle_control, flag_control)}
