"""The ways to the cloud screen: the find screen, the live screen, the demo, and a person's own login."""

import threading
from typing import Any

import pytest

from smappee_tui.app.cloud_login import cloud_access
from smappee_tui.app.cloud_session import CloudAccess, NotLoggedInError
from smappee_tui.app.second_opinion import plans_of
from smappee_tui.app.settings import Settings
from smappee_tui.cli.demo import show_cloud
from smappee_tui.connect.discovery.search import Search
from smappee_tui.protocol.cloud.records import CloudLocation
from smappee_tui.simulator.cloud.accounts import DEMO_ACCOUNT, demo_accounts
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.tui.app import SmappeeApp
from smappee_tui.tui.cloud.locations import CloudScreen
from smappee_tui.tui.run import cloud_app, find_app
from tests.tui.cloud.fake import PLACES, FakeCloud
from tests.tui.cloud.stage import flat, press, settle, shown, text, until
from tests.tui.find.scene import _silent
from tests.tui.houses import UUID, twelve
from tests.tui.scene import Scene, open_screen

__all__ = ["_silent"]
VARIABLES = ("CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD", "BASE_URL")


def finding(cloud: FakeCloud | None) -> SmappeeApp[Any]:
    door = CloudAccess(lambda: cloud) if cloud is not None else None
    return find_app(lambda changed: Search(own=lambda: (), changed=changed, portal_port=9), portal_port=9, cloud=door)


@pytest.mark.parametrize("width", [80, 120])
async def test_from_the_find_screen_and_back(width: int) -> None:
    cloud = FakeCloud()
    app = finding(cloud)
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        assert "C from the cloud" in text(app)
        await pilot.press("C")
        await until(pilot, lambda: "Janssens" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.first)
        await until(pilot, lambda: cloud.closed == 1)
        await pilot.press("C")
        await until(pilot, lambda: cloud.opened == 2)
    assert cloud.closed == 2


async def test_without_a_door_it_is_not_offered() -> None:
    app = finding(None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("C")
        assert app.screen is app.first
        assert "cloud" not in text(app)


async def test_from_the_live_screen_with_its_monitor() -> None:
    scene = Scene(twelve()).configure().run(3)
    serial = scene.session.locations.sites[UUID].monitor.serial  # type: ignore[union-attr]
    cloud = FakeCloud(places=(*PLACES, CloudLocation(7, "Here", UUID, serial)))
    async with open_screen(scene, (80, 24), "C") as pilot:
        assert scene.app.screen is scene.app.first
        scene.app.first.cloud = CloudAccess(lambda: cloud)
        await pilot.press("C")
        await until(pilot, lambda: "is missing in the cloud's configuration" in flat(scene.app))  # opened at once
        await press(pilot, "escape")
        assert "5 locations" in text(scene.app)
        await press(pilot, *"jans")
        assert "1 of 5 locations" in text(scene.app)
        await press(pilot, "ctrl+u", *"12")
        assert "12▏" in text(scene.app)


def test_the_monitor_is_told_by_uuid_then_by_serial() -> None:
    scene = Scene(twelve()).configure().run(1)
    site = scene.session.locations.sites[UUID]
    assert site.monitor is not None
    plan = plans_of(scene.session.locations.sites.values)
    assert plan(CloudLocation(1, "", UUID, "")) is site.plan is not None
    assert plan(CloudLocation(1, "", "another", site.monitor.serial)) is site.plan
    assert plan(CloudLocation(1, "", "", "")) is None
    assert plan(CloudLocation(1, "", "another", "5010000000")) is None


def test_no_login_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(f"SMAPPEE_TUI_CLOUD_{name}", raising=False)
    monkeypatch.setenv("SMAPPEE_TUI_CLOUD_CLIENT_ID", "mine")
    door = cloud_access(Settings(read_only=True))
    assert door.read_only
    with pytest.raises(NotLoggedInError, match="CLIENT_SECRET"):
        door.open()


async def test_a_login_in_the_environment_opens_the_virtual_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    who = DEMO_ACCOUNT
    given = (who.client_id, who.client_secret, who.username, who.password)
    with VirtualCloud(demo_accounts(days=0.1)) as cloud:
        for name, value in zip(VARIABLES, (*given, cloud.base_url), strict=True):
            monkeypatch.setenv(f"SMAPPEE_TUI_CLOUD_{name}", value)
        app = cloud_app(cloud_access(Settings()))
        async with shown(app, (80, 24), *"cottage", "enter") as pilot:
            await until(pilot, lambda: "CT inputs" in text(app) or "CT input" in text(app))
            await press(pilot, "3")
            cloud.behaviour.expire_now()
            await press(pilot, "2")
            await until(pilot, lambda: "values" in text(app))
            assert who.password not in text(app)
        assert cloud.count("/oauth2/token") >= 2


def test_the_demo_needs_no_login(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command, but for the terminal: what it shows is driven here."""
    seen: list[str] = []
    monkeypatch.setattr("smappee_tui.cli.screen.needs_terminal", lambda: None)
    monkeypatch.setattr(VirtualCloud, "warm", lambda self: threading.current_thread())

    def run(self: SmappeeApp[Any], *args: Any) -> None:
        import asyncio

        async def drive() -> None:
            async with shown(self, (80, 24)) as pilot:
                await settle(pilot)
                seen.append(text(self))
                assert isinstance(self.screen, CloudScreen)

        asyncio.run(drive())

    monkeypatch.setattr(SmappeeApp, "run", run)
    assert show_cloud(()) == 0
    assert "demo" in seen[0]
    assert "3 locations" in seen[0]
