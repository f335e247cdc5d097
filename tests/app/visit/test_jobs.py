"""Jobs on disk: private, found by what people type, never half, and of one program at a time."""

import stat
from pathlib import Path

import pytest

from smappee_tui.app.visit.jobs import FOLDER_VARIABLE, JobBusyError, Jobs, PeakEntry, VisitEntry, jobs_path
from smappee_tui.connect.errors import CannotWriteError
from tests.tui.houses import OTHER_UUID, UUID


def kept(jobs: Jobs, uuid: str, ended: float, serial: str = "", **typed: str) -> None:
    job = jobs.open(uuid)
    job.state.serial, job.state.typed = serial, typed
    job.state.visits = [VisitEntry(ended - 60, ended)]
    job.save()
    job.release()


def test_the_folder_is_the_systems_own_or_the_one_named() -> None:
    assert jobs_path({FOLDER_VARIABLE: "/somewhere"}) == Path("/somewhere/jobs")
    assert jobs_path({}).parts[-2:] == ("smappee-tui", "jobs")


def test_everything_is_its_owners_only(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "data" / "jobs")
    kept(jobs, UUID, 100.0, site="Kerkstraat 1")
    (photo := tmp_path / "board.jpg").write_bytes(b"\xff\xd8\xffx")
    job = jobs.open(UUID)
    job.keep_photo(photo)
    for path in jobs.folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert stat.S_IMODE(jobs.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("uuid", ["../../etc", "con", "a/b", "\x1b[2J", "", "é" * 100, UUID.upper(), "..", "a" * 200])
def test_no_name_of_a_monitor_leaves_the_folder(uuid: str, tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "jobs")
    kept(jobs, uuid, 1.0)
    (job,) = jobs.all()
    assert job.folder.parent == jobs.folder
    assert job.state.uuid == uuid
    assert jobs.open(uuid).folder == job.folder


def test_what_people_type_finds_it(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    kept(jobs, UUID, 100.0, "5010009901", site="Kerkstraat 1")
    kept(jobs, OTHER_UUID, 200.0, "5010009902", customer="Jan Claes")
    found = lambda word: [job.state.uuid for job in jobs.find(word)]  # noqa: E731
    assert [job.state.uuid for job in jobs.all()] == [OTHER_UUID, UUID]
    assert found("1") == [OTHER_UUID]
    assert found("2") == found("5010009901") == found(UUID) == found("kerk") == [UUID]
    assert found("0") == found("3") == found("²") == found("999") == found("nobody") == found(" ") == []
    assert len(found(UUID[:8])) == (2 if OTHER_UUID.startswith(UUID[:8]) else 1)


@pytest.mark.parametrize("content", ["{half", "[1]", "", '{"uuid": 3}'])
def test_a_damaged_one_is_listed_by_its_folder_and_can_be_deleted(content: str, tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    kept(jobs, UUID, 100.0, site="Kerkstraat 1")
    (tmp_path / UUID / "job.json").write_text(content)
    (tmp_path / "nothing of ours").mkdir()
    (job,) = jobs.find(UUID[:8])
    assert (job.state.uuid, job.state.name, jobs.all()[0].folder) == (UUID, "", job.folder)
    jobs.delete(job)
    assert jobs.all() == []


@pytest.mark.parametrize("ended", [1e300, -5e11, 1e12])
def test_a_visit_at_no_time_of_any_calendar_is_none(ended: float, tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    kept(jobs, UUID, ended, site="Kerkstraat 1")
    (job,) = jobs.all()
    assert (job.state.name, job.state.visits) == ("Kerkstraat 1", [])


def test_one_program_has_it_at_a_time(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    job = jobs.open(UUID)
    job.save()
    with pytest.raises(JobBusyError):
        jobs.open(UUID)
    with pytest.raises(JobBusyError):
        jobs.delete(jobs.all()[0])
    assert [one.state.uuid for one in jobs.all()] == [UUID]
    job.release()
    jobs.delete(jobs.all()[0])
    assert list(tmp_path.iterdir()) == []


def test_its_folder_is_named_as_shells_know_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Jobs(tmp_path / "home" / "jobs").open(UUID)
    assert job.place == str(job.folder)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert job.place == f"~/jobs/{UUID}"


def test_a_damaged_job_is_put_aside(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    kept(jobs, UUID, 100.0)
    folder = jobs.all()[0].folder
    (folder / "job.json").write_bytes(b"{half")
    (folder / "last.json").write_bytes(b"{half")
    job = jobs.open(UUID)
    assert job.state.visits == []
    assert job.aside == folder / "job.json.broken"
    assert job.last_report() is None
    assert (folder / "job.json.broken").read_bytes() == b"{half"


def test_where_nothing_can_be_kept_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWriteError) as told:
        Jobs(tmp_path / "file").open(UUID)
    assert told.value.what.code == "job.unwritable"


def test_photos_of_one_name_do_not_write_over_each_other(tmp_path: Path) -> None:
    job = Jobs(tmp_path / "jobs").open(UUID)
    for folder, content in (("a", b"one"), ("b", b"two"), ("c", b"one")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "board.jpg").write_bytes(content)
    copies = [job.keep_photo(tmp_path / folder / "board.jpg").name for folder in "abc"]
    assert copies == ["board.jpg", "board-2.jpg", "board.jpg"]
    assert job.keep_photo(job.photos / "board-2.jpg").name == "board-2.jpg"


def test_a_peak_is_kept_and_a_damaged_one_left_out(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    job = jobs.open(UUID)
    job.state.peak = PeakEntry(1000.0, 4200.0, 900.0, 500.0)
    job.save()
    job.release()
    found = jobs.peek(UUID)
    assert found is not None
    assert found.peak == job.state.peak
    path = job.folder / "job.json"
    whole = path.read_text()
    for watts in ("-4200.0", "1e308"):
        path.write_text(whole.replace("4200.0", watts))
        damaged = jobs.peek(UUID)
        assert damaged is not None
        assert damaged.peak is None
    assert jobs.peek("elsewhere") is None
