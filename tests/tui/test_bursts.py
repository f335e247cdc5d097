"""Keys that come in one burst, as a slow line brings them, act in the order in which they were typed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from textual.events import Callback, Key
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from smappee_tui.app.switching import PlugSwitch
from smappee_tui.connect.discovery import Found
from smappee_tui.report.render.json_file import decode
from smappee_tui.tui.app import SmappeeApp
from smappee_tui.tui.cloud.location import LocationScreen
from smappee_tui.tui.devices.switch_sheet import SwitchSheet
from smappee_tui.tui.help import HelpSheet
from smappee_tui.tui.palette import Palette
from smappee_tui.tui.plan.sheet import PlanSheet
from smappee_tui.tui.report.compare import CompareSheet
from smappee_tui.tui.report.screen import ReportScreen
from tests.tui.cloud.fake import FakeCloud
from tests.tui.cloud.stage import app_on
from tests.tui.cloud.stage import shown as cloud_shown
from tests.tui.cloud.stage import until as cloud_until
from tests.tui.devices.house import devices_scene
from tests.tui.devices.test_switch_sheet import FakeSender, settle
from tests.tui.find.scene import _silent, app_of, until
from tests.tui.guided.stage import BEGIN, Stage, on_stage
from tests.tui.houses import OTHER_UUID, UUID, twelve
from tests.tui.live.test_states import several
from tests.tui.scene import Scene, judgement_of_twelve, open_screen

__all__ = ["_silent"]


async def burst(pilot: Pilot[Any], *keys: str) -> None:
    """All of these keys are there before the app looks at the first one; returns when the last one has acted."""
    names = {" ": "space", ".": "full_stop", ":": "colon"}
    app = pilot.app
    assert isinstance(app, SmappeeApp)
    assert app._driver is not None
    taken = asyncio.Event()
    for key in keys:
        letter = key if len(key) == 1 else "\r" if key == "enter" else None
        app._driver.send_message(Key(names.get(key, key), letter))
    app._driver.send_message(Callback(callback=taken.set))  # by the same way, so after them
    await taken.wait()
    while app._typing is not None and not app._typing.done():
        await asyncio.wait({app._typing})
    await pilot.pause()


async def test_what_is_typed_and_written_in_one_burst_stands_in_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    scene = Scene(twelve()).configure().run(40).judge(judgement_of_twelve())
    async with open_screen(scene, (80, 24)) as pilot:
        await burst(pilot, "r")
        form = scene.app.screen
        assert isinstance(form, ReportScreen)
        form.body.go_to("site")
        await pilot.pause()
        await burst(pilot, *"Kerkstraat 9", "ctrl+s")
        await until(pilot, lambda: form.written is not None)
        assert form.written is not None
        assert decode(form.written.files["json"].read_bytes()).site.name == "Kerkstraat 9"
        await burst(pilot, "escape", "r", "ctrl+d")
        assert isinstance(scene.app.screen, CompareSheet)


async def test_the_row_that_the_cursor_went_to_is_the_one_that_opens() -> None:
    for _ in range(5):
        scene = several()
        async with open_screen(scene, (80, 24)) as pilot:
            before = scene.session.site.uuid  # type: ignore[union-attr]
            await burst(pilot, "L", "down", "enter")
            await burst(pilot, "L", "up", "up", "enter")
            first = scene.session.site.uuid  # type: ignore[union-attr]
            await burst(pilot, "L", "down", "enter")
            assert {first, scene.session.site.uuid} == {UUID, OTHER_UUID}  # type: ignore[union-attr]
            assert before in (UUID, OTHER_UUID)


async def test_a_sheet_that_is_opened_gets_the_keys_after_it() -> None:
    scene = Scene(twelve()).configure().run(3)
    async with open_screen(scene, (80, 24)) as pilot:
        await burst(pilot, "F", "escape", "down", "down", "enter", "n", "escape", "slash", *"heat", "enter", "x")
        live = scene.app.first
        assert scene.app.screen is live
        assert live.wish.text == "heat"
        assert live.wish.only_faults
        assert not live.detail_open
        await burst(pilot, "question_mark", "escape", "escape", "F2".lower(), "f2", "f2", "f2", "D", "escape", "f")
        assert scene.app.screen is live
        assert live.frozen_at is not None


async def test_a_form_takes_all_of_its_lines() -> None:
    app = app_of()
    asked: list[Any] = []
    async with app.run_test(size=(80, 24)) as pilot:
        app.first._list_locations = asked.append  # type: ignore[method-assign]
        await burst(pilot, "e", *"10.0.0.7:1884", "enter", *"anna", "enter", *"secret", "enter")
        assert [(one.host, one.port, one.username, one.password) for one in asked] == [
            ("10.0.0.7", 1884, "anna", "secret")
        ]
        assert app.screen is app.first


async def test_the_list_of_the_find_screen_and_its_doctor() -> None:
    seen = [Found(addresses=(f"127.0.0.{n}",), how=("typed",), broker="silent") for n in (5, 6, 7)]
    app = app_of(*seen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        opened: list[str] = []
        app.first.action_doctor = lambda: opened.append(app.first.list.current.address)
        order = [one.address for one in app.first.list.view.found]
        await burst(pilot, "j", "d", "j", "d", "k", "k", "d")
        assert opened == [order[1], order[2], order[0]]


async def test_a_plug_is_chosen_named_and_switched() -> None:
    sender = FakeSender()
    scene = devices_scene(switching=PlugSwitch(sender))
    async with open_screen(scene, (80, 24)) as pilot:
        await burst(pilot, "D", "down", "up", "enter", *"Boiler", "enter")
        await settle(pilot)
        assert isinstance(scene.app.screen, SwitchSheet)
        assert sender.sent == [(UUID, "11", False)]


async def test_the_guided_test_is_begun_and_skipped_through() -> None:
    stage = Stage()
    async with on_stage(stage, (80, 24)) as pilot:
        await burst(pilot, *BEGIN, "n", "E", "escape", "T")
        assert stage.screen.page in ("test", "result")
        assert stage.screen.guide.test is not None


async def test_the_cloud_searches_opens_and_turns_to_a_pane() -> None:
    app = app_on(FakeCloud())
    async with cloud_shown(app, (80, 24)) as pilot:
        await burst(pilot, *"jans", "enter", "3")
        await cloud_until(pilot, lambda: isinstance(app.screen, LocationScreen))
        assert app.screen.pane == "actuators"  # type: ignore[attr-defined]


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
def test_through_a_terminal_of_its_own(tmp_path: Path) -> None:
    """The program as it is: a burst of bytes, an Escape that comes alone, and what is asked on leaving."""
    from tests.tui.terminal import Terminal

    with Terminal("demo", environment={"ESCDELAY": "25"}) as screen:
        screen.shows("Oven", "r report", "T test")
        screen.type("jj\rn")
        screen.shows("esc back")
        screen.type("\x1b")
        screen.until(lambda: "esc back" not in screen.text)
        screen.type("D?")
        screen.shows("Test the chosen plug")
        screen.type("\x1b")
        screen.until(lambda: "Test the chosen plug" not in screen.text)
        screen.type("\x1b")
        screen.shows("r report")
        screen.type("Fq")
        screen.shows("q leaves the program")
        screen.type("q")
        screen.until(lambda: screen.process.poll() is not None)
        assert screen.process.returncode == 0


async def test_what_comes_late_for_a_sheet_closes_nothing_else() -> None:
    """A click, or a command of the palette, may be on its way while the sheet is closed, or covered by another."""
    scene = Scene(twelve()).configure().run(2).judge(judgement_of_twelve())
    async with open_screen(scene, (80, 24)) as pilot:
        await pilot.press("f3")
        sheet = scene.app.screen
        assert isinstance(sheet, PlanSheet)
        assert sheet.goal is not None
        await pilot.press("question_mark")
        await sheet.run_action("go")
        assert isinstance(scene.app.screen, HelpSheet)
        await pilot.press("f3")
        await sheet.run_action("go")
        assert scene.app.screen is scene.app.first
        await pilot.press("ctrl+p")
        palette = scene.app.screen
        assert isinstance(palette, Palette)
        await pilot.press("f3")
        palette.dismiss()
        assert isinstance(scene.app.screen, PlanSheet)
        await pilot.press("f3", "escape")
        assert scene.app.screen is scene.app.first


async def test_the_palette_takes_keys_before_its_list_is_laid_out_and_while_it_closes() -> None:
    scene = Scene(twelve()).configure().run(2)
    async with open_screen(scene, (60, 20)) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: scene.app.screen.query_one(OptionList).option_count)
        palette = scene.app.screen
        listed = palette.query_one(OptionList)
        listed.display = False
        await pilot.pause()
        listed.clear_options().add_options(["one", "two"]).highlighted = 0
        for way in ("page_up", "page_down"):
            await palette.run_action(f"command_list('{way}')")
        palette.query_one(Input).value = "x"
        await listed.remove()
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.screen is scene.app.first)
        assert scene.app._exception is None
