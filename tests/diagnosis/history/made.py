"""Pasts of virtual houses: days of five-minute means, in seconds."""

from __future__ import annotations

from datetime import UTC

from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import Generation
from smappee_tui.simulator.cloud.history import HouseHistory
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.site.locations import Locations
from smappee_tui.site.site import Site

STEP = 150.0
"""Seconds between two looks at a house: enough for a mean, and half the work of what the cloud does."""
NOW = 1_760_000_000.0
"""A Thursday in October 2025, s since 1970."""


def site_of(monitor: VirtualMonitor) -> Site:
    """The site as the monitor's configuration describes it; no reading is kept."""
    locations = Locations()
    for kept in monitor.tick(monitor.time):
        locations.receive(kept)
    site = locations.find(None)
    assert site is not None
    assert site.plan is not None
    return site


def past_of(
    monitor: VirtualMonitor,
    days: float,
    *,
    signed: bool = True,
    until: float = NOW,
    into: IntervalHistory | None = None,
) -> IntervalHistory:
    """Its house's last days, rounded as energies of 0.1 Wh; `into` goes on with a record."""
    past = IntervalHistory([ct.input for ct in monitor.site.cts], UTC) if into is None else into
    for one in HouseHistory(monitor, until - days * 86_400, until, step=STEP).intervals():
        vars_ = one.vars if signed else {n: abs(q) for n, q in one.vars.items()}
        past.add(
            one.at,
            {n: round(p / 12, 1) * 12 for n, p in one.watts.items()},
            {n: round(q / 12, 1) * 12 for n, q in vars_.items()},
            [round(v, 1) for v in one.volts],
            {n: round(i, 2) for n, i in one.amps.items()},
        )
    return past


def judged(monitor: VirtualMonitor, days: float, *, signed: bool = True, generation: Generation | None = None) -> Judge:
    """Judge its past."""
    judge = Judge(generation)
    judge.load_history(site_of(monitor), past_of(monitor, days, signed=signed))
    return judge


def verdicts(judge: Judge) -> dict[int, tuple[str, int | None]]:
    """Verdict and named phase by input."""
    return {n: (v.verdict, v.actual_phase) for n, v in judge.judgement().channels.items()}


WIRING = frozenset({"reversed", "wrong_phase", "wrong_phase_reversed"})
FAULTS = WIRING | {"dead", "wrong_ratio", "half_open"}
