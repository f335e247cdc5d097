"""The tracer on the screen: armed by a key, a name, kept under the breaker's; small and large, in four languages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from smappee_tui.app.guided.demo_heater import DemoHeater
from smappee_tui.app.session import Session
from smappee_tui.diagnosis.tracing.tracer import Change, Tracing
from smappee_tui.i18n import LANGUAGES, tr, use
from smappee_tui.tui.guided.pages import large
from smappee_tui.tui.run import live_app
from smappee_tui.tui.tracer.pages import list_lines, stage_lines
from smappee_tui.tui.tracer.screen import TracerScreen
from smappee_tui.tui.widgets.lines import length, plain
from tests.diagnosis.tracing.test_board import breaker, inputs
from tests.simulated.breakers import Board, board
from tests.tui.pseudo_screen import english_left, speaking_pseudo
from tests.tui.scene import Clock, FakeLink, press, rows

STAGES = ("idle", "waiting", "armed", "moving", "likely", "named", "unsure", "sure")
FOUND = Change((1,), (0,), (1,), -1900.0, 1_760_000_000.0)
OTHER = Change((), (0,), (0,), 700.0, 1_760_000_000.0, own_steps=3, seconds=600.0)


class Stage:
    """A board with breakers, a session and the app."""

    def __init__(self, heater: bool = False) -> None:
        self.board: Board = board(7, busy=0.0)
        self.clock = Clock(self.board.monitor.time)
        self.link = FakeLink(self.clock)
        self.app = live_app(
            Session(self.link, generation="none"),
            clock=self.clock,
            tick=0,
            heater=DemoHeater(self.board.monitor.plug_in) if heater else None,
        )

    @property
    def screen(self) -> TracerScreen:
        assert isinstance(self.app.screen, TracerScreen)
        return self.app.screen

    def seconds(self, count: int) -> None:
        for _ in range(count):
            self.clock.now += 1.0
            for one in self.board.breakers.values():
                one.step()
            self.link.queue.extend(self.board.monitor.tick(self.clock.now - 0.3))
            if isinstance(self.app.screen, TracerScreen):
                self.app.screen.look()
            else:
                self.app.first.tick()

    def flip(self, circuit: str) -> None:
        self.board.breakers[circuit].flip(0.4)
        self.seconds(6)

    def text(self) -> str:
        return "\n".join(rows(self.app))


@asynccontextmanager
async def on_stage(stage: Stage, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """The tracer open, after some seconds with a load on the oven."""
    stage.board.breakers["Oven"].plug(1900.0)
    async with stage.app.run_test(size=size) as pilot:
        stage.seconds(30)
        await press(pilot, "I")
        yield pilot


async def test_a_breaker_is_traced_named_and_kept_as_sure_once_it_went_back() -> None:
    stage = Stage()
    async with on_stage(stage) as pilot:
        assert tr("tracer.safety")[:40] in stage.text()
        await press(pilot, "space")
        stage.seconds(2)
        assert tr("tracer.say.armed") in " ".join(stage.text().split())
        stage.flip("Oven")
        await pilot.pause()
        assert "Input 4 'Oven' on L" in stage.text()
        await press(pilot, "enter", "ctrl+u", *"F7 oven", "enter")
        assert [(one.breaker, one.inputs, one.sure) for one in stage.screen.circuits] == [("F7 oven", (4,), False)]
        stage.flip("Oven")
        stage.flip("Oven")
        await pilot.pause()
        assert stage.screen.desk.tracer.state.stage == "sure"
        assert [(one.breaker, one.sure) for one in stage.screen.circuits] == [("F7 oven", True)]
        assert "F7 oven" in stage.text()
        await press(pilot, "escape", "I")
        assert "F7 oven" in stage.text()  # leaving loses nothing
        await press(pilot, "delete")
        assert stage.screen.circuits == []


async def test_it_goes_on_hearing_while_another_screen_is_open() -> None:
    stage = Stage()
    async with on_stage(stage) as pilot:
        await press(pilot, "space", "escape")
        stage.seconds(2)
        stage.flip("Oven")
        await press(pilot, "I")
        assert "Input 4 'Oven'" in stage.text()


async def test_labels_are_written_where_the_program_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = Stage()
    async with on_stage(stage) as pilot:
        stage.screen.desk.circuits.circuits = [breaker("F7 oven", 4)]
        await press(pilot, "ctrl+s")
        await stage.app.workers.wait_for_complete()
        await pilot.pause()
        (path,) = tmp_path.glob("labels-*.pdf")
        assert path.read_bytes().startswith(b"%PDF-")


async def test_a_click_chooses_a_breaker_and_the_demo_has_a_hand() -> None:
    stage = Stage(heater=True)
    async with on_stage(stage) as pilot:
        stage.screen.desk.circuits.circuits = [breaker(f"F{n}", n) for n in (3, 4, 5)]
        stage.screen.look()
        await pilot.pause()
        line = next(place for place, row in enumerate(rows(stage.app)) if " F4 " in row)
        await pilot.click(offset=(10, line))
        await pilot.pause()
        assert stage.screen.place == 1
        await press(pilot, "h")
        assert stage.screen.hand is not None
        assert stage.screen.hand.at is not None
        await press(pilot, "h")
        assert stage.screen.hand.at is None


async def test_no_english_is_left() -> None:
    with speaking_pseudo():
        stage = Stage()
        async with on_stage(stage) as pilot:
            assert english_left(stage.text(), "") == set()
            await press(pilot, "space")
            stage.seconds(2)
            stage.flip("Oven")
            await pilot.pause()
            assert english_left(stage.text(), "Oven") == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "height"), [(60, 18), (80, 22), (120, 38)])
def test_what_to_do_and_what_was_found_fit_every_screen(language: str, width: int, height: int) -> None:
    settings = inputs("Oven", "Laundry")
    circuits = [breaker(f"F{n} a circuit with a long name", 1 + n % 2) for n in range(20)]
    use(language)
    try:
        for stage in STAGES:
            word = tr(f"tracer.word.{stage}")
            assert word == "".join(letter for letter in word if large(letter, 20)[0]), "a letter is not in the font"
            assert len(large(word, width - 4)[0]) <= width - 4
            state = Tracing(stage, FOUND if stage in ("likely", "named", "sure") else None, (OTHER,), waited=60.0)  # type: ignore[arg-type]
            lines = stage_lines(state, settings, width, height, "", silent=False)
            assert len(lines) <= height - 3, (language, stage)
            listed, (top, first) = list_lines(circuits, settings, 10, width, height - len(lines))
            assert all(length(row) <= width for row in [*lines, *listed])
            assert plain(listed[top + 10 - first]).startswith("▸") or height - len(lines) < 5
    finally:
        use("en")
