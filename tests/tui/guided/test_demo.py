"""The guided test of a demo: one key switches the load in the virtual house, and nobody else has that key."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from smappee_tui.app.guided.demo_heater import DemoHeater
from smappee_tui.tui.guided.screen import DemoGuideScreen
from tests.app.guided.operator import house
from tests.tui.guided.stage import BEGIN, Stage, on_stage
from tests.tui.scene import press, text

SIZE = (80, 24)


class DemoStage(Stage):
    """A stage whose house has a hand in it."""

    def __init__(self, *circuits: tuple[str, int], faults: tuple[str, ...] = ()) -> None:
        super().__init__(house(*circuits, faults=faults))
        self.heater = DemoHeater(self.monitor.plug_in)
        self.app.first.heater = self.heater


async def test_by_one_key_to_the_end() -> None:
    stage = DemoStage(("Kitchen", 0), ("Laundry", 1), faults=("reversed:3",))
    async with on_stage(stage, SIZE, *BEGIN) as pilot:
        for _ in range(6):  # three steps, on and off; no key says that it was done
            stage.seconds(1)
            assert stage.screen.page == "test"
            await press(pilot, "h")
            stage.seconds(6)
        await pilot.pause()
        assert stage.screen.page == "result"
        shown = stage.text()
        assert "4 passed, 1 fault, 0 open" in shown
        assert "in this demo" not in shown
        assert [mark.input for mark in stage.marks] == [3, 3, 4, 4, None, None]


@pytest.mark.parametrize("size", [pytest.param(SIZE, id="80x24"), pytest.param((120, 40), id="120x40")])
async def test_what_it_looks_like(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    stage = DemoStage(("Kitchen", 0))
    async with on_stage(stage, size, *BEGIN) as pilot:
        stage.seconds(1)
        await pilot.pause()
        assert text(stage.app) == snapshot(name="on")
        await press(pilot, "h")
        stage.seconds(2)
        await pilot.pause()
        assert text(stage.app) == snapshot(name="moved")
        await press(pilot, "E")
        assert text(stage.app) == snapshot(name="still on")
        await press(pilot, "h", "h")  # off, and not on again: there is no step on this page
        assert stage.heater.at is None
        assert "in this demo" not in text(stage.app)


async def test_a_load_left_on_is_found_again() -> None:
    stage = DemoStage(("Kitchen", 0))
    async with on_stage(stage, SIZE, *BEGIN) as pilot:
        stage.seconds(1)
        await press(pilot, "h", "escape", "h", "T")
        stage.seconds(1)
        await pilot.pause()
        assert stage.heater.at is not None
        assert "switch it OFF again, it is on at Kitchen" in stage.text()


async def test_before_the_test_there_is_nothing_to_switch() -> None:
    stage = DemoStage(("Kitchen", 0))
    async with on_stage(stage, SIZE, "T", "h", "enter", "h") as pilot:
        await pilot.pause()
        assert stage.heater.at is None
        assert "in this demo" not in stage.text()


async def test_the_test_opens_by_itself_once() -> None:
    stage = DemoStage(("Kitchen", 0))
    stage.app.first.guided_at_once = True
    async with on_stage(stage, SIZE) as pilot:
        assert isinstance(stage.app.screen, DemoGuideScreen)
        await press(pilot, "escape")
        stage.seconds(2)
        assert stage.app.screen is stage.app.first


async def test_a_real_house_has_no_such_key() -> None:
    stage = Stage()
    async with on_stage(stage, SIZE, *BEGIN) as pilot:
        stage.seconds(1)
        await press(pilot, "h")
        assert not isinstance(stage.screen, DemoGuideScreen)
        assert "h" not in stage.screen.active_bindings
        assert "in this demo" not in stage.text()


async def test_a_hostile_name_in_the_offer() -> None:
    stage = DemoStage(("[/b]\x1b[31m\u202eKitchen[L1]" + "x" * 200, 0))
    async with on_stage(stage, SIZE, *BEGIN) as pilot:
        stage.seconds(1)
        await pilot.pause()
        shown = stage.text()
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "in this demo: switch the heater ON, 2.0 kW at [/b]" in shown


async def test_a_glance_looks_only_when_a_second_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    async with on_stage(stage, SIZE, *BEGIN):
        stage.seconds(1)
        looks: list[None] = []
        look = stage.screen.look

        def counted() -> None:
            looks.append(None)
            look()

        monkeypatch.setattr(stage.screen, "look", counted)
        stage.screen.glance()
        stage.screen.glance()
        assert looks == []
        stage.clock.now += 1.0
        stage.link.queue.extend(stage.monitor.tick(stage.clock.now - 0.3))
        stage.screen.glance()
        stage.screen.glance()
        assert len(looks) == 1
        stage.clock.now += 1.0
        stage.link.queue.extend(stage.monitor.tick(stage.clock.now - 0.3))
        stage.session.poll()  # the screen below was faster
        stage.screen.glance()
        assert len(looks) == 2
