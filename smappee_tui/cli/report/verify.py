"""`smappee-tui report verify`: do these files belong together?"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli import exits
from smappee_tui.cli.console import complain, out, painter, say, speaks_utf8
from smappee_tui.cli.exits import UsageError, guarded
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.report.verify import GivenFile, Outcome

_MARKS: dict[Outcome, str] = {"agrees": "✓", "differs": "✗", "open": "?"}
_PLAIN: dict[Outcome, str] = {"agrees": "ok", "differs": "NO", "open": "?"}
_STYLES: dict[Outcome, str] = {"agrees": "ok", "differs": "fault", "open": "warning"}
_PIECE = 1024 * 1024


@guarded
def verify(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Of one report or several: JSON, PDF, HTML, CSV, text, photos, a diff's JSON."
        ),
    ],
    printed: Annotated[
        str, typer.Option("--hash", metavar="HEX", help="The hash as it stands on a page, or its first 8 signs.")
    ] = "",
) -> int:
    """Check whether files of a report belong together, by schema and hash.

    Names what was found for each file on stdout. Leaves with 0 when all belong together, 3 when one does not or cannot
    be read, 4 when one could not be compared. It never shows who wrote a file.
    """
    from smappee_tui.report.verify import verify as checked_of

    printed = "".join(printed.split()).lower()
    if printed and (not 8 <= len(printed) <= 64 or set(printed) - set("0123456789abcdef")):
        raise UsageError(fact("verify.no_hash"), fact("verify.no_hash_advice"))
    given, unread = [], 0
    for path in files:
        try:
            given.append(_given(path))
        except OSError as error:
            from smappee_tui.connect.plain_file import why

            unread += 1
            complain(fact("report_command.unreadable", path=str(path), reason=why(error)))
    found = checked_of(given, printed)
    marks, paint = _MARKS if speaks_utf8(sys.stdout) else _PLAIN, painter()
    for one in found:
        out(f"{paint(marks[one.outcome], _STYLES[one.outcome])} {clean(one.name)}: {current().fact(one.said)}")
    say(tr("verify.proves"))
    if unread or any(one.outcome == "differs" for one in found):
        return exits.CANNOT
    return exits.UNDECIDED if any(one.outcome == "open" for one in found) else exits.OK


def _given(path: Path) -> GivenFile:
    """Read a file; of a large one only the hash. Raises OSError."""
    from smappee_tui.connect.plain_file import open_plain
    from smappee_tui.report.render.json_file import LARGEST_FILE
    from smappee_tui.report.verify import GivenFile

    hashed, kept, size = hashlib.sha256(), [], 0
    with open_plain(path) as file:
        while piece := file.read(_PIECE):
            hashed.update(piece)
            size += len(piece)
            if size <= LARGEST_FILE:
                kept.append(piece)
            else:
                kept.clear()
    return GivenFile(str(path), hashed.hexdigest(), b"".join(kept) if size <= LARGEST_FILE else None)
