"""Files appear whole or not at all, and never over an older report unasked."""

import hashlib
import os
from pathlib import Path

import pytest

from smappee_tui.connect.errors import CannotReadError, CannotWriteError
from smappee_tui.i18n import Translator
from smappee_tui.report import formats
from smappee_tui.report.formats import ReportExistsError, file_name, write
from smappee_tui.report.metadata import photo_of, recording_of
from smappee_tui.report.render.json_file import decode
from tests.report.made import faulty, hostile

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00"
    b"\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)
"""One pixel."""


def test_all_formats_are_written_and_the_hash_is_the_file_s(tmp_path: Path) -> None:
    steps: list[str] = []
    done = write(faulty(), tmp_path / "deep" / "er", formats.FORMATS, progress=steps.append)
    assert set(done.files) == {*formats.FORMATS, "handover-html", "handover-pdf"}
    assert steps == [*formats.FORMATS, "handover.html", "handover.pdf", "files"]
    assert hashlib.sha256(done.files["json"].read_bytes()).hexdigest() == done.digest
    assert sorted(path.name for path in (tmp_path / "deep" / "er").iterdir()) == sorted(
        f"report-5098751359-2025-10-09-085720{ending}"
        for ending in (*(f".{one}" for one in formats.FORMATS), "-handover.html", "-handover.pdf")
    )
    assert decode(done.files["json"].read_bytes()) == faulty()


def test_the_json_always_comes_along(tmp_path: Path) -> None:
    assert set(write(faulty(), tmp_path, ("csv",)).files) == {"json", "csv"}


def test_an_older_report_is_not_written_over(tmp_path: Path) -> None:
    first = write(faulty(), tmp_path, ("csv",), name="r")
    first.files["csv"].write_text("older")
    with pytest.raises(ReportExistsError) as caught:
        write(hostile(), tmp_path, ("csv", "txt"), name="r")
    assert {path.name for path in caught.value.files} == {"r.json", "r.csv"}
    assert first.files["csv"].read_text() == "older"
    assert not (tmp_path / "r.txt").exists()
    write(hostile(), tmp_path, ("csv", "txt"), name="r", force=True)
    assert decode(first.files["json"].read_bytes()) == hostile()


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write(faulty(), tmp_path, ("csv",), name="r")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(*((os, "fsync", broken) if fails == "fsync" else (Path, "replace", broken)))
    with pytest.raises(CannotWriteError, match="No space left"):
        write(hostile(), tmp_path, ("csv",), name="r", force=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(CannotWriteError) as caught:
        write(faulty(), blocker, ("csv",))
    assert "cannot be written" in Translator("en").error(caught.value)


def test_a_name_is_one_that_every_file_system_takes() -> None:
    from msgspec.structs import replace

    strange = replace(faulty(), devices=replace(faulty().devices, serial="../../etc\\x:y"))
    name = file_name(strange)
    assert name == "report-etcxy-2025-10-09-085720"


def test_photos_are_hashed_and_embedded_on_request(tmp_path: Path) -> None:
    path = tmp_path / "panel <1>.png"
    path.write_bytes(PNG)
    listed, embedded = photo_of(path), photo_of(path, embed=True)
    assert listed.sha256 == embedded.sha256 == hashlib.sha256(PNG).hexdigest()
    assert (listed.data, listed.bytes, listed.media_type) == (None, len(PNG), "image/png")
    assert embedded.data
    from msgspec.structs import replace

    from tests.report.reading import Page, html, pdf

    report = replace(faulty(), sign_off=replace(faulty().sign_off, photos=[embedded]))
    images = Page(html(report)).all("img")
    assert images[0]["alt"] == path.name
    assert (images[0]["src"] or "").startswith("data:image/png;base64,")
    assert sum(len(page.images) for page in pdf(report).pages) == 1


def test_a_file_that_is_no_picture_is_listed_only(tmp_path: Path) -> None:
    path = tmp_path / "notes.pdf"
    path.write_bytes(b"%PDF-1.7 nothing")
    assert photo_of(path, embed=True).data is None


def test_a_picture_that_is_broken_does_not_stop_the_report(tmp_path: Path) -> None:
    from msgspec.structs import replace

    from tests.report.reading import pdf

    path = tmp_path / "broken.png"
    path.write_bytes(PNG[:30])
    report = replace(faulty(), sign_off=replace(faulty().sign_off, photos=[photo_of(path, embed=True)]))
    assert path.name in "".join(page.extract_text() for page in pdf(report).pages)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    for read, name in ((photo_of, "none.jpg"), (recording_of, "none.ndjson")):
        with pytest.raises(CannotReadError) as caught:
            read(tmp_path / name)
        assert f"{tmp_path / name} cannot be read: No such file" in Translator("en").error(caught.value)
    big = tmp_path / "big.jpg"
    with big.open("wb") as file:
        file.truncate(9_000_000)
    with pytest.raises(CannotReadError) as caught:
        photo_of(big)
    assert "has 9 MB, more than a report takes" in Translator("en").error(caught.value)
