"""Where the servers of a NATS cluster are, and how to be let in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import BadAddressError
from smappee_tui.protocol.fact import fact

PORT = 4222
_SCHEMES = {"nats": False, "tls": True}
"""Whether each speaks TLS. The port is the same: a server of NATS tells first which it wants."""


@dataclass(frozen=True, slots=True)
class NatsAddress:
    """Servers of one cluster; any of them will do. Its text never contains the password."""

    servers: tuple[BrokerAddress, ...]
    """At least one; all with the same user."""

    @property
    def first(self) -> BrokerAddress:
        return self.servers[0]

    @property
    def urls(self) -> list[str]:
        """As nats-py wants them, without user and password."""
        return [
            f"{'tls' if server.tls else 'nats'}://"
            f"{f'[{server.host}]' if ':' in server.host else server.host}:{server.port}"
            for server in self.servers
        ]

    def __str__(self) -> str:
        return ", ".join(self.urls)

    @classmethod
    def parse(
        cls,
        text: str,
        *,
        username: str | None = None,
        password: str | None = None,
        tls: bool = False,
        cafile: Path | None = None,
    ) -> NatsAddress:
        """Read what a person typed: `nats://user@host:4222,host2`, `tls://…`, or hosts without any scheme.

        Args:
            text: one server or several, with commas between them; a `user@` before the first holds for all.
            username: wins over a `user@` in the text.
            password: never part of the text.
            tls: encrypt even where the text does not say `tls://`.
            cafile: authorities to trust instead of the system's.

        Raises:
            BadAddressError: when this cannot be the address of a server. Its message never repeats a password.
        """
        servers: list[BrokerAddress] = []
        for piece in text.split(","):
            scheme, separator, rest = piece.strip().partition("://")
            if separator and scheme.lower() not in _SCHEMES:
                raise BadAddressError(fact("cluster.no_nats_address"), fact("cluster.no_nats_address_advice"))
            try:
                server = BrokerAddress.parse(rest if separator else scheme, port=PORT, username=username)
            except BadAddressError as error:  # what to do about it would be told of a broker's port
                secret = error.what.code == "errors.password_in_address"
                advice = error.advice if secret else fact("cluster.no_nats_address_advice")
                raise BadAddressError(error.what, advice) from None
            encrypted = tls or bool(separator and _SCHEMES[scheme.lower()])
            username = username or server.username
            servers.append(replace(server, tls=encrypted, cafile=cafile if encrypted else None))
        return cls(tuple(replace(server, username=username, password=password) for server in servers))

    def with_password(self, password: str | None) -> NatsAddress:
        return NatsAddress(tuple(replace(server, password=password) for server in self.servers))
