"""Who asks the cloud: the vendor hands out client id and secret, user and password say whose locations are meant."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, fields
from typing import Protocol
from urllib.parse import quote, quote_plus

import msgspec

from smappee_tui.connect.cloud_api.address import base_address
from smappee_tui.connect.errors import ExternalError
from smappee_tui.protocol.cloud.read_access import Token
from smappee_tui.protocol.fact import fact


@dataclass(frozen=True, slots=True)
class Credentials:
    """All that a login takes. The secrets show neither in `repr` nor in an error."""

    client_id: str
    client_secret: str = field(repr=False)
    username: str
    password: str = field(repr=False)

    @property
    def complete(self) -> bool:
        return all((self.client_id, self.client_secret, self.username, self.password))


SERVICE = "smappee-tui"
_FIELDS = tuple(one.name for one in fields(Credentials))
_TOKEN = "token"  # noqa: S105 - the name of an entry
_ADVICE = fact("cloud_api.keyring_advice")


class NoKeyringError(ExternalError):
    """This system keeps no secrets, or not now: give them in the environment."""


class Keyring(Protocol):
    """As much of the `keyring` package as is needed."""

    def get_password(self, service_name: str, username: str) -> str | None: ...

    def set_password(self, service_name: str, username: str, password: str) -> None: ...

    def delete_password(self, service_name: str, username: str) -> None: ...


class CredentialStore:
    """Keeps one login per base address."""

    def __init__(self, keyring: Keyring | None = None) -> None:
        """Prepare.

        Args:
            keyring: where to keep it; the system's own by default.
        """
        self._given = keyring

    def load(self, base_url: str) -> Credentials | None:
        """The login kept for this address; None where there is none, or not all of it. Raises NoKeyringError."""
        base = base_address(base_url)
        kept = {name: self._get(base, name) for name in _FIELDS}
        found = Credentials(**{name: text or "" for name, text in kept.items()})
        return found if found.complete else None

    def keep(self, base_url: str, credentials: Credentials) -> None:
        """Keep a login, in place of the one kept for this address before.

        Raises:
            NoKeyringError: when it was not kept; then nothing of it stays behind.
        """
        base = base_address(base_url)
        self._drop(base, (_TOKEN,))  # it is of the login before
        ring, errors = self._ring()
        try:
            for name in _FIELDS:
                ring.set_password(SERVICE, _entry(base, name), getattr(credentials, name))
        except errors:
            self._forget_quietly(base)
            raise NoKeyringError(fact("cloud_api.keyring_did_not_keep"), _ADVICE) from None
        if self.load(base) != credentials:  # some systems have one that takes everything and keeps nothing
            self._forget_quietly(base)
            raise NoKeyringError(fact("cloud_api.keyring_keeps_nothing"), _ADVICE)

    def forget(self, base_url: str) -> bool:
        """Forget the login for this address.

        Returns:
            Whether there was one.

        Raises:
            NoKeyringError: when it is still there.
        """
        base = base_address(base_url)
        there = [name for name in (*_FIELDS, _TOKEN) if self._get(base, name) is not None]
        ring, errors = self._ring()
        try:
            for name in there:
                ring.delete_password(SERVICE, _entry(base, name))
        except errors:
            raise NoKeyringError(fact("cloud_api.keyring_does_not_forget"), _ADVICE) from None
        return bool(there)

    def token(self, base_url: str) -> str | None:
        """What `keep_token` kept for this address. Raises NoKeyringError."""
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
            raise NoKeyringError(fact("cloud_api.keyring_unreadable"), _ADVICE) from None

    def _ring(self) -> tuple[Keyring, tuple[type[Exception], ...]]:
        """The keyring, and what it may raise. Loaded late: it looks for the system's services."""
        try:
            import keyring
            import keyring.errors
        except ImportError:
            if self._given is None:
                raise NoKeyringError(fact("cloud_api.keyring_unusable"), _ADVICE) from None
            return self._given, (OSError, RuntimeError)
        # Backends raise their own system's errors besides: a bus that is gone, a service that does not answer.
        errors = (keyring.errors.KeyringError, OSError, RuntimeError)
        return self._given or keyring, errors


def _entry(base: str, name: str) -> str:
    return f"cloud:{base}:{name}"


LONGEST_TOKEN = 2000
"""Characters; Windows keeps no more than 2560 bytes under one name."""


class TokenStore(Protocol):
    """Where a token outlives a client. Neither call may raise: a token is a convenience."""

    def load(self) -> tuple[Token, float] | None:
        """The token kept, and until when it is good, s since 1970; None where there is none."""

    def keep(self, token: Token, until: float) -> None:
        """Keep it in place of the one before."""


class _Kept(msgspec.Struct):
    access: str
    refresh: str
    until: float

    def __repr__(self) -> str:
        return "_Kept()"


class KeyringTokenStore:
    """The token of one base address, in the keyring that holds its login."""

    def __init__(self, logins: CredentialStore, base_url: str) -> None:
        self._logins, self._base = logins, base_url

    def load(self) -> tuple[Token, float] | None:
        """See `TokenStore.load`. What cannot be read counts as none."""
        try:
            text = self._logins.token(self._base)
            kept = msgspec.json.decode(text, type=_Kept) if text else None
        except (NoKeyringError, msgspec.DecodeError):
            return None
        return (Token(kept.access, kept.refresh, 3600.0), kept.until) if kept is not None and kept.access else None

    def keep(self, token: Token, until: float) -> None:
        """See `TokenStore.keep`. One that is not kept is asked for again next time."""
        text = msgspec.json.encode(_Kept(token.access, token.refresh, until)).decode()
        if len(text) <= LONGEST_TOKEN:
            self._logins.keep_token(self._base, text)


_MASK = "•••"
_LONGEST = 300
_LOOKED_AT = 20_000
"""Characters of a server's message that are looked at."""


class SecretMasker:
    """Knows every secret of this session."""

    def __init__(self, credentials: Credentials) -> None:
        self._secrets: set[str] = set()
        self.add(credentials.client_secret, credentials.password)

    def __repr__(self) -> str:
        return "SecretMasker()"

    def add(self, *secrets: str) -> None:
        for secret in secrets:
            forms = (secret, _bare(secret), quote(secret, safe=""), quote_plus(secret))
            self._secrets |= {form for form in forms if form}

    def masked(self, text: str) -> str:
        """A server's message, cut short, without any secret in it. It is foreign: whoever shows it cleans it first."""
        text = self._without(text[:_LOOKED_AT])
        bare = _bare(text)
        hidden = self._without(bare)
        shown = text if hidden == bare else hidden  # a secret that only shows once its letters stand together
        return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"

    def _without(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, _MASK)
        return text


def _bare(text: str) -> str:
    """The letters that are left whatever a terminal or a sanitizer drops: no marks, nothing invisible, one blank."""
    letters = (one for one in unicodedata.normalize("NFD", text) if unicodedata.category(one) not in _DROPPED)
    return "".join(" " if one.isspace() else one for one in letters)


_DROPPED = frozenset({"Cf", "Mn", "Me"})
