"""One connection to a broker, from the first packet to the last, and what a person can do about its end."""

from __future__ import annotations

import errno
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from smappee_tui.connect.errors import (
    CannotConnectError,
    CannotReadError,
    ExternalError,
    PacketRefusedError,
    RefusedError,
)
from smappee_tui.connect.plain_file import open_plain, why
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
    from paho.mqtt.reasoncodes import ReasonCode

    from smappee_tui.connect.address import BrokerAddress
    from smappee_tui.connect.bounded_client import BoundedClient


PATIENCE = 5.0
"""Seconds that a broker may take for each step of connecting."""
_BAD_LOGIN = (134, 135)
"""Reason codes for a wrong user or password, and for a user without the right to connect."""
_OTHER_PROTOCOL = 132
"""Reason code of a broker that speaks another version of MQTT."""
_speak_5: set[tuple[str, int]] = set()
"""Brokers that take MQTT 5 and not 3.1.1, by host and port: found out once, used by every connection to them."""
_CONNECTION_LOST = 7
"""What paho calls it when the other side hangs up."""
_UNREACHABLE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)


def explain(error: OSError | ValueError, address: BrokerAddress) -> CannotConnectError:
    """Say why connecting to `address`, or keeping the connection, failed with `error`, and what to do."""
    broker, host = str(address), address.host
    if isinstance(error, ssl.SSLCertVerificationError):
        return CannotConnectError(
            fact("errors.certificate_untrusted", address=broker, why=error.verify_message or str(error.reason)),
            fact("errors.certificate_untrusted_advice"),
        )
    if isinstance(error, ssl.SSLError) or (address.tls and isinstance(error, ConnectionError) and _was_open(error)):
        return CannotConnectError(fact("errors.tls_failed", address=broker), fact("errors.tls_failed_advice"))
    if isinstance(error, socket.gaierror | UnicodeError):
        return CannotConnectError(fact("errors.name_unknown", host=host), fact("errors.name_unknown_advice"))
    if isinstance(error, ConnectionRefusedError):
        return CannotConnectError(
            fact("errors.nothing_listens", port=address.port, host=host), fact("errors.nothing_listens_advice")
        )
    if isinstance(error, TimeoutError):
        return no_answer(address)
    if isinstance(error, OSError) and error.errno in _UNREACHABLE:
        return CannotConnectError(fact("errors.unreachable", host=host), fact("errors.unreachable_advice"))
    if isinstance(error, ConnectionError):
        return lost(address)
    detail = error.strerror if isinstance(error, OSError) else None
    return CannotConnectError(
        fact("errors.connecting_failed", address=broker, why=detail or str(error)),
        fact("errors.connecting_failed_advice"),
    )


def no_answer(address: BrokerAddress) -> CannotConnectError:
    """Nothing came back in time."""
    return CannotConnectError(fact("errors.no_answer", address=str(address)), fact("errors.no_answer_advice"))


def closed_early(address: BrokerAddress) -> CannotConnectError:
    """The other side hung up before MQTT's first answer."""
    return CannotConnectError(
        fact("errors.closed_early", address=str(address)),
        fact("errors.closed_early_tls_advice") if address.tls else fact("errors.closed_early_advice"),
    )


def lost(address: BrokerAddress) -> CannotConnectError:
    """A working connection ended."""
    return CannotConnectError(fact("errors.lost", address=str(address)), fact("errors.lost_advice"))


def no_websocket(address: BrokerAddress) -> CannotConnectError:
    """Somebody listens, but not for MQTT over websockets, or not under this path."""
    return CannotConnectError(fact("errors.no_websocket", address=str(address)), fact("errors.no_websocket_advice"))


def garbled(address: BrokerAddress) -> CannotConnectError:
    """What came is not MQTT."""
    return CannotConnectError(fact("errors.garbled", address=str(address)), fact("errors.garbled_advice"))


def too_large(size: int, topic: str, address: BrokerAddress) -> PacketRefusedError:
    """The broker announced a packet that no monitor would send."""
    broker, megabytes = str(address), size / 1e6
    what = fact("errors.packet_large", address=broker, megabytes=megabytes)
    if topic:
        what = fact("errors.packet_large_under", address=broker, megabytes=megabytes, topic=topic)
    return PacketRefusedError(what, fact("errors.packet_large_advice"))


def turned_down(reason: ReasonCode, address: BrokerAddress) -> ExternalError:
    """The broker's answer to logging on was a no."""
    broker = str(address)
    if reason.value not in _BAD_LOGIN:
        return CannotConnectError(
            fact("errors.not_accepted", address=broker, why=str(reason)), fact("errors.broker_log_advice")
        )
    if address.username:
        return RefusedError(
            fact("errors.user_refused", address=broker, user=address.username), fact("errors.user_refused_advice")
        )
    return RefusedError(fact("errors.login_wanted", address=broker), fact("errors.login_wanted_advice"))


