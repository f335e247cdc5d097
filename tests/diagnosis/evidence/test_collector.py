"""Memory does not grow with the length of the watch."""

import math
import random
from collections import deque
from typing import Any

import numpy as np

from smappee_tui.diagnosis.evidence.sums.blocks import median, quantile
from smappee_tui.diagnosis.evidence.watch.collector import EvidenceCollector
from smappee_tui.diagnosis.evidence.watch.timeline import Latest
from smappee_tui.diagnosis.model.geometry import STAR
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.received import Mark
from tests.diagnosis.made import sample

HOURS = 3
CHANNELS = 7


def settings() -> dict[int, ChannelSetting]:
    """A grid meter, a three-phase load and a circuit."""
    words = [("GRID", "Mains")] * 3 + [("SUBMETER", "Pump")] * 3 + [("SUBMETER", "Oven")]
    return {
        n: ChannelSetting(n, name, "CONSUMPTION", where, n % 3, False, False, None, None)
        for n, (where, name) in enumerate(words)
    }


def weight(thing: Any, seen: set[int]) -> int:
    """How many elements hang on an object, containers, arrays and slots alike."""
    if id(thing) in seen or isinstance(thing, (str, int, float, type(None))):
        return 0
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        return thing.size
    if isinstance(thing, dict):
        return len(thing) + sum(weight(v, seen) for v in thing.values())
    if isinstance(thing, (list, tuple, deque, set, frozenset)):
        return len(thing) + sum(weight(v, seen) for v in thing)
    if type(thing).__module__.startswith("smappee_tui.diagnosis"):
        names = [
            *getattr(thing, "__dict__", ()),
            *(n for c in type(thing).__mro__ for n in getattr(c, "__slots__", ())),
        ]
        return sum(weight(getattr(thing, name), seen) for name in names if hasattr(thing, name))
    return 0


def restless_hours(hours: float) -> list[int]:
    """Feed a house that switches something every few seconds, and a tester who never tires; weigh it every 20 min."""
    rng = random.Random(5)
    collector = EvidenceCollector(STAR)
    collector.record.configure(settings())
    loads = [300.0] * CHANNELS
    weights = []
    for second in range(int(hours * 3600)):
        if second % 7 == 0:
            channel = 3 + rng.randrange(4)
            loads[channel] = rng.uniform(20, 3000)
        if second % 40 == 20:
            loads[6] += 2000
            collector.record.mark(Mark(second + 0.5, "load-on", 2000.0, 6))
        powers = [(loads[n] + rng.gauss(0, 4), loads[n] * 1.03 + 3) for n in range(3, CHANNELS)]
        grid = [(sum(powers[k][0] for k in (n, 3) if k == n or n == 0), sum(p for _, p in powers)) for n in range(3)]
        collector.process(sample(float(second), [*grid, *powers]))
        if second % 1200 == 1199:
            weights.append(weight(collector, set()))
    return weights


def test_the_third_hour_adds_nothing() -> None:
    weights = restless_hours(HOURS)
    assert len(weights) == 3 * HOURS
    assert max(weights[6:]) <= 1.02 * max(weights[3:6])
    assert max(weights) < 100_000


def rows(kept: Latest, wide: int) -> list[list[float | None]]:
    return [[None if math.isnan(v) else v for v in row] for row in kept.table(wide).tolist()]


def test_the_latest_rows_in_their_order() -> None:
    kept = Latest(3)
    for value in range(5):
        assert rows(kept, 1) == [[v] for v in range(max(0, value - 3), value)]
        kept.add(np.array([float(value)]))
    assert rows(kept, 1) == [[2.0], [3.0], [4.0]]
    kept.clear()
    assert rows(kept, 1) == []


def test_channels_may_come_later_and_be_forgotten() -> None:
    kept = Latest(2)
    kept.add(np.array([1.0]))
    kept.add(np.array([2.0, 20.0]))
    assert rows(kept, 3) == [[1.0, None, None], [2.0, 20.0, None]]
    kept.add(np.array([3.0]))
    assert rows(kept, 2) == [[2.0, 20.0], [3.0, None]], "not what the row before it knew"
    kept.forget([0, 7])
    assert rows(kept, 2) == [[None, 20.0], [None, None]]


def test_a_watch_takes_no_more_as_it_fills() -> None:
    kept = Latest(600, 4)
    kept.add(np.zeros((4, 28)))
    begun = kept._values
    for _ in range(1300):
        kept.add(np.zeros((4, 28)))
    assert kept._values is begun
    kept.clear()
    assert kept._values is begun


def test_quantiles_are_those_of_numpy() -> None:
    luck = np.random.default_rng(1)
    for size in (1, 2, 3, 12, 77, 600):
        values = luck.normal(size=size) * 1000.0
        shares = (0.0, 0.05, 0.5, 0.68, 0.95, 1.0)
        assert quantile(values, *shares) == tuple(np.quantile(values, shares).tolist())
        assert median(values) == float(np.median(values))
