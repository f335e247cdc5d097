"""Figures for a monitoring system. No label holds a location: how many figures there are never depends on the fleet."""

from __future__ import annotations

import contextlib
import errno
import io
import ipaddress
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from smappee_tui.connect.errors import BadAddressError, CannotListenError, ExternalError
from smappee_tui.connect.networks import is_local
from smappee_tui.fleet.running import Stepped
from smappee_tui.fleet.telling.notify import Delivery
from smappee_tui.fleet.view import FleetView
from smappee_tui.protocol.fact import Fact, fact

if TYPE_CHECKING:
    from prometheus_client import Metric

PREFIX = "smappee_fleet"
MOST_ASKING = 16
"""Connections at the same time, a thread each; when one more comes, the oldest goes."""
PATIENCE = 10.0
"""Seconds that one may say nothing, or take nothing."""
MOST_NOTES = 30
"""Notes that get a figure, more than there are names; what a worker of another version calls its own is bounded."""
_LISTS = ("live", "silent", "fault", "ok", "undecided", "not_judged", "battery_low", "plug_trouble")


def listen_address(text: str, *, anywhere: bool = False) -> tuple[str, int]:
    """Read HOST:PORT, or PORT for this machine alone.

    Args:
        text: as typed.
        anywhere: an address that strangers may reach is meant.

    Raises:
        BadAddressError: it is none, or one that strangers may reach.
    """
    host, _, port = text.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    if not port.isascii() or not port.isdigit() or len(port) > 5 or int(port) > 65535:
        raise BadAddressError(fact("fleet_notice.no_listen", text=text), fact("fleet_notice.no_listen_advice"))
    host = "127.0.0.1" if host == "localhost" else host
    try:
        ipaddress.ip_address(host)
    except ValueError:
        raise BadAddressError(
            fact("fleet_notice.no_listen", text=text), fact("fleet_notice.no_listen_advice")
        ) from None
    if not anywhere and not is_local(host):
        raise BadAddressError(fact("fleet_notice.open_listen", host=host), fact("fleet_notice.open_listen_advice"))
    return host, int(port)


