"""The sweep of the cloud, by itself: its pace, and what it counts."""

from __future__ import annotations

import asyncio
from pathlib import Path
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
