"""A guided test as an operator does it: a heater on each phase and circuit in turn, and his marks, a little late."""

from __future__ import annotations

import random
from dataclasses import dataclass

from smappee_tui.protocol.received import Mark
from smappee_tui.simulator.house.circuits import UNMETERED
from smappee_tui.simulator.house.site import VirtualSite


@dataclass(frozen=True, slots=True)
class GuidedStep:
    """The heater on one circuit. Times in s since the start."""

    on: float
    off: float
    circuit: str
    port: int
    input: int | None
    """Channel that the operator names, None for a socket behind the grid meter only."""
    watts: float
    """What the heater really takes at rated voltage."""
    nameplate: float
    """What the operator says."""
    on_delay: float
    """How late he marks switching on, in s."""
    off_delay: float


@dataclass(frozen=True, slots=True)
class GuidedPlan:
    """All steps of a guided test, in order."""

    steps: tuple[GuidedStep, ...]

    @property
    def seconds(self) -> float:
        """Length of the whole test with some rest after the last step."""
        return (self.steps[-1].off if self.steps else 0.0) + 8.0

    def heater(self, t: float) -> tuple[str, int, float]:
        """Circuit, port and mean watts of the heater over the second that ends at `t`; 0 W when off."""
        for step in self.steps:
            overlap = min(t, step.off) - max(t - 1.0, step.on)
            if overlap > 0.0:
                return step.circuit, step.port, step.watts * min(1.0, overlap)
        return UNMETERED, 0, 0.0

    def marks(self, start: float) -> list[Mark]:
        """The operator's marks for a test that began at `start` s since 1970."""
        marks = []
        for step in self.steps:
            marks.append(Mark(start + step.on + step.on_delay, "load-on", step.nameplate, step.input))
            marks.append(Mark(start + step.off + step.off_delay, "load-off", step.nameplate, step.input))
        return marks


def place_of(site: VirtualSite, number: int | None, phase: int = 0) -> tuple[str, int]:
    """Circuit and port where a person plugs in who was told a channel's name, or for None a phase (0 = L1).

    He knows names only, so it is where the channel is meant to be, whatever its CT really does. Raises KeyError for an
    input that is not there.
    """
    ct = site.ct(number) if number is not None else None
    circuit = site.circuit_of(ct) if ct is not None else None
    if ct is None or circuit is None or circuit not in site.house.circuits:
        return UNMETERED, (phase if ct is None else ct.phase) % site.house.ports
    ports = site.house.circuits[circuit].ports
    return circuit, ports[0] if len(ports) == 1 else ct.phase % site.house.ports


def plan_for(
    site: VirtualSite,
    seed: str,
    *,
    watts: float = 2000.0,
    first: float = 20.0,
    on: float = 12.0,
    every: float = 20.0,
    cycles: int = 1,
    late: float = 2.0,
) -> GuidedPlan:
    """A plan for a site: every phase behind the grid meter, then every submetered channel, `cycles` times each.

    The heater takes `watts` within 5 %; marks come 0 to `late` s after the fact (`late` at most 2).
    The operator knows names only, so he plugs in where each channel is meant to be, whatever its CT really does.
    """
    rng = random.Random(f"{seed}/guided")
    real = watts * rng.uniform(0.95, 1.05)
    places: list[tuple[str, int, int | None]] = [(UNMETERED, port, None) for port in range(site.house.ports)]
    for ct in site.cts:
        if ct.role == "CONSUMPTION" and ct.connection == "SUBMETER" and ct.circuit is not None:
            places.append((*place_of(site, ct.input), ct.input))
    steps = []
    t = first
    for circuit, port, number in places:
        for _ in range(cycles):
            delays = (rng.uniform(0.0, late), rng.uniform(0.0, late))
            steps.append(GuidedStep(t, t + on, circuit, port, number, real, watts, *delays))
            t += every
    return GuidedPlan(tuple(steps))
