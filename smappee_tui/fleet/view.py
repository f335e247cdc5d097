"""What a fleet looks like at one moment: counts, how far the sweep is, and rows of whoever is looked at.

Counts are numbers and stay what they were. Rows are made of the running fleet when they are asked for, and only those
asked for: ask on the thread that steps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

Word = Literal["fault", "ok", "undecided", "not_judged"]
"""What is said of a whole location: some CT or device is at fault; all in use are judged and right; some cannot be
judged yet; it had no turn."""
News = Literal["fault", "ok", "undecided", "not_judged", "silent", "live"]
"""What a change leads from and to: a verdict, or whether it speaks."""
Kind = Literal[
    "all",
    "live",
    "silent",
    "judged",
    "fault",
    "ok",
    "undecided",
    "not_judged",
    "battery_low",
    "plug_trouble",
    "changed",
]
"""Which locations a list holds; each count leads to the list of its name."""
KINDS: tuple[Kind, ...] = get_args(Kind)
Order = Literal["worst", "serial", "last", "judged", "changed", "watts", "rate", "channels"]
ORDERS: tuple[Order, ...] = get_args(Order)
DAY = 86_400.0
MOST_CHANGES = 1000
"""Changes that are at hand, the latest."""


class LocationRow(NamedTuple):
    """One location as a list shows it."""

    uuid: str
    serial: str
    """"" while nothing told it."""
    live: bool
    last: float
    """When the monitor itself was last heard, s since 1970; 0 for one that only the state of an earlier run knows."""
    rate: float
    """Measurements a second, of late."""
    watts: float
    """What the house takes from the grid, W, negative where it gives; NaN where not known. Up to half a minute old,
    see `FleetView.fresh`."""
    channels: int
    """CT inputs that are configured, or measure where no configuration came."""
    verdict: Word
    judged: float | None
    """When its last turn ended, s since 1970; None: it had none."""
    findings: tuple[str, ...]
    """Codes of what is a fault, or of what is a warning, the weightiest first."""
    battery_low: bool
    plug_trouble: bool
    changed: float | None
    """When its verdict last changed, s since 1970; None: never since it is known."""


class Change(NamedTuple):
    """A verdict that changed, or a monitor that fell silent or speaks again; told once."""

    number: int
    """Rises by one with each change, over restarts too."""
    at: float
    """s since 1970."""
    uuid: str
    serial: str
    before: News
    after: News
    codes: tuple[str, ...]
    """Of the findings it rests on; of those that are gone where it is right now."""
    flaps: int = 0
    """How often it changed to and fro within a day, so that further changes are held back; 0: it does not flap."""


class Counts(NamedTuple):
    """How many locations are what."""

    locations: int = 0
    live: int = 0
    silent: int = 0
    judged: int = 0
    """That had a turn: fault, undecided or ok."""
    fault: int = 0
    undecided: int = 0
    battery_low: int = 0
    plug_trouble: int = 0
    not_judged: int = 0
    ok: int = 0


class Sweep(NamedTuple):
    """How far the turns are."""

    begun: float = 0.0
    """When this sweep began, s since 1970."""
    done: int = 0
    """Locations that had their turn since."""
    of: int = 0
    """All that are to have one: those that speak."""
    expected: float | None = None
    """Seconds that a whole sweep takes at this pace; None while nobody can say."""
    left: float | None = None
    """Seconds until all have had their turn."""
    number: int = 1
    """Which sweep it is."""
    took: float | None = None
    """Seconds of the sweep before."""


class Window(NamedTuple):
    """Who is looked at in full now."""

    locations: int = 0
    most: int = 0
    """As many as the time allows."""
    share: float = 0.0
    """Share of a core that their diagnosis takes."""


@dataclass(frozen=True, slots=True)
class FleetView:
    """A fleet at one moment."""

    at: float
    """s since 1970."""
    since: float
    """When watching began, s since 1970."""
    counts: Counts = field(default_factory=Counts)
    sweep: Sweep = field(default_factory=Sweep)
    window: Window = field(default_factory=Window)
    messages: int = 0
    pace: float | None = None
    """Measurements a second, where `messages` come in leaps: workers of a cluster say how many every ten seconds."""
    lost: int = 0
    """Messages that came faster than they could be taken."""
    turned_away: int = 0
    """Locations that were heard and are not kept."""
    unreadable: int = 0
    """Messages of a location that could not be read."""
    lag: float = 0.0
    """Seconds from a message's arrival until it is taken in, the middle one of the last minute."""
    lag_worst: float = 0.0
    """The 99th of 100."""
    connected: bool = True
    """To the broker."""
    notes: tuple[tuple[str, int], ...] = ()
    """What is limited or went wrong with the fleet itself, by code, and how often."""
    changes: tuple[Change, ...] = ()
    """The latest, oldest first, bounded."""
    _rows: Callable[[], Iterable[LocationRow]] = field(default=tuple, repr=False, compare=False)
    _watts: Callable[[str], float | None] = field(default=lambda uuid: None, repr=False, compare=False)

    def changes_since(self, at: float) -> tuple[Change, ...]:
        """What changed from then on, oldest first; not what a clock that was days ahead said."""
        return tuple(change for change in self.changes if at <= change.at <= self.at + DAY)

    @property
    def changes_cut(self) -> bool:
        """Whether more changed within a day than is at hand."""
        return len(self.changes) >= MOST_CHANGES and self.at - DAY <= self.changes[0].at <= self.at

    def count(self, kind: Kind, text: str = "") -> int:
        """How many rows `rows` could give."""
        return sum(1 for _ in self._chosen(kind, text))

    def rows(
        self, kind: Kind = "all", text: str = "", order: Order = "worst", first: int = 0, count: int | None = None
    ) -> Sequence[LocationRow]:
        """Rows of a list.

        Args:
            kind: of whom.
            text: part of a uuid, serial number or finding's code, whatever its capitals.
            order: by what; of equals by serial number.
            first: leave out so many.
            count: at most so many; None for all.
        """
        rows = sorted(self._chosen(kind, text), key=_KEYS[order])
        return rows[first : None if count is None else first + count]

    def fresh(self, rows: Sequence[LocationRow]) -> Sequence[LocationRow]:
        """The same with what each house draws this second, which is read of so many only as somebody looks at."""
        now = [self._watts(row.uuid) for row in rows]
        return [row if w is None else row._replace(watts=w) for row, w in zip(rows, now, strict=True)]

    def row(self, uuid: str) -> LocationRow | None:
        """One location; None where it is not known."""
        return next((row for row in self._rows() if row.uuid == uuid), None)

    def _chosen(self, kind: Kind, text: str) -> Iterator[LocationRow]:
        part, told = text.strip().casefold(), {change.uuid: change.at for change in self.changes_since(self.at - DAY)}
        for row in self._rows():
            if kind == "changed":  # of the last day, and told: a first verdict is none, nor what is held back
                if row.uuid not in told:
                    continue
                row = row._replace(changed=told[row.uuid])
            elif not _is(row, kind):
                continue
            if not part or _names(row, part):
                yield row


