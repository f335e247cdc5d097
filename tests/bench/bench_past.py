"""How often a judgement from weeks of five-minute means is right, on randomised houses with known faults.

python -m tests.bench.bench_past [FIRST LAST [DAYS [unsigned]]]
python -m tests.bench.bench_past site [FIRST LAST [DAYS]]     sizes, dead grid CTs, roles and shared wires
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator

from tests.diagnosis.history.made import FAULTS, WIRING, judged, verdicts
from tests.diagnosis.history.weeks import House
from tests.simulated.random_sites import random_site


def main(first: int = 0, last: int = 100, days: float = 2.0, signed: bool = True) -> None:
    """Print the counts, and every healthy CT accused and faulty one passed."""
    count: Counter[str] = Counter()
    for seed in range(first, last):
        monitor = random_site(seed)
        found = verdicts(judged(monitor, days, signed=signed))
        for row in monitor.truth()["channels"]:
            word, phase = found[row["input"]]
            if row["state"] == "ok":
                count["healthy"] += 1
                count["healthy accused"] += word in FAULTS
                count["healthy undecided"] += word == "inconclusive"
                if word in FAULTS:
                    print(f"seed {seed}: input {row['input']} ({row['name']}) is well and was called {word}")
            elif row["state"] in WIRING:
                count["faulty"] += 1
                count["faulty passed"] += word == "ok"
                count["faulty flagged"] += word in FAULTS
                named = phase if word != "reversed" else row["actual_phase"]
                count["faulty exact"] += word == row["state"] and named == row["actual_phase"]
                if word == "ok":
                    print(f"seed {seed}: input {row['input']} ({row['name']}) is {row['state']} and was called ok")
    for name in sorted(count):
        whole = count[name.split()[0]]
        print(f"{name:20} {count[name]:5} {100 * count[name] / whole if whole else 0:6.1f} %")


def _wired_wrong(seed: int, days: int) -> Iterator[tuple[str, House, set[int]]]:
    """Kind, house and the inputs that are wrong; sizes must be named, and of the others none be called right."""
    chance = random.Random(seed)
    circuit, grid, size = chance.choice((3, 4, 5, 6, 7, 8, 9)), chance.randrange(3), chance.choice((0.5, 0.6, 2.0))
    yield "healthy", House(seed, days, solar=chance.choice(("three", "one", "none"))), set()
    yield "size", House(seed, days).change(circuit, size=size), {circuit}
    yield "size", House(seed, days).change(grid, size=size), {grid}
    yield "dead", House(seed, days).change(grid, size=0.0), {grid}
    turned = chance.random() < 0.5
    yield "role", House(seed, days, solar="one").change(10, wire="grid 1", turned=turned), {10}
    swapped = House(seed, days, solar="one").change(10, wire="heat pump", turned=turned)
    yield "role", swapped.change(9, wire="sun 1", turned=turned), {9, 10}
    yield "role", House(seed, days, solar="one").change(10, wire=f"heating {chance.randrange(3)}"), {10}
    yield "role", House(seed, days).change(circuit, wire=f"grid {(circuit % 3) if circuit < 9 else 1}"), {circuit}
    yield "role", House(seed, days).behind_the_inverter(), {0, 1, 2}


def site(first: int = 0, last: int = 10, days: int = 7) -> None:
    """Print the counts of what is wrong with a house as a whole."""
    count: Counter[str] = Counter()
    for seed in range(first, last):
        for kind, house, wrong in _wired_wrong(seed, days):
            said = house.judged().judgement()
            count[kind] += len(wrong) or 1
            for number, verdict in said.channels.items():
                if number in wrong:
                    count[f"{kind} passed"] += verdict.verdict == "ok"
                    count[f"{kind} blamed for direction"] += kind == "role" and verdict.verdict in WIRING
                    count[f"{kind} named"] += verdict.verdict in FAULTS - WIRING or any(
                        number in one.channels and one.severity != "info" for one in said.findings
                    )
                elif verdict.verdict in FAULTS:
                    count[f"{kind} healthy accused"] += 1
                    print(
                        f"seed {seed}, {kind} {sorted(wrong)}: input {number} is well and was called {verdict.verdict}"
                    )
            count["healthy told something"] += not wrong and any(one.severity != "info" for one in said.findings)
    for name in sorted(count):
        print(f"{name:28} {count[name]:5}")


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["site"]:
        site(*(int(w) for w in words[1:]))
        raise SystemExit
    main(
        *(int(w) for w in words[:2]),
        **({"days": float(words[2])} if len(words) > 2 else {}),
        **({"signed": False} if words[3:] == ["unsigned"] else {}),
    )
