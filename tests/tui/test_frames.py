"""What is sent to a terminal: what differs and no more, and nothing while it is behind."""

import random
from itertools import cycle

import pyte
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.driver import Driver
from textual.geometry import Region
from textual.pilot import Pilot

from smappee_tui.tui.app import SmappeeApp
from smappee_tui.tui.frames import ASK, DEAF_AFTER, LOST_AFTER, WINDOW, Frames
from tests.tui.live.test_states import live
from tests.tui.scene import Clock

SIZE = (40, 6)
STYLES = [
    Style(color=color, bgcolor=ground, bold=bold, underline=under)
    for color in ("#dde4ec", "#4ba3f5", "#ff8a5c")
    for ground in ("#0f141a", "#212c38")
    for bold in (False, True)
    for under in (False, True)
]
TEXTS = ["W", "1 234", "Küche", "漢字", "▸ ✓", "e\u0301", "      ", " ", "x y  z", "─" * 12]


class Terminal:
    """What is written goes to a terminal, or stays on the line."""

    def __init__(self, erases: bool = True) -> None:
        self.clock = Clock(1000.0)
        self.screen = pyte.Screen(*SIZE)
        self._stream = pyte.Stream(self.screen)
        self._stream.feed("\x1b[?7l")  # no line wraps, as the app asks for
        self.written: list[str] = []
        self.stopped = False
        self._waiting: list[str] = []
        self.frames = Frames(self._write, erases=erases, clock=self.clock)
        self.frames.forget(*SIZE)

    def _write(self, text: str) -> None:
        self.written.append(text)
        self._waiting.append(text)
        if not self.stopped:
            self.arrive()

    def arrive(self, answers: bool = True) -> None:
        """All that was written is drawn, and what was asked answered."""
        waiting, self._waiting = "".join(self._waiting), []
        *asked, rest = waiting.split(ASK)
        columns = []
        for part in asked:
            self._stream.feed(part)
            columns.append(self.screen.cursor.x)
        self._stream.feed(rest)
        for column in columns if answers else ():
            self.frames.answered(column)

    def put(self, x: int, y: int, text: str, style: Style = STYLES[0]) -> None:
        self.frames.draw(x, y, [Segment(text, style)], ColorSystem.TRUECOLOR)

    def send(self) -> int:
        """A frame; gives its bytes."""
        before = len(self.written)
        self.frames.send((0, 0))
        return sum(len(text.encode()) for text in self.written[before:])


def looks(screen: pyte.Screen) -> list[list[tuple[str, str, str, bool, bool]]]:
    """Every cell as it looks: the ink of a blank is not to be seen."""
    rows = []
    for y in range(screen.lines):
        cells = [screen.buffer[y][x] for x in range(screen.columns)]
        rows.append([(c.data, "" if c.data == " " and not c.underscore else c.fg, c.bg, c.bold and c.data != " ",
                      c.underscore) for c in cells])  # fmt: skip
    return rows


def whole(terminal: Terminal) -> pyte.Screen:
    """The picture as it would be, sent at once."""
    other = Terminal(erases=False)
    for y, row in enumerate(terminal.frames._wanted):
        other.frames._wanted[y] = row
    other.send()
    return other.screen


def torn(texts: list[str]) -> bool:
    """Half a wide letter stands somewhere."""
    whole = [piece for text in texts if text for piece in (text, *[""] * (cell_len(text) - 1))]
    return whole != texts


def test_a_thousand_changes_leave_the_picture_that_one_would() -> None:
    chance = random.Random(7)
    for erases in (False, True):
        terminal = Terminal(erases)
        for y in range(SIZE[1]):
            terminal.put(0, y, " " * SIZE[0])
        for _ in range(500):
            for _ in range(chance.randint(1, 6)):
                x, y = chance.randrange(SIZE[0]), chance.randrange(SIZE[1])
                terminal.put(x, y, chance.choice(TEXTS), chance.choice(STYLES))
                if torn(terminal.frames._wanted[y].texts):
                    terminal.put(0, y, " " * SIZE[0])  # half a wide letter is nothing that Textual draws
            terminal.send()
            shown, meant = looks(terminal.screen), looks(whole(terminal))
            assert shown == meant


def test_one_digit_costs_one_digit() -> None:
    terminal = Terminal()
    for y in range(SIZE[1]):
        terminal.put(0, y, f"{y}  1 234 W  Oven".ljust(SIZE[0]))
    terminal.send()
    terminal.put(0, 3, "3  1 235 W  Oven".ljust(SIZE[0]))
    assert terminal.send() < 60
    assert terminal.screen.display[3].startswith("3  1 235 W  Oven")
    terminal.put(0, 3, "3  1 235 W  Oven".ljust(SIZE[0]))
    assert terminal.send() < 20


def test_while_the_terminal_is_behind_frames_are_skipped_and_the_next_one_is_of_then() -> None:
    terminal = Terminal()
    terminal.send()
    terminal.stopped = True
    for number in range(50):
        for y in range(SIZE[1]):
            terminal.put(0, y, f"{number * 7919 % 100_003:040d}", STYLES[number % 4])
        terminal.send()
        terminal.clock.now += 0.05
    sent = sum(len(text) for text in terminal.written[1:])
    assert terminal.frames.skipped > 40
    assert sent < 3 * WINDOW
    terminal.stopped = False
    terminal.arrive()
    assert terminal.screen.display[0] == f"{49 * 7919 % 100_003:040d}"
    assert terminal.frames.quiet


