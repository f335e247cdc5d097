"""What the partitions of a cluster come to, seen together."""

from __future__ import annotations

import pytest

pytest.importorskip("nats")

from smappee_tui.fleet.cluster.run import not_since, sweep_of
from smappee_tui.fleet.cluster.store import Part
from smappee_tui.fleet.view import Sweep, Window

NOBODY = Sweep(begun=1.0)


def part(worker: str, messages: int, since: float = 0.0) -> Part:
    return Part(3, worker, 0.0, since, messages, 0, 0, 0, 0.0, 0.0, Sweep(), Window(), (), ())


def test_the_round_is_that_of_who_is_furthest_behind_and_of_nobody_where_nobody_is() -> None:
    ahead = Sweep(begun=5.0, done=1, of=4, left=90.0, number=3)
    behind = Sweep(begun=2.0, done=2, of=3, left=7.0, number=2)
    assert sweep_of([NOBODY, ahead, behind], 0.0) == Sweep(begun=2.0, done=6, of=7, left=7.0, number=2)
    assert sweep_of([NOBODY, ahead], 0.0) == ahead
    assert sweep_of([NOBODY], 9.0) == sweep_of([], 9.0) == Sweep(begun=9.0)


def test_messages_count_from_when_the_watch_began_whoever_has_the_partition() -> None:
    seen = [part("a", 500), part("a", 503), part("b", 2, since=20.0), part("b", 6, since=20.0)]
    before, was, counted = 0, None, []
    for now in seen:
        before = not_since(10.0, now, was, before)
        counted.append(now.messages - before)
        was = now
    assert counted == [0, 3, 5, 9]
    assert not_since(10.0, part("a", 4, since=11.0), None, 0) == 0
