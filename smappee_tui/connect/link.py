"""A link to a broker that stays: one connection after the other, in a thread of its own, and how that is going."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Callable
from ssl import SSLContext

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import ExternalError, PacketRefusedError, RefusedError
from smappee_tui.connect.message_source import Phase, SourceState
from smappee_tui.connect.mqtt_connection import Connection, tls_context
from smappee_tui.connect.retry import Backoff
from smappee_tui.protocol.fact import Fact, fact

_TRYING = frozenset({"connecting", "disconnected", "refused"})
_PATIENCE = 0.9
"""Seconds that `close` waits for the thread. A TCP connect cannot be interrupted; it ends by itself a little later."""


class Link:
    """Connects, and after each end connects again; what a connection does while it lasts is the connection's own."""

    def __init__(
        self,
        address: BrokerAddress,
        connection: Callable[[SSLContext | None, str], Connection],
        *,
        clock: Callable[[], float] = time.time,
        on_wake: Callable[[], None] | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        """Make a link; `start` sets it going.

        Args:
            address: the broker.
            connection: makes the next connection, which calls `ready`, from how to speak TLS and a name to log on with.
            clock: seconds since 1970; stamps states.
            on_wake: called from the link's thread when the state changes.
            backoff: the waits between attempts.
        """
        self._address = address
        self._connection = connection
        self._clock = clock
        self._on_wake = on_wake
        self._backoff = backoff or Backoff()
        # MQTT 3.1 allows 23 characters.
        self._client_id = address.client_id or f"smappee-tui-{secrets.token_hex(5)}"
        self._lock = threading.Lock()
        self._state = SourceState("connecting", clock())
        self._attempts = 0
        self._connected = 0
        self._too_large: PacketRefusedError | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> SourceState:
        """A frozen snapshot; safe from any thread."""
        return self._state

    def start(self) -> None:
        """Begin connecting. A second call does nothing.

        Raises:
            CannotReadError: when the file of certificate authorities cannot be used.
            ExternalError: when the link is closed already.
        """
        if self._stop.is_set():
            raise ExternalError(fact("errors.link_closed"), fact("errors.link_closed_advice"))
        if self._thread is None:
            tls = tls_context(self._address)
            self._thread = threading.Thread(target=self._run, args=(tls,), name="mqtt-link", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Say goodbye to the broker and end the thread, within a second."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_PATIENCE)
        self._set("closed")

    def ready(self) -> None:
        """To be called by the connection, in the link's thread: what is wanted will come from now on."""
        self._attempts = 0
        self._connected += 1
        self._set("connected")

    def too_large(self, refused: PacketRefusedError) -> None:
        """To be called by a connection that goes on without a message that was too large."""
        self._too_large = refused
        self._set(self._state.phase)

    def wake(self) -> None:
        """Wake whoever drains."""
        if self._on_wake is not None:
            # An event loop that is closed already answers with RuntimeError; then nobody is left to wake.
            with contextlib.suppress(RuntimeError):
                self._on_wake()

    def _run(self, tls: SSLContext | None) -> None:
        failures = 0
        try:
            while not self._stop.is_set():
                self._attempts += 1
                self._set("connecting", self._state.reason)
                problem = self._connection(tls, self._client_id).run(self._stop)
                if problem is None:
                    return
                failures = failures + 1 if self._attempts else 1
                if isinstance(problem, PacketRefusedError):
                    self._too_large = problem
                refused = isinstance(problem, RefusedError)
                wait = self._backoff.cap if refused else self._backoff.delay(failures)
                self._set("refused" if refused else "disconnected", problem.told, self._clock() + wait)
                self._stop.wait(wait)
        finally:
            # Also reached when a bug ends the thread: a link that no longer runs must not go on saying "connected".
            self._set("closed", None if self._stop.is_set() else fact("errors.link_broken"))

    def _set(self, phase: Phase, reason: Fact | None = None, retry_at: float | None = None) -> None:
        with self._lock:
            if self._state.phase == "closed":  # a thread that was left behind in a TCP connect has no say any more
                return
            unchanged = self._state.phase == phase or {self._state.phase, phase} <= _TRYING
            since = self._state.since if unchanged else self._clock()
            back = max(0, self._connected - 1)
            self._state = SourceState(phase, since, reason, retry_at, self._attempts, back, self._too_large)
        self.wake()
