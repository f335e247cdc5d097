"""What a channel would read on the other phases."""

from __future__ import annotations

import pytest

from smappee_tui.app.guided.whatif import what_if
from tests.app.guided.operator import Play, another, house


def test_the_best_fit_is_where_the_clamp_sits() -> None:
    busy = another(1500.0, 0, (0.0, 500.0))
    play = Play(house(("Kitchen", 0), faults=["phase:3,L2"], extra=[("Kitchen", 0, busy)]))
    play.run()
    verdict = play.judge.judgement().channels[3]
    found = what_if(3, play.judge.evidence, verdict)
    assert found is not None
    best = next(way for way in found.ways if way.best)
    assert (best.phase, best.reversed) == (1, False)
    assert best.pf == pytest.approx(1.0, abs=0.03)
    assert best.watts == pytest.approx(found.va, rel=0.03)
    current = next(way for way in found.ways if way.current)
    assert current.watts == pytest.approx(found.watts, abs=1)
    for phase in range(3):
        normal, turned = (next(w for w in found.ways if (w.phase, w.reversed) == (phase, r)) for r in (False, True))
        assert normal.watts == pytest.approx(-turned.watts)


def test_nothing_is_reckoned_from_nothing() -> None:
    play = Play(house(("Kitchen", 0)))
    play.second()
    assert what_if(3, play.judge.evidence, None) is None
    assert what_if(99, play.judge.evidence, None) is None
