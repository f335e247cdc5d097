"""The token of the last command, kept beside the login: the next one need not log in again, which may take 20 s."""

from __future__ import annotations

from typing import Protocol

import msgspec

from smappee_tui.links.cloud.vault import NoKeyring, Vault
from smappee_tui.protocol.cloud.read_token import Token

LONGEST = 2000
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


class KeptToken:
    """The token of one base address, in the vault that holds its login."""

    def __init__(self, vault: Vault, base_url: str) -> None:
        self._vault, self._base = vault, base_url

    def load(self) -> tuple[Token, float] | None:
        """See `TokenStore.load`. What cannot be read counts as none."""
        try:
            text = self._vault.token(self._base)
            kept = msgspec.json.decode(text, type=_Kept) if text else None
        except (NoKeyring, msgspec.DecodeError):
            return None
        return (Token(kept.access, kept.refresh, 3600.0), kept.until) if kept is not None and kept.access else None

    def keep(self, token: Token, until: float) -> None:
        """See `TokenStore.keep`. One that is not kept is asked for again next time."""
        text = msgspec.json.encode(_Kept(token.access, token.refresh, until)).decode()
        if len(text) <= LONGEST:
            self._vault.keep_token(self._base, text)
