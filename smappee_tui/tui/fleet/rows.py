"""The columns of the list of locations: what stands in each, how wide it is, and in which tone."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from smappee_tui.fleet.view import LocationRow, Order
from smappee_tui.fleet.words import finding_word, verdict_word
from smappee_tui.i18n import tr
from smappee_tui.i18n.text import clean, fit
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.tui.widgets.lines import Piece
from smappee_tui.tui.widgets.words import NONE, ago, grouped, watts

SIGNS = {"fault": ("✕", "fault"), "ok": ("✓", "ok"), "undecided": ("◔", "wait"), "not_judged": ("○", "dim")}
"""Sign and tone of each verdict."""
_WHAT, _FEWEST = 12, 3
"""Cells that what is the matter takes at least: columns at the right give way to it, down to so many."""
_WIDE = 100
"""Cells from which on there is room for all columns."""


class FleetColumn(NamedTuple):
    """One column."""

    key: str
    width: int
    text: Callable[[LocationRow, float], str]
    """Of a row, at a moment in s since 1970."""
    tone: Callable[[LocationRow], str]
    order: Order | None = None
    """How the rows stand where it sorts them."""
    right: bool = False
    wide: bool = False
    """Only where there is room."""

    @property
    def title(self) -> str:
        return tr(f"fleet_screen.column.{self.key}")

    def cell(self, row: LocationRow, now: float, width: int) -> Piece:
        return fit(self.text(row, now), width, right=self.right) + " ", self.tone(row)


def _verdict(row: LocationRow, _now: float) -> str:
    return f"{SIGNS[row.verdict][0]} {verdict_word(row.verdict)}"


def what(row: LocationRow) -> str:
    """What is the matter with it; "" where nothing is."""
    parts = [] if row.live else [finding_word("silent")]
    parts += [finding_word(code) for code in row.findings]
    if row.battery_low and not any(code.startswith("battery") for code in row.findings):
        parts.append(finding_word("battery-low"))
    if row.plug_trouble and not any(code.startswith("plug") for code in row.findings):
        parts.append(finding_word("plug-trouble"))
    return ", ".join(parts)


def _troubled(row: LocationRow) -> str:
    if row.verdict == "fault":
        return "fault"
    return "warn" if not row.live or row.battery_low or row.plug_trouble else "text"


def _since(at: float | None, now: float) -> str:
    return ago(round(max(0.0, now - at))) if at else NONE


def _known(value: float) -> float | None:
    return value if value == value else None


COLUMNS = (
    FleetColumn("serial", 10, lambda r, _: clean(r.serial, 40) or NONE, lambda _: "strong", "serial"),
    FleetColumn("verdict", 12, _verdict, lambda r: SIGNS[r.verdict][1], "worst"),
    FleetColumn("what", 0, lambda r, _: what(r), _troubled),
    FleetColumn(
        "inputs", 6, lambda r, _: str(r.channels) if r.channels else NONE, lambda _: "dim", "channels", True, True
    ),
    FleetColumn("rate", 5, lambda r, _: grouped(r.rate, 1) if r.live else NONE, lambda _: "dim", "rate", True, True),
    FleetColumn("watts", 9, lambda r, _: watts(_known(r.watts)) if r.live else NONE, lambda _: "text", "watts", True),
    FleetColumn("last", 7, lambda r, now: _since(r.last, now), lambda r: "dim" if r.live else "warn", "last", True),
    FleetColumn("judged", 7, lambda r, now: _since(r.judged, now), lambda _: "dim", "judged", True),
    FleetColumn("changed", 7, lambda r, now: _since(r.changed, now), lambda _: "dim", "changed", True, True),
    FleetColumn("uuid", 8, lambda r, _: clean(r.uuid, 40)[:8], lambda _: "dim", None, False, True),
)


def row_text(row: LocationRow) -> str:
    """One location for the clipboard, cells apart by tabs."""
    cells = (row.serial, row.uuid, verdict_word(row.verdict), what(row))
    return "\t".join(clean(cell) for cell in cells)


ORDERS: tuple[Order, ...] = ("worst", "changed", "last", "judged", "watts", "rate", "channels", "serial")
"""As the key that sorts goes through them."""


def columns_in(room: int) -> tuple[tuple[FleetColumn, int], ...]:
    """The columns that fit into so many cells, with their widths; what is the matter takes what is left."""
    shown = [column for column in COLUMNS if room >= _WIDE or not column.wide]
    while True:
        sizes = {column.key: max(column.width, _least(column)) for column in shown if column.width}
        left = room - 1 - sum(sizes.values()) - len(shown)
        if left >= _WHAT or len(shown) <= _FEWEST:
            break
        shown.pop()
    left = max(1, left)
    return tuple((column, sizes.get(column.key, left)) for column in shown)


def _least(column: FleetColumn) -> int:
    """The widest word that stands in it."""
    if column.key == "verdict":
        return 2 + max(cells_of(verdict_word(word)) for word in SIGNS)  # type: ignore[arg-type]
    return cells_of(column.title) + (1 if column.order else 0)
