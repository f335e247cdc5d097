"""How good the verdicts are, on fixed houses: false alarms, faults passed, faults found, what stays open.

The houses and cases are always the same, so every figure is exact: `accuracy.json` is what the diagnosis reaches, and a
change that makes one worse has to say why. `python -m tests.diagnosis.test_accuracy` prints what differs now,
`… --write` keeps it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.bench.bench_accuracy import Tally, judged
from tests.simulated.field import field_case, kinds

KEPT = Path(__file__).with_name("accuracy.json")
PARTS = [
    (mode, 1 + 20 * part) for mode, parts in (("passive", 3), ("guided", 3), ("noisy", 5)) for part in range(parts)
]
"""Random houses: mode and first seed of twenty."""
SEEDS = range(5)
"""Of each kind of field case."""
MOST = ("false", "size", "passed", "undecided", "accused", "open")
"""Figures that may not grow; the others may not shrink."""
Figures = dict[str, int]


def houses(mode: str, first: int) -> Figures:
    """Hits over twenty houses, by the names of `bench_accuracy`."""
    rows = [row for seed in range(first, first + 20) for row in judged(seed, mode)]
    return {name: hits for name, (hits, _) in Tally(rows).shares().items()}


def situation(kind: str) -> tuple[Figures, str]:
    """How many cases of a kind are right, in how many somebody is accused, how many CTs are left open; and why."""
    told: dict[int, list[str]] = {}
    undecided = 0
    for seed in SEEDS:
        case = field_case(kind, seed)
        out = case.judge()
        told[seed] = list(case.problems(out))
        undecided += sum(channel["verdict"] == "inconclusive" for channel in out["channels"])
    right = sum(not found for found in told.values())
    accused = sum(any(text.startswith("ACCUSED") for text in found) for found in told.values())
    words = "\n".join(f"seed {seed}: {text}" for seed, found in told.items() for text in found)
    return {"right": right, "accused": accused, "open": undecided}, words


def worse(reached: Figures, kept: Figures) -> list[str]:
    """Names of the figures that are worse than they were."""
    return [name for name, was in kept.items() if (reached[name] > was if name in MOST else reached[name] < was)]


def kept(name: str) -> Figures:
    figures: Figures = json.loads(KEPT.read_text("utf-8"))[name]
    return figures


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("mode", "first"), PARTS)
def test_random_houses(mode: str, first: int) -> None:
    reached, was = houses(mode, first), kept(f"{mode} {first}")
    assert not worse(reached, was), f"reached {reached}, was {was}"


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", kinds(""))
def test_situations_that_installers_report(kind: str) -> None:
    reached, words = situation(kind)
    was = kept(kind)
    assert not worse(reached, was), f"reached {reached}, was {was}\n{words}"


def _all() -> dict[str, Figures]:
    with ProcessPoolExecutor() as pool:
        parts = [pool.submit(houses, mode, first) for mode, first in PARTS]
        cases = pool.map(situation, kinds(""))
        reached = {f"{mode} {first}": part.result() for (mode, first), part in zip(PARTS, parts, strict=True)}
        return reached | {kind: figures for kind, (figures, _) in zip(kinds(""), cases, strict=True)}


if __name__ == "__main__":
    now = _all()
    before = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    for name, figures in now.items():
        if figures != before.get(name):
            lost = worse(figures, before.get(name, {}))
            print(f"{name:20} {before.get(name)} -> {figures}{'  WORSE' if lost else ''}")  # noqa: T201
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for name, figures in now.items():
        totals[name.split()[0] if " " in name else "situations"].update(figures)
    for name, total in totals.items():
        print(f"{name:20} {dict(total)}")  # noqa: T201
    if "--write" in sys.argv:
        lines = (f"  {json.dumps(name)}: {json.dumps(figures)}" for name, figures in now.items())
        KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
