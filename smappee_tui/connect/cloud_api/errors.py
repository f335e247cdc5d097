"""What can go wrong between this program and the vendor's cloud, typed by what the caller must do."""

from __future__ import annotations

from smappee_tui.connect.errors import ExternalError
from smappee_tui.protocol.fact import Fact, fact


class CloudError(ExternalError):
    """Something went wrong with the cloud. `said` is the server's own message, cut short, "" where there is none.

    The server's text is foreign: show it as plain text only.
    """

    def __init__(self, what: Fact, advice: Fact | None = None, *, said: str = "", status: int | None = None) -> None:
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


LOOK_FIRST = fact("cloud_api.look_first")
"""For a change whose answer never came."""


def refused_login(status: int, said: str, word: str, wait: float | None = None) -> CloudError:
    """The error for a login that was answered with anything but a token.

    Args:
        status: HTTP status.
        said: the server's message.
        word: the server's `error`, as OAuth has it.
        wait: seconds that the server asks to wait.
    """
    if status == 404:
        return NotFoundError(fact("cloud_api.no_login_here"), fact("cloud_api.check_address"), said=said, status=status)
    if status in (400, 401, 403) and word not in ("invalid_request", "unsupported_grant_type"):
        which = {"invalid_client": "cloud_api.client_refused", "invalid_grant": "cloud_api.user_refused"}
        what = fact(which.get(word, "cloud_api.login_refused"))
        return WrongCredentialsError(what, fact("cloud_api.login_again"), said=said, status=status)
    return refused(status, said, guessed=False, change=False, wait=wait)


def refused_twice(status: int, said: str, word: str) -> CloudError:
    """The error for a call that is still not authorised right after a login that went well."""
    if "token" in word or "client" in word or "grant" in word:
        return WrongCredentialsError(
            fact("cloud_api.token_refused"), fact("cloud_api.login_again"), said=said, status=status
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
            fact("cloud_api.number_unknown"), fact("cloud_api.number_unknown_advice"), said=said, status=status
        )
    if status == 429:
        return _too_fast(said, wait)
    if 300 <= status < 400:
        check = fact("cloud_api.check_address")
        advice = fact("errors.told", what=check, advice=LOOK_FIRST) if change else check
        return ServiceDownError(fact("cloud_api.redirected"), advice, said=said, status=status)
    if 400 <= status < 500 and status != 408:
        return BadRequestError(
            fact("cloud_api.request_refused", status=status),
            fact("cloud_api.request_refused_advice"),
            said=said,
            status=status,
        )
    if status == 500 and guessed:
        return BadRequestError(
            fact("cloud_api.aggregation_fails"), fact("cloud_api.set_code"), said=said, status=status
        )
    advice = LOOK_FIRST if change else fact("cloud_api.later")
    return ServiceDownError(fact("cloud_api.fails", status=status), advice, said=said, status=status)


def _no_right(said: str, status: int) -> NotPermittedError:
    return NotPermittedError(fact("cloud_api.no_right"), fact("cloud_api.no_right_advice"), said=said, status=status)


def _too_fast(said: str, wait: float | None) -> RateLimitError:
    known = wait is not None and wait < 1e6
    advice = fact("cloud_api.too_fast_advice", seconds=wait) if known else fact("cloud_api.too_fast_some_minutes")
    error = RateLimitError(fact("cloud_api.too_fast"), advice, said=said, status=429)
    error.wait = wait
    return error
