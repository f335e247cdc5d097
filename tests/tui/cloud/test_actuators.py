"""Switching an actuator: nothing goes out before its name was typed, and what goes out is not lost."""

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.events import Paste

from smappee_tui.connect.cloud_api import errors
from smappee_tui.protocol.fact import fact
from smappee_tui.tui.cloud.actuators import CloudSwitchSheet
from smappee_tui.tui.cloud.location import LocationScreen
from tests.tui.cloud.fake import FakeCloud
from tests.tui.cloud.stage import app_on, flat, press, settle, shown, text, until

THERE = ("j", "enter", "3")


async def test_by_name_with_what_the_cloud_says_then(snapshot: SnapshotAssertion) -> None:
    cloud = FakeCloud()
    app = app_on(cloud)
    async with shown(app, (80, 24), *THERE, "enter") as pilot:
        assert text(app) == snapshot(name="question")
        await press(pilot, "down", "down", "down", *"boiler", "enter")
        await until(pilot, lambda: "says OFF" in flat(app))
        assert text(app) == snapshot(name="done")
        assert cloud.switched == [(1001, 11, False, 1800)]
        await press(pilot, "enter")  # no second time
        await press(pilot, "escape")
        assert text(app) == snapshot(name="list")
    assert len(cloud.switched) == 1


@pytest.mark.parametrize(("steps", "seconds"), [(0, None), (1, 300), (2, 900), (3, 1800), (5, 3600)], ids=str)
async def test_for_how_long(steps: int, seconds: int | None) -> None:
    cloud = FakeCloud()
    app = app_on(cloud)
    async with shown(app, (80, 24), *THERE, "down", "enter") as pilot:
        await pilot.press("left", "right", *["down"] * steps, *"lamp", "enter")
        await until(pilot, lambda: bool(cloud.switched))
    assert cloud.switched == [(1001, 12, True, seconds)]


@pytest.mark.parametrize("typed", ["", "boile", "yes", "janssens"])
async def test_without_the_name_nothing_is_sent(typed: str) -> None:
    cloud = FakeCloud()
    app = app_on(cloud)
    async with shown(app, (80, 24), *THERE, "enter") as pilot:
        await press(pilot, *typed, "enter")
        assert "That is not its name; nothing was sent." in text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, LocationScreen)
    assert cloud.switched == []


async def test_a_pasted_name_confirms_nothing() -> None:
    cloud = FakeCloud()
    app = app_on(cloud)
    async with shown(app, (80, 24), *THERE, "enter") as pilot:
        app.post_message(Paste("Boiler"))
        await press(pilot, "enter")
        assert cloud.switched == []
        await press(pilot, *"Lam", "ctrl+u", *"BOILERX", "backspace", "enter")
        await until(pilot, lambda: cloud.switched == [(1001, 11, False, None)])


async def test_a_name_that_cannot_be_typed_is_confirmed_by_number() -> None:
    cloud = FakeCloud()
    app = app_on(cloud)
    async with shown(app, (80, 24), *THERE, "down", "down", "enter") as pilot:
        assert "Type its name to confirm: actuator 13" in text(app)
        await press(pilot, *"actuator", "space", *"13", "enter")
        await until(pilot, lambda: cloud.switched == [(1001, 13, True, None)])


async def test_read_only_switches_nothing(snapshot: SnapshotAssertion) -> None:
    cloud = FakeCloud()
    app = app_on(cloud, read_only=True)
    async with shown(app, (80, 24), *THERE) as pilot:
        assert text(app) == snapshot
        await press(pilot, "enter")
        assert not isinstance(app.screen, CloudSwitchSheet)
        assert any("Read-only" in str(note.message) for note in app._notifications)
        assert isinstance(app.screen, LocationScreen)
        with pytest.raises(PermissionError):
            app.screen.hub.switch(None)  # type: ignore[arg-type]
    assert cloud.switched == []


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (
            errors.NotPermittedError(fact("The account may not switch it."), fact("Ask the owner.")),
            "may not switch it. Ask the owner.",
        ),
        (
            errors.OfflineError(fact("No answer."), fact("It may have been carried out: look before doing it again.")),
            "look before doing it again",
        ),
        (ValueError("oops"), "not known whether it was carried out"),
    ],
    ids=["refused", "time-out", "mistake"],
)
async def test_what_did_not_work_is_said(problem: Exception, words: str) -> None:
    cloud = FakeCloud()
    cloud.failing["switch"] = problem
    app = app_on(cloud)
    async with shown(app, (80, 24), *THERE, "enter") as pilot:
        await press(pilot, *"boiler", "enter")
        await until(pilot, lambda: words in flat(app))
        await press(pilot, "q")
        assert words in flat(app)
    assert len(cloud.switched) == 1


async def test_a_cloud_that_still_says_the_old_state() -> None:
    cloud = FakeCloud()
    app = app_on(cloud)
    async with shown(app, (80, 24), *THERE, "enter") as pilot:
        go = cloud.hold("switch")
        await press(pilot, *"boiler", "enter")
        assert "OFF until further notice: being sent" in text(app)
        cloud.failing["state 11"] = errors.ServiceDownError(fact("The cloud answered 500."), fact("Later."))
        go.set()
        await until(pilot, lambda: "could not be read yet" in flat(app))


async def test_what_was_asked_for_goes_on_when_the_screens_are_left() -> None:
    cloud = FakeCloud()
    app = app_on(cloud)
    async with shown(app, (80, 24), *THERE, "enter") as pilot:
        go = cloud.hold("switch")
        await pilot.press(*"boiler", "enter", "escape")
        await settle(pilot)
        assert "being sent" in text(app)
        await pilot.press("escape")
        go.set()
    assert cloud.states[11] == "OFF"
    assert cloud.cancelled == 0
    assert cloud.closed == 1
