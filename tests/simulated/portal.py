"""A virtual Expert Portal: real HTTP with the calls, the answers and the oddities of the page on a monitor."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self

Firmware = Literal["today", "plain", "2018"]
"""`today` names the broker's fields among the advanced settings, `plain` has other settings only, `2018` has no such
call at all."""

_PAGE = """<!DOCTYPE html><html><head><title>Smappee</title></head>
<body><h1>Smappee monitor</h1><a href="#">Logon/logoff</a> <a href="#">Advanced</a></body></html>"""
_STAYS = 300.0
"""Seconds that a logon lasts."""


@dataclass
class PortalState:
    """What the monitor behind the page holds."""

    password: str = "admin"
    url: str = "tcp://localhost:1883"
    username: str = ""
    broker_password: str = field(default="", repr=False)
    firmware: Firmware = "today"
    calls: list[str] = field(default_factory=list)
    """Every call that came, as method and path."""


class VirtualPortal:
    """The page on a port of its own, served by threads. Use it as a context manager."""

    def __init__(
        self,
        bind: str = "127.0.0.1",
        port: int = 0,
        *,
        state: PortalState | None = None,
        on_apply: Callable[[PortalState], None] = lambda _: None,
        readings: Callable[[], Sequence[tuple[int, float, float]]] = lambda: (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            bind: the address to serve on, this machine itself by default.
            port: 0 finds a free one.
            state: settings and password.
            on_apply: called when a person has changed the settings and the monitor restarts.
            readings: what is measured now, as (input, W, power factor).
            clock: seconds, for how long a logon lasts.
        """
        self.state = state or PortalState()
        self._bind, self._port, self._on_apply, self._clock = bind, port, on_apply, clock
        self._readings = readings
        self._until = 0.0
        self._server: ThreadingHTTPServer | None = None

    @property
    def port(self) -> int:
        """Where it is served."""
        return int(self._server.server_address[1]) if self._server is not None else self._port

    def apply_changes(self, url: str, username: str = "", password: str = "") -> None:
        """What a person does by hand on the page "Advanced": new broker, apply changes, restart."""
        self.state.url, self.state.username, self.state.broker_password = url, username, password
        self._until = 0.0
        self._on_apply(self.state)

    def __enter__(self) -> Self:
        portal = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def do_GET(self) -> None:
                """Answer a GET."""
                portal.serve(self, "")

            def do_POST(self) -> None:
                """Answer a POST."""
                size = min(int(self.headers.get("Content-Length") or 0), 10_000)
                portal.serve(self, self.rfile.read(size).decode("utf-8", "replace"))

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Say nothing."""

        self._server = ThreadingHTTPServer((self._bind, self._port), Handler)
        self._server.daemon_threads = True
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="portal", daemon=True
        ).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def serve(self, request: BaseHTTPRequestHandler, body: str) -> None:
        """Answer one request, errors with status 200 as the real one does."""
        path = request.path.partition("?")[0]
        self.state.calls.append(f"{request.command} {path}")
        if path == "/smappee.html":
            _send(request, 200, "text/html", _PAGE)
            return
        if not path.startswith("/gateway/apipublic/"):
            _send(request, 404, "text/plain", "not found")
            return
        _send(request, 200, "text/html", json.dumps(self._answer(path.rpartition("/")[2], body)))

    def _answer(self, call: str, body: str) -> Any:
        if call == "logon":
            if body != self.state.password:
                return {"error": "Logon failed, wrong portal password!"}
            self._until = self._clock() + _STAYS
            return {"success": "Logon successful!", "header": "Logon to the monitor portal successful..."}
        if self._clock() >= self._until:
            return {"error": "Error not authenticated. Use Logon first!"}
        if call == "instantaneous" and body == "loadInstantaneous":
            return self._instantaneous()
        if call == "configPublic" and body == "load":
            return [{"value": "11", "key": "emeterConfiguration"}]
        if call == "advancedConfigPublic" and body == "load" and self.state.firmware != "2018":
            return self._settings()
        return {"error": f"Unknown command {call}"}

    def _instantaneous(self) -> list[dict[str, str]]:
        """Power in mW and power factor in percent, all as text."""
        values: dict[str, str] = {}
        for number, watts, factor in self._readings():
            values[f"phase{number}ActivePower"] = str(round(abs(watts) * 1000))
            values[f"phase{number}Cosfi"] = str(round(abs(factor) * 100))
            values[f"phase{number}Quadrant"] = "0" if watts >= 0 else "2"
        return [{"value": value, "key": key} for key, value in values.items()]

    def _settings(self) -> list[dict[str, str]]:
        values = {"webPortalPassword": self.state.password, "activePowerLowerLimit": "0", "meterReaderLogging": "0"}
        if self.state.firmware == "today":
            values |= {
                "mqttLocalBrokerUrl": self.state.url,
                "mqttLocalBrokerUsername": self.state.username,
                "mqttLocalBrokerPassword": self.state.broker_password,
            }
        return [{"value": value, "key": key} for key, value in values.items()]


def _send(request: BaseHTTPRequestHandler, status: int, kind: str, text: str) -> None:
    content = text.encode()
    try:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)
    except OSError:
        return  # whoever asked has gone
