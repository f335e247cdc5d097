import math

from smappee_tui.site.history import History
from smappee_tui.tui.live.trend import Trends, bars, binned
from tests.tui.houses import START, twelve
from tests.tui.scene import Scene


def test_bars_show_the_size() -> None:
    assert bars([0, 500, 1000]) == "▁▄▇"
    assert bars([-1000, 0]) == "▇▁"
    assert bars([900, 1000]) == "▆▇"
    assert bars([3, -2, 1]) == "▂▂▁"
    assert bars([math.nan, 100]) == " ▇"
    assert bars([math.nan]) == " "
    assert bars([]) == ""


def test_bins_are_means_of_equal_stretches() -> None:
    points = [(10.0, 1.0), (14.0, 3.0), (15.0, 10.0), (99.0, 5.0), (-5.0, 5.0)]
    low, high = binned(points, until=20, cells=2, seconds=5)
    assert (low, high) == (2.0, 10.0)
    assert math.isnan(binned([], 20, 1, 5)[0])


def test_a_trend_moves_only_when_a_stretch_is_complete() -> None:
    scene = Scene(twelve()).configure().run(40)
    history = scene.session.site.history  # type: ignore[union-attr]
    trends = Trends()
    first = trends.of(history, 4, START + 40, 12)
    assert len(first) == 12
    assert trends.of(history, 4, START + 41, 12) is first
    assert trends.of(history, 4, START + 50, 12) is not first
    assert trends.of(History(), 4, START + 40, 8) == " " * 8
