"""How the embedded broker decides whom it lets in, and to what. Loaded by amqtt, by the dotted names."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from amqtt.contexts import Action
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin

from smappee_tui.connect.own_broker.rights import may_subscribe, may_write

if TYPE_CHECKING:
    from amqtt.session import Session


class OneLogin(BaseAuthPlugin):  # type: ignore[misc]
    """Lets in one username with its password, and this program itself where it has a login of its own. All live in
    memory only, so no password file lies around."""

    @dataclass
    class Config:
        """What amqtt hands over from the broker's configuration."""

        username: str
        password: str = field(repr=False)
        own_username: str = ""
        """This program's own login; "" where it uses the same one."""
        own_password: str = field(default="", repr=False)

    async def authenticate(self, *, session: Session) -> bool:
        """True for a right username and password; takes the same time for any wrong one."""
        given = f"{session.username or ''}\0{session.password or ''}".encode()
        main = hmac.compare_digest(given, f"{self.config.username}\0{self.config.password}".encode())
        own = hmac.compare_digest(given, f"{self.config.own_username}\0{self.config.own_password}".encode())
        return main or (own and bool(self.config.own_username))


class MonitorRights(BaseTopicPlugin):  # type: ignore[misc]
    """Lets one username do what a monitor does, and everybody else everything."""

    @dataclass
    class Config:
        """What amqtt hands over from the broker's configuration."""

        username: str

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        """True for what is allowed."""
        if session is None or session.username != self.config.username:
            return True
        if action is Action.PUBLISH:
            return may_write(topic or "")
        return action is Action.RECEIVE or may_subscribe(topic or "")
