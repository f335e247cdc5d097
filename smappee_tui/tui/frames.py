"""What stands on the terminal, cell by cell: only what differs is sent, and nothing while frames are on their way.

Textual sends whole lines, 6 kB a second for twelve channels. An ssh line out of a van carries 2 to 4: what is drawn
would pile up in buffers that nobody here can see, and a key would be answered a minute later. So each frame that is not
small asks the terminal where its cursor is. The answer comes when everything before it has been drawn; until then what
changes is only noted, and the next frame shows how things stand then.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

ASK = "\x1b[6n"
"""Where is your cursor? Every terminal answers, multiplexers for themselves."""
ASKED_AFTER = 256
"""Bytes after which that is asked: the echo of a key needs no answer."""
WINDOW = 512
"""Bytes that may be on their way when a frame is sent: a quarter of a second at 2 kB/s."""
DEAF_AFTER = 2.0
"""Seconds without the first answer after which the terminal is one that gives none, and gets every frame."""
LOST_AFTER = 5.0
"""Seconds after which an answer is taken for lost."""
_TAGS = range(10, 40)
"""Columns of the first line where the cursor stands when it is asked for, in turn: the answer says which question."""
_MOST_PENS = 1000
_GAP = 4
"""Unchanged cells that are sent again rather than jumped over: a jump takes as many bytes."""
_BLANKS = 8
"""Blank cells at the end of a line from which it is erased, not written."""
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29", "53": "55"}
_SHOWS_BLANK = {"4", "7", "9", "53"}
"""Attributes that can be seen on a blank."""


class Pen(NamedTuple):
    """How a cell is written, in the words of SGR."""

    back: str = ""
    ink: str = ""
    marks: frozenset[str] = frozenset()


_PLAIN = Pen()
_UNKNOWN = Pen("?")
Span = tuple[Pen, int, int, str]
"""Pen, line, column, text; text "" erases the rest of the line."""


class Row:
    """A line of cells: a letter and a pen each. The second cell of a wide letter has no text."""

    __slots__ = ("pens", "texts")

    def __init__(self, width: int, text: str, pen: Pen) -> None:
        self.texts, self.pens = [text] * width, [pen] * width

    def put(self, x: int, texts: Sequence[str], pen: Pen) -> bool:
        """Write from a column on, and say whether that changed anything; what does not fit is left out."""
        fresh = list(texts[: max(0, len(self.texts) - x)])
        stop, pens = x + len(fresh), [pen] * len(fresh)
        if self.texts[x:stop] == fresh and self.pens[x:stop] == pens:
            return False
        self.texts[x:stop], self.pens[x:stop] = fresh, pens
        return True

    def ground(self, x: int) -> str | None:
        """The ground of a blank cell; None where something is to be seen."""
        pen = self.pens[x]
        return pen.back if self.texts[x] == " " and not _SHOWS_BLANK & pen.marks else None

    def same(self, other: Row, x: int) -> bool:
        """A cell looks the same in both."""
        if self.texts[x] != other.texts[x]:
            return False
        one, two = self.pens[x], other.pens[x]
        return one is two or one == two or (self.ground(x) is not None and self.ground(x) == other.ground(x))


class Frames:
    """The picture as it should be, as it was sent, and what of that may not have arrived."""

    def __init__(
        self, write: Callable[[str], None], *, erases: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Nothing is on the terminal.

        Args:
            write: sends text.
            erases: the terminal erases with the colour of the ground.
            clock: seconds.
        """
        self._write, self._erases, self._clock = write, erases, clock
        self._wanted: list[Row] = []
        self._sent: list[Row] = []
        self._dirty: dict[int, list[tuple[int, int]]] = {}
        """Stretches of lines that were written since they were sent: first column, and one past the last."""
        self.size = (0, 0)
        self._cursor = (0, 0)
        self.skipped = 0
        """Frames that were not sent by themselves."""
        self._asked: deque[tuple[float, int, int]] = deque()
        """When each question was asked that is not answered yet, its column, and the bytes before it."""
        self._questions = 0
        self._unasked = 0
        """Bytes sent since the last question."""
        self._pens: dict[Style, Pen] = {}
        self._began: float | None = None
        self._answers = False

    @property
    def quiet(self) -> bool:
        """No answer is awaited."""
        return not self._asked or self._deaf

    @property
    def held(self) -> bool:
        """What was drawn last is not sent: the terminal was behind."""
        return bool(self._dirty)

    def again(self) -> None:
        """Send what was held back, if it may be sent now: a terminal that never answers asks for nothing."""
        if self._dirty and self._open:
            self.send(self._cursor)

    @property
    def _deaf(self) -> bool:
        return not self._answers and self._began is not None and self._clock() - self._began > DEAF_AFTER

    @property
    def _open(self) -> bool:
        """A frame may be sent."""
        if self._asked and self._clock() - self._asked[0][0] > LOST_AFTER:
            self._asked.clear()
        return not self._asked or self._deaf or sum(count for *_, count in self._asked) + self._unasked <= WINDOW

    def forget(self, width: int, height: int) -> None:
        """Of a terminal of this size nothing is known: all of it is sent."""
        if (width, height) != self.size:
            self._wanted = [Row(width, " ", _PLAIN) for _ in range(height)]
            self.size = width, height
        self._sent = [Row(width, "", _UNKNOWN) for _ in range(height)]
        self._dirty = {y: [(0, width)] for y in range(height)}

    def draw(self, x: int, y: int, segments: Iterable[Segment], colours: ColorSystem | None) -> None:
        """This should stand there."""
        if not 0 <= y < self.size[1]:
            return
        row, pens = self._wanted[y], self._pens
        for text, style, control in segments:
            if control or not text:
                continue
            pen = _PLAIN if style is None else pens.get(style) or self._pen(style, colours)
            texts = text if text.isascii() else _letters(text)
            if row.put(x, texts, pen):
                self._dirty.setdefault(y, []).append((x, x + len(texts)))
            x += len(texts)

    def _pen(self, style: Style, colours: ColorSystem | None) -> Pen:
        """The pen of a style; equal ones are one and the same."""
        if len(self._pens) >= _MOST_PENS:
            self._pens.clear()
        made = pen_of(style, colours)
        pen = self._pens[style] = next((known for known in self._pens.values() if known == made), made)
        return pen

    def send(self, cursor: tuple[int, int], before: str = "", after: str = "") -> None:
        """Send what differs, or remember that it does.

        Args:
            cursor: column and line where the terminal's cursor shall stand.
            before, after: sent around the frame.
        """
        self._cursor = cursor
        if not self._open:
            self.skipped += 1
            return
        changes = [span for y, stretches in sorted(self._dirty.items()) for span in self._differences(y, stretches)]
        self._dirty.clear()
        text = before + written(changes)
        self._unasked += len(text.encode())
        if self._began is None:
            self._began = self._clock()
            text = self._question() + text  # answered before the picture is there: so it is known early who answers
        if self._unasked > ASKED_AFTER and not self._deaf:
            text += self._question()
        self._write(f"{text}\x1b[{cursor[1] + 1};{cursor[0] + 1}H{after}")

    def _question(self) -> str:
        column = _TAGS[self._questions % len(_TAGS)]
        self._questions += 1
        self._asked.append((self._clock(), column, self._unasked))
        self._unasked = 0
        return f"\x1b[1;{column + 1}H{ASK}"

    def answered(self, column: int) -> None:
        """The terminal said where its cursor is: all that was sent before it was asked has been drawn."""
        self._answers = True
        known = any(asked == column for _, asked, _ in self._asked)
        while self._asked and (self._asked.popleft()[1] != column and known):
            pass
        self.again()

    def _differences(self, y: int, stretches: list[tuple[int, int]]) -> list[Span]:
        """The spans of a line that have to be written, of stretches that were; and note them as sent."""
        new, old = self._wanted[y], self._sent[y]
        changed: list[int] = []
        for first, last in sorted(stretches):
            first = max(first, changed[-1] + 1) if changed else first
            cells = zip(
                new.texts[first:last], old.texts[first:last], new.pens[first:last], old.pens[first:last], strict=True
            )
            changed += [
                x for x, (text, was, pen, before) in enumerate(cells, first) if text != was or pen is not before
            ]
        if not changed:
            return []
        spans = list[Span]()
        end = self._tail(new, old, y, spans) if len(changed) >= _BLANKS else len(new.texts)
        done = 0
        for x in changed:
            if not done <= x < end or new.same(old, x):
                continue
            start = x - 1 if x and not new.texts[x] else x  # a wide letter is written whole
            pen, stop = _run(new, old, start, end)
            spans.append((pen, y, start, "".join(new.texts[start:stop])))
            done = stop
        old.texts, old.pens = list(new.texts), list(new.pens)
        return spans

    def _tail(self, new: Row, old: Row, y: int, spans: list[Span]) -> int:
        """Where the end of a line begins that is erased; its width where that does not pay."""
        end = width = len(new.texts)
        ground = new.ground(width - 1) if self._erases and width else None
        while end and ground is not None and new.ground(end - 1) == ground:
            end -= 1
        if ground is None or sum(not new.same(old, x) for x in range(end, width)) < _BLANKS:
            return width
        spans.append((Pen(ground), y, end, ""))
        return end


