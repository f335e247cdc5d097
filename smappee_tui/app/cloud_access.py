"""What the cloud screens ask of a client. They never import one: it comes from a door that the program opens late."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.connect.errors import ExternalError
from smappee_tui.protocol.cloud.places import CloudLocation, LocationInfo, MeteringConfiguration
from smappee_tui.protocol.cloud.records import Consumption
from smappee_tui.protocol.fact import Fact

if TYPE_CHECKING:
    from smappee_tui.diagnosis.checks.limits import DeviceLimits

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
    mode: str = ""
    """Said in the header: "demo"."""
