"""What the evidence of fixed cases weighs: the logarithm of every probability, before a threshold makes a word of it.

`test_accuracy` says whether the words are right. Here a weight or a cap that changes shows, though no word does: one
case of each kind, `probabilities.json` is what it gave. `python -m tests.diagnosis.test_probabilities --write` keeps
what it gives now; look at the difference first, it is what a changed constant does.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import ChannelVerdict
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.site.locations import Locations
from tests.simulated.field import field_case, kinds
from tests.simulated.field.labelled import noisy_site
from tests.simulated.random_sites import RandomOptions, random_site

KEPT = Path(__file__).with_name("probabilities.json")
LEAST = -40.0
"""Logarithm of a probability below which it does not matter by how much."""
ALIKE = 0.35
"""Nats that may come of another machine's arithmetic or of a change that matters to nobody."""
SEED = 1
HOUSES = [
    *kinds(""),
    *(f"{kind} {seed}" for kind in kinds("delta,noise") for seed in (2, 3)),
    *(f"guided {seed}" for seed in range(1, 9)),
    *(f"delta {seed}" for seed in range(1, 7)),
    *(f"noisy {seed}" for seed in range(1, 7)),
]
"""Kinds of field cases, and random houses: guided of any supply, guided on a delta, noisy ones left alone."""
Weights = dict[str, list[float | str]]


def weights(house: str) -> Weights:
    """Input to its verdict, its size and log probabilities of its six hypotheses by phase and direction."""
    locations, judge = Locations(), Judge()
    for item in _items(house):
        if isinstance(item, Mark):
            judge.mark(item)
            continue
        site, sampled = locations.receive(item)
        if site is not None:
            judge.observe(site, sampled)
    return {str(number): _weights(said) for number, said in judge.judgement().channels.items()}


def _items(name: str) -> Iterable[MqttMessage | Mark]:
    mode, _, seed = name.partition(" ")
    if mode == "noisy":
        return noisy_site(int(seed)).messages
    if mode in ("guided", "delta"):
        monitor = random_site(int(seed), guided=True, options=RandomOptions(kind="delta" if mode == "delta" else None))
        assert monitor.plan is not None
        return monitor.stream(monitor.time + round(monitor.plan.seconds))
    return field_case(mode, int(seed or SEED)).messages


def _weights(said: ChannelVerdict) -> list[float | str]:
    ways = sorted(said.hypotheses, key=lambda way: (way.phase, way.reversed))
    return [said.verdict, said.size, *(_log(way.probability) for way in ways)]


def _log(share: float) -> float:
    return round(max(LEAST, math.log(share)), 1) if share > 0 else LEAST


def differences(now: Weights, was: Weights) -> list[str]:
    """What is not as it was, in words."""
    found = []
    for number in sorted(now.keys() | was.keys(), key=int):
        new, old = now.get(number, []), was.get(number, [])
        same = len(new) == len(old) and all(
            a == b or (isinstance(a, float) and isinstance(b, float) and abs(a - b) <= ALIKE)
            for a, b in zip(new, old, strict=True)
        )
        if not same:
            found.append(f"input {number}: {old} -> {new}")
    return found


@pytest.mark.parametrize("house", HOUSES)
def test_the_evidence_weighs_what_it_weighed(house: str) -> None:
    found = differences(weights(house), json.loads(KEPT.read_text("utf-8"))[house])
    assert not found, "\n".join(found)


if __name__ == "__main__":
    with ProcessPoolExecutor() as pool:
        now = dict(zip(HOUSES, pool.map(weights, HOUSES), strict=True))
    before = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    for name, said in now.items():
        for text in differences(said, before.get(name, {})):
            print(f"{name:20} {text}")  # noqa: T201
    if "--write" in sys.argv:
        lines = (f"  {json.dumps(name)}: {json.dumps(said)}" for name, said in now.items())
        KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
