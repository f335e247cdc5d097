"""Lets a virtual monitor speak to a real MQTT broker, in real time, in a thread of its own."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.mqtt_connection import paho_client, tls_context
from smappee_tui.protocol.meter import MeterReading
from smappee_tui.simulator.house.faults import Fault
from smappee_tui.simulator.house.meter import MountedCt
from smappee_tui.simulator.meter.utility_meter import UtilityMeter
from smappee_tui.simulator.monitor.virtual_monitor import Configured, Publication, VirtualMonitor

if TYPE_CHECKING:
    from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
    from paho.mqtt.reasoncodes import ReasonCode

_PATIENCE = 5.0
"""Seconds that connecting may take."""
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
        self.problem: str | None = None
        """Why there is no connection, None while there is one or none was tried."""
        self.sent = 0
        """Messages handed to the broker's connection so far."""
        self.came_back = threading.Event()
        """The broker has given back something that was published: whoever may read there can hear it."""
        self.deaf = False
        """The broker has said that this user may not read, so nothing can come back."""
        self._speed = speed
        self._clock = clock
        self._stop = threading.Event()
        self._wait = wait or self._stop.wait
        self._lock = threading.Lock()
        self._began = clock()
        self._client: Client | None = None
        self._connected = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def connected(self) -> bool:
        return self._connected.is_set()

    def wait_connected(self, timeout: float) -> bool:
        """Wait at most `timeout` s for the connection; True when there is one and the configuration is sent."""
        return self._connected.wait(timeout)

    def start(self) -> None:
        """Connect and begin publishing, both in the background. A second call does nothing.

        Raises:
            CannotReadError: when the file of certificate authorities cannot be used.
        """
        if self._thread is not None:
            return
        self._client = self._make_client()
        self._began = self._clock()
        self._client.connect_async(self.address.host, self.address.port, keepalive=20)
        self._client.loop_start()
        self._thread = threading.Thread(target=self._run, name="virtual-monitor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye to the broker and end both threads. A second call does nothing."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(2.0)
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()
        self._connected.clear()

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
                self._send(publication)
        return max(0.0, (next_at - now) / self._speed)

    def _run(self) -> None:
        while not self._wait(min(1.0, max(0.002, self.poll()))):
            pass

    def _send(self, publication: Publication) -> None:
        client = self._client
        if client is not None and self._connected.is_set():
            client.publish(publication.topic, publication.payload, qos=0, retain=publication.retain)
            self.sent += 1

    def _make_client(self) -> Client:
        client = paho_client(self.address, self.address.client_id or "", tls_context(self.address), _PATIENCE)
        client.reconnect_delay_set(1, 15)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_subscribe = self._on_subscribe
        return client

    def _on_connect(self, client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _more: Any) -> None:
        if reason.is_failure:
            self.problem = f"{self.address} refused: {reason}"
            return
        self.problem = None
        root = f"servicelocation/{self.monitor.site.identity.uuid}"
        client.subscribe([(f"{root}/plug/+/setstate", 0), (f"{root}/config", 0)])
        with self._lock:
            kept = self.monitor.retained()
        for publication in kept:
            client.publish(publication.topic, publication.payload, qos=0, retain=True)
            self.sent += 1
        self._connected.set()

    def _on_connect_fail(self, _client: Client, _data: Any) -> None:
        self.problem = f"{self.address} cannot be reached"

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _more: Any
    ) -> None:
        self._connected.clear()
        if reason.is_failure and self.problem is None:
            self.problem = f"connection to {self.address} lost: {reason}"

    def _on_subscribe(self, _client: Client, _data: Any, _mid: int, reasons: list[ReasonCode], _more: Any) -> None:
        self.deaf = any(reason.is_failure for reason in reasons)

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        if message.topic.endswith("/config"):
            self.came_back.set()
            return
        if message.retain:
            return  # a command from before this monitor was switched on
        with self._lock:
            self.monitor.receive(message.topic, bytes(message.payload))
