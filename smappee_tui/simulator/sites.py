"""The front door of the simulator: a ready virtual monitor by name, or a random one by seed."""

from __future__ import annotations

from collections.abc import Iterable

from smappee_tui.simulator.demo_sites import DEMO_SITES
from smappee_tui.simulator.faults import Fault
from smappee_tui.simulator.guided import plan_for
from smappee_tui.simulator.meter import Dialect
from smappee_tui.simulator.monitor import VirtualMonitor
from smappee_tui.simulator.random_sites import RandomOptions, draw_faults, draw_site

NAMES = tuple(DEMO_SITES)
"""Names of the ready-made sites; `home3pv` is the one for demos."""

DEFAULT_START = 1_760_000_040.0
"""Start of simulated time where nobody gives one: a minute after a five-minute boundary, in October 2025."""


def build(
    name: str = "home3pv",
    *,
    dialect: Dialect = "infinity",
    seed: int = 1,
    faults: Iterable[str | Fault] = (),
    start: float = DEFAULT_START,
    guided: bool = False,
) -> VirtualMonitor:
    """A monitor on a ready-made site.

    `start` in s since 1970; `guided` lets an operator go round with a heater. Raises ValueError for an unknown name
    and `faults.FaultError` (a ValueError) for a fault that cannot be read or does not fit.
    """
    make = DEMO_SITES.get(name)
    if make is None:
        raise ValueError(f"no site is called {name!r}; there are {', '.join(NAMES)}")
    site = make(dialect, f"{name}/{seed}")
    plan = plan_for(site, site.seed) if guided else None
    return VirtualMonitor(site, start, faults=faults, plan=plan)


def random_site(
    seed: int,
    *,
    guided: bool = False,
    options: RandomOptions | None = None,
    start: float | None = None,
) -> VirtualMonitor:
    """A monitor on a random site, with the faults that `options` let happen; `truth()` of it has the labels.

    The same seed and options give the same site and bytes. `guided` adds the operator's round with a 2 kW heater.
    """
    options = options or RandomOptions()
    site, rng = draw_site(seed, options)
    faults = draw_faults(site, rng, options)
    plan = plan_for(site, site.seed, cycles=options.cycles) if guided else None
    begin = start if start is not None else DEFAULT_START + rng.randrange(0, 20_000_000)
    skew = rng.uniform(-2.0, 2.0) if rng.random() < 0.8 else rng.uniform(-60.0, 60.0)
    loss = rng.uniform(0.0, options.loss) if options.loss else 0.0
    return VirtualMonitor(site, begin, faults=faults, plan=plan, clock_skew=skew, loss=loss)
