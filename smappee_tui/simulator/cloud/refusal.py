"""How the virtual cloud says no."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - it reads as what happened
    """A call is answered with an error. `error` is the OAuth word, "" for other calls."""

    def __init__(self, status: int, message: str, *, error: str = "") -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.error = error
