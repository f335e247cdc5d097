"""`smappee-tui jobs`: what is kept is listed, given away, shown again, and deleted only when that is meant."""

import json
import stat
import zipfile
from pathlib import Path

import pytest

from smappee_tui.app.session import Session
from smappee_tui.app.visit.job_visit import JobVisit
from smappee_tui.app.visit.jobs import Jobs, jobs_path
from smappee_tui.connect.recording.replay import read_recording
from smappee_tui.protocol.received import MqttMessage
from tests import payloads as p
from tests.cli.made import house, recording, uuids
from tests.cli.run import run
from tests.tui.scene import Clock, FakeLink


def visited(uuid: str = p.UUID, **typed: str) -> None:
    """A short visit that somebody typed something on."""
    visit = JobVisit(Jobs(jobs_path()), clock=Clock(p.START + 30), address="192.0.2.9:1884", username="an")
    session = Session(FakeLink(Clock()), keep=visit)
    for item in house(20, uuid=uuid):
        session.process(item)
        visit.look(session)
    assert visit.job is not None
    visit.job.state.typed.update(typed)
    visit.job.reports.mkdir()
    (visit.job.reports / "Kaai-1.json").write_text("{}")
    visit.close(session)


def test_without_any_it_says_how_one_comes_to_be() -> None:
    ran = run("jobs")
    assert ran.code == 0
    assert "no job yet" in ran.out
    assert json.loads(run("jobs", "--json").out)["jobs"] == []


def test_they_are_listed_with_where_they_are_kept() -> None:
    visited(site="Kaai 1")
    visited(uuids(1)[0], customer="\x1b[2J Jan")
    ran = run("jobs")
    assert ran.code == 0
    assert "Kaai 1" in ran.out
    assert "192.0.2" in ran.out
    assert str(jobs_path()) in ran.out
    assert "on this computer only" in ran.out
    assert "\x1b" not in ran.out
    document = json.loads(run("jobs", "--json").out)
    assert document["schema"] == "smappee-tui/jobs/1"
    job = next(job for job in document["jobs"] if job["uuid"] == p.UUID)
    assert (job["name"], job["reports"], job["address"]) == ("Kaai 1", ["Kaai-1.json"], "192.0.2.9:1884")
    assert job["bytes"] > job["recording_bytes"] > 0
    assert set(job["visits"][0]) == {"from", "to", "faults", "undecided"}


@pytest.mark.parametrize("command", [("open",), ("export",), ("delete", "--yes")])
def test_which_one_must_be_clear(command: tuple[str, ...]) -> None:
    visited(site="Kaai 1")
    visited(uuids(1)[0], site="Kaai 2")
    more = ["x.zip"] if command[0] == "export" else []
    none = run("jobs", command[0], "Dok", *command[1:], *more)
    assert none.code == 2
    assert "no job Dok" in none.err
    several = run("jobs", command[0], "kaai", *command[1:], *more)
    assert several.code == 2
    assert "Kaai 1" in several.err
    assert len(Jobs(jobs_path()).all()) == 2


def test_one_is_exported_whole_and_its_recording_is_one_file(tmp_path: Path) -> None:
    visited(site="Kaai 1", customer="Jo Claes")
    ran = run("jobs", "export", "1", tmp_path / "job.zip")
    assert (ran.code, ran.out) == (0, f"{tmp_path / 'job.zip'}\n")
    assert "--redact" in ran.err
    assert stat.S_IMODE((tmp_path / "job.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile(tmp_path / "job.zip") as packed:
        assert set(packed.namelist()) == {"recording.ndjson.gz", "job.json", "last.json", "reports/Kaai-1.json"}
        packed.extract("recording.ndjson.gz", tmp_path)
        assert b"Jo Claes" in packed.read("job.json")
    items = list(read_recording(tmp_path / "recording.ndjson.gz"))
    assert sum(isinstance(item, MqttMessage) and item.topic.endswith("realtime") for item in items) == 20
    again = run("jobs", "export", "1", tmp_path / "job.zip")
    assert again.code == 3
    assert "there already" in again.err
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".job")] == []


def test_a_redacted_one_says_nothing_of_anybody(tmp_path: Path) -> None:
    visited(site="Kaai 1", customer="Jo Claes")
    ran = run("jobs", "export", "1", tmp_path / "job.zip", "--redact")
    assert ran.code == 0
    assert "0 values of an unknown kind were left out" in ran.err
    serial = Jobs(jobs_path()).all()[0].state.serial
    with zipfile.ZipFile(tmp_path / "job.zip") as packed:
        assert set(packed.namelist()) == {"recording.ndjson.gz", "last.json"}
        packed.extract("recording.ndjson.gz", tmp_path)
        last = packed.read("last.json").decode()
    said = "".join(
        f"{item.topic}{item.payload.decode()}"
        for item in read_recording(tmp_path / "recording.ndjson.gz")
        if isinstance(item, MqttMessage)
    )
    for secret in ("Jo Claes", "Kaai", p.UUID, serial, "Kitchen", "Roof"):
        assert secret not in said
        assert secret not in last
    report = json.loads(last)
    for made in (report["site"]["uuid"], report["devices"]["serial"], *(one["name"] for one in report["channels"])):
        assert made
        assert made in said, "the same has the same name in both"


def test_deleting_asks_and_without_a_terminal_wants_to_be_told() -> None:
    visited(site="Kaai 1")
    asked = run("jobs", "delete", "1")
    assert asked.code == 2
    assert "--yes" in asked.err
    assert len(Jobs(jobs_path()).all()) == 1
    done = run("jobs", "delete", "1", "--yes")
    assert (done.code, done.out) == (0, "")
    assert "Deleted: Kaai 1" in done.err
    assert list(jobs_path().iterdir()) == []


def test_one_that_is_being_watched_is_not_deleted() -> None:
    visited(site="Kaai 1")
    job = Jobs(jobs_path()).open(p.UUID)
    ran = run("jobs", "delete", "1", "--yes")
    assert ran.code == 3
    assert "another window" in ran.err.lower()
    job.release()


def test_opening_needs_a_terminal() -> None:
    visited()
    assert run("jobs", "open", "1").code == 2


def test_opening_goes_to_where_the_monitor_was(monkeypatch: pytest.MonkeyPatch) -> None:
    visited()
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr("smappee_tui.cli.screen.needs_terminal", lambda: None)
    monkeypatch.setattr("smappee_tui.cli.home.home", lambda host, **more: asked.append((host, more)))
    assert run("jobs", "open", "1").code == 0
    assert asked == [("192.0.2.9:1884", {"location": p.UUID, "username": "an"})]


def test_the_help_names_the_commands() -> None:
    ran = run("jobs", "--help")
    assert ran.code == 0
    assert all(word in ran.out for word in ("open", "export", "delete"))
    assert "jobs" in run("--help").out


def test_the_demo_replays_check_and_report_keep_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = recording(tmp_path / "site.ndjson", house(20))
    monkeypatch.setattr("smappee_tui.cli.screen.needs_terminal", lambda: None)
    shown: list[object] = []
    monkeypatch.setattr("smappee_tui.cli.screen.show", lambda *_, **wishes: shown.append(wishes.get("job")) or 0)
    run("--replay", path)
    run("demo")
    run("check", "--replay", path)
    run("report", "--replay", path, "--out", tmp_path, "--format", "csv")
    assert shown == [None, None]
    assert not jobs_path().exists()