def not_allowed(topics: tuple[str, ...], address: BrokerAddress) -> RefusedError:
    """Logged on, but not allowed to read."""
    return RefusedError(
        fact("errors.reading_not_allowed", address=str(address), topics=topics), fact("errors.right_advice")
    )


def hung_up(address: BrokerAddress) -> RefusedError:
    """Logged on, and sent away when asked to be allowed to read: how RabbitMQ says no."""
    return RefusedError(fact("errors.hung_up", address=str(address)), fact("errors.right_advice"))


def _was_open(error: ConnectionError) -> bool:
    """True when somebody listened and then hung up."""
    return not isinstance(error, ConnectionRefusedError)


_TURN = 0.25
"""Longest wait for the network in seconds before looking whether to stop: what closing costs at most."""

OnMessage = Callable[[str, bytes, int, bool], None]
"""Called with topic, payload, QoS and retain flag."""
TakeOver = Callable[["BoundedClient", threading.Event], "ExternalError | None"]
"""Called once logged on, with a client that has read nothing beyond the broker's answer: what comes on its socket, and
subscribing, is the callee's from then on. Returns what `Connection.run` returns; raises what `explain` knows."""


class Connection:
    """A paho client driven by the thread that calls `run`; it never reconnects by itself and never publishes."""

    def __init__(
        self,
        address: BrokerAddress,
        client_id: str,
        topics: Callable[[], tuple[str, ...]],
        tls: ssl.SSLContext | None,
        *,
        timeout: float = PATIENCE,
        keepalive: int = 20,
        on_ready: Callable[[], None],
        on_message: OnMessage,
        persistent: bool = False,
        take_over: TakeOver | None = None,
    ) -> None:
        """Prepare; nothing happens on the network yet.

        Args:
            address: whom to call.
            client_id: how to present oneself.
            topics: tells the filters to subscribe to; they may change, and should not overlap, or messages come twice.
            tls: the context to speak TLS with, or None.
            timeout: seconds for each of: TCP and TLS; MQTT's two answers.
            keepalive: seconds of silence after which the broker is asked whether it still lives.
            on_ready: called once, when the subscription is confirmed.
            on_message: called for every message; must be quick.
            persistent: ask the broker to keep the subscriptions, and what comes meanwhile, for this client.
            take_over: reads instead of paho, which then logs on and no more.
        """
        self._address = address
        self._client_id = client_id
        self._topics = topics
        self._asked: tuple[str, ...] = ()
        """The filters that the broker was asked for."""
        self._answers: dict[int, tuple[str, ...]] = {}
        """Those of them that each answer will be about, by the number of the question."""
        self._tls = tls
        self._timeout = timeout
        self._keepalive = keepalive
        self._on_ready = on_ready
        self._on_message = on_message
        self._persistent = persistent
        self._take_over = take_over
        self._answered = False
        self._unheard = False
        """The broker hung up before it said anything but that it speaks another version of MQTT."""
        self._ready = False
        self._problem: ExternalError | None = None

    def run(self, stop: threading.Event) -> ExternalError | None:
        """Connect, subscribe and receive until the connection ends. A broker that does not take the version of MQTT
        that is spoken first, 3.1.1, is asked once more in the other.

        Args:
            stop: set it from another thread to end the connection in good order.

        Returns:
            Why it ended, or None when it was told to stop.
        """
        problem = self._attempt(stop)
        if not self._unheard:
            return problem
        broker = {(self._address.host, self._address.port)}
        _speak_5.symmetric_difference_update(broker)
        again = self._attempt(stop)
        if self._answered and not self._unheard:
            return again
        _speak_5.symmetric_difference_update(broker)
        return problem

    def _attempt(self, stop: threading.Event) -> ExternalError | None:
        self._answered = self._unheard = self._ready = False
        self._problem, self._asked, self._answers = None, (), {}
        from paho.mqtt import MQTTException
        from paho.mqtt.client import WebsocketConnectionError

        client = self._client()
        try:
            connect(client, self._address, self._keepalive, persistent=self._persistent)
            return self._listen(client, stop)
        except WebsocketConnectionError:
            return no_websocket(self._address)
        except (OSError, UnicodeError) as error:
            return explain(error, self._address)
        except (MQTTException, struct.error, ValueError, LookupError):
            # What paho raises on bytes that are not MQTT differs from release to release.
            return garbled(self._address)
        finally:
            client.disconnect()
            sock = client.socket()
            if sock is not None:  # the goodbye did not get through, so paho kept the socket
                sock.close()

    def _listen(self, client: BoundedClient, stop: threading.Event) -> ExternalError | None:
        deadline = time.monotonic() + self._timeout
        while not stop.is_set():
            code = client.loop(timeout=_TURN)
            if self._problem is not None:
                return self._problem
            if code != 0:
                return self._why_ended(client, code)
            if self._take_over is not None and self._answered:
                return self._take_over(client, stop)
            if not self._ready and time.monotonic() > deadline:
                return no_answer(self._address)
            if self._ready and self._topics() != self._asked:
                self._subscribe(client)
        return None

    def _subscribe(self, client: Client) -> None:
        """Ask for the filters wanted that were not asked for, then give up the others: nothing is missed between."""
        wanted = self._topics()
        fresh = tuple(topic for topic in wanted if topic not in self._asked)
        gone = [topic for topic in self._asked if topic not in wanted]
        self._asked = wanted
        if fresh:
            # QoS 0: a live view wants the newest second, not a backlog of lost ones.
            _, number = client.subscribe([(topic, 0) for topic in fresh])
            if number is not None:
                self._answers[number] = fresh
        if gone:
            client.unsubscribe(gone)

    def _why_ended(self, client: BoundedClient, code: int) -> ExternalError:
        if client.refused is not None:
            return too_large(*client.refused, self._address)
        self._unheard = not self._answered
        if self._answered and not self._ready and code == _CONNECTION_LOST:
            return hung_up(self._address)
        return lost(self._address) if self._answered else closed_early(self._address)

    def _client(self) -> BoundedClient:
        client = paho_client(self._address, self._client_id, self._tls, self._timeout, persistent=self._persistent)
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_message = self._received
        return client

    def _connected(self, client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _more: Any) -> None:
        self._answered = True
        if reason.is_failure:
            self._unheard = reason.value == _OTHER_PROTOCOL
            self._problem = turned_down(reason, self._address)
        elif self._take_over is None:
            self._subscribe(client)

    def _subscribed(self, _client: Client, _data: Any, number: int, reasons: list[ReasonCode], _more: Any) -> None:
        asked = self._answers.pop(number, self._asked)
        refused = tuple(topic for topic, reason in zip(asked, reasons, strict=False) if reason.is_failure)
        if self._asked[:1] and self._asked[0] in refused:  # what stands behind a prefix is a courtesy
            self._problem = not_allowed(refused, self._address)
        elif not self._ready:
            self._ready = True
            self._on_ready()

    def _received(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:  # forbidden by MQTT, so it is no monitor's; a name that nothing matches
            topic = ""
        self._on_message(topic, bytes(message.payload), message.qos, message.retain)


def paho_client(
    address: BrokerAddress, client_id: str, tls: ssl.SSLContext | None, timeout: float, *, persistent: bool = False
) -> BoundedClient:
    """A client that would log on with what this address has; "" lets the broker choose its name."""
    from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

    from smappee_tui.connect.bounded_client import BoundedClient

    five = (address.host, address.port) in _speak_5
    client = BoundedClient(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
        clean_session=None if five else not persistent,
        transport="tcp" if address.websocket is None else "websockets",
    )
    if address.websocket is not None:
        client.ws_set_options(path=address.websocket)
    client.connect_timeout = timeout
    if address.username:
        client.username_pw_set(address.username, address.password)
    if tls is not None:
        client.tls_set_context(tls)
    return client


_SESSION = 3600
"""Seconds that a broker of MQTT 5 is asked to keep a session for; one of 3.1.1 knows no such bound."""


def connect(client: Client, address: BrokerAddress, keepalive: int, *, persistent: bool) -> None:
    """Open the connection of a client and ask to be logged on."""
    from paho.mqtt.enums import MQTTProtocolVersion
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    if not persistent or client.protocol != MQTTProtocolVersion.MQTTv5:
        client.connect(address.host, address.port, keepalive)
        return
    kept = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    kept.SessionExpiryInterval = _SESSION
    client.connect(address.host, address.port, keepalive, clean_start=False, properties=kept)


def tls_context(address: BrokerAddress) -> ssl.SSLContext | None:
    """The context to speak TLS with this broker, or None where it is not wanted.

    Raises:
        CannotReadError: when the file of authorities is missing or is none.
    """
    if not address.tls:
        return None
    try:
        if address.cafile is not None:
            open_plain(address.cafile).close()
        return ssl.create_default_context(cafile=address.cafile)
    except OSError as error:  # SSLError is one
        reason = fact("errors.no_pem") if isinstance(error, ssl.SSLError) else why(error)
        raise CannotReadError(
            fact("errors.cafile_unusable", path=str(address.cafile), why=reason), fact("errors.cafile_unusable_advice")
        ) from error
