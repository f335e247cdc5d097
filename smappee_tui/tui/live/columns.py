"""The columns of the channel table: what each shows, how it sorts, and how much it matters on a narrow terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from smappee_tui.app import signs
from smappee_tui.diagnosis.judgement import WAITING, ChannelVerdict, Judgement, Severity
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, fit, text_cell
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.site.view import ChannelView, SiteView
from smappee_tui.tui.widgets import words

if TYPE_CHECKING:
    from smappee_tui.diagnosis.remedy.preview import ChannelPreview


class ChannelRow(NamedTuple):
    """One channel of the table."""

    channel: ChannelView
    verdict: ChannelVerdict | None
    mark: Severity | None = None
    """The weightiest finding that names it."""
    proposed: ChannelPreview | None = None
    """`channel` is what it would read under the correction sheet, and this says how sure that is; None: as measured."""

    @property
    def measured(self) -> ChannelRow:
        """The row as it is measured now."""
        return self if self.proposed is None else self._replace(channel=self.proposed.now, proposed=None)

    @property
    def sign(self) -> str:
        """The sign of its verdict; where a fault or a warning names it, that one's."""
        return signs.glyph_of(self.verdict, configured=self.channel.setting is not None, mark=self.mark)

    @property
    def tone(self) -> str:
        """The tone of its sign."""
        return signs.tone_of(self.verdict, configured=self.channel.setting is not None, mark=self.mark)

    @property
    def wrong(self) -> bool:
        """It is a fault, or a fault names it."""
        return signs.wrong(self.verdict, self.mark)

    @property
    def title(self) -> str:
        """Its verdict in a few words."""
        return words.title_of(self.verdict, configured=self.channel.setting is not None)


class ChannelColumn(NamedTuple):
    """One column. `raw` is what a copy carries, `cell` what the screen shows."""

    key: str
    width: int
    """Cells it needs at least."""
    rank: int
    """0 matters most; the highest rank goes first where room is short."""
    raw: Callable[[ChannelRow], str]
    order: Callable[[ChannelRow], Any]
    """Sorting value; None sorts last."""
    cell: Callable[[ChannelRow], str] | None = None
    """Form for the screen, where it differs from `raw`."""
    short: Callable[[ChannelRow], str] | None = None
    """Form for where that does not fit."""
    tone: Callable[[ChannelRow], str] | None = None
    right: bool = False
    falls: bool = False
    """Sorts the largest first."""
    moves: bool = False
    """Its cell changes with each measurement; the others only with configuration and verdict."""

    @property
    def title(self) -> str:
        """What stands above it."""
        return tr(f"live.column.{self.key}")

    def text(self, row: ChannelRow, width: int) -> str:
        """The cell, exactly `width` wide."""
        content = (self.cell or self.raw)(row)
        if self.short is not None and cells_of(content) > width:
            content = self.short(row)
        return fit(clean(content), width, right=self.right)


def _pf(row: ChannelRow) -> str:
    pf = row.channel.pf
    return words.NONE if pf is None else f"{pf.value:.2f}"


def _phase(row: ChannelRow) -> str:
    setting = row.channel.setting
    if setting is None:
        return (phase_name(row.channel.phase) or words.NONE) + ("?" if row.channel.phase is not None else "")
    return (
        (phase_name(setting.phase) or words.NONE)
        + ("×3" if setting.balanced else "")
        + (f" {tr('live.rev')}" if setting.reversed else "")
    )


def _verdict_order(row: ChannelRow) -> tuple[int, float]:
    first, sure = first_order(row)
    verdict = row.verdict
    if first < signs.REST:
        return (first, sure)
    if verdict is None:
        return (7 if row.channel.setting is None else 3, 0.0)
    if verdict.verdict in WAITING:
        return (3 if verdict.verdict == "inconclusive" else 4, 0.0)
    return (5 if verdict.verdict == "ok" else 6, -verdict.confidence)


def first_order(row: ChannelRow) -> tuple[int, float]:
    """Faults by certainty, what a warning names, then the rest."""
    return signs.first_order(row.verdict, row.mark)


