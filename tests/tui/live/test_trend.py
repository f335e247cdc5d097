import math

import pytest

from smappee_tui.site.history import History
from smappee_tui.tui.live.trend import Trends, binned, ticks
from tests.tui.houses import START, twelve
from tests.tui.scene import Scene


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([3680, -3680], "┸┰"),
        ([100, -100], "┴┬"),
        ([0, 19, -19, 2000], "───┸"),
        ([499, 500, -499, -500], "┴┸┬┰"),
        ([math.nan, 5, math.nan, -900], " ─ ┰"),
        ([1e30, -1e30, math.inf, -math.inf], "┸┰┸┰"),
        ([], ""),
    ],
    ids=["taken and given back", "small ones", "nothing, then a load", "bounds", "gaps", "absurd", "none"],
)
def test_each_value_stands_on_its_side_of_the_line(values: list[float], drawn: str) -> None:
    assert ticks(values) == drawn


def test_every_row_has_the_same_scale() -> None:
    """A lamp does not look like a kettle because it is the largest of its own row."""
    assert ticks([60.0] * 2) == "┴┴"
    assert ticks([2000.0] * 2) == "┸┸"


def test_bins_are_means_of_equal_stretches() -> None:
    points = [(10.0, 1.0), (14.0, 3.0), (15.0, 10.0), (99.0, 5.0), (-5.0, 5.0)]
    low, high = binned(points, until=20, count=2, seconds=5)
    assert (low, high) == (2.0, 10.0)
    assert math.isnan(binned([], 20, 1, 5)[0])


def test_a_trend_moves_only_when_a_stretch_is_complete() -> None:
    scene = Scene(twelve()).configure().run(40)
    history = scene.session.site.history  # type: ignore[union-attr]
    trends = Trends()
    first = trends.of(history, 4, START + 40, 12)
    assert first == " " * 8 + "┸" * 4
    assert trends.of(history, 4, START + 49, 12) is first
    assert trends.of(history, 4, START + 50, 12) is not first
    assert trends.of(History(), 4, START + 40, 8) == " " * 8


def test_the_table_shows_export_below_the_line() -> None:
    scene = Scene(twelve()).configure().run(130)
    history = scene.session.site.history  # type: ignore[union-attr]
    trends = Trends()
    assert {number: trends.of(history, number, START + 130, 12)[-3:] for number in (0, 1, 8)} == {
        0: "┸┸┸",
        1: "┰┰┰",
        8: "───",
    }
