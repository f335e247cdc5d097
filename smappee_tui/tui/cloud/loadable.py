"""States of the cloud in lines: logging in, reading, failed, stale, nothing there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from smappee_tui.app.cloud_session import LOGGING_IN, NotLoggedInError
from smappee_tui.connect.cloud_api import errors
from smappee_tui.connect.cloud_api.credentials import NoKeyringError
from smappee_tui.connect.errors import ExternalError
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.tui.widgets.lines import BLANK, Line, Piece, line, paragraph
from smappee_tui.tui.widgets.words import ago

T = TypeVar("T")


@dataclass(slots=True)
class Loadable(Generic[T]):
    """A value and the state of reading it. A value stays while it is read anew, and when that fails."""

    value: T | None = None
    read_at: float | None = None
    """When the value was read, s since 1970."""
    since: float | None = None
    """Since when it is being read, s since 1970; None: it is not."""
    share: float | None = None
    """How much of it is there, 0 to 1; None where nobody knows."""
    problem: ExternalError | None = None
    """Why the last attempt failed."""
    turn: int = 0
    """Attempts so far: one that was overtaken by another has nothing to say any more."""

    @property
    def busy(self) -> bool:
        return self.since is not None

    @property
    def stale(self) -> bool:
        """There is a value, and the attempt to read a newer one failed."""
        return self.value is not None and self.problem is not None and not self.busy

    def begin(self, now: float) -> int:
        """An attempt begins; gives its number."""
        self.since, self.share, self.problem = now, None, None
        self.turn += 1
        return self.turn

    def done(self, value: T, now: float) -> None:
        self.value, self.read_at, self.since, self.share, self.problem = value, now, None, None, None

    def failed(self, turn: int, problem: ExternalError | None) -> None:
        """This attempt ended without a value; None: it was called off."""
        if turn == self.turn and self.busy:
            self.since, self.share, self.problem = None, None, problem


OLD = 900.0
"""Seconds after which a value is said to be old."""
_BAR = 20
_KINDS: tuple[tuple[type[ExternalError], str, str], ...] = (
    (NotLoggedInError, "○", "no_login"),
    (NoKeyringError, "○", "no_keyring"),
    (errors.WrongCredentialsError, "■", "refused"),
    (errors.NotPermittedError, "■", "not_permitted"),
    (errors.NotFoundError, "✕", "not_found"),
    (errors.BadRequestError, "✕", "bad_request"),
    (errors.RateLimitError, "▲", "too_many"),
    (errors.ServiceDownError, "✕", "failed"),
    (errors.OfflineError, "○", "offline"),
)
"""What went wrong: its sign, and the name of its words."""
_TITLE_SAYS = "cloud_api.not_reached"
"""What went wrong there is what the title says already."""
SLOW = 3.0
"""Seconds of logging in after which it is said how long that may take."""


def kind_of(problem: ExternalError) -> tuple[str, str]:
    """Sign and kind of what went wrong."""
    return next(((sign, name) for kind, sign, name in _KINDS if isinstance(problem, kind)), ("✕", "other"))


def problem_lines(problem: ExternalError, width: int, key: str = "F5") -> list[Line]:
    """What went wrong, what the service said, and what to do next."""
    t = current()
    sign, kind = kind_of(problem)
    title, what, advice = t(f"cloud_screen.problem.{kind}"), t.fact(problem.what), t.fact(problem.advice)
    lines = [line((f"{sign} ", "fault"), (title, "title")), BLANK]
    if problem.what.code != _TITLE_SAYS:
        lines += paragraph(what, width)
    if advice:
        lines += paragraph(advice, width)
    said = clean(getattr(problem, "said", "")[:300])
    if said:
        first = line((f"{tr('cloud_screen.service_says')} ", "dim"))
        lines += [BLANK, *paragraph(f"“{said}”", width, "dim", first, 2)]
    if kind == "no_login":
        lines += [BLANK, *numbered([tr(f"cloud_screen.log_in.{step}") for step in (1, 2, 3)], width)]
    return [*lines, BLANK, line((f"{key}  ", "key"), tr("cloud_screen.try_again"))]


def numbered(steps: Sequence[str], width: int) -> list[Line]:
    """What to do, step by step."""
    lines = [line((tr("cloud_screen.what_to_do"), "title"))]
    for number, step in enumerate(steps, 1):
        lines += paragraph(step, width, first=line((f" {number}  ", "key")))
    return lines


def busy_lines(reading: Loadable[Any], step: Fact, now: float, width: int) -> list[Line]:
    """What is going on, for how long, and how far it is.

    Args:
        reading: what is being read.
        step: what that is at, one of `cloud_screen.step`.
        now: s since 1970.
        width: cells of a line.
    """
    gone = max(0.0, now - (reading.since if reading.since is not None else now))
    lines = [line(("◌ ", "wait"), (current().fact(step), "text"), (f"  {gone:.0f} s", "dim"))]
    if reading.share is not None:
        lines.append(line("  ", *bar(reading.share)))
    if step == LOGGING_IN and gone >= SLOW:
        lines += [BLANK, *paragraph(tr("cloud_screen.log_in_takes"), width, "dim")]
    return lines


def bar(share: float) -> tuple[Piece, Piece]:
    """How far it is, as a bar and in percent."""
    share = min(1.0, max(0.0, share))
    full = round(share * _BAR)
    return ("█" * full + "░" * (_BAR - full), "trend"), (f" {100 * share:.0f} %", "text")


def state_words(reading: Loadable[Any], step: Fact, now: float) -> Piece:
    """The same in a few words, for the header."""
    if reading.busy:
        words = tr(f"cloud_screen.at.{step.code.rpartition('.')[2]}", **step.params)
        done = "" if reading.share is None else f" {100 * reading.share:.0f} %"
        return f"◌ {words}{done} ", "info"
    if reading.problem is not None:
        sign, kind = kind_of(reading.problem)
        what = fact(f"cloud_screen.short.{kind}")
        words = tr("cloud_screen.stale", what=what) if reading.stale else current().fact(what)
        return f"{sign} {words} ", "warn"
    if reading.read_at is None:
        return f"○ {tr('cloud_screen.not_read')} ", "wait"
    age = max(0.0, now - reading.read_at)
    if age < OLD:
        return f"● {tr('cloud_screen.read_ago', age=ago(round(age)))} ", "ok"
    return f"▲ {tr('cloud_screen.old', age=ago(age))} ", "warn"


def stale_lines(reading: Loadable[Any], now: float, width: int, key: str = "F5") -> list[Line]:
    """Above values that could not be read anew."""
    if not reading.stale or reading.problem is None or reading.read_at is None:
        return []
    age = ago(round(max(0.0, now - reading.read_at)))
    why, advice = reading.problem.what, reading.problem.advice or ""
    text = tr("cloud_screen.read_before", age=age, why=why, advice=advice, key=key)
    return [*paragraph(" ".join(text.split()), width, "warn", line(("▲ ", "warn")))[:4], BLANK]
