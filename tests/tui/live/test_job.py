"""The live screen with a job: it tells what was left, goes on, and judges anew by wish."""

import re
from pathlib import Path

import pytest

from smappee_tui.app.visit.job_visit import JobVisit
from smappee_tui.app.visit.jobs import Jobs
from smappee_tui.tui.report.job import JobSheet
from smappee_tui.tui.report.screen import ReportScreen
from tests.tui.houses import UUID, twelve
from tests.tui.pseudo_screen import english_left, speaking_pseudo
from tests.tui.report.test_screen import fill, form, until
from tests.tui.scene import Clock, Scene, judgement_of_twelve, open_screen, press, text


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


def scene(folder: Path, later: float = 0.0) -> Scene:
    clock = Clock()
    clock.now += later
    visit = JobVisit(Jobs(folder), clock=lambda: of.clock.now, address="10.0.0.9:1883")
    of = Scene(twelve(), job=visit)
    of.clock.now += later
    of.second, of.session._keep = int(later), visit
    return of.configure().run(20).judge(judgement_of_twelve())


def flat(of: Scene) -> str:
    """What is on the screen, as one line: notices are narrow."""
    return " ".join(re.sub(r"[▌|]", " ", text(of.app)).split())


def leave(of: Scene) -> None:
    visit = of.app.first.job
    assert visit is not None
    visit.close(of.session)


async def test_where_it_is_kept_is_said_on_the_first_visit_and_a_later_one_begins_with_the_last(tmp_path: Path) -> None:
    of = scene(tmp_path / "jobs")
    async with open_screen(of, (120, 40)) as pilot:
        assert "on this computer only" in flat(of)
        await press(pilot, "J")
        assert isinstance(of.app.screen, JobSheet)
        assert "This is the first time" in text(of.app)
        assert "No password" in flat(of)
        await press(pilot, "escape")
    leave(of)
    of = scene(tmp_path / "jobs", later=7 * 86_400.0)
    async with open_screen(of, (120, 40)) as pilot:
        assert "You were here 7 days ago: faults 2, not judged 3" in flat(of)
        await press(pilot, "J")
        assert "2025-11-04" in text(of.app)
        assert "Still open (2)" in text(of.app)
    leave(of)


async def test_a_short_absence_is_gone_on_with_and_only_two_presses_judge_anew(tmp_path: Path) -> None:
    of = scene(tmp_path / "jobs")
    async with open_screen(of, (80, 24)):
        pass
    leave(of)
    of = scene(tmp_path / "jobs", later=600.0)
    async with open_screen(of, (80, 24)) as pilot:
        assert "goes on with what was measured" in flat(of)
        assert of.session.recalling
        while of.session.recalling:
            of.app.first.tick()
        of.app.first.tick()
        assert of.session.site is not None
        assert of.session.site.quality.realtime == 40
        await press(pilot, "J", "B")
        assert "Press B again" in flat(of)
        assert of.session.site.quality.realtime == 40
        await press(pilot, "B")
        while of.session.recalling:
            of.app.first.tick()
        of.run(1)
        assert of.session.site.quality.realtime == 1
        assert len(of.session.site.settings) == 12
        assert "judged anew from now on" in flat(of)
    leave(of)


async def test_the_form_is_kept_as_typed_and_writes_into_the_job(tmp_path: Path) -> None:
    of = scene(tmp_path / "jobs")
    (tmp_path / "board.png").write_bytes(b"\x89PNG1")
    async with open_screen(of, (80, 24), "r") as pilot:
        await fill(pilot, of, customer="Jo Claes", site="Kaai 1", main_fuse="many", signed_by="An")
        form(of).body.go(0)
        await pilot.pause()
        assert "on this computer only" in flat(of)
    leave(of)
    of = scene(tmp_path / "jobs", later=60.0)
    async with open_screen(of, (80, 24)) as pilot:
        while of.session.recalling:
            of.app.first.tick()
        await press(pilot, "r")
        assert form(of).values["customer"] == "Jo Claes"
        assert form(of).values["main_fuse"] == "many"
        assert form(of).body.field.key == "main_fuse"
        await fill(pilot, of, main_fuse="40", photos=str(tmp_path / "board.png"))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: form(of).written)
    (job,) = Jobs(tmp_path / "jobs").all()
    kinds = sorted(path.suffix for path in job.reports.iterdir() if not path.stem.endswith("-handover"))
    assert kinds == [".csv", ".html", ".json", ".pdf"]
    assert all(path.name.startswith("Kaai-1-2025-11-04-") for path in job.reports.iterdir())
    assert [path.name for path in job.photos.iterdir()] == ["board.png"]
    leave(of)
    (tmp_path / "board.png").unlink()
    of = scene(tmp_path / "jobs", later=7 * 86_400.0)
    async with open_screen(of, (80, 24), "r"):
        assert form(of).values["photos"] == str(job.photos / "board.png")
        assert isinstance(of.app.screen, ReportScreen)
        assert form(of).values["customer"] == "Jo Claes"
        assert form(of).values["signed_by"] == ""  # for one visit only
        assert form(of).values["signed_on"] == "2025-11-11"
    leave(of)


