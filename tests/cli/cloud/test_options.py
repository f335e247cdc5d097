from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.cli.cloud.options import TypedRange, zone_of
from smappee_tui.cli.exits import UsageError
from smappee_tui.cli.values import csv_cell, fixed, seen, zulu
from smappee_tui.connect.cloud_api.aggregation import Aggregation

BRUSSELS = ZoneInfo("Europe/Brussels")
NOW = datetime(2026, 7, 10, 12, 0, tzinfo=UTC)
HOUR = Aggregation.HOUR


def asked(begin: str | None = None, end: str | None = None, last: str | None = None, by: Aggregation = HOUR) -> str:
    start, stop = TypedRange(begin, end, last).range(BRUSSELS, NOW, by)
    return f"{start:%m-%dT%H:%M} {stop:%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("words", "range_"),
    [
        ((), "07-09T12:00 07-10T12:00"),
        (("2026-07-01",), "06-30T22:00 07-10T12:00"),
        (("2026-07-01", "2026-07-01"), "06-30T22:00 07-01T21:59"),
        (("2026-07-01T14:30", "2026-07-01T15:30Z"), "07-01T12:30 07-01T15:30"),
        (("2026-07-01T14:30+09:00", "2026-07-02T00:00"), "07-01T05:30 07-01T22:00"),
        ((None, None, "90min"), "07-10T10:30 07-10T12:00"),
        ((None, None, "7D"), "07-03T12:00 07-10T12:00"),
        ((None, "2026-07-05", "1d"), "07-04T21:59 07-05T21:59"),
        (("2026-07-01", "2030-01-01"), "06-30T22:00 07-10T12:00"),
        (("1999-01-01",), "01-01T00:00 07-10T12:00"),
        ((None, None, "999999y"), "01-01T00:00 07-10T12:00"),
    ],
)
def test_ranges(words: tuple[str | None, ...], range_: str) -> None:
    assert asked(*words) == range_


def test_the_usual_range_fits_the_aggregation() -> None:
    for by, days in ((Aggregation.DAY, 31), (Aggregation.MONTH, 366), (Aggregation.FIVE_MINUTES, 1)):
        start, end = TypedRange(None, None, None).range(BRUSSELS, NOW, by)
        assert end - start == timedelta(days=days)


def test_all_that_is_kept_is_asked_for_without_a_remark() -> None:
    for last, by, back in (("31d", Aggregation.FIVE_MINUTES, timedelta(days=31) - timedelta(minutes=1)),
                           ("31d", HOUR, timedelta(days=31)),
                           ("32d", Aggregation.FIVE_MINUTES, timedelta(days=32))):  # fmt: skip
        assert NOW - TypedRange(None, None, last).range(BRUSSELS, NOW, by)[0] == back


@given(st.text(max_size=20), st.text(max_size=20))
def test_nothing_typed_is_a_crash(one: str, other: str) -> None:
    for wish in (TypedRange(one, other, None), TypedRange(None, other, one)):
        try:
            start, end = wish.range(BRUSSELS, NOW, HOUR)
        except UsageError:
            continue
        assert start < end <= NOW


@pytest.mark.parametrize("name", [None, "", "../../etc/passwd", "Europe", "x" * 5000, "a\0b", "\ud800"])
def test_a_time_zone_that_is_none_is_utc(name: str | None) -> None:
    assert zone_of(name) == (UTC, "UTC")


def test_the_words_are_those_of_the_client() -> None:
    assert [word.value for word in Aggregation] == [word.value for word in Aggregation]


def test_cells() -> None:
    assert [seen(value) for value in (None, "", True, 3, 1.25, -0.001, float("nan"))] == [
        "-", "-", "yes", "3", "1.2", "0.0", "-",
    ]  # fmt: skip
    assert [csv_cell(value) for value in (None, False, 3, 1.5, -0.0, float("inf"), "=1+1")] == [
        "", "no", "3", "1.5", "0", "", "\"'=1+1\"",
    ]  # fmt: skip
    assert fixed(12345.678, 1) == "12\u00a0345.7"
    assert zulu(NOW) == "2026-07-10T12:00:00Z"
    assert csv_cell(NOW) == "2026-07-10T12:00:00Z"
    assert csv_cell(NOW.replace(tzinfo=None)) == "2026-07-10 12:00:00"
