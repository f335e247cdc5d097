"""Flicker that a grid CT mirrors tells the wire, and flicker that none does tells nothing."""

import math

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.flicker import Flicker
from smappee_tui.diagnosis.evidence.watch.timeline import Timeline
from smappee_tui.diagnosis.model.geometry import STAR
from tests.diagnosis.made import role, sample

ROLES = {0: role(0, kind="grid"), 3: role(3)}
SAMPLES = 30
"""Taken at once."""


def watched(shown: float, seconds: int = 600, noise: float = 3.0) -> Flicker:
    """A circuit whose power flickers by 20 W, and a grid CT that shows so much of it."""
    rng = np.random.default_rng(4)
    own = 500.0 + rng.normal(0, 20, seconds)
    grid = 200.0 + shown * own + rng.normal(0, noise, seconds)
    flicker, timeline = Flicker(), Timeline()
    flicker.configure((3,), (0,))
    watts = np.zeros((seconds, 4))
    watts[:, 0], watts[:, 3] = grid, own
    samples = [sample(float(n), [(float(w), abs(float(w))) for w in row]) for n, row in enumerate(watts)]
    for first in range(0, seconds, SAMPLES):
        part = watts[first : first + SAMPLES]
        timeline.extend(samples[first : first + SAMPLES], np.array([part, np.abs(part), np.abs(part) / 230.0]))
        flicker.observe(timeline, SAMPLES)
    return flicker


@pytest.mark.parametrize("noise", [3.0, 25.0])
def test_no_watch_says_more_than_its_depth(noise: float) -> None:
    """However well a slope is known, the other direction stays out, though "nothing of it" is even further off."""
    (_, found) = watched(1.0, noise=noise).scores(ROLES, STAR)[3]
    assert found[0, 0, 1] == 6.0
    assert found[0, 3, 1] == pytest.approx(math.log(0.5), abs=0.01)


def test_what_no_grid_ct_mirrors_says_that_the_meters_do_not_share_their_seconds() -> None:
    """One half for "shares nothing", and no more however long: not that it is on another wire."""
    for seconds in (300, 3000):
        (_, found) = watched(0.0, seconds).scores(ROLES, STAR)[3]
        assert list(found.values()) == [pytest.approx(math.log(0.5), abs=0.1)] * 4


def test_a_slope_is_known_less_well_than_least_squares_say() -> None:
    flicker = watched(1.0, noise=10.0)
    slope, spread = flicker.slopes()
    changes = 20.0 * math.sqrt(2)
    plain = 10.0 * math.sqrt(2) / changes / math.sqrt(float(flicker.seconds[0, 0]))
    assert spread[0, 0] / plain == pytest.approx(1.6, rel=0.15)
    assert slope[0, 0] == pytest.approx(1.0, abs=3 * spread[0, 0])
