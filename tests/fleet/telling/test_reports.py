"""Who was mended gets a report, under a name that steers no file system."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.fleet.judging import Sitting
from smappee_tui.fleet.telling import reports
from smappee_tui.fleet.telling.reports import ReportWriter, file_name
from smappee_tui.protocol.fact import fact
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.simulator import sites

AT = 1_760_000_200.0


def sat(seconds: float = 40.0) -> Sitting:
    """A turn of a small house."""
    monitor = sites.build("home1")
    messages = list(monitor.messages(monitor.time + seconds))
    sitting = Sitting(monitor.site.identity.uuid, [message for message in messages if message.retain])
    for message in messages:
        if not message.retain:
            sitting.take(message)
    return sitting


def test_a_report_of_who_was_mended_and_of_nobody_else(tmp_path: Path) -> None:
    folder, sitting = tmp_path / "reports", sat()
    writer = ReportWriter(folder, ReportMetadata(0.0, company="Volt", source="10.0.0.9:1883"))
    for before, after in (("ok", "fault"), ("undecided", "ok"), ("ok", "ok"), ("fault", "ok"), ("ok", "ok")):
        writer.turned(sitting, before, after, AT)  # type: ignore[arg-type]
    writer.close()
    assert sorted(path.suffix for path in folder.iterdir()) == [".html", ".json"]
    (path,) = folder.glob("*.json")
    assert sitting.site is not None
    assert sitting.site.uuid in path.name
    assert json.loads(path.read_text())["installer"]["company"] == "Volt"
    assert writer.troubles == ()


def test_who_was_undecided_in_between_was_mended_all_the_same(tmp_path: Path) -> None:
    sitting, writer = sat(5.0), ReportWriter(tmp_path, ReportMetadata(0.0))
    for before, after in (("fault", "undecided"), ("undecided", "fault"), ("undecided", "ok")):
        writer.turned(sitting, before, after, AT)  # type: ignore[arg-type]
    for before, after in (("fault", "undecided"), ("undecided", "undecided"), ("undecided", "ok"), ("ok", "ok")):
        writer.turned(sitting, before, after, AT + 60.0)  # type: ignore[arg-type]
    writer.close()
    assert writer.written == 1


def test_who_is_not_remembered_as_mended_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_OPEN", 1)
    writer = ReportWriter(tmp_path, ReportMetadata(0.0))
    for uuid in ("a", "b", "a"):
        sitting: Any = SimpleNamespace(site=SimpleNamespace(uuid=uuid))
        writer.turned(sitting, "fault", "undecided", AT)
    writer.close()
    assert writer.troubles == (fact("fleet_notice.reports_left_out", count=1),)


def test_a_folder_that_takes_no_file_is_told_before_anything_begins(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "x"):
        with pytest.raises(CannotWriteError) as told:
            ReportWriter(folder, ReportMetadata(0.0))
        assert told.value.what.code == "fleet.unwritable"
    ReportWriter(tmp_path / "missing" / "so far", ReportMetadata(0.0)).close()
    assert not list((tmp_path / "missing" / "so far").iterdir())


def test_a_folder_that_goes_away_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    writer = ReportWriter(folder, ReportMetadata(0.0))
    folder.rmdir()
    folder.write_text("")
    writer.turned(sat(5.0), "fault", "ok", AT)
    writer.close()
    assert [trouble.code for trouble in writer.troubles] == ["fleet_notice.reports_left_out", "fleet.unwritable"]


def test_what_could_not_be_written_before_the_end_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, end = threading.Event(), threading.Event()

    def hangs(*_: object) -> None:
        begun.set()
        end.wait(30)

    monkeypatch.setattr(reports, "carry_out", hangs)
    monkeypatch.setattr(reports, "_PATIENCE", 0.01)
    sitting, writer = sat(5.0), ReportWriter(tmp_path, ReportMetadata(0.0))
    writer.turned(sitting, "fault", "ok", AT)
    assert begun.wait(30)
    for second in (1.0, 2.0):
        writer.turned(sitting, "fault", "ok", AT + second)
    writer.close()
    assert writer.troubles == (fact("fleet_notice.reports_left_out", count=2),)
    end.set()


def test_what_nobody_foresaw_while_writing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError("nobody foresaw this")

    monkeypatch.setattr(reports, "carry_out", fails)
    fleet: Any = None
    writer = ReportWriter(tmp_path, ReportMetadata(0.0))
    writer.look(fleet, fleet)
    writer.turned(sat(5.0), "fault", "ok", AT)
    writer._thread.join(30)
    with pytest.raises(ValueError, match="nobody foresaw this"):
        writer.look(fleet, fleet)
    writer.close()
    assert writer.troubles == (fact("fleet_notice.reports_left_out", count=1),)


def test_a_name_steers_no_file_system() -> None:
    assert file_name("../../etc/passwd\0", "con:\\x\n", AT) == "etc-passwd-con-x-20251009-085640"
    assert file_name("", "", AT) == "20251009-085640"
    assert len(file_name("x" * 900, "y" * 900, AT)) < 100
