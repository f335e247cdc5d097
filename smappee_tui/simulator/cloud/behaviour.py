"""What goes wrong at the virtual cloud, set while it runs."""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from smappee_tui.connect.cloud_api.aggregation import CONFIRMED, UNCONFIRMED, Aggregation


@dataclass(slots=True)
class Hold:
    """An answer that waits. Set `release` to let it go; `arrived` says that the request is there."""

    arrived: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True)
class InjectedTrouble:
    """One thing that will go wrong with the next calls of a path."""

    path: str
    """Path after the base, with * for anything: "/oauth2/token", "*/consumption"."""
    times: int = 1
    method: str = "*"
    status: int | None = None
    """Answer this instead of doing what was asked."""
    message: str = "Something went wrong on our side"
    retry_after: str | None = None
    body: bytes | None = None
    """Do what was asked, and answer these bytes with status 200 (or `status`)."""
    cut: bool = False
    """Do what was asked, and break the connection off in the middle of the answer."""
    deaf: bool = False
    """Break the connection off before doing anything."""
    location: str | None = None
    """Send the caller here with status 302."""
    hold: Hold | None = None
    """Do what was asked, and answer when this is released."""

    def fits(self, method: str, path: str) -> bool:
        """Is this about that call?"""
        return fnmatch.fnmatchcase(path, self.path) and self.method in ("*", method)


class Behaviour:
    """How the cloud behaves. Every method may be called from any thread while it serves."""

    def __init__(self, *, codes: Mapping[int, Aggregation] | None = None, token_lifetime: float = 36_000.0) -> None:
        """Prepare a cloud where all is well.

        Args:
            codes: the numbers of the aggregations that this cloud knows; by default the confirmed ones and the guesses.
            token_lifetime: s.
        """
        both = {**CONFIRMED, **UNCONFIRMED}
        self.codes = dict(codes) if codes is not None else {code: name for name, code in both.items()}
        self.token_lifetime = token_lifetime
        self.refuse_refresh = False
        """Refresh tokens are not accepted any more; the password still is."""
        self.extra_fields = False
        """All answers carry fields that nobody knows."""
        self.capital_message = False
        """Error texts stand under "Message"."""
        self.new_voltages = False
        """Consumption records have `phaseVoltages` in place of `voltages`."""
        self.wrapped_events = False
        """Events come as {"events": […]}."""
        self.state_as_text = False
        """An actuator's state comes as bare text ON_ON in place of a JSON string."""
        self.generation = 0
        """Tokens of an earlier generation have expired."""
        self._lock = threading.Lock()
        self._troubles: list[InjectedTrouble] = []

    def expire_now(self) -> None:
        """All access tokens given out so far expire; refresh tokens stay good."""
        with self._lock:
            self.generation += 1

    def trouble(self, trouble: InjectedTrouble) -> InjectedTrouble:
        """Let something go wrong; what was asked for first happens first."""
        with self._lock:
            self._troubles.append(trouble)
        return trouble

    def fail(
        self, path: str, status: int, times: int = 1, *, retry_after: str | None = None, message: str | None = None
    ) -> None:
        """Answer the next `times` calls of a path with a status."""
        trouble = InjectedTrouble(path, times, status=status, retry_after=retry_after)
        if message is not None:
            trouble.message = message
        self.trouble(trouble)

    def cut(self, path: str, times: int = 1) -> None:
        """Break off in the middle of the next `times` answers; what was asked for is done all the same."""
        self.trouble(InjectedTrouble(path, times, cut=True))

    def hang_up(self, path: str, times: int = 1) -> None:
        """Break the connection off without doing or answering anything."""
        self.trouble(InjectedTrouble(path, times, deaf=True))

    def garble(self, path: str, body: bytes = b"<html>Service unavailable</html>", times: int = 1) -> None:
        """Answer these bytes with status 200."""
        self.trouble(InjectedTrouble(path, times, body=body))

    def hold(self, path: str) -> Hold:
        """Let the next answer of a path wait until the test releases it."""
        hold = Hold()
        self.trouble(InjectedTrouble(path, hold=hold))
        return hold

    def redirect(self, path: str, location: str, times: int = 1) -> None:
        """Send the caller elsewhere."""
        self.trouble(InjectedTrouble(path, times, location=location))

    def heal(self) -> None:
        """Nothing goes wrong any more. Answers that wait are released."""
        with self._lock:
            for trouble in self._troubles:
                if trouble.hold is not None:
                    trouble.hold.release.set()
            self._troubles.clear()

    def take(self, method: str, path: str) -> InjectedTrouble | None:
        """What goes wrong with this call, counted."""
        with self._lock:
            for trouble in self._troubles:
                if trouble.fits(method, path):
                    trouble.times -= 1
                    if trouble.times <= 0:
                        self._troubles.remove(trouble)
                    return trouble
        return None
