"""The sheet that switches an actuator through the cloud: what will happen, for how long, confirmed by its name."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from smappee_tui.protocol.cloud import CloudLocation
from smappee_tui.tui.cloud_access import DURATIONS
from smappee_tui.tui.cloud_actuators import ActuatorNow, duration_words, switched_tone, switched_words
from smappee_tui.tui.cloud_hub import CloudHub, Switched
from smappee_tui.tui.lines import BLANK, Line, Piece, line, paragraph
from smappee_tui.tui.name_sheet import NameSheet
from smappee_tui.tui.text import shown

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
        self.asked: Switched | None = None
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
        lines += paragraph(f"The cloud says it is {shown(self._row.state) or 'in a state not known'} now.", width)
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
        return shown(self._row.actuator.name) or f"actuator {self._row.actuator.id}"

    def _where(self) -> str:
        return shown(self._place.name) or f"location {self._place.id}"

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
        asked = Switched(self._place.id, one.id, self._called(), self._on, DURATIONS[self._long], self._hub.clock())
        self._hub.switch(asked)
        self.asked = asked
        self.look()


def confirmation(row: ActuatorNow) -> str:
    """What must be typed: the name, or "actuator 11" for a name that is empty or that no keyboard could type."""
    name = " ".join(row.actuator.name.split())
    typable = 0 < len(name) <= 60 and name.isprintable() and shown(name) == name
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
