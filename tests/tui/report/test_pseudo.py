"""The report's form in a language that nobody speaks, and in ours: no English, and what matters is whole."""

import pytest

from smappee_tui.i18n import LANGUAGES, use
from tests.tui.pseudo_screen import english_left, speaking_pseudo
from tests.tui.report.test_screen import form, scene
from tests.tui.scene import open_screen, press, text


async def test_no_english_is_left() -> None:
    with speaking_pseudo():
        of = scene()
        async with open_screen(of, (80, 24), "r") as pilot:
            for _ in range(8):
                shown = text(of.app).replace(form(of).values["folder"][:50], "").replace("html,pdf,csv,json", "")
                assert english_left(shown, "▼") == set()
                await press(pilot, "down", "down", "down")
            await press(pilot, "ctrl+d")
            assert english_left(text(of.app)) == set()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_title_and_labels_fit_80_columns(language: str) -> None:
    use(language)
    try:
        of = scene()
        async with open_screen(of, (80, 24), "r") as pilot:
            for _ in range(8):
                assert "…" not in text(of.app)
                await press(pilot, "down", "down", "down")
    finally:
        use("en")


async def test_the_form_speaks_another_language_at_once_and_keeps_what_was_typed() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        await press(pilot, *"Volt", "down")
        try:
            await press(pilot, "f2")
            await pilot.pause()
            assert "Bedrijf" in text(of.app)
            assert "Volt" in text(of.app)
            assert form(of).body.field.key == "person"
        finally:
            use("en")


async def test_switching_twenty_one_times_at_once_leaves_one_form_with_the_words_of_the_last() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        body, generation = form(of).body, form(of).body.inputs["generation"]
        await press(pilot, *"Volt", "down")
        for _ in range(21):
            of.app.action_next_language()
        await pilot.pause()
        assert form(of).body is body
        assert body.field.key == "person"
        assert body.values["company"] == "Volt"
        assert "Bedrijf           Volt" in text(of.app)
        assert (generation.value, str(generation.query_one("#label").render())) == ("", "niet gezegd")
        generation.action_turn(1)
        await press(pilot, "f2", "f2", "f2")
        assert len(of.app._notifications) == 1
        assert body.values["generation"] == generation.value == generation.choices[1]
