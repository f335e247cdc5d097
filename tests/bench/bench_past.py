"""How often a judgement from weeks of five-minute means is right, on randomised houses with known faults.

python -m tests.bench.bench_past [FIRST LAST [DAYS [unsigned]]]
"""

from __future__ import annotations

import sys
from collections import Counter

from tests.diagnosis.history.made import FAULTS, WIRING, judged, verdicts
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


if __name__ == "__main__":
    words = sys.argv[1:]
    main(
        *(int(w) for w in words[:2]),
        **({"days": float(words[2])} if len(words) > 2 else {}),
        **({"signed": False} if words[3:] == ["unsigned"] else {}),
    )
