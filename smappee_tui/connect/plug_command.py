"""The one thing that this program can publish: the command that switches a plug, once, when a person asked for it."""

from __future__ import annotations

import re
import struct
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import CannotConnectError, ExternalError, UnconfirmedError
from smappee_tui.connect.mqtt_connection import (
    PATIENCE,
    closed_early,
    explain,
    garbled,
    lost,
    no_answer,
    paho_client,
    tls_context,
    turned_down,
)
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from paho.mqtt.client import Client, ConnectFlags
    from paho.mqtt.reasoncodes import ReasonCode

_LEVEL = re.compile(r"[\w.:-]{1,128}")
"""One level of a topic that is safe to publish to: no wildcard, no slash, nothing that steers."""
_TURN = 0.1


class PlugCommandSender:
    """Sends `setstate` to a plug through a connection of its own, never retained, and waits until the broker has it."""

    def __init__(
        self, address: BrokerAddress, *, clock: Callable[[], float] = time.time, timeout: float = PATIENCE
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            address: the broker.
            clock: seconds since 1970, the clock that arrivals carry.
            timeout: seconds that connecting and sending may take, together.
        """
        self._address = address
        self._clock = clock
        self._timeout = timeout

    def send(self, location: str, node: str, on: bool) -> float:
        """Tell one plug to switch. Blocks until the broker confirms: call it beside the screen, not on its thread.

        Args:
            location: uuid of the service location.
            node: number of the plug on the wire.
            on: True for on.

        Returns:
            When it was published, by `clock`.

        Raises:
            UnconfirmedError: when it was sent and the broker never said that it has it: the plug may switch.
            ExternalError: any other one: it surely did not leave, or the broker said no.
                A plug that does not react is no error here.
        """
        if not _LEVEL.fullmatch(location) or not _LEVEL.fullmatch(node):
            raise CannotConnectError(fact("errors.plug_without_name"), fact("errors.plug_without_name_advice"))
        topic = f"servicelocation/{location}/plug/{node}/setstate"
        return _OneMessage(self._address, self._clock, self._timeout).publish(topic, "ON" if on else "OFF")


class _OneMessage:
    """A connection that lives for one message."""

    def __init__(self, address: BrokerAddress, clock: Callable[[], float], timeout: float) -> None:
        self._address, self._clock, self._timeout = address, clock, timeout
        self._connected = threading.Event()
        self._taken = threading.Event()
        self._problem: ExternalError | None = None

    def publish(self, topic: str, value: str) -> float:
        from paho.mqtt import MQTTException

        client = self._client()
        end = time.monotonic() + self._timeout
        sent: float | None = None
        try:
            client.connect(self._address.host, self._address.port, 20)
            self._turn(client, self._connected, end)
            at = self._clock()
            payload = msgspec.json.encode({"value": value, "since": round(at * 1000)})
            sent = at  # from here on nobody can say that it did not leave
            client.publish(topic, payload, qos=1, retain=False)  # retained, it would switch again after every restart
            self._turn(client, self._taken, end)
            return at
        except ExternalError as error:
            raise self._unless_sent(error, sent) from error
        except (OSError, UnicodeError) as error:
            raise self._unless_sent(explain(error, self._address), sent) from error
        except (MQTTException, struct.error, ValueError, LookupError) as error:
            raise self._unless_sent(garbled(self._address), sent) from error
        finally:
            client.disconnect()
            sock = client.socket()
            if sock is not None:
                sock.close()

    def _unless_sent(self, error: ExternalError, sent: float | None) -> ExternalError:
        """What to say of an error: after the sending only the broker's own no proves that nothing will be switched."""
        if sent is None or error is self._problem:
            return error
        return UnconfirmedError(
            fact("errors.command_unconfirmed", address=str(self._address)),
            fact("errors.command_unconfirmed_advice"),
            sent,
        )

    def _turn(self, client: Client, until: threading.Event, end: float) -> None:
        """Drive the connection until the event; raise ExternalError when it does not come."""
        while not until.is_set():
            code = client.loop(timeout=_TURN)
            if self._problem is not None:
                raise self._problem
            if code != 0:
                raise (lost if self._connected.is_set() else closed_early)(self._address)
            if time.monotonic() > end:
                raise no_answer(self._address)

    def _client(self) -> Client:
        client = paho_client(self._address, "", tls_context(self._address), self._timeout)
        client.on_connect = self._on_connect
        client.on_publish = self._on_publish
        return client

    def _on_connect(self, _client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _more: Any) -> None:
        if reason.is_failure:
            self._problem = turned_down(reason, self._address)
        self._connected.set()

    def _on_publish(self, _client: Client, _data: Any, _mid: int, reason: ReasonCode, _more: Any) -> None:
        if reason.is_failure:
            self._problem = CannotConnectError(
                fact("errors.switching_not_allowed", address=str(self._address)), fact("errors.right_advice")
            )
        self._taken.set()
