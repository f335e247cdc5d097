"""What the keys do."""

import re
from pathlib import Path

import pytest
from textual.command import CommandPalette

from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.i18n import tr
from smappee_tui.tui.help import HelpSheet
from smappee_tui.tui.report.screen import ReportScreen
from smappee_tui.tui.widgets.chooser import Chooser
from smappee_tui.tui.widgets.findings import FindingsSheet
from smappee_tui.tui.widgets.sheet import LeaveSheet
from tests.tui.houses import OTHER_UUID, UUID, twelve, twenty_eight
from tests.tui.live.test_states import live, several
from tests.tui.scene import Scene, judgement_of_twelve, open_screen, press, rows, text


def listed(scene: Scene) -> list[int]:
    """Inputs in the order of the table."""
    return [row.channel.input for row in scene.app.first.table.rows]


def chosen(scene: Scene) -> int | None:
    row = scene.app.first.table.row
    return row.channel.input if row else None


async def test_moving_the_cursor() -> None:
    scene = Scene(twenty_eight()).configure().run(3)
    async with open_screen(scene, (80, 24)) as pilot:
        await press(pilot, "down", "j", "k")
        assert chosen(scene) == 1
        await press(pilot, "end")
        assert chosen(scene) == 27
        assert any(row.startswith("▸ 27") for row in rows(scene.app))
        await press(pilot, "pageup")
        assert chosen(scene) == 27 - (scene.app.first.table.size.height - 2)
        await press(pilot, "home", "up")
        assert chosen(scene) == 0
        assert any(row.startswith("▸  0") for row in rows(scene.app))


async def test_sorting_keeps_the_cursor_on_its_channel() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), *["down"] * 6) as pilot:
        assert chosen(scene) == 4
        await press(pilot, "s", "s")
        assert scene.app.first.wish.order == "name"
        assert chosen(scene) == 4
        await press(pilot, "s", "s", "s", "s")
        assert (scene.app.first.wish.order, listed(scene)[0]) == ("watts", 4)
        assert any(row.startswith("▸  4") for row in rows(scene.app))
        await press(pilot, "o")
        assert listed(scene)[-1] == 4
        assert chosen(scene) == 4
        assert any(row.startswith("▸  4") for row in rows(scene.app))


async def test_the_cursor_stays_on_its_channel_while_values_change_the_order() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), *["s"] * 6) as pilot:
        scene.app.first.table.choose(0)
        scene.run(1, scale=0.1)
        scene.house.clamps[0] = scene.house.clamps[0].reading(9000)  # type: ignore[union-attr]
        scene.run(1)
        scene.app.first.tick()
        await pilot.pause()
        assert listed(scene)[0] == 0
        assert chosen(scene) == 0


async def test_looking_elsewhere_with_the_wheel_is_not_taken_back() -> None:
    scene = Scene(twenty_eight()).configure().run(3)
    async with open_screen(scene, (80, 24)) as pilot:
        scene.app.first.table.scroll_to(y=8, animate=False)
        await pilot.pause()
        scene.run(1)
        scene.app.first.tick()
        await pilot.pause()
        first = rows(scene.app).index(next(row for row in rows(scene.app) if " verdict" in row)) + 1
        assert "  8 Car charger" in rows(scene.app)[first]
        await press(pilot, "down")
        assert rows(scene.app)[first].startswith("▸  1")


async def test_a_click_on_a_title_sorts_and_on_a_row_chooses() -> None:
    scene = live()
    async with open_screen(scene, (80, 24)) as pilot:
        (title,) = [row for row in rows(scene.app) if " verdict" in row]
        await pilot.click("#table", offset=(title.index("W", title.index(" A ")), 0))
        await pilot.pause()
        assert scene.app.first.wish.order == "watts"
        assert "W▾" in text(scene.app)
        await pilot.click("#table", offset=(10, 3))
        await pilot.pause()
        assert chosen(scene) == listed(scene)[2]
        await pilot.double_click("#table", offset=(10, 3))
        await pilot.pause()
        assert scene.app.first.detail_open


async def test_a_click_on_a_footer_key_runs_it() -> None:
    scene = live()
    async with open_screen(scene, (210, 24)) as pilot:
        await pilot.click("#footer", offset=(rows(scene.app)[-1].index("freeze"), 0))
        await pilot.pause()
        assert scene.app.first.frozen_at is not None
        await pilot.click("#footer", offset=(rows(scene.app)[-1].index("help"), 0))
        await pilot.pause()
        assert isinstance(scene.app.screen, HelpSheet)


