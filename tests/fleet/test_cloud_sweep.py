"""The sweep of the cloud, by itself: its pace, and what it counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from smappee_tui.connect.cloud_api.errors import NotPermittedError
from smappee_tui.fleet.cloud_sweep import CloudSweep
from smappee_tui.fleet.store import FileStore
from smappee_tui.protocol.cloud.records import CloudLocation
from smappee_tui.protocol.fact import fact

PACE = 20.0


class Unshared:
    """A cloud that names three locations, and tells nothing of any."""

    base_url = "https://cloud.example"

    async def __aenter__(self) -> Unshared:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def locations(self) -> tuple[CloudLocation, ...]:
        return tuple(CloudLocation(n, f"house {n}", f"uuid-{n}", f"501000000{n}") for n in range(3))

    async def info(self, location: int) -> Any:
        raise NotPermittedError(fact("cloud_api.forbidden"))


def test_who_is_not_to_be_had_is_no_reason_to_hurry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    sweep = CloudSweep(lambda: Unshared(), FileStore(tmp_path / "state"), pace=PACE, clock=lambda: 1e9)  # type: ignore[arg-type,return-value]
    sweep._thread.join(30)
    sweep.step()
    view = sweep.view()
    sweep.close()
    assert slept == [PACE] * 3
    assert (sweep.ended, sweep.failed, sweep.problem) == (True, 3, None)
    assert (view.sweep.done, view.sweep.of) == (3, 3)


class Troubled(Unshared):
    """One that tells of a plug that is not reached and of a weak battery, and of no CT."""

    async def info(self, location: int) -> Any:
        plug = SimpleNamespace(connection="UNREACHABLE" if location == 1 else "CONNECTED")
        place = SimpleNamespace(id=location)
        return SimpleNamespace(actuators=(plug,), sensors=(SimpleNamespace(id=7),), location=place)

    async def metering(self, location: int) -> Any:
        return SimpleNamespace(plan=SimpleNamespace(channels=()))

    async def sensor_consumption(self, location: int, *_: object) -> AsyncIterator[Any]:
        yield SimpleNamespace(battery=5.0 if location == 2 else 90.0)


def test_what_was_said_of_plugs_and_batteries_is_known_to_the_next_run(tmp_path: Path) -> None:
    asked = [Troubled(), Unshared()]  # who asks again gets nothing
    for cloud in asked:
        sweep = CloudSweep(lambda: cloud, FileStore(tmp_path / "state"), pace=0.0, clock=lambda: 1e9)  # type: ignore[arg-type,return-value] # noqa: B023
        sweep._thread.join(30)
        sweep.step()
        view = sweep.view()
        sweep.close()
        assert [row.uuid for row in view.rows("plug_trouble")] == ["uuid-1"]
        assert [row.uuid for row in view.rows("battery_low")] == ["uuid-2"]
        assert (view.counts.plug_trouble, view.counts.battery_low) == (1, 1)
