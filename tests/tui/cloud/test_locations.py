"""The list of locations: all its states, the search, and what becomes of the client."""

import subprocess
import sys

import pytest
from syrupy.assertion import SnapshotAssertion

from smappee_tui.app.cloud_session import CloudAccess, NotLoggedInError
from smappee_tui.connect.cloud_api import errors
from smappee_tui.protocol.fact import fact
from smappee_tui.tui.cloud.location import LocationScreen
from smappee_tui.tui.cloud.locations import CloudScreen
from smappee_tui.tui.run import cloud_app
from tests.tui.cloud.fake import Clock, FakeCloud, TroubleError
from tests.tui.cloud.stage import app_on, flat, press, redraw, settle, shown, text, until

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


@pytest.mark.parametrize("size", SIZES)
async def test_the_list(size: str, snapshot: SnapshotAssertion) -> None:
    app = app_on(FakeCloud(), mode="demo")
    async with shown(app, SIZES[size]):
        assert text(app) == snapshot


async def test_typing_narrows_and_esc_takes_it_back(snapshot: SnapshotAssertion) -> None:
    app = app_on(FakeCloud())
    async with shown(app, (80, 24), *"5010", "down") as pilot:
        assert text(app) == snapshot(name="two")
        await press(pilot, *"qqq")
        assert text(app) == snapshot(name="none")
        await press(pilot, "enter")
        assert isinstance(app.screen, CloudScreen)
        await press(pilot, "backspace", "ctrl+u", *"de", "space", *"krui", "enter")
        assert isinstance(app.screen, LocationScreen)
        assert "Bakery De Kruimel" in text(app)
        await press(pilot, "escape", "escape")
        assert "4 locations" in text(app)
        await press(pilot, "escape")
    assert app.return_code == 0


async def test_logging_in_says_so_and_for_how_long(snapshot: SnapshotAssertion) -> None:
    cloud, clock = FakeCloud(), Clock()
    go = cloud.hold("authenticate")
    app = app_on(cloud, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "authenticate" in cloud.calls)
        clock.now += 7
        redraw(app)
        await pilot.pause()
        assert text(app) == snapshot
        go.set()
        await settle(pilot)
        assert "Janssens" in text(app)


TROUBLES = {
    "no login": NotLoggedInError(
        fact("No credentials are kept for the cloud."), fact("Type `smappee-tui cloud login` once.")
    ),
    "refused": errors.WrongCredentialsError(
        fact("The cloud does not know this client id."), fact("Log in anew."), said="[b]invalid_grant\x1b[0m"
    ),
    "no right": errors.NotPermittedError(fact("The account may not do this."), fact("Let it be shared.")),
    "too fast": errors.RateLimitError(fact("Asked too often."), fact("Wait a minute.")),
    "vendor": errors.ServiceDownError(fact("The cloud answered 503."), fact("Try again later."), said="maintenance"),
    "offline": errors.OfflineError(fact("cloud_api.not_reached"), fact("Look at the network.")),
    "unknown": TroubleError(fact("Something happened."), fact("Do something.")),
}


@pytest.mark.parametrize("kind", TROUBLES)
async def test_what_goes_wrong_is_said_and_can_be_tried_again(kind: str, snapshot: SnapshotAssertion) -> None:
    cloud = FakeCloud()
    cloud.failing["authenticate"] = TROUBLES[kind]
    app = app_on(cloud)
    async with shown(app) as pilot:
        assert text(app) == snapshot
        del cloud.failing["authenticate"]
        await press(pilot, "f5")
        assert "4 locations" in text(app)


async def test_a_door_that_does_not_open_is_a_state_too() -> None:
    tries = []

    def shut() -> FakeCloud:
        tries.append(1)
        raise NotLoggedInError(fact("No login is kept."), fact("Log in."))

    app = cloud_app(CloudAccess(shut), clock=Clock())
    async with shown(app, (80, 24), "f5", "question_mark", "escape") as pilot:
        assert "No login for the cloud on this laptop" in text(app)
        assert "smappee-tui cloud login" in flat(app)
        assert len(tries) == 2
        await press(pilot, "q")
    assert app.return_code == 0


async def test_a_mistake_of_this_program_is_shown_not_swallowed() -> None:
    cloud = FakeCloud()
    cloud.failing["locations"] = KeyError("serviceLocations")
    app = app_on(cloud)
    async with shown(app) as pilot:
        assert "went wrong inside this program (KeyError)" in flat(app)
        del cloud.failing["locations"]
        await press(pilot, "f5")
        assert "Janssens" in text(app)


async def test_an_account_without_locations(snapshot: SnapshotAssertion) -> None:
    app = app_on(FakeCloud(places=()))
    async with shown(app):
        assert text(app) == snapshot


async def test_a_list_that_could_not_be_read_anew_is_stale(snapshot: SnapshotAssertion) -> None:
    cloud, clock = FakeCloud(), Clock()
    app = app_on(cloud, clock)
    async with shown(app) as pilot:
        clock.now += 2000
        redraw(app)
        await pilot.pause()
        assert "old: read 33 min ago" in text(app)
        cloud.failing["locations"] = TROUBLES["offline"]
        await press(pilot, "f5")
        assert text(app) == snapshot


async def test_a_refused_login_is_asked_for_anew() -> None:
    cloud = FakeCloud()
    cloud.failing["locations"] = TROUBLES["refused"]
    app = app_on(cloud)
    async with shown(app) as pilot:
        del cloud.failing["locations"]
        await press(pilot, "f5")
        assert cloud.calls.count("authenticate") == 2
    assert cloud.opened == cloud.closed == 2


async def test_leaving_calls_off_and_closes() -> None:
    cloud = FakeCloud()
    cloud.hold("locations")
    app = app_on(cloud)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "locations" in cloud.calls)
        await pilot.press("escape")
    assert (cloud.cancelled, cloud.opened, cloud.closed) == (1, 1, 1)


@pytest.mark.parametrize("size", [(20, 5), (10, 2), (40, 12), (250, 80)])
async def test_any_size_draws(size: tuple[int, int]) -> None:
    app = app_on(FakeCloud())
    keys = ("down", "enter", "2", "left", "3", "enter", "escape", "escape", "f1", "escape")
    async with shown(app, size, *keys):
        assert len(text(app).splitlines()) == size[1] + 1


async def test_hostile_names_steer_nothing() -> None:
    app = app_on(FakeCloud())
    async with shown(app, (80, 24), *"200", "enter", "3") as pilot:
        assert "[bold]" in text(app)
        for key in ("1", "2", "3"):
            await press(pilot, key)
            assert not {"\x1b", "\u202e"} & set(text(app))


def test_the_screens_load_no_client() -> None:
    code = (
        "import sys, smappee_tui.tui.app, smappee_tui.tui.cloud.location, smappee_tui.tui.cloud.actuators, "
        "smappee_tui.tui.cloud.location; print(sorted({'httpx', 'keyring'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=50)
    assert done.stdout.strip() == "[]"
