"""Field cases: analogues of what installers report, played by a virtual house of their own and drawn anew by seed.

The house is independent of the simulator's: phasors in columns, meters that do not share their seconds, anybody may
generate. `field_case(kind, seed)` gives the messages and what must and must not be said of them.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.simulated.field import delta, generation, healthy, mounting, moving, noise, size
from tests.simulated.field.case import Case

GROUPS: dict[str, tuple[Callable[[int], Case], ...]] = {
    **size.KINDS, **generation.KINDS, **mounting.KINDS, **moving.KINDS, **delta.KINDS, **noise.KINDS, **healthy.KINDS,
}  # fmt: skip
KINDS: dict[str, Callable[[int], Case]] = {make.__name__: make for makes in GROUPS.values() for make in makes}


def field_case(kind: str, seed: int) -> Case:
    """A case of one kind; the same seed gives the same bytes."""
    return KINDS[kind](seed)


def kinds(words: str) -> list[str]:
    """Names of kinds and of groups, with commas between, as names of kinds; empty: all."""
    found = []
    for word in words.split(",") if words else GROUPS:
        found += [make.__name__ for make in GROUPS[word]] if word in GROUPS else [word]
    return found
