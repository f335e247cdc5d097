"""The base address of the service: encrypted, without a password in it, and spelled in one way only."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from smappee_tui.connect.cloud_api.errors import CloudError
from smappee_tui.connect.errors import BadAddressError

DEFAULT_BASE = "https://app1pub.smappee.net/dev/v3"
_EXAMPLE = f"It looks like {DEFAULT_BASE}."


class BadCloudAddressError(CloudError, BadAddressError):
    """The text is no address of the service: ask for another. What was typed is not repeated: it may hold secrets."""


def base_address(text: str) -> str:
    """Check a base address, and spell it as it is spelled everywhere: small letters, no slash at its end.

    Args:
        text: as typed or set.

    Raises:
        BadCloudAddressError: when it is no http address, not encrypted, or holds a password.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise BadCloudAddressError("The cloud's address cannot be read.", _EXAMPLE) from None
    host = (parts.hostname or "").lower()
    if "@" in parts.netloc:
        raise BadCloudAddressError(
            "The cloud's address holds a username or a password.",
            "Leave them out of the address: the program asks for them once and keeps them in the system's keyring.",
        )
    if parts.scheme.lower() not in ("http", "https") or not host or not _plain(text.strip()):
        raise BadCloudAddressError("The cloud's address cannot be read.", _EXAMPLE)
    if parts.query or parts.fragment:
        raise BadCloudAddressError("The cloud's address goes on after its path.", f"Leave ? and # out. {_EXAMPLE}")
    if parts.scheme.lower() == "http" and not is_loopback(host):
        raise BadCloudAddressError(
            "The cloud's address is not encrypted: anybody on the way could read the password.",
            "Write https:// instead of http://.",
        )
    return _spelled(parts, host, port)


def is_loopback(host: str) -> bool:
    """Whether the host is this machine itself, where nobody listens on the way."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text and "\\" not in text


def _spelled(parts: SplitResult, host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme.lower()}://{shown}{'' if port is None else f':{port}'}{parts.path.rstrip('/')}"
