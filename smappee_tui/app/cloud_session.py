"""The cloud as the screens use it: one client for all of them, opened late, logged in once, closed with the program.

No screen imports a client: it comes from a door (`CloudAccess`) that the program opens when somebody asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from smappee_tui.app.switching import READ_ONLY, SwitchAction
from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.connect.cloud_api.errors import WrongCredentialsError
from smappee_tui.connect.errors import ExternalError
from smappee_tui.protocol.cloud.records import CloudLocation, Consumption, LocationInfo, MeteringConfiguration
from smappee_tui.protocol.fact import Fact, fact

if TYPE_CHECKING:
    from smappee_tui.diagnosis.checks.limits import DeviceLimits
    from smappee_tui.diagnosis.limits.declared import Declared


DURATIONS: tuple[int | None, ...] = (None, 300, 900, 1800, 3600)
"""For how long an actuator can be switched, s; None: until further notice. The service knows no others."""


class NotLoggedInError(ExternalError):
    """Nobody has logged in to the cloud on this laptop yet."""


class Cloud(Protocol):
    """The part of a client that the screens use. Every method may raise ExternalError."""

    @property
    def base_url(self) -> str:
        """Where the service is: a report says what it was told by."""

    @property
    def remarks(self) -> Sequence[Fact]:
        """What was left out of answers, in words."""

    async def __aenter__(self) -> object: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> bool | None: ...

    async def authenticate(self) -> datetime:
        """Log in; until when that holds. May take 20 s."""

    async def locations(self) -> tuple[CloudLocation, ...]:
        """All locations that the account sees."""

    async def info(self, location: int) -> LocationInfo:
        """Who and where it is, and its actuators."""

    async def metering(self, location: int) -> MeteringConfiguration:
        """How its CT inputs are configured."""

    def consumption(
        self,
        location: int,
        aggregation: Aggregation,
        start: datetime,
        end: datetime,
        *,
        progress: Callable[[float], None] = ...,
    ) -> AsyncIterator[Consumption]:
        """Its intervals, in order of time."""

    async def actuator_state(self, location: int, actuator: int) -> str:
        """ON, OFF, or as sent."""

    async def switch_actuator(self, location: int, actuator: int, on: bool, *, seconds: int | None = None) -> None:
        """Switch it, for so many seconds or until further notice."""


@dataclass(frozen=True, slots=True)
class CloudAccess:
    """How to get into the cloud, and what may be done there."""

    open: Callable[[], Cloud]
    """Makes a client, in a thread of its own: a keyring may ask for a password. Raises ExternalError."""
    read_only: bool = False
    limits: DeviceLimits | None = None
    """Thresholds to judge by; None: the usual ones."""
    declared: Declared | None = None
    """What the settings say of any installation, for its limits."""
    mode: str = ""
    """Said in the header: "demo"."""


OPENING = fact("cloud_login.opening")
LOGGING_IN = fact("cloud_login.logging_in")
PATIENCE = 5.0
"""Seconds that closing waits for a switching which is on its way."""


class UnexpectedError(ExternalError):
    """A mistake in this program, shown rather than swallowed."""

    def __init__(self, error: BaseException) -> None:
        kind = type(error).__name__
        super().__init__(fact("cloud_login.unexpected", kind=kind), fact("cloud_login.unexpected_advice"))


class CloudSession:
    """The client that screens share, and what was switched with it."""

    def __init__(self, door: CloudAccess, clock: Callable[[], float]) -> None:
        """Prepare; nothing is opened yet.

        Args:
            door: how to get in.
            clock: s since 1970.
        """
        self.door, self.clock = door, clock
        self.step: Fact | None = None
        """What opening is at; None once it is done."""
        self.log: list[SwitchAction] = []
        """What was switched, oldest first."""
        self._lock = asyncio.Lock()
        self._client: Cloud | None = None
        self._stack = AsyncExitStack()
        self._sending: set[asyncio.Task[None]] = set()

    @property
    def why_locked(self) -> Fact | None:
        """Why nothing can be switched, None where it can."""
        return READ_ONLY if self.door.read_only else None

    async def client(self) -> Cloud:
        """The client, logged in. Raises ExternalError; the next call begins anew, with the login of then."""
        async with self._lock:
            if self._client is not None:
                return self._client
            async with AsyncExitStack() as stack:
                try:
                    self.step = OPENING
                    fresh = await asyncio.to_thread(self.door.open)
                    await stack.enter_async_context(_Held(fresh))
                    self.step = LOGGING_IN
                    await fresh.authenticate()
                finally:
                    self.step = None
                self._stack.push_async_callback(stack.pop_all().aclose)
                self._client = fresh
            return fresh

    def refused(self, problem: ExternalError) -> None:
        """Forget a client whose login does not hold any more: somebody may log in anew meanwhile."""
        if isinstance(problem, WrongCredentialsError):
            self._client = None  # closed in the end: another pane may be reading with it

    def switch(self, asked: SwitchAction) -> None:
        """Send it, once, whatever becomes of the screens. Raises PermissionError when that is locked."""
        if self.why_locked:
            raise PermissionError("switching is locked")
        self.log.append(asked)
        task = asyncio.get_running_loop().create_task(self._send(asked))
        self._sending.add(task)
        task.add_done_callback(lambda done: self._sent(done, asked))

    async def _send(self, asked: SwitchAction) -> None:
        try:
            client = await self.client()
        except ExternalError as problem:
            asked.outcome, asked.problem = "not sent", problem.told
            return
        location, actuator = int(asked.location), int(asked.target)
        try:
            await client.switch_actuator(location, actuator, asked.on, seconds=asked.duration)
        except ExternalError as problem:
            asked.outcome, asked.problem = "not sent", problem.told
            self.refused(problem)
            return
        asked.outcome = "accepted"
        try:
            asked.state = await client.actuator_state(location, actuator)
        except ExternalError as problem:
            asked.problem = problem.told

    def _sent(self, task: asyncio.Task[None], asked: SwitchAction) -> None:
        self._sending.discard(task)
        error = None if task.cancelled() else task.exception()
        if asked.outcome == "sending":
            asked.outcome = "unconfirmed"
        if error is not None:
            asked.problem = UnexpectedError(error).told

    async def close(self) -> None:
        """Close the client; what is being switched may arrive first."""
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=PATIENCE)
            for task in late:
                task.cancel()
        self._client = None
        await self._stack.aclose()


class _Held:
    """Enters and leaves a client without caring what it gives."""

    def __init__(self, client: Cloud) -> None:
        self._client = client

    async def __aenter__(self) -> None:
        await self._client.__aenter__()

    async def __aexit__(self, *error: object) -> None:
        await self._client.__aexit__(None, None, None)
