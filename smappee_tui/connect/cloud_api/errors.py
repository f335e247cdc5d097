"""What can go wrong between this program and the vendor's cloud, typed by what the caller must do."""

from __future__ import annotations

from smappee_tui.connect.errors import ExternalError


class CloudError(ExternalError):
    """Something went wrong with the cloud. `said` is the server's own message, cut short, "" where there is none.

    The server's text is foreign: show it as plain text only.
    """

    def __init__(self, what: str, advice: str = "", *, said: str = "", status: int | None = None) -> None:
        super().__init__(what, advice)
        self.said = said
        self.status = status


class WrongCredentialsError(CloudError):
    """Client id, secret, user or password were refused: `smappee-tui cloud login` again."""


class NotPermittedError(CloudError):
    """The account may not do this: the location is not shared with it, or the method needs a special account."""


class NotFoundError(CloudError):
    """There is no such location, actuator, sensor or appliance."""


class BadRequestError(CloudError):
    """The request makes no sense to the service; a known case is an aggregation that it does not have."""


class RateLimitError(CloudError):
    """Too many requests, even after waiting: try again later. `wait` is how many seconds the server asked for."""

    wait: float | None = None


class ServiceDownError(CloudError):
    """The service fails or answers nonsense, after the retries that are allowed: try again later."""


class OfflineError(CloudError):
    """The service is not reached: the laptop's own network, name look-up or a time-out."""


LOOK_FIRST = "It may have been carried out: look before doing it again."
"""For a change whose answer never came."""
_LATER = "Try again later."
_LOGIN_AGAIN = "Log in again with `smappee-tui cloud login`."
_SETTING = (
    "Its code is not confirmed by any public source: set the right one under [cloud_aggregations] in the settings, "
    "or ask for 5min, hour, day, month or quarter."
)


def refused_login(status: int, said: str, word: str, wait: float | None = None) -> CloudError:
    """The error for a login that was answered with anything but a token.

    Args:
        status: HTTP status.
        said: the server's message.
        word: the server's `error`, as OAuth has it.
        wait: seconds that the server asks to wait.
    """
    if status == 404:
        return NotFoundError(
            "There is no login at this address.", "Check the cloud's address in the settings.", said=said, status=status
        )
    if status in (400, 401, 403) and word not in ("invalid_request", "unsupported_grant_type"):
        which = {"invalid_client": "the client id or secret", "invalid_grant": "the username or password"}
        meant = which.get(word, "the client id, client secret, username or password")
        return WrongCredentialsError(f"The cloud refuses {meant}.", _LOGIN_AGAIN, said=said, status=status)
    return refused(status, said, guessed=False, change=False, wait=wait)


def refused_twice(status: int, said: str, word: str) -> CloudError:
    """The error for a call that is still not authorised right after a login that went well."""
    if "token" in word or "client" in word or "grant" in word:
        return WrongCredentialsError(
            "The cloud does not take the token that it has just given.", _LOGIN_AGAIN, said=said, status=status
        )
    return _no_right(said, status)


def refused(status: int, said: str, *, guessed: bool, change: bool, wait: float | None = None) -> CloudError:
    """The error for a call that was answered with anything but success.

    Args:
        status: HTTP status.
        said: the server's message.
        guessed: the call had an aggregation whose code nobody confirmed.
        change: the call was to change or switch something.
        wait: seconds that the server asks to wait.
    """
    if status == 403:
        return _no_right(said, status)
    if status in (404, 410):
        return NotFoundError(
            "The cloud knows nothing of that number.",
            "Look at the list of locations, and at the location's own list of what it has.",
            said=said,
            status=status,
        )
    if status == 429:
        return _too_fast(said, wait)
    if 300 <= status < 400:
        return ServiceDownError(
            "The cloud points to another address, which is not followed: it would be shown the login.",
            f"Check the cloud's address in the settings. {LOOK_FIRST if change else ''}".strip(),
            said=said,
            status=status,
        )
    if 400 <= status < 500 and status != 408:
        return BadRequestError(
            f"The cloud cannot do anything with this request (HTTP {status}).",
            "Check what was asked for.",
            said=said,
            status=status,
        )
    if status == 500 and guessed:
        return BadRequestError(
            "The cloud fails at this request; it does so for an aggregation that it does not have.",
            _SETTING,
            said=said,
            status=status,
        )
    return ServiceDownError(
        f"The cloud fails (HTTP {status}).", LOOK_FIRST if change else _LATER, said=said, status=status
    )


def _no_right(said: str, status: int) -> NotPermittedError:
    return NotPermittedError(
        "The account may not do this.",
        "Ask the owner to share the location with it; creating, changing and deleting need a special account.",
        said=said,
        status=status,
    )


def _too_fast(said: str, wait: float | None) -> RateLimitError:
    after = f"in {wait:.0f} s" if wait is not None and wait < 1e6 else "in some minutes"
    error = RateLimitError("The cloud wants fewer requests.", f"Try again {after}.", said=said, status=429)
    error.wait = wait
    return error
