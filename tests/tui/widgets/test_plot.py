"""Power over time as text: signed about one zero line, gaps where nothing came, nothing that leaves the drawing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from smappee_tui.site.history import Extent
from smappee_tui.tui.widgets.lines import length, plain
from smappee_tui.tui.widgets.plot import SCALE, Curve, TimeMark, columns_of, plot_lines, scale_of


def curve(width: int, watts: object, several: bool = False, **more: object) -> Curve:
    """A curve of this function of time, 0 to 1."""
    count = columns_of(width, several)
    values = [watts(place / count) for place in range(count)]  # type: ignore[operator]
    extents = [v if v is None or isinstance(v, Extent) else Extent(v, v) for v in values]
    return Curve(tuple(extents), **more)  # type: ignore[arg-type]


def text(curves: list[Curve], marks: list[TimeMark], seconds: float, width: int, height: int) -> str:
    lines = plot_lines(curves, marks, seconds, width, height)
    assert len(lines) == height
    assert all(length(line) <= width for line in lines)
    return "\n".join(plain(line) for line in lines)


def kettle(t: float) -> float | None:
    """Export at noon, a kettle, lost seconds, and a cloud."""
    if 0.6 < t < 0.7:
        return None
    return 1400.0 if 0.3 < t < 0.4 else -900 + 300 * math.sin(9 * t)


MARKS = [TimeMark(0.3, "▲", "strong"), TimeMark(0.4, "▼", "strong"), TimeMark(0.9, "▴")]


@pytest.mark.parametrize(
    ("seconds", "width", "height"), [(120.0, 40, 8), (900.0, 49, 12), (3600.0, 100, 16), (120.0, 20, 6)]
)
def test_signed_power_with_a_gap_and_marks(
    seconds: float, width: int, height: int, snapshot: SnapshotAssertion
) -> None:
    assert text([curve(width, kettle)], MARKS, seconds, width, height) == snapshot


def test_a_balance_is_told_apart_without_colours(snapshot: SnapshotAssertion) -> None:
    curves = [
        curve(60, lambda t: 500 + 1000 * t, several=True, letter="●"),
        curve(60, lambda t: 900.0, several=True, letter="■", every=2),
        curve(60, lambda t: 2600.0 if t > 0.5 else 800.0, several=True, letter="◆", every=3),
        curve(60, lambda t: 1400 + 1000 * t - (2600.0 if t > 0.5 else 800.0), several=True, letter="○"),
    ]
    assert text(curves, [], 900.0, 60, 14) == snapshot


@pytest.mark.parametrize(
    "values",
    [[3680.0], [-3680.0], [0.0], [math.nan, math.inf, -math.inf], [3.0e38, -3.0e38], [1e-30], [-0.0, 2.0, -1.0]],
    ids=["import", "export", "zero", "no numbers", "huge", "next to nothing", "crosstalk"],
)
def test_one_sample_or_absurd_ones(values: list[float], snapshot: SnapshotAssertion) -> None:
    extents: list[Extent | None] = [None] * columns_of(30)
    for place, value in enumerate(values):
        extents[-1 - 2 * place] = Extent(value, value)
    assert text([Curve(tuple(extents))], [], 120.0, 30, 8) == snapshot


def test_export_does_not_look_like_import() -> None:
    """Not even at a glance: the dots stand on the other side of the zero line."""
    taken, given_back = (plot_lines([curve(40, lambda t, s=sign: s * 3680.0)], [], 120.0, 40, 8) for sign in (1, -1))
    assert plain(taken[0]).split()[:2] == ["4", "kW"]
    assert plain(given_back[6]).split()[:2] == ["-4", "kW"]
    assert [plain(line)[SCALE:].strip(" ⠁⡀") != "" for line in taken[:7]] != [
        plain(line)[SCALE:].strip(" ⠁⡀") != "" for line in given_back[:7]
    ]


extents = st.none() | st.tuples(*[st.floats(width=32)] * 2).map(lambda pair: Extent(min(pair), max(pair)))


@given(st.lists(extents, max_size=80), st.integers(12, 60), st.integers(6, 20), st.lists(st.floats(-1, 2), max_size=5))
def test_nothing_leaves_the_drawing(found: list[Extent | None], width: int, height: int, places: list[float]) -> None:
    text([Curve(tuple(found))], [TimeMark(place, "▴") for place in places], 900.0, width, height)


@given(st.lists(st.tuples(*[st.floats(-1e9, 1e9)] * 2).map(lambda p: Extent(min(p), max(p))), min_size=1, max_size=9))
def test_the_scale_holds_all_and_is_not_much_too_wide(found: list[Extent]) -> None:
    low, high = scale_of(found)
    most, least = max(0.0, *(e.most for e in found)), min(0.0, *(e.least for e in found))
    assert low <= 0 <= high
    assert high - low >= 50
    slack = (most - least) / 45  # what a scale of the other sign may leave out
    assert low - 1e-6 <= least + slack
    assert high + slack + 1e-6 >= most
    assert high - low <= max(50.0, 2.01 * (most - least))


def test_a_step_is_joined_and_a_gap_is_not() -> None:
    step = curve(30, lambda t: 0.0 if t < 0.5 else 2000.0)
    joined = [plain(line)[SCALE + 10 : SCALE + 12] for line in plot_lines([step], [], 120.0, 30, 8)[:7]]
    assert all(cell.strip(" ⠁⠈⡀⢀") for cell in joined[1:5])
    gap = curve(30, lambda t: None if 0.4 < t < 0.6 else 0.0 if t < 0.5 else 2000.0)
    broken = [plain(line)[SCALE + 10 : SCALE + 12] for line in plot_lines([gap], [], 120.0, 30, 8)[:7]]
    assert not any(cell.strip(" ⠁⠈⡀⢀⠤") for cell in broken[:5])
