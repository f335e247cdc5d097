"""`report verify` says which files belong together, and no more than that."""

import base64
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from smappee_tui.i18n import LANGUAGES
from smappee_tui.report import formats
from smappee_tui.report.metadata import photo_of, recording_of
from smappee_tui.report.model import Report
from tests.cli.made import house, recording
from tests.cli.run import Ran, run, run_process
from tests.report.made import Visit, faulty, healthy

FORMATS = ("html", "pdf", "csv", "txt")
HARMLESS = "not who wrote the files"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with all its files, and another one."""
    place = tmp_path_factory.mktemp("reports")
    (place / "board.jpg").write_bytes(b"\xff\xd8\xff picture")
    tape = recording(place / "r.ndjson", house(5))
    report: Report = Visit().whole().report(
        photos=(photo_of(place / "board.jpg"),), recording=recording_of(tape)
    )  # fmt: skip
    formats.write(report, place, FORMATS, name="one")
    formats.write(healthy(), place, FORMATS, name="two")
    return place


def verify(folder: Path, *names: str, words: tuple[str, ...] = ()) -> Ran:
    ran = run("report", "verify", *(folder / name for name in names), *words)
    assert HARMLESS in ran.err
    assert len(ran.out.splitlines()) == sum((folder / name).exists() for name in names)
    return ran


def test_everything_of_one_report(folder: Path) -> None:
    ran = verify(folder, "one.json", *(f"one.{kind}" for kind in FORMATS), "board.jpg", "r.ndjson")
    assert ran.code == 0, ran.out
    assert "it reads as report R" in ran.out
    assert ran.out.count("letter by letter what this version makes of the JSON") == len(FORMATS)
    assert ran.out.count("lists it with this hash") == 2
    assert all(line.startswith("✓") for line in ran.out.splitlines())


def test_in_another_process_too(folder: Path) -> None:
    ran = run_process("report", "verify", *(folder / f"one.{kind}" for kind in ("json", *FORMATS)))
    assert ran.code == 0, ran.out


def test_of_two_reports_each_file_finds_its_own(folder: Path) -> None:
    ran = verify(folder, "one.json", "two.json", "two.pdf", "one.csv", "two.html")
    assert ran.code == 0
    assert ran.out.splitlines()[2].count("two.json") == 1
    assert ran.out.splitlines()[3].count("one.json") == 1


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_of_another_report_is_told(folder: Path, kind: str) -> None:
    ran = verify(folder, "one.json", f"two.{kind}")
    assert ran.code == 3
    assert ran.out.splitlines()[1].startswith("✗")


@pytest.mark.parametrize("kind", ["html", "csv", "txt"])
def test_a_word_changed_behind_the_hash_is_told(folder: Path, tmp_path: Path, kind: str) -> None:
    text = (folder / f"one.{kind}").read_bytes()
    changed = text.replace(b"reversed", b"in order")
    assert changed != text
    (tmp_path / f"one.{kind}").write_bytes(changed)
    (tmp_path / "one.json").write_bytes((folder / "one.json").read_bytes())
    ran = verify(tmp_path, "one.json", f"one.{kind}")
    assert ran.code == 3
    assert "it was changed since, or made with other fonts or another build" in ran.out


def test_a_json_that_was_changed_belongs_to_none_of_its_pages(folder: Path, tmp_path: Path) -> None:
    content = json.loads((folder / "one.json").read_bytes())
    content["header"]["faults"] = 0
    (tmp_path / "one.json").write_text(json.dumps(content))
    for kind in FORMATS:
        (tmp_path / f"one.{kind}").write_bytes((folder / f"one.{kind}").read_bytes())
    ran = verify(tmp_path, "one.json", "one.html", "one.pdf", "one.txt")
    assert ran.code == 3
    assert [line[0] for line in ran.out.splitlines()] == ["✓", "✗", "✗", "✗"], "alone it is a report like any other"


def test_alone(folder: Path) -> None:
    assert verify(folder, "one.json").code == 0
    assert verify(folder, "one.pdf").code == 0, "its JSON is in it"
    for kind in ("html", "csv", "txt"):
        ran = verify(folder, f"one.{kind}")
        assert (ran.code, ran.out[0]) == (4, "?")
        assert "Name the report's JSON file, too" in ran.out


def test_the_hash_on_a_page(folder: Path) -> None:
    printed = next(word for word in (folder / "one.txt").read_text().split() if len(word) == 64)
    ran = verify(folder, "one.json", words=("--hash", printed.upper()))
    assert ran.code == 0
    assert "is the one on the page" in ran.out
    begun = verify(folder, "one.json", words=("--hash", printed[:8].upper()))
    assert begun.code == 0
    assert "begins like the one on the page" in begun.out
    other = verify(folder, "two.json", words=("--hash", printed))
    assert other.code == 3
    assert "is not the one on the page" in other.out


@pytest.mark.parametrize("printed", ["abc", "not hexadecimal", "0" * 65])
def test_a_hash_that_is_none(folder: Path, printed: str) -> None:
    ran = run("report", "verify", folder / "one.json", "--hash", printed)
    assert (ran.code, ran.out) == (2, "")


def test_what_is_no_report(folder: Path, tmp_path: Path) -> None:
    deep = '{"schema": "smappee-tui/report/1", "x": ' + "[" * 100_000
    texts = {"cut.json": (folder / "one.json").read_text()[:5000], "deep.json": deep,
             "other.json": '{"schema": "smappee-tui/report/9"}',
             "none.json": "{}", "list.json": '{"schema": ["a"]}'}  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        ran = verify(tmp_path, name)
        assert ran.code == 3, name
        assert "cannot be read as a report" in ran.out


def test_another_photo_under_the_same_name_and_a_stranger(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes((folder / "one.json").read_bytes())
    (tmp_path / "board.jpg").write_bytes(b"\xff\xd8\xff another picture")
    (tmp_path / "cat.jpg").write_bytes(b"\xff\xd8\xff cat")
    assert verify(tmp_path, "one.json", "board.jpg").code == 3
    ran = verify(tmp_path, "one.json", "cat.jpg")
    assert ran.code == 4
    assert "none of these reports names it" in ran.out


def test_another_picture_in_a_report_than_it_lists(tmp_path: Path) -> None:
    (tmp_path / "board.jpg").write_bytes(b"\xff\xd8\xff picture")
    photo = replace(photo_of(tmp_path / "board.jpg", embed=True), data=base64.b64encode(b"another").decode())
    formats.write(Visit().whole().report(photos=(photo,)), tmp_path, ("pdf",), name="one")
    for name in ("one.json", "one.pdf"):
        ran = verify(tmp_path, name)
        assert ran.code == 3, name
        assert "the picture board.jpg in report" in ran.out


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    ran = verify(folder, "one.json", "none.pdf")
    assert ran.code == 3
    assert "none.pdf cannot be read" in ran.err


@pytest.fixture
def diff(folder: Path, tmp_path: Path) -> Path:
    """A comparison of the two, as a script would keep it."""
    path = tmp_path / "diff.json"
    path.write_text(run("report", "diff", folder / "one.json", folder / "two.json", "--json").out)
    return path


def test_a_comparison_and_its_reports(folder: Path, diff: Path) -> None:
    ran = run("report", "verify", diff, folder / "two.json", folder / "one.json")
    assert ran.code == 0, ran.out
    assert "the comparison that" in ran.out.splitlines()[0]


def test_a_comparison_alone(diff: Path) -> None:
    ran = run("report", "verify", diff)
    assert ran.code == 4
    assert "smappee-tui/report-diff/1" in ran.out


def test_a_comparison_that_was_changed(folder: Path, diff: Path) -> None:
    content = json.loads(diff.read_text())
    assert content["entries"]
    content["entries"] = []
    diff.write_text(json.dumps(content))
    ran = run("report", "verify", diff, folder / "one.json", folder / "two.json")
    assert ran.code == 3
    assert "not the comparison" in ran.out


def test_a_comparison_of_a_report_that_was_changed_since(folder: Path, diff: Path, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text((folder / "one.json").read_text() + " ")
    ran = run("report", "verify", diff, tmp_path / "one.json", folder / "two.json")
    assert ran.code == 3
    assert "made of another file of report" in ran.out


def test_a_comparison_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    for more in ('"entries": 3}', '"x": ' + "[" * 100_000):
        path.write_text('{"schema": "smappee-tui/report-diff/1", ' + more)
        ran = run("report", "verify", path)
        assert ran.code == 3
        assert "cannot be read" in ran.out


@pytest.mark.parametrize("place", [(), ("old",), ("entries", 0)])
def test_a_comparison_to_which_something_was_added(folder: Path, diff: Path, place: tuple[str | int, ...]) -> None:
    content = inner = json.loads(diff.read_text())
    for step in place:
        inner = inner[step]
    inner["approved"] = True
    diff.write_text(json.dumps(content))
    ran = run("report", "verify", diff, folder / "one.json", folder / "two.json")
    assert ran.code == 3
    assert "not the comparison" in ran.out


@pytest.mark.parametrize("version", ["0.0.1"])
def test_of_another_version_only_the_hash_counts(tmp_path: Path, version: str) -> None:
    report = faulty()
    report = replace(report, header=replace(report.header, version=version))
    made, _ = formats.rendered(report, FORMATS)
    for kind, content in made.items():
        (tmp_path / f"one.{kind}").write_bytes(content.replace(b"reversed", b"in order") if kind == "html" else content)
    ran = verify(tmp_path, "one.json", "one.html")
    assert ran.code == 4, "that it names the hash shows not that nobody wrote something else beside it"
    assert [line[0] for line in ran.out.splitlines()] == ["✓", "?"]
    assert "Version 0.0.1 wrote it, so the rest was not compared" in ran.out
    (tmp_path / "one.csv").write_bytes((tmp_path / "one.csv").read_bytes() + b"more\r\n")
    assert verify(tmp_path, "one.json", "one.csv").code == 4


@pytest.mark.parametrize("separator", ["comma", "semicolon"])
def test_a_table_for_another_spreadsheet(tmp_path: Path, separator: str) -> None:
    formats.write(faulty(), tmp_path, ("csv",), name="one", csv_separator=separator)  # type: ignore[arg-type]
    assert verify(tmp_path, "one.json", "one.csv").code == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language(folder: Path, language: str) -> None:
    ran = run("--language", language, "report", "verify", folder / "one.json", folder / "one.html")
    assert ran.code == 0
    assert "{" not in ran.out + ran.err