async def test_typing_a_filter() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "slash", *"heat") as pilot:
        assert listed(scene) == [6, 5, 7]
        assert "only inputs with heat" in text(scene.app)
        await press(pilot, "home", "delete", "end", "left", "backspace", "end", "backspace", "enter")
        assert scene.app.first.wish.text == "e"
        await press(pilot, "slash", "ctrl+u", *"ove", "left", "left", "x")
        assert scene.app.first.wish.text == "oxve"
        await press(pilot, "enter", "slash", "ctrl+u", *"he", "enter")
        assert listed(scene) == [6, 5, 7, 10]  # "the cellar"
        assert chosen(scene) == 6
        await press(pilot, "escape")
        assert len(listed(scene)) == 12
        assert chosen(scene) == 6
        await press(pilot, "slash", "q", "escape")
        assert len(listed(scene)) == 12
        assert scene.app.is_running


async def test_a_filter_takes_a_pasted_line_and_brackets() -> None:
    from textual.events import Paste

    scene = live()
    async with open_screen(scene, (80, 24), "slash") as pilot:
        scene.app.post_message(Paste("[/L1]\nmore"))
        await pilot.pause()
        assert "[/L1]" in text(scene.app)
        assert listed(scene) == []
        assert "Nothing to show with this filter" in text(scene.app)


async def test_only_faults_and_hidden_unused() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "x") as pilot:
        assert listed(scene) == [6, 9]
        await press(pilot, "x", "u")
        assert 11 not in listed(scene)
        await press(pilot, "escape")
        assert len(listed(scene)) == 12


@pytest.mark.parametrize("key", ["f"])
async def test_frozen_the_picture_stands_and_folding_goes_on(key: str) -> None:
    scene = live()
    async with open_screen(scene, (120, 40), key) as pilot:
        before = rows(scene.app)[5:-1]
        scene.run(20, scale=0.1)
        scene.app.first.tick()
        await pilot.pause()
        assert rows(scene.app)[5:-1] == before
        assert "frozen 20 s" in rows(scene.app)[0]
        assert "live 0.4 s" in rows(scene.app)[0]
        assert scene.session.site.quality.realtime == 180  # type: ignore[union-attr]
        await press(pilot, key)
        assert rows(scene.app)[5:-1] != before
        assert "frozen" not in text(scene.app)


async def test_copying() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "y") as pilot:
        titles, row = scene.app.clipboard.splitlines()
        assert titles.split("\t")[:4] == ["input", "name", "role", "phase"]
        assert row.split("\t")[:7] == ["6", "Heat pump L2", "circuit", "L2", "4.0", "-870", "-0.95"]
        assert any("input 6, Heat pump L2" in str(t.message) for t in scene.app._notifications)
        await press(pilot, "x", "Y")
        assert len(scene.app.clipboard.splitlines()) == 3
        assert any("2 inputs" in str(t.message) for t in scene.app._notifications)


async def test_the_help_has_no_key_that_has_nothing_to_open() -> None:
    scene = live()  # no job is kept, and there is no way to the cloud
    async with open_screen(scene, (120, 80), "question_mark"):
        assert "since the last visit" not in text(scene.app)
        assert "vendor's cloud" not in text(scene.app)
        assert "The page for a phone" in text(scene.app)


async def test_the_pane_covers_a_narrow_screen_and_stands_beside_a_wide_table() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "enter") as pilot:
        app = scene.app.first
        assert app.pane is not None
        assert not app.table.display
        await press(pilot, "n", "n", "p")
        assert "9  Sockets" in text(scene.app)
        await press(pilot, "down")
        assert chosen(scene) == 9
        await pilot.resize_terminal(130, 40)
        await pilot.pause()
        scene.app.first.tick()
        await pilot.pause()
        assert not app.table.display
        await press(pilot, "escape")
        assert app.table.display
        assert app.pane.display
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert not app.pane.display


async def test_the_wide_pane_follows_the_cursor() -> None:
    scene = live()
    async with open_screen(scene, (120, 40), "down", "down", "down", "down") as pilot:
        assert re.search(r"2  Grid meter .* 5 of 12", text(scene.app))
        await press(pilot, "g")
        assert "the 1 currents" not in text(scene.app)


async def test_the_sheets_open_and_close() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "F") as pilot:
        assert isinstance(scene.app.screen, FindingsSheet)
        await press(pilot, "down", "up", "pagedown", "pageup", "escape", "question_mark")
        assert isinstance(scene.app.screen, HelpSheet)
        await press(pilot, "escape")
        assert scene.app.screen is scene.app.first
        assert scene.app.is_running


async def test_findings_follow_the_watch_while_they_are_open() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "F") as pilot:
        assert "Sockets living room' is on L3" in text(scene.app)
        said = judgement_of_twelve()
        scene.judge(type(said)(channels=said.channels))
        scene.app.first.tick()
        assert isinstance(scene.app.screen, FindingsSheet)
        scene.app.screen.redraw()
        await pilot.pause()
        assert "Sockets living room' is" not in text(scene.app)


