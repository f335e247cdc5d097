"""Words of a fleet that screen, command and messages share."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.fleet.roll import MOST_COUNTED
from smappee_tui.fleet.view import Change, FleetView, Kind, LocationRow, News
from smappee_tui.i18n import Translator, current
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.fact import Fact, fact


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


def limits_of(view: FleetView) -> list[Fact]:
    """What was heard and counts for nothing, or is more than is counted."""
    many = view.turned_away >= MOST_COUNTED  # further ones are not told apart any more
    away = "fleet.turned_away_many" if many else "fleet.turned_away"
    told = (("cli.lost", view.lost), (away, view.turned_away), ("fleet.unreadable", view.unreadable))
    cut = [fact("fleet.changes_cut", count=len(view.changes))] if view.changes_cut else []
    return [*(fact(code, count=count) for code, count in told if count), *cut]


_FINE = frozenset({"workers", "partitions_moved"})
"""Notes that are no trouble."""


def troubles_of(notes: Sequence[tuple[str, int]]) -> list[Fact]:
    """What is limited or went wrong with the fleet itself; what has no words by its name."""
    has = current().has
    return [
        fact(f"fleet.note.{name}", count=count)
        if has(f"fleet.note.{name}")
        else Fact("fleet.note.other", {"code": clean(name, 60), "count": count})
        for name, count in notes
        if name not in _FINE
    ]