def counts_of(rows: Iterable[LocationRow]) -> Counts:
    """Count rows."""
    seen = dict.fromkeys(Counts._fields, 0)
    for row in rows:
        seen["locations"] += 1
        seen["live" if row.live else "silent"] += 1
        seen[row.verdict] += 1
        seen["judged"] += row.verdict != "not_judged"
        seen["battery_low"] += row.battery_low
        seen["plug_trouble"] += row.plug_trouble
    return Counts(**seen)


def _is(row: LocationRow, kind: Kind) -> bool:
    match kind:
        case "all":
            return True
        case "live":
            return row.live
        case "silent":
            return not row.live
        case "judged":
            return row.verdict != "not_judged"
        case "battery_low":
            return row.battery_low
        case "plug_trouble":
            return row.plug_trouble
        case _:
            return row.verdict == kind


def _names(row: LocationRow, part: str) -> bool:
    return part in row.uuid.casefold() or part in row.serial.casefold() or any(part in code for code in row.findings)


_BADNESS: dict[Word, int] = {"fault": 0, "undecided": 3, "not_judged": 4, "ok": 5}


def _worst(row: LocationRow) -> tuple[object, ...]:
    trouble = row.plug_trouble or row.battery_low
    bad = 0 if row.verdict == "fault" else 1 if not row.live else 2 if trouble else _BADNESS[row.verdict]
    # What somebody made up has no configuration: a thousand of them shall not hide one that is silent.
    return bad, not row.channels, -len(row.findings), row.serial, row.uuid


_KEYS: dict[Order, Callable[[LocationRow], tuple[object, ...]]] = {
    "worst": _worst,
    "serial": lambda row: (not row.serial, row.serial, row.uuid),
    "last": lambda row: (row.last, row.serial, row.uuid),
    "judged": lambda row: (row.judged or 0.0, row.serial, row.uuid),
    "changed": lambda row: (-(row.changed or 0.0), row.serial, row.uuid),
    "watts": lambda row: (-abs(row.watts) if row.watts == row.watts else 1.0, row.serial, row.uuid),
    "rate": lambda row: (row.rate, row.serial, row.uuid),
    "channels": lambda row: (-row.channels, row.serial, row.uuid),
}
