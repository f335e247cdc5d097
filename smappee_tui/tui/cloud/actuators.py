"""The actuators pane in lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from smappee_tui.app.cloud_session import DURATIONS, CloudSession
from smappee_tui.app.switching import SwitchAction
from smappee_tui.connect.errors import ExternalError
from smappee_tui.i18n import tr
from smappee_tui.i18n.text import clean, fit
from smappee_tui.protocol.cloud.records import Actuator, CloudLocation
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.tui.commands import CLOUD_SWITCH, SHEET, Command, bindings
from smappee_tui.tui.widgets.lines import BLANK, Line, Piece, line, paragraph
from smappee_tui.tui.widgets.sheet import NameSheet
from smappee_tui.tui.widgets.words import ago

_CONNECTIONS = ("CONNECTED", "DISCONNECTED", "UNREACHABLE")
_SIGNS = {"ON": ("●", "ok"), "OFF": ("○", "text")}


@dataclass(frozen=True, slots=True)
class ActuatorNow:
    """One actuator and its state."""

    actuator: Actuator
    state: str
    """ON, OFF, as sent, or "" where it is not known."""
    problem: ExternalError | None = None
    """Why its state could not be read."""


def actuator_lines(
    rows: Sequence[ActuatorNow], chosen: int, log: Sequence[SwitchAction], locked: str, now: float, width: int
) -> tuple[list[Line], int | None]:
    """All actuators, and the line under the cursor.

    Args:
        rows: the actuators.
        chosen: which one the cursor is on.
        log: what was switched at this location.
        locked: why nothing can be switched, "" where it can.
        now: s since 1970.
        width: cells of a line.
    """
    lines = paragraph(locked, width, "info", line(("i ", "info"))) if locked else []
    if not rows:
        lines += [line(("○ ", "wait"), (tr("cloud_screen.no_actuator"), "title")), BLANK]
        return [*lines, *paragraph(tr("cloud_screen.no_actuator_here"), width)], None
    name = max(14, min(40, width - 51))
    cells = (("actuator", name), ("number", 8), ("state", 12), ("connection", 13))
    head = " ".join(fit(tr(f"cloud_screen.column.{key}"), size) for key, size in cells)
    lines.append(line((fit(f"  {head} {tr('cloud_screen.column.kind')}", width), "head")))
    cursor: int | None = None
    for number, row in enumerate(rows):
        here = number == chosen
        if here:
            cursor = len(lines)
        lines.append(_row(row, here, name))
        if row.problem is not None:
            text = tr("cloud_screen.state_unread", why=row.problem.what, advice=row.problem.advice or "")
            lines += paragraph(text, width, "warn", line(("    ! ", "warn")))[:2]
        done = next((one for one in reversed(log) if one.target == str(row.actuator.id)), None)
        if done is not None:
            lines += paragraph(switched_words(done, now), width, switched_tone(done), line(("    → ", "key")))
    return lines, cursor


def _row(row: ActuatorNow, here: bool, name: int) -> Line:
    one = row.actuator
    state = state_word(row.state) if row.state else tr("cloud_screen.not_known")
    connection = (
        tr(f"cloud_screen.connection.{one.connection}") if one.connection in _CONNECTIONS else clean(one.connection)
    )
    sign, tone = _SIGNS.get(row.state.upper(), ("?", "wait"))
    return line(
        ("▸ " if here else "  ", "key"),
        (fit(clean(one.name) or tr("cloud_screen.no_name"), name), "strong" if here else "text"),
        " ",
        (fit(str(one.id), 8), "dim"),
        " ",
        (fit(f"{sign} {state}", 12), tone),
        " ",
        (fit(connection or "-", 13), "text"),
        " ",
        (clean(one.kind).replace("_", " ").lower() or "-", "dim"),
    )


def switched_words(done: SwitchAction, now: float) -> str:
    """How a switching went."""
    how = {"not sent": "failed", "unconfirmed": "unknown"}.get(done.outcome, done.outcome)
    if done.outcome == "accepted":
        how = "unread" if not done.state else "done" if done.state.upper() == done.word else "not_yet"
    return tr(
        f"cloud_screen.switched.{how}",
        state=fact(f"cloud_screen.state.{done.word}"),
        long=duration(done.duration),
        age=ago(round(max(0.0, now - done.asked_at))),
        says=state_word(done.state),
        why=done.problem or "",
    )


def state_word(state: str) -> str:
    """On, off, or what else the cloud says."""
    return tr(f"cloud_screen.state.{state.upper()}") if state.upper() in _SIGNS else clean(state)


def switched_tone(done: SwitchAction) -> str:
    """The tone of that."""
    if done.outcome == "sending":
        return "info"
    return "ok" if done.outcome == "accepted" and done.state.upper() == done.word else "warn"


def duration(seconds: int | None) -> Fact:
    """For how long."""
    if seconds is None:
        return fact("cloud_screen.until_further_notice")
    if seconds == 3600:
        return fact("cloud_screen.for_an_hour")
    return fact("cloud_screen.for_minutes", count=seconds // 60)


class CloudSwitchSheet(NameSheet, inherit_bindings=False):
    """Nothing is sent before the name has been typed."""

    TITLE_TEXT = "cloud_screen.sheet.title"
    KEYS: ClassVar[tuple[Command, ...]] = CLOUD_SWITCH
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(CLOUD_SWITCH),
        Binding("up", "longer(-1)", show=False),
    ]

    def __init__(self, hub: CloudSession, place: CloudLocation, row: ActuatorNow) -> None:
        """Ask.

        Args:
            hub: what sends.
            place: where.
            row: which, and how it stands.
        """
        super().__init__()
        self._hub, self._place, self._row = hub, place, row
        self._on = row.state.upper() != "ON"
        self._long = 0
        self.asked: SwitchAction | None = None
        """What was sent by this sheet."""

    def offered(self) -> list[Command]:
        """Once it is sent there is nothing to choose."""
        return list(CLOUD_SWITCH if self.asked is None else SHEET)

    def lay_out(self, width: int) -> list[Line]:
        """The question, or how it went."""
        if self.asked is None:
            return self._question(width)
        lines = paragraph(tr("cloud_screen.sheet.which", name=self._called(), where=self._where()), width, "strong")
        lines += paragraph(switched_words(self.asked, self._hub.clock()), width, switched_tone(self.asked))
        if self.asked.outcome == "sending":
            lines += [BLANK, *paragraph(tr("cloud_screen.sheet.go_back"), width, "dim")]
        return lines

    def _question(self, width: int) -> list[Line]:
        word, seconds = "ON" if self._on else "OFF", DURATIONS[self._long]
        asked = tr(
            "cloud_screen.sheet.question",
            name=self._called(),
            where=self._where(),
            state=fact(f"cloud_screen.state.{word}"),
            long=duration(seconds),
        )
        state = state_word(self._row.state)
        now = tr("cloud_screen.sheet.now", state=state) if state else tr("cloud_screen.sheet.now_unknown")
        lines = [*paragraph(asked, width, "strong"), *paragraph(now, width), BLANK]
        lines.append(_choice([state_word("ON"), state_word("OFF")], 0 if self._on else 1, "←→"))
        lines.append(_choice([_short(one) for one in DURATIONS], self._long, "↑↓"))
        after = "stays" if seconds is None else "ends_on" if self._on else "ends_off"
        lines += paragraph(tr(f"cloud_screen.sheet.{after}"), width, "dim")
        return [*lines, *self.name_lines(confirmation(self._row), tr("cloud_screen.sheet.warning"), width)]

    def _called(self) -> str:
        return clean(self._row.actuator.name) or tr("cloud_screen.actuator", id=str(self._row.actuator.id))

    def _where(self) -> str:
        return clean(self._place.name) or tr("cloud_screen.location", id=str(self._place.id))

    def on_key(self, event: events.Key) -> None:
        """Type the name."""
        if self.asked is None:
            self.take(event)

    def action_turn(self) -> None:
        if self.asked is None:
            self._on = not self._on
            self.redraw()

    def action_longer(self, by: int) -> None:
        """Another length; once it is sent, scroll."""
        if self.asked is None:
            self._long = max(0, min(self._long + by, len(DURATIONS) - 1))
            self.redraw()

    def action_go(self) -> None:
        """Switch, if the name is right."""
        if self.asked is not None:
            return
        if not self.named(confirmation(self._row)):
            return
        one = self._row.actuator
        asked = SwitchAction(
            str(self._place.id),
            str(one.id),
            self._called(),
            self._on,
            self._hub.clock(),
            duration=DURATIONS[self._long],
        )
        self._hub.switch(asked)
        self.asked = asked
        self.look()


def confirmation(row: ActuatorNow) -> str:
    """What must be typed: the name, or "actuator 11" for a name that is empty or that no keyboard could type."""
    name = " ".join(row.actuator.name.split())
    typable = 0 < len(name) <= 60 and name.isprintable() and clean(name) == name
    return name if typable else tr("cloud_screen.actuator", id=str(row.actuator.id))


def _short(seconds: int | None) -> str:
    if seconds is None:
        return tr("cloud_screen.until_further_notice")
    return tr("format.hours", count=seconds // 3600) if seconds >= 3600 else tr("format.minutes", count=seconds // 60)


def _choice(words: Sequence[str], chosen: int, keys: str) -> Line:
    """Words beside each other; the chosen one stands in brackets."""
    pieces: list[Piece] = [(f"{keys} ", "key")]
    for number, word in enumerate(words):
        here = number == chosen
        pieces.append((f"[{word}]" if here else f" {word} ", "strong" if here else "dim"))
    return tuple(pieces)
