"""A sheet of parts, of which one is chosen: findings, lines of a plan."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from textual import events
from textual.app import ComposeResult
from textual.message import Message

from smappee_tui.tui.widgets.lines import Line
from smappee_tui.tui.widgets.sheet import Sheet, SheetBody


class PartsBody(SheetBody):
    """The lines; the first one of the chosen part is marked."""

    first = -1
    """Its line."""

    class Picked(Message):
        """A line was clicked."""

        def __init__(self, number: int, twice: bool) -> None:
            super().__init__()
            self.number, self.twice = number, twice

    def chosen(self, number: int) -> bool:
        return number == self.first

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None:
            self.post_message(self.Picked(self._number(offset.y), event.chain == 2))


class PartsSheet(Sheet):
    """Up and down choose a part; of one that is longer than the page its rest comes first. The key `go` takes it."""

    _laid: tuple[tuple[Hashable, int, int], ...] = ()
    """Key of each part that can be chosen, its first line, and the one after its last."""
    _key: Hashable = None

    def parts(self, width: int) -> Iterator[tuple[Hashable, list[Line]]]:
        """Each part with its lines; None is the key of what cannot be chosen. A part's key lasts while it is there."""
        raise NotImplementedError

    def action_go(self) -> None:
        """Take the chosen part."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            yield PartsBody(self.lay_out) if isinstance(widget, SheetBody) else widget

    def lay_out(self, width: int) -> list[Line]:
        lines: list[Line] = []
        laid: list[tuple[Hashable, int, int]] = []
        for key, part in self.parts(width):
            if key is not None:
                laid.append((key, len(lines), len(lines) + len(part) - 1))
            lines += part
        self._laid = tuple(laid)
        self._mark()
        return lines

    @property
    def chosen(self) -> Hashable:
        """Key of the chosen part; None where there is none."""
        return self._laid[self._place][0] if self._laid else None

    @property
    def _place(self) -> int:
        return next((place for place, (key, _, _) in enumerate(self._laid) if key == self._key), 0)

    def _mark(self) -> None:
        body = self.query(PartsBody).first() if self.is_mounted else None
        if body is not None:
            body.first = self._laid[self._place][1] if self._laid else -1

    def choose(self, place: int) -> None:
        """Put the cursor on this part and bring it into sight."""
        if not self._laid:
            return
        self._key, first, last = self._laid[max(0, min(place, len(self._laid) - 1))]
        body, page = self.body, max(1, self.body.scrollable_content_region.height)
        top = round(body.scroll_offset.y)
        if last - top > page:
            top = last - page
        body.scroll_to(y=min(top, first), animate=False)
        self._mark()
        body.repaint()
        self.tell_keys()

    def action_down(self) -> None:
        """The next part; of one that is longer than the page its rest first."""
        body = self.body
        if self._laid and self._laid[self._place][2] > round(body.scroll_offset.y) + body.size.height:
            super().action_down()
        elif self._laid and self._place < len(self._laid) - 1:
            self.choose(self._place + 1)
        else:
            super().action_down()

    def action_up(self) -> None:
        body = self.body
        if self._laid and self._laid[self._place][1] < round(body.scroll_offset.y):
            super().action_up()
        elif self._laid and self._place:
            self.choose(self._place - 1)
        else:
            super().action_up()

    def on_parts_body_picked(self, message: PartsBody.Picked) -> None:
        """A click chooses, a double click takes."""
        for place, (_, first, last) in enumerate(self._laid):
            if first <= message.number < last:
                self.choose(place)
                if message.twice:
                    self.action_go()
