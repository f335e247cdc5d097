"""Energy counters: restarts, and numbers that are only wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from tests import payloads as p
from tests.site.watch import Watch

BASE = 10_000_000.0


def counted(values: Iterable[tuple[float, float, float]]) -> tuple[int, int]:
    """(restarts, glitches) after these counters of three channels, a second each."""
    watch = Watch(p.TWENTY, "grid:0 grid:1 grid:2")
    for three in values:
        watch.second([p.Row(n, 1000 + n, 4.0, n, imported=value) for n, value in enumerate(three)])
    return watch.site.quality.restarts, watch.site.quality.glitches


def rising(seconds: int, change: Callable[[int, list[float]], None]) -> list[tuple[float, float, float]]:
    """Counters that rise by 1000 J a second, some of them changed by the test."""
    out = []
    for second in range(seconds):
        values = [BASE * (n + 1) + 1000.0 * second for n in range(3)]
        change(second, values)
        out.append((values[0], values[1], values[2]))
    return out


def all_to(value: float, when: Callable[[int], bool]) -> Callable[[int, list[float]], None]:
    def change(second: int, values: list[float]) -> None:
        if when(second):
            values[:] = [value] * 3

    return change


def test_a_healthy_counter() -> None:
    assert counted(rising(60, lambda second, values: None)) == (0, 0)


def test_one_wrong_number_each_few_seconds_is_no_restart() -> None:
    assert counted(rising(400, all_to(0.0, lambda second: second % 9 == 4))) == (0, 44)


@pytest.mark.parametrize("width", [1, 2, 5, 10])
def test_back_to_where_it_was_within_seconds(width: int) -> None:
    assert counted(rising(60, all_to(17.0, lambda second: 20 <= second < 20 + width))) == (0, 1)


def test_one_channel_alone_is_no_restart() -> None:
    def change(second: int, values: list[float]) -> None:
        if second >= 20:
            values[2] = 100.0 * second

    assert counted(rising(60, change)) == (0, 1)


def test_a_leap_up_and_back_is_no_restart() -> None:
    def change(second: int, values: list[float]) -> None:
        if second == 20:
            values[2] = 4e9

    assert counted(rising(60, change)) == (0, 1)
    assert counted(rising(60, all_to(4e9, lambda second: second == 20))) == (0, 1)


def test_a_restart_is_one() -> None:
    def change(second: int, values: list[float]) -> None:
        if second >= 20:
            values[:] = [1000.0 * (second - 20)] * 3

    assert counted(rising(60, change)) == (1, 0)


def test_two_restarts_are_two() -> None:
    def change(second: int, values: list[float]) -> None:
        if second >= 20:
            values[:] = [1000.0 * ((second - 20) % 50)] * 3

    assert counted(rising(110, change)) == (2, 0)
