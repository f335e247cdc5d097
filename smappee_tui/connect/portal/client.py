"""The Expert Portal, read only: is it there, is this its password, where does the monitor push its data to?

Nothing here writes a setting, restarts or clears anything: there is no function for it. The other side may be anybody:
answers are bounded in time and size, and no redirection is followed. Errors come with status 200 and an `error` key.

The settings come with the portal's own password in clear. It is dropped as they are read, before anything is kept: what
leaves this module cannot hold it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urlsplit

import msgspec

if TYPE_CHECKING:
    import httpx


OWN_BROKER = "tcp://localhost:1883"
"""What the setting says on a monitor whose data stays on its own broker."""
LONGEST = 200

Logon = Literal["ok", "wrong password", "not understood", "no answer"]


@dataclass(frozen=True, slots=True)
class BrokerSetting:
    """Where the monitor pushes its data to. Passwords are never part of it, only whether there is one."""

    url: str
    """As the monitor has it, without a login; "" where the field is empty."""
    username: str = ""
    has_password: bool = False

    @property
    def own(self) -> bool:
        """The monitor's own broker: the data stays there."""
        try:
            host = urlsplit(self.url if "://" in self.url else f"tcp://{self.url}").hostname
        except ValueError:
            return False
        return host in ("localhost", "127.0.0.1", "::1")


def error_of(body: bytes) -> str:
    """The `error` of an answer, "" without one."""
    answer = _json(body)
    error = answer.get("error") if isinstance(answer, dict) else None
    return str(error)[:LONGEST] if error else ""


def logon_of(body: bytes) -> Logon:
    """What the portal says to a password."""
    answer = _json(body)
    if not isinstance(answer, dict):
        return "not understood"
    if answer.get("error"):
        return "wrong password"
    return "ok" if answer.get("success") else "not understood"


def setting_of(body: bytes) -> BrokerSetting | None:
    """The broker's fields of the advanced settings, None where they are not among them.

    The names of the fields differ from firmware to firmware, so they are told by the words in them.
    """
    rows = _json(body)
    if not isinstance(rows, list):
        return None
    url: str | None = None
    username, has_password = "", False
    for row in rows[:2000]:
        if not isinstance(row, dict):
            continue
        key = "".join(letter for letter in str(row.get("key", ""))[:80].casefold() if letter.isalnum())
        if "mqtt" not in key and "broker" not in key:
            continue
        if any(word in key for word in ("pass", "pwd", "secret")):
            has_password = has_password or bool(row.get("value"))
        elif "user" in key:
            username = str(row.get("value") or "")[:LONGEST]
        elif any(word in key for word in ("url", "uri", "address", "host", "location")):
            url = _without_login(str(row.get("value") or ""))
    return None if url is None else BrokerSetting(url, username, has_password)


def _without_login(url: str) -> str:
    """Somebody may have typed the login into the address."""
    scheme, separator, rest = url[: 4 * LONGEST].rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"[:LONGEST]


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


PAGE = "/smappee.html"
FINGERPRINT = b">Smappee"
"""Stands in the portal's page, and in hardly any other."""
_CALLS = "/gateway/apipublic/"
_MOST_PAGE = 128 * 1024
_MOST_ANSWER = 512 * 1024
"""Bytes that are read; what goes on beyond is not what it says it is."""

PageWord = Literal["portal", "other page", "no page", "refused", "silent", "odd"]
"""`portal`: a monitor's · `other page`: a web server, but no monitor's · `no page`: it answers that there is none ·
`refused`: nothing listens · `silent`: no answer in time · `odd`: endless, too large, or no HTTP."""


class Portal:
    """One monitor's portal. Use it as an asynchronous context manager.

    The logon is not tied to a cookie, and it runs out after some minutes: log on before each reading.
    """

    def __init__(self, host: str, *, port: int = 80, timeout: float = 5.0) -> None:
        """Prepare; nothing is sent yet.

        Args:
            host: name or address; IPv6 without brackets.
            port: TCP port of the page.
            timeout: seconds for each whole question and answer, however slowly it drips.
        """
        self.host, self.port, self._timeout = host, port, timeout
        self._client: httpx.AsyncClient | None = None

    @property
    def url(self) -> str:
        """The page's address, as a person types it."""
        return page_url(self.host, self.port)

    async def __aenter__(self) -> Self:
        import httpx

        self._client = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,  # a proxy has no business between a laptop and a monitor beside it
            timeout=self._timeout,
            headers={"Accept-Encoding": "identity", "User-Agent": "smappee-tui"},
            limits=httpx.Limits(max_connections=2, max_keepalive_connections=0),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def page(self) -> PageWord:
        """Look whether the portal's page is there."""
        word, body = await self._ask("GET", PAGE, None, _MOST_PAGE)
        if word != "portal":
            return word
        return "portal" if FINGERPRINT in body else "other page"

    async def logon(self, password: str) -> Logon:
        """Try a password. It is sent in clear, as the portal wants it, and kept nowhere."""
        word, body = await self._ask("POST", f"{_CALLS}logon", password.encode("utf-8", "replace"), _MOST_ANSWER)
        return logon_of(body) if word == "portal" else "no answer"

    async def broker_setting(self) -> BrokerSetting | None:
        """Read where the monitor pushes its data to.

        Returns:
            None where this firmware does not reveal it, or nobody is logged on.
        """
        word, body = await self._ask("POST", f"{_CALLS}advancedConfigPublic", b"load", _MOST_ANSWER)
        if word != "portal" or error_of(body):
            return None
        return setting_of(body)

    async def _ask(self, method: str, path: str, content: bytes | None, most: int) -> tuple[PageWord, bytes]:
        """One request. The word is "portal" for any whole answer with status 200."""
        import httpx

        if self._client is None:
            raise RuntimeError("use the portal as an asynchronous context manager")
        url = f"{self.url.removesuffix(PAGE)}{path}"
        body = bytearray()
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream(method, url, content=content) as answer,
            ):
                if answer.status_code != 200:
                    return ("other page" if answer.is_redirect else "no page"), b""
                # Raw: what claims to be compressed could be a thousand times as large.
                async for piece in answer.aiter_raw():
                    body += piece
                    if len(body) > most:
                        return "odd", b""
        except httpx.ConnectError as error:
            return ("refused" if _refused(error) else "silent"), b""
        except (TimeoutError, httpx.TimeoutException):
            # A body that never ends but began as the page does: still not to be trusted.
            return "odd" if body else "silent", b""
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
            return "odd", b""
        return "portal", bytes(body)


def page_url(host: str, port: int = 80) -> str:
    """The address of the portal's page, as a browser takes it."""
    shown = f"[{host.replace('%', '%25')}]" if ":" in host else host
    return f"http://{shown}{'' if port == 80 else f':{port}'}{PAGE}"


def _refused(error: BaseException) -> bool:
    """Whether somebody said no, at one of the host's addresses, rather than nobody saying anything."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, BaseExceptionGroup):
            return any(_refused(one) for one in seen.exceptions)
        if isinstance(seen, ConnectionRefusedError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
