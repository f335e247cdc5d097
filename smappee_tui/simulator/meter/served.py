"""The virtual meter on this machine's loopback: the local API of a HomeWizard P1, and telegrams over TCP."""

from __future__ import annotations

import json
import math
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Any, Self

from smappee_tui.protocol.meter import MeterReading
from smappee_tui.simulator.meter.telegram import TelegramKind, telegram_of


@dataclass
class MeterDoor:
    """How it behaves, to be changed while it is served."""

    open: bool = True
    """The owner has switched the local API on."""
    damaged: bool = False
    """Answers and telegrams are cut off in the middle."""
    kind: TelegramKind = "e-mucs"
    calls: list[str] = field(default_factory=list)


class _Quiet(socketserver.ThreadingMixIn):
    """Whoever asked may be gone before the answer: on a terminal the words of that would tear the screen."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class _Http(_Quiet, HTTPServer):
    pass


class _Tcp(_Quiet, socketserver.TCPServer):
    pass


class ServedMeter:
    """Serves what a meter tells now. Use it as a context manager."""

    def __init__(self, now: Callable[[], MeterReading], *, door: MeterDoor | None = None, every: float = 1.0) -> None:
        """Prepare.

        Args:
            now: the newest reading.
            door: how it behaves.
            every: seconds between two telegrams.
        """
        self.door = door or MeterDoor()
        self._now, self._every, self._stop = now, every, threading.Event()
        self._http = _Http(("127.0.0.1", 0), self._asked())
        self._tcp = _Tcp(("127.0.0.1", 0), self._connected())

    @property
    def host(self) -> str:
        """As `--p1` takes it for the local API."""
        return f"127.0.0.1:{self._http.server_address[1]}"

    @property
    def gateway(self) -> str:
        """As `--p1` takes it for telegrams."""
        return f"tcp://127.0.0.1:{self._tcp.server_address[1]}"

    def __enter__(self) -> Self:
        for server in (self._http, self._tcp):
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for server in (self._http, self._tcp):
            server.shutdown()
            server.server_close()

    def _asked(self) -> type[BaseHTTPRequestHandler]:
        meter = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                meter.door.calls.append(self.path)
                if self.path != "/api/v1/data":
                    self.send_error(404)
                elif not meter.door.open:
                    self._answer(403, {"error": {"id": 202, "description": "API not enabled"}})
                else:
                    self._answer(200, homewizard_of(meter._now()))

            def _answer(self, status: int, content: dict[str, Any]) -> None:
                body = json.dumps(content).encode()
                body = body[: len(body) // 2] if meter.door.damaged else body
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        return Handler

    def _connected(self) -> type[socketserver.BaseRequestHandler]:
        meter = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                while not meter._stop.is_set():
                    text = telegram_of(meter._now(), meter.door.kind)
                    try:
                        self.request.sendall(text[: len(text) // 2] + b"\r\n" if meter.door.damaged else text)
                    except OSError:
                        return
                    meter._stop.wait(meter._every)

        return Handler


def homewizard_of(reading: MeterReading) -> dict[str, Any]:
    """A reading as the first local API tells it."""
    told: dict[str, Any] = {
        "smr_version": 50,
        "meter_model": "Virtual",
        "unique_id": "00000000000000000000000000000000",
        "active_power_w": reading.total,
    }
    for line, name in enumerate(("l1", "l2", "l3")):
        for key, value in (
            (f"active_power_{name}_w", reading.watts[line]),
            (f"active_current_{name}_a", reading.amps[line]),
            (f"active_voltage_{name}_v", reading.volts[line]),
        ):
            if not math.isnan(value):
                told[key] = value
    return told
