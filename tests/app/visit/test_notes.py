"""Notes and photos: there again after a restart, whatever became of their file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smappee_tui.app.visit.jobs import NOTES
from smappee_tui.app.visit.notes import LONGEST_NOTE, MOST_NOTES, MOST_PHOTOS, Note, Notes
from smappee_tui.app.visit.photos import picture_of
from smappee_tui.i18n.text import clean
from tests.app.visit.test_photos import made

AT = 1_760_000_000.0


def test_they_are_there_again(tmp_path: Path) -> None:
    first = Notes(tmp_path)
    first.write_down(7, "  two\n lines \u202e", AT)
    picture = picture_of(made())
    photo = first.add_photo(7, picture, AT)
    assert photo is not None
    assert first.add_photo(7, picture, AT + 5) == photo  # the same once more
    assert first.add_photo(None, picture, AT) != photo
    again = Notes(tmp_path)
    assert [(one.input, one.text) for one in again.notes] == [(7, "two  lines")]
    assert again.photo_counts == {7: 1, None: 1}
    assert again.read(photo.name) == picture.jpeg
    assert json.loads((tmp_path / NOTES).read_text())["schema"] == "smappee-tui/notes/1"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=700), st.one_of(st.none(), st.integers(0, 99)))
def test_any_text_is_one_line_that_steers_nothing_and_is_read_back(text: str, number: int | None) -> None:
    notes = Notes()
    note = notes.write_down(number, text, AT)
    if note is None:
        return
    assert len(note.text) <= LONGEST_NOTE
    assert note.text == clean(note.text)
    assert note.text.isprintable()
    assert msgspec.json.decode(msgspec.json.encode(note), type=Note) == note


def test_what_was_written_before_the_job_was_open_goes_into_it(tmp_path: Path) -> None:
    Notes(tmp_path).write_down(1, "earlier", AT)
    fresh = Notes()
    fresh.write_down(2, "now", AT + 1)
    photo = fresh.add_photo(2, picture_of(made()), AT + 1)
    fresh.keep_in(tmp_path)
    assert fresh.pictures == {}
    assert photo is not None
    assert fresh.read(photo.name) is not None
    assert [one.text for one in Notes(tmp_path).notes] == ["earlier", "now"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[1]", b'{"schema": "smappee-tui/notes/2"}', b'{"notes": [{"at": "x"}]}', b"[" * 9999],
)
def test_a_file_that_nobody_can_read_is_put_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NOTES).write_bytes(content)
    notes = Notes(tmp_path)
    assert (notes.notes, notes.photos) == ([], [])
    assert notes.aside is not None
    assert notes.aside.read_bytes() == content
    notes.write_down(None, "new", AT)
    assert [one.text for one in Notes(tmp_path).notes] == ["new"]


def test_what_makes_no_sense_is_left_out(tmp_path: Path) -> None:
    good: dict[str, Any] = {"at": AT, "name": "board-20261126-120000-0123abcd.jpg", "sha256": "0" * 64, "input": None}
    names = ("../../etc/passwd", "/etc/passwd", "x.jpg", good["name"] + "\n", "", "a\0.jpg")
    wrong = [good | {"name": name} for name in names]
    wrong += [good | {"at": at} for at in (-1.0, 1e300)] + [good | {"input": -1}, good | {"input": 10**12}]
    notes = [{"at": AT, "text": "good"}, {"at": AT, "text": "x" * 501}, {"at": -5, "text": "early"}]
    (tmp_path / NOTES).write_text(json.dumps({"notes": notes, "photos": [*wrong, good]}))
    kept = Notes(tmp_path)
    assert [one.text for one in kept.notes] == ["good"]
    assert [one.name for one in kept.photos] == [good["name"]]
    assert kept.read("../../etc/passwd") is None
    assert kept.read(str(good["name"])) is None  # its file is not there


def test_letters_that_grow_when_they_are_made_safe_take_no_note_away(tmp_path: Path) -> None:
    first = Notes(tmp_path)
    note = first.write_down(3, "\u0958" * 400, AT)  # each becomes two
    assert note is not None
    assert [one.text for one in Notes(tmp_path).notes] == [note.text]


def test_a_photo_whose_file_is_gone_can_be_sent_again(tmp_path: Path) -> None:
    notes, picture = Notes(tmp_path), picture_of(made())
    photo = notes.add_photo(3, picture, AT)
    assert photo is not None
    (tmp_path / "photos" / photo.name).unlink()
    assert notes.add_photo(3, picture, AT + 60) == photo
    assert Notes(tmp_path).read(photo.name) == picture.jpeg


def test_a_photo_that_became_another_one_is_not_shown(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    photo = notes.add_photo(3, picture_of(made()), AT)
    assert photo is not None
    (tmp_path / "photos" / photo.name).write_bytes(made((20, 20)))
    assert notes.read(photo.name) is None


def test_there_is_an_end(tmp_path: Path) -> None:
    notes = Notes()
    assert all(notes.write_down(None, f"{n}", AT) for n in range(MOST_NOTES))
    assert notes.write_down(None, "more", AT) is None
    (tmp_path / NOTES).write_text(json.dumps({"notes": [{"at": AT, "text": "x"}] * 3000}))
    assert len(Notes(tmp_path).notes) <= 2 * MOST_NOTES
    assert MOST_PHOTOS == 40
