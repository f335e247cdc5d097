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


def measure(name: str, dialect: str) -> tuple[int, float, float, float]:
    """Channels, mean CPU time of a second of watching and of looking, and of the dearest look, ms."""
    monitor = sites.build(name, dialect=dialect)  # type: ignore[arg-type]
    locations, judge = Locations(), Judge()
    watching = looking = dearest = 0
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
        spent = time.process_time_ns() - begun
        looking += spent
        dearest = max(dearest, spent)
        gc.collect(0)
    gc.enable()
    return len(monitor.site.cts), watching / SECONDS / 1e6, looking / SECONDS / 1e6, dearest / 1e6


def main() -> None:
    print(f"{'site':8} {'dialect':10} {'channels':>8} {'watch ms':>9} {'look ms':>8} {'worst ms':>9} {'% of core':>9}")
    for name in ("home3pv", "shop28", "shop80"):
        for dialect in ("20-series", "infinity"):
            channels, watch, look, worst = measure(name, dialect)
            share = (watch + look) / 10
            print(f"{name:8} {dialect:10} {channels:8} {watch:9.2f} {look:8.2f} {worst:9.1f} {share:9.2f}")
    print(f"limit {LIMIT} % at 80 channels")


if __name__ == "__main__":
    main()
