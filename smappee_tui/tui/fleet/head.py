"""The head of the fleet: how the link is, how many are what, how far the sweep is, and what must not be missed."""

from __future__ import annotations

from dataclasses import dataclass, field

from textual import events
from textual.message import Message

from smappee_tui.connect.message_source import SourceState
from smappee_tui.fleet.view import FleetView, Kind
from smappee_tui.fleet.words import change_line, kind_word, limits_of
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, cut
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.tui.widgets.lines import BLANK, Line, LineView, Piece, line, paragraph, spread
from smappee_tui.tui.widgets.words import ago, grouped

LISTS: tuple[tuple[str, Kind], ...] = (
    ("1", "all"),
    ("2", "live"),
    ("3", "silent"),
    ("4", "fault"),
    ("5", "undecided"),
    ("6", "not_judged"),
    ("7", "battery_low"),
    ("8", "plug_trouble"),
    ("9", "changed"),
    ("0", "ok"),
)
"""The lists, with the key of each."""
_TROUBLE: frozenset[Kind] = frozenset({"silent", "fault", "battery_low", "plug_trouble"})
_DAY = 86_400.0
MOST_NOTES = 3
"""Of them in the head at a time: the list needs its room."""


@dataclass(frozen=True, slots=True)
class FleetHead:
    """Everything that the head shows."""

    where: str
    """The broker."""
    state: SourceState
    view: FleetView | None
    pace: float = 0.0
    """Messages a second."""
    kind: Kind = "all"
    text: str = ""
    """What the rows must contain."""
    place: tuple[int, int] = (0, 0)
    """Where the cursor stands, and of how many."""
    demo: bool = False
    notes: tuple[str, ...] = field(default=())
    """What else must not be missed, in words."""


def counted(view: FleetView) -> dict[Kind, int]:
    """How many rows each list has."""
    counts = view.counts._asdict()
    changed = len({change.uuid for change in view.changes_since(view.at - _DAY)})
    return {kind: changed if kind == "changed" else counts["locations" if kind == "all" else kind] for _, kind in LISTS}


def head_lines(head: FleetHead, width: int) -> tuple[list[Line], list[tuple[int, int, int, Kind]]]:
    """The lines, and where a click chooses a list: (line, start, stop, list)."""
    demo = f"  {tr('live.demo')}" if head.demo else ""
    left = line(
        (" smappee-tui", "title"), (f"  {tr('fleet_screen.title', where=clean(head.where, 60))}", "dim"), (demo, "warn")
    )
    lines = [spread(left, line(_link(head), (" ", "text")), width)]
    places: list[tuple[int, int, int, Kind]] = []
    view = head.view
    if view is None:
        return [*lines, *_banners(head, width)], places
    rows, places = _counts(head, counted(view), width, len(lines))
    lines += rows
    place = tr("fleet_screen.place", place=head.place[0], count=head.place[1]) if head.place[1] else ""
    lines.append(spread(line((f" {_sweep(view)}", "wait")), line((f"{place} ", "dim")), width))
    lines += _banners(head, width)
    latest = view.changes_since(view.at - _DAY)
    if latest:
        change = latest[-1]
        tone = "fault" if change.after == "fault" else "info"
        when = ago(round(max(0.0, view.at - change.at)))
        said = f" {tr('fleet_screen.latest', ago=when, change=change_line(change, uuid=False))}"
        lines.append(line((cut(said, width), tone)))
    return lines, places


def _link(head: FleetHead) -> Piece:
    if head.state.phase == "connected" and head.view is not None:
        pace = tr("fleet_screen.pace", pace=grouped(head.pace), lag=grouped(head.view.lag * 1000))
        return f"● {pace}", "ok"
    if head.state.phase == "connected":
        return f"● {tr('fleet_screen.listening')}", "wait"
    return f"◌ {tr('fleet_screen.connecting' if head.state.phase == 'connecting' else 'fleet_screen.gone')}", "warn"


def _counts(
    head: FleetHead, counts: dict[Kind, int], width: int, above: int
) -> tuple[list[Line], list[tuple[int, int, int, Kind]]]:
    """Key, word and number of each list, in as many lines as that takes."""
    lines: list[list[Piece]] = [[]]
    places: list[tuple[int, int, int, Kind]] = []
    x = 0
    for key, kind in LISTS:
        here, number = kind == head.kind, counts[kind]
        label = f"{kind_word(kind)} "
        size = 4 + cells_of(label) + len(grouped(number)) + 1
        if x + size > width and x:
            lines.append([])
            x = 0
        tone = "fault" if number and kind == "fault" else "warn" if number and kind in _TROUBLE else "strong"
        mark = "▸" if here else " "
        lines[-1] += [
            (mark, "strong"),
            (f"{key} ", "key"),
            (label, "strong" if here else "dim"),
            (grouped(number), tone if number else "dim"),
            ("  ", "text"),
        ]
        places.append((above + len(lines) - 1, x, x + size, kind))
        x += size
    return [tuple(pieces) for pieces in lines], places


def _sweep(view: FleetView) -> str:
    """How far the turns are."""
    sweep, window = view.sweep, view.window
    if not sweep.of:
        return tr("fleet_screen.no_sweep")
    said = tr("fleet_screen.sweep", number=sweep.number, done=sweep.done, of=sweep.of)
    if sweep.left:
        said = tr("fleet_screen.sweep_left", sweep=said, left=sweep.left)
    return tr("fleet_screen.window", sweep=said, count=window.locations) if window.locations else said


def _banners(head: FleetHead, width: int) -> list[Line]:
    lines: list[Line] = []
    warn = line((" ! ", "warn"))
    if head.state.phase != "connected" and head.state.reason is not None:
        lines += paragraph(current().fact(head.state.reason), width - 1, "warn", warn)[:2]
    view = head.view
    if view is not None:
        for limit in limits_of(view):
            lines += paragraph(current().fact(limit), width - 1, "warn", warn)[:2]
    for note in head.notes[:MOST_NOTES]:
        lines += paragraph(note, width - 1, "warn", warn)[:2]
    if len(head.notes) > MOST_NOTES:
        lines.append(line((f"   {tr('fleet.more', count=len(head.notes) - MOST_NOTES)}", "warn")))
    if head.text:
        lines.append(line((" / ", "key"), (tr("fleet_screen.filtered", text=clean(head.text, 60)), "text")))
    return lines or ([BLANK] if view is None else [])


class FleetHeadView(LineView):
    """The head's widget."""

    DEFAULT_CSS = "FleetHeadView { height: auto; dock: top; overflow: hidden; background: $background; }"

    class Chosen(Message):
        """A count was clicked."""

        def __init__(self, kind: Kind) -> None:
            super().__init__()
            self.kind: Kind = kind

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self._head: FleetHead | None = None
        self._places: list[tuple[int, int, int, Kind]] = []

    def tell(self, head: FleetHead) -> None:
        self._head = head
        self.resized()
        self.repaint()

    def resized(self) -> None:
        if self._head is not None:
            self._lines, self._places = head_lines(self._head, self.room or self.app.size.width)

    def on_click(self, event: events.Click) -> None:
        for row, start, stop, kind in self._places:
            if row == event.y and start <= event.x < stop:
                self.post_message(self.Chosen(kind))
