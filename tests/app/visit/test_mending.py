"""What became of the correction sheet is kept in the job, and gone on with."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from smappee_tui.app.session import Snapshot
from smappee_tui.app.visit.job_visit import JobVisit
from smappee_tui.app.visit.jobs import CORRECTIONS, Jobs
from smappee_tui.app.visit.mending import Mending
from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.diagnosis.remedy.history import SheetHistory, Worse
from smappee_tui.site.site import Site
from smappee_tui.site.view import SiteView
from tests.diagnosis.remedy.test_corrections import judged, setting, verdict, view
from tests.diagnosis.remedy.test_progress import TURNED

UUID = "3f1c52aa-0000-4000-8000-00000000a001"


def picture(seen: SiteView, said: Judgement, at: float) -> Snapshot:
    from dataclasses import replace

    here = replace(seen, uuid=UUID, at=at)
    return Snapshot(SourceState("connected", at), here, said, Site(UUID), Dropped(), ((UUID, ""),))


def visit(folder: Path, *, review: bool = False) -> JobVisit:
    kept = JobVisit(Jobs(folder), clock=lambda: 0.0, review=review)
    kept.job = kept.jobs.open(UUID)
    return kept


def set_right() -> SiteView:
    import msgspec

    return view(msgspec.structs.replace(setting(4), reversed=True))


def test_a_sheet_is_gone_on_with_after_a_restart(tmp_path: Path) -> None:
    kept = visit(tmp_path)
    first = Mending(kept)
    first.look(picture(view(setting(4)), judged(TURNED), 1.0))
    assert [one.said.code for one in first.look(picture(set_right(), judged(verdict(4, "inconclusive")), 2.0))] == [
        "corrections.told_set"
    ]
    assert kept.job is not None
    kept.job.release()

    again = Mending(visit(tmp_path))
    assert again.look(picture(set_right(), judged(verdict(4, "inconclusive")), 90.0)) == ()
    told = again.look(picture(set_right(), judged(verdict(4, "ok")), 91.0))

    assert [one.said.code for one in told] == ["corrections.told_proved"]
    (line,) = again.board(UUID).history.lines
    assert (line.found, line.changed, line.proved) == (1.0, 2.0, 91.0)


def test_looking_back_keeps_nothing(tmp_path: Path) -> None:
    kept = visit(tmp_path, review=True)

    Mending(kept).look(picture(view(setting(4)), judged(TURNED), 1.0))

    assert kept.job is not None
    assert not (kept.job.folder / CORRECTIONS).exists()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"history": {"lines": [{"found": "x"}]}}', b'{"history": 3}', b"\xff"]
)
def test_a_damaged_file_is_an_empty_sheet(tmp_path: Path, content: bytes) -> None:
    kept = visit(tmp_path)
    assert kept.job is not None
    (kept.job.folder / CORRECTIONS).write_bytes(content)

    assert kept.job.corrections() == SheetHistory()
    assert (kept.job.folder / f"{CORRECTIONS}.broken").read_bytes() == content
    assert Mending(kept).look(picture(view(setting(4)), judged(TURNED), 1.0)) == ()


def test_that_a_damaged_file_was_put_aside_is_told_once(tmp_path: Path) -> None:
    kept = visit(tmp_path)
    assert kept.job is not None
    (kept.job.folder / CORRECTIONS).write_bytes(b"{")
    mending = Mending(kept)

    mending.look(picture(view(setting(4)), judged(TURNED), 1.0))
    mending.look(picture(set_right(), judged(verdict(4, "inconclusive")), 2.0))

    aside = str(kept.job.folder / f"{CORRECTIONS}.broken")
    assert [(one.code, one.params["path"]) for one in kept.news()] == [("job.sheet_damaged", aside)]


@pytest.mark.parametrize("damaged", [1e308, 1e18, -1.0])
@pytest.mark.parametrize("when", ["found", "changed", "proved", "failed"])
def test_a_line_with_an_impossible_time_is_left_out(tmp_path: Path, when: str, damaged: float) -> None:
    kept = visit(tmp_path)
    mending = Mending(kept)
    mending.look(picture(view(setting(4)), judged(TURNED), 1.0))
    mending.look(picture(set_right(), judged(verdict(4, "inconclusive")), 2.0))
    assert kept.job is not None
    (line,) = kept.job.corrections().lines
    broken = SheetHistory(
        (line, dataclasses.replace(line, **{when: damaged})),
        (Worse(damaged, "balance", phase=0), Worse(3.0, "balance", phase=1)),
    )
    kept.job.keep_corrections(broken)

    assert kept.job.corrections() == SheetHistory((line,), broken.worse[1:])


def test_that_it_cannot_be_kept_is_told_once_and_no_reason_to_stop(tmp_path: Path) -> None:
    kept = visit(tmp_path)
    assert kept.job is not None
    (kept.job.folder / CORRECTIONS).mkdir()
    mending = Mending(kept)

    mending.look(picture(view(setting(4)), judged(TURNED), 1.0))
    mending.look(picture(set_right(), judged(verdict(4, "inconclusive")), 2.0))

    (told,) = kept.news()
    assert "job.unwritable" in str(told)
    assert [line.input for line in mending.board(UUID).lines] == [4]
