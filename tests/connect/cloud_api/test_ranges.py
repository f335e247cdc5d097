"""Ranges: clipped to what there can be, cut into pieces, joined without a seam."""

from datetime import UTC, datetime, timedelta, timezone
from unittest.mock import patch

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.connect.cloud_api import ranges
from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.connect.cloud_api.errors import BadRequestError, ServiceDownError
from tests.connect.cloud_api.fakes import NOW, Clock, Service, client, failing
from tests.said import said

FIVE = Aggregation.FIVE_MINUTES
DAY = timedelta(days=1)
STEP = timedelta(minutes=5)


def stamp(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def served(first: datetime, *, early: int = 0, late: int = 0, backwards: bool = False) -> Service:
    """A service with a value every five minutes since `first`, which gives some more than asked for."""

    def answer(request: httpx.Request) -> httpx.Response:
        start, end = int(request.url.params["from"]), int(request.url.params["to"])
        offset = (stamp(first) - start) % 300_000
        stamps = range(start + offset - early * 300_000, end + 1 + late * 300_000, 300_000)
        rows = [{"timestamp": at, "consumption": at % 1000} for at in stamps]
        return httpx.Response(200, json={"consumptions": rows[::-1] if backwards else rows})

    return Service(answer)


@given(
    minutes=st.integers(1, 400),
    back=st.integers(0, 60),
    early=st.integers(0, 1),
    late=st.integers(0, 1),
    backwards=st.booleans(),
)
async def test_every_value_comes_once_and_in_order(
    minutes: int, back: int, early: int, late: int, backwards: bool
) -> None:
    start = NOW - timedelta(minutes=minutes + back)
    end = start + timedelta(minutes=minutes)
    service = served(NOW, early=early, late=late, backwards=backwards)
    async with client(service) as one:
        with patch.object(ranges, "MOST_A_PIECE", 12):  # a piece an hour
            values = one.consumption(1, FIVE, start, end)
        stamps = [record.at async for record in values]
    first = start + (NOW - start) % STEP
    wanted = [first - early * STEP + n * STEP for n in range(100)]
    slack = [at for at in wanted if start - STEP <= at <= end + STEP]
    assert len(service.requests) >= minutes // 60
    assert one.remarks == []
    assert stamps == sorted(set(stamps))
    assert set(slack) >= set(stamps) >= {at for at in slack if start <= at <= end}


async def test_pieces_are_a_week_and_meet_on_the_grid() -> None:
    service = served(NOW)
    start = NOW - 20 * DAY + timedelta(seconds=90)
    async with client(service) as one:
        assert [r async for r in one.consumption(1, FIVE, start, NOW)]
    asked = [(int(r.url.params["from"]), int(r.url.params["to"])) for r in service.requests]
    assert [end for _, end in asked[:-1]] == [start for start, _ in asked[1:]]
    assert (asked[0][0], asked[-1][1]) == (stamp(start), stamp(NOW))
    assert all(end % 300_000 == 0 and end - begin <= 7 * 86_400_000 for begin, end in asked)
    assert all(r.url.params["aggregation"] == "1" for r in service.requests)


async def test_only_one_piece_is_held() -> None:
    service = served(NOW)
    async with client(service) as one:
        async for _ in one.consumption(1, FIVE, NOW - 20 * DAY, NOW):
            assert len(service.requests) == 1
            break


async def test_times_of_any_zone_are_understood() -> None:
    service = served(NOW)
    zone = timezone(timedelta(hours=5, minutes=30))
    async with client(service) as one:
        records = [r async for r in one.consumption(1, FIVE, (NOW - DAY).astimezone(zone), NOW.astimezone(zone))]
    assert records[0].at == NOW - DAY
    assert records[0].at.tzinfo is UTC


@pytest.mark.parametrize("name", [FIVE, Aggregation.TEN_MINUTES, Aggregation.THIRTY_MINUTES])
async def test_nothing_is_asked_of_what_is_no_longer_kept(name: Aggregation) -> None:
    service = served(NOW)
    async with client(service) as one:
        with pytest.raises(BadRequestError, match="fine_too_old"):
            one.consumption(1, name, NOW - 60 * DAY, NOW - 31 * DAY)
    assert (service.requests, service.grants, one.remarks) == ([], [], [])


async def test_hours_are_kept_for_ever_and_yet_nobody_asks_before_there_were_monitors() -> None:
    service = Service(httpx.Response(200, json={"consumptions": []}))
    async with client(service) as one:
        async for _ in one.consumption(1, Aggregation.HOUR, datetime(1, 1, 1, tzinfo=UTC), NOW):
            pass
        assert len(one.remarks) == 1
        with pytest.raises(BadRequestError):
            one.consumption(1, Aggregation.HOUR, datetime(1, 1, 1, tzinfo=UTC), datetime(2009, 1, 1, tzinfo=UTC))
    assert len(service.requests) < 100


async def test_the_future_is_not_asked_for() -> None:
    service = Service(httpx.Response(200, json={"consumptions": []}))
    async with client(service) as one:
        with pytest.raises(BadRequestError, match="range_in_future"):
            one.consumption(1, FIVE, NOW + 2 * DAY, NOW + 3 * DAY)
        async for _ in one.consumption(1, FIVE, NOW - DAY, datetime.max.replace(tzinfo=UTC)):
            pass
        assert [remark.code for remark in one.remarks] == ["cloud_api.clipped_end"]
        async for _ in one.consumption(1, FIVE, NOW.replace(hour=0), NOW.replace(hour=0) + DAY):
            pass
        assert len(one.remarks) == 1
    assert len(service.requests) == 2


async def test_a_time_without_a_zone_is_a_mistake_of_the_program() -> None:
    naive = NOW.replace(tzinfo=None)
    async with client(served(NOW)) as one:
        for start, end in ((naive, NOW), (NOW, naive), (naive, naive)):
            with pytest.raises(ValueError, match="time zone"):
                one.consumption(1, FIVE, start, end)
            with pytest.raises(ValueError, match="time zone"):
                await one.events(1, 2, start, end)
            with pytest.raises(ValueError, match="time zone"):
                await one.costs(1, Aggregation.MONTH, start, end)


async def test_a_range_backwards_or_by_year_makes_no_sense() -> None:
    async with client(served(NOW)) as one:
        for start, end in ((NOW, NOW), (NOW, NOW - DAY)):
            with pytest.raises(BadRequestError, match="range_backwards"):
                one.switch_consumption(1, 2, FIVE, start, end)
            with pytest.raises(BadRequestError, match="range_backwards"):
                await one.events(1, 2, start, end)
        with pytest.raises(BadRequestError, match="no_years"):
            one.sensor_consumption(1, 2, Aggregation.YEAR, NOW - DAY, NOW)


async def test_what_could_not_be_read_is_said() -> None:
    rows = [
        {"timestamp": stamp(NOW), "consumption": "many"},
        {"timestamp": stamp(NOW - STEP), "active": [1, "x", None]},
        {"timestamp": stamp(NOW - 9 * DAY)},
        {"timestamp": None},
        {"consumption": 5},
        17,
    ]
    async with client(Service(httpx.Response(200, json={"consumptions": rows}))) as one:
        records = [r async for r in one.consumption(1, FIVE, NOW - DAY, NOW)]
    assert [(r.at, r.consumption, r.active) for r in records] == [
        (NOW - STEP, None, (1.0, None, None)),
        (NOW, None, ()),
    ]
    assert [said(remark) for remark in one.remarks] == [
        "3 records could not be read: left out.",
        "2 records held something that is no number; it counts as missing.",
        "1 record lay outside of the range that was asked for: left out.",
    ]


async def test_a_failure_in_the_middle_comes_after_what_was_read() -> None:
    clock = Clock()
    service = served(NOW)
    service.answers += [failing(503)]
    seen = []
    async with client(service, clock) as one:
        values = one.consumption(1, FIVE, NOW - 14 * DAY, NOW)
        for _ in range(2017):
            seen.append(await anext(values))
        with pytest.raises(ServiceDownError):
            await anext(values)
    assert seen[-1].at == NOW - 7 * DAY


async def test_remarks_do_not_pile_up() -> None:
    clock = Clock()
    async with client(served(NOW), clock) as one:
        for _ in range(300):
            clock.now += 60
            one.consumption(1, FIVE, NOW - 40 * DAY, NOW)
    assert len(one.remarks) == 100
