"""A bounded memory: rings that wrap, columns that come and go."""

import math
from array import array

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smappee_tui.protocol.realtime import Realtime
from smappee_tui.site.history import MOST_COLUMNS, MOST_VALUES, History, Ring
from smappee_tui.site.sample import Sample, sample_of
from tests.payloads import START, Row, raw, realtime, topic


def sample(at: float, watts: dict[int, float | None], volts: tuple[float | None, ...] = (230, 231, 232)) -> Sample:
    from smappee_tui.protocol.decode import decode

    rows = [Row(number, value, None if value is None else value / 100) for number, value in watts.items()]
    message = decode(topic("realtime"), raw(realtime(rows, at=at, volts=volts)))[1]
    assert isinstance(message, Realtime)
    return sample_of(message, at, None, None)


# --- the ring ---------------------------------------------------------------------------------------------------------


@given(st.integers(1, 4), st.integers(1, 7), st.integers(0, 30), st.integers(-2, 40))
def test_a_ring_keeps_the_newest_rows_in_order(width: int, capacity: int, count: int, last: int) -> None:
    ring = Ring(width, capacity)
    rows = [array("f", [100 * number + column for column in range(width)]) for number in range(count)]
    for number, row in enumerate(rows):
        ring.append(number, row.tobytes())
    kept = list(range(count))[-capacity:]
    assert len(ring) == len(kept)
    assert [ring.time(place) for place in ring.places()] == kept
    assert [ring.row(place) for place in ring.places()] == [rows[number] for number in kept]
    assert [ring.value(place, width - 1) for place in ring.places()] == [rows[number][-1] for number in kept]
    newest = kept[-last:] if last > 0 else []
    assert [ring.time(place) for place in ring.places(last)] == newest


# --- columns ----------------------------------------------------------------------------------------------------------

shapes = st.dictionaries(st.integers(0, 6), st.none() | st.integers(-30_000, 30_000), max_size=5)


@given(st.lists(shapes, max_size=25), st.integers(1, 12))
def test_history_against_a_plain_list(shapes: list[dict[int, float | None]], capacity: int) -> None:
    """Whatever inputs come and go, each keeps what it read within the newest seconds, and nothing else."""
    history = History(capacity)
    for second, watts in enumerate(shapes):
        history.add(sample(START + second, watts))
    assert len(history) == min(len(shapes), capacity)
    newest = list(enumerate(shapes))[-capacity:]
    for number in range(8):
        expected = [(START + second, watts[number]) for second, watts in newest if watts.get(number) is not None]
        assert history.watts(number) == expected
        assert [at for at, _ in history.amps(number)] == [at for at, _ in expected]
    for phase in range(3):
        assert history.volts(phase) == [(START + second, 230 + phase) for second, _ in newest]
    assert history.inputs == tuple(sorted({number for watts in shapes for number in watts}))


def test_the_last_seconds_alone() -> None:
    history = History()
    for second in range(30):
        history.add(sample(START + second, {0: second}))
    assert [watts for _, watts in history.watts(0, 3)] == [27, 28, 29]
    assert history.watts(0, 0) == []
    assert len(history.watts(0, 1000)) == 30


def test_an_hour_is_kept_and_no_more() -> None:
    history = History()
    for second in range(4000):
        history.add(sample(START + second, {0: second}))
    assert len(history) == 3600
    assert [history.watts(0)[0][1], history.watts(0)[-1][1]] == [400, 3999]


def test_what_is_not_there_is_empty() -> None:
    history = History()
    assert (len(history), history.watts(0), history.amps(0), history.volts(0)) == (0, [], [], [])
    history.add(sample(START, {3: 5}, volts=(230, None)))
    for number in (-1, 0, 4, 10**9):
        assert history.watts(number) == history.amps(number) == []
    for phase in (-1, 1, 2, 3, 99):
        assert history.volts(phase) == []


