"""One call at the virtual cloud, and what it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec


class CloudRefusalError(Exception):
    """A call is answered with an error. `error` is the OAuth word, "" for other calls."""

    def __init__(self, status: int, message: str, *, error: str = "") -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.error = error


JSON = "application/json;charset=UTF-8"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Request:
    """A call with its path after the base."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes = field(repr=False)
    kind: str = ""
    """Content type."""
    authorization: str | None = field(default=None, repr=False)

    def whole(self, name: str) -> int:
        """A number of the query. Raises CloudRefusalError (400)."""
        try:
            return int(self.query[name])
        except KeyError:
            raise CloudRefusalError(400, f"Required parameter '{name}' is not present") from None
        except ValueError:
            raise CloudRefusalError(400, f"Parameter '{name}' is not a number") from None

    def content(self, wanted: type[_T]) -> _T:
        """The JSON in the body. Raises CloudRefusalError (400); 415 where it is not said to be JSON."""
        if self.body and not self.kind.startswith("application/json"):
            raise CloudRefusalError(415, "Send application/json")
        try:
            return msgspec.json.decode(self.body or b"{}", type=wanted)
        except msgspec.MsgspecError:
            raise CloudRefusalError(400, "The body cannot be read") from None


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    status: int
    body: bytes = b""
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    spliced: bool = False
    """Put together from encoded records, and too large to be taken apart again."""

    @property
    def plain(self) -> bool:
        """JSON that may be taken apart."""
        return bool(self.body) and self.kind == JSON and not self.spliced


def told(content: Any, status: int = 200) -> ApiAnswer:
    """A JSON answer."""
    return ApiAnswer(status, msgspec.json.encode(content))
