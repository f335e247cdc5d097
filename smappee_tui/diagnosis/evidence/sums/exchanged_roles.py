"""Whether an input behaves as its role: the sun gives by day and smoothly, a load takes, and switches.

Two CTs in each other's input are not two turned clamps, although both read with the wrong sign: the "solar" one goes
on and off and runs by night, the "load" follows the sun. Each of those says something by itself; weights are nats,
capped, and signs count little, for a clamp turned round explains them as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from smappee_tui.diagnosis.evidence.sums.balance import enough, often
from smappee_tui.diagnosis.evidence.sums.blocks import Blocks, BoolArray, FloatArray, longest, once, quantile
from smappee_tui.diagnosis.evidence.sums.shared_current import draws
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.weights import ROLE_BY_NIGHT, ROLE_SIGN, ROLE_STEADY, ROLE_SWITCHED, ROLES_CLEAR

LOADED = 100.0
"""W from which on a CT shows how it behaves."""
OFF_SHARE, ON_SHARE = 0.05, 0.4
"""Of its top (95th percentile): at most so much is off, at least so much is on."""
WITHIN = 2
"""Stretches from off to on: a mean may be half of each. The sun needs an hour."""
SWITCHES = 2
"""Times that a load must have gone from off to on or back."""
NIGHT_SHARE = 0.05
"""Share of its loaded time by night from which on no sun feeds it."""
LEAST_DAY = 3600.0
"""s of load by day before "never by night" means anything."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one CT behaves, whatever its role says."""

    input: int
    load: float
    """Nats for a load, against a source that follows the sun; 0 where it never was loaded."""
    switched: int
    """Times that it went from off to on or back."""
    night: float | None
    """Share of its loaded time that is night; None where nobody knows when night is."""
    against: bool
    """It reads with the sign of the other role, mostly."""
    watts: float
    """Its top, W."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A production input that behaves as a load."""

    production: int
    load: int | None
    """The input that behaves as the production should; None where none does: then it may sit on any other wire."""
    behaviours: tuple[Behaviour, ...]
    """Of the one, and of the other."""
    score: float
    """Nats for it."""


def behaviour(blocks: Blocks, role: Role, night: BoolArray | None) -> Behaviour:
    """Weigh how one CT behaves.

    Args:
        blocks: stretches in order.
        role: the CT's.
        night: which stretches are certainly night at the place; None where nobody knows.
    """
    watts = blocks.power(role.input)
    size = np.abs(watts)
    present = np.isfinite(watts)
    loaded = present & (size >= LOADED)
    known = longest(blocks.seconds, present)
    if not often(blocks, loaded, known):
        return Behaviour(role.input, 0.0, 0, None, False, float(np.max(size[present], initial=0.0)))
    (top,) = quantile(size[loaded], 0.95)
    switched = _switched(size, present, top)
    against = longest(blocks.seconds, loaded & (watts < 0)) > 0.8 * longest(blocks.seconds, loaded)
    score = ROLE_SWITCHED * min(switched, 2 * SWITCHES) / SWITCHES if switched >= SWITCHES else -ROLE_STEADY
    score += ROLE_SIGN * (1 if against == role.generates else -1)
    share = None
    if night is not None and (present & night).any():
        total = longest(blocks.seconds, loaded)
        share = longest(blocks.seconds, loaded & night) / total
        if share >= NIGHT_SHARE and enough(blocks, loaded & night, known):
            score += ROLE_BY_NIGHT
        elif share == 0 and total >= LEAST_DAY and switched < SWITCHES:
            score -= ROLE_BY_NIGHT
    return Behaviour(role.input, score, switched, share, against, top)


def _switched(size: FloatArray, present: BoolArray, top: float) -> int:
    """How often it went from off to on, or back, at once."""
    known = size[present]
    state = np.where(known >= ON_SHARE * top, 1, np.where(known <= max(OFF_SHARE * top, 15.0), 0, -1))
    places = np.flatnonzero(state >= 0)
    changes = state[places[:-1]] != state[places[1:]]
    return int((changes & (np.diff(places) <= WITHIN)).sum())


@once
def exchanges(blocks: Blocks, roles: Mapping[int, Role], night: BoolArray | None = None) -> tuple[Exchange, ...]:
    """Production inputs that behave as loads do, each with the one input that behaves as the sun does, if one does.

    Storage is left out: it takes and gives, at any hour.
    """
    used = {n: r for n, r in roles.items() if n in blocks and not r.grid and not r.stores}
    behaviours = {n: behaviour(blocks, role, night) for n, role in used.items()}
    suns = [n for n, r in used.items() if not r.generates and behaviours[n].load <= -ROLES_CLEAR / 2]
    found = []
    for n, role in used.items():
        mine = behaviours[n]
        if not role.generates or mine.load < ROLES_CLEAR:
            continue
        # A source need not be the sun: an engine runs by night and is switched. Beside an input that follows the sun,
        # or where it takes, it is none.
        partners = sorted(suns, key=lambda k: behaviours[k].load)
        gives = [k for k in partners if behaviours[k].against or (night is not None and behaviours[k].night == 0)]
        if gives and mine.load - behaviours[gives[0]].load >= 2 * ROLES_CLEAR - 0.5:
            other = gives[0]
            found.append(Exchange(n, other, (mine, behaviours[other]), mine.load - behaviours[other].load))
        elif draws(blocks, n):
            found.append(Exchange(n, None, (mine,), mine.load))
    return tuple(found)