def _run(new: Row, old: Row, start: int, end: int) -> tuple[Pen, int]:
    """What is written in one go from a changed cell on: the pen, and where it stops. Blanks take any ink."""
    pen, inked = new.pens[start], new.ground(start) is None
    stop = last = start
    while stop < end and stop - last <= _GAP:
        here, ground = new.pens[stop], new.ground(stop)
        if here is not pen and here != pen:
            if ground is not None and ground == pen.back and not _SHOWS_BLANK & pen.marks:
                pass
            elif not inked and here.back == pen.back and not _SHOWS_BLANK & here.marks:
                pen = here
            else:
                break
        inked = inked or ground is None
        if not new.same(old, stop):
            last = stop + 1
        stop += 1
    last = max(last, start + 1)
    while last < len(new.texts) and not new.texts[last]:
        last += 1
    return pen, last


def written(spans: list[Span]) -> str:
    """Spans as the terminal takes them, ordered by pen: to change it takes more bytes than to move."""
    out: list[str] = []
    pen, at = _PLAIN, (-1, -1)
    if spans:
        out.append("\x1b[m")
    for span_pen, y, x, text in sorted(spans, key=_order):
        if at != (y, x):
            out.append(f"\x1b[{x - at[1]}C" if at[0] == y and x > at[1] else f"\x1b[{y + 1};{x + 1}H")
        if span_pen != pen:
            out.append(_change(pen, span_pen))
            pen = span_pen
        out.append(text or "\x1b[K")
        # Terminals do not agree how wide some letters are: after those, the place is said anew.
        at = (y, x + len(text)) if text and text.isascii() else (-1, -1)
    return "".join(out)


