"""A server may repeat what it was sent: secrets are taken out of its messages before anybody sees them."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

from smappee_tui import plaintext
from smappee_tui.links.cloud.credentials import Credentials

_MASK = "•••"
_LONGEST = 300


class Hidden:
    """Knows every secret of this session."""

    def __init__(self, credentials: Credentials) -> None:
        self._secrets: set[str] = set()
        self.add(credentials.client_secret, credentials.password)

    def __repr__(self) -> str:
        return "Hidden()"

    def add(self, *secrets: str) -> None:
        """Hide these from now on."""
        for secret in secrets:
            for form in (secret, plaintext.clean(secret, 20_000), quote(secret, safe=""), quote_plus(secret)):
                if form:
                    self._secrets.add(form)

    def cleaned(self, text: str) -> str:
        """A server's message as one short line of plain text, without any secret in it."""
        shown = plaintext.clean(self._without(text), 20_000)
        return plaintext.cut(self._without(shown), _LONGEST)  # a second time: cleaning may have put one together

    def _without(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, _MASK)
        return text
