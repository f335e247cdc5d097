"""A photo and notes taken at the cabinet, from the phone to the report in every format, and to whoever verifies it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image
from pypdf import PdfReader

from smappee_tui.app.phone.actions import AddNote, AddPhoto
from smappee_tui.app.session import Snapshot
from smappee_tui.app.switching import PlugSwitch
from smappee_tui.app.visit.job_export import export
from smappee_tui.app.visit.job_visit import JobVisit
from smappee_tui.app.visit.jobs import Jobs
from smappee_tui.app.visit.photos import Picture, picture_of
from smappee_tui.app.visit.report_job import ReportJob, carry_out, draft
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.report.formats import FORMATS, Format, Written
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.render.json_file import decode
from smappee_tui.report.verify import GivenFile, verify
from tests.app.guided.operator import house
from tests.app.phone.hand import Cabinet
from tests.app.visit.test_photos import made

HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\u202e =cmd|'/c calc'!A0 " + "wide " * 200


class Watch:
    """What a report is made of, of a cabinet."""

    mode = "live"

    def __init__(self, cabinet: Cabinet) -> None:
        self.session, self.switching, self.clock = cabinet.session, PlugSwitch.locked(), cabinet.clock
        self.picture: Snapshot | None = cabinet.session.snapshot()

    def guided_test(self, uuid: str) -> None:
        """None was begun."""


@pytest.fixture(scope="module")
def picture() -> Picture:
    return picture_of(made((240, 180)))


@pytest.fixture
def cabinet(tmp_path: Path, picture: Picture) -> Iterator[Cabinet]:
    """Its job has two notes and three photos."""
    visit = JobVisit(Jobs(tmp_path / "jobs"), clock=lambda: 0.0, record=False)
    cabinet = Cabinet(house(("Kitchen", 0)), visit)
    cabinet.seconds(4)
    number = next(n for n, one in cabinet.session.site.settings.items() if one.name == "Kitchen")  # type: ignore[union-attr]
    cabinet.do(AddNote(number, HOSTILE))
    cabinet.do(AddNote(None, "the cover is broken"))
    cabinet.do(AddPhoto(number, picture))
    cabinet.do(AddPhoto(number, picture_of(made((60, 240), kind="PNG"))))
    cabinet.do(AddPhoto(None, picture))
    yield cabinet
    visit.close(cabinet.session)


def written(
    cabinet: Cabinet, folder: Path, formats: tuple[Format, ...] = ("json",), *, redact: bool = False
) -> Written:
    uuid = cabinet.session.site.uuid  # type: ignore[union-attr]
    report = draft(Watch(cabinet), cabinet.memory, ReportMetadata(generated_at=cabinet.clock.now))
    assert report is not None
    job = ReportJob(report, folder, formats, handover=False, notes=cabinet.memory.notes(uuid), redact=redact)
    return carry_out(job, lambda _: None)


def test_they_stand_at_their_channel_in_every_format(cabinet: Cabinet, picture: Picture, tmp_path: Path) -> None:
    files = written(cabinet, tmp_path / "out", FORMATS).files
    report = decode(files["json"].read_bytes())
    (kitchen,) = (one.input for one in report.channels if one.name == "Kitchen")
    assert [(one.input, one.text[:19]) for one in report.notes] == [
        (kitchen, "<img src=x onerror="),
        (None, "the cover is broken"),
    ]
    assert [one.input for one in report.sign_off.photos] == [kitchen, kitchen, None]
    assert report.sign_off.photos[0].sha256 == picture.sha256
    assert report.sign_off.photos[0].bytes == len(picture.jpeg)

    page = files["html"].read_text()
    assert "2 photos, 1 note" in page
    assert page.count('<img src="data:image/jpeg;base64,') == 3
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img src=x" not in page
    assert "\x1b" not in page
    place = page.index(f'id="at-{kitchen}"')
    assert page.index('id="at-board"') < place < page.index("onerror=alert", place)

    pdf = PdfReader(files["pdf"])
    text = "\n".join(one.extract_text() for one in pdf.pages)
    assert "the cover is broken" in text
    assert {image.image.size for one in pdf.pages for image in one.images if image.image} == {(240, 180), (60, 240)}
    plain = files["txt"].read_text()
    assert "the cover is broken" in plain
    assert "\x1b" not in plain


def test_verify_knows_the_photos_and_the_pages(cabinet: Cabinet, tmp_path: Path) -> None:
    files = list(written(cabinet, tmp_path / "out", ("json", "html")).files.values())
    job = cabinet.job.job if cabinet.job is not None else None
    assert job is not None
    files += job.photo_list()
    said = verify([_given(path) for path in files])
    assert [(one.name, one.outcome) for one in said] == [(path.name, "agrees") for path in files]
    wrong = job.photo_list()[0]
    wrong.write_bytes(made())
    assert verify([_given(files[0]), _given(wrong)])[1].outcome == "differs"
    again = written(cabinet, tmp_path / "again", ("json", "txt")).files
    report = decode(again["json"].read_bytes())
    assert [one.data is None for one in report.sign_off.photos].count(True) == 1  # listed, and not shown
    assert "was changed" in again["txt"].read_text().replace("\n  ", " ")


def _given(path: Path) -> GivenFile:
    import hashlib

    content = path.read_bytes()
    return GivenFile(path.name, hashlib.sha256(content).hexdigest(), content)


def test_a_report_to_give_away_has_none_of_it(cabinet: Cabinet, tmp_path: Path) -> None:
    content = written(cabinet, tmp_path / "out", redact=True).files["json"].read_text()
    assert "broken" not in content
    assert json.loads(content)["notes"] == json.loads(content)["sign_off"]["photos"] == []


def test_the_zip_of_a_job_has_them_and_the_redacted_one_has_not(cabinet: Cabinet, tmp_path: Path) -> None:
    job = cabinet.job.job if cabinet.job is not None else None
    assert job is not None
    export(job, tmp_path / "all.zip")
    export(job, tmp_path / "bare.zip", redact=True)
    with ZipFile(tmp_path / "all.zip") as whole, ZipFile(tmp_path / "bare.zip") as bare:
        assert "notes.json" in whole.namelist()
        assert sum(name.startswith("photos/") for name in whole.namelist()) == 3
        assert not [name for name in bare.namelist() if "notes" in name or "photos" in name]
        assert Image.open(whole.open(next(n for n in whole.namelist() if n.startswith("photos/")))).format == "JPEG"


def test_without_a_job_they_are_in_the_report_all_the_same(picture: Picture, tmp_path: Path) -> None:
    cabinet = Cabinet(house(("Kitchen", 0)))
    cabinet.seconds(4)
    cabinet.do(AddPhoto(None, picture))
    report = decode(written(cabinet, tmp_path).files["json"].read_bytes())
    assert report.sign_off.photos[0].data is not None


def test_a_name_that_no_file_can_have_is_told(cabinet: Cabinet, tmp_path: Path) -> None:
    assert cabinet.job is not None
    assert cabinet.job.job is not None
    with pytest.raises(CannotWriteError):
        export(cabinet.job.job, tmp_path / ("x" * 300 + ".zip"))
