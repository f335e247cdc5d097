"""The app around the screen."""

import pytest
from syrupy.assertion import SnapshotAssertion

from smappee_tui.connect.errors import CannotReadError
from smappee_tui.protocol.fact import fact
from smappee_tui.tui.widgets.styles import DARK, LIGHT, STYLES, palette
from tests.tui.houses import hostile, twelve
from tests.tui.live.test_states import live
from tests.tui.scene import Scene, open_screen, press, rows, styles, text


async def test_the_session_is_opened_and_closed_once() -> None:
    closed: list[int] = []
    scene = Scene(twelve(), on_close=lambda: closed.append(1)).configure().run(3)
    async with open_screen(scene):
        assert scene.link.started == 1
        assert scene.link.closed == 0
    assert scene.link.closed == 1
    assert closed == [1]


async def test_a_link_that_cannot_start_is_told_on_the_screen() -> None:
    scene = Scene()

    def fail() -> None:
        raise CannotReadError(fact("The recording x.ndjson cannot be read."), fact("Check the name."))

    scene.link.start = fail  # type: ignore[method-assign]
    async with open_screen(scene):
        assert "The recording x.ndjson cannot be read. Check the name." in text(scene.app)
        assert "■ cannot start" in text(scene.app)


async def test_the_first_data_does_not_wait_for_a_second() -> None:
    scene = Scene(twelve())
    scene.app.first.every = 60.0
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        scene.configure()
        scene.put(scene.house.realtime(1))  # type: ignore[union-attr]
        for _ in range(100):
            await pilot.pause(0.02)
            if scene.app.first.rows:
                break
        assert scene.app.first.rows


async def test_a_chosen_theme_is_told() -> None:
    told: list[str] = []
    scene = live(on_theme=told.append)
    async with open_screen(scene, (80, 24)) as pilot:
        assert scene.app.theme == DARK
        assert told == []
        await press(pilot, "t")
        assert scene.app.theme == LIGHT
        await press(pilot, "t")
        assert told == [LIGHT, DARK]


@pytest.mark.parametrize(("asked", "used"), [(LIGHT, LIGHT), ("nord", "nord"), ("no such theme", DARK), (None, DARK)])
async def test_a_kept_theme_is_used(asked: str | None, used: str) -> None:
    scene = live(theme=asked)
    async with open_screen(scene):
        assert scene.app.theme == used


async def test_every_theme_has_all_tones() -> None:
    scene = live()
    async with open_screen(scene) as pilot:
        for name in scene.app.available_themes:
            scene.app.theme = name
            await pilot.pause()
            made = palette(scene.app.theme_variables)
            assert len(made) == 2 * len(STYLES)
            assert made["ok", False] != made["fault", False]
            assert made["text", True] != made["text", False]
            assert "✕ reversed" in text(scene.app)


async def test_without_colours_signs_and_words_remain(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    scene = live()
    async with open_screen(scene, (80, 24)):
        assert text(scene.app) == snapshot
        triplets = [c.triplet for s in styles(scene.app) for c in (s.color, s.bgcolor) if c is not None and c.triplet]
        assert triplets
        assert all(max(t) - min(t) <= 1 for t in triplets)


async def test_nothing_a_device_says_is_markup() -> None:
    scene = Scene(hostile()).configure().run(3)
    async with open_screen(scene, (109, 35)) as pilot:
        shown = text(scene.app)
        for name in ("CT [L1] main", "[/L1]", "[bold red]not bold[/]", "[@click=app.quit]pr"):
            assert name in shown
        assert "\x1b" not in shown
        assert not any(style.meta.get("@click") for style in styles(scene.app))
        await press(pilot, "enter")
        for clamp in range(len(hostile().clamps)):
            scene.app.first.table.choose(clamp)
            await pilot.pause()
            scene.app.first.action_copy_row()
        await press(pilot, "escape")
        await press(pilot, "Y", "F", "escape", "slash", *"[/l1]", "enter")
        assert scene.app.is_running
        row = next(line for line in scene.app.clipboard.splitlines() if "calc" in line)
        assert row.split("\t")[1].startswith("'=")


async def test_every_row_has_the_width_of_the_screen() -> None:
    from rich.cells import cell_len

    scene = Scene(hostile()).configure().run(3)
    for size in ((80, 24), (60, 20), (133, 40)):
        async with open_screen(Scene(hostile()).configure().run(3), size):
            assert all(cell_len(row) <= size[0] for row in rows(scene.app)) if scene.app.is_running else True


async def test_only_changed_rows_are_drawn_again() -> None:
    scene = live()
    async with open_screen(scene, (80, 24)) as pilot:
        table = scene.app.first.table
        kept = {number: entry[2] for number, entry in table._kept.items()}
        scene.house.clamps[4] = scene.house.clamps[4].reading(2000)  # type: ignore[union-attr]
        scene.run(1)
        scene.app.first.tick()
        await pilot.pause()
        changed = [number for number, entry in table._kept.items() if entry[2] is not kept.get(number)]
        assert changed == [7]
