"""The correction sheet on the screen: what is to do, ticks as they arrive, and the text for the phone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smappee_tui.app.guided.demo_heater import DemoHeater
from smappee_tui.diagnosis.remedy.corrections import Correction
from smappee_tui.i18n import LANGUAGES, use
from smappee_tui.protocol.fact import Fact
from smappee_tui.tui.corrections.phone import full_text, short_text
from tests.tui.houses import UUID, House, twelve
from tests.tui.scene import Scene, judgement_of_twelve, open_screen, press, text, verdict

SIZES = [(80, 24), (120, 40)]


def scene(**wishes: object) -> Scene:
    return Scene(twelve(), **wishes).configure().run(3).judge(judgement_of_twelve())


def mended(number: int, **changes: object) -> House:
    clamps = list(twelve().clamps)
    clamps[number] = replace(clamps[number], **changes)  # type: ignore[arg-type]
    return House(clamps)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_to_be_set_and_what_is_not_known(language: str, size: tuple[int, int]) -> None:
    use(language)  # type: ignore[arg-type]
    told = scene()
    async with open_screen(told, size, "c"):
        shown = text(told.app)
    for words in ("L2 → L3", "5500009901/6", "Sockets living room", "Grid meter"):
        assert words in shown
    assert "{" not in shown


async def test_a_line_is_ticked_when_its_setting_arrives_and_proved_by_the_verdict() -> None:
    told = scene()
    async with open_screen(told, (80, 24), "c") as pilot:
        assert "2 inputs (0 set, 0 proved)" in text(told.app)
        told.put(mended(6, reversed=True).channels())
        told.run(1)
        waiting = judgement_of_twelve()
        waiting.channels[6] = verdict(6, "inconclusive", 0.0)
        told.judge(replace(waiting, findings=waiting.findings[1:]))
        told.app.first.tick()
        told.app.screen.redraw()  # type: ignore[attr-defined]
        await pilot.pause()
        shown = text(told.app)
        assert "2 inputs (1 set, 0 proved)" in shown
        assert "✓ set at" in shown
        assert "→ Now prove it: switch on 1 kW or more on this circuit" in shown

        proved = judgement_of_twelve()
        proved.channels[6] = verdict(6, "ok")
        told.run(1).judge(replace(proved, findings=proved.findings[1:]))
        told.app.first.tick()
        told.app.screen.redraw()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "2 inputs (1 set, 1 proved)" in text(told.app)
        (line,) = [one for one in told.app.first.begun.reports.logbook(UUID).sheet.lines if one.changed is not None]
        assert (line.input, line.state) == (6, "proved")  # the report has it from here


async def test_what_a_change_made_worse_is_said_at_once_and_stands_on_top() -> None:
    told = scene()
    async with open_screen(told, (80, 24)) as pilot:
        told.put(mended(4, reversed=True).channels())
        told.run(1)
        told.app.first.tick()
        await pilot.pause()
        assert "was right and is" in text(told.app)
        await press(pilot, "c")
        assert "! Input 4 'Oven' was right" in text(told.app)


async def test_an_input_that_was_changed_to_and_fro_tells_of_the_last_time_only() -> None:
    told = scene()
    async with open_screen(told, (80, 24), "c") as pilot:
        for _ in range(4):
            for reversed_ in (True, False):
                told.put(mended(6, reversed=reversed_).channels())
                told.run(1)
                told.app.first.tick()
        told.app.screen.redraw()  # type: ignore[attr-defined]
        await pilot.pause()
        shown = text(told.app)
        assert sum(line.failed is not None for line in told.app.first.begun.mending.board(UUID).history.lines) > 1
        assert shown.count("It was changed before and found wrong still") == 1
        assert "9 Sockets living room" in shown


async def test_a_demo_sets_its_lines_and_nobody_else_can() -> None:
    applied: list[int] = []

    def apply(one: Correction) -> Fact | None:
        applied.append(one.input)
        return None

    told = scene(heater=DemoHeater(lambda *_: None, apply))
    async with open_screen(told, (80, 24), "c", "M", "O"):
        assert applied == [6, 6, 9]
        assert "M set next" in text(told.app)
    real = scene()
    async with open_screen(real, (80, 24), "c", "M", "O"):
        assert "set next" not in text(real.app)


async def test_the_sheet_goes_to_the_clipboard_and_to_the_phone() -> None:
    told = scene()
    async with open_screen(told, (80, 24), "c", "y") as pilot:
        assert told.app.clipboard == (
            "Monitor 5010009901\n"
            "CT hub 5500009901\n"
            "input 6 'Heat pump L2': reversed no → yes\n"
            "input 9 'Sockets living room': phase L2 → L3\n"
        )
        await press(pilot, "Q")
        shown = text(told.app)
        assert "▄" in shown
        assert "6 reversed yes" in shown


async def test_where_no_code_fits_it_says_what_to_do() -> None:
    told = scene()
    async with open_screen(told, (60, 12), "c", "Q"):
        assert "too long for a code" in text(told.app)


async def test_a_healthy_house_says_that_nothing_is_to_do() -> None:
    told = scene()
    fine = judgement_of_twelve()
    fine.channels.update({n: verdict(n, "ok") for n in (6, 9)})
    told.judge(replace(fine, findings=()))
    async with open_screen(told, (80, 24), "c", "y", "Q"):
        shown = text(told.app)
    assert "Nothing is to be set or moved" in shown
    assert "QR" not in shown


async def test_before_anything_was_heard_it_cannot_be_opened() -> None:
    told = Scene(twelve())
    async with open_screen(told, (80, 24), "c"):
        assert told.app.screen is told.app.first


def test_the_text_for_the_phone_is_short() -> None:
    corrections: list[Correction] = []
    assert full_text("", corrections) == short_text(corrections) == ""
