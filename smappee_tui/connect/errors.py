"""What can go wrong outside the program, as one small tree typed by what the caller must do."""

from __future__ import annotations


class ExternalError(Exception):
    """Something outside failed. The text is two sentences for a person: what happened, what to do next.

    Attributes:
        what: what happened.
        advice: what to do next, or "" where nothing helps.
    """

    def __init__(self, what: str, advice: str = "") -> None:
        self.what = what
        self.advice = advice
        super().__init__(f"{what} {advice}".strip())


class BadAddressError(ExternalError):
    """The text is no broker address: ask for another one."""


class CannotConnectError(ExternalError):
    """No usable connection now: look at the network, the address or TLS; trying again later may help."""


class RefusedError(ExternalError):
    """The broker answered and said no: the username, the password or the rights must change."""


class UnconfirmedError(ExternalError):
    """It was handed over and nothing came back: it may have been carried out, so look before doing it again.

    Attributes:
        at: when it was handed over, s since 1970.
    """

    def __init__(self, what: str, advice: str, at: float) -> None:
        super().__init__(what, advice)
        self.at = at


class CannotListenError(ExternalError):
    """The embedded broker cannot open its door: choose another port, another address or set credentials."""


class CannotReadError(ExternalError):
    """A file cannot be read: choose another one or mend its permissions."""


class CannotWriteError(ExternalError):
    """A file cannot be written: choose another place or name, or make room."""
