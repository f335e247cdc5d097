"""From a report to files: each format's renderer is loaded when it is asked for, and reads the JSON only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from smappee_tui.connect.atomic_write import write_temporary
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.protocol.fact import fact
from smappee_tui.report.model import Report
from smappee_tui.report.render.json_file import decode, digest, encode

if TYPE_CHECKING:
    from smappee_tui.report.render.csv_file import CsvSeparator

Format = Literal["json", "html", "pdf", "csv", "txt"]
Handed = Literal["handover-html", "handover-pdf"]
"""The page for the customer, a file of its own beside the format of the same kind."""
HANDED: dict[Format, Handed] = {"html": "handover-html", "pdf": "handover-pdf"}
Labels = Literal["labels-pdf"]
"""The label sheet of the board, beside the PDF, where breakers were traced."""
Part = Format | Handed | Labels
FORMATS: tuple[Format, ...] = ("json", "html", "pdf", "csv", "txt")
USUAL: tuple[Format, ...] = ("html", "pdf", "csv", "json")
_ODD = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Written:
    files: dict[Part, Path]
    digest: str
    """sha256 of the JSON file."""


class ReportExistsError(CannotWriteError):
    """A report of this name exists, and nobody allowed to write over it.

    Attributes:
        files: which files are in the way.
    """

    def __init__(self, files: list[Path]) -> None:
        self.files = files
        names = ", ".join(path.name for path in files)
        super().__init__(
            fact("report.error.exists", names=names, folder=str(files[0].parent)), fact("report.error.exists_advice")
        )


def rendered(
    report: Report,
    formats: Iterable[Part],
    progress: Callable[[str], None] = lambda _: None,
    csv_separator: CsvSeparator | None = None,
) -> tuple[dict[Part, bytes], str]:
    """All formats as bytes, the JSON among them whatever is asked: it is what the hash on every page is of.

    Returns:
        Content by format, and the sha256 of the JSON.
    """
    progress("json")
    content = encode(report)
    document, hashed = decode(content), digest(content)  # the renderers see what a reader of the file would
    made: dict[Part, bytes] = {"json": content}
    for wanted in dict.fromkeys(formats):
        if wanted != "json":
            progress(wanted.replace("-", "."))
            made[wanted] = made_of(document, wanted, hashed, content, csv_separator)
    return made, hashed


def made_of(
    report: Report, wanted: Part, hashed: str, content: bytes, csv_separator: CsvSeparator | None = None
) -> bytes:
    """One format of a report, always the same of the same.

    Args:
        report: as read from its JSON.
        wanted: which.
        hashed: sha256 of the JSON.
        content: the JSON itself.
        csv_separator: as `rendered` takes it.
    """
    if wanted == "json":
        return content
    if wanted == "html":
        from smappee_tui.report.render import html

        return html.render(report, hashed)
    if wanted == "pdf":
        from smappee_tui.report.render import pdf

        return pdf.render(report, hashed, content)
    if wanted == "handover-html":
        from smappee_tui.report.render import handover_html

        return handover_html.render(report, hashed)
    if wanted == "handover-pdf":
        from smappee_tui.report.render import handover_pdf

        return handover_pdf.render(report, hashed)
    if wanted == "labels-pdf":
        from smappee_tui.report.render import labels

        return labels.of_report(report, hashed)
    if wanted == "csv":
        from smappee_tui.report.render import csv_file

        return csv_file.render(report, csv_separator)
    from smappee_tui.report.render import text

    return text.render(report, hashed)


def site_file_name(report: Report) -> str:
    """The same by whose installation it is: "Kerkstraat-1-2026-03-31-141500"; as `file_name` where nobody said."""
    for text in () if report.header.redacted else (report.site.name, report.site.customer, report.site.address):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        words = _ODD.sub("-", plain).strip("-")[:40].rstrip("-")
        if words:
            return f"{words}-{_moment(report)}"
    return file_name(report)


def file_name(report: Report) -> str:
    """A name without ending that sorts by serial number and time and that every file system takes."""
    serial = _ODD.sub("", report.devices.serial)[:20] or "unknown"
    return f"report-{serial}-{_moment(report)}"


def _moment(report: Report) -> str:
    return _ODD.sub("", report.header.generated[:19].replace("T", "-").replace(":", ""))[:17]


def write(
    report: Report,
    folder: Path,
    formats: Iterable[Format],
    *,
    handover: bool = True,
    force: bool = False,
    name: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
    csv_separator: CsvSeparator | None = None,
) -> Written:
    """Write a report, each file all at once or not at all.

    Args:
        report: what to write.
        folder: made where it does not exist.
        formats: which; the JSON always comes along.
        handover: with the page for the customer, as HTML and PDF where the report is written so.
        force: write over an older report of the same name.
        name: of the files, without ending; by default from serial number and time.
        progress: called with the name of each format before it is made, and with "files" before they are written.
        csv_separator: as `csv_file.render` takes it.

    Raises:
        ReportExistsError: without `force`, when a file of that name exists; nothing was written then.
        CannotWriteError: when the folder takes no files.
    """
    chosen: list[Part] = ["json", *formats]
    chosen += [HANDED[one] for one in HANDED if one in chosen] if handover else []
    chosen += ["labels-pdf"] if report.circuits and "pdf" in chosen else []
    base = name or file_name(report)
    files = {one: folder / f"{base}{_ending(one)}" for one in dict.fromkeys(chosen)}
    try:
        _free(files.values(), force)
        made, hashed = rendered(report, files, progress, csv_separator)
        progress("files")
        folder.mkdir(parents=True, exist_ok=True)
        _put(files, made, force)
    except OSError as error:
        raise CannotWriteError(
            fact("report.error.unwritable", folder=str(folder), why=error.strerror or str(error)),
            fact("report.error.unwritable_advice"),
        ) from error
    return Written(files, hashed)


def handed(files: Mapping[Part, Path]) -> Path | None:
    """Of written files the page for the customer, the PDF if there is one; None where it was left out."""
    return files.get("handover-pdf") or files.get("handover-html")


def _ending(part: Part) -> str:
    """Of a file's name."""
    handed, _, kind = part.rpartition("-")
    return f"-{handed}.{kind}" if handed else f".{kind}"


def _free(paths: Iterable[Path], force: bool) -> None:
    there = [path for path in paths if path.exists()]
    if there and not force:
        raise ReportExistsError(there)


def _put(files: dict[Part, Path], made: dict[Part, bytes], force: bool) -> None:
    """Write everything beside its place first, then put it there: a full disk leaves what was there before.

    Raises:
        ReportExistsError: without `force`, when a file has appeared meanwhile.
        OSError: when something cannot be written; nothing has been put in place then.
    """
    fresh: dict[Path, Path] = {}
    try:
        for one, path in files.items():
            fresh[path] = write_temporary(path, made[one])
            fresh[path].chmod(0o644)  # as any other document; a temporary file is its owner's only
        _free(files.values(), force)
        for path, waiting in fresh.items():
            waiting.replace(path)
    finally:
        for waiting in fresh.values():
            waiting.unlink(missing_ok=True)
