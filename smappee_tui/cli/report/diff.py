"""`smappee-tui report diff`: two reports compared."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli import exits, language
from smappee_tui.cli.console import columns, complain, out, speaks_utf8
from smappee_tui.cli.exits import FailedError, guarded
from smappee_tui.cli.values import as_text
from smappee_tui.i18n import Language, Translator
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.report.model import Report


def read_report(path: Path) -> tuple[Report, str]:
    """Read the JSON of a report, and its sha256.

    Raises:
        FailedError: when it cannot be read, or is none.
    """
    from smappee_tui.connect.plain_file import open_plain, why
    from smappee_tui.report.render.json_file import LARGEST_FILE, NotAReportError, decode, digest

    try:
        with open_plain(path) as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise FailedError(
            fact("report_command.unreadable", path=str(path), reason=why(error)),
            fact("report_command.unreadable_advice"),
        ) from error
    try:
        return decode(content), digest(content)
    except NotAReportError as error:
        raise FailedError(
            fact("report_command.no_report", path=str(path), reason=error.what),
            fact("report_command.no_report_advice"),
        ) from error


def compared(old: Path, new: Path, *, as_json: bool, wanted: Language | None = None) -> int:
    """Print the comparison; the exit code is that of the later report.

    Args:
        old: the earlier report.
        new: the later one.
        as_json: as data, which has one language only: that of the diagnosis.
        wanted: language of the text; None: that of the later report.
    """
    import msgspec

    from smappee_tui.report.diff import compare, diff_text

    (before, earlier), (after, later) = read_report(old), read_report(new)
    found = compare(before, after, (earlier, later))
    words = Translator("en" if as_json else wanted or after.header.language)
    if not found.same_site:
        complain(words("diff.two_sites"), words("diff.two_sites_advice"))
    if as_json:
        out(as_text(msgspec.to_builtins(found), ascii_only=not speaks_utf8(sys.stdout)))
    else:
        out(diff_text(found, max(40, min(columns(), 120)), words))
    if after.header.result == "faults":
        return exits.FAULT
    return exits.UNDECIDED if after.header.untested else exits.OK


@guarded
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD.json", help="The earlier report.", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="NEW.json", help="The later one.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs; always in English.")] = False,
) -> int:
    """Compare two reports of one installation: what was mended, what is new, what moved.

    Leaves with 0 when the later one has no fault and everything in use is judged, 1 when it has a fault, 3 when a
    file cannot be read, 4 when some channel is not judged in the later one.
    """
    return compared(old, new, as_json=as_json, wanted=language.asked())
