"""The devices screen as text."""

import pytest
from syrupy.assertion import SnapshotAssertion

from smappee_tui.app.switching import NO_BROKER, PlugSwitch
from smappee_tui.tui.devices.sheet import DevicesSheet
from tests import payloads as p
from tests.tui.devices.house import devices_scene, say
from tests.tui.houses import START, House, twelve
from tests.tui.scene import Scene, open_screen, press, text

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", ["top", "sensor", "bottom"])
async def test_devices(keys: str, size: str, snapshot: SnapshotAssertion) -> None:
    typed = {"top": ["D"], "sensor": ["D", *["down"] * 4, "enter"], "bottom": ["D", "end"]}[keys]
    scene = devices_scene()
    async with open_screen(scene, SIZES[size], *typed):
        assert text(scene.app) == snapshot


async def test_the_header_counts_what_leads_there() -> None:
    scene = devices_scene()
    async with open_screen(scene, (80, 24)):
        assert "! 2 plugs and 1 sensor to look at: D shows the devices." in text(scene.app)
    quiet = Scene(twelve()).configure().run(3)
    async with open_screen(quiet, (80, 24)):
        assert "D shows the devices" not in text(quiet.app)


async def test_nothing_is_there_and_it_says_so() -> None:
    scene = Scene(House(twelve().clamps[:1])).configure().run(3)
    async with open_screen(scene, (80, 24), "D", "down", "up", "enter", "home") as pilot:
        shown = text(scene.app)
        for words in ("No plugs are configured.", "No gas and water sensors", "None has been heard of yet."):
            assert words in shown
        await press(pilot, "escape")
        assert scene.app.screen is scene.app.first


async def test_the_sheet_follows_the_watch() -> None:
    scene = devices_scene()
    async with open_screen(scene, (80, 24), "D") as pilot:
        sheet = scene.app.screen
        assert isinstance(sheet, DevicesSheet)
        say(scene, "plug/12/connectionState", p.plug_value("CONNECTED", START + 119))
        scene.run(5)
        sheet.redraw()
        await pilot.pause()
        assert "unreachable" not in text(scene.app)


async def test_the_guided_check_ticks() -> None:
    scene = devices_scene()
    async with open_screen(scene, (80, 24), "D", *["down"] * 4, "enter") as pilot:
        assert "… Run a litre of water, or light the burner." in text(scene.app)
        scene.run(40)
        say(scene, "aggregatedGW", p.aggregated_gas_water(pulses=(1, 0)))
        scene.run(1)
        assert isinstance(scene.app.screen, DevicesSheet)
        scene.app.screen.redraw()
        await pilot.pause()
        await press(pilot, "end")
        await press(pilot, "escape", "D", *["down"] * 4)  # it outlives the sheet
        assert "✓ Counted water 1 l, 40 s after you began." in text(scene.app)


async def test_the_cursor_walks_over_plugs_and_sensors_and_scrolls() -> None:
    scene = devices_scene()
    async with open_screen(scene, (80, 24), "D") as pilot:
        await press(pilot, *["down"] * 40)
        assert "restarts" in text(scene.app)
        await press(pilot, *["up"] * 50)
        assert "▸  11  Boiler" in text(scene.app)


@pytest.mark.parametrize(
    ("switching", "words"),
    [(None, "Read-only: started with --read-only"), (PlugSwitch.locked(NO_BROKER), "this is a recording")],
)
async def test_locked_there_is_no_test(switching: PlugSwitch | None, words: str) -> None:
    scene = devices_scene(switching=switching)
    async with open_screen(scene, (80, 24), "D", "enter"):
        assert isinstance(scene.app.screen, DevicesSheet)
        assert any(words in str(note.message) for note in scene.app._notifications)


@pytest.mark.parametrize("size", [(20, 5), (10, 2), (40, 12), (300, 90)])
async def test_any_size_draws(size: tuple[int, int]) -> None:
    scene = devices_scene()
    async with open_screen(scene, size, "D", "down", "end", "home"):
        assert len(text(scene.app).splitlines()) == size[1] + 1
