"""How good the line is: duplicates, lateness, clocks, gaps, rate, restarts."""

import pytest

from smappee_tui.site.quality import CLOCK_SET_BACK, LATE_IN_A_ROW, LinkQuality
from tests.payloads import START, Row
from tests.site.watch import Watch


def test_a_quiet_line() -> None:
    watch = Watch()
    for second in range(120):
        watch.second([Row(0, second, 1.0)])
    quality = watch.site.quality
    assert (quality.realtime, quality.messages, quality.bad) == (120, 120, 0)
    assert (quality.duplicates, quality.late, quality.clock_jumps, quality.restarts) == (0, 0, 0, 0)
    assert quality.rate == pytest.approx(1.0)
    assert quality.longest_gap == 1.0
    assert (quality.first_at, quality.last_at) == (START + 1, START + 120)
    assert quality.offset == 0
    assert quality.age(START + 123.5) == 3.5


def test_nothing_heard_yet() -> None:
    quality = LinkQuality()
    assert (quality.age(START), quality.rate, quality.offset, quality.longest_gap) == (None, None, None, 0)
    quality.take(START, None)
    assert (quality.age(START), quality.rate, quality.offset) == (0, None, None)


def test_a_duplicate_is_counted_and_not_folded_in_twice() -> None:
    watch = Watch()
    assert watch.second([Row(0, 1, 1.0)], sent=START)
    assert not watch.second([Row(0, 2, 1.0)], sent=START)
    assert watch.channel(0).watts == 1
    assert watch.site.quality.duplicates == 1
    assert watch.site.quality.messages == 2
    assert len(watch.site.history) == 1


def test_a_late_message_is_counted_and_not_folded_in() -> None:
    watch = Watch()
    for sent in (1, 2, 4, 3, 5, 4, 6):
        watch.second([Row(0, sent, 1.0)], sent=START + sent)
    assert [watts for _, watts in watch.site.history.watts(0)] == [1, 2, 4, 5, 6]
    assert (watch.site.quality.late, watch.site.quality.clock_jumps) == (2, 0)


def test_a_clock_set_back_is_no_lateness() -> None:
    watch = Watch()
    for second in range(10):
        watch.second([Row(0, second, 1.0)])
    for second in range(10, 20):
        watch.second([Row(0, second, 1.0)], sent=START - 3600 + second)
    quality = watch.site.quality
    assert quality.clock_jumps == 1
    assert quality.late == LATE_IN_A_ROW - 1
    assert watch.channel(0).watts == 19
    assert quality.offset == pytest.approx(-3601)


def test_one_stamp_far_in_the_future_is_survived() -> None:
    watch = Watch()
    watch.second([Row(0, 1, 1.0)], sent=START + 1e9)
    for second in range(5):
        watch.second([Row(0, second, 1.0)])
    assert watch.channel(0).watts == 4


def test_a_clock_set_forward_needs_no_mercy() -> None:
    watch = Watch()
    for second in range(6):
        watch.second([Row(0, second, 1.0)], sent=START + second + (7200 if second > 2 else 0))
    assert len(watch.site.history) == 6
    assert watch.site.quality.late == 0


def test_a_monitor_without_a_clock() -> None:
    quality = LinkQuality()
    assert all(quality.take(START + second, None) for second in range(10))
    assert quality.offset is None
    assert quality.rate == pytest.approx(1.0)


def test_gaps_and_rate() -> None:
    quality = LinkQuality()
    for at in (0, 1, 2, 14.5, 15.5):
        quality.take(START + at, START + at)
    assert quality.longest_gap == 12.5
    assert quality.rate == pytest.approx(4 / 15.5)
    for at in range(200, 300):
        quality.take(START + at, START + at)
    assert quality.rate == pytest.approx(1.0)
    assert quality.longest_gap == 184.5


def test_the_offset_is_that_of_the_fastest_message() -> None:
    """A message held up on its way seems older: the least delay tells most about the clocks."""
    quality = LinkQuality()
    for second, delay in enumerate((0.2, 3.0, 0.1, 0.9)):
        quality.take(START + second + delay, START + second + 10)
    assert quality.offset == pytest.approx(9.9)


def test_a_burst_costs_no_memory() -> None:
    quality = LinkQuality()
    for number in range(5_000):
        quality.take(START, START + number)
    assert len(quality._recent) <= 1001
    assert quality.rate is None


def test_a_little_disorder_on_the_receiving_clock() -> None:
    watch = Watch()
    for second, at in enumerate((10, 12, 11, 13)):
        watch.now = START + at - 1
        watch.second([Row(0, second, 1.0)], sent=START + second)
    times = [at - START for at, _ in watch.site.history.watts(0)]
    assert times == [10, 12, 12, 13]
    assert watch.site.quality.last_at == START + 13
    assert watch.site.quality.longest_gap == 1


