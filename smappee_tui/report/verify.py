"""Whether files belong together: the formats of one report, its photos and recording, a comparison and its reports.

What this can show is that files are the ones that were written together. It cannot show who wrote them, nor whether
what they say is true: whoever changes all of them with this program leaves no trace here.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

import msgspec

from smappee_tui import __version__
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.report.diff import SCHEMA as DIFF_SCHEMA
from smappee_tui.report.diff import Diff, Side, compare
from smappee_tui.report.formats import Part, made_of
from smappee_tui.report.model import SCHEMA, Photo, RecordingFile, Report
from smappee_tui.report.render.csv_file import BOM, CsvSeparator
from smappee_tui.report.render.json_file import LARGEST_FILE, NotAReportError, decode, digest

Outcome = Literal["agrees", "differs", "open"]
"""`open`: there was nothing to compare it with, or it cannot be compared."""
_HASH = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_ATTACHED = re.compile(rb"/Length (\d{1,9})\n(?:/[^\n]{1,200}\n){0,5}/Type /EmbeddedFile\n>>\nstream\n")
_JSON, _PDF = b"{", b"%PDF-"
_HTML = (b"<!doctype html", b"<html")


class GivenFile(NamedTuple):
    """A file as it was read."""

    name: str
    sha256: str
    content: bytes | None
    """None where it is larger than any report."""


class Checked(NamedTuple):
    """What can be said of one file."""

    name: str
    outcome: Outcome
    said: Fact


@dataclass(frozen=True, slots=True)
class _Known:
    """A report among the files."""

    name: str
    sha256: str
    content: bytes
    report: Report

    @property
    def ours(self) -> bool:
        """This very version wrote it, so that it would write the other formats as they were written."""
        return self.report.header.version == __version__


class _OnlySchema(msgspec.Struct):
    schema: str = ""


def verify(files: Sequence[GivenFile], printed: str = "") -> list[Checked]:
    """Look at each file, in the order given.

    Args:
        files: whatever belongs to a report.
        printed: the hash, or its beginning, as it stands on a page; the JSON of every report must have it.
    """
    known = [one for file in files if (one := _report(file)) is not None]
    return [_checked(file, known, printed.lower()) for file in files]


def _report(file: GivenFile) -> _Known | None:
    try:
        return _Known(file.name, file.sha256, file.content, decode(file.content)) if file.content is not None else None
    except NotAReportError:
        return None


def _checked(file: GivenFile, known: list[_Known], printed: str) -> Checked:
    content = file.content
    if content is None:
        return _listed(file, known)
    if content.startswith(_PDF):
        return _pdf(file, content, known)
    if content[:200].lstrip().lower().startswith(_HTML):
        return _page(file, ("html", "handover-html"), content, known)
    if content.startswith(BOM.encode()):
        return _rendered(file, ("csv",), content, known, known)
    schema = _schema(content)
    if schema == DIFF_SCHEMA:
        return _diff(file, content, known)
    if schema or (content.lstrip().startswith(_JSON) and file.name.lower().endswith(".json")):
        return _json(file, content, printed)
    if any(one.sha256.encode() in content for one in known) or file.name.lower().endswith(".txt"):
        return _page(file, ("txt",), content, known)
    return _listed(file, known)


def _schema(content: bytes) -> str:
    """Of a JSON document; "" for anything else."""
    if not content.lstrip().startswith(_JSON):
        return ""
    try:
        return msgspec.json.decode(content, type=_OnlySchema).schema
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def _json(file: GivenFile, content: bytes, printed: str) -> Checked:
    try:
        report = decode(content)
    except NotAReportError as error:
        return Checked(file.name, "differs", fact("verify.no_report", why=error.what))
    told = {"report": report.header.report_id, "hash": file.sha256}
    if (name := _other_picture(report)) is not None:
        return Checked(file.name, "differs", Fact("verify.picture_inside", {**told, "name": name}))
    if not printed:
        return Checked(file.name, "agrees", Fact("verify.report", {**told, "schema": SCHEMA}))
    if file.sha256.startswith(printed):
        code = "verify.printed" if file.sha256 == printed else "verify.printed_begins"
        return Checked(file.name, "agrees", Fact(code, told))
    return Checked(file.name, "differs", Fact("verify.not_printed", told))


def _other_picture(report: Report) -> str | None:
    """The name of a picture in a report that is not the file which is listed; None: each is."""
    for photo in report.sign_off.photos:
        if photo.data is not None:
            try:
                content = base64.b64decode(photo.data, validate=True)
            except ValueError:
                return photo.name
            if (digest(content), len(content)) != (photo.sha256, photo.bytes):
                return photo.name
    return None


def _page(file: GivenFile, kinds: tuple[Part, ...], content: bytes, known: list[_Known]) -> Checked:
    """A format that prints the hash of its JSON."""
    hashes = {found.decode() for found in _HASH.findall(content)}
    own = [one for one in known if one.sha256 in hashes]
    if known and not own:
        return Checked(file.name, "differs", fact("verify.other_hash"))
    return _rendered(file, kinds, content, own, known)


def _pdf(file: GivenFile, content: bytes, known: list[_Known]) -> Checked:
    """A PDF has its JSON in it, or is the page for the customer or the labels, which have the hash."""
    own = [one for one in known if one.content in content]
    if not own and _HASH.search(content) and next(_attached(content), None) is None:
        return _page(file, ("handover-pdf", "labels-pdf"), content, known)
    if known and not own:
        return Checked(file.name, "differs", fact("verify.other_json"))
    if not own:
        inside = next(_attached(content), None)
        own = [one] if inside is not None and (one := _report(_file(file.name, inside))) is not None else []
        if own and (name := _other_picture(own[0].report)) is not None:
            told = fact("verify.picture_inside", name=name, report=own[0].report.header.report_id)
            return Checked(file.name, "differs", told)
    return _rendered(file, ("pdf",), content, own, own)


def _file(name: str, content: bytes) -> GivenFile:
    return GivenFile(name, digest(content), content)


def _attached(content: bytes) -> Iterator[bytes]:
    for found in _ATTACHED.finditer(content):
        yield content[found.end() : found.end() + min(int(found[1]), LARGEST_FILE)]


def _rendered(
    file: GivenFile, kinds: tuple[Part, ...], content: bytes, own: list[_Known], known: list[_Known]
) -> Checked:
    """Compare a format with what this version makes of the JSON.

    Args:
        file: which.
        kinds: what it can be.
        content: of it.
        own: the reports whose format it can be.
        known: all reports among the files.
    """
    if not known:
        return Checked(file.name, "open", fact("verify.needs_json"))
    separators: tuple[CsvSeparator | None, ...] = (None, *(get_args(CsvSeparator) if "csv" in kinds else ()))
    for one in own:
        made = (made_of(one.report, kind, one.sha256, one.content, by) for kind in kinds for by in separators)
        if any(other == content for other in made):
            return Checked(file.name, "agrees", fact("verify.same", json=one.name, hash=one.sha256))
    if any(one.ours for one in own):
        return Checked(file.name, "differs", fact("verify.changed", version=__version__))
    version = own[0].report.header.version if own else ""
    if "csv" in kinds:  # it names no hash
        return Checked(file.name, "open", fact("verify.other_version", version=version))
    return Checked(file.name, "open", fact("verify.hash_only", json=own[0].name, version=version))


def _diff(file: GivenFile, content: bytes, known: list[_Known]) -> Checked:
    try:
        found = msgspec.json.decode(content, type=Diff)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Checked(file.name, "differs", fact("verify.no_diff", why=str(error)[:300]))
    old, new = _side(found.old, known), _side(found.new, known)
    for side, one in ((found.old, old), (found.new, new)):
        if one is not None and side.sha256 is not None and side.sha256 != one.sha256:
            return Checked(file.name, "differs", fact("verify.diff_other_report", report=side.report_id, json=one.name))
    if old is None or new is None:
        reports = (found.old.report_id, found.new.report_id)
        return Checked(file.name, "open", fact("verify.diff_alone", schema=DIFF_SCHEMA, reports=reports))
    names = (old.name, new.name)
    hashes = (old.sha256, new.sha256) if found.old.sha256 is not None else None
    made = compare(old.report, new.report, hashes)
    if made == found and not _says_more(msgspec.json.decode(content), msgspec.to_builtins(made)):
        return Checked(file.name, "agrees", fact("verify.diff_same", reports=names))
    return Checked(file.name, "differs", fact("verify.diff_changed", reports=names))


def _says_more(told: Any, known: Any) -> bool:
    """Whether a document has a key that another has not: a reader passes over what it does not know."""
    if isinstance(told, dict):
        return any(key not in known or _says_more(inner, known[key]) for key, inner in told.items())
    return isinstance(told, list) and any(map(_says_more, told, known))


def _side(side: Side, known: list[_Known]) -> _Known | None:
    """The report that a comparison means: by its hash, else by its id."""
    own = [one for one in known if one.report.header.report_id == side.report_id]
    return next((one for one in own if one.sha256 == side.sha256), own[0] if own else None)


def _listed(file: GivenFile, known: list[_Known]) -> Checked:
    """A photo, a recording: a report lists it with its hash."""
    name = file.name.replace("\\", "/").rpartition("/")[2]
    for one in known:
        recording = one.report.integrity.recording
        listed: list[Photo | RecordingFile] = [
            *one.report.sign_off.photos,
            *([recording] if recording is not None else []),
        ]
        if any(entry.sha256 == file.sha256 for entry in listed):
            return Checked(file.name, "agrees", fact("verify.listed", json=one.name))
        if any(entry.name == name for entry in listed):
            return Checked(file.name, "differs", fact("verify.listed_not", json=one.name))
    return Checked(file.name, "open", fact("verify.stranger"))
