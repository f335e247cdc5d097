"""From the cloud's five-minute values to a judgement, the way that commands and screens go."""

from __future__ import annotations

import pytest

from smappee_tui.app.remote_diagnosis import PIECES, fetch_history, judge_again, judge_history, left_out
from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.protocol.fact import fact
from tests.tui.cloud.fake import NOW, FakeCloud, metering


@pytest.mark.parametrize(("days", "pieces"), [(1, 1), (7, 7), (31, PIECES)])
async def test_the_range_is_fetched_in_pieces_without_a_gap(days: int, pieces: int) -> None:
    cloud, shares = FakeCloud(), []
    past = await fetch_history(cloud, metering(), NOW, days, shares.append)
    assert {by for by, _, _ in cloud.asked} == {Aggregation.FIVE_MINUTES}
    assert len(cloud.asked) == pieces
    assert all(one[2] == after[1] for one, after in zip(cloud.asked, cloud.asked[1:], strict=False))
    assert (cloud.asked[-1][2] - cloud.asked[0][1]).total_seconds() == days * 86_400
    assert cloud.asked[-1][2] == NOW
    assert shares == sorted(shares)
    judged = judge_history(metering(), past, days, base_url="https://x.example")
    assert len(past) in range(judged.expected - 2, judged.expected + 2)
    assert judged.last == past.at[-1]
    assert {channel.input for channel in judged.view.channels} >= {0, 1, 2}


async def test_the_same_values_under_another_declaration() -> None:
    past = await fetch_history(FakeCloud(), metering(), NOW, 1, lambda _: None)
    judged = judge_history(metering(), past, 1)
    again = judge_again(judged, "none")
    assert (judged.generation, again.generation) == (None, "none")
    assert again.judge is judged.judge
    assert again.past is past


def test_nothing_fetched_is_nothing_judged() -> None:
    judged = judge_history(metering(), IntervalHistory(list(metering().columns)), 7)
    assert (judged.first, judged.last) == (0.0, 0.0)


def test_what_was_left_out_is_told() -> None:
    past = IntervalHistory([0])
    assert left_out(past) == ()
    for at in (600.0, 300.0, 0.0):
        past.add(at, {0: 1.0}, {}, [])
    assert left_out(past) == (fact("remote.out_of_order", count=2),)
