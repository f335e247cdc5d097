"""Words of a fleet that screen, command and messages share."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.fleet.roll import MOST_COUNTED
from smappee_tui.fleet.view import Change, FleetView, Kind, LocationRow, News
from smappee_tui.i18n import Translator, current
from smappee_tui.i18n.text import clean


def kind_word(kind: Kind, words: Translator | None = None) -> str:
    return (words or current())(f"fleet.kind.{kind}")


def verdict_word(verdict: News, words: Translator | None = None) -> str:
    return (words or current())(f"fleet.verdict.{verdict}")


def finding_word(code: str, words: Translator | None = None) -> str:
    """A finding in two or three words; one without words by its code. Its numbers are known while it is judged only."""
    said = words or current()
    return said(f"fleet.finding.{code}") if said.has(f"fleet.finding.{code}") else clean(code)


def name_of(row: LocationRow | Change) -> str:
    """The serial number, or the uuid where nobody told it."""
    return clean(row.serial, 40) or clean(row.uuid, 40)


def change_line(change: Change, words: Translator | None = None, *, uuid: bool = True) -> str:
    """One change in a line, with the uuid where a name alone would not do."""
    said = words or current()
    found = ", ".join(finding_word(code, said) for code in change.codes) if change.after == "fault" else ""
    return said(
        "fleet.changed_found" if found else "fleet.changed",
        name=f"{name_of(change)} ({clean(change.uuid, 40)})" if uuid and change.serial else name_of(change),
        before=verdict_word(change.before, said),
        after=verdict_word(change.after, said),
        **({"found": found} if found else {}),
    )


def limit_lines(view: FleetView, words: Translator | None = None) -> list[str]:
    """What was heard and counts for nothing, a sentence each."""
    said, lines = words or current(), []
    if view.lost:
        lines.append(said("cli.lost", count=view.lost))
    if view.turned_away:
        many = view.turned_away >= MOST_COUNTED  # further ones are not told apart any more
        lines.append(said("fleet.turned_away_many" if many else "fleet.turned_away", count=view.turned_away))
    if view.unreadable:
        lines.append(said("fleet.unreadable", count=view.unreadable))
    return lines


_FINE = frozenset({"workers", "partitions_moved"})
"""Notes that are no trouble."""


def trouble_lines(notes: Sequence[tuple[str, int]], words: Translator | None = None) -> list[str]:
    """What is limited or went wrong with the fleet itself, a sentence each; one without words by its code."""
    said = words or current()
    return [
        said(f"fleet.note.{code}", count=count)
        if said.has(f"fleet.note.{code}")
        else said("fleet.note.other", code=clean(code, 60), count=count)
        for code, count in notes
        if code not in _FINE
    ]
