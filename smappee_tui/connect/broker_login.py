"""How the embedded broker decides whom it lets in. Loaded by amqtt, by its dotted name."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from amqtt.plugins.base import BaseAuthPlugin

if TYPE_CHECKING:
    from amqtt.session import Session


class OneLogin(BaseAuthPlugin):  # type: ignore[misc]
    """Lets in exactly one username with its password. Both live in memory only, so no password file lies around."""

    @dataclass
    class Config:
        """What amqtt hands over from the broker's configuration."""

        username: str
        password: str

    async def authenticate(self, *, session: Session) -> bool:
        """True for the right username and password; takes the same time for any wrong one."""
        given = f"{session.username or ''}\0{session.password or ''}".encode()
        wanted = f"{self.config.username}\0{self.config.password}".encode()
        return hmac.compare_digest(given, wanted)
