"""The find screen in a language that nobody speaks, and in ours: no English, and what matters is whole."""

import pytest

from smappee_tui.i18n import LANGUAGES, use
from tests.tui.find.scene import app_of, keys, shown, until
from tests.tui.find.test_screen import CONNECT, GENIUS, LOCKED, MANY, SOLAR
from tests.tui.pseudo_screen import english_left, speaking_pseudo

NOT_WORDS = ("lo 127.0.0.1/8", "smappee.html", "http", "tcp", "MQTT")
SHEETS = {"list": (), "address": ("a",), "scan": ("N",), "elsewhere": ("e",), "portal": ("P",), "broker": ("b",)}


@pytest.mark.parametrize("sheet", SHEETS)
async def test_no_english_is_left(sheet: str) -> None:
    with speaking_pseudo():
        app = app_of(GENIUS, SOLAR, CONNECT, MANY, LOCKED)
        async with app.run_test(size=(80, 24)) as pilot:
            for _ in range(5):
                await keys(pilot, *SHEETS[sheet])
                assert english_left(shown(app), *NOT_WORDS) == set()
                await keys(pilot, *(("escape", "down") if SHEETS[sheet] else ("down",)))


async def test_no_english_is_left_while_nothing_is_found() -> None:
    with speaking_pseudo():
        app = app_of()
        async with app.run_test(size=(80, 40)) as pilot:
            assert english_left(shown(app), *NOT_WORDS) == set()
            app.first._began -= 10.0  # type: ignore[attr-defined]
            app.first.draw()  # type: ignore[attr-defined]
            await pilot.pause()
            assert english_left(shown(app), *NOT_WORDS) == set()


async def test_no_english_is_left_in_the_doctor_and_on_the_way_to_a_broker_here() -> None:
    with speaking_pseudo():
        app = app_of(MANY)
        async with app.run_test(size=(80, 24)) as pilot:
            await keys(pilot, "d")
            await until(pilot, lambda: getattr(app.screen, "finished", False))
            assert english_left(shown(app), *NOT_WORDS) == set()
            await keys(pilot, "escape", "b", "b")
            await until(pilot, lambda: "127.0.0.1:" in shown(app))
            broker = app.first.laptop.broker  # type: ignore[attr-defined]
            assert english_left(shown(app), broker.password, broker.username, *NOT_WORDS, "embedded") == set()
            await keys(pilot, "b")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_list_fits_80_columns(language: str) -> None:
    use(language)
    try:
        app = app_of(GENIUS, SOLAR, CONNECT, MANY, LOCKED)
        async with app.run_test(size=(80, 24)):
            rows = [row for row in shown(app).splitlines() if "127.0.0." in row or "Broker" in row]
            assert not [row for row in rows if "…" in row]
    finally:
        use("en")


async def test_a_form_that_is_open_changes_its_language_and_keeps_what_was_typed() -> None:
    app = app_of(GENIUS)
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "e", "h", "enter")
        await pilot.press("f2")
        for wanted in ("Wachtwoord", "Mot de passe", "Passwort", "Password"):
            assert wanted in shown(app)
            assert app.screen.values["host"] == "h"  # type: ignore[attr-defined]
            await pilot.press("f2")
