"""The list of what was found, and what is said under it."""

from __future__ import annotations

from textual import events
from textual.message import Message

from smappee_tui.connect.discovery import Found
from smappee_tui.connect.discovery.reasons import broker_words, how_words, reasons, who
from smappee_tui.connect.portal.guide import without_broker
from smappee_tui.tui.find.state import FindView
from smappee_tui.tui.help import PRODUCTS
from smappee_tui.tui.widgets.line_view import LineView
from smappee_tui.tui.widgets.lines import BLANK, Line, Piece, line, paragraph, spread
from smappee_tui.tui.widgets.text import fit, shown
from smappee_tui.tui.widgets.words import counted

HELP_AFTER = 3.0
"""Seconds without a monitor after which the likely reasons are shown."""
_BROKER = {
    "answering": ("●", "answers", "ok"),
    "refused": ("■", "none there", "warn"),
    "silent": ("○", "silent", "warn"),
    "unknown": ("◌", "asking", "wait"),
}


def header_lines(view: FindView, width: int) -> list[Line]:
    """Title, state of the search, networks, and what must not be missed."""
    right: list[Piece] = []
    if view.scan is not None:
        done = view.scan
        right.append((f"◌ scanning {done.done}/{done.total}, {done.found} found ", "info"))
    elif view.busy:
        right.append((f"◌ {view.busy} ", "info"))
    else:
        right.append((f"◌ searching {view.seconds:.0f} s ", "wait"))
    lines = [spread(line((" smappee-tui", "title"), ("  find the monitor", "dim")), tuple(right), width)]
    here = " · ".join(f"{shown(one.interface)} {one.ip}/{one.prefix}" for one in view.own if one.address.version == 4)
    cloud: Line = line(("C ", "key"), ("from the cloud ", "text")) if view.cloud else BLANK
    lines.append(spread(line((f" this laptop: {here or 'on no private network'}", "dim")), cloud, width))
    if view.laptop:
        lines += paragraph(view.laptop, width - 1, "info", line((" ▲ ", "info")))[:2]
    if view.note:
        lines += paragraph(shown(view.note), width - 1, "info", line((" i ", "info")))[:2]
    for text in (view.said, view.problem, *view.pending[:2]):
        if text:
            lines += paragraph(shown(text), width - 1, "warn", line((" ! ", "warn")))[:3]
    return lines


def head_line(width: int) -> Line:
    """Titles of the columns."""
    name, address = columns(width)
    title = f"  {fit('Monitor', name)} {fit('Serial', 10)} {fit('Address', address)} {fit('Found by', 10)} Broker"
    return line((fit(title, width), "head"))


def columns(width: int) -> tuple[int, int]:
    """Cells for the name and for the address."""
    return (20, 15) if width < 100 else (28, 28)


def row_line(one: Found, width: int, chosen: bool) -> Line:
    """One monitor."""
    name, address = columns(width)
    tone = "dim" if one.gone else "strong"
    sign, word, broker_tone = _BROKER[one.broker]
    if one.broker == "answering" and one.login:
        word = "wants login"
    if not one.local_mqtt:
        sign, word, broker_tone = "·", "no local MQTT", "dim"
    if width >= 100 and one.local_mqtt:
        word = broker_words(one)
    how = "gone" if one.gone else how_words(one)
    return line(
        ("▸ " if chosen else "  ", "key"),
        (fit(shown(who(one)).removeprefix("Smappee ") or "Smappee", name), tone),
        " ",
        (fit(shown(one.serial) or "-", 10), "text"),
        " ",
        (fit(shown(one.address) or "…", address), "text"),
        " ",
        (fit(how, 10), "dim"),
        " ",
        (f"{sign} {word}", broker_tone),
    )


def below_lines(view: FindView, one: Found | None, width: int) -> list[Line]:
    """What stands under the list: what to do with the chosen one, or why there is none."""
    room = min(width - 2, 96)
    if one is not None:
        return [BLANK, *_about(one, room), *_elsewhere(one, view, room)]
    lines: list[Line] = [BLANK]
    if view.seconds < HELP_AFTER:
        lines += paragraph("Listening: monitors on this network announce themselves within seconds.", room, "dim", _gap)
        return lines
    lines.append(line((" No monitor so far. The likely reasons:", "title")))
    for number, (why, action) in enumerate(reasons(view.own, view.scanned), 1):
        lines += paragraph(shown(why), room, "text", line((f" {number} ", "key")))
        lines += paragraph(shown(action), room, "dim", line(("   → ", "dim")))
    if view.others:
        others = counted(view.others, "other machine")
        lines += paragraph(f"{others} here announced itself as monitors do: a renamed one may be among them.", room)
    if view.cloud:
        lines += paragraph("Not on site? C shows what the vendor's cloud knows of a location.", room, "text", _gap)
    lines.append(BLANK)
    lines += paragraph(
        PRODUCTS,
        room,
        "dim",
        _gap,
    )
    return lines


def _elsewhere(one: Found, view: FindView, room: int) -> list[Line]:
    """What the cloud may know of a monitor that does not speak here."""
    if not view.cloud or (one.local_mqtt and not one.gone):
        return []
    return paragraph("C shows what the vendor's cloud knows of it.", room, "text", _gap)


def _about(one: Found, room: int) -> list[Line]:
    no_mqtt = without_broker(one.serial)
    if no_mqtt:
        return [*paragraph(no_mqtt[0], room, "warn", _gap), *paragraph(no_mqtt[1], room, "text", _gap)]
    where = shown(one.address) or "its address"
    if one.gone:
        text = "It said goodbye, or its announcement ran out: switched off, restarting, or on another network now."
        return paragraph(text, room, "warn", _gap)
    if one.broker == "answering" and one.login:
        return paragraph(f"The broker at {where} wants a username and a password: ⏎ asks for them.", room, "text", _gap)
    if one.broker == "answering" and not one.serial and one.speakers:
        several = counted(len(one.speakers), "monitor")
        return paragraph(f"{several} on the broker at {where}: ⏎ chooses.", room, "text", _gap)
    if one.broker == "answering" and not one.speakers:
        text = (
            "Its broker answers, but no configuration is kept there: the monitor may push its data elsewhere. "
            "⏎ looks, d finds out step by step, p shows where to set it."
        )
        return paragraph(text, room, "text", _gap)
    if one.broker == "answering":
        return paragraph(f"⏎ shows the monitor at {where}.", room, "text", _gap)
    if one.broker == "unknown":
        return paragraph("Asking whether its broker answers …", room, "dim", _gap)
    text = (
        "Its own broker does not let anybody in. d finds out why, step by step; p lets the monitor push its data to "
        "this laptop instead."
    )
    return paragraph(text, room, "text", _gap)


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
        """Show this."""
        self.view = view
        self.resized()
        self.repaint()

    def resized(self) -> None:
        """Lay out for the width."""
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
        """Choose a row; a double click opens it."""
        place = self._number(event.y - self.styles.padding.top) - 1
        if 0 <= place < len(self.view.found):
            self.move(place - self._place)
            if event.chain == 2:
                self.post_message(self.Opened())
