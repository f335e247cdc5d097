"""Small parts for the tests of the diagnosis: roles, tracks, samples, and streams of virtual monitors."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence

from smappee_tui.diagnosis.evidence.watch.tracks import BLOCK, Track
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.protocol.received import Mark
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.site.locations import Locations
from smappee_tui.site.sample import Sample
from smappee_tui.site.site import Site

VOLTS = 230.0


def role(number: int = 3, phase: int = 0, *, kind: str = "sub", group: str = "") -> Role:
    """A channel: grid, sub, solar or battery."""
    return Role(number, phase, kind == "grid", kind == "solar", kind == "battery", group)


def resting(watts: float, volt_amperes: float, seconds: int = 24) -> Track:
    """A track that rested there."""
    amps = volt_amperes / VOLTS
    track = Track(watts, volt_amperes, most_amps=amps, busy=seconds if amps >= 0.5 else 0, count=seconds)
    if amps >= 0.05:
        track.rest(watts, volt_amperes, amps, 0.0)
        track.plateaus[0].seconds = seconds // BLOCK * BLOCK
    return track


def sample(
    at: float, powers: Sequence[tuple[float, float]], volts: tuple[float, float, float] = (230.0, 230.0, 230.0)
) -> Sample:
    """One second: (W, VA) of inputs 0, 1, 2, …"""
    watts, apparent = [p for p, _ in powers], [s for _, s in powers]
    amps = [s / VOLTS for s in apparent]
    return Sample(
        at=at,
        inputs=tuple(range(len(powers))),
        watts=watts,
        amps=amps,
        volt_amperes=apparent,
        volts=volts,
        total_vars=math.nan,
        packed=array("f"),
        order=[],
        one_voltage=False,
    )


class Run:
    """One monitor, its site and its judge, played on as far as a test wants."""

    def __init__(self, monitor: VirtualMonitor) -> None:
        self.monitor = monitor
        self.locations = Locations()
        self.judge = Judge()
        self._marks = list(monitor.plan.marks(monitor.start_time)) if monitor.plan is not None else []

    def play(self, seconds: int, each: Callable[[], object] | None = None) -> Judgement:
        """Play on and judge; `each` is called after every second."""
        for _ in range(seconds):
            until = self.monitor.time + 1.0
            items = [*self.monitor.tick(until), *(m for m in self._marks if m.at <= until)]
            self._marks = [m for m in self._marks if m.at > until]
            for item in sorted(items, key=lambda one: one.at):
                if isinstance(item, Mark):
                    self.judge.mark(item)
                    continue
                site, sampled = self.locations.receive(item)
                if site is not None:
                    self.judge.observe(site, sampled)
            if each is not None:
                each()
        return self.judge.judgement()

    @property
    def site(self) -> Site:
        """The site as folded."""
        return self.locations.sites[self.monitor.site.identity.uuid]

    def reconfigure(self, number: int, **changes: object) -> None:
        """Somebody changes a channel in the app; the clamp stays as it is."""
        ct = self.monitor.site.ct(number)
        for key, value in changes.items():
            setattr(ct, key, value)
        self.monitor._set_faults(list(self.monitor.faults))
        wire = self.monitor._wire
        self.monitor._tell_retained([(wire.channel_topic, wire.channels(self.monitor.time))], self.monitor.time)


def guided(monitor: VirtualMonitor) -> Judgement:
    """Judge a monitor's whole guided plan."""
    assert monitor.plan is not None
    return Run(monitor).play(round(monitor.plan.steps[-1].off) + 10)
