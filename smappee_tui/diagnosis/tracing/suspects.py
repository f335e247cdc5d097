"""Suspects: what of a moment may be one breaker, and whether the grid meter agrees with what the circuits showed.

Several inputs are one suspect where they are one load: the CTs of a three-phase load, or two CTs that see the same
current, one circuit feeding the other. What the grid meter saw beyond that is a suspect of its own: a load that no CT
sees. All of them together are one as well, a breaker that feeds several circuits, until a second switching tells.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from smappee_tui.diagnosis.model.channels import PHASES, Role
from smappee_tui.diagnosis.tracing.moments import Moment, Moved, alike_size

Agreement = Literal["agrees", "differs", "unknown"]
SAME_CURRENT = 0.12
"""How far two CTs on one current may differ, of the larger."""
WIDE = 0.2
"""The same of the CTs of one three-phase load."""
FITS, FITS_LEAST = 0.15, 45.0
"""How far the grid meter may be off what circuits showed: of it, and W."""
STILL = 60.0
"""A grid CT without a step has moved less, VA."""
MOST_CURRENTS = 4
"""More loads at one moment are not laid out over the grid's phases."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One thing that may have been switched."""

    inputs: frozenset[int]
    """Inputs that saw it; none where only the grid meter did."""
    unseen: frozenset[int] = frozenset()
    """Grid CTs that saw a load which no circuit's CT saw."""
    through: frozenset[int] = frozenset()
    """Of the inputs: those that see the same current further up."""
    several: bool = False
    """More than one load moved at the moment; this is all of them."""

    def is_like(self, other: Suspect) -> bool:
        """Whether this is the same at another moment: of a load between two lines, one grid CT may show too little."""
        return self.inputs == other.inputs and (self.unseen == other.unseen or bool(self.unseen & other.unseen))


@dataclass(frozen=True, slots=True)
class Lineup:
    """The suspects of one moment."""

    moment: Moment
    parts: tuple[Suspect, ...]
    """Each load that moved."""
    whole: Suspect
    """All of them as one breaker; the same as the only part where there is one."""
    agreement: Agreement
    """Of the grid meter with the circuits."""

    def sized(self, suspect: Suspect) -> tuple[Moved, ...]:
        """The steps of a suspect, largest first."""
        steps = {**self.moment.grid, **self.moment.circuits}
        mine = (steps[n] for n in suspect.inputs | suspect.unseen if n in steps)
        return tuple(sorted(mine, key=lambda step: -abs(step.size)))

    @property
    def one_way(self) -> bool:
        """All went on, or all went off: only then may one breaker have done it."""
        steps = [s for part in self.parts if part.inputs for s in self.sized(part)]
        return len({s.on for s in steps}) <= 1


def line_up(moment: Moment, roles: Mapping[int, Role], below: Mapping[int, int], delta: bool) -> Lineup:
    """Who may have been switched.

    Args:
        moment: what moved.
        roles: of the configured inputs.
        below: by input the circuit under which it is known to hang.
        delta: a load lies between two lines, and up to three grid CTs see a part of it.
    """
    loads = list(_three_phase(moment, roles))
    left = {n: s for n, s in moment.circuits.items() if not any(n in load for load in loads)}
    loads += [frozenset({n}) for n in left]
    parts = [Suspect(load) for load in loads]
    metered = any(role.grid for role in roles.values())
    agreement, odd = _agreement(moment, parts, roles, delta)
    for joined in _shared(moment, parts, below, agreement, metered):
        again, rest = _agreement(moment, joined, roles, delta)
        if again == "agrees" or agreement == again == "unknown":
            parts, agreement, odd = joined, again, rest
            break
    if moment.grid and (not parts or odd):
        parts = [*parts, Suspect(frozenset(), odd if parts else frozenset(moment.grid))]
    whole = parts[0]
    if len(parts) > 1:
        whole = Suspect(
            frozenset().union(*(part.inputs for part in parts)),
            frozenset().union(*(part.unseen for part in parts)),
            frozenset().union(*(part.through for part in parts)),
            several=True,
        )
    return Lineup(moment, tuple(parts), whole, agreement)


