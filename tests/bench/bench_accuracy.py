"""How good the verdicts are on random houses with known faults.

    python -m tests.bench.bench_accuracy --sites 300 --mode passive|guided|noisy --seed 1

`noisy` are sites of the field cases' house, whose meters share neither their seconds nor their gains.

Counts every used channel. `false` is a wiring fault alleged on a healthy channel, of all healthy ones, busy or idle;
`size` is dead, ratio or half-open alleged on a healthy one. Of busy channels (0.5 A or more for 10 s) with a wiring
fault: `found` is any wiring fault said, `exact` also the right kind and phase, `passed` is called ok. `undecided` is
of busy healthy channels. Behind each share stands its 95 % Wilson interval.
"""

from __future__ import annotations

import argparse
import math
import statistics
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import WAITING
from smappee_tui.protocol.received import Mark
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.site.locations import Locations
from tests.simulated.field.labelled import noisy_site
from tests.simulated.random_sites import random_site

WIRING = ("reversed", "wrong_phase", "wrong_phase_reversed")
SIZES = ("dead", "wrong_ratio", "half_open")
BINS = ((0.1, 0.5), (0.5, 1.0), (1.0, 2.0), (2.0, 5.0), (5.0, math.inf))
LOOK_EVERY = 10
BUSY_SECONDS = 10


@dataclass(frozen=True)
class Row:
    """One channel of one site: what is true, what was said."""

    seed: int
    input: int
    name: str
    state: str
    phase: int
    busy: bool
    amps: float
    role: str
    supply: str
    generation: bool
    verdict: str
    said_phase: int | None
    seconds: int | None
    """When a wiring fault was said for the first time, s."""

    @property
    def faulty(self) -> bool:
        """It counts for found, exact and passed."""
        return self.state in WIRING and self.busy

    @property
    def exact(self) -> bool:
        """Kind and place both right."""
        return self.verdict == self.state and (self.state == "reversed" or self.said_phase == self.phase)


