"""Who asks the cloud: the vendor hands out client id and secret, user and password say whose locations are meant."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """All that a login takes. The secrets show neither in `repr` nor in an error."""

    client_id: str
    client_secret: str = field(repr=False)
    username: str
    password: str = field(repr=False)

    @property
    def complete(self) -> bool:
        """Nothing is missing."""
        return all((self.client_id, self.client_secret, self.username, self.password))