def test_a_small_frame_does_not_wait() -> None:
    terminal = Terminal()
    terminal.send()
    terminal.stopped = True
    for letter in "heater":
        terminal.put(5, 2, letter)
        terminal.send()
    assert terminal.frames.skipped == 0


def test_the_last_frame_reaches_a_terminal_that_never_answers_though_nothing_is_drawn_after_it() -> None:
    terminal = Terminal()
    terminal.stopped = True
    terminal.send()
    styles = cycle(STYLES[:6])
    while not terminal.frames.held:
        style = next(styles)
        for y in range(SIZE[1]):
            terminal.put(0, y, "x" * SIZE[0], style)
        terminal.send()
    terminal.frames.again()
    assert terminal.frames.held, "it may answer still"
    terminal.clock.now += DEAF_AFTER + 0.1
    terminal.frames.again()
    assert not terminal.frames.held


def test_an_answer_that_is_lost_holds_nothing_up() -> None:
    terminal = Terminal()
    terminal.send()
    terminal.stopped = True
    for style in STYLES[:6]:
        for y in range(SIZE[1]):
            terminal.put(0, y, "x" * SIZE[0], style)
        terminal.send()
    skipped = terminal.frames.skipped
    assert skipped
    terminal.arrive(answers=False)
    terminal.clock.now += LOST_AFTER + 0.1
    terminal.put(0, 0, "here again")
    terminal.send()
    assert terminal.frames.skipped == skipped
    terminal.arrive(answers=False)
    assert terminal.screen.display[0].startswith("here again")


def test_a_terminal_that_never_answers_gets_every_frame() -> None:
    terminal = Terminal()
    terminal.stopped = True
    terminal.send()
    terminal.clock.now += DEAF_AFTER + 0.1
    for style in STYLES * 3:
        terminal.put(0, 0, "y" * SIZE[0], style)
        terminal.put(0, 1, "z" * SIZE[0], style)
        terminal.send()
    assert terminal.frames.skipped == 0
    assert terminal.frames.quiet


def test_a_new_size_is_sent_whole() -> None:
    terminal = Terminal()
    terminal.put(0, 0, "Oven")
    terminal.send()
    terminal.frames.forget(*SIZE)
    terminal.screen.reset()
    terminal.send()
    assert terminal.screen.display[0].startswith("Oven")


async def test_the_live_screen_in_few_bytes() -> None:
    """As Textual gives it out: the first screen far under 12 kB, a second's tick under 1 kB, and what is to be seen."""
    scene = live()
    async with scene.app.run_test(size=(80, 24)) as pilot:
        wire = Wire(scene.app, pilot)
        scene.app.first.tick()
        await pilot.pause()
        first = wire.frame()
        assert first < 6_000
        for _ in range(5):
            scene.run(1, scale=1.1)
            scene.app.first.tick()
            await pilot.pause()
            assert wire.frame() < 1_500
        assert [row.rstrip() for row in wire.screen.display] == [
            strip.text.rstrip() for strip in scene.app.screen._compositor.render_strips()
        ]


class Wire:
    """Frames of a screen that is drawn for a test, on a terminal."""

    def __init__(self, app: SmappeeApp, pilot: Pilot[None]) -> None:
        self._app, size = app, app.size
        self.screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self.screen)
        self.bytes = 0
        self._frames = Frames(self._write, erases=True)
        self._frames.forget(*size)

    def _write(self, text: str) -> None:
        self.bytes += len(text.encode())
        self._stream.feed(text.replace(ASK, ""))
        for _ in range(text.count(ASK)):
            self._frames.answered(-1)

    def frame(self) -> int:
        """Draw all of the screen; gives the bytes of what differed."""
        before = self.bytes
        for y, strip in enumerate(self._app.screen._compositor.render_strips()):
            self._frames.draw(0, y, strip, ColorSystem.TRUECOLOR)
        self._frames.send((0, 0))
        return self.bytes - before


async def test_all_is_sent_again_where_somebody_else_may_have_written() -> None:
    """Back from a stop, and after a size that was another one for a moment only."""
    scene = live()
    async with scene.app.run_test(size=(80, 24)) as pilot:
        app = scene.app
        frames = app._frames = Frames(lambda _: None, erases=True)
        frames.forget(*app.size)
        for event in (Driver.SignalResume(), events.Resize(app.size, app.size)):
            frames.send((0, 0))
            assert not frames._dirty
            await app._post_message(event)
            await pilot.pause()
            assert len(frames._dirty) == 24


def test_what_is_taken_from_textual_is_still_there() -> None:
    """The frame and its pieces are Textual's own, which it may change."""
    assert hasattr(SmappeeApp.__mro__[1], "_display")
    assert {"strips", "region"} <= set(LayoutUpdate([], Region(0, 0, 1, 1)).__dict__)
    assert {"chops", "spans", "chop_ends"} <= set(ChopsUpdate([], [], []).__dict__)
