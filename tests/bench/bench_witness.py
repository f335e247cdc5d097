"""What the utility's meter beside the grid CTs changes, on random houses with known faults.

    python -m tests.bench.bench_witness --sites 100 --seconds 60 [--kind star|single|delta] [--verbose]

Each house is judged twice from the same first seconds of ordinary use, nobody having declared anything: with the meter
and without. Half of the houses have a fault at the grid meter: a CT or all of them reversed, two exchanged, three
rotated. Of the grid CTs: `named` is kind and phase said rightly, of those that are wired wrong; `passed` is one of them
called ok; `accused` a fault said of a healthy one; `ok` a healthy one called so. `size` is the mean of how far the size
that is said of a CT lies from the truth, percent. A look takes so many ms more after `--seconds`.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import FAULTS
from smappee_tui.protocol.meter import MeterReading
from smappee_tui.simulator.house.circuits import MAINS
from smappee_tui.simulator.house.faults import Fault
from smappee_tui.simulator.house.site import VirtualSite
from smappee_tui.simulator.meter.utility_meter import UtilityMeter
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.site.locations import Locations
from tests.simulated.random_sites import RandomOptions, draw_site

START = 1_760_000_040.0
METERS = {
    "0.01 A": UtilityMeter("star", "", amps_step=0.01),
    "1 A": UtilityMeter("star", "", amps_step=1.0, delay=1.6),
    "1 A, 10 W, every 10 s": UtilityMeter(
        "star", "", watts_step=10.0, amps_step=1.0, volts_step=0, delay=3.0, every=10
    ),
}
ORDERS = ((0, 1, 2), (1, 2, 0), (0, 2, 1), (2, 0, 1))
WRONG = ("reversed", "wrong_phase", "wrong_phase_reversed")


@dataclass
class Tally:
    """Counts of one way of judging."""

    count: Counter[str] = field(default_factory=Counter)
    sizes: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def row(self) -> str:
        c = self.count
        size = f"{statistics.mean(self.sizes):5.1f} %" if self.sizes else "      -"
        cost = f"{statistics.median(self.milliseconds):5.1f} ms"
        return (
            f"named {c['named']:3} of {c['faulty']:3}   passed {c['passed']}   accused {c['accused']}   "
            f"ok {c['ok']:3} of {c['healthy']:3}   size {size}   {cost}"
        )


def grid_faults(site: VirtualSite, rng: random.Random) -> list[Fault]:
    """Half of the houses have one of the usual faults of grid CTs."""
    mains = [ct.input for ct in site.cts if ct.circuit == MAINS]
    if rng.random() < 0.5:
        return []
    kind = rng.choice(("reversed", "reversed", "swapped", "rotated", "both", "all"))
    if len(mains) < 2 or kind == "reversed":
        return [Fault("reversed", (rng.choice(mains),))]
    if kind == "all":
        return [Fault("reversed", (n,)) for n in mains]
    if kind == "rotated" and len(mains) == 3:
        return [Fault("rotated", tuple(mains if rng.random() < 0.5 else mains[::-1]))]
    pair = rng.sample(mains, 2)
    return [Fault("swapped", (pair[0], pair[1]))] + ([Fault("reversed", (pair[0],))] if kind == "both" else [])


def watched(monitor: VirtualMonitor, meter: UtilityMeter, seconds: int, judges: list[Judge]) -> Iterator[MeterReading]:
    """Let the judges watch; what the meter told comes when it arrives."""
    locations = Locations(monitor.site.identity.uuid)
    waiting: list[MeterReading] = []
    for second in range(1, seconds + 1):
        for message in monitor.tick(monitor.start_time + second):
            site, sampled = locations.receive(message)
            if site is not None:
                for judge in judges:
                    judge.observe(site, sampled)
        reading = meter.read(monitor.site.house.state, monitor.start_time)
        if reading is not None:
            waiting.append(reading)
        while waiting and waiting[0].at <= monitor.time:
            yield waiting.pop(0)


def run(seed: int, seconds: int, options: RandomOptions, meter: UtilityMeter, tallies: list[Tally], tell: bool) -> None:
    """Judge one house with and without the meter."""
    rng = random.Random(f"witness/{seed}")
    site, _ = draw_site(seed, options)
    faults = grid_faults(site, rng)
    monitor = VirtualMonitor(site, START, faults=faults)
    beside = replace(meter, kind=site.kind, seed=f"meter/{seed}", order=rng.choice(ORDERS))
    judges = [Judge(), Judge()]
    for reading in watched(monitor, beside, seconds, judges):
        judges[0].meter(reading)
    for tally, judge in zip(tallies, judges, strict=True):
        begun = time.process_time()
        said = judge.judgement().channels
        tally.milliseconds.append(1000 * (time.process_time() - begun))
        found = judge.evidence.beside
        sizes = {one.input: one.size for one in found.beside(judge.evidence.grid_inputs) if one.clear} if found else {}
        for ct in (ct for ct in site.cts if ct.circuit == MAINS and ct.input in said):
            state, phase = monitor.state_of(ct.input)
            verdict = said[ct.input]
            right = verdict.verdict == state and (state in ("ok", "reversed") or verdict.actual_phase == phase)
            if state == "ok":
                tally.count.update(healthy=1, ok=right, accused=verdict.verdict in FAULTS)
            elif state in WRONG:
                tally.count.update(faulty=1, named=right, passed=verdict.verdict == "ok")
            if sizes.get(ct.input, 0.0) > 0:
                tally.sizes.append(100 * abs(sizes[ct.input] / ct.gain - 1))
            if tell and judge is judges[0] and not right:
                print(seed, ct.input, state, phase, "said", verdict.title.code, verdict.actual_phase, *faults)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--kind", choices=("star", "single", "delta"), default="star")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    plain = RandomOptions(kind=args.kind)
    for title, options in (
        ("as houses are", plain),
        ("solar that no CT measures", replace(plain, solar_share=1.0, unmetered_solar_share=1.0)),
    ):
        for name, meter in METERS.items():
            tallies = [Tally(), Tally()]
            for seed in range(args.first, args.first + args.sites):
                run(seed, args.seconds * (2 if meter.every > 1 else 1), options, meter, tallies, args.verbose)
            for way, tally in zip(("with", "without"), tallies, strict=True):
                print(f"{args.kind}, {title}, meter of {name:22} {way:8}{tally.row()}")


if __name__ == "__main__":
    main()
