"""What judging costs: `python -m tests.bench.bench_judge`.

CPU time of `observe` and of `judgement(fresh=False)`, once for every second of stream, as a screen calls them, in
percent of one core. Decoding and folding are not counted; `bench_fold` counts those.
"""

from __future__ import annotations

import gc
import time

from smappee_tui.diagnosis.judge import Judge
from smappee_tui.simulator import sites
from smappee_tui.site.locations import Locations

LIMIT = 2.0
"""Percent of one core at 80 channels."""
SECONDS = 240
ANEW = 5.0
"""ms: a look that costs more has weighed all evidence anew."""
GOALS = {"home3pv": 15, "shop28": 15, "shop80": 30}
"""ms of such a look."""


def measure(name: str, dialect: str) -> tuple[int, float, float, float, float]:
    """Channels, mean CPU time of a second of watching and of looking, of a look with new evidence, and of the dearest
    look, which is the first, ms."""
    monitor = sites.build(name, dialect=dialect)  # type: ignore[arg-type]
    locations, judge = Locations(), Judge()
    watching = 0
    looks: list[float] = []
    gc.collect()
    gc.disable()
    for _ in range(SECONDS):
        for arrival in monitor.tick(monitor.time + 1.0):
            site, sampled = locations.receive(arrival)
            begun = time.process_time_ns()
            if site is not None:
                judge.observe(site, sampled)
            watching += time.process_time_ns() - begun
        begun = time.process_time_ns()
        judge.judgement(fresh=False)
        looks.append((time.process_time_ns() - begun) / 1e6)
        gc.collect(0)
    gc.enable()
    anew = [spent for spent in looks if spent > ANEW and spent < max(looks)]
    mean = sum(anew) / max(1, len(anew))
    return len(monitor.site.cts), watching / SECONDS / 1e6, sum(looks) / SECONDS, mean, max(looks)


def main() -> None:
    head = f"{'watch ms':>9} {'look ms':>8} {'anew ms':>8} {'goal':>5} {'worst ms':>9} {'% of core':>9}"
    print(f"{'site':8} {'dialect':10} {'channels':>8} {head}")
    for name in ("home3pv", "shop28", "shop80"):
        for dialect in ("20-series", "infinity"):
            channels, watch, look, anew, worst = measure(name, dialect)
            told = f"{watch:9.2f} {look:8.2f} {anew:8.1f} {GOALS[name]:5} {worst:9.1f} {(watch + look) / 10:9.2f}"
            print(f"{name:8} {dialect:10} {channels:8} {told}")
    print(f"limit {LIMIT} % at 80 channels")


if __name__ == "__main__":
    main()
