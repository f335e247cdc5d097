"""Which channels the table shows, and in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from smappee_tui.diagnosis.judgement import FAULTS, ChannelVerdict, Judgement
from smappee_tui.site import ChannelView, SiteView
from smappee_tui.tui.columns import BY_KEY, Row


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The person's wish. Immutable: each change gives a new one."""

    order: str = "input"
    """Key of the column to sort by."""
    descending: bool = False
    text: str = ""
    """Only rows that contain all of these words."""
    only_faults: bool = False
    hide_unused: bool = False

    def sorted_by(self, key: str) -> Arrangement:
        """Sort by this column; by the same one again: the other way round."""
        if key == self.order:
            return replace(self, descending=not self.descending)
        return replace(self, order=key, descending=BY_KEY[key].falls)

    @property
    def filters(self) -> tuple[str, ...]:
        """What hides rows, in words."""
        words = (
            f"“{self.text}”" if self.text else "",
            "only faults" if self.only_faults else "",
            "unused hidden" if self.hide_unused else "",
        )
        return tuple(word for word in words if word)


def rows_of(view: SiteView, judgement: Judgement) -> list[Row]:
    """One row a channel, by input."""
    return [Row(channel, judgement.channels.get(channel.input)) for channel in view.channels]


def arranged(rows: list[Row], wish: Arrangement) -> list[Row]:
    """The rows wanted, in the order wanted. Unknown values come last whichever way it goes."""
    words = wish.text.casefold().split()
    kept = [row for row in rows if _wanted(row, wish) and all(word in _text(row) for word in words)]
    value = BY_KEY[wish.order].order
    if wish.order == "input":
        kept.sort(key=lambda row: row.channel.input, reverse=wish.descending)
        return kept
    known = [(key, row) for row in kept if (key := value(row)) is not None]
    unknown = [row for row in kept if value(row) is None]
    known.sort(key=lambda pair: pair[0], reverse=wish.descending)  # stable: equals stay by input
    return [row for _, row in known] + unknown


def _wanted(row: Row, wish: Arrangement) -> bool:
    verdict = row.verdict
    if wish.only_faults and not (verdict is not None and verdict.verdict in FAULTS):
        return False
    return not (wish.hide_unused and _unused(row.channel, verdict))


def _unused(channel: ChannelView, verdict: ChannelVerdict | None) -> bool:
    """An unused input that carries current is worth seeing, so the verdict decides where there is one."""
    return verdict.verdict == "unused" if verdict is not None else channel.role == "UNUSED"


def _text(row: Row) -> str:
    return " ".join(
        BY_KEY[key].raw(row) for key in ("input", "name", "role", "phase", "verdict", "hub", "ct")
    ).casefold()
