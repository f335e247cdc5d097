"""The base address of the service: encrypted, without a password in it, and spelled in one way only."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from smappee_tui.connect.cloud_api.errors import CloudError
from smappee_tui.connect.errors import BadAddressError
from smappee_tui.connect.networks import is_loopback
from smappee_tui.protocol.fact import fact

DEFAULT_BASE = "https://app1pub.smappee.net/dev/v3"
_EXAMPLE = fact("cloud_api.address_advice", example=DEFAULT_BASE)


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
        raise BadCloudAddressError(fact("cloud_api.address_unreadable"), _EXAMPLE) from None
    host = (parts.hostname or "").lower()
    if "@" in parts.netloc:
        raise BadCloudAddressError(fact("cloud_api.address_with_login"), fact("cloud_api.address_with_login_advice"))
    if parts.scheme.lower() not in ("http", "https") or not host or not _plain(text.strip()):
        raise BadCloudAddressError(fact("cloud_api.address_unreadable"), _EXAMPLE)
    if parts.query or parts.fragment:
        raise BadCloudAddressError(
            fact("cloud_api.address_goes_on"), fact("cloud_api.address_goes_on_advice", example=DEFAULT_BASE)
        )
    if parts.scheme.lower() == "http" and not is_loopback(host):
        raise BadCloudAddressError(fact("cloud_api.address_unencrypted"), fact("cloud_api.address_unencrypted_advice"))
    return _spelled(parts, host, port)


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text and "\\" not in text


def _spelled(parts: SplitResult, host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme.lower()}://{shown}{'' if port is None else f':{port}'}{parts.path.rstrip('/')}"
