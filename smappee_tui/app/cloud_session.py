"""One client of the cloud for everything that runs: opened late, logged in once, closed with the first of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from smappee_tui.app.cloud_access import Cloud, CloudAccess
from smappee_tui.app.switch_action import READ_ONLY, SwitchAction
from smappee_tui.connect.cloud_api.errors import WrongCredentialsError
from smappee_tui.connect.errors import ExternalError
from smappee_tui.protocol.fact import Fact, fact

OPENING = fact("cloud_screen.step.opening")
LOGGING_IN = fact("cloud_screen.step.logging_in")
PATIENCE = 5.0
"""Seconds that closing waits for a switching which is on its way."""


class UnexpectedError(ExternalError):
    """A mistake in this program, shown rather than swallowed."""

    def __init__(self, error: BaseException) -> None:
        kind = type(error).__name__
        super().__init__(fact("cloud_screen.unexpected", kind=kind), fact("cloud_screen.unexpected_advice"))


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