@dataclass
class Tally:
    """Counts of one class of channels."""

    rows: list[Row] = field(default_factory=list)

    def shares(self) -> dict[str, tuple[int, int]]:
        """Name of a figure to (hits, of how many)."""
        healthy = [r for r in self.rows if r.state == "ok"]
        busy = [r for r in healthy if r.busy]
        faulty = [r for r in self.rows if r.faulty]
        return {
            "false": (sum(r.verdict in WIRING for r in healthy), len(healthy)),
            "size": (sum(r.verdict in SIZES for r in healthy), len(healthy)),
            "found": (sum(r.verdict in WIRING for r in faulty), len(faulty)),
            "exact": (sum(r.exact for r in faulty), len(faulty)),
            "passed": (sum(r.verdict == "ok" for r in faulty), len(faulty)),
            "undecided": (sum(r.verdict in WAITING for r in busy), len(busy)),
        }


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); (0, 1) of nothing."""
    if not count:
        return 0.0, 1.0
    share = hits / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, centre - half), min(1.0, centre + half)


def play(job: tuple[int, str, int]) -> list[Row]:
    """Judge one random site: seed, mode, seconds of a passive watch."""
    return judged(*job, looks=True)


def judged(seed: int, mode: str, seconds: int = 360, *, looks: bool = False) -> list[Row]:
    """Judge one random site, with looks in between to see when a fault was said first, or only at its end."""
    if mode == "noisy":
        return _noisy(seed)
    monitor = random_site(seed, guided=mode == "guided")
    if monitor.plan is not None:
        seconds = round(monitor.plan.seconds)
    locations, judge = Locations(), Judge()
    flagged: dict[int, int] = {}
    begin, next_look = monitor.time, LOOK_EVERY
    for item in monitor.stream(begin + seconds):
        while looks and item.at > begin + next_look:
            _look(judge, flagged, next_look)
            next_look += LOOK_EVERY
        if isinstance(item, Mark):
            judge.mark(item)
            continue
        site, sampled = locations.receive(item)
        if site is not None:
            judge.observe(site, sampled)
    return _rows(seed, monitor, judge, flagged)


def _noisy(seed: int) -> list[Row]:
    """Judge one site whose meters share neither their seconds nor their gains."""
    made = noisy_site(seed)
    locations, judge = Locations(), Judge()
    for item in made.messages:
        site, sampled = locations.receive(item)
        if site is not None:
            judge.observe(site, sampled)
    said = judge.judgement().channels
    rows = []
    for true in made.truth:
        verdict = said[true.input]
        rows.append(
            Row(seed, true.input, true.name, true.state, true.phase, true.busy, true.amps, true.role, made.supply,
                made.generation, verdict.verdict, verdict.actual_phase, None)
        )  # fmt: skip
    return rows


def _look(judge: Judge, flagged: dict[int, int], second: int) -> None:
    for number, verdict in judge.judgement().channels.items():
        if verdict.verdict in WIRING:
            flagged.setdefault(number, second)


def _rows(seed: int, monitor: VirtualMonitor, judge: Judge, flagged: dict[int, int]) -> list[Row]:
    truth = monitor.truth()
    said = judge.judgement().channels
    supply = truth["supply"] if truth["phases"] == 3 else "single"
    rows = []
    for channel in truth["channels"]:
        if channel["kind"] == "UNUSED":
            continue
        number = channel["input"]
        grid = channel["connection"] == "GRID" and channel["kind"] == "CONSUMPTION"
        rows.append(
            Row(
                seed=seed,
                input=number,
                name=channel["name"],
                state=channel["state"],
                phase=channel["actual_phase"],
                busy=channel["busy_seconds"] >= BUSY_SECONDS,
                amps=channel["mean_amps"],
                role="grid" if grid else "production" if channel["kind"] == "PRODUCTION" else "submeter",
                supply="one voltage" if truth["one_voltage"] else supply,
                generation=truth["pv"] is not None or truth["unmetered_pv"] is not None,
                verdict=said[number].verdict,
                said_phase=said[number].actual_phase,
                seconds=flagged.get(number),
            )
        )
    return rows


def _print(title: str, rows: list[Row]) -> None:
    cells = []
    for name, (hits, count) in Tally(rows).shares().items():
        low, high = wilson(hits, count)
        share = f"{100 * hits / count:5.1f}" if count else "    -"
        cells.append(f"{name} {share} % [{100 * low:.1f}-{100 * high:.1f}] {hits}/{count}")
    print(f"{title:<18} " + "   ".join(cells))


def report(rows: list[Row], verbose: bool) -> None:
    """Print everything."""
    _print("all", rows)
    for low, high in BINS:
        name = f"{low}-{high} A" if high < math.inf else f"over {low:g} A"
        _print(name, [r for r in rows if low <= r.amps < high])
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for key in (row.role, row.supply, "generation" if row.generation else "no generation"):
            groups[key].append(row)
    for name, members in sorted(groups.items()):
        _print(name, members)
    times = [r.seconds for r in rows if r.faulty and r.seconds is not None]
    if times:
        print(f"median seconds to the verdict on busy faulty channels: {statistics.median(times):.0f}")
    if verbose:
        for r in rows:
            wrong = r.state == "ok" and r.verdict in WIRING + SIZES
            if wrong or (r.faulty and not r.exact):
                place = f"{r.state} on L{r.phase + 1}"
                said = f"{r.verdict} {'' if r.said_phase is None else f'on L{r.said_phase + 1}'}"
                print(f"seed {r.seed} input {r.input} {r.name!r} {r.role} {r.supply} {r.amps} A: {place}, said {said}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--mode", choices=("passive", "guided", "noisy"), default="passive")
    parser.add_argument("--seed", type=int, default=1, help="of the first site; the next ones follow it")
    parser.add_argument("--seconds", type=int, default=360, help="of a passive watch")
    parser.add_argument("--verbose", action="store_true", help="list every mistake and every fault missed")
    wanted = parser.parse_args()
    jobs = [(seed, wanted.mode, wanted.seconds) for seed in range(wanted.seed, wanted.seed + wanted.sites)]
    with ProcessPoolExecutor() as pool:
        rows = [row for found in pool.map(play, jobs, chunksize=4) for row in found]
    report(rows, wanted.verbose)


if __name__ == "__main__":
    main()
