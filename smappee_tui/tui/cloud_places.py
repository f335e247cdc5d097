"""The locations in lines, and the search through them."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.protocol.cloud import CloudLocation
from smappee_tui.protocol.products import product_of
from smappee_tui.tui.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.text import fit, shown


def found(locations: Sequence[CloudLocation], typed: str) -> list[CloudLocation]:
    """Those that contain every word typed: in the name, the serial number, the uuid or the number; by name."""
    words = typed.casefold().split()
    kept = [one for one in locations if all(word in _text(one) for word in words)]
    return sorted(kept, key=lambda one: (one.name.casefold(), one.id))


def _text(one: CloudLocation) -> str:
    return f"{one.name} {one.serial} {one.uuid} {one.id}".casefold()


def place_lines(kept: Sequence[CloudLocation], chosen: int, width: int) -> list[Line]:
    """Titles of the columns, and one line a location."""
    name = max(16, min(40, width - 46))
    lines = [line((fit(f"  {fit('Location', name)} {fit('Number', 9)} {fit('Serial', 10)} Monitor", width), "head"))]
    for number, one in enumerate(kept):
        here = number == chosen
        lines.append(
            line(
                ("▸ " if here else "  ", "key"),
                (fit(shown(one.name) or "(no name)", name), "strong" if here else "text"),
                " ",
                (fit(str(one.id), 9), "dim"),
                " ",
                (fit(shown(one.serial) or "-", 10), "text"),
                " ",
                (product_of(one.serial) if one.serial else "no monitor", "dim"),
            )
        )
    return lines


def nothing_lines(width: int) -> list[Line]:
    """An account without a location."""
    lines = [line(("○ ", "wait"), ("This account sees no location", "title")), BLANK]
    lines += paragraph("The login works, and the cloud's list is empty.", width)
    lines += [BLANK, line(("What to do", "title"))]
    steps = (
        "Let the customer share the location with the user that you log in with: in the app, Settings, Share.",
        "Is it another account? Leave, type `smappee-tui cloud login` and log in with that one.",
        "r reads the list again.",
    )
    for number, step in enumerate(steps, 1):
        lines += paragraph(step, width, first=line((f" {number}  ", "key")))
    return lines


def none_like(typed: str, count: int, width: int) -> list[Line]:
    """The search finds nothing."""
    text = f"None of the {count} locations contains “{shown(typed)}”. ⌫ takes a letter away, esc all of them."
    return paragraph(text, width, "text", line(("○ ", "wait")))