@pytest.mark.parametrize("count", [28, 200, 400])
def test_memory_is_bounded_whatever_the_width(count: int) -> None:
    history = History()
    history.add(sample(START, dict.fromkeys(range(count), 1.0)))
    assert len(history._seconds._values) <= MOST_VALUES
    assert history._seconds.capacity >= min(3600, MOST_VALUES // (2 * count + 3))
    if count <= 100:
        assert history._seconds.capacity == 3600


def test_ever_new_inputs_do_not_grow_without_end() -> None:
    history = History(20)
    for second in range(20):
        history.add(sample(START + second, dict.fromkeys(range(second * 300, second * 300 + 300), 1.0)))
    assert len(history.inputs) <= MOST_COLUMNS
    assert len(history.watts(19 * 300)) == 1


def test_keeping_more_from_now_on() -> None:
    history = History(5)
    history.keep(6)
    for second in range(10):
        history.add(sample(START + second, {0: second}))
    assert [watts for _, watts in history.watts(0)] == [4, 5, 6, 7, 8, 9]
    history.keep(8)
    history.add(sample(START + 10, {0: 10}))
    assert [watts for _, watts in history.watts(0)] == [4, 5, 6, 7, 8, 9, 10]
    history.keep(3)
    assert [watts for _, watts in history.watts(0)] == [8, 9, 10]


def test_32_bits_are_enough() -> None:
    history = History()
    history.add(sample(START, {0: 123_457, 1: -1e9}))
    assert history.watts(0)[0][1] == 123_457
    assert history.watts(1)[0][1] == -1e9
    assert not math.isnan(history.volts(0)[0][1])


# --- least and most of stretches --------------------------------------------------------------------------------------

watched = st.lists(st.tuples(st.floats(0.4, 30, allow_nan=False), st.integers(-9000, 9000) | st.none()), max_size=60)


@example([(20.0, 0)], 1, 20)  # on the very begin of the last stretch
@given(watched, st.integers(1, 90), st.sampled_from([20, 120, 900, 3600]))
def test_no_extreme_is_lost_and_none_made_up(steps: list[tuple[float, int | None]], count: int, seconds: float) -> None:
    history, at, known = History(), START, []
    for wait, watts in steps:
        at += wait
        history.add(sample(at, {3: watts}))
        if watts is not None:
            known.append((at, float(watts)))
    found = history.extents([(3, 1.0)], at, seconds, count)
    assert len(found) == count
    step = seconds / count
    begin = (at // step + 1) * step - seconds
    inside = [watts for when, watts in known if when >= begin]
    told = [one for one in found if one is not None]
    assert {value for one in told for value in one} <= {watts for _, watts in known}
    assert all(one.least <= one.most for one in told)
    if inside:
        before = [watts for when, watts in known if when < begin][-1:]  # may still hold when the first stretch begins
        assert min(inside) >= min(one.least for one in told) >= min(inside + before)
        assert max(inside) <= max(one.most for one in told) <= max(inside + before)
    for when, watts in known:
        place = int((when - begin) // step)
        if 0 <= place < count:
            one = found[place]
            assert one is not None
            assert one.least <= watts <= one.most


def test_lost_seconds_are_a_gap_and_a_held_second_is_none() -> None:
    history = History()
    for second in [*range(20), *range(26, 40)]:
        history.add(sample(START + second + 0.3, {0: 100 if second < 20 else -50}))
    found = history.extents([(0, 1.0)], START + 39.3, 40, 80)
    empty = [place for place, one in enumerate(found) if one is None]
    assert empty == [0, *range(43, 53)], "before the first one, and from 1.5 s after the last one to the next one"


def test_a_monitor_that_speaks_seldom_has_no_gaps() -> None:
    history = History()
    for second in range(0, 60, 5):
        history.add(sample(START + second, {0: 100}))
    assert None not in history.extents([(0, 1.0)], START + 55, 50, 100)


def test_sums_are_of_the_same_second_and_unknown_where_a_part_is() -> None:
    history = History()
    for second in range(6):
        history.add(sample(START + second, {0: 1000, 1: None if second == 2 else 300 + second}))
    found = history.extents([(0, 1.0), (1, -1.0)], START + 5, 6, 6)
    assert found == [(700, 700), (699, 699), None, (697, 697), (696, 696), (695, 695)]
    assert history.extents([(0, 1.0), (9, 1.0)], START + 5, 6, 6) == [None] * 6
    assert history.extents([], START + 5, 6, 2) == [None, None]
    assert History().extents([(0, 1.0)], START, 6, 2) == [None, None]


def test_what_came_later_does_not_count() -> None:
    """A frozen picture keeps what it showed, while the history goes on."""
    history = History()
    for second in range(30):
        history.add(sample(START + second, {0: second}))
    held = history.extents([(0, 1.0)], START + 29, 20, 20)
    for second in range(30, 50):
        history.add(sample(START + second, {0: 9999}))
    assert history.extents([(0, 1.0)], START + 29, 20, 20) == held


def test_a_wrapped_history_is_decimated_as_a_whole_one() -> None:
    whole, small = History(), History(100)
    for second in range(333):
        for history in (whole, small):
            history.add(sample(START + second, {0: second % 17 - 8, 4: second}))
    assert small.extents([(0, 2.0), (4, -1.0)], START + 332, 90, 45) == whole.extents(
        [(0, 2.0), (4, -1.0)], START + 332, 90, 45
    )
    assert (small.begins, small.full) == (START + 233, True)
    assert (whole.begins, whole.full, History().begins) == (START, False, None)
