"""A broker on this laptop for a monitor to push to: Mosquitto if it is installed, else the one in this program."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Literal, NamedTuple, Self

from smappee_tui.connect.address import PLAIN_PORT, BrokerAddress
from smappee_tui.connect.networks import own_addresses
from smappee_tui.connect.own_broker import mosquitto
from smappee_tui.connect.own_broker.broker import EmbeddedBroker, new_password
from smappee_tui.protocol.fact import Fact, fact

_ASLEEP = 30.0
"""Seconds between two looks that mean that the laptop slept."""
_LOOK = 3.0
Kind = Literal["mosquitto", "embedded"]
OWN_USER = "smappee-tui"
"""Under which this program logs in; its password is made anew each time and shown to nobody."""


class BrokerTrouble(NamedTuple):
    """What keeps a monitor away, and what to do."""

    what: Fact
    advice: Fact


class LaptopBroker:
    """One broker on one address with one user. Use it as a context manager. Its text never holds the password."""

    def __init__(
        self,
        bind: str,
        port: int = PLAIN_PORT,
        *,
        username: str = "smappee",
        password: str | None = None,
        kind: Kind | None = None,
        addresses: Callable[[], set[str]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare; `start` opens the door.

        Args:
            bind: the address to listen on, and the only one.
            port: TCP port; 0 finds a free one, with the embedded broker only.
            username: the one user.
            password: his password; None makes a good one.
            kind: which broker; None: Mosquitto where it is installed.
            addresses: this machine's addresses now; None: asks the system.
            clock: seconds since 1970.
        """
        self.bind, self.port, self.username = bind, port, username
        self.password = password or new_password()
        self.kind: Kind = kind or ("mosquitto" if port and mosquitto.installed() else "embedded")
        self._addresses = addresses or (lambda: {one.ip for one in own_addresses()} | {"127.0.0.1", "::1"})
        self._clock = clock
        self._own = (OWN_USER, new_password())
        self._process: mosquitto.MosquittoProcess | None = None
        self._embedded: EmbeddedBroker | None = None
        self._looked = 0.0
        self._here = True

    @property
    def url(self) -> str:
        """The first of the three values for the portal."""
        return push_url(self.bind, self.port)

    @property
    def address(self) -> BrokerAddress:
        """Where this program reaches it, with a login of its own, which may test plugs: a monitor's may not."""
        return BrokerAddress(self.bind, self.port, *self._own)

    @property
    def running(self) -> bool:
        """Its door is open."""
        if self._process is not None:
            return self._process.running
        return self._embedded is not None and self._embedded.running

    @property
    def clients(self) -> tuple[str, ...] | None:
        """Addresses of those connected now, this program's own included; None where the broker does not tell."""
        return self._process.clients if self._process is not None else None

    def start(self) -> None:
        """Open the door.

        Raises:
            CannotListenError: when the port is taken or the address is not this machine's.
        """
        if self.running:
            return
        if self.kind == "mosquitto":
            self._process = mosquitto.MosquittoProcess(self.bind, self.port, self.username, self.password, self._own)
            self._process.start()
        else:
            self._embedded = EmbeddedBroker(
                self.bind, self.port, username=self.username, password=self.password, own=self._own
            )
            self._embedded.start()
            self.port = self._embedded.port
        self._looked = self._clock()

    def stop(self) -> None:
        """Close it. A second call does nothing."""
        if self._process is not None:
            self._process.stop()
            self._process = None
        if self._embedded is not None:
            self._embedded.stop()
            self._embedded = None

    def look(self) -> tuple[BrokerTrouble, ...]:
        """What is wrong now. Call it about once a second; a long gap between two calls means that the laptop slept."""
        now = self._clock()
        away, last = now - self._looked, self._looked
        found = []
        if last and away > _ASLEEP:
            found.append(BrokerTrouble(fact("broker.slept", seconds=away), fact("broker.slept_advice")))
        if not last or away > _LOOK or away < 0:
            self._here = self.bind in self._addresses()
        if away > _LOOK or away < 0 or not last:
            self._looked = now
        if not self._here:
            found.append(BrokerTrouble(fact("broker.address_lost", bind=self.bind), fact("broker.address_lost_advice")))
        if (self._process is not None or self._embedded is not None) and not self.running:
            found.append(BrokerTrouble(fact("broker.ended"), fact("broker.ended_advice")))
        return tuple(found)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"LaptopBroker(bind={self.bind!r}, port={self.port}, kind={self.kind!r})"


def push_url(host: str, port: int = PLAIN_PORT) -> str:
    """A broker as the portal wants it typed."""
    return f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}"


def firewall_hint(port: int, system: str = sys.platform) -> Fact:
    """How this system keeps a monitor out, and how to let it in."""
    if system.startswith("win"):
        return fact("broker.firewall_windows", port=port)
    if system == "darwin":
        return fact("broker.firewall_macos")
    return fact("broker.firewall_linux", port=port)
