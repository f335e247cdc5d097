"""A whole virtual monitor as a network sees it: its own broker, its portal, and where it pushes its data to."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from smappee_tui.simulator.monitor.publisher import Publisher
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.simulated.portal import PortalState, VirtualPortal


class VirtualDevice:
    """A monitor on one address. Changing the broker on its portal makes it push there. Use it as a context manager."""

    def __init__(
        self,
        monitor: VirtualMonitor,
        address: str = "127.0.0.1",
        *,
        broker_port: int = 0,
        portal_port: int = 0,
        state: PortalState | None = None,
        speed: float = 1.0,
    ) -> None:
        """Prepare.

        Args:
            monitor: what it measures.
            address: where its broker and its portal are; as on a real monitor, its broker asks for no password.
            broker_port: 0 finds a free one; 1883 on a real monitor.
            portal_port: 0 finds a free one; 80 on a real monitor.
            state: what its portal holds.
            speed: simulated seconds a second.
        """
        self.monitor = monitor
        self.broker = EmbeddedBroker(port=broker_port, anonymous=True)
        self.broker.bind = address  # a laptop's broker must never be open to a network; a monitor's own one is
        self.portal = VirtualPortal(address, portal_port, state=state, on_apply=self._restart, readings=self._readings)
        self._speed = speed
        self._lock = threading.Lock()
        self._publisher: Publisher | None = None

    @property
    def serial(self) -> str:
        """Its serial number."""
        return self.monitor.site.identity.serial

    @property
    def publisher(self) -> Publisher | None:
        """What speaks for it now."""
        return self._publisher

    def __enter__(self) -> Self:
        self.broker.start()
        self.portal.__enter__()
        self._restart(self.portal.state)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._publisher is not None:
                self._publisher.stop()
                self._publisher = None
        self.portal.__exit__(kind, error, trace)
        self.broker.stop()

    def _restart(self, state: PortalState) -> None:
        """Begin to push to the broker that is set now. Another broker empties its own one, as a restart does."""
        with self._lock:
            if self._publisher is not None:
                self._publisher.stop()
            target = self._target(state)
            own = target.host == self.broker.bind and target.port == self.broker.port
            if not own:
                self.broker.stop()
                self.broker.start()
            self._publisher = self._going_on(target)

    def _readings(self) -> list[tuple[int, float, float]]:
        sample = self.monitor.last_sample
        return (
            [(one.input, one.watts, one.watts / one.va if one.va else 0.0) for one in sample.readings] if sample else []
        )

    def _going_on(self, target: BrokerAddress) -> Publisher:
        """A publisher that starts where the last one stopped: a house does not live its past again."""
        lived = (self.monitor.time - self.monitor.start_time) / self._speed
        started = False

        def clock() -> float:
            return time.monotonic() + (lived if started else 0.0)

        publisher = Publisher(self.monitor, target, speed=self._speed, clock=clock)
        publisher.start()
        started = True
        return publisher

    def _target(self, state: PortalState) -> BrokerAddress:
        place = urlsplit(state.url if "://" in state.url else f"tcp://{state.url}")
        if place.hostname in ("localhost", None):
            return self.broker.address
        return BrokerAddress(
            place.hostname or "", place.port or 1883, state.username or None, state.broker_password or None
        )