@pytest.mark.parametrize("back", [CLOCK_SET_BACK + 5, 3600, 10 * 365 * 86400])
def test_the_receiving_clock_set_back_does_not_stop_time(back: float) -> None:
    watch = Watch()
    for second in range(10):
        watch.second([Row(0, second, 1.0)], sent=START + second)
    watch.now -= back
    for second in range(10, 20):
        watch.second([Row(0, second, 1.0)], sent=START + second)
    quality = watch.site.quality
    assert quality.last_at == watch.now
    assert quality.first_at is not None
    assert 18 <= quality.last_at - quality.first_at <= 20
    assert quality.age(watch.now + 30) == 30
    assert quality.rate == pytest.approx(1.0)
    assert quality.longest_gap == 1
    assert watch.view.at == watch.now
    assert len({at for at, _ in watch.site.history.watts(0, 10)}) == 10
    assert quality.clock_jumps == 0


# --- what is missing --------------------------------------------------------------------------------------------------


def heard(*seconds: tuple[float, float | None]) -> LinkQuality:
    """A line on which each of these came: receiving clock and stamp."""
    quality = LinkQuality()
    for at, sent in seconds:
        quality.take(START + at, None if sent is None else START + sent)
    return quality


def every(begin: int, end: int, late: float = 0.0, all_at: float | None = None) -> list[tuple[float, float | None]]:
    return [(second + late if all_at is None else all_at, second) for second in range(begin, end)]


@pytest.mark.parametrize(
    ("came", "missing"),
    [
        pytest.param([*every(0, 9), *every(9, 70, all_at=69), *every(70, 80)], 0, id="stopped, all was kept for us"),
        pytest.param([*every(0, 9), *every(9, 39, all_at=69), *every(71, 80)], 33, id="stopped, and sent away"),
        pytest.param([*every(0, 9), *every(69, 80)], 61, id="stopped, nothing was kept"),
        pytest.param([*every(0, 24, all_at=45), *every(47, 60)], 24, id="stopped before anything, and sent away"),
        pytest.param([(0, 0), (1, 1), (1.1, 2), *((n, n + 3600.0) for n in range(3, 9))], 0, id="set after a late one"),
        pytest.param([*every(0, 9), *every(42, 60)], 34, id="the connection was lost"),
        pytest.param([*every(0, 9), *every(9, 30, late=3600.0), *every(30, 60)], 0, id="our clock was set, and back"),
        pytest.param([*every(0, 9), *every(40, 60, late=3600.0)], 32, id="our clock was set while nothing came"),
        pytest.param([*every(0, 9), *((n, n + 3600.0) for n in range(9, 30))], 0, id="its clock was set"),
        pytest.param([*every(0, 9), *((n, n - 3600.0) for n in range(50, 60))], 44, id="it came back without a clock"),
        pytest.param([(0, None), (1, None), (31, None), (32, None)], 30, id="it has no clock"),
        pytest.param([*every(0, 9, late=3600.0), *every(9, 20), *every(50, 60)], 31, id="set back, and then a gap"),
    ],
)
def test_missing_is_what_was_never_measured(came: list[tuple[float, float | None]], missing: float) -> None:
    quality = heard(*came)
    assert quality.silent == missing
    assert (quality.gaps > 0, quality.longest_gap >= 5) == (missing > 0, missing > 0)
    assert quality.missing(came[-1][0] + START) == missing
    assert quality.missing(came[-1][0] + START + 20) == missing + 20


def test_what_waited_with_the_last_one_is_missing_too_if_nothing_follows() -> None:
    """Stopped for a minute, and nothing came after the half of it that had been kept."""
    quality = heard(*every(0, 9), *every(9, 39, all_at=69))
    assert quality.missing(START + 70) == 0
    assert quality.missing(START + 89) == 20 + 31
    assert heard(*every(0, 9), (3609, 9)).missing(START + 3629) == 20, "a clock that was set"


# --- restarts ---------------------------------------------------------------------------------------------------------


def test_a_restart_shows_in_the_counters() -> None:
    watch = Watch()
    for energy in (0, 5_000, 9_000, 0, 100, 5_000, 9_000, 12_000, 30, 60):
        watch.second([Row(0, 1, 1.0), Row(1, 1, 1.0, imported=energy)])
    assert watch.site.quality.restarts == 2
    assert watch.site.quality.problems[-1].what.code == "messages.counters_fell"


def test_counters_that_stand_still_or_are_not_there_are_no_restart() -> None:
    watch = Watch()
    for _ in range(5):
        watch.second([Row(0, 1, 1.0, imported=50), Row(1, 0, 0.0)])
    for _ in range(3):
        watch.take(
            "realtime", {"utcTimeStamp": (watch.now + 100) * 1000, "channelPowers": [{"ctInput": 0, "power": 1}]}
        )
        watch.now += 1
    assert watch.site.quality.restarts == 0


def test_rows_in_another_order_are_no_restart() -> None:
    watch = Watch()
    low, high = Row(0, 1, 1.0, imported=10), Row(1, 1, 1.0, imported=9_000_000)
    for rows in ([high, low], [low, high], [low], [high], [], [low, high]):
        watch.second(rows)
    assert watch.site.quality.restarts == 0


def test_a_reversal_exchanges_the_counters_and_is_no_restart() -> None:
    watch = Watch()
    for imported, exported in ((9_000, 100), (9_010, 100), (100, 9_020), (100, 9_030)):
        watch.second([Row(0, 1, 1.0, imported=imported, exported=exported)])
    assert watch.site.quality.restarts == 0