def _three_phase(moment: Moment, roles: Mapping[int, Role]) -> Iterator[frozenset[int]]:
    """Loads on several phases: the CTs that are configured as one, or three alike on three phases of the grid meter."""
    groups: dict[object, set[int]] = {}
    for number in moment.circuits:
        role = roles.get(number)
        if role is not None and (role.group or role.paired):
            groups.setdefault(role.group or (role.generates, role.stores, "pair"), set()).add(number)
    taken: set[int] = set()
    for members in groups.values():
        if len(members) > 1 and len({moment.circuits[n].on for n in members}) == 1:
            taken |= members
            label = {roles[n].group for n in members}
            yield frozenset(members | {n for n in moment.vague if n in roles and roles[n].group in label - {""}})
    rest = sorted(n for n in moment.circuits if n not in taken)
    if len(rest) == PHASES and len(moment.grid) == PHASES:
        sizes = [moment.circuits[n] for n in rest]
        alike = all(alike_size(a, b, WIDE, 20.0) for a, b in itertools.combinations(sizes, 2))
        if alike and len({s.on for s in sizes}) == 1:
            yield frozenset(rest)


def _shared(
    moment: Moment, parts: Sequence[Suspect], below: Mapping[int, int], agreement: Agreement, metered: bool
) -> Iterator[list[Suspect]]:
    """The parts again with two of them as one current seen twice, where they are of one size and way.

    Where there is a grid meter (`metered`) it must have moved, and not by both.
    """
    for one, other in itertools.permutations(parts, 2):
        if len(one.inputs) != 1 or len(other.inputs) != 1:
            continue
        (a,), (b,) = one.inputs, other.inputs
        first, second = moment.circuits[a], moment.circuits[b]
        hangs = below.get(a) == b
        if first.on != second.on or not alike_size(first, second, SAME_CURRENT, 10.0):
            continue
        if hangs or agreement == "differs" or (agreement == "unknown" and bool(moment.grid) == metered):
            known = frozenset({b}) if hangs else frozenset()
            rest = [part for part in parts if part not in (one, other)]
            yield [Suspect(frozenset({a, b}), through=known), *rest]


def _agreement(
    moment: Moment, parts: Sequence[Suspect], roles: Mapping[int, Role], delta: bool
) -> tuple[Agreement, frozenset[int]]:
    """Whether the grid CTs moved by what these loads are, on whatever phases they may really be.

    Returns:
        The word, and the grid CTs that stepped by something else.
    """
    grid = [n for n, role in roles.items() if role.grid]
    none: frozenset[int] = frozenset()
    if not grid or not parts or any(n in moment.vague for n in grid):
        return "unknown", none
    if delta:
        largest = max(abs(_current(moment, part)[0]) for part in parts)
        most = max((step.high for step in moment.grid.values()), default=0.0)
        return ("agrees" if len(parts) == 1 and 0.4 * largest <= most <= 1.6 * largest else "unknown"), none
    currents: list[tuple[float, int]] = []
    for part in parts:
        if len(part.inputs) > 1 and not part.through and len(part.inputs) >= PHASES:
            currents += [_signed(moment.circuits[n], roles) for n in part.inputs if n in moment.circuits]
        else:
            currents.append(_current_of(moment, part, roles))
    if len(currents) > MOST_CURRENTS:
        return "unknown", none
    ways = itertools.product(range(len(grid)), repeat=len(currents))
    odd, _ = min((_laid_out(moment, grid, currents, way) for way in ways), key=lambda found: (len(found[0]), found[1]))
    return ("differs" if odd else "agrees"), frozenset(n for n in odd if n in moment.grid)


def _current(moment: Moment, part: Suspect) -> tuple[float, int]:
    steps = [moment.circuits[n] for n in part.inputs if n in moment.circuits]
    return max((s.size for s in steps), key=abs), 0


def _current_of(moment: Moment, part: Suspect, roles: Mapping[int, Role]) -> tuple[float, int]:
    """One current, of the CT that shows it clearest."""
    steps = [moment.circuits[n] for n in part.inputs if n in moment.circuits]
    return _signed(max(steps, key=lambda s: abs(s.size)), roles)


def _signed(step: Moved, roles: Mapping[int, Role]) -> tuple[float, int]:
    role = roles.get(step.input)
    return step.size * (role.flow if role is not None else 1), step.input


def _laid_out(
    moment: Moment, grid: Sequence[int], currents: Sequence[tuple[float, int]], way: Sequence[int]
) -> tuple[frozenset[int], float]:
    """What the grid CTs show if the currents are on their phases in this way.

    Returns:
        Grid CTs that do not show what they must, and how far the others are off, VA.
    """
    odd: set[int] = set()
    off = 0.0
    for place, number in enumerate(grid):
        mine = [size for (size, _), wire in zip(currents, way, strict=True) if wire == place]
        size, total = abs(sum(mine)), sum(map(abs, mine))
        near = FITS * total + FITS_LEAST
        step = moment.grid.get(number)
        low, high = (0.0, STILL) if step is None else (step.low, step.high)
        away = max(low - size, size - high, 0.0)
        if away > near:
            odd.add(number)
        else:
            off += away
    return frozenset(odd), off