async def test_without_a_job_there_is_no_sheet_of_it() -> None:
    of = Scene(twelve()).configure().run(20)
    async with open_screen(of, (80, 24), "J"):
        assert of.app.screen is of.app.first


async def test_another_site_gets_none_of_it(tmp_path: Path) -> None:
    of = scene(tmp_path / "jobs")
    async with open_screen(of, (80, 24), "r") as pilot:
        await fill(pilot, of, customer="Jo Claes")
        await press(pilot, "escape")
        other = twelve()
        other.uuid = UUID.replace("a001", "c003")
        of.configure(other).run(5, house=other)
        of.session.wanted = other.uuid
        of.app.first.tick()
        await press(pilot, "r")
        assert form(of).values["customer"] == ""
        assert form(of).values["folder"] != str(Jobs(tmp_path / "jobs").find(UUID)[0].reports)
    leave(of)


async def test_a_report_written_before_the_program_was_left_is_known_after(tmp_path: Path) -> None:
    of = scene(tmp_path / "jobs")
    async with open_screen(of, (80, 24), "r") as pilot:
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: form(of).written)
    leave(of)
    of = scene(tmp_path / "jobs", later=60.0)
    async with open_screen(of, (80, 24)):
        while of.session.recalling:
            of.app.first.tick()
        assert of.app.first.begun.reports.last_report is not None
        assert of.app.first.unreported == 0
    leave(of)


async def test_what_was_recorded_is_looked_at_without_the_monitor_and_the_report_goes_into_the_job(
    tmp_path: Path,
) -> None:
    of = scene(tmp_path / "jobs")
    async with open_screen(of, (80, 24), "r") as pilot:
        await fill(pilot, of, customer="Jo Claes")
    leave(of)
    before = (Jobs(tmp_path / "jobs").all()[0].folder / "last.json").read_bytes()
    visit = JobVisit(Jobs(tmp_path / "jobs"), clock=lambda: of.clock.now, review=True)
    of = Scene(twelve(), job=visit, mode="replay")
    of.session._keep = visit
    of.configure().run(20).judge(judgement_of_twelve())
    async with open_screen(of, (80, 24), "J") as pilot:
        assert isinstance(of.app.screen, JobSheet)
        assert "2025-11-04" in text(of.app)
        await press(pilot, "B", "B", "escape", "r")
        assert form(of).values["customer"] == "Jo Claes"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: form(of).written)
        assert form(of).written.files["json"].parent == Jobs(tmp_path / "jobs").all()[0].reports  # type: ignore[union-attr]
    leave(of)
    (job,) = Jobs(tmp_path / "jobs").all()
    assert len(job.state.visits) == 1
    assert (job.folder / "last.json").read_bytes() == before


async def test_the_sheet_in_a_language_that_nobody_speaks(tmp_path: Path) -> None:
    with speaking_pseudo():
        for later in (0.0, 600.0):
            of = scene(tmp_path / "jobs", later=later)
            async with open_screen(of, (80, 24)) as pilot:
                while of.session.recalling:
                    of.app.first.tick()
                of.app.clear_notifications()
                await press(pilot, "J")
                folder = str(Jobs(tmp_path / "jobs").folder)
                shown = text(of.app)
                assert english_left(
                    re.sub(r"R2025\S+|2025\S+|UTC", "", shown.replace(folder, "")), "tmp", "pytest"
                ) <= {"jobs"}
            leave(of)


async def test_what_was_known_before_the_program_was_left_is_no_news(tmp_path: Path) -> None:
    of = scene(tmp_path / "jobs")
    async with open_screen(of, (80, 24)):
        pass
    leave(of)
    of = scene(tmp_path / "jobs", later=600.0)
    known, of.session.told = of.session.told, None
    async with open_screen(of, (80, 24)) as pilot:
        assert of.session.recalling  # what was shown so far is all waiting
        while of.session.recalling:
            of.session.poll()
        of.session.told = known
        of.app.first.tick()
        await pilot.pause()
        told = [one.message for one in of.app._notifications]
        assert len(told) == 1  # where it goes on from
        of.session.told = None
        of.app.first.tick()
        await pilot.pause()
        assert len(of.app._notifications) == 2
    leave(of)
