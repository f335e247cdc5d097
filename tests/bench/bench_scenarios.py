"""Scenarios over many seeds: `python -m tests.bench.bench_scenarios [NAME …] --seeds 10`.

The tests play each file with one seed or two; this shows how often the same situation goes wrong with others.
"""

from __future__ import annotations

import argparse
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from tests.scenarios.engine import play
from tests.scenarios.spec import everything


def one(job: tuple[str, int, str | None]) -> tuple[str, int, list[str]]:
    """Play one scenario with one seed, perhaps in another dialect than its own."""
    name, seed, dialect = job
    scenario = next(s for s in everything() if s.name == name)
    if dialect is not None:
        scenario = replace(scenario, dialect=dialect)
    try:
        return name, seed, play(scenario, seed)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        return name, seed, [f"crashed: {error!r}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--dialect", choices=("20-series", "infinity"), help="instead of each file's own")
    wanted = parser.parse_args()
    names = [s.name for s in everything() if not wanted.names or any(s.name.startswith(n) for n in wanted.names)]
    failed: Counter[str] = Counter()
    with ProcessPoolExecutor() as pool:
        jobs = [(n, s, wanted.dialect) for n in names for s in range(1, wanted.seeds + 1)]
        for name, seed, wrong in pool.map(one, jobs, chunksize=4):
            failed[name] += bool(wrong)
            for text in wrong:
                print(f"{name} seed {seed}: {text}")
    print(f"\n{sum(failed.values())} of {len(names) * wanted.seeds} runs went wrong:")
    print(", ".join(f"{name} {count}/{wanted.seeds}" for name, count in failed.items() if count) or "none")


if __name__ == "__main__":
    main()
