"""`smappee-tui report diff`: two reports compared."""

from __future__ import annotations

import sys
from pathlib import Path

from smappee_tui.cli import exits
from smappee_tui.cli.console import complain, out, speaks_utf8
from smappee_tui.cli.values import as_text
from smappee_tui.connect.errors import CannotReadError
from smappee_tui.i18n import Language, Translator
from smappee_tui.report.model import Report
from smappee_tui.report.render.json_file import LARGEST_FILE, NotAReportError, decode


def read_report(path: Path) -> Report:
    """Read the JSON of a report.

    Raises:
        CannotReadError: when it cannot be read, or is none.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CannotReadError(
            f"The report {path} cannot be read: {error.strerror or error}.", "Check the name and the permissions."
        ) from error
    try:
        return decode(content)
    except NotAReportError as error:
        raise CannotReadError(f"{path} cannot be compared. {error}", "Name the JSON file of a report.") from error


def compared(old: Path, new: Path, *, as_json: bool, language: Language | None = None) -> int:
    """Print the comparison; the exit code is that of the later report.

    Args:
        old: the earlier report.
        new: the later one.
        as_json: as data, which has one language only: that of the diagnosis.
        language: of the text; None: that of the later report.
    """
    import msgspec

    from smappee_tui.report.diff import compare
    from smappee_tui.report.render.diff_text import diff_text

    before, after = read_report(old), read_report(new)
    found = compare(before, after)
    words = Translator("en" if as_json else language or after.header.language)
    if not found.same_site:
        complain(words("diff.two_sites"), words("diff.two_sites_advice"))
    if as_json:
        out(as_text(msgspec.to_builtins(found), ascii_only=not speaks_utf8(sys.stdout)))
    else:
        from smappee_tui.cli.console import columns

        out(diff_text(found, max(40, min(columns(), 120)), words))
    if after.header.result == "faults":
        return exits.FAULT
    return exits.UNDECIDED if after.header.untested else exits.OK
