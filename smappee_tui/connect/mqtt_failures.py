"""Turn what the network said into what a person can act on."""

from __future__ import annotations

import errno
import socket
import ssl
from typing import TYPE_CHECKING

from smappee_tui.connect.errors import CannotConnectError, ExternalError, RefusedError
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from paho.mqtt.reasoncodes import ReasonCode

    from smappee_tui.connect.address import BrokerAddress

_BAD_LOGIN = (134, 135)
"""Reason codes for a wrong user or password, and for a user without the right to connect."""
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


def garbled(address: BrokerAddress) -> CannotConnectError:
    """What came is not MQTT."""
    return CannotConnectError(fact("errors.garbled", address=str(address)), fact("errors.garbled_advice"))


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


def _was_open(error: ConnectionError) -> bool:
    """True when somebody listened and then hung up."""
    return not isinstance(error, ConnectionRefusedError)
