"""What a circuit's own angle says at rest, and how much at most."""

import math

import pytest

from smappee_tui.diagnosis.evidence.angle import angle_evidence, gives_chance
from smappee_tui.diagnosis.evidence.watch.tracks import Plateau, Track
from smappee_tui.diagnosis.model.geometry import STAR
from tests.diagnosis.made import VOLTS, resting, role


def plateau(watts: float, volt_amperes: float, sign: int = 0) -> Plateau:
    return Plateau(watts, volt_amperes, volt_amperes / VOLTS, 24.0, 0.0, sign)


def scores(track: Track, kind: str = "sub", gives: float = 0.0) -> dict[tuple[int, int], float]:
    return angle_evidence(role(3, 0, kind=kind), track, STAR, gives=gives).scores


@pytest.mark.parametrize(("watts", "kind", "most"), [(800.0, "sub", 5.5), (2000.0, "sub", 6.5), (3000.0, "solar", 7.5)])
def test_no_angle_says_more_than_its_depth(watts: float, kind: str, most: float) -> None:
    """A load that is turned for certain, were it not for what exists."""
    found = scores(resting(watts, watts), kind)
    assert found[0, 1] == 0.0
    assert min(found.values()) == found[1, 1] == -most


def test_what_gives_reads_as_a_load_that_is_turned() -> None:
    """The example of the page: 1840 W at power factor 1."""
    load = resting(1840.0, 1840.0)
    assert scores(load, gives=0.04)[1, 1] == pytest.approx(-2.8, abs=0.05)
    assert scores(load, gives=0.006)[1, 1] == pytest.approx(-4.7, abs=0.05)


def test_how_likely_a_circuit_gives() -> None:
    sun, load = resting(800.0, 800.0), resting(800.0, 800.0)
    load.jumps = 2
    assert gives_chance(None) == gives_chance(sun) == 0.04
    assert gives_chance(load) == 0.006
    assert angle_evidence(role(), load, STAR).scores == scores(load, gives=0.04), "if nobody says"


def test_a_second_rest_counts_half() -> None:
    once, again = resting(1840.0, 1840.0), resting(1840.0, 1840.0)
    again.plateaus.append(plateau(1840.0, 1840.0))
    more = resting(1840.0, 1840.0)
    more.plateaus += [plateau(1840.0, 1840.0)] * 3
    single = scores(once, gives=0.04)[1, 1]
    assert scores(again, gives=0.04)[1, 1] == pytest.approx(1.5 * single)
    assert scores(more, gives=0.04)[1, 1] == pytest.approx(1.5 * single), "and no third one"


@pytest.mark.parametrize("sign", [1, -1])
def test_where_its_sign_is_published_the_other_one_is_out(sign: int) -> None:
    track = Track(700.0, 800.0, most_amps=4.0)
    track.plateaus.append(plateau(700.0, 800.0, sign))
    found = scores(track)
    assert max(found[h, sign] for h in range(6)) == 0.0
    assert {found[h, -sign] for h in range(6)} == {-5.5}
    assert math.isclose(max(found.values()), 0.0)
