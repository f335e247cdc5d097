"""From connection options to the address of a broker, the password included. A password is never an argument."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from smappee_tui.links.address import BrokerAddress

PASSWORD_VARIABLE = "SMAPPEE_TUI_MQTT_PASSWORD"  # noqa: S105 - the name of the variable
KEYRING_SERVICE = "smappee-tui"
"""`keyring set smappee-tui USER@HOST:PORT` keeps a password for this program."""


def broker_address(
    host: str,
    *,
    port: int | None = None,
    username: str | None = None,
    tls: bool = False,
    cafile: Path | None = None,
    default_port: int | None = None,
) -> BrokerAddress:
    """Read the address and find the password: environment, else keyring, else the person is asked.

    Args:
        host: as typed, `host` or `host:port`.
        port: as given by option.
        username: as given by option; without one nobody is asked for a password.
        tls: encrypt.
        cafile: authorities to trust.
        default_port: port where neither is given and TLS is off.

    Raises:
        BadAddress: when this cannot be the address of a broker, or the options contradict each other.
    """
    from dataclasses import replace

    from smappee_tui.links.address import BrokerAddress
    from smappee_tui.links.errors import BadAddress

    address = BrokerAddress.parse(host, port=port or (None if tls else default_port), username=username, tls=tls)
    if cafile is not None and not address.tls:
        raise BadAddress("--cafile needs an encrypted connection.", "Add --tls, or leave --cafile out.")
    return replace(address, cafile=cafile, password=_password(address) if address.username else None)


def _password(address: BrokerAddress) -> str | None:
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    kept = _from_keyring(f"{address.username}@{address.host}:{address.port}")
    if kept:
        return kept
    if not sys.stdin.isatty():
        return None
    asked: str = typer.prompt(f"Password of {address.username} at {address}", hide_input=True, default="", err=True)
    return asked or None


def _from_keyring(name: str) -> str | None:
    """The password that the system keeps under this name; None where it keeps none, or there is no keyring."""
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    try:
        return keyring.get_password(KEYRING_SERVICE, name)
    except keyring.errors.KeyringError:
        return None
