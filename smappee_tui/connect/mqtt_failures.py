"""Turn what the network said into what a person can act on."""

from __future__ import annotations

import errno
import socket
import ssl
from typing import TYPE_CHECKING

from smappee_tui.connect.errors import CannotConnectError, ExternalError, RefusedError

if TYPE_CHECKING:
    from paho.mqtt.reasoncodes import ReasonCode

    from smappee_tui.connect.address import BrokerAddress

_BAD_LOGIN = (134, 135)
"""Reason codes for a wrong user or password, and for a user without the right to connect."""
_UNREACHABLE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)


def explain(error: OSError | ValueError, address: BrokerAddress) -> CannotConnectError:
    """Say why connecting to `address`, or keeping the connection, failed with `error`, and what to do."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return CannotConnectError(
            f"The certificate of {address} is not trusted: {error.verify_message or error.reason}.",
            "Give the certificate authority's file with --cafile, or use the host name that the certificate is for.",
        )
    if isinstance(error, ssl.SSLError) or (address.tls and isinstance(error, ConnectionError) and _was_open(error)):
        return CannotConnectError(
            f"TLS with {address} failed.", "Is this the broker's TLS port (usually 8883)? Without --tls it is 1883."
        )
    if isinstance(error, socket.gaierror | UnicodeError):
        return CannotConnectError(
            f"The name {address.host} is not known in this network.",
            "Check the spelling, or use the IP address from the router or the Smappee app.",
        )
    if isinstance(error, ConnectionRefusedError):
        return CannotConnectError(
            f"Nothing listens on port {address.port} of {address.host}.",
            "Is it the right device and port? On a monitor, look whether its local broker is switched on.",
        )
    if isinstance(error, TimeoutError):
        return no_answer(address)
    if isinstance(error, OSError) and error.errno in _UNREACHABLE:
        return CannotConnectError(
            f"{address.host} cannot be reached from this network.", "Is this laptop on the same network as the monitor?"
        )
    if isinstance(error, ConnectionError):
        return lost(address)
    detail = error.strerror if isinstance(error, OSError) else None
    return CannotConnectError(
        f"Connecting to {address} failed: {detail or error}.", "Check the address and the network."
    )


def no_answer(address: BrokerAddress) -> CannotConnectError:
    """Nothing came back in time."""
    return CannotConnectError(
        f"{address} does not answer.", "Is it switched on, in the same network, and not behind a firewall?"
    )


def closed_early(address: BrokerAddress) -> CannotConnectError:
    """The other side hung up before MQTT's first answer."""
    hint = "the port without TLS" if address.tls else "an MQTT port, and does it want TLS (--tls)"
    return CannotConnectError(f"{address} closed the connection without a word.", f"Is this {hint}?")


def lost(address: BrokerAddress) -> CannotConnectError:
    """A working connection ended."""
    return CannotConnectError(f"The connection to {address} was lost.", "It is tried again by itself.")


def garbled(address: BrokerAddress) -> CannotConnectError:
    """What came is not MQTT."""
    return CannotConnectError(f"{address} sends something that is not MQTT.", "Is this the broker's MQTT port?")


def turned_down(reason: ReasonCode, address: BrokerAddress) -> ExternalError:
    """The broker's answer to logging on was a no."""
    if reason.value not in _BAD_LOGIN:
        return CannotConnectError(
            f"{address} does not accept the connection: {reason}.", "Look at the broker's own log."
        )
    if address.username:
        return RefusedError(f"{address} refuses user {address.username!r}.", "Check the username and the password.")
    return RefusedError(f"{address} wants a username and a password.", "Give them with --username and at the prompt.")


def not_allowed(topics: tuple[str, ...], address: BrokerAddress) -> RefusedError:
    """Logged on, but not allowed to read."""
    return RefusedError(
        f"{address} does not let this user read {', '.join(topics)}.", "Give the user that right on the broker."
    )


def _was_open(error: ConnectionError) -> bool:
    """True when somebody listened and then hung up."""
    return not isinstance(error, ConnectionRefusedError)