class Metrics:
    """Watches a fleet, and answers whoever asks over HTTP how it was when it was looked at last."""

    def __init__(self, host: str, port: int, deliveries: Sequence[Delivery] = ()) -> None:
        """Listen.

        Args:
            host: an address of this machine.
            port: 0 for any that is free.
            deliveries: of messages, which are counted as well.

        Raises:
            CannotListenError: the port is taken, or the address is not this machine's.
            ExternalError: the library is not there.
        """
        try:
            from prometheus_client import CollectorRegistry, make_wsgi_app
        except ImportError as error:
            raise ExternalError(fact("fleet_notice.no_metrics"), fact("fleet_notice.extra_advice")) from error
        self._view: FleetView | None = None
        self._deliveries = deliveries
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        try:
            self._server = _Server(host, port)
        except OSError as error:
            raise _closed_door(error, host, port) from error
        self._server.set_app(make_wsgi_app(registry))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="figures", daemon=True)
        self._thread.start()
        self.port: int = self._server.server_port

    def look(self, fleet: Stepped, view: FleetView) -> None:
        """This is how it is now."""
        self._view = view

    @property
    def troubles(self) -> Sequence[Fact]:
        return ()

    def close(self) -> None:
        """Answer nobody any more."""
        threading.Thread(target=self._server.shutdown, daemon=True).start()
        self._thread.join(1.0)
        self._server.server_close()

    def collect(self) -> Iterator[Metric]:
        """All figures, for the library."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        view = self._view

        def family(kind: Any, name: str, text: str, values: Mapping[Any, float], *labels: str) -> Metric:
            one: Metric = kind(f"{PREFIX}_{name}", text, labels=labels)
            for key, value in values.items():
                one.add_metric(list(key), value)  # type: ignore[attr-defined]
            return one

        gauge, counter = GaugeMetricFamily, CounterMetricFamily
        yield family(gauge, "up", "1 while the broker is connected.", {(): float(view is not None and view.connected)})
        cut = {(): float(self._server.cut)}
        yield family(counter, "connections_cut", "Connections for figures: too many, silent, or broken off.", cut)
        for kind, name, text, of in (
            (counter, "deliveries_sent", "Messages to people that were taken.", "sent"),
            (counter, "deliveries_failed", "Attempts to send one that failed.", "failed"),
            (counter, "deliveries_given_up", "Messages that were given up.", "given_up"),
        ):
            if self._deliveries:
                values = {(one.target.label,): float(getattr(one, of)) for one in self._deliveries}
                yield family(kind, name, text, values, "target")
        if view is None:
            return
        counts = view.counts._asdict()
        yield family(gauge, "locations", "Locations that are known.", {(): float(view.counts.locations)})
        states = {(name,): float(counts[name]) for name in _LISTS}
        yield family(gauge, "locations_in", "Locations by what they are; one may be several.", states, "state")
        yield family(counter, "messages", "Messages taken in.", {(): float(view.messages)})
        yield family(counter, "lost", "Messages that came faster than they could be taken.", {(): float(view.lost)})
        yield family(counter, "unreadable", "Messages that could not be read.", {(): float(view.unreadable)})
        yield family(gauge, "turned_away", "Locations heard that are not kept.", {(): float(view.turned_away)})
        lags = {("0.5",): view.lag, ("0.99",): view.lag_worst}
        yield family(gauge, "lag_seconds", "From a message's arrival until it is taken in.", lags, "quantile")
        yield family(gauge, "sweep_done", "Locations that had their turn in this sweep.", {(): float(view.sweep.done)})
        yield family(gauge, "sweep_of", "Locations that are to have one.", {(): float(view.sweep.of)})
        yield family(gauge, "window", "Locations that are looked at in full now.", {(): float(view.window.locations)})
        yield family(counter, "changes", "Changes that were told, over restarts.", {(): float(_latest(view))})
        yield family(gauge, "seen_timestamp_seconds", "When the fleet was looked at last.", {(): view.at})
        notes = {(name,): float(count) for name, count in view.notes[:MOST_NOTES]}
        yield family(gauge, "notes", "What is limited or went wrong with the fleet itself.", notes, "note")


class _Handler(WSGIRequestHandler):
    """Says nothing of whom it answers: stderr is the canvas of the screen."""

    timeout = PATIENCE

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library has it
        """Nothing."""

    def get_stderr(self) -> io.StringIO:
        return io.StringIO()


class _Server(ThreadingMixIn, WSGIServer):
    """A thread for each who asks, and so many of them: who only connects keeps neither memory nor a place for long."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, host: str, port: int) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.cut = 0
        """Connections that were closed before they were answered."""
        self._open: list[socket.socket] = []
        """In the order of coming."""
        self._lock = threading.Lock()
        super().__init__((host, port), _Handler)

    def process_request(self, request: socket.socket, client_address: Any) -> None:  # type: ignore[override]
        with self._lock:
            self._open.append(request)
            oldest = self._open.pop(0) if len(self._open) > MOST_ASKING else None
            self.cut += oldest is not None
        if oldest is not None:
            with contextlib.suppress(OSError):  # it has just ended
                oldest.shutdown(socket.SHUT_RDWR)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        with self._lock, contextlib.suppress(ValueError):
            self._open.remove(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """It broke off, or was silent for too long."""
        with self._lock:
            self.cut += 1


def _closed_door(error: OSError, host: str, port: int) -> CannotListenError:
    """Why nobody can be served there, and what to name instead."""
    elsewhere, address = fact("fleet_notice.no_listen_advice"), f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    match error.errno:
        case errno.EADDRINUSE:
            taken = fact("fleet_notice.metrics_port", address=address)
            return CannotListenError(taken, fact("fleet_notice.metrics_port_advice"))
        case errno.EACCES | errno.EPERM:
            higher = fact("fleet_notice.metrics_higher")
            return CannotListenError(fact("broker.port_forbidden", port=port), higher)
        case errno.EADDRNOTAVAIL:
            return CannotListenError(fact("broker.not_ours", bind=host), elsewhere)
    reason = error.strerror or str(error)
    return CannotListenError(fact("fleet_notice.cannot_listen", host=host, reason=reason), elsewhere)


def _latest(view: FleetView) -> int:
    return view.changes[-1].number if view.changes else 0
