"""The columns of the channel table: what each shows, how it sorts, and how much it matters on a narrow terminal."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from smappee_tui.diagnosis.judgement import FAULTS, WAITING, ChannelVerdict
from smappee_tui.site import ChannelView
from smappee_tui.tui import words
from smappee_tui.tui.text import fit, shown, width_of


class Row(NamedTuple):
    """One channel of the table."""

    channel: ChannelView
    verdict: ChannelVerdict | None

    @property
    def sign(self) -> str:
        """The sign of its verdict."""
        return words.glyph_of(self.verdict, configured=self.channel.setting is not None)

    @property
    def tone(self) -> str:
        """The tone of its verdict."""
        return words.tone_of(self.verdict, configured=self.channel.setting is not None)

    @property
    def title(self) -> str:
        """Its verdict in a few words."""
        return words.title_of(self.verdict, configured=self.channel.setting is not None)


class Column(NamedTuple):
    """One column. `raw` is what a copy carries, `cell` what the screen shows."""

    key: str
    title: str
    width: int
    """Cells it needs at least."""
    rank: int
    """0 matters most; the highest rank goes first where room is short."""
    raw: Callable[[Row], str]
    order: Callable[[Row], Any]
    """Sorting value; None sorts last."""
    cell: Callable[[Row], str] | None = None
    """Form for the screen, where it differs from `raw`."""
    short: Callable[[Row], str] | None = None
    """Form for where that does not fit."""
    tone: Callable[[Row], str] | None = None
    right: bool = False
    falls: bool = False
    """Sorts the largest first."""

    def text(self, row: Row, width: int) -> str:
        """The cell, exactly `width` wide."""
        content = (self.cell or self.raw)(row)
        if self.short is not None and width_of(content) > width:
            content = self.short(row)
        return fit(shown(content), width, self.right) if self.right else shown(content, width)


def _pf(row: Row) -> str:
    pf = row.channel.pf
    return words.NONE if pf is None else f"{pf.value:.2f}"


def _phase(row: Row) -> str:
    setting = row.channel.setting
    if setting is None:
        return words.phase_word(row.channel.phase) + ("?" if row.channel.phase is not None else "")
    return words.phase_word(setting.phase) + ("×3" if setting.balanced else "") + (" rev" if setting.reversed else "")


def _verdict_order(row: Row) -> tuple[int, float]:
    verdict = row.verdict
    if verdict is None:
        return (5 if row.channel.setting is None else 1, 0.0)
    if verdict.verdict in FAULTS:
        return (0, -verdict.confidence)
    if verdict.verdict in WAITING:
        return (1 if verdict.verdict == "inconclusive" else 2, 0.0)
    return (3 if verdict.verdict == "ok" else 4, -verdict.confidence)


def _plain(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _name(row: Row) -> str:
    return row.channel.name.strip() or f"input {row.channel.input}"


def _role(row: Row) -> str:
    return words.role_word(row.channel.role, row.channel.connection)


def _ct(row: Row) -> str:
    return (row.channel.setting.ct_type or "") if row.channel.setting else ""


def _hub(row: Row) -> str:
    return (row.channel.setting.hub or "") if row.channel.setting else ""


def _verdict(row: Row) -> str:
    return f"{row.sign} {row.title}"


def _short_verdict(row: Row) -> str:
    return "✓ ok" if row.verdict is not None and row.verdict.verdict == "ok" else _verdict(row)


def _dim(row: Row) -> str:
    return "dim"


COLUMNS: tuple[Column, ...] = (
    Column("input", "#", 3, 0, lambda r: str(r.channel.input), lambda r: r.channel.input, right=True, tone=_dim),
    Column("name", "name", 12, 2, _name, lambda r: _name(r).casefold()),
    Column("role", "role", 7, 6, _role, _role, tone=_dim),
    Column("phase", "phase", 6, 3, _phase, lambda r: r.channel.phase),
    Column(
        "amps",
        "A",
        6,
        4,
        lambda r: _plain(r.channel.amps, 1),
        lambda r: r.channel.amps,
        cell=lambda r: words.amps(r.channel.amps),
        right=True,
        falls=True,
    ),
    Column(
        "watts",
        "W",
        7,
        1,
        lambda r: _plain(r.channel.watts, 0),
        lambda r: r.channel.watts,
        cell=lambda r: words.grouped(r.channel.watts),
        short=lambda r: words.kilo(r.channel.watts),
        right=True,
        falls=True,
    ),
    Column("pf", "PF", 5, 5, _pf, lambda r: r.channel.pf.value if r.channel.pf else None, right=True),
    Column(
        "volts",
        "V",
        4,
        8,
        lambda r: _plain(r.channel.volts, 0),
        lambda r: r.channel.volts,
        cell=lambda r: words.grouped(r.channel.volts),
        right=True,
        tone=_dim,
    ),
    Column(
        "verdict",
        "verdict",
        17,
        0,
        lambda r: r.title,
        _verdict_order,
        cell=_verdict,
        short=_short_verdict,
        tone=lambda r: r.tone,
    ),
    Column("trend", "last 2 min", 12, 7, lambda r: "", lambda r: r.channel.input, tone=lambda r: "trend"),
    Column("hub", "CT hub", 13, 9, _hub, lambda r: _hub(r) or None, tone=_dim),
    Column("ct", "CT type", 9, 10, _ct, lambda r: _ct(r) or None, tone=_dim),
)
BY_KEY = {column.key: column for column in COLUMNS}
_GAP = 1
_COMFORT = (("verdict", 20), ("name", 18), ("verdict", 26), ("name", 24))
_PLENTY = (("trend", 24), ("name", 34), ("verdict", 40))
"""Who gets what room is left, in turn, and up to how much: first what one reads, then what is nice to have."""
_EXTRA = 9
"""From this rank on, a column comes only once the others are comfortable."""


@lru_cache(maxsize=16)
def chosen(width: int, without: frozenset[str] = frozenset()) -> tuple[tuple[Column, int], ...]:
    """The columns that fit into so many cells, with their widths, in the order of the table.

    Args:
        width: cells of a row, without the cursor's mark.
        without: columns that have nothing to show here, such as the CT hub on a monitor that has none.
    """
    left = width
    kept: dict[str, int] = {}
    comfortable = False
    for column in sorted(COLUMNS, key=lambda c: c.rank):
        if column.key in without:
            continue
        if column.rank >= _EXTRA and not comfortable:
            left, comfortable = _grow(kept, left, _COMFORT), True
        need = column.width + _GAP
        if need > left:
            break  # what matters less than a column that does not fit does not come either
        kept[column.key] = column.width
        left -= need
    left = _grow(kept, left, _COMFORT)
    _grow(kept, left, _PLENTY)
    return tuple((column, kept[column.key]) for column in COLUMNS if column.key in kept)


def _grow(kept: dict[str, int], left: int, wishes: tuple[tuple[str, int], ...]) -> int:
    for key, most in wishes:
        if key in kept:
            more = max(0, min(left, most - kept[key]))
            kept[key] += more
            left -= more
    return left
