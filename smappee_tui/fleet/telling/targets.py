"""Where messages go. An address for messages mostly is a secret itself: it is read from where secrets are kept."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from smappee_tui.connect.errors import BadAddressError, CannotReadError, ExternalError
from smappee_tui.protocol.fact import fact

MOST = 20
"""Targets."""
_LONGEST = 64 * 1024
"""Bytes of a file with addresses."""
_OPEN = frozenset({"to", "from", "name", "cc", "bcc", "mode", "format", "port"})
"""Parts of a query that are no secret."""
_MAIL = frozenset({"mailto", "mailtos"})
"""Schemes whose path names people."""


@dataclass(frozen=True, slots=True)
class Target:
    """One of them. Nothing that is shown holds more of it than its scheme."""

    number: int
    url: str = field(repr=False)

    @property
    def label(self) -> str:
        """What people and figures call it."""
        return f"{self.number} {self.url.partition('://')[0]}"

    @property
    def key(self) -> str:
        """Another one for another address, which it does not give away."""
        return sha256(self.url.encode()).hexdigest()[:16]


def read_targets(
    words: Sequence[str],
    kept: Callable[[str], str | None],
    known: Callable[[str], bool],
    secret: Callable[[str], bool],
    environment: Mapping[str, str] = os.environ,
) -> list[Target]:
    """Read what was typed after `--notify`: `env:NAME`, `file:PATH`, `keyring:NAME`, or an address without a secret.

    Args:
        words: as typed.
        kept: what the system's keyring has under a name.
        known: whether an address can be sent to.
        secret: whether an address that looks open holds a secret all the same, in place of its host say.
        environment: variables of the process.

    Raises:
        BadAddressError: for what cannot be used; it never repeats an address.
        CannotReadError: for a file that cannot be read.
    """
    urls: list[str] = []
    for word in words:
        where, _, name = word.partition(":")
        if where == "env":
            found = environment.get(name) or _missing("fleet_notice.no_variable", name)
        elif where == "keyring":
            found = kept(name) or _missing("fleet_notice.not_in_keyring", name)
        elif where == "file":
            found = _read(Path(name))
        else:
            if not _has_no_secret(word) or secret(word):
                raise BadAddressError(fact("fleet_notice.secret_typed"), fact("fleet_notice.secret_typed_advice"))
            found = word
        named = [line.strip() for line in found.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        if not named:
            raise BadAddressError(fact("fleet_notice.no_address", where=word), fact("fleet_notice.where_advice"))
        urls += named
    urls = list(dict.fromkeys(urls))
    if len(urls) > MOST:
        told = fact("fleet_notice.too_many", count=len(urls), most=MOST)
        raise BadAddressError(told, fact("fleet_notice.too_many_advice"))
    for place, url in enumerate(urls, 1):
        if not known(url):
            raise BadAddressError(
                fact("fleet_notice.unknown_target", number=place), fact("fleet_notice.unknown_target_advice")
            )
    return [Target(number, url) for number, url in enumerate(urls, 1)]


def _missing(code: str, name: str) -> str:
    raise BadAddressError(fact(code, name=name), fact("fleet_notice.where_advice"))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else "UTF-8"
        raise CannotReadError(
            fact("fleet_notice.unreadable", path=str(path), reason=reason), fact("fleet_notice.where_advice")
        ) from error


def _has_no_secret(url: str) -> bool:
    """Whether everybody may read it: no user, no path but people's names, no query but those."""
    try:
        parts = urlsplit(url)
        user = parts.username or parts.password
    except ValueError:
        return False
    path = parts.path.strip("/") and parts.scheme.lower() not in _MAIL
    names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return bool(parts.scheme) and "://" in url and not (user or path or names - _OPEN or parts.fragment)


def sendable(url: str) -> bool:
    """Whether the library for messages knows what to do with an address."""
    return _library().instantiate(url, suppress_exceptions=True) is not None


def masked(url: str) -> bool:
    """Whether the library would show an address with something left out: many services have their key for a host."""
    found = _library().instantiate(url, suppress_exceptions=True)
    return found is not None and found.url(privacy=True) != found.url(privacy=False)


def send(url: str, title: str, body: str) -> bool:
    """Send one message; takes as long as the other side does.

    Returns:
        Whether it was taken.
    """
    library = _library()
    try:
        sender = library()
        return bool(sender.add(url) and sender.notify(body, title=title, body_format="text"))
    except Exception:  # noqa: BLE001 - whatever a plugin of the library meets, its words may hold the address
        return False


def _library() -> Any:
    """The library, silenced: what it writes down of itself may hold an address. Raises ExternalError without it."""
    import logging

    try:
        import apprise
    except ImportError as error:
        raise ExternalError(fact("fleet_notice.no_library"), fact("fleet_notice.extra_advice")) from error
    log = logging.getLogger("apprise")
    log.propagate = False
    log.handlers = [logging.NullHandler()]
    return apprise.Apprise
