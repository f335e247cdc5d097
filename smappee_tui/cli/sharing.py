"""What was typed of the page for a phone, and the server that follows from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    import ssl

    from smappee_tui.web.server import PageServer


class ShareWish(NamedTuple):
    """The options of the page."""

    at_once: bool = False
    """It is served as soon as the screen is up; else S does it."""
    address: str | None = None
    """Where, as typed: an address or a name of this machine, with or without a port."""
    certificate: Path | None = None
    """PEM file; with it the page speaks TLS."""
    key: Path | None = None
    """PEM file of its key; None: it stands in the same file."""


AS_USUAL = ShareWish()
"""Nothing was typed: S asks, and serves it in the clear."""


def prepared(wish: ShareWish, monitor: str = "") -> Callable[[], PageServer]:
    """Makes the page's server when it is first asked for, or now where something was typed that may be wrong: then what
    is wrong is said before the screen comes up. Arguments and errors as `page_server`."""
    if wish[1:] == AS_USUAL[1:]:
        return partial(page_server, wish, monitor)
    server = page_server(wish, monitor)
    return lambda: server


def page_server(wish: ShareWish, monitor: str = "") -> PageServer:
    """Prepare the page; nothing is served yet.

    Args:
        wish: as typed.
        monitor: address of the monitor that is watched; "" where there is none.

    Raises:
        BadAddressError: when the address is not this machine's, or is a public one.
        CannotReadError: when certificate and key cannot be used.
    """
    import time

    from smappee_tui.app.phone.desk import PhoneDesk
    from smappee_tui.web.server import PageServer

    host, port = _place(wish.address) if wish.address else ("", 0)
    address = _own(host) if host else ""
    tls = _context(wish)
    desk = PhoneDesk(int(time.time() * 1000))  # no run makes a thousand stages a second
    return PageServer(desk, monitor, address=address, name=host if host != address else "", port=port, tls=tls)


def _place(text: str) -> tuple[str, int]:
    """Host and port; 0 for any port."""
    from urllib.parse import urlsplit

    from smappee_tui.connect.errors import BadAddressError

    try:
        bare = text.count(":") > 1 and "[" not in text  # IPv6, which has no port without brackets
        parts = urlsplit(f"//[{text}]" if bare else f"//{text}")
        host, port = parts.hostname, parts.port
        if host and ":" not in host:
            host = host.encode("idna").decode()  # as browsers say it
    except ValueError:
        host, port = None, None
    if not host or parts.path or "@" in text:
        raise BadAddressError(fact("share.no_place", text=text[:60]), fact("share.no_place_advice"))
    return host, port or 0


def _own(host: str) -> str:
    """This machine's private address of that name."""
    import socket

    from smappee_tui.connect.errors import BadAddressError
    from smappee_tui.connect.networks import is_local, is_loopback, own_addresses

    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        found = []
    own = {one.ip for one in own_addresses()}
    fitting = [ip for ip in found if ip in own or is_loopback(ip)]
    if fitting:
        return fitting[0]
    if found and not any(map(is_local, found)):
        raise BadAddressError(fact("share.not_private", address=found[0]), fact("share.not_private_advice"))
    raise BadAddressError(fact("share.not_ours", host=host), fact("share.not_private_advice"))


def _context(wish: ShareWish) -> ssl.SSLContext | None:
    """What speaks TLS with the person's own certificate; None without one."""
    from smappee_tui.connect.errors import CannotReadError

    if wish.certificate is None:
        if wish.key is not None:
            raise CannotReadError(fact("share.key_alone"), fact("share.key_alone_advice"))
        return None
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2

    def locked() -> str:
        raise CannotReadError(fact("share.key_locked"), fact("share.key_locked_advice"))

    try:
        context.load_cert_chain(wish.certificate, wish.key, password=locked)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        why = error.strerror if isinstance(error, FileNotFoundError | PermissionError) else ""
        path = str(wish.certificate if wish.key is None else wish.key if not wish.key.exists() else wish.certificate)
        what = fact("share.no_file", path=path, why=why) if why else fact("share.no_certificate", path=path)
        raise CannotReadError(what, fact("share.no_certificate_advice")) from error
    return context
