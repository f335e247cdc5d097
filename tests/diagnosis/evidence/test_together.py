"""The record is the same however often it is brought up to date, whatever happens in between."""

import math
import random
from typing import Any

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.record import TOGETHER, Evidence
from smappee_tui.diagnosis.evidence.watch.collector import EvidenceCollector
from smappee_tui.diagnosis.model.geometry import DELTA_NEUTRAL, STAR
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.received import Mark
from smappee_tui.site.sample import Sample
from tests.diagnosis.made import sample

CHANNELS = 8


def settings(phase_of_last: int = 1) -> dict[int, ChannelSetting]:
    """Three grid CTs, a three-phase load, an oven and solar."""
    words = [("GRID", "Mains")] * 3 + [("SUBMETER", "Pump")] * 3 + [("SUBMETER", "Oven"), ("GRID", "Sun")]
    return {
        n: ChannelSetting(
            n,
            name,
            "PRODUCTION" if name == "Sun" else "CONSUMPTION",
            where,
            phase_of_last if n == CHANNELS - 1 else n % 3,
            False,
            False,
            None,
            None,
        )
        for n, (where, name) in enumerate(words)
    }


def stream(seed: int, seconds: int) -> list[Sample]:
    """A restless house: steps, readings that fail, holes, a clamp that is turned and two that are exchanged."""
    rng = random.Random(seed)
    loads = [rng.uniform(50, 900) for _ in range(CHANNELS)]
    at, found = 0.0, []
    for second in range(seconds):
        at += 20.0 if rng.random() < 0.004 else 1.0
        if rng.random() < 0.12:
            loads[rng.randrange(3, CHANNELS)] = rng.choice((20.0, 400.0, 1500.0, 3000.0)) * rng.uniform(0.95, 1.05)
        if second % 50 == 31:  # what the marks announce
            loads[6] = 1700.0 if loads[6] < 1000 else 200.0
        own = [(loads[n] + rng.gauss(0, 5), abs(loads[n]) * 1.04 + 2) for n in range(3, CHANNELS)]
        if second > 200:  # the oven's clamp was turned
            own[3] = (-own[3][0], own[3][1])
        grid = [(sum(loads[n] for n in range(3, 7) if n % 3 == k) + rng.gauss(0, 9), 0.0) for k in range(3)]
        grid = [(watts, abs(watts) * 1.02 + 3) for watts, _ in grid]
        if second > 300:
            grid[0], grid[1] = grid[1], grid[0]
        one = sample(at, [*grid, *own], tuple(230 + rng.gauss(0, 0.3) for _ in range(3)))  # type: ignore[arg-type]
        one.total_vars = rng.gauss(0, 300)
        if rng.random() < 0.05:
            missing = rng.randrange(CHANNELS)
            one.watts[missing] = math.nan
            if rng.random() < 0.5:
                one.amps[missing] = math.nan
        if 120 < second < 150:  # the last hub is silent
            one.inputs = one.inputs[:-1]
            one.watts, one.amps = one.watts[:-1], one.amps[:-1]
            one.volt_amperes = one.volt_amperes[:-1] if one.volt_amperes else None
        found.append(one)
    return found


def judged(samples: list[Sample], cuts: random.Random | None, geometry: Any) -> Evidence:
    """Bring the record up to date at random, or only in the end."""
    collector = EvidenceCollector(geometry)
    collector.configure(settings())
    for second, one in enumerate(samples):
        if second == 240:
            collector.configure(settings(phase_of_last=2))
        if second % 50 == 30:
            collector.mark(Mark(one.at + 0.5, "load-on", 1500.0, 6))
        collector.process(one)
        if cuts is not None and cuts.random() < 0.4:
            collector.catch_up()
    collector.catch_up()
    return collector.record


def plain(thing: Any) -> Any:
    """A record as nested lists of numbers and words."""
    if isinstance(thing, dict):
        return [[plain(key), plain(value)] for key, value in thing.items()]
    if isinstance(thing, np.ndarray):
        return plain(thing.tolist())
    if isinstance(thing, (set, frozenset)):
        return sorted(map(repr, thing))
    if isinstance(thing, (str, int, float, type(None))):
        return thing
    if hasattr(thing, "__iter__"):
        return [plain(one) for one in thing]
    names = getattr(thing, "__dict__", None) or getattr(type(thing), "__slots__", ())
    return [plain(getattr(thing, name)) for name in names]


def alike(one: Any, other: Any) -> bool:
    """The same but for the order in which numbers were added."""
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return bool(one == pytest.approx(other, rel=1e-9, abs=1e-9, nan_ok=True))
    return bool(one == other)


@pytest.mark.parametrize("seed", range(6))
def test_however_it_is_cut(seed: int) -> None:
    samples = stream(seed, 400)
    geometry = DELTA_NEUTRAL if seed == 5 else STAR
    whole = judged(samples, None, geometry)
    cut = judged(samples, random.Random(seed), geometry)
    for name in ("tracks", "steps", "grid", "movers", "edges", "sags", "duplicates", "inverter_responses"):
        assert alike(plain(getattr(cut, name)), plain(getattr(whole, name))), name
    for name in ("samples", "signed_votes", "volt_noise", "lone_load_steps", "lone_tests"):
        assert alike(plain(getattr(cut, name)), plain(getattr(whole, name))), name
    assert alike(plain(cut.wires), plain(whole.wires))
    assert alike(plain(cut.flicker), plain(whole.flicker))
    assert alike(plain(cut.rests), plain(whole.rests))
    assert alike(plain(cut.timeline.watts(20)), plain(whole.timeline.watts(20)))
    assert whole.wires.events
    assert whole.grid.steady_states
    assert whole.edges


def test_seconds_wait_until_enough_are_there() -> None:
    collector = EvidenceCollector(STAR)
    collector.configure(settings())
    samples = stream(1, TOGETHER + 3)
    for one in samples:
        collector.process(one)
    assert collector.record.samples == TOGETHER
    assert collector.samples == TOGETHER + 3
