"""The virtual cloud: real HTTP on a port of this machine, with OAuth, all methods, and the troubles of a test."""

from __future__ import annotations

import contextlib
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

from smappee_tui.simulator.cloud.accounts import CloudAccounts
from smappee_tui.simulator.cloud.api import Api
from smappee_tui.simulator.cloud.behaviour import Behaviour, InjectedTrouble
from smappee_tui.simulator.cloud.request import ApiAnswer, Request

_BASE = "/dev/v3"
_SECRET = re.compile("token|secret|password", re.IGNORECASE)
_LARGEST = 100_000
"""Bytes of a request's body that are read."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that came. It never holds a secret: no body, no header, no query of the login."""

    method: str
    path: str
    """After the base."""
    query: Mapping[str, str]
    when: float
    """s since 1970 by the cloud's clock."""
    grant: str = ""
    """Of a login: "password" or "refresh_token"."""


class VirtualCloud:
    """The vendor's REST API on a port of its own, served by threads. Use it as a context manager."""

    def __init__(
        self,
        estate: CloudAccounts,
        *,
        bind: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        behaviour: Behaviour | None = None,
    ) -> None:
        """Prepare.

        Args:
            estate: accounts and houses.
            bind: the address to serve on, this machine itself by default.
            port: 0 finds a free one.
            clock: s since 1970, for tokens and for plugs that are switched for a time.
            behaviour: what goes wrong; nothing by default.
        """
        self.estate = estate
        self.behaviour = behaviour or Behaviour()
        self._bind, self._port, self._clock = bind, port, clock
        self._api = Api(estate, self.behaviour, clock)
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._ended = threading.Event()
        self._server: ThreadingHTTPServer | None = None

    @property
    def port(self) -> int:
        return int(self._server.server_address[1]) if self._server is not None else self._port

    @property
    def base_url(self) -> str:
        """What a client is given: `http://127.0.0.1:<port>/dev/v3`."""
        return f"http://{self._bind}:{self.port}{_BASE}"

    @property
    def calls(self) -> list[Call]:
        """Every call that came, in order."""
        with self._lock:
            return list(self._calls)

    def count(self, path: str, method: str = "") -> int:
        """How many calls of a path came (after the base; "" of a method: any)."""
        return sum(call.path == path and method in ("", call.method) for call in self.calls)

    def warm(self) -> threading.Thread:
        """Compute the past of all houses beside, so that nobody waits for it; join the thread to be sure."""
        thread = threading.Thread(target=self._live, name="cloud past", daemon=True)
        thread.start()
        return thread

    def _live(self) -> None:
        for house in self.estate.houses:
            if self._ended.is_set():
                return
            house.past.slots()

    def __enter__(self) -> Self:
        cloud = self
        self._ended.clear()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet, else delayed acknowledgements cost 40 ms a call
            disable_nagle_algorithm = True
            timeout = 60.0

            def do_GET(self) -> None:
                cloud.serve(self)

            do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the base class looks for these names

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Say nothing."""

        self._server = _Server((self._bind, self._port), Handler)
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name="cloud", daemon=True
        ).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self.behaviour.heal()
        if self._server is not None:
            self._port = self.port
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def serve(self, http: BaseHTTPRequestHandler) -> None:
        """Answer one call, as well or as badly as the behaviour wants."""
        if self._ended.is_set():
            http.close_connection = True
            return
        request = self._read(http)
        trouble = self.behaviour.take(request.method, request.path)
        if trouble is None:
            _send(http, self._api.answer(request))
        elif trouble.deaf:
            _hang_up(http)
        elif trouble.location is not None:
            _send(http, ApiAnswer(302, headers={"Location": trouble.location}))
        elif trouble.status is not None and trouble.body is None:
            headers = {"Retry-After": trouble.retry_after} if trouble.retry_after is not None else {}
            answer = self._api.error(trouble.status, trouble.message)
            _send(http, ApiAnswer(answer.status, answer.body, headers=headers))
        else:
            self._spoil(http, trouble, self._api.answer(request))

    def _spoil(self, http: BaseHTTPRequestHandler, trouble: InjectedTrouble, answer: ApiAnswer) -> None:
        """What was asked for has been done; now the answer suffers."""
        if trouble.hold is not None:
            trouble.hold.arrived.set()
            while not trouble.hold.release.wait(0.05):
                if self._ended.is_set():
                    _hang_up(http)
                    return
        if trouble.body is not None:
            answer = ApiAnswer(trouble.status or 200, trouble.body)
        if trouble.cut:
            _send(http, answer, half=True)
            _hang_up(http)
        else:
            _send(http, answer)

    def _read(self, http: BaseHTTPRequestHandler) -> Request:
        path, _, query = http.path.partition("?")
        length = http.headers.get("Content-Length") or "0"
        body = http.rfile.read(min(int(length), _LARGEST)) if length.isdigit() else b""
        inside = path.removeprefix(_BASE) if path.startswith(f"{_BASE}/") else f"(outside){path}"
        request = Request(
            http.command,
            inside,
            dict(parse_qsl(query, keep_blank_values=True)),
            body,
            http.headers.get("Content-Type") or "",
            http.headers.get("Authorization"),
        )
        with self._lock:
            self._calls.append(_noted(request, self._clock()))
        return request


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who goes away in the middle is no error worth a page of text; a mistake in here is."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _noted(request: Request, when: float) -> Call:
    if request.path == "/oauth2/token":
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        grant = form.get("grant_type", "")
        return Call(request.method, request.path, {}, when, grant if grant in ("password", "refresh_token") else "")
    open_part = {name: value for name, value in request.query.items() if not _SECRET.search(name)}
    return Call(request.method, request.path, open_part, when)


def _send(http: BaseHTTPRequestHandler, answer: ApiAnswer, *, half: bool = False) -> None:
    with contextlib.suppress(OSError):  # whoever asked has gone
        http.send_response(answer.status)
        if answer.body:
            http.send_header("Content-Type", answer.kind)
        if answer.status != 204:
            http.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            http.send_header(name, value)
        http.end_headers()
        http.wfile.write(answer.body[: len(answer.body) // 2] if half else answer.body)
        http.wfile.flush()


def _hang_up(http: BaseHTTPRequestHandler) -> None:
    http.close_connection = True
    with contextlib.suppress(OSError):
        http.connection.shutdown(socket.SHUT_RDWR)