def _plain(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _name(row: ChannelRow) -> str:
    return words.channel_name(row.channel)


def _role(row: ChannelRow) -> str:
    return words.role_word(row.channel.role, row.channel.connection)


def _ct(row: ChannelRow) -> str:
    return (row.channel.setting.ct_type or "") if row.channel.setting else ""


def _hub(row: ChannelRow) -> str:
    return (row.channel.setting.hub or "") if row.channel.setting else ""


def _verdict(row: ChannelRow) -> str:
    if row.proposed is not None:
        return f"= {_proposed(row.proposed)}"
    return f"{row.sign} {row.title}"


def _proposed(one: ChannelPreview) -> str:
    """Instead of a verdict: what stands there now."""
    if one.known == "unknown":
        return tr("preview.row.move")
    now = one.now.setting
    place = (phase_name(now.phase) if now is not None else None) or words.NONE
    if now is not None and now.reversed:
        place += f" {tr('live.rev')}"
    return tr("preview.row.now", place=place, watts=words.watts(one.now.watts))


_KNOWN = {"about": "≈", "two_values": "?"}


def _known(row: ChannelRow, value: str) -> str:
    """A value with the sign that says how sure it is, where it is no measured one."""
    return value if row.proposed is None or value == words.NONE else _KNOWN.get(row.proposed.known, "") + value


def _wide_verdict(row: ChannelRow) -> str:
    """Of a channel that waits for something, what it waits for."""
    verdict = row.verdict
    if (
        row.proposed is not None
        or verdict is None
        or verdict.verdict not in WAITING
        or verdict.advice is None
        or verdict.watching
        or row.wrong
    ):
        return _verdict(row)
    return f"{row.sign} {words.first_sentence(current().fact(verdict.advice))}"


def _short_verdict(row: ChannelRow) -> str:
    if row.proposed is None and row.verdict is not None and row.verdict.verdict == "ok":
        return f"{row.sign} {tr('words.verdict.ok')}"
    return _verdict(row)


def _dim(row: ChannelRow) -> str:
    return "dim"


COLUMNS: tuple[ChannelColumn, ...] = (
    ChannelColumn(
        "input",
        3,
        0,
        lambda r: str(r.channel.input),
        lambda r: r.channel.input,
        cell=lambda r: f"={r.channel.input}" if r.proposed is not None else str(r.channel.input),
        right=True,
        tone=lambda r: "dim" if r.proposed is None else "key",
    ),
    ChannelColumn("name", 12, 1, _name, lambda r: _name(r).casefold()),
    ChannelColumn("role", 7, 7, _role, _role, tone=_dim),
    ChannelColumn("phase", 6, 2, _phase, lambda r: r.channel.phase),
    ChannelColumn(
        "amps",
        6,
        5,
        lambda r: _plain(r.channel.amps, 1),
        lambda r: r.channel.amps,
        cell=lambda r: words.amps(r.channel.amps),
        right=True,
        falls=True,
        moves=True,
    ),
    ChannelColumn(
        "watts",
        7,
        3,
        lambda r: _plain(r.channel.watts, 0),
        lambda r: r.channel.watts,
        cell=lambda r: _known(r, words.grouped(r.channel.watts)),
        short=lambda r: _known(r, words.kilo(r.channel.watts)),
        right=True,
        falls=True,
        moves=True,
    ),
    ChannelColumn(
        "pf",
        5,
        6,
        _pf,
        lambda r: r.channel.pf.value if r.channel.pf else None,
        cell=lambda r: words.NONE if r.channel.pf is None else _known(r, current().number(r.channel.pf.value, ".2f")),
        right=True,
        moves=True,
    ),
    ChannelColumn(
        "volts",
        4,
        9,
        lambda r: _plain(r.channel.volts, 0),
        lambda r: r.channel.volts,
        cell=lambda r: words.grouped(r.channel.volts),
        right=True,
        tone=_dim,
        moves=True,
    ),
    ChannelColumn(
        "verdict",
        17,
        0,
        lambda r: r.title,
        _verdict_order,
        cell=_wide_verdict,
        short=_short_verdict,
        tone=lambda r: r.tone if r.proposed is None else "info",
    ),
    ChannelColumn("trend", 12, 8, lambda r: "", lambda r: r.channel.input, tone=lambda r: "trend", moves=True),
    ChannelColumn("hub", 13, 10, _hub, lambda r: _hub(r) or None, tone=_dim),
    ChannelColumn("ct", 9, 11, _ct, lambda r: _ct(r) or None, tone=_dim),
)
BY_KEY = {column.key: column for column in COLUMNS}
_GAP = 1
_ENOUGH = (("verdict", 22), ("name", 15))
"""What verdict and name take before any number but the power comes beside them."""
_COMFORT = (("verdict", 22), ("name", 18), ("verdict", 26), ("name", 24))
_PLENTY = (("trend", 24), ("name", 34), ("verdict", 40))
"""Who gets what room is left, in turn, and up to how much: first what one reads, then what is nice to have."""
_NUMBERS, _EXTRA = 5, 10
"""From these ranks on, a column comes only once the others have enough, and once they are comfortable."""


@lru_cache(maxsize=16)
def chosen(width: int, without: frozenset[str] = frozenset()) -> tuple[tuple[ChannelColumn, int], ...]:
    """The columns that fit into so many cells, with their widths, in the order of the table.

    Args:
        width: cells of a row, without the cursor's mark.
        without: columns that have nothing to show here, such as the CT hub on a monitor that has none.
    """
    left = width
    kept: dict[str, int] = {}
    enough = comfortable = False
    for column in sorted(COLUMNS, key=lambda c: c.rank):
        if column.key in without:
            continue
        if column.rank >= _NUMBERS and not enough:
            left, enough = _grow(kept, left, _ENOUGH), True
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


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The person's wish. Immutable: each change gives a new one."""

    order: str = ""
    """Key of the column to sort by; "": faults first, else by input."""
    descending: bool = False
    text: str = ""
    """Only rows that contain all of these words."""
    only_faults: bool = False
    hide_unused: bool = False

    def sorted_by(self, key: str) -> Arrangement:
        """Sort by this column; by the same one again: the other way round."""
        if key == self.order:
            return replace(self, descending=not self.descending)
        return replace(self, order=key, descending=bool(key) and BY_KEY[key].falls)

    @property
    def filters(self) -> tuple[str, ...]:
        """What hides rows, in words."""
        words = (
            f"“{self.text}”" if self.text else "",
            tr("live.only_faults") if self.only_faults else "",
            tr("live.unused_hidden") if self.hide_unused else "",
        )
        return tuple(word for word in words if word)


def rows_of(view: SiteView, judgement: Judgement) -> list[ChannelRow]:
    """One row a channel, by input."""
    marks = judgement.marks()
    return [
        ChannelRow(channel, judgement.channels.get(channel.input), marks.get(channel.input))
        for channel in view.channels
    ]


def arranged(rows: list[ChannelRow], wish: Arrangement) -> list[ChannelRow]:
    """The rows wanted, in the order wanted. Unknown values come last whichever way it goes."""
    words = wish.text.casefold().split()
    kept = [row for row in rows if _wanted(row, wish) and all(word in _text(row) for word in words)]
    if not wish.order:
        kept.sort(key=lambda row: (first_order(row)[0], row.channel.input), reverse=wish.descending)
        return kept
    value = BY_KEY[wish.order].order
    if wish.order == "input":
        kept.sort(key=lambda row: row.channel.input, reverse=wish.descending)
        return kept
    known = [(key, row) for row in kept if (key := value(row)) is not None]
    unknown = [row for row in kept if value(row) is None]
    known.sort(key=lambda pair: pair[0], reverse=wish.descending)  # stable: equals stay by input
    return [row for _, row in known] + unknown


def _wanted(row: ChannelRow, wish: Arrangement) -> bool:
    verdict = row.verdict
    if wish.only_faults and not (row.wrong or row.mark is not None):
        return False
    return not (wish.hide_unused and _unused(row.channel, verdict))


def _unused(channel: ChannelView, verdict: ChannelVerdict | None) -> bool:
    """An unused input that carries current is worth seeing, so the verdict decides where there is one."""
    return verdict.verdict == "unused" if verdict is not None else channel.role == "UNUSED"


def _text(row: ChannelRow) -> str:
    return " ".join(
        BY_KEY[key].raw(row) for key in ("input", "name", "role", "phase", "verdict", "hub", "ct")
    ).casefold()


_COPIED = [column for column in COLUMNS if column.key != "trend"]


def tsv(rows: Iterable[ChannelRow]) -> str:
    """Titles and one line a row; numbers bare, texts on one line and unable to start a formula."""
    lines = [
        "\t".join(
            [
                *(column.title if column.key != "input" else tr("live.copied_input") for column in _COPIED),
                tr("live.copied_confidence"),
            ]
        )
    ]
    for row in (shown.measured for shown in rows):
        cells = [
            column.raw(row)
            if _numeric(column.key)
            else (raw if (raw := column.raw(row)) == words.NONE else text_cell(raw))
            for column in _COPIED
        ]
        cells.append("" if row.verdict is None or not row.verdict.confidence else f"{row.verdict.confidence:.3f}")
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def _numeric(key: str) -> bool:
    return key in ("input", "amps", "watts", "pf", "volts")
