"""The report's form: fill it in, write, mend, write again, compare."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from smappee_tui.app.settings import Settings, load, save, settings_path
from smappee_tui.connect.desktop import Desktop
from smappee_tui.i18n import use
from smappee_tui.protocol.fact import fact
from smappee_tui.report.render.json_file import decode
from smappee_tui.tui.report.form import ChoiceField
from smappee_tui.tui.report.screen import ReportScreen
from smappee_tui.tui.report.values import FIELDS, FieldError, chosen_formats, first_values, particulars, photo_paths
from smappee_tui.tui.widgets.field import Field
from tests.tui.houses import HOSTILE_NAMES, twelve
from tests.tui.scene import Scene, judgement_of_twelve, open_screen, press, text


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path / "config"))
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")


def scene() -> Scene:
    return Scene(twelve()).configure().run(40).judge(judgement_of_twelve())


def form(of: Scene) -> ReportScreen:
    screen = of.app.screen
    assert isinstance(screen, ReportScreen)
    return screen


async def fill(pilot: Pilot[None], of: Scene, **values: str) -> None:
    """Go to each field and paste; key by key it is typed in the tests of bursts."""
    for key, value in values.items():
        form(of).body.go(next(place for place, field in enumerate(FIELDS) if field.key == key))
        await pilot.press("ctrl+u")
        field = form(of).body.inputs[key]
        field.post_message(Paste(value))
    await pilot.pause()


async def until(pilot: Pilot[None], true: Callable[[], object]) -> None:
    for _ in range(400):
        if true():
            break
        await asyncio.sleep(0.02)
    await pilot.pause()
    assert true()


async def test_what_is_missing_is_said_before_writing_and_goes_as_it_is_typed() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        assert "Partial commissioning report: faults open" in text(of.app)
        assert "Missing: customer, address, main fuse, company, name of the installer" in text(of.app)
        assert "not judged: 1, 8, 10" in text(of.app)
        await fill(
            pilot, of, company="Volt", person="An", customer="Jo", address="Kaai 1", main_fuse="40", signed_by="An"
        )
        assert "Missing" not in text(of.app)


async def test_fill_in_write_and_the_installer_is_remembered_but_not_the_customer(tmp_path: Path) -> None:
    of = scene()
    async with open_screen(of, (100, 40), "r") as pilot:
        await fill(pilot, of, company="Volt & Zoon", person="An", customer="Jo Claes", signed_by="An", notes="all fine")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: form(of).written)
        assert "Written to" in text(of.app)
    written = form_files(tmp_path)
    assert sorted(path.suffix for path in written) == [".csv", ".html", ".html", ".json", ".pdf", ".pdf"]
    assert sum(path.stem.endswith("-handover") for path in written) == 2
    report = decode(next(path for path in written if path.suffix == ".json").read_bytes())
    assert report.site.customer == "Jo Claes"
    assert report.installer.company == "Volt & Zoon"
    assert (report.sign_off.name, report.sign_off.date) == ("An", "2025-11-04")
    kept = load(settings_path())[0]
    assert kept.installer == {"company": "Volt & Zoon", "person": "An"}
    assert "Jo Claes" not in settings_path().read_text()
    again = scene()
    async with open_screen(again, (100, 40), "r"):
        assert "Volt & Zoon" in text(again.app)
        assert "Jo Claes" not in text(again.app)


def form_files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "out").iterdir(), key=lambda path: path.suffix)


async def test_over_an_older_report_only_when_asked_twice(tmp_path: Path) -> None:
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        await fill(pilot, of, formats="csv")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: form(of).written)
        csv = next(path for path in form_files(tmp_path) if path.suffix == ".csv")
        csv.write_text("older")
        form(of).written = None
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "there already" in text(of.app))
        assert csv.read_text() == "older"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: form(of).written)
        assert csv.read_text() != "older"


async def test_typing_takes_the_permission_back(tmp_path: Path) -> None:
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        await fill(pilot, of, formats="csv")
        for _ in range(2):
            await press(pilot, "ctrl+s")
            await until(pilot, lambda: form(of).written or "there already" in text(of.app))
            form(of).written = None
        await until(pilot, lambda: "there already" in text(of.app))
        await fill(pilot, of, notes="x")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "there already" in text(of.app))


async def test_what_does_not_fit_is_said_and_the_cursor_goes_there() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        await fill(pilot, of, main_fuse="many")
        form(of).body.go(0)
        await press(pilot, "ctrl+s")
        assert "no number of ampere" in text(of.app)
        assert form(of).body.field.key == "main_fuse"
        assert form(of).written is None


async def test_a_photo_that_is_not_there_is_said() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        await fill(pilot, of, photos="no.jpg")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "cannot be read" in text(of.app))


class FakeDesktop(Desktop):
    """Notes what it was asked for."""

    def __init__(self, there: bool = True, well: bool = True) -> None:
        super().__init__(environment={"DISPLAY": ":0"} if there else {}, platform="linux", which=str, run=self._note)
        self.asked: list[list[str]] = []
        self.well = well

    def _note(self, words: Sequence[str]) -> bool:
        self.asked.append(list(words))
        return self.well


async def written_with(pilot: Pilot[None], of: Scene, desktop: Desktop, formats: str = "csv") -> ReportScreen:
    screen = ReportScreen(of.app.first, of.app.first.begun.reports, desktop=desktop)
    await of.app.push_screen(screen)
    screen.values["formats"] = formats
    await press(pilot, "ctrl+o")
    await press(pilot, "ctrl+s")
    await until(pilot, lambda: screen.written)
    return screen


async def test_after_writing_the_report_is_opened_and_shown_in_its_folder() -> None:
    of, desktop = scene(), FakeDesktop()
    async with open_screen(of, (80, 24)) as pilot:
        screen = await written_with(pilot, of, desktop, "pdf")
        assert desktop.asked == []
        assert "▸ Open the report" in text(of.app)
        await press(pilot, "enter")
        await until(pilot, lambda: desktop.asked)
        assert desktop.asked[0][0] == "xdg-open"
        assert desktop.asked[0][1].endswith(".pdf")
        await press(pilot, "down", "enter")
        await until(pilot, lambda: len(desktop.asked) == 2)
        assert desktop.asked[1][1].endswith("-handover.pdf")
        await press(pilot, "down")
        assert "▸ Show it in its folder" in text(of.app)
        await press(pilot, "enter")
        await until(pilot, lambda: len(desktop.asked) == 3)
        assert desktop.asked[2] == ["xdg-open", str(Path.cwd())]
        await press(pilot, "tab")
        assert screen.body.field.key == "company"
        await press(pilot, *"Volt", "ctrl+o")
        await until(pilot, lambda: len(desktop.asked) == 4)
        screen.body.next.focus()
        await press(pilot, "down", "enter")
        assert not isinstance(of.app.screen, ReportScreen)


async def test_without_a_display_nothing_is_opened_and_the_place_is_said() -> None:
    of, desktop = scene(), FakeDesktop(there=False)
    async with open_screen(of, (80, 24)) as pilot:
        await written_with(pilot, of, desktop)
        assert "Written to" in text(of.app)
        assert "Open the report" not in text(of.app)
        await press(pilot, "ctrl+o")
        assert desktop.asked == []


async def test_a_system_that_opens_nothing_is_told_with_the_path() -> None:
    of, desktop = scene(), FakeDesktop(well=False)
    async with open_screen(of, (80, 24)) as pilot:
        screen = await written_with(pilot, of, desktop)
        await press(pilot, "enter")
        await until(pilot, lambda: "No program of this computer" in text(of.app))
        assert screen.written is not None
        assert "yourself" in text(of.app)


async def test_it_begins_at_the_first_field_that_must_be_filled_in() -> None:
    save(Settings(installer={"company": "Volt", "person": "An"}), settings_path())
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        assert form(of).body.field.key == "customer"  # not the registration, the role or the second person
        await fill(pilot, of, customer="Jo", address="Kaai 1", main_fuse="40")
        await press(pilot, "escape", "r")
        assert form(of).body.field.key == "signed_by"
        await fill(pilot, of, main_fuse="many")
        await press(pilot, "escape", "r")
        assert form(of).body.field.key == "main_fuse"


async def test_a_long_value_shows_its_beginning_until_it_is_edited() -> None:
    of = scene()
    long = "Kerkstraat 1, achter de school, tweede deur links, 9000 Gent, verdieping 3, kast naast de lift"
    async with open_screen(of, (80, 24), "r") as pilot:
        await fill(pilot, of, address=long[:-1])
        await press(pilot, long[-1])
        assert "naast de lift" in text(of.app)
        await press(pilot, "up")
        assert "Kerkstraat 1, achter" in text(of.app)
        await press(pilot, "down", "!")
        assert "naast de lift!" in text(of.app)
        assert form(of).values["address"] == long + "!"


async def test_files_bear_the_name_of_the_site_and_the_day_unless_it_is_to_be_shared() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        await fill(pilot, of, site="Hôtel Zürich / 3e étage", formats="csv")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: form(of).written)
        assert form(of).written.files["json"].name == "Hotel-Zurich-3e-etage-2025-11-04-220040.json"
        form(of).values["redact"] = "yes"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: form(of).written and "Zurich" not in form(of).written.files["json"].name)


@pytest.mark.parametrize("field", ["photos", "folder"])
async def test_what_cannot_be_read_or_written_leads_to_its_field(field: str, tmp_path: Path) -> None:
    of = scene()
    (tmp_path / "file").write_text("")
    async with open_screen(of, (80, 24), "r") as pilot:
        await fill(pilot, of, **{field: str(tmp_path / "file" / "x")})
        form(of).body.go(0)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: form(of).body.field.key == field)
        assert "! " in text(of.app)  # and it is said in sight of it


async def test_mend_write_again_and_compare_names_exactly_that() -> None:
    of = scene()
    async with open_screen(of, (100, 40), "r") as pilot:
        form(of).values["formats"] = "csv"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: form(of).written)
        await press(pilot, "escape")
        said = judgement_of_twelve()
        channels = dict(said.channels)
        channels[6] = channels[4].__class__(6, "ok", fact("verdicts.ok", phase="L1"), 0.999)
        mended = said.__class__(
            said.supply, said.phases, channels, tuple(f for f in said.findings if f.channels != (6,))
        )
        of.judge(mended).run(5)
        of.app.first.tick()
        await press(pilot, "r")
        form(of).values["formats"] = "csv"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: form(of).written)
        written = form(of).written
        assert written is not None
        second = decode(written.files["json"].read_bytes())
        assert [f.inputs for f in second.findings if f.status == "mended"] == [[6]]
        await press(pilot, "ctrl+d")
        assert "Which is the older one?" in text(of.app)
        await press(pilot, "down", "enter", "enter")
        shown = text(of.app)
        assert "Mended (1)" in shown
        assert '✓ input 6 "Heat pump L2": reversed → ok.' in shown
        assert "Still open (1)" in shown


async def test_hostile_names_and_pastes_do_no_harm() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        for name in HOSTILE_NAMES:
            field = form(of).body.inputs["customer"]
            assert isinstance(field, Field)
            field.focus()
            field.post_message(Paste(name))
            await pilot.pause()
            assert len(text(of.app).splitlines()) == 25
            assert "\x1b" not in text(of.app)
        form(of).values["formats"] = "csv"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: form(of).written)


async def test_without_a_monitor_the_key_does_nothing() -> None:
    of = Scene()
    async with open_screen(of, (80, 24), "r"):
        assert not isinstance(of.app.screen, ReportScreen)


@pytest.mark.parametrize("size", [(40, 14), (160, 50)])
async def test_every_field_can_be_reached_at_any_size(size: tuple[int, int]) -> None:
    of = scene()
    async with open_screen(of, size, "r") as pilot:
        for _ in FIELDS:
            assert "▸" in text(of.app)
            await press(pilot, "down")


def test_values_become_particulars() -> None:
    values = first_values({"company": "Volt", "odd": "x"}, 1_762_293_600.0, Path("here"))
    assert set(values) == {field.key for field in FIELDS}
    values |= {"main_fuse": "3,5 A", "generation": "none", "signed_by": "An", "language": "fr"}
    who = particulars(values, 5.0)
    assert (who.main_fuse_amps, who.generation, who.storage, who.language, who.company) == (
        3.5,
        "none",
        None,
        "fr",
        "Volt",
    )
    for key, wrong in (("main_fuse", "-1"), ("main_fuse", "nan"), ("signed_on", "1.2.3")):
        with pytest.raises(FieldError):
            particulars(values | {key: wrong}, 5.0)
    assert chosen_formats("PDF, json") == ("json", "pdf")
    for wrong in ("", "doc"):
        with pytest.raises(FieldError):
            chosen_formats(wrong)
    assert photo_paths(' a.jpg; "b c.png" ;') == [Path("a.jpg"), Path("b c.png")]
    assert photo_paths("~nobody-knows/a.jpg; ~/b.jpg") == [Path("~nobody-knows/a.jpg"), Path.home() / "b.jpg"]


async def test_a_field_has_cursor_keys_and_takes_a_paste() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        await fill(pilot, of, customer="Claes")
        await press(pilot, "home", *"Jo ")
        assert form(of).values["customer"] == "Jo Claes"
        await press(pilot, "shift+end", "x")
        assert form(of).values["customer"] == "Jo x"
        field = form(of).body.inputs["customer"]
        field.post_message(Paste("y\nz"))
        await pilot.pause()
        assert form(of).values["customer"] == "Jo xy z"


async def test_a_choice_opens_a_list_and_the_arrows_go_through_it() -> None:
    of = scene()
    async with open_screen(of, (80, 24), "r") as pilot:
        form(of).body.go(next(place for place, field in enumerate(FIELDS) if field.key == "generation"))
        await press(pilot, "right")
        assert form(of).values["generation"] == "metered"
        await press(pilot, "left", "left")
        assert form(of).values["generation"] == "unknown"
        await press(pilot, "enter")
        choice = form(of).body.inputs["generation"]
        assert isinstance(choice, ChoiceField)
        assert choice.expanded
        assert "unmetered" in text(of.app)
        await press(pilot, "escape")
        assert not choice.expanded
        assert isinstance(of.app.screen, ReportScreen)
        await press(pilot, "enter", "up", "enter")
        assert form(of).values["generation"] == "none"
        await press(pilot, "down")
        assert form(of).body.field.key == "storage"


async def test_the_report_speaks_the_language_chosen_for_it_whatever_the_screen_speaks() -> None:
    of = scene()
    use("nl")
    try:
        async with open_screen(of, (100, 40), "r") as pilot:
            assert form(of).values["language"] == "nl"
            assert "Klant" in text(of.app)
            form(of).body.go(next(place for place, field in enumerate(FIELDS) if field.key == "language"))
            await press(pilot, "right", "right")
            await fill(pilot, of, formats="txt")
            await press(pilot, "ctrl+s")
            await until(pilot, lambda: form(of).written)
            written = form(of).written
            assert written is not None
            assert decode(written.files["json"].read_bytes()).header.language == "de"
            assert "INBETRIEBNAHMEBERICHT" in written.files["txt"].read_text(encoding="utf-8")
    finally:
        use("en")
