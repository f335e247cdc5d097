"""The one way in which this program draws: lines of toned pieces, plain data that a test can read, and their widget.

Only lines that changed and can be seen are repainted. One changed cell of a stock table costs as much as all of them;
here a second's tick costs what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from smappee_tui.i18n.text import cut, wrap
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.tui.widgets.styles import Palette, palette

Piece = tuple[str, str]
"""Text that is safe to show, and the name of its tone (`styles.py`)."""
Line = tuple[Piece, ...]

BLANK: Line = ()


def line(*pieces: Piece | str) -> Line:
    """A line; a bare text has the tone of running text."""
    return tuple((piece, "text") if isinstance(piece, str) else piece for piece in pieces)


def plain(of: Line) -> str:
    """The text of a line without its tones."""
    return "".join(text for text, _ in of)


def length(of: Line) -> int:
    """Cells that a line takes."""
    return sum([len(text) if text.isascii() else cells_of(text) for text, _ in of])


def shortened(of: Line, width: int) -> Line:
    """A line of at most `width` cells."""
    kept: list[Piece] = []
    for text, tone in of:
        size = cells_of(text)
        if size >= width:
            kept.append((cut(text, width), tone))
            break
        kept.append((text, tone))
        width -= size
    return tuple(kept)


def spread(left: Line, right: Line, width: int) -> Line:
    """Left and right ends of one line. The left end gives way where both do not fit."""
    spare = width - length(left) - length(right)
    if spare < 1:
        right = shortened(right, width)
        left = shortened(left, max(0, width - length(right) - 1))
        spare = width - length(left) - length(right)
    return (*left, (" " * spare, "text"), *right)


def paragraph(text: str, width: int, tone: str = "text", first: Line = (), indent: int | None = None) -> list[Line]:
    """Running text in lines. `first` stands before the first line, the others are indented as far, or by `indent`."""
    lead = length(first)
    hang = lead if indent is None else indent
    lines = wrap(text, max(8, width - max(lead, hang)))
    return [
        (*(first if number == 0 else ((" " * hang, "text"),)), (content, tone)) for number, content in enumerate(lines)
    ]


def beside(left: Sequence[Line], right: Sequence[Line], left_width: int) -> list[Line]:
    """Two blocks side by side, the left one `left_width` cells wide."""
    rows: list[Line] = []
    for one, other in zip_longest(left, right, fillvalue=BLANK):
        one = shortened(one, left_width)
        rows.append((*one, (" " * (left_width - length(one)), "text"), *other) if other else one)
    return rows


def joined(pieces: Iterable[Line], between: str = "   ") -> Line:
    """Several short lines in one, with a space between."""
    out: list[Piece] = []
    for piece in pieces:
        if piece:
            out.extend(((between, "text"), *piece) if out else piece)
    return tuple(out)


class LineView(ScrollView, can_focus=False, inherit_bindings=False):
    """A widget of lines. Subclasses say how many there are (`count`) and what each one is (`line_at`)."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    LineView {
        height: auto; overflow-x: hidden; background: $background; scrollbar-size-vertical: 1;
        scrollbar-color: $foreground 25%; scrollbar-color-hover: $foreground 45%; scrollbar-color-active: $primary;
        scrollbar-background: $background; scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
    }
    """
    PINNED = 0
    """Lines at the top that do not scroll."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self._lines: Sequence[Line] = ()
        self._kept: dict[int, tuple[Line, bool, Strip]] = {}
        self._palette: Palette = {}
        self._known_room: int | None = None
        """While all lines are looked at: each of them asks."""

    def show(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self.repaint()

    @property
    def room(self) -> int:
        """Cells of a line: the width without padding and scrollbar."""
        return self.scrollable_content_region.width if self._known_room is None else self._known_room

    def count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def line_at(self, number: int) -> Line:
        return self._lines[number]

    def chosen(self, number: int) -> bool:
        """Whether this line is the one under the cursor."""
        return False

    def repaint(self) -> None:
        """Look at every visible line again and redraw those that changed."""
        count, room, kept = self._measure(), self.room, self._kept
        fresh: dict[int, tuple[Line, bool, Strip]] = {}
        changed: list[int] = []
        self._known_room, scrolled = room, self._number(self.PINNED) - self.PINNED
        for y in range(self.size.height):
            number = y if y < self.PINNED else y + scrolled
            if number >= count:
                if number in kept:
                    changed.append(y)
                continue
            content, chosen = self.line_at(number), self.chosen(number)
            old = kept.get(number)
            if old is not None and old[1] == chosen and old[0] == content:
                fresh[number] = old
            else:
                fresh[number] = (content, chosen, self._strip(content, chosen, room))
                changed.append(y)
        self._known_room, self._kept = None, fresh
        for first, last in runs(changed):
            self.refresh(Region(0, first, room, last - first + 1))

    def repaint_all(self) -> None:
        """Forget what is on the screen and draw everything."""
        self._kept = {}
        self._measure()
        self.refresh()

    def _measure(self) -> int:
        count = self.count()
        if self.virtual_size.height != count:
            self.virtual_size = Size(self.room, count)
        return count

    def render_line(self, y: int) -> Strip:
        """One row of the widget, for textual."""
        number = self._number(y)
        if number >= self.count():
            return self._strip((), False, self.room)
        kept = self._kept.get(number)
        if kept is None:
            content, chosen = self.line_at(number), self.chosen(number)
            kept = self._kept[number] = (content, chosen, self._strip(content, chosen, self.room))
        return kept[2]

    def on_resize(self) -> None:
        """Lines depend on the width: all of them are drawn again."""
        self.resized()
        self.repaint_all()

    def watch_show_vertical_scrollbar(self) -> None:
        """The scrollbar takes a column away, or gives it back."""
        self.call_later(self.on_resize)

    def resized(self) -> None:
        """Called before everything is drawn for a new size; a view that depends on its width rebuilds itself here."""

    def notify_style_update(self) -> None:
        """Another theme: the colours have to be looked up again."""
        super().notify_style_update()
        self._palette = {}
        self._kept = {}

    def _toned(self) -> Palette:
        """The theme's styles, as they reach the terminal: without colours where those are not wanted."""
        styles, ground = dict(palette(self.app.theme_variables)), self.background_colors[1]
        for change in self.get_line_filters():
            changed = change.apply([Segment("", style) for style in styles.values()], ground)
            styles = {tone: one.style or styles[tone] for tone, one in zip(styles, changed, strict=True)}
        return styles

    def _number(self, y: int) -> int:
        return y if y < self.PINNED else y + round(self.scroll_offset.y)

    def _strip(self, content: Line, chosen: bool, width: int) -> Strip:
        styles = self._palette = self._palette or self._toned()
        used = length(content)
        if used > width:
            content = shortened(content, width)
            used = length(content)
        segments = [Segment(text, styles[tone, chosen]) for text, tone in content]
        if used < width:
            last = content[-1][1] if content and content[-1][1] == "head" else "text"
            segments.append(Segment(" " * (width - used), styles[last, chosen]))
        return Strip(segments, width)


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Rising numbers as (first, last) of stretches without a gap: one repaint each instead of one a line."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
