"""Switching, wherever it is done: what a person asked for and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smappee_tui.protocol.fact import Fact, fact

READ_ONLY = fact("plug_switch.read_only")
NO_BROKER = fact("plug_switch.recording")

Outcome = Literal["sending", "waiting", "accepted", "unconfirmed", "answered", "no answer", "not sent"]
"""accepted: the cloud took it; what it says of the plug afterwards is `state` · unconfirmed: sent, and nobody said that
it was received; it may have been carried out, or may still be · no answer: the broker has it, the plug kept silent ·
not sent: it surely did not leave, or broker or cloud said no."""


@dataclass(slots=True)
class SwitchAction:
    """One switching of one plug or actuator: asked by a person, kept for the report."""

    location: str
    """uuid of a service location; its number in the cloud."""
    target: str
    """Node of a plug; number of an actuator in the cloud."""
    name: str
    """"" where nobody named it."""
    on: bool
    """What was asked for."""
    asked_at: float
    """Receiving clock, seconds since 1970."""
    before: str | None = None
    """State before, ON or OFF; None where it was not known."""
    restores: bool = False
    """It puts back what an earlier one changed."""
    duration: int | None = None
    """For how long, s; None: until further notice."""
    outcome: Outcome = "sending"
    sent_at: float | None = None
    seconds: float | None = None
    """From sending to the plug's answer."""
    state: str = ""
    """What the cloud said of it afterwards."""
    problem: Fact | None = None
    """Why it could not be sent, or why that is not certain."""

    @property
    def word(self) -> str:
        """ON or OFF, as asked."""
        return "ON" if self.on else "OFF"

    @property
    def open(self) -> bool:
        """Whether it is not known yet what came of it."""
        return self.outcome in ("sending", "waiting")

    @property
    def listens(self) -> bool:
        """Whether an answer of the plug would still count."""
        return self.open or self.outcome == "unconfirmed"

    @property
    def restorable(self) -> bool:
        """Whether the plug now differs from how it was found."""
        return self.outcome == "answered" and not self.restores and self.before not in (None, self.word)
