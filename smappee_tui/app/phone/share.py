"""What the live screen knows of the server for phones. `web/server.py` is it; the command hands it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from smappee_tui.app.phone.desk import PhoneDesk


@dataclass(frozen=True, slots=True)
class SharedDevice:
    """One phone that the link let in."""

    id: str
    """For `Share.revoke`; it opens nothing."""
    said: str
    """What its browser says it is: foreign text."""
    address: str
    """Where it came from last."""
    since: float
    """Seconds since 1970, as `seen`."""
    seen: float


@dataclass(frozen=True, slots=True)
class ShareAddress:
    """An address of this computer to serve on."""

    address: str
    """IPv4 or IPv6."""
    network: str
    """The interface that has it."""
    monitors: bool = False
    """The monitor sees this computer there."""


class Share(Protocol):
    """Serves the page of one desk, or not. Everything is called on the program's thread."""

    desk: PhoneDesk

    def addresses(self) -> Sequence[ShareAddress]:
        """Where it could serve, the monitor's network first; never a public address."""
        ...

    def start(self, address: str) -> None:
        """Serve there.

        Raises:
            ExternalError: when nothing can listen there.
        """
        ...

    def stop(self) -> None:
        """Serve no more; every link and every phone let in is forgotten. A second call does nothing."""
        ...

    @property
    def running(self) -> bool: ...

    @property
    def failed(self) -> str:
        """Why it ended by itself, in a word of the programmer's; "" where it did not."""
        ...

    @property
    def lost(self) -> bool:
        """It serves on an address that this computer no longer has: another network was joined."""
        ...

    @property
    def link(self) -> str:
        """The link with its token, to be shown as a code; "" while nothing is served."""
        ...

    @property
    def devices(self) -> Sequence[SharedDevice]: ...

    def revoke(self, device: str) -> None:
        """Let this phone in no more."""
        ...

    @property
    def refused(self) -> Mapping[str, int]:
        """What was turned away since the start, by why."""
        ...
