"""The end of `smappee-tui report`: the files, their names on stdout, and what the report amounts to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from smappee_tui.cli.amounts import sized
from smappee_tui.cli.check_end import exit_code
from smappee_tui.cli.progress import Progress
from smappee_tui.cli.talk import out, say
from smappee_tui.report.build import build
from smappee_tui.report.formats import Format, write
from smappee_tui.report.model import Report
from smappee_tui.report.photos import MOST, photo_of

if TYPE_CHECKING:
    from smappee_tui.cli.watched import Watched
    from smappee_tui.diagnosis import Judge
    from smappee_tui.report.logbook import Logbook
    from smappee_tui.report.particulars import Particulars


@dataclass(frozen=True, slots=True)
class Wish:
    """How and where to write."""

    out: Path
    formats: tuple[Format, ...]
    name: str | None = None
    force: bool = False
    redact: bool = False
    photos: tuple[Path, ...] = ()
    embed_photos: bool = False


def written(
    seen: Watched,
    judge: Judge | None,
    said: Particulars,
    wish: Wish,
    *,
    logbook: Logbook | None = None,
    told: frozenset[str] | None = None,
) -> int:
    """Write the report of what was seen and say what it amounts to.

    Args:
        seen: the location and what is said of it.
        judge: who said it.
        said: the person's part.
        wish: how and where to write.
        logbook: what was said earlier on this visit.
        told: which settings the configuration tells at all; None: all.

    Returns:
        The exit code.

    Raises:
        CannotRead: for a photo that is none.
        CannotWrite: when the files cannot be written.
    """
    photos = tuple(photo_of(path, embed=wish.embed_photos) for path in wish.photos[:MOST])
    said = replace(said, photos=photos)
    report = build(seen.site, seen.judgement, said, judge=judge, logbook=logbook, told=told)
    if wish.redact:
        from smappee_tui.report.redact import redacted

        report = redacted(report)
    progress = Progress()
    try:
        done = write(
            report,
            wish.out,
            wish.formats,
            force=wish.force,
            name=wish.name,
            progress=lambda what: progress.line(lambda: f"writing {what} …"),
        )
    finally:
        progress.wipe()
    for path in done.files.values():
        out(str(path))
    _told(report, done.digest, sum(path.stat().st_size for path in done.files.values()))
    return exit_code(seen)


def _told(report: Report, digest: str, size: int) -> None:
    """Say what the report amounts to."""
    from smappee_tui.report.shown import Shown
    from smappee_tui.report.words import Words

    shown = Shown(report, Words("en"))
    say(f"{shown.title}. {shown.result}")
    if shown.under:
        say(shown.under)
    for what, which in shown.gaps():
        say(f"  {what}: {which}")
    say(f"{sized(size)} in all, SHA-256 of the JSON {digest}")
