"""The guided test on the screen: by keyboard alone, at 80x24 and wider, nothing lost by leaving."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from smappee_tui.app.guided.plan import Answers
from smappee_tui.i18n import LANGUAGES, Language
from smappee_tui.i18n.language import load
from smappee_tui.tui.guided.pages import large
from smappee_tui.tui.report.screen import ReportScreen
from tests.app.guided.operator import house
from tests.tui.guided.stage import BEGIN, Stage, on_stage
from tests.tui.scene import press, text

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")]
SIZE = (80, 24)


async def cycle(stage: Stage, pilot: Pilot[None], circuit: str, port: int) -> None:
    """The heater on and off, with the key each time."""
    for watts in (1980.0, 0.0):
        stage.switch(circuit, port, watts)
        stage.seconds(1)
        await press(pilot, "space")
        stage.seconds(6)
    await pilot.pause()


async def shot(stage: Stage, pilot: Pilot[None]) -> str:
    """The screen once it has settled."""
    await pilot.pause()
    return text(stage.app)


@pytest.mark.parametrize("size", SIZES)
async def test_questions_and_safety(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    stage = Stage(generation=None)
    async with on_stage(stage, size, "T") as pilot:
        assert await shot(stage, pilot) == snapshot(name="generation")
        await press(pilot, "enter")
        assert await shot(stage, pilot) == snapshot(name="load")
        await press(pilot, "enter")
        assert await shot(stage, pilot) == snapshot(name="safety")
        assert not stage.marks


async def test_what_was_declared_is_not_asked_again() -> None:
    stage = Stage(generation="unmetered")
    async with on_stage(stage, SIZE, "T") as pilot:
        assert "Which load can you switch" in text(stage.app)
        assert "of 2" not in text(stage.app)
        await press(pilot, "enter", "enter")
        assert stage.screen.page == "test"
        assert stage.screen.guide.answers == Answers("unmetered")


@pytest.mark.parametrize("size", SIZES)
async def test_a_step(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    stage = Stage()
    async with on_stage(stage, size, *BEGIN) as pilot:
        stage.seconds(1)
        assert await shot(stage, pilot) == snapshot(name="on")
        stage.switch("Kitchen", 0, 1980.0)
        stage.seconds(1)
        assert await shot(stage, pilot) == snapshot(name="seen")
        stage.seconds(5)
        assert await shot(stage, pilot) == snapshot(name="off")
        await press(pilot, "E")
        assert await shot(stage, pilot) == snapshot(name="result so far")


@pytest.mark.parametrize("size", SIZES)
async def test_the_result(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    stage = Stage()
    async with on_stage(stage, size, *BEGIN) as pilot:
        stage.seconds(1)
        for circuit, port in (("Kitchen", 0), ("Laundry", 1), ("unmetered", 2)):
            await cycle(stage, pilot, circuit, port)
        assert stage.screen.page == "result"
        assert await shot(stage, pilot) == snapshot(name="fault")  # the cursor begins on it
        stage.monitor.mend("reversed:3")
        await press(pilot, "m")
        stage.seconds(1)
        assert await shot(stage, pilot) == snapshot(name="asked again")
        await cycle(stage, pilot, "Kitchen", 0)
        assert stage.screen.page == "result"
        assert await shot(stage, pilot) == snapshot(name="before and after")


async def test_the_line_is_lost(snapshot: SnapshotAssertion) -> None:
    stage = Stage()
    async with on_stage(stage, SIZE, *BEGIN) as pilot:
        stage.seconds(2)
        stage.clock.now += 6.0
        stage.screen.look()
        assert await shot(stage, pilot) == snapshot


async def test_a_disturbed_step_is_told(snapshot: SnapshotAssertion) -> None:
    stage = Stage()
    async with on_stage(stage, SIZE, *BEGIN) as pilot:
        stage.seconds(2)
        stage.switch("Kitchen", 0, 1980.0)
        stage.monitor.site.house.switch("somebody", "Laundry", 1, 1700.0)
        await press(pilot, "space")
        stage.seconds(3)
        assert await shot(stage, pilot) == snapshot
        assert not stage.marks


async def test_marks_go_into_the_recording_and_every_event_rings() -> None:
    stage = Stage()
    async with on_stage(stage, SIZE, *BEGIN) as pilot:
        stage.seconds(1)
        await cycle(stage, pilot, "Kitchen", 0)
        assert [(mark.kind, mark.input, mark.watts) for mark in stage.marks] == [
            ("load-on", 3, 2000.0),
            ("load-off", 3, 2000.0),
        ]
        assert stage.bells >= 4


async def test_leaving_and_coming_back_goes_on_where_it_was() -> None:
    stage = Stage()
    async with on_stage(stage, SIZE, *BEGIN) as pilot:
        stage.seconds(1)
        await cycle(stage, pilot, "Kitchen", 0)
        test = stage.screen.guide.test
        await press(pilot, "escape")
        assert stage.app.screen is stage.app.first
        stage.seconds(8)
        await press(pilot, "T")
        stage.seconds(1)
        assert stage.screen.guide.test is test
        assert test is not None
        assert 3 in test.recognizer.tested
        assert test.step is not None
        assert test.step.name == "Laundry"


async def test_skipping_to_the_end_by_keyboard() -> None:
    stage = Stage()
    async with on_stage(stage, SIZE, *BEGIN) as pilot:
        stage.seconds(1)
        for _ in range(8):
            await press(pilot, "n")
            stage.seconds(1)
        assert stage.screen.page == "result"
        await pilot.pause()
        assert "skipped" in stage.text()
        await press(pilot, "R")
        assert stage.screen.page == "test"


async def test_answers_are_taken() -> None:
    stage = Stage(generation=None)
    async with on_stage(stage, SIZE, "T", "up", "up", "up", "space", "down", "enter", "enter") as pilot:
        stage.seconds(1)
        await pilot.pause()
        test = stage.screen.guide.test
        assert test is not None
        assert isinstance(test.answers, Answers)
        assert (test.answers.generation, test.recognizer.watts) == ("metered", 1000.0)
        assert stage.session.judge is not None
        assert stage.session.judge.generation == "metered"


async def test_a_hostile_name_changes_nothing() -> None:
    stage = Stage(house(("[/b]\x1b[31m\u202eKitchen[L1]", 0)))
    async with on_stage(stage, SIZE, *BEGIN) as pilot:
        stage.seconds(2)
        await pilot.pause()
        shown = stage.text()
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "[/b]" in shown


@pytest.mark.parametrize("size", [(40, 12), (20, 5), (200, 60)])
async def test_any_size(size: tuple[int, int]) -> None:
    stage = Stage()
    async with on_stage(stage, size, *BEGIN) as pilot:
        stage.seconds(2)
        await press(pilot, "E")
        await press(pilot, "E")
        assert await shot(stage, pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_what_if(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    stage = Stage()
    async with on_stage(stage, size) as pilot:
        stage.switch("Kitchen", 0, 1980.0)
        stage.seconds(20)
        stage.app.first.table.choose(3)
        await press(pilot, "enter", "w")
        assert await shot(stage, pilot) == snapshot
        await press(pilot, "escape")
        assert stage.app.screen is stage.app.first


@pytest.mark.parametrize("language", LANGUAGES)
def test_giant_words_fit_beside_the_plan(language: Language) -> None:
    words = [text for key, text in load(language, "guided").items() if key.startswith("word.")]
    for word in (*words, f"{load(language, 'guided')['word.on']} L2"):
        rows = large(word, 80 - 28)
        assert len({len(row) for row in rows}) == 1
        assert len(rows[0]) <= 80 - 28
        assert word == "".join(letter for letter in word if large(letter, 20)[0]), "a letter is not in the font"


async def test_the_words_on_safety_are_read_to_their_end_on_a_small_screen() -> None:
    stage = Stage()
    async with on_stage(stage, (60, 20), *BEGIN[:2]) as pilot:
        assert "switch the installation off." not in " ".join(stage.text().split())
        assert "⏎ go on" in stage.text()
        await press(pilot, "enter")
        assert stage.screen.page == "safety"
        assert "the installation off." in " ".join(stage.text().split())
        assert "⏎ I have read this, begin" in stage.text()
        await press(pilot, "enter")
        assert stage.screen.page == "test"
        await pilot.pause()
        assert stage.screen.body.scroll_offset.y == 0  # else what to do is out of sight


async def test_at_its_end_the_report_is_offered_and_the_cursor_stands_on_the_first_fault() -> None:
    stage = Stage()
    async with on_stage(stage, (80, 24), *BEGIN) as pilot:
        stage.seconds(1)
        for circuit, port in (("Kitchen", 0), ("Laundry", 1), ("unmetered", 2)):
            await cycle(stage, pilot, circuit, port)
        assert stage.screen.page == "result"
        (chosen,) = [row for row in stage.text().splitlines() if "▸" in row]
        assert "FAULT" in chosen
        assert "r writes the report of what was proved." in stage.text()
        assert "r report" in stage.text().splitlines()[-1]
        await press(pilot, "r")
        assert isinstance(pilot.app.screen, ReportScreen)
        await press(pilot, "escape")
        assert stage.screen.page == "result"
