"""What the find screen shows: the list of what was found, and what is said above and under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from textual import events
from textual.message import Message

from smappee_tui.connect.discovery import Found
from smappee_tui.connect.discovery.found import broker_words, how_words, reasons, who
from smappee_tui.connect.discovery.meters import FoundMeter, meter_words
from smappee_tui.connect.networks import OwnAddress
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, fit
from smappee_tui.protocol.fact import fact
from smappee_tui.tui.widgets.lines import BLANK, Line, LineView, line, paragraph, spread

if TYPE_CHECKING:
    from smappee_tui.connect.discovery.scan import ScanProgress

Busy = Literal["", "looking", "asking", "scanning"]


@dataclass(frozen=True, slots=True)
class FindView:
    """Everything the find screen draws."""

    found: tuple[Found, ...] = ()
    own: tuple[OwnAddress, ...] = ()
    seconds: float = 0.0
    """Since the search began."""
    meters: tuple[FoundMeter, ...] = ()
    """Digital meters that announce themselves."""
    problem: str = ""
    """Why announcements cannot be heard, in words as all that follow."""
    others: int = 0
    """Machines that announce themselves under other names."""
    scan: ScanProgress | None = None
    scanned: bool = False
    """A scan has run to its end."""
    busy: Busy = ""
    """What is being looked at now: "looking", "asking", "scanning"."""
    said: str = ""
    """What went wrong with the last thing asked for."""
    note: str = ""
    """How the last thing asked for ended, where it went well."""
    pending: tuple[str, ...] = ()
    """What must be put back, a sentence each."""
    cloud: bool = False
    """The vendor's cloud can be asked as well."""
    laptop: str = ""
    """The broker on this laptop, in words."""


HOW = 12
"""Cells for how it was found."""
HELP_AFTER = 3.0
"""Seconds without a monitor after which the likely reasons are shown."""
MOST_METERS = 3
"""Digital meters that are told; a house has one."""
LISTENING = 60.0
"""Seconds from which on nothing is counted any more: who has not answered by then will announce himself, or never."""
_BROKER = {"answering": ("●", "ok"), "refused": ("■", "warn"), "silent": ("○", "warn"), "unknown": ("◌", "wait")}
"""Sign and tone of how the broker of a monitor stands."""


def header_lines(view: FindView, width: int) -> list[Line]:
    """Title, state of the search, networks, and what must not be missed."""
    if view.scan is not None:
        done = view.scan
        state = tr("find.scanning", done=done.done, total=done.total, found=done.found), "info"
    elif view.busy:
        state = tr(f"find.busy.{view.busy}"), "info"
    else:
        state = tr("find.searching" if view.seconds < LISTENING else "find.hears", seconds=view.seconds), "wait"
    lines = [
        spread(
            line((" smappee-tui", "title"), (f"  {tr('find.title')}", "dim")),
            line((f"◌ {state[0]} ", state[1])),
            width,
        )
    ]
    here = " · ".join(f"{clean(one.interface)} {one.ip}/{one.prefix}" for one in view.own if one.address.version == 4)
    laptop = tr("find.this_laptop", networks=here) if here else tr("find.no_network")
    cloud: Line = line(("C ", "key"), (f"{tr('find.from_cloud')} ", "text")) if view.cloud else BLANK
    lines.append(spread(line((f" {laptop}", "dim")), cloud, width))
    if view.laptop:
        lines += paragraph(view.laptop, width - 1, "info", line((" ▲ ", "info")))[:2]
    if view.note:
        lines += paragraph(clean(view.note), width - 1, "info", line((" i ", "info")))[:2]
    for text in (view.said, view.problem, *view.pending[:2]):
        if text:
            lines += paragraph(clean(text), width - 1, "warn", line((" ! ", "warn")))[:3]
    return lines


def head_line(width: int) -> Line:
    name, address = columns(width)
    cells = (("monitor", name), ("serial", 10), ("address", address), ("found_by", HOW))
    titles = " ".join(fit(tr(f"find.column.{key}"), size) for key, size in cells)
    return line((fit(f"  {titles} {tr('find.column.broker')}", width), "head"))


def columns(width: int) -> tuple[int, int]:
    """Cells for the name and for the address."""
    return (18, 15) if width < 100 else (28, 26)


def row_line(one: Found, width: int, chosen: bool) -> Line:
    """One monitor."""
    name, address = columns(width)
    tone = "dim" if one.gone else "strong"
    sign, broker_tone = _BROKER[one.broker]
    word = tr("find.broker.login" if one.broker == "answering" and one.login else f"find.broker.{one.broker}")
    if not one.local_mqtt:
        sign, word, broker_tone = "·", tr("find.broker.no_mqtt"), "dim"
    elif width >= 100:
        word = current().fact(broker_words(one))
    how = tr("find.gone") if one.gone else current().fact(how_words(one))
    return line(
        ("▸ " if chosen else "  ", "key"),
        (fit(clean(current().fact(who(one))).removeprefix("Smappee ") or "Smappee", name), tone),
        " ",
        (fit(clean(one.serial) or "-", 10), "text"),
        " ",
        (fit(clean(one.address) or "…", address), "text"),
        " ",
        (fit(how, HOW), "dim"),
        " ",
        (f"{sign} {word}", broker_tone),
    )