async def test_choosing_a_monitor() -> None:
    scene = several()
    async with open_screen(scene, (80, 24), "L") as pilot:
        assert isinstance(scene.app.screen, Chooser)
        await press(pilot, *"9955")
        assert "5010009901" not in text(scene.app)
        await press(pilot, "x", "enter")
        assert "None contains this." in text(scene.app)
        await press(pilot, "f2")
        assert "None contains this." not in text(scene.app)
        assert "9955x" in text(scene.app)
        await press(pilot, "backspace", "enter")
        assert scene.session.wanted == OTHER_UUID
        assert "5010009955" in rows(scene.app)[0]
        await press(pilot, "L", "up", "enter")
        assert scene.session.wanted == UUID
        await press(pilot, "L", "down", "escape")
        assert scene.session.wanted == UUID


async def test_commands_that_make_no_sense_do_nothing() -> None:
    scene = Scene().line("connected", 3)
    async with open_screen(scene, (80, 24), "enter", "F", "slash", "x", "u", "s", "o", "f", "y", "Y", "L", "n", "g"):
        assert scene.app.screen is scene.app.first
        assert scene.app.first.frozen_at is None
        assert scene.app.clipboard == ""


async def test_the_palette_offers_what_makes_sense_and_runs_it() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "ctrl+p") as pilot:
        assert isinstance(scene.app.screen, CommandPalette)
        await press(pilot, *"findings")
        await scene.app.workers.wait_for_complete()
        await press(pilot, "enter")
        await pilot.pause()
        assert isinstance(scene.app.screen, FindingsSheet)
    titles = [command.title for command in scene.app.get_system_commands(scene.app.first)]
    assert "Monitors  (L)" not in titles
    assert "Freeze  (f)" in titles


@pytest.mark.parametrize("keys", [["q"], ["ctrl+c"], ["ctrl+q"], ["F", "ctrl+c"], ["F", "q", "q"], ["slash", "ctrl+q"]])
async def test_leaving(keys: list[str]) -> None:
    scene = live().judge(Judgement())
    async with open_screen(scene, (80, 24), *keys):
        pass
    assert not scene.app.is_running
    assert scene.link.closed == 1


async def test_dialects_look_the_same() -> None:
    shots = []
    for dialect in ("infinity", "20-series"):
        scene = Scene(twelve(dialect)).configure().run(5)
        async with open_screen(scene, (80, 24)):
            shots.append([row[:46] for row in rows(scene.app)[5:17]])
    assert shots[0] == shots[1]


async def test_a_click_beside_the_filter_line_keeps_the_filter_and_no_line_outlives_it() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "slash", *"heat") as pilot:
        assert tr("live.filter_prompt") in text(scene.app)
        scene.app.app_focus = False  # another window is looked at
        await pilot.pause()
        scene.app.app_focus = True
        await press(pilot, "backspace", "t")
        assert tr("live.filter_prompt") in text(scene.app)
        await pilot.click(scene.app.first.table, offset=(10, 1))
        assert scene.app.first.wish.text == "heat"
        assert tr("live.filter_prompt") not in text(scene.app)
        await press(pilot, "escape")
        assert scene.app.first.wish.text == ""
        assert tr("live.filter_prompt") not in text(scene.app)


async def test_a_palette_below_a_sheet_is_not_opened_twice() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "ctrl+p") as pilot:
        scene.app.push_screen(LeaveSheet(0))
        await press(pilot, "ctrl+p", "ctrl+p")
        assert sum(isinstance(screen, CommandPalette) for screen in scene.app.screen_stack) == 1


async def test_escape_goes_back_to_the_find_screen_where_that_led_here() -> None:
    scene = live(found=True)
    async with open_screen(scene, (80, 24), "enter", "slash", *"heat", "enter") as pilot:
        await press(pilot, "escape")
        assert not scene.app.first.detail_open
        await press(pilot, "escape")
        assert scene.app.first.wish.text == ""
        assert "esc back" in rows(scene.app)[-1]
        await press(pilot, "escape")
    assert scene.app.return_value is True
    assert scene.link.closed == 1
    stays = live()
    async with open_screen(stays, (80, 24), "escape", "escape") as pilot:
        assert stays.app.return_value is None
        assert "esc" not in rows(stays.app)[-1]


async def test_leaving_with_open_faults_and_no_report_asks_once() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "q") as pilot:
        assert "2 faults are open, and no report was written." in text(scene.app)
        await press(pilot, "escape")
        assert scene.app.screen is scene.app.first
        await press(pilot, "q", "r")
        assert isinstance(scene.app.screen, ReportScreen)
        await press(pilot, "escape", "q", "q")
    assert not scene.app.is_running
    told = live()
    told.app.first.begun.reports.last_report = Path("report.json")
    async with open_screen(told, (80, 24), "q"):
        pass
    assert not told.app.is_running
