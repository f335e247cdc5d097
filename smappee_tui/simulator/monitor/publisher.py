"""Lets a virtual monitor speak to a real MQTT broker, in real time, in a thread of its own."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import ExternalError
from smappee_tui.protocol.meter import MeterReading
from smappee_tui.simulator.house.faults import Fault
from smappee_tui.simulator.house.meter import MountedCt
from smappee_tui.simulator.meter.utility_meter import UtilityMeter
from smappee_tui.simulator.monitor.connection import BrokerConnection
from smappee_tui.simulator.monitor.virtual_monitor import Configured, Publication, VirtualMonitor

_STALE = 5.0
"""Seconds after which an unsent realtime message is dropped: a laptop that slept must not pour out its past."""


class Publisher:
    """Publishes a monitor's messages as their time comes; reconnects by itself. Use it as a context manager.

    While the broker is away the house lives on, and its messages are lost as a real monitor's are; after a reconnect
    the retained ones are sent again. All methods are safe from any thread.
    """

    def __init__(
        self,
        monitor: VirtualMonitor,
        address: BrokerAddress,
        *,
        speed: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        """Prepare; `start` connects.

        Args:
            monitor: nobody else may ask it for messages from now on.
            address: the broker.
            speed: simulated seconds a second, above 0.
            clock: seconds, from any start.
            wait: sleeps so many seconds, True when it is time to stop; by default an event that `stop` sets.
        """
        if speed <= 0.0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self.monitor = monitor
        self.address = address
        self.came_back = threading.Event()
        """The broker has given back something that was published: whoever may read there can hear it."""
        self._speed = speed
        self._clock = clock
        self._stop = threading.Event()
        self._wait = wait or self._stop.wait
        self._lock = threading.Lock()
        self._began = clock()
        root = f"servicelocation/{monitor.site.identity.uuid}"
        filters = f"{root}/plug/+/setstate", f"{root}/config"
        self._connection = BrokerConnection(address, filters, self._kept, self._receive)
        self._thread: threading.Thread | None = None

    @property
    def problem(self) -> ExternalError | None:
        """Why there is no connection, None while there is one or none was tried."""
        return self._connection.problem

    @property
    def sent(self) -> int:
        """Messages handed to the broker's connection so far."""
        return self._connection.sent

    @property
    def deaf(self) -> bool:
        """The broker has said that this user may not read, so nothing can come back."""
        return self._connection.deaf

    @property
    def connected(self) -> bool:
        return self._connection.ready.is_set()

    def wait_connected(self, timeout: float) -> bool:
        """Wait at most `timeout` s for the connection; True when there is one and the configuration is sent."""
        return self._connection.ready.wait(timeout)

    def start(self) -> None:
        """Connect and begin publishing, both in the background. A second call does nothing.

        Raises:
            CannotReadError: when the file of certificate authorities cannot be used.
        """
        if self._thread is not None:
            return
        self._began = self._clock()
        self._connection.open()
        self._thread = threading.Thread(target=self._run, name="virtual-monitor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye to the broker and end both threads. A second call does nothing."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(2.0)
        self._connection.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def inject(self, fault: str | Fault) -> Fault:
        """Put a fault into the installation. Raises FaultError when it does not fit."""
        with self._lock:
            return self.monitor.inject(fault)

    def mend(self, fault: str | Fault) -> Fault:
        """Take a fault out again. Raises FaultError when it is not in."""
        with self._lock:
            return self.monitor.mend(fault)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Faults in the installation now."""
        with self._lock:
            return self.monitor.faults

    @property
    def cts(self) -> tuple[MountedCt, ...]:
        """The inputs as they are configured now, copies."""
        with self._lock:
            return tuple(dataclasses.replace(ct) for ct in self.monitor.site.cts)

    def toggle(self, fault: str | Fault) -> bool:
        """Do by hand at the board, or undo; see `VirtualMonitor.toggle`."""
        with self._lock:
            return self.monitor.toggle(fault)

    def configure(self, number: int, change: Configured) -> None:
        """Change an input in the app; see `VirtualMonitor.configure`."""
        with self._lock:
            self.monitor.configure(number, change)

    def switch_heater(self, circuit: str, port: int = 0, watts: float = 2000.0) -> None:
        """Put a test heater on a circuit, 0 W takes it away. Raises KeyError for an unknown circuit."""
        with self._lock:
            self.monitor.switch_heater(circuit, port, watts)

    def plug_in(self, number: int | None, phase: int, watts: float) -> None:
        """Put a load where the person of a guided test puts it; see `VirtualMonitor.plug_in`."""
        with self._lock:
            self.monitor.plug_in(number, phase, watts)

    def told_by(self, meter: UtilityMeter) -> MeterReading | None:
        """What a digital meter on this house tells now; None where it tells nothing in this second."""
        with self._lock:
            return meter.read(self.monitor.site.house.state, self.monitor.start_time)

    def poll(self) -> float:
        """Send what is due; returns the seconds until the next message is."""
        now = (self._clock() - self._began) * self._speed + self.monitor.start_time
        with self._lock:
            due = list(self.monitor.publications(now))
            next_at = self.monitor.time + 1.0
        for publication in due:
            if publication.retain or now - publication.at <= _STALE * max(1.0, self._speed):
                self._connection.send(publication)
        return max(0.0, (next_at - now) / self._speed)

    def _run(self) -> None:
        while not self._wait(min(1.0, max(0.002, self.poll()))):
            pass

    def _kept(self) -> list[Publication]:
        with self._lock:
            return list(self.monitor.retained())

    def _receive(self, topic: str, payload: bytes, kept: bool) -> None:
        if topic.endswith("/config"):
            self.came_back.set()
        elif not kept:  # else a command from before this monitor was switched on
            with self._lock:
                self.monitor.receive(topic, payload)
