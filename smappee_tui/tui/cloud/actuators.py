"""The actuators pane in lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from smappee_tui.app.cloud_access import DURATIONS
from smappee_tui.connect.errors import ExternalError
from smappee_tui.i18n import current
from smappee_tui.i18n.text import clean, fit
from smappee_tui.protocol.cloud.places import Actuator, CloudLocation
from smappee_tui.tui.cloud.hub import ActuatorSwitching, CloudHub
from smappee_tui.tui.widgets.lines import BLANK, Line, Piece, line, paragraph
from smappee_tui.tui.widgets.sheet import NameSheet
from smappee_tui.tui.widgets.words import ago

_SIGNS = {"ON": ("●", "ok"), "OFF": ("○", "text")}
_CONNECTIONS = {"CONNECTED": "connected", "DISCONNECTED": "disconnected", "UNREACHABLE": "unreachable", "": ""}


@dataclass(frozen=True, slots=True)
class ActuatorNow:
    """One actuator and its state."""

    actuator: Actuator
    state: str
    """ON, OFF, as sent, or "" where it is not known."""
    problem: ExternalError | None = None
    """Why its state could not be read."""


def actuator_lines(
    rows: Sequence[ActuatorNow], chosen: int, log: Sequence[ActuatorSwitching], locked: str, now: float, width: int
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
        lines += [line(("○ ", "wait"), ("No plug, switch or output module", "title")), BLANK]
        return [*lines, *paragraph("The cloud knows none at this location. r reads again.", width)], None
    name = max(14, min(40, width - 51))
    head = f"  {fit('Actuator', name)} {fit('Number', 8)} {fit('State', 12)} {fit('Connection', 13)} Kind"
    lines.append(line((fit(head, width), "head")))
    cursor: int | None = None
    for number, row in enumerate(rows):
        here = number == chosen
        if here:
            cursor = len(lines)
        lines.append(_row(row, here, name))
        if row.problem is not None:
            text = f"its state could not be read: {current().error(row.problem)}"
            lines += paragraph(text, width, "warn", line(("    ! ", "warn")))[:2]
        done = next((one for one in reversed(log) if one.actuator == row.actuator.id), None)
        if done is not None:
            lines += paragraph(switched_words(done, now), width, switched_tone(done), line(("    → ", "key")))
    return lines, cursor


def _row(row: ActuatorNow, here: bool, name: int) -> Line:
    one = row.actuator
    sign, tone = _SIGNS.get(row.state.upper(), ("?", "wait"))
    return line(
        ("▸ " if here else "  ", "key"),
        (fit(clean(one.name) or "(no name)", name), "strong" if here else "text"),
        " ",
        (fit(str(one.id), 8), "dim"),
        " ",
        (fit(f"{sign} {clean(row.state) or 'not known'}", 12), tone),
        " ",
        (fit(_CONNECTIONS.get(one.connection, clean(one.connection)) or "-", 13), "text"),
        " ",
        (clean(one.kind).replace("_", " ").lower() or "-", "dim"),
    )


def switched_words(done: ActuatorSwitching, now: float) -> str:
    """How a switching went."""
    what = f"{done.word} {duration_words(done.seconds)}"
    age = f"{ago(round(max(0.0, now - done.asked_at)))} ago"
    match done.outcome:
        case "sending":
            return f"{what}: being sent, {ago(round(max(0.0, now - done.asked_at)))} …"
        case "accepted" if done.state.upper() == done.word:
            return f"{what}: the cloud took it and says {done.word}, {age}"
        case "accepted" if done.state:
            return f"{what}: the cloud took it and still says {clean(done.state)}, {age}. r reads again."
        case "accepted":
            return f"{what}: the cloud took it, {age}. Its state could not be read yet: r reads again."
        case "failed":
            return f"{what}: {current().error(done.problem) if done.problem else ''}"
        case _:
            return f"{what}: not known whether it was carried out. Look at it before you do it again."


def switched_tone(done: ActuatorSwitching) -> str:
    """The tone of that."""
    if done.outcome == "sending":
        return "info"
    return "ok" if done.outcome == "accepted" and done.state.upper() == done.word else "warn"


def duration_words(seconds: int | None) -> str:
    """For how long."""
    return (
        "until further notice"
        if seconds is None
        else "for 1 hour"
        if seconds == 3600
        else f"for {seconds // 60} minutes"
    )


_WARNING = (
    "Whatever hangs on it gains or loses power, and nobody may be there to see it. Ask first: nothing medical, no "
    "alarm, lift, server or cooling may hang on it."
)


class CloudSwitchSheet(NameSheet, inherit_bindings=False):
    """Nothing is sent before the name has been typed."""

    TITLE_TEXT = "Switch through the cloud"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "switch", priority=True),
        Binding("escape", "close", "back", priority=True),
        Binding("down", "longer(1)", show=False),
        Binding("up", "longer(-1)", show=False),
        Binding("left,right,tab", "turn", show=False),
    ]

    def __init__(self, hub: CloudHub, place: CloudLocation, row: ActuatorNow) -> None:
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
        self.asked: ActuatorSwitching | None = None
        """What was sent by this sheet."""

    def title_line(self) -> Line:
        """The title, and what keys do now."""
        keys = "←→ on/off   ↑↓ how long   ⏎ switch   esc back" if self.asked is None else "esc back"
        return line((f" {self.TITLE_TEXT}   ", "title"), (keys, "dim"))

    def lay_out(self, width: int) -> list[Line]:
        """The question, or how it went."""
        if self.asked is None:
            return self._question(width)
        lines = paragraph(f"{self._called()} at {self._where()}", width, "strong")
        lines += paragraph(switched_words(self.asked, self._hub.clock()), width, switched_tone(self.asked))
        if self.asked.outcome == "sending":
            lines += [BLANK, *paragraph("You can go back meanwhile: it is sent all the same.", width, "dim")]
        return lines

    def _question(self, width: int) -> list[Line]:
        word, seconds = "ON" if self._on else "OFF", DURATIONS[self._long]
        name = confirmation(self._row)
        lines = paragraph(
            f"Switch {self._called()} at {self._where()} {word} {duration_words(seconds)}?", width, "strong"
        )
        lines += paragraph(f"The cloud says it is {clean(self._row.state) or 'in a state not known'} now.", width)
        lines += [BLANK, _choice(("ON", "OFF"), 0 if self._on else 1, "←→")]
        lines.append(_choice([_short(one) for one in DURATIONS], self._long, "↑↓"))
        if seconds is not None:
            after = "the service ends it by itself"
            unsure = "" if self._on else " (its document promises that for ON only)"
            lines += paragraph(f"After that {after}{unsure}.", width, "dim")
        else:
            lines += paragraph("It stays so until somebody or something switches it again.", width, "dim")
        lines += self.name_lines(name, _WARNING, width)
        return lines

    def _called(self) -> str:
        return clean(self._row.actuator.name) or f"actuator {self._row.actuator.id}"

    def _where(self) -> str:
        return clean(self._place.name) or f"location {self._place.id}"

    def on_key(self, event: events.Key) -> None:
        """Type the name; once it is sent, q leaves."""
        if self.asked is not None:
            if event.key == "q":
                event.stop()  # the screen below has a q of its own
                self.dismiss(None)
            return
        self.take(event)

    def action_turn(self) -> None:
        """The other of ON and OFF."""
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
        asked = ActuatorSwitching(
            self._place.id, one.id, self._called(), self._on, DURATIONS[self._long], self._hub.clock()
        )
        self._hub.switch(asked)
        self.asked = asked
        self.look()


def confirmation(row: ActuatorNow) -> str:
    """What must be typed: the name, or "actuator 11" for a name that is empty or that no keyboard could type."""
    name = " ".join(row.actuator.name.split())
    typable = 0 < len(name) <= 60 and name.isprintable() and clean(name) == name
    return name if typable else f"actuator {row.actuator.id}"


def _short(seconds: int | None) -> str:
    return "until further notice" if seconds is None else "1 h" if seconds == 3600 else f"{seconds // 60} min"


def _choice(words: list[str] | tuple[str, ...], chosen: int, keys: str) -> Line:
    """Words beside each other; the chosen one stands in brackets."""
    pieces: list[Piece] = [(f"{keys} ", "key")]
    for number, word in enumerate(words):
        here = number == chosen
        pieces.append((f"[{word}]" if here else f" {word} ", "strong" if here else "dim"))
    return tuple(pieces)
