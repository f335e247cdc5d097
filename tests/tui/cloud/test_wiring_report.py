"""The report of the wiring pane is the one of `smappee-tui report --cloud`, over real HTTP."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from smappee_tui.app.cloud_session import CloudAccess
from smappee_tui.cli import exits
from smappee_tui.connect.cloud_api.client import CloudClient
from smappee_tui.connect.cloud_api.credentials import Credentials
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.tui.run import cloud_app
from tests.cli.report.conftest import NAME, WHO, cloud, house, served
from tests.cli.run import run
from tests.tui.cloud.stage import flat, press, settle, shown

__all__ = ["cloud", "house", "served"]
OF_THE_MOMENT = ("report_id", "generated", "generated_utc")


def document(folder: Path) -> dict[str, Any]:
    (path,) = folder.glob("*.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for name in OF_THE_MOMENT:
        del found["header"][name]
    return found


def test_it_is_the_report_of_the_command(
    cloud: VirtualCloud,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    typed, pressed = tmp_path / "typed", tmp_path / "pressed"
    done = run("report", "--cloud", NAME, "--days", "7", "--generation", "metered", "--out", typed, "--format", "json")
    assert done.code == exits.FAULT, done.err
    pressed.mkdir()
    monkeypatch.chdir(pressed)

    credentials = Credentials(WHO.client_id, WHO.client_secret, WHO.username, WHO.password)
    door = CloudAccess(lambda: CloudClient(credentials, base_url=cloud.base_url, pace=0.0))

    async def drive() -> None:
        async with shown(cloud_app(door), (120, 40), "enter", "4", "G", "r") as pilot:
            await settle(pilot)
            assert "Written to" in flat(pilot.app)
            await press(pilot, "escape")

    asyncio.run(drive())
    assert document(pressed) == document(typed)
    for path in pressed.iterdir():
        content = path.read_bytes()
        assert WHO.client_secret.encode() not in content
        assert WHO.password.encode() not in content
