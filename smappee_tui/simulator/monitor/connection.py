"""What carries publications to a real MQTT broker, and commands back."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.mqtt_connection import (
    PATIENCE,
    explain,
    lost,
    no_answer,
    paho_client,
    tls_context,
    turned_down,
)
from smappee_tui.simulator.monitor.virtual_monitor import Publication

if TYPE_CHECKING:
    from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
    from paho.mqtt.reasoncodes import ReasonCode


class BrokerConnection:
    """A connection that comes back by itself.

    While the broker is away, what is given is lost, as a real monitor's messages are; what it is to keep is sent again
    after each connect.
    """

    def __init__(
        self,
        address: BrokerAddress,
        filters: Sequence[str],
        kept: Callable[[], Iterable[Publication]],
        receive: Callable[[str, bytes, bool], None],
    ) -> None:
        """Prepare; `open` connects.

        Args:
            address: the broker.
            filters: what is wanted of it.
            kept: what it is to keep, as of now. Called on the connection's thread, as `receive` is.
            receive: takes topic, payload, and whether the broker had kept it.
        """
        self.address = address
        self.problem: ExternalError | None = None
        """Why there is no connection, None while there is one or none was tried."""
        self.sent = 0
        """Messages handed to the connection so far."""
        self.deaf = False
        """The broker has said that this user may not read, so nothing can come back."""
        self.ready = threading.Event()
        """There is a connection, and what the broker is to keep is sent."""
        self._filters, self._kept, self._receive = filters, kept, receive
        self._client: Client | None = None

    def open(self) -> None:
        """Connect in the background.

        Raises:
            CannotReadError: when the file of certificate authorities cannot be used.
        """
        client = paho_client(self.address, self.address.client_id or "", tls_context(self.address), PATIENCE)
        client.reconnect_delay_set(1, 15)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_subscribe = self._on_subscribe
        client.connect_async(self.address.host, self.address.port, keepalive=20)
        client.loop_start()
        self._client = client

    def close(self) -> None:
        """Say goodbye to the broker and end the connection's thread. A second call does nothing."""
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()
        self.ready.clear()

    def send(self, one: Publication) -> None:
        """Publish it, if there is a connection."""
        client = self._client
        if client is not None and self.ready.is_set():
            client.publish(one.topic, one.payload, qos=0, retain=one.retain)
            self.sent += 1

    def _on_connect(self, client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _more: Any) -> None:
        if reason.is_failure:
            self.problem = turned_down(reason, self.address)
            return
        self.problem = None
        client.subscribe([(one, 0) for one in self._filters])
        for one in self._kept():
            client.publish(one.topic, one.payload, qos=0, retain=True)
            self.sent += 1
        self.ready.set()

    def _on_connect_fail(self, _client: Client, _data: Any) -> None:
        error = sys.exception()  # paho calls from where it caught it, and does not hand it over
        self.problem = explain(error, self.address) if isinstance(error, OSError) else no_answer(self.address)

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _more: Any
    ) -> None:
        self.ready.clear()
        if reason.is_failure and self.problem is None:
            self.problem = lost(self.address)

    def _on_subscribe(self, _client: Client, _data: Any, _mid: int, reasons: list[ReasonCode], _more: Any) -> None:
        self.deaf = any(reason.is_failure for reason in reasons)

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self._receive(message.topic, bytes(message.payload), message.retain)
