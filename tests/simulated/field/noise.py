"""Meters as they are: noise of their own, seconds that are not shared, gains that differ, and coincidences."""

from __future__ import annotations

from tests.simulated.field import loads
from tests.simulated.field.case import Case
from tests.simulated.field.house import GRID
from tests.simulated.field.scene import Scene

BUSY = (*loads.STEPPING, "washer", "hob", "fridge")


def _noisy(s: Scene, *, noise: float = 0.0, skew: int = 0, gain: float = 0.006) -> None:
    """Give every CT its noise and gain, and every hub of four its lag."""
    hubs = s.rng.integers(0, skew + 1, 8)
    for clamp in s.clamps:
        s.change(
            clamp.input, noise=noise, late=int(hubs[clamp.input // 4]), gain=clamp.gain * (1 + s.rng.normal(0, gain))
        )
    s.notes.append(f"noise {noise:.3f}, late {hubs[: len(s.clamps) // 4 + 1].tolist()}, gain {gain:.3f}")


def _busy(kind: str, seed: int, *, supply: str | None = None) -> Scene:
    s = Scene(kind, seed, supply=supply)
    s.rest()
    s.grid()
    s.usual(int(s.rng.integers(3, 8)), among=BUSY)
    if s.rng.random() < 0.4:
        phases = s.phases if s.rng.random() < 0.4 else [s.any_phase()]
        s.solar(loads.sun(s.rng, s.seconds, "cloudy"), s.rng.uniform(2000, 5000), phases)
    if len(s.phases) == 3 and s.rng.random() < 0.4:
        s.three("heat pump", s.draw("heat pump"))
    for phase in s.phases:
        if s.rng.random() < 0.5:
            s.hidden(s.draw(str(s.rng.choice(BUSY))), phase)
    return s


def own_noise(seed: int) -> Case:
    """Every CT has 1 % noise of its own."""
    s = _busy("own_noise", seed)
    _noisy(s, noise=s.rng.uniform(0.007, 0.013))
    return s.case()


def late_hubs(seed: int) -> Case:
    """Hubs up to 2 s late against each other."""
    s = _busy("late_hubs", seed)
    _noisy(s, skew=2)
    return s.case()


def gains(seed: int) -> Case:
    """Meters that differ by 3 %."""
    s = _busy("gains", seed)
    _noisy(s, gain=0.03, noise=0.003)
    return s.case()


def everything(seed: int) -> Case:
    """All of it together."""
    s = _busy("everything", seed)
    _noisy(s, noise=0.007, skew=2, gain=0.02)
    return s.case()


def other_clock(seed: int) -> Case:
    """Hobs and ovens that flicker, on circuits of a meter whose seconds the grid CTs do not share at all."""
    s = Scene("other_clock", seed)
    s.rest()
    grid = s.grid()
    for _ in range(int(s.rng.integers(2, 5))):
        s.circuit(str(s.rng.choice(("oven", "hob", "washer"))), s.any_phase(), many=(1.5, 3.0))
    s.usual(int(s.rng.integers(0, 3)))
    late = int(s.rng.integers(2, 6))
    for number in grid:
        s.change(number, late=late, noise=0.004)
    s.notes.append(f"grid {late} s late")
    return s.case()


def coincidence(seed: int) -> Case:
    """Loads of about one size go on and off in the same seconds on different phases, again and again."""
    s = Scene("coincidence", seed, supply="star")
    s.rest()
    s.grid()
    on = loads.cycles(s.rng, s.seconds, (3.0, 7.0))
    watts = s.rng.uniform(900, 2400)
    for phase in map(int, s.rng.permutation(3)[: int(s.rng.integers(2, 4))]):
        one = loads.flow(on * watts * s.rng.uniform(0.9, 1.1), s.rng.normal(0, 1.5), 0.01)
        if s.rng.random() < 0.7:
            s.circuit(str(s.rng.choice(loads.RESISTIVE)), phase, one)
        else:
            s.hidden(one, phase)
    s.usual(int(s.rng.integers(0, 4)))
    return s.case()


def noisy_turned(seed: int) -> Case:
    """The opposite: a noisy site with late hubs, and one circuit that really is turned."""
    s = _busy("noisy_turned", seed)
    number = s.circuit(str(s.rng.choice(("boiler", "heater", "kettle"))), s.any_phase(), turned=True)
    _noisy(s, noise=s.rng.uniform(0.003, 0.01), skew=1, gain=0.02)
    s.notes.append(f"input {number}")
    return s.case({number: {"reversed", "inconclusive"}})


def noisy_exchanged(seed: int) -> Case:
    """The opposite: two grid CTs exchanged on a noisy site."""
    s = _busy("noisy_exchanged", seed, supply="star")
    a, b = map(int, s.rng.permutation(3)[:2])
    s.change(a, wires=((GRID, b),))
    s.change(b, wires=((GRID, a),))
    for phase in (a, b):
        s.circuit(str(s.rng.choice(loads.RESISTIVE)), phase)
    _noisy(s, noise=s.rng.uniform(0.003, 0.01), skew=1, gain=0.02)
    s.notes.append(f"inputs {a}, {b}")
    wrong = {"wrong_phase", "inconclusive"}
    return s.case({a: wrong, b: wrong})


KINDS = {"noise": (own_noise, late_hubs, gains, everything, other_clock, coincidence, noisy_turned, noisy_exchanged)}
