"""Where the login is kept: in the system's keyring and nowhere else."""

from __future__ import annotations

from dataclasses import fields
from typing import Protocol

from smappee_tui.links.cloud.address import base_address
from smappee_tui.links.cloud.credentials import Credentials
from smappee_tui.links.errors import LinkError

SERVICE = "smappee-tui"
_FIELDS = tuple(one.name for one in fields(Credentials))
_TOKEN = "token"  # noqa: S105 - the name of an entry
_ADVICE = (
    "Unlock or set up the system's keyring, or give the login in the environment: SMAPPEE_TUI_CLOUD_CLIENT_ID, "
    "_CLIENT_SECRET, _USERNAME and _PASSWORD."
)


class NoKeyring(LinkError):  # noqa: N818 - it reads as what happened
    """This system keeps no secrets, or not now: give them in the environment."""


class Keyring(Protocol):
    """As much of the `keyring` package as is needed."""

    def get_password(self, service_name: str, username: str) -> str | None:
        """What is kept under this name."""

    def set_password(self, service_name: str, username: str, password: str) -> None:
        """Keep it."""

    def delete_password(self, service_name: str, username: str) -> None:
        """Forget it."""


class Vault:
    """Keeps one login per base address."""

    def __init__(self, keyring: Keyring | None = None) -> None:
        """Prepare.

        Args:
            keyring: where to keep it; the system's own by default.
        """
        self._given = keyring

    def load(self, base_url: str) -> Credentials | None:
        """The login that is kept for this address; None where there is none, or not all of it. Raises NoKeyring."""
        base = base_address(base_url)
        kept = {name: self._get(base, name) for name in _FIELDS}
        found = Credentials(**{name: text or "" for name, text in kept.items()})
        return found if found.complete else None

    def keep(self, base_url: str, credentials: Credentials) -> None:
        """Keep a login, in place of the one kept for this address before.

        Raises:
            NoKeyring: when it was not kept; then nothing of it stays behind.
        """
        base = base_address(base_url)
        self._drop(base, (_TOKEN,))  # it is of the login before
        ring, errors = self._ring()
        try:
            for name in _FIELDS:
                ring.set_password(SERVICE, _entry(base, name), getattr(credentials, name))
        except errors:
            self._forget_quietly(base)
            raise NoKeyring("The system's keyring did not keep the login.", _ADVICE) from None
        if self.load(base) != credentials:  # some systems have one that takes everything and keeps nothing
            self._forget_quietly(base)
            raise NoKeyring("This system has no keyring that keeps anything.", _ADVICE)

    def forget(self, base_url: str) -> bool:
        """Forget the login for this address.

        Returns:
            Whether there was one.

        Raises:
            NoKeyring: when it is still there.
        """
        base = base_address(base_url)
        there = [name for name in (*_FIELDS, _TOKEN) if self._get(base, name) is not None]
        ring, errors = self._ring()
        try:
            for name in there:
                ring.delete_password(SERVICE, _entry(base, name))
        except errors:
            raise NoKeyring("The system's keyring did not let go of the login.", _ADVICE) from None
        return bool(there)

    def token(self, base_url: str) -> str | None:
        """What `keep_token` kept for this address. Raises NoKeyring."""
        return self._get(base_address(base_url), _TOKEN)

    def keep_token(self, base_url: str, text: str) -> None:
        """Keep a token beside the login; one that cannot be kept is dropped without a word."""
        base = base_address(base_url)
        ring, errors = self._ring()
        try:
            ring.set_password(SERVICE, _entry(base, _TOKEN), text)
        except errors:
            self._drop(base, (_TOKEN,))

    def _forget_quietly(self, base: str) -> None:
        """Take back what was kept of a login that could not be kept whole."""
        self._drop(base, _FIELDS)

    def _drop(self, base: str, names: tuple[str, ...]) -> None:
        ring, errors = self._ring()
        for name in names:
            try:
                ring.delete_password(SERVICE, _entry(base, name))
            except errors:
                continue  # it was not there, or the keyring is gone: the caller is told about that already

    def _get(self, base: str, name: str) -> str | None:
        ring, errors = self._ring()
        try:
            return ring.get_password(SERVICE, _entry(base, name))
        except errors:
            raise NoKeyring("The system's keyring cannot be read.", _ADVICE) from None

    def _ring(self) -> tuple[Keyring, tuple[type[Exception], ...]]:
        """The keyring, and what it may raise. Loaded late: it looks for the system's services."""
        try:
            import keyring
            import keyring.errors
        except ImportError:
            if self._given is None:
                raise NoKeyring("This system's keyring cannot be used.", _ADVICE) from None
            return self._given, (OSError, RuntimeError)
        # Backends raise their own system's errors besides: a bus that is gone, a service that does not answer.
        errors = (keyring.errors.KeyringError, OSError, RuntimeError)
        return self._given or keyring, errors


def _entry(base: str, name: str) -> str:
    return f"cloud:{base}:{name}"
