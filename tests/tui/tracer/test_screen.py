"""The tracer on the screen: armed by a key, a name, kept under the breaker's; small and large, in four languages."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from smappee_tui.diagnosis.tracing.tracer import Change, Tracing
from smappee_tui.diagnosis.tracing.tracer import Stage as TracerStage
from smappee_tui.i18n import LANGUAGES, tr, use
from smappee_tui.tui.guided.pages import large
from smappee_tui.tui.tracer.pages import list_lines, stage_lines
from smappee_tui.tui.widgets.lines import length, plain
from tests.diagnosis.tracing.test_board import breaker, inputs
from tests.tui.pseudo_screen import english_left, speaking_pseudo
from tests.tui.scene import press, rows
from tests.tui.tracer.stage import Stage, on_stage

STAGES: tuple[TracerStage, ...] = ("idle", "waiting", "armed", "moving", "likely", "named", "unsure", "sure")
FOUND = Change((1,), (0,), (1,), -1900.0, 1_760_000_000.0)
OTHER = Change((), (0,), (0,), 700.0, 1_760_000_000.0, own_steps=3, seconds=600.0)


async def test_a_breaker_is_traced_named_and_kept_as_sure_once_it_went_back() -> None:
    stage = Stage()
    async with on_stage(stage) as pilot:
        assert tr("tracer.safety")[:40] in stage.text()
        await press(pilot, "space")
        stage.seconds(2)
        assert tr("tracer.say.armed") in " ".join(stage.text().split())
        await press(pilot, "escape")
        stage.flip("Oven")  # it hears whatever screen is open
        await press(pilot, "I")
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


async def test_a_click_chooses_a_breaker_labels_are_written_and_the_demo_has_a_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = Stage(heater=True)
    async with on_stage(stage) as pilot:
        stage.screen.desk.circuits.circuits = [breaker(f"F{n}", n) for n in (3, 4, 5)]
        stage.screen.look()
        await pilot.pause()
        line = next(place for place, row in enumerate(rows(stage.app)) if " F4 " in row)
        await pilot.click(offset=(10, line))
        await pilot.pause()
        assert stage.screen.place == 1
        await press(pilot, "ctrl+s")
        await stage.app.workers.wait_for_complete()
        (path,) = tmp_path.glob("labels-*.pdf")
        assert path.read_bytes().startswith(b"%PDF-")
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
def test_what_to_do_and_what_was_found_fit_every_screen(language: str) -> None:
    settings = inputs("Oven", "Laundry")
    circuits = [breaker(f"F{n} a circuit with a long name", 1 + n % 2) for n in range(20)]
    use(language)
    try:
        for stage, (width, height) in itertools.product(STAGES, ((60, 18), (80, 22), (120, 38))):
            word = tr(f"tracer.word.{stage}")
            assert word == "".join(letter for letter in word if large(letter, 20)[0]), "a letter is not in the font"
            assert len(large(word, width - 4)[0]) <= width - 4
            found = FOUND if stage in ("likely", "named", "sure") else None
            lines = stage_lines(Tracing(stage, found, (OTHER,), waited=60.0), settings, width, height, "", False)
            assert len(lines) <= height - 3, (language, stage)
            listed, (top, first) = list_lines(circuits, settings, 10, width, height - len(lines))
            assert all(length(row) <= width for row in [*lines, *listed])
            assert plain(listed[top + 10 - first]).startswith("▸") or height - len(lines) < 5
    finally:
        use("en")


def test_names_of_strangers_are_shown_and_never_obeyed() -> None:
    evil = "[red]\x1b[2J\u202e[/x] {0} " + "W" * 300
    settings = inputs(evil, evil)
    circuits = [breaker(evil, 1), breaker(evil[::-1], 2, through=(1,)), breaker(evil + "x")]
    found = Change((1, 2), (0,), (1,), -1900.0, 1.76e9, through=(2,))
    for width in (20, 60, 120):
        lines = stage_lines(Tracing("named", found, (OTHER,), tries=2), settings, width, 40, evil, False)
        lines += list_lines(circuits, settings, 2, width, 40)[0]
        assert all("\x1b" not in plain(row) and "\u202e" not in plain(row) for row in lines)
        assert all(length(row) <= max(width, 20) for row in lines)
