"""The correction sheet over the live screen: what to set, what to move, what of it is done and proved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import ClassVar

from textual.binding import BindingType

from smappee_tui.app.session import Snapshot
from smappee_tui.app.visit.mending import Apply
from smappee_tui.diagnosis.judgement import ISOLATE, Judgement
from smappee_tui.diagnosis.remedy.corrections import Correction, OpenInput, changes_of, move_of, undecided, wished_of
from smappee_tui.diagnosis.remedy.history import SheetLine, proof_of, worse_fact
from smappee_tui.diagnosis.remedy.preview import Preview
from smappee_tui.diagnosis.remedy.progress import Progress
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.fact import Fact
from smappee_tui.site.view import ChannelView, SiteView
from smappee_tui.tui.commands import CORRECTIONS, Command, bindings
from smappee_tui.tui.corrections.phone import PhoneSheet, full_text, short_text
from smappee_tui.tui.live.proposal import proposal_lines
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import Sheet
from smappee_tui.tui.widgets.words import sureness

_SIGNS = {"open": ("○", "wait"), "otherwise": ("!", "warn"), "changed": ("◔", "wait"), "proved": ("✓", "ok")}
"""Sign and tone of where a line stands."""
_INDENT = 5


class CorrectionsSheet(Sheet):
    """Follows the watch while it is open. Ends with "guide" where the guided test is wanted."""

    TITLE_TEXT = "corrections_screen.title"
    KEYS: ClassVar[tuple[Command, ...]] = CORRECTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(CORRECTIONS)

    def __init__(
        self,
        board: Callable[[], Progress | None],
        picture: Callable[[], Snapshot | None],
        apply: Apply | None = None,
        will_read: Callable[[], Preview | None] = lambda: None,
    ) -> None:
        """Show how it stands now and every second.

        Args:
            board: the location's sheet, followed elsewhere; None while nothing was heard.
            picture: what the live screen shows.
            apply: sets a line on a demo's monitor; None everywhere else.
            will_read: what would be read once all of it is done; None where nothing is to do.
        """
        super().__init__()
        self._board, self._picture, self._apply, self._will_read = board, picture, apply, will_read

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(1.0, self.redraw)

    def offered(self) -> list[Command]:
        """Only a demo can set anything; what is not there is not copied."""
        hidden: tuple[str, ...] = () if self._todo and self._apply is not None else ("apply_next", "apply_all")
        hidden += () if self._configure else ("copy", "code")
        return [command for command in CORRECTIONS if command.action not in hidden]

    @property
    def _lines(self) -> tuple[SheetLine, ...]:
        board = self._board()
        return board.lines if board is not None else ()

    @property
    def _configure(self) -> list[Correction]:
        return [one.correction for one in self._lines if one.correction.how == "configure"]

    @property
    def _todo(self) -> list[Correction]:
        """Settings that are still to be made."""
        here = (one for one in self._lines if one.correction.how == "configure")
        return [one.correction for one in here if one.state in ("open", "otherwise")]

    def lay_out(self, width: int) -> list[Line]:
        """What got worse, what the supply has, settings, clamps, and what is not known."""
        board, picture = self._board(), self._picture()
        if board is None or picture is None or picture.view is None:
            return paragraph(tr("corrections_screen.waiting"), width, "wait")
        parts = [
            _worse(board, width),
            _causes(board, width),
            _settings(board, picture.view, picture.judgement, width),
            _moves(board, picture.view, picture.judgement, width),
            _open(board, width),
            _then(self._will_read(), width),
        ]
        lines = [one for part in parts if part for one in (*part, BLANK)]
        if not board.lines and not board.sheet.causes and not board.unplaced:
            lines = [*paragraph(tr("corrections_screen.nothing"), width, "strong"), BLANK, *lines]
        if self._apply is not None and self._todo:
            lines += paragraph(tr("corrections_screen.demo"), width, "key")
        return lines[:-1] if lines and lines[-1] == BLANK else lines

    def action_apply_next(self) -> None:
        """Set the next line on the made-up monitor."""
        self._set(self._todo[:1])

    def action_apply_all(self) -> None:
        self._set(self._todo)

    def _set(self, corrections: Iterable[Correction]) -> None:
        for one in corrections if self._apply is not None else ():
            problem = self._apply(one) if self._apply is not None else None
            if problem is not None:
                self.notify(current().fact(problem), markup=False, severity="warning", timeout=8)

    def action_copy(self) -> None:
        """What is to be set, as text."""
        if self._configure:
            self.app.copy_to_clipboard(self._text + "\n")
            self.notify(tr("live.copied", what=tr(self.TITLE_TEXT)), markup=False, timeout=3)

    def action_code(self) -> None:
        """The same as a QR code."""
        if self._configure:
            self.app.push_screen(PhoneSheet((self._text, short_text(self._left))))

    @property
    def _left(self) -> list[Correction]:
        """What is to be set still; all of it once everything is set."""
        return self._todo or self._configure

    @property
    def _text(self) -> str:
        picture = self._picture()
        serial = picture.view.serial if picture is not None and picture.view is not None else ""
        return full_text(serial, self._left)

    def action_guide(self) -> None:
        """To the guided test, which proves what was changed."""
        self.dismiss("guide")


def _then(preview: Preview | None, width: int) -> list[Line]:
    """As it will read once all of it is done: reckoned, and said to be."""
    if preview is None:
        return []
    return [*paragraph(tr("preview.sheet"), width, "title"), *proposal_lines(preview, width)]


def _worse(board: Progress, width: int) -> list[Line]:
    found = board.worse
    return [row for one in found for row in paragraph(_said(worse_fact(one)), width, "fault", line(("! ", "fault")))]


def _causes(board: Progress, width: int) -> list[Line]:
    lines: list[Line] = []
    for finding in board.sheet.causes:
        said = current().finding(finding)
        lines += paragraph(said.title, width, "fault", line(("✕ ", "fault")))
        lines += paragraph(said.advice, width, "text", line(("  → ", "key")))
    return lines


def _settings(board: Progress, view: SiteView, judgement: Judgement, width: int) -> list[Line]:
    chosen = [one for one in board.lines if one.correction.how == "configure"]
    if not chosen:
        return []
    done = sum(one.state in ("changed", "proved") for one in chosen)
    proved = sum(one.state == "proved" for one in chosen)
    lines = paragraph(tr("corrections_screen.settings", count=len(chosen), done=done, proved=proved), width, "title")
    for hub, part in groupby(chosen, key=lambda one: one.correction.hub_serial):
        lines += [line((clean(tr("check.corrections_hub", serial=hub)), "head"))] if hub else []
        for one in part:
            lines += _setting(one, board, view, judgement, width)
    if done < len(chosen):
        by_hand = tr("check.corrections_by_hand", safety=ISOLATE)
        lines += [BLANK, *paragraph(clean(by_hand, 2000), width, "dim")]
    return lines


def _setting(one: SheetLine, board: Progress, view: SiteView, judgement: Judgement, width: int) -> list[Line]:
    correction = one.correction
    lines = _head(one, _name(correction), width)
    what = ", ".join(_said(piece) for piece in wished_of(correction))
    if one.state == "open":
        tail = f"  {sureness(correction.confidence)}"
        lines += paragraph(what, width, "strong", line((" " * _INDENT, "text")))
        last = lines[-1]
        fits = sum(len(text) for text, _ in last) + len(tail) <= width
        lines[-1] = (*last, (tail, "dim")) if fits else last
    else:
        lines += paragraph(what, width, "text", line((" " * _INDENT, "text")))
    return lines + _since(one, board, view, judgement, width)


def _name(correction: Correction) -> str:
    return clean(correction.name) or tr("device.input", input=correction.input)


def _head(one: SheetLine, name: str, width: int) -> list[Line]:
    sign, tone = _SIGNS[one.state]
    tail = clean(one.correction.hub or "") if one.correction.hub else ""
    first = line((f"{sign} ", tone), (f"{one.input:>2} ", "dim"))
    lines = paragraph(name, width, "strong", first)
    return [(*lines[0], (f"  {tail}", "dim")), *lines[1:]] if tail and len(lines) == 1 else lines


def _since(one: SheetLine, board: Progress, view: SiteView, judgement: Judgement, width: int) -> list[Line]:
    """What became of it, and what proves it."""
    lines: list[Line] = []
    lead = line((" " * _INDENT, "text"))
    failed = [past.failed for past in board.history.lines if past.input == one.input and past.failed is not None]
    if failed:
        lines += paragraph(tr("corrections_screen.was_wrong", at=clock(max(failed))), width, "warn", lead)
    if one.state == "otherwise" and one.became is not None:
        what = changes_of(one.became, one.correction.set)
        lines += paragraph(tr("corrections_screen.otherwise", what=what), width, "warn", lead)
    if one.changed is not None:
        by_hand = "by_tick" if one.ticked else "by_hand"
        code = by_hand if one.by == "hand" else "set_otherwise" if one.became is not None else "set"
        text = tr(f"corrections_screen.{code}", at=clock(one.changed))
        lines += paragraph(f"✓ {text}", width, "ok", lead)
    if one.proved is not None:
        lines += paragraph(f"✓ {tr('corrections_screen.proved', at=clock(one.proved))}", width, "ok", lead)
    channel = _channel(view, one.input)
    proof = proof_of(one, channel, judgement.channels.get(one.input)) if channel is not None else None
    if proof is not None:
        text = tr("corrections_screen.prove", step=proof)
        lines += paragraph(text, width, "strong", line((" " * _INDENT, "text"), ("→ ", "key")))
    return lines


def _channel(view: SiteView, number: int) -> ChannelView | None:
    return next((one for one in view.channels if one.input == number), None)


def _moves(board: Progress, view: SiteView, judgement: Judgement, width: int) -> list[Line]:
    chosen = [one for one in board.lines if one.correction.how == "move"]
    lines = [line((tr("corrections_screen.moves"), "title"))] if chosen else []
    told: set[str] = set()
    for one in chosen:
        lines += _head(one, _name(one.correction), width)
        if one.state in ("open", "otherwise"):
            for text in _move(one.correction, judgement):
                if text not in told:
                    told.add(text)
                    lines += paragraph(text, width, "text", line((" " * _INDENT, "text")))
        lines += _since(one, board, view, judgement, width)
    return lines


def _move(correction: Correction, judgement: Judgement) -> Iterator[str]:
    """What is wrong and what to do; both have the safety wording where it is needed."""
    own = move_of(correction)
    found = next((f for f in judgement.findings if f.code in correction.why[:1] and f.names(correction.input)), None)
    if own is not None:
        yield _said(own)
    elif found is not None:
        said = current().finding(found)
        yield said.title
        yield said.advice


def _open(board: Progress, width: int) -> list[Line]:
    """What is not known yet, the inputs that miss the same together."""
    shown = {one.input for one in board.lines}
    missing: dict[str, list[OpenInput]] = {}
    for one in undecided(board.sheet):
        if one.input not in shown:
            missing.setdefault(_said(one.why), []).append(one)
    lines = [line((tr("corrections_screen.open"), "title"))] if missing else []
    for why, inputs in missing.items():
        sign = line(("✕ ", "fault")) if any(one.fault for one in inputs) else line(("? ", "wait"))
        names = ", ".join(f"{one.input} {clean(one.name)}".strip() for one in inputs)
        lines += paragraph(names, width, "text", sign)
        lines += paragraph(why, width, "dim", line((" " * _INDENT, "text")))
    return lines


def _said(what: Fact) -> str:
    return clean(current().fact(what), 2000)


def clock(at: float) -> str:
    """A time of this computer's day; of another day with its date."""
    then = time.localtime(at)
    today = time.localtime()[:3] == then[:3]
    return time.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M", then)
