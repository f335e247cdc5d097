"""What can go wrong between this program and the vendor's cloud, typed by what the caller must do."""

from __future__ import annotations

from smappee_tui.links.errors import LinkError


class CloudError(LinkError):
    """Something went wrong with the cloud. `said` is the server's own message, cut short, "" where there is none.

    The server's text is foreign: show it as plain text only.
    """

    def __init__(self, what: str, advice: str = "", *, said: str = "", status: int | None = None) -> None:
        super().__init__(what, advice)
        self.said = said
        self.status = status


class WrongCredentials(CloudError):  # noqa: N818 - they read as what happened
    """Client id, secret, user or password were refused: `smappee-tui cloud login` again."""


class NoRight(CloudError):  # noqa: N818
    """The account may not do this: the location is not shared with it, or the method needs a special account."""


class NotFound(CloudError):  # noqa: N818
    """There is no such location, actuator, sensor or appliance."""


class AskedWrongly(CloudError):  # noqa: N818
    """The request makes no sense to the service; a known case is an aggregation that it does not have."""


class TooFast(CloudError):  # noqa: N818
    """Too many requests, even after waiting: try again later. `wait` is how many seconds the server asked for."""

    wait: float | None = None


class VendorDown(CloudError):  # noqa: N818
    """The service fails or answers nonsense, after the retries that are allowed: try again later."""


class Offline(CloudError):  # noqa: N818
    """The service is not reached: the laptop's own network, name look-up or a time-out."""
