"""States of the cloud in lines: logging in, reading, failed, stale, nothing there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from smappee_tui.app.cloud_access import NotLoggedInError
from smappee_tui.connect.cloud_api import errors
from smappee_tui.connect.cloud_api.credentials import NoKeyringError
from smappee_tui.connect.errors import ExternalError
from smappee_tui.i18n import current
from smappee_tui.i18n.text import clean
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
        """It is being read."""
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
        """It is there."""
        self.value, self.read_at, self.since, self.share, self.problem = value, now, None, None, None

    def failed(self, turn: int, problem: ExternalError | None) -> None:
        """This attempt ended without a value; None: it was called off."""
        if turn == self.turn and self.busy:
            self.since, self.share, self.problem = None, None, problem


OLD = 900.0
"""Seconds after which a value is said to be old."""
_BAR = 20
_TITLES: tuple[tuple[type[ExternalError], str, str], ...] = (
    (NotLoggedInError, "○", "No login for the cloud on this laptop"),
    (NoKeyringError, "○", "The keyring cannot be used"),
    (errors.WrongCredentialsError, "■", "The cloud refused the login"),
    (errors.NotPermittedError, "■", "This account may not do that"),
    (errors.NotFoundError, "✕", "The cloud does not know it"),
    (errors.BadRequestError, "✕", "The cloud did not take the request"),
    (errors.RateLimitError, "▲", "Too many requests"),
    (errors.ServiceDownError, "✕", "The cloud failed"),
    (errors.OfflineError, "○", "The cloud is not reached"),
)
_LOGIN = (
    "Leave this program, type `smappee-tui cloud login` and answer its questions once. Client id and secret come from "
    "the vendor, on request; user and password are those of the app or the dashboard.",
    "They are kept in this system's keyring, and nowhere else.",
    "Come back here: C in the find screen.",
)


class UnexpectedError(ExternalError):
    """A mistake in this program, shown rather than swallowed."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(
            f"Something went wrong inside this program ({type(error).__name__}).",
            "Try it once more; if it stays, report it with what you did.",
        )


def title_of(problem: ExternalError) -> tuple[str, str]:
    """Sign and headline of what went wrong."""
    for kind, sign, title in _TITLES:
        if isinstance(problem, kind):
            return sign, title
    return "✕", "That did not work"


def problem_lines(problem: ExternalError, width: int, key: str = "r") -> list[Line]:
    """What went wrong, what the service said, and what to do next."""
    sign, title = title_of(problem)
    lines = [line((f"{sign} ", "fault"), (title, "title")), BLANK]
    if current().fact(problem.what).rstrip(".") != title:
        lines += paragraph(current().fact(problem.what), width)
    if problem.advice:
        lines += paragraph(current().fact(problem.advice), width)
    said = getattr(problem, "said", "")
    if said and clean(said) not in current().fact(problem.what):
        lines += [BLANK, *paragraph(f"“{clean(said[:300])}”", width, "dim", line(("the service says: ", "dim")), 2)]
    if isinstance(problem, NotLoggedInError):
        lines += [BLANK, line(("What to do", "title"))]
        for number, step in enumerate(_LOGIN, 1):
            lines += paragraph(step, width, first=line((f" {number}  ", "key")))
    return [*lines, BLANK, line((f"{key}  ", "key"), "try again")]


def busy_lines(reading: Loadable[Any], step: str, now: float, width: int) -> list[Line]:
    """What is going on, for how long, and how far it is."""
    gone = max(0.0, now - (reading.since if reading.since is not None else now))
    lines = [line(("◌ ", "wait"), (step or "Reading …", "text"), (f"  {gone:.0f} s", "dim"))]
    if reading.share is not None:
        lines.append(line("  ", *bar(reading.share)))
    if step.startswith("Logging in") and gone >= 3:
        lines += [BLANK, *paragraph("The service often takes 20 s for that. esc goes back.", width, "dim")]
    return lines


def bar(share: float) -> tuple[Piece, Piece]:
    """How far it is, as a bar and in percent."""
    share = min(1.0, max(0.0, share))
    full = round(share * _BAR)
    return ("█" * full + "░" * (_BAR - full), "trend"), (f" {100 * share:.0f} %", "text")


def state_words(reading: Loadable[Any], step: str, now: float) -> Piece:
    """The same in a few words, for the header."""
    if reading.busy:
        done = "" if reading.share is None else f" {100 * reading.share:.0f} %"
        return f"◌ {(step or 'Reading …').rstrip(' …').lower()}{done} ", "info"
    if reading.problem is not None:
        sign, title = title_of(reading.problem)
        return f"{sign} {'stale: ' if reading.stale else ''}{title.lower()} ", "warn"
    if reading.read_at is None:
        return "○ not read yet ", "wait"
    age = max(0.0, now - reading.read_at)
    return (f"● read {ago(round(age))} ago ", "ok") if age < OLD else (f"▲ old: read {ago(age)} ago ", "warn")


def stale_lines(reading: Loadable[Any], now: float, width: int, key: str = "r") -> list[Line]:
    """Above values that could not be read anew."""
    if not reading.stale or reading.problem is None or reading.read_at is None:
        return []
    why = current().error(reading.problem)
    text = f"Read {ago(round(max(0.0, now - reading.read_at)))} ago. {why} {key} tries again."
    return [*paragraph(text, width, "warn", line(("▲ ", "warn")))[:4], BLANK]