def below_lines(view: FindView, one: Found | None, width: int) -> list[Line]:
    """What stands under the list: what to do with the chosen one, or why there is none."""
    room = min(width - 2, 96)
    meters = _meters(view, room)
    if one is not None:
        return [BLANK, *_about(one, room), *_elsewhere(one, view, room), *meters]
    if view.seconds < HELP_AFTER:
        return [BLANK, *paragraph(tr("find.listening"), room, "dim", _gap), *meters]
    t = current()
    lines: list[Line] = [*meters, BLANK, line((f" {tr('find.none')}", "title"))]
    for number, (why, action) in enumerate(reasons(view.own, view.scanned), 1):
        lines += paragraph(t.fact(why), room, "text", line((f" {number} ", "key")))
        lines += paragraph(t.fact(action), room, "dim", line(("   → ", "dim")))
    if view.others:
        lines += paragraph(tr("find.others", count=view.others), room)
    if view.cloud:
        lines += paragraph(tr("find.not_on_site"), room, "text", _gap)
    return [*lines, BLANK, *paragraph(tr("keys.products"), room, "dim", _gap)]


def _meters(view: FindView, room: int) -> list[Line]:
    """Digital meters: how to read one beside a monitor."""
    lines: list[Line] = []
    for one in view.meters[:MOST_METERS]:
        tone = "warn" if one.open is False else "text"
        lines += paragraph(clean(current().fact(meter_words(one)), 400), room, tone, _gap)
    return [BLANK, *lines] if lines else []


def _elsewhere(one: Found, view: FindView, room: int) -> list[Line]:
    """What the cloud may know of a monitor that does not speak here."""
    if not view.cloud or (one.local_mqtt and not one.gone):
        return []
    return paragraph(tr("find.cloud_knows"), room, "text", _gap)


def _about(one: Found, room: int) -> list[Line]:
    t = current()
    from smappee_tui.connect.portal.guide import without_broker  # an empty list, the first picture, needs none of it

    no_mqtt = without_broker(one.serial)
    if no_mqtt:
        what, advice = no_mqtt
        return [*paragraph(t.fact(what), room, "warn", _gap), *paragraph(t.fact(advice), room, "text", _gap)]
    where = one.address or fact("find.its_address")
    tone = "text"
    if one.gone:
        text, tone = tr("find.about.gone"), "warn"
    elif one.broker == "answering" and one.login:
        text = tr("find.about.login", where=where)
    elif one.broker == "answering" and not one.serial and one.speakers:
        text = tr("find.about.several", count=len(one.speakers) + one.speakers_beyond, where=where)
    elif one.broker == "answering" and not one.speakers:
        text = tr("find.about.nothing_kept")
    elif one.broker == "answering":
        text = tr("find.about.shows", where=where)
    elif one.broker == "unknown":
        text, tone = tr("find.about.asking"), "dim"
    else:
        text = tr("find.about.closed")
    return paragraph(text, room, tone, _gap)


_gap: Line = line((" ", "text"))


class FoundList(LineView, can_focus=True):
    """One row a monitor. The cursor stays on its monitor, whatever appears."""

    DEFAULT_CSS = "FoundList { height: 1fr; padding: 1 1 0 1; }"

    class Moved(Message):
        """The cursor is on another row."""

    class Opened(Message):
        """A double click."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self.view = FindView()
        self._place = 0

    @property
    def current(self) -> Found | None:
        """The monitor under the cursor."""
        found = self.view.found
        return found[min(self._place, len(found) - 1)] if found else None

    def tell(self, view: FindView) -> None:
        self.view = view
        self.resized()
        self.repaint()

    def resized(self) -> None:
        width = self.room
        if width <= 0:
            return
        found = self.view.found
        rows: list[Line] = [head_line(width)] if found else []
        rows += [row_line(one, width, one is self.current) for one in found]
        self._lines = [*rows, *below_lines(self.view, self.current, width)]

    def chosen(self, number: int) -> bool:
        """The row under the cursor."""
        return bool(self.view.found) and number == min(self._place, len(self.view.found) - 1) + 1

    def move(self, by: int) -> None:
        """Move the cursor; where there is no list, scroll."""
        if not self.view.found:
            self.scroll_relative(y=by, animate=False)
            return
        self._place = max(0, min(min(self._place, len(self.view.found) - 1) + by, len(self.view.found) - 1))
        self.resized()
        self.repaint()
        top = round(self.scroll_offset.y)
        if not top <= self._place + 1 < top + self.size.height - 1:
            self.scroll_to(y=max(0, self._place - 2), animate=False)
        self.post_message(self.Moved())

    def choose(self, found: Found) -> None:
        """Put the cursor on this one."""
        for place, one in enumerate(self.view.found):
            if one.address == found.address:
                self._place = place

    def on_click(self, event: events.Click) -> None:
        place = self._number(event.y - self.styles.padding.top) - 1
        if 0 <= place < len(self.view.found):
            self.move(place - self._place)
            if event.chain == 2:
                self.post_message(self.Opened())
