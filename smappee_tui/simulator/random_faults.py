"""Random faults for random sites, as often and of such kinds as electricians make them."""

from __future__ import annotations

import random
from typing import Protocol

from smappee_tui.simulator.cts import Ct
from smappee_tui.simulator.faults import Fault
from smappee_tui.simulator.house import MAINS
from smappee_tui.simulator.site import Site

_WEIGHTS = {
    "reversed": 38,
    "phase": 20,
    "phase+reversed": 10,
    "mains swapped": 17,
    "mains rotated": 8,
    "group reversed": 7,
}


class FaultOptions(Protocol):
    """The part of the options that this module needs."""

    @property
    def faulty_share(self) -> float:
        """Share of sites with faults."""

    @property
    def other_share(self) -> float:
        """Share of faulty sites with a fault that is not wiring."""


def draw_faults(site: Site, rng: random.Random, options: FaultOptions) -> list[Fault]:
    """Half of the sites (by default) get 1, 2 or 3 faults (70, 20, 10 %), never two on the same CT."""
    if rng.random() >= options.faulty_share:
        return []
    count = rng.choices((1, 2, 3), (70, 20, 10))[0]
    free = [ct for ct in site.cts if ct.role != "UNUSED"]
    faults: list[Fault] = []
    if rng.random() < options.other_share and free:
        faults.append(_other(free.pop(rng.randrange(len(free))), rng))
        count -= 1
    for _ in range(count):
        drawn = _wiring(site, free, rng)
        faults += drawn
        used = {number for fault in drawn for number in fault.inputs}
        free = [ct for ct in free if ct.input not in used]
    return faults


def _other(ct: Ct, rng: random.Random) -> Fault:
    kind = rng.choice(("dead", "half-open", "ratio"))
    if kind == "ratio":
        return Fault("ratio", (ct.input,), factor=rng.choice((0.25, 0.5, 2.0, 4.0)))
    return Fault("dead" if kind == "dead" else "half-open", (ct.input,))


def _wiring(site: Site, free: list[Ct], rng: random.Random) -> list[Fault]:
    if not free:
        return []
    three = site.house.ports == 3
    kind = rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    mains = [ct.input for ct in free if ct.circuit == MAINS]
    if kind.startswith("mains") and three and len(mains) >= 2:
        if kind == "mains rotated" and len(mains) == 3:
            turn = mains if rng.random() < 0.5 else mains[::-1]
            return [Fault("rotated", tuple(turn))]
        return [Fault("swapped", tuple(rng.sample(mains, 2)))]
    ct = rng.choice(free)
    group = [other for other in free if other.circuit == ct.circuit]
    if kind == "group reversed":
        return [Fault("reversed", (other.input,)) for other in group]
    if kind.startswith("phase") and three:
        if len(group) > 1:
            # Clamps of one load are exchanged with each other; one alone on a foreign wire is rare.
            pair = rng.sample(group, 2)
            moved = [Fault("swapped", (pair[0].input, pair[1].input))]
        else:
            moved = [Fault("phase", (ct.input,), phase=(ct.phase + rng.choice((1, 2))) % 3)]
        if kind == "phase+reversed":
            moved.append(Fault("reversed", (moved[0].inputs[0],)))
        return moved
    return [Fault("reversed", (ct.input,))]
