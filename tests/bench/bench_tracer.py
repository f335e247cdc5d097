"""How often the tracer names the input of a breaker: `python -m tests.bench.bench_tracer [--houses 100] [--busy 0.5]`.

Each house has twelve circuits, its loads go by themselves meanwhile, every third one has faults in its wiring. Each
breaker that carries a load, or a heater that is plugged in behind it, is switched and switched back at a moment that
nobody announces. Counted apart: the first word, by one switching, and the last, when it was switched back (up to four
times where the tracer asks for it). `false` is what is named while nobody switches anything and the tracer is armed.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from smappee_tui.diagnosis.tracing.tracer import CircuitTracer, Tracing
from smappee_tui.simulator.house.meter import Dialect
from smappee_tui.simulator.house.supply import SupplyModel
from tests.simulated.breakers import Board, board

LEAST_AMPS = 0.4
"""Less behind a breaker is a load too small to trace: a heater is plugged in."""
FAULTS = ("reversed:5", "phase:4,L3", "swapped:6,13", "swapped:0,1", "reversed:0", "ratio:7,4.0", "rotated:0,1,2")
SUPPLIES = {
    "single": SupplyModel(kind="single", r_phase=0.12, r_neutral=0.08),
    "delta": SupplyModel(kind="delta", volts=229.0),
}


@dataclass(frozen=True)
class Word:
    """What was said of one breaker, and what is true."""

    house: int
    circuit: str
    first: str
    stage: str
    """Of the first word: likely, named."""
    last: str
    latency: float | None
    said: str
    tries: int
    size: float


def judged(said: Tracing, true: frozenset[int], seen: frozenset[int]) -> str:
    """right, wrong, part (not all of its inputs), or refused."""
    if said.found is None:
        return "refused" if said.stage == "unsure" else "nothing"
    named = frozenset(said.found.inputs)
    if named in (seen, true):
        return "right"
    return "part" if named and named < true else "wrong"


def hear(house: Board, tracer: CircuitTracer, seconds: int) -> list[Tracing]:
    """Go on for so long; every new word."""
    words: list[Tracing] = []
    for sample in house.seconds(seconds):
        before = tracer.state
        tracer.hear(sample, house.evidence)
        if tracer.state.tries and (tracer.state.found, tracer.state.stage) != (before.found, before.stage):
            words.append(tracer.state)
    return words


def trace(house: Board, tracer: CircuitTracer, circuit: str, rng: random.Random, number: int) -> Word | None:
    """Trace one breaker as a person does."""
    breaker = house.breakers[circuit]
    if max(house.seeing(circuit).values(), default=9.0 if circuit.startswith("Sockets") else 0.0) < LEAST_AMPS:
        ports = breaker.circuit.ports
        breaker.plug(rng.uniform(250.0, 2200.0), () if rng.random() < 0.5 else ports[:1])
        hear(house, tracer, 8)
    amps = house.seeing(circuit)
    true = frozenset(amps)
    seen = frozenset(n for n, a in amps.items() if a > 0.25)
    tracer.arm()
    first: Tracing | None = None
    tries = 0
    for tries in range(1, 5):
        hear(house, tracer, rng.randint(1, 7))
        early = tracer.state
        if early.found is not None and first is None:
            first = early
        breaker.flip(rng.random())
        words = hear(house, tracer, 6)
        first = first or (words[0] if words else None)
        if tries > 1 and tracer.state.stage == "sure":
            break
    if not breaker.closed:
        breaker.flip(0.5)
    breaker.plug(0.0)
    last = tracer.state
    tracer.stop()
    hear(house, tracer, 10)
    said = "" if last.found is None else f"{last.found.inputs} {last.found.watts:.0f} W of {sorted(seen)}"
    if first is not None and first.found is not None:
        said += f"; first {first.found.inputs} {first.found.watts:.0f} W"
    return Word(
        number,
        circuit,
        "nothing" if first is None else judged(first, true, seen),
        "nothing" if first is None else first.stage,
        judged(last, true, seen) if last.stage in ("sure", "named") else "refused",
        first.latency if first is not None and first.found is not None else None,
        said,
        tries,
        max(amps.values(), default=0.0) * 230,
    )


def one_house(job: tuple[int, float, int]) -> tuple[list[Word], int, int, int]:
    """Trace the board of one house; and watch it armed, with nobody there, for so many seconds."""
    number, busy, idle = job
    rng = random.Random(number)
    dialect: Dialect = "infinity" if number % 2 else "20-series"
    supply = {0: "single", 1: "delta"}.get(number % 5, "star")
    faults = rng.sample(FAULTS, 1) if number % 3 == 0 and supply == "star" else []
    house = board(number, dialect, busy=busy, supply=SUPPLIES.get(supply), solar=number % 4 == 3, faults=faults)
    tracer = CircuitTracer()
    hear(house, tracer, 180)
    words = []
    for circuit in house.breakers:
        if circuit != "Solar":
            word = trace(house, tracer, circuit, rng, number)
            if word is not None:
                words.append(word)
    named = sure = 0
    for _ in range(idle // 60):
        tracer.arm()
        said = hear(house, tracer, 60)
        named += any(w.stage in ("named", "sure") for w in said)
        sure += any(w.stage == "sure" for w in said)
    return words, named, sure, idle // 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--houses", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--busy", type=float, default=0.5, help="loads that go by themselves a minute")
    parser.add_argument("--idle", type=int, default=600, help="seconds armed with nobody there, a house")
    parser.add_argument("--verbose", action="store_true")
    wanted = parser.parse_args()
    jobs = [(n, wanted.busy, wanted.idle) for n in range(wanted.seed, wanted.seed + wanted.houses)]
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(one_house, jobs))
    words = [word for some, *_ in found for word in some]
    kinds = {
        "first word": Counter(w.first for w in words),
        "  likely": Counter(w.first for w in words if w.stage == "likely"),
        "  named": Counter(w.first for w in words if w.stage in ("named", "sure")),
        "last word": Counter(w.last for w in words),
    }
    for what, counts in kinds.items():
        told = "   ".join(f"{name} {counts[name]}" for name in ("right", "part", "wrong", "refused", "nothing"))
        print(f"{what:10} {sum(counts.values()):5} breakers   {told}")
    late = sorted(w.latency for w in words if w.latency is not None)
    if late:
        print(f"latency of the first word   median {late[len(late) // 2]:.1f} s   most {late[-1]:.1f} s")
    print(f"tries {Counter(w.tries for w in words)}")
    rounds = sum(f[3] for f in found)
    print(f"armed, nobody there: {rounds} min   named {sum(f[1] for f in found)}   sure {sum(f[2] for f in found)}")
    if wanted.verbose:
        for w in words:
            if "wrong" in (w.first, w.last) or w.last != "right" or w.first == "nothing":
                what = f"house {w.house} {w.circuit!r} {w.size:.0f} W"
                print(f"{what}: first {w.first} ({w.stage}), last {w.last}; said {w.said}")


if __name__ == "__main__":
    main()
