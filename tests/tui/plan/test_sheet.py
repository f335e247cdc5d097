"""The commissioning plan: from every screen, also where letters are typed, and on to where a line is done."""

import pytest

from smappee_tui.connect.discovery.mdns import Announcements
from smappee_tui.i18n import LANGUAGES, Language, use
from smappee_tui.report.requirements import NEEDS
from smappee_tui.tui.corrections.sheet import CorrectionsSheet
from smappee_tui.tui.devices.sheet import DevicesSheet
from smappee_tui.tui.guided.screen import GuideScreen
from smappee_tui.tui.help import HelpSheet
from smappee_tui.tui.live.screen import LiveScreen
from smappee_tui.tui.plan.sheet import PlanSheet
from smappee_tui.tui.report.screen import ReportScreen
from tests.tui.find.scene import app_of, flat
from tests.tui.houses import twelve
from tests.tui.scene import Scene, judgement_of_twelve, open_screen, press, rows, styles, text


def scene() -> Scene:
    return Scene(twelve()).configure().run(3).judge(judgement_of_twelve())


async def test_it_says_what_is_done_and_what_is_open_with_the_first_thing_to_do_above() -> None:
    of = scene()
    async with open_screen(of, (80, 34), "f3"):
        shown = text(of.app)
        assert "Commissioning plan   5 of 10 done" in shown
        assert "First: Input 6 'Heat pump L2' is reversed" in shown
        assert "✓ Monitor found: done" in shown
        assert "○ Each input proved: open" in shown
        assert "8 of 11; open: Grid meter, Car charger and Washing machine and dryer in t" in shown
        assert "– Plugs and sensors seen: not possible" in shown
        assert "→ test (T)" in shown


async def test_it_opens_over_a_field_and_leaves_what_is_typed_there() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        await press(pilot, *"Volt", "f3")
        assert isinstance(of.app.screen, PlanSheet)
        await press(pilot, "f3", *" BV")
        form = of.app.screen
        assert isinstance(form, ReportScreen)
        assert form.values["company"] == "Volt BV"


async def test_enter_goes_to_where_a_line_is_done_over_what_is_open() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "f3", "enter") as pilot:
        assert isinstance(of.app.screen, GuideScreen)
        await press(pilot, "f3", "enter")
        assert isinstance(of.app.screen, GuideScreen), "that is where one came from"
        await press(pilot, "f3", "down", "down", "down", "enter")
        assert [type(one) for one in of.app.screen_stack] == [LiveScreen, GuideScreen, CorrectionsSheet]


async def test_what_is_open_below_is_not_opened_twice() -> None:
    of = scene()
    async with open_screen(of, (80, 34), "r", "f3") as pilot:
        sheet = of.app.screen
        assert isinstance(sheet, PlanSheet)
        await press(pilot, *["down"] * 12)
        assert "where you came from" in text(of.app)
        sheet.choose(list(NEEDS).index("report"))
        await press(pilot, "enter")
        assert [type(one) for one in of.app.screen_stack] == [LiveScreen, ReportScreen]
        of.app.push_screen(DevicesSheet(of.session, of.app.first.switching, of.clock, {}))  # type: ignore[attr-defined]
        await press(pilot, "f3", "pagedown", "pagedown")
        assert "open already, further below" in text(of.app)


async def test_the_same_key_goes_back_also_from_its_help() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "f3", "question_mark") as pilot:
        assert isinstance(of.app.screen, HelpSheet)
        assert "F3" in text(of.app)
        await press(pilot, "f3")
        assert of.app.screen is of.app.first


async def test_it_follows_the_watch() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "f3") as pilot:
        sheet = of.app.screen
        assert isinstance(sheet, PlanSheet)
        of.wait(60)
        sheet._look()
        await pilot.pause()
        assert "Nothing for 60 s." in text(of.app)


async def test_without_colours_state_and_cursor_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    of = scene()
    async with open_screen(of, (60, 20), "f3"):
        assert "✓ Monitor found: done" in text(of.app)
        assert any(style.reverse or style.underline for style in styles(of.app))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_language_at_every_size(language: Language) -> None:
    of = scene()
    async with open_screen(of, (60, 20), "f3") as pilot:
        use(language)
        of.app.screen.speak()  # type: ignore[attr-defined]
        for size in ((60, 20), (200, 50)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            shown = rows(of.app)
            assert language != "fr" or any("Moniteur trouvé\u00a0: fait" in row for row in shown)
            assert "F3" in shown[-1]
            assert not [row for row in shown if "plan." in row or "{" in row or "keys." in row]


async def test_on_the_find_screen_it_begins_with_the_monitor(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(self: Announcements) -> None:
        return

    monkeypatch.setattr(Announcements, "start", nothing)
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f3")
        shown = flat(app)
        assert "○ Monitor found: open No monitor was chosen yet. → where you came from" in shown
        await press(pilot, "enter")
        assert app.screen is app.first
