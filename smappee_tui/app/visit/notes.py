"""Notes and photos of an installation, each of a channel or of the board, kept in its job.

    jobs/<uuid>/notes.json   notes, and which photo belongs where
    jobs/<uuid>/photos/      the photos

Where no job is kept they live as long as the program.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from smappee_tui.app.visit.jobs import NOTES, PHOTOS, make_folder
from smappee_tui.app.visit.photos import Picture
from smappee_tui.connect.atomic_write import write_atomically
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.connect.plain_file import open_plain
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.fact import fact

MOST_NOTES, MOST_PHOTOS = 200, 40
"""Of one installation; beyond, one is refused and that is said."""
LONGEST_NOTE = 500
"""Characters of a note that are kept."""
_NAME = re.compile(r"(board|input-\d{1,6})-\d{8}-\d{6}-[0-9a-f]{8}\.jpg")
"""Of a photo, as it is made here; another one, with a path in it, is no photo of this job."""
_LARGEST = 2_000_000
_NO_CALENDAR = 4e9
"""Seconds since 1970: a time beyond is a damaged one."""
_MOST_INPUT = 100_000
"""No input of any monitor has such a number."""


class Note(msgspec.Struct, frozen=True):
    """What somebody wrote down at the cabinet."""

    at: float
    """Seconds since 1970."""
    text: str
    """Foreign text, one line."""
    input: int | None = None
    """None: of the board."""


class KeptPhoto(msgspec.Struct, frozen=True):
    """A photo that was taken at the cabinet."""

    at: float
    """Seconds since 1970."""
    name: str
    """Of its file, made here."""
    sha256: str
    input: int | None = None
    """None: of the board."""


class _File(msgspec.Struct, kw_only=True):
    """What `notes.json` holds."""

    schema: Literal["smappee-tui/notes/1"] = "smappee-tui/notes/1"
    notes: list[Note] = []
    photos: list[KeptPhoto] = []


class Notes:
    """Of one installation."""

    def __init__(self, folder: Path | None = None) -> None:
        """Begin, or go on.

        Args:
            folder: of the job that keeps it; None: it is kept while the program runs.
        """
        self.notes: list[Note] = []
        self.photos: list[KeptPhoto] = []
        self.pictures: dict[str, bytes] = {}
        """By name the photos that no job keeps, or none could yet."""
        self.aside: Path | None = None
        """Where a file is that nobody could read."""
        self.problem: CannotWriteError | None = None
        """Why it could not be kept, until somebody was told."""
        self._folder: Path | None = None
        if folder is not None:
            self.keep_in(folder)

    @property
    def by_input(self) -> Mapping[int | None, tuple[Note, ...]]:
        """Notes by input, oldest first; those of the board under None."""
        found: dict[int | None, tuple[Note, ...]] = {}
        for note in self.notes:
            found[note.input] = (*found.get(note.input, ()), note)
        return found

    @property
    def photo_counts(self) -> Mapping[int | None, int]:
        """How many photos each input has."""
        found: dict[int | None, int] = {}
        for photo in self.photos:
            found[photo.input] = found.get(photo.input, 0) + 1
        return found

    def keep_in(self, folder: Path) -> None:
        """A job keeps them from now on; what it has already comes first."""
        if self._folder == folder:
            return
        self._folder, path = folder, folder / NOTES
        found = _read(path)
        if found is None:
            with contextlib.suppress(OSError):  # not ours to read: put aside rather than written over
                self.aside = path.replace(path.with_name(f"{NOTES}.broken"))
        kept = found or _File()
        before = bool(self.notes or self.photos)
        self.notes = [*kept.notes, *self.notes]
        self.photos = [*kept.photos, *self.photos]
        if before:
            self._save()

    def write_down(self, number: int | None, text: str, at: float) -> Note | None:
        """Keep a note of a channel or the board; None where there are too many, or nothing is written."""
        note = Note(at, clean(text, LONGEST_NOTE)[:LONGEST_NOTE].strip(), number)  # some letters become two
        if not note.text or len(self.notes) >= MOST_NOTES:
            return None
        self.notes.append(note)
        self._save()
        return note

    def add_photo(self, number: int | None, picture: Picture, at: float) -> KeptPhoto | None:
        """Keep a photo of a channel or the board; None where there are too many. The same one again is the same one."""
        known = next((one for one in self.photos if (one.sha256, one.input) == (picture.sha256, number)), None)
        if known is not None and self.read(known.name) is None:  # its file is gone
            self.pictures[known.name] = picture.jpeg
            self._save()
        if known is not None or len(self.photos) >= MOST_PHOTOS:
            return known
        where = "board" if number is None else f"input-{number}"
        name = f"{where}-{time.strftime('%Y%m%d-%H%M%S', time.localtime(at))}-{picture.sha256[:8]}.jpg"
        photo = KeptPhoto(at, name, picture.sha256, number)
        self.photos.append(photo)
        self.pictures[name] = picture.jpeg
        self._save()
        return photo

    def drop(self, one: Note | KeptPhoto) -> None:
        """Forget a note, or a photo with its file."""
        self.notes = [kept for kept in self.notes if kept is not one]
        self.photos = [kept for kept in self.photos if kept is not one]
        if isinstance(one, KeptPhoto):
            self.pictures.pop(one.name, None)
            if self._folder is not None:
                with contextlib.suppress(OSError):
                    (self._folder / PHOTOS / one.name).unlink()
        self._save()

    def count(self, number: int) -> tuple[int, int]:
        """Photos and notes of one input."""
        return sum(one.input == number for one in self.photos), sum(one.input == number for one in self.notes)

    def read(self, name: str) -> bytes | None:
        """The picture of a photo; None where there is none, its file is gone, or is another one. On any thread."""
        photo = next((one for one in list(self.photos) if one.name == name), None)
        content = self.pictures.get(name)
        if photo is not None and content is None and self._folder is not None:
            with contextlib.suppress(OSError), open_plain(self._folder / PHOTOS / name) as file:
                content = file.read(_LARGEST)
        if photo is None or content is None:
            return None
        return content if hashlib.sha256(content).hexdigest() == photo.sha256 else None

    def _save(self) -> None:
        """That it cannot be written is told later and stops nobody: it stays in memory."""
        if self._folder is None:
            return
        try:
            make_folder(self._folder / PHOTOS)
            for name in list(self.pictures):
                write_atomically(self._folder / PHOTOS / name, self.pictures[name])
                del self.pictures[name]
            content = _File(notes=self.notes, photos=self.photos)
            write_atomically(self._folder / NOTES, msgspec.json.format(msgspec.json.encode(content), indent=1))
        except OSError as error:
            self.problem = CannotWriteError(
                fact("job.unwritable", path=str(self._folder), why=error.strerror or str(error)),
                fact("phone.kept_in_memory"),
            )


def _read(path: Path) -> _File | None:
    """What a file holds; None where there is a file that nobody can read."""
    try:
        with path.open("rb") as file:
            found = msgspec.json.decode(file.read(_LARGEST), type=_File)
    except FileNotFoundError:
        return _File()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    found.notes = [one for one in found.notes if _whole(one) and len(one.text) <= LONGEST_NOTE][: 2 * MOST_NOTES]
    found.photos = [one for one in found.photos if _whole(one) and _NAME.fullmatch(one.name)][: 2 * MOST_PHOTOS]
    return found


def _whole(one: Note | KeptPhoto) -> bool:
    return 0 <= one.at < _NO_CALENDAR and (one.input is None or 0 <= one.input < _MOST_INPUT)