def _order(span: Span) -> tuple[str, str, list[str], int, int]:
    return span[0].back, span[0].ink, sorted(span[0].marks), span[1], span[2]


@lru_cache(maxsize=4096)
def _change(old: Pen, new: Pen) -> str:
    """The shortest sequence from one pen to another."""
    codes = sorted({_OFF.get(mark, "0") for mark in old.marks - new.marks})
    if "0" in codes:
        return f"\x1b[{';'.join(filter(None, ['0', *sorted(new.marks), new.ink, new.back]))}m"
    kept = old.marks & new.marks if "22" not in codes else old.marks & new.marks - {"1", "2"}
    codes += sorted(new.marks - kept)
    if new.ink != old.ink:
        codes.append(new.ink or "39")
    if new.back != old.back:
        codes.append(new.back or "49")
    return f"\x1b[{';'.join(codes)}m"


def pen_of(style: Style, colours: ColorSystem | None) -> Pen:
    """A style of Textual's as a pen; links, which are nowhere here, are left out."""
    plain = style.update_link(None) if style.link else style
    codes = plain.render("x", color_system=colours).partition("\x1b[")[2].partition("m")[0].split(";")
    back = ink = ""
    marks: set[str] = set()
    while codes:
        code = codes.pop(0)
        if code in ("38", "48"):
            more = 4 if codes and codes[0] == "2" else 2
            colour = ";".join([code, *codes[:more]])
            codes = codes[more:]
            back, ink = (colour, ink) if code == "48" else (back, colour)
        elif code.isdigit() and (30 <= int(code) <= 37 or 90 <= int(code) <= 97):
            ink = code
        elif code.isdigit() and (40 <= int(code) <= 47 or 100 <= int(code) <= 107):
            back = code
        elif code:
            marks.add(code)
    return Pen(back, ink, frozenset(marks))


@lru_cache(maxsize=4096)
def _letters(text: str) -> tuple[str, ...]:
    """One text a cell: marks go with their letter, and a wide letter is followed by nothing."""
    cells: list[str] = []
    for letter in text:
        width = cell_len(letter)
        if width:
            cells += [letter, *[""] * (width - 1)]
        elif cells:
            place = -2 if not cells[-1] and len(cells) > 1 else -1
            cells[place] += letter
    return tuple(cells)


def placed(update: LayoutUpdate | ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The pieces of an update of Textual's, with column and line."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                yield x, y, strip
                x += strip.cell_length
        return
    for y, first, last in update.spans:
        for end, (x, part) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if part is not None and x <= last and end > first:
                yield x, y, part if end <= last else part.crop(0, last - x)


def erases_with_ground() -> bool:
    """Whether the terminal, by its name, erases with the colour of the ground ("bce")."""
    try:
        import curses
    except ImportError:  # as on Windows
        return False
    try:
        curses.setupterm(fd=2)  # which it asks for its speed only; sys.stdout is the app's while it draws
    except curses.error:  # no such name: blanks are written out
        return False
    return curses.tigetflag("bce") > 0
