"""Switching because a person asked: what was asked and what came of it; for a plug, waiting until it answers.

Read-only is the rest of this program. Without a way to send (`PlugSwitch.locked`) nothing here can publish anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from smappee_tui.connect.errors import ExternalError, UnconfirmedError
from smappee_tui.protocol.fact import Fact, fact

if TYPE_CHECKING:
    from smappee_tui.site.site import Site  # a command of the cloud knows nothing of one

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


PATIENCE = 10.0
"""Seconds in which a plug that works has answered."""
MOST_KEPT = 200


class Sender(Protocol):
    """What carries a command to a plug; see `links.command.PlugSwitch`."""

    def send(self, location: str, node: str, on: bool) -> float:
        """Send, and say when. Raises UnconfirmedError when it may have left, another ExternalError when not."""


class PlugSwitch:
    """Everything that was switched, and the way to switch more, unless that is locked."""

    def __init__(self, sender: Sender | None, why_locked: Fact | None = None, *, patience: float = PATIENCE) -> None:
        """Make one.

        Args:
            sender: how to switch; None locks it for good.
            why_locked: told to a person who tries.
            patience: seconds to wait for an answer.
        """
        self._sender = sender
        self.why_locked = why_locked if sender is None else None
        self.patience = patience
        self.log: deque[SwitchAction] = deque(maxlen=MOST_KEPT)
        """What was done, oldest first."""

    @classmethod
    def locked(cls, why: Fact = READ_ONLY) -> PlugSwitch:
        """One that cannot switch anything."""
        return cls(None, why)

    @property
    def is_locked(self) -> bool:
        return self._sender is None

    def ask(self, site: Site, node: str, on: bool, now: float, *, restores: bool = False) -> SwitchAction:
        """Note what a person asked for; `run` does it.

        Raises:
            PermissionError: when switching is locked.
            KeyError: for a plug that is not there.
        """
        if self._sender is None:
            raise PermissionError(self.why_locked)
        plug = site.devices.plugs[node]
        before = plug.relay.state if plug.relay is not None else None
        action = SwitchAction(site.uuid, node, plug.name, on, now, before, restores)
        self.log.append(action)
        return action

    def run(self, action: SwitchAction) -> None:
        """Send it. Blocks for some seconds at most: call it beside the screen. Failure is noted, never raised."""
        if self._sender is None or action.outcome != "sending":
            return
        try:
            action.sent_at = self._sender.send(action.location, action.target, action.on)
        except UnconfirmedError as error:
            action.problem, action.outcome, action.sent_at = error.what, "unconfirmed", error.at
            return
        except ExternalError as error:
            action.problem = error.told
            action.outcome = "not sent"
            return
        # The answer may have been faster than the broker's receipt, the receipt slower than all patience.
        if action.outcome in ("sending", "unconfirmed"):
            action.problem, action.outcome = None, "waiting"

    def look(self, find: Callable[[str], Site | None], now: float) -> None:
        """See which plugs have answered since.

        Args:
            find: gives the site of a uuid.
            now: receiving clock.
        """
        for action in self.log:
            if action.listens:
                self._look(action, find(action.location), now)

    def _look(self, action: SwitchAction, site: Site | None, now: float) -> None:
        plug = site.devices.plugs.get(action.target) if site is not None else None
        heard = plug.relay_heard if plug is not None else None
        if action.sent_at is None:
            if action.open and now - action.asked_at > 3 * self.patience:
                action.outcome, action.problem = "unconfirmed", fact("plug_switch.nothing_back")
            return
        if (
            plug is not None
            and plug.relay is not None
            and heard is not None
            and not heard.retained  # the broker's memory is no answer
            and 0.0 <= heard.at - action.sent_at <= self.patience
            and plug.relay.state == action.word
        ):
            action.seconds = heard.at - action.sent_at
            action.outcome = "answered"
        elif action.open and now - action.sent_at > self.patience:
            action.outcome = "no answer"
