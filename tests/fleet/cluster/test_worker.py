"""A worker's life from one failure to the next."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("nats")

from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.retry import Backoff
from smappee_tui.fleet.cluster import worker
from smappee_tui.fleet.cluster.address import NatsAddress
from smappee_tui.fleet.cluster.engine import Terms
from smappee_tui.protocol.fact import fact
from tests.fleet.cluster.counting import counting

DAY = 86_400.0


async def test_after_a_day_at_work_a_failure_is_the_first_one_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now, runs, waited = 0.0, [0.0, 0.0, DAY, 0.0], list[int]()

    class Failing:
        def __init__(self, *_: object) -> None:
            pass

        async def run(self, stop: asyncio.Event) -> None:
            nonlocal now
            if not runs:
                stop.set()
                return
            now += runs.pop(0)
            raise ExceptionGroup("of its tasks", [ExternalError(fact("cluster.no_room"))])

    def delay(self: Backoff, failures: int) -> float:
        waited.append(failures)
        return 0.0

    monkeypatch.setattr(worker, "Worker", Failing)
    monkeypatch.setattr(Backoff, "delay", delay)
    await worker._work(NatsAddress.parse("127.0.0.1"), Terms(), counting, stopwatch=lambda: now)
    assert waited == [1, 2, 1, 2]
