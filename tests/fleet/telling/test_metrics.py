"""Figures over HTTP: what they say, how many there are, and who may ask."""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import threading
import urllib.request

import pytest

from smappee_tui.connect.errors import BadAddressError, CannotListenError
from smappee_tui.fleet.telling import metrics as metrics_module
from smappee_tui.fleet.telling.metrics import MOST_ASKING, Metrics, listen_address
from smappee_tui.fleet.telling.notify import Delivery
from smappee_tui.fleet.telling.targets import Target
from smappee_tui.fleet.view import Change, Counts, FleetView, Sweep, Window
from smappee_tui.protocol.fact import fact
from tests.web.served import closed


def asked(metrics: Metrics) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{metrics.port}/metrics", timeout=10) as answer:
        return answer.read().decode()


def test_the_figures_are_those_of_the_fleet_and_bounded() -> None:
    metrics = Metrics("127.0.0.1", 0, [Delivery(Target(1, "slack://TokenA/B/C"), sent=3)])
    try:
        assert "smappee_fleet_up 0.0" in asked(metrics)
        view = FleetView(
            at=1000.0,
            since=0.0,
            counts=Counts(locations=10_000, live=9990, silent=10, fault=31),
            sweep=Sweep(done=5, of=9),
            window=Window(7),
            messages=600_000,
            lost=2,
            lag=0.04,
            lag_worst=0.2,
            notes=tuple((f"note{n}", n) for n in range(100)),
            changes=(Change(12, 900.0, "uuid-secret", "5010", "ok", "fault", ()),),
        )
        metrics.look(None, view)  # type: ignore[arg-type]
        text = asked(metrics)
    finally:
        metrics.close()
    for line in (
        "smappee_fleet_up 1.0",
        "smappee_fleet_locations 10000.0",
        'smappee_fleet_locations_in{state="fault"} 31.0',
        "smappee_fleet_messages_total 600000.0",
        "smappee_fleet_lost_total 2.0",
        'smappee_fleet_lag_seconds{quantile="0.99"} 0.2',
        "smappee_fleet_changes_total 12.0",
        'smappee_fleet_deliveries_sent_total{target="1 slack"} 3.0',
    ):
        assert line in text.splitlines()
    assert len([line for line in text.splitlines() if not line.startswith("#")]) < 70
    assert "uuid" not in text
    assert "Token" not in text


def test_this_machine_alone_unless_it_is_asked_for() -> None:
    assert listen_address("9469") == ("127.0.0.1", 9469)
    assert listen_address("localhost:9469") == ("127.0.0.1", 9469)
    assert listen_address("192.168.0.7:9469") == ("192.168.0.7", 9469)
    assert listen_address("[::1]:9469") == ("::1", 9469)
    for text in ("0.0.0.0:9469", "[::]:9469", "8.8.8.8:9469"):
        with pytest.raises(BadAddressError):
            listen_address(text)
        listen_address(text, anywhere=True)
    for text in ("", "x", "host:9469", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:-1", "9" * 5000):
        with pytest.raises(BadAddressError):
            listen_address(text)


def test_a_port_that_nobody_may_take_is_no_port_of_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("smappee_tui.fleet.telling.metrics._Server", forbidden)
    with pytest.raises(CannotListenError) as told:
        Metrics("127.0.0.1", 80)
    assert told.value.what == fact("broker.port_forbidden", port=80)
    assert told.value.advice == fact("fleet_notice.metrics_higher")


def test_a_port_that_is_taken_is_told() -> None:
    metrics = Metrics("127.0.0.1", 0)
    try:
        with pytest.raises(CannotListenError) as told:
            Metrics("127.0.0.1", metrics.port)
        assert told.value.what == fact("fleet_notice.metrics_port", address=f"127.0.0.1:{metrics.port}")
    finally:
        metrics.close()
    with pytest.raises(CannotListenError) as told:
        Metrics("192.0.2.1", 0)  # an address that nobody has
    assert told.value.what.code == "broker.not_ours"


def test_who_asks_and_says_nothing_more_keeps_nobody_from_the_figures() -> None:
    metrics = Metrics("127.0.0.1", 0)
    threads = threading.active_count()
    with contextlib.ExitStack() as lines:
        try:
            silent = [
                lines.enter_context(socket.create_connection(("127.0.0.1", metrics.port), timeout=30))
                for _ in range(3 * MOST_ASKING)
            ]
            assert "smappee_fleet_up 0.0" in asked(metrics)
            for line in silent[: 2 * MOST_ASKING]:
                assert closed(line), "the oldest go"
            tries = iter(range(3000))
            while threading.active_count() > threads + MOST_ASKING:  # of those that were sent away some end just now
                assert next(tries, None) is not None
                threading.Event().wait(0.01)
        finally:
            metrics.close()


def test_who_says_nothing_for_a_while_is_sent_away(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    metrics = Metrics("127.0.0.1", 0)
    try:
        with monkeypatch.context() as hurry:
            hurry.setattr(metrics_module._Handler, "timeout", 0.05)
            with socket.create_connection(("127.0.0.1", metrics.port), timeout=30) as line:
                with contextlib.suppress(ConnectionError):  # on a busy machine it is sent away before
                    line.sendall(b"GET /metr")
                assert closed(line)
        assert "smappee_fleet_connections_cut_total 1.0" in asked(metrics)
    finally:
        metrics.close()
    assert capfd.readouterr().err == "", "the screen is drawn there"


def test_who_breaks_off_is_printed_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    metrics = Metrics("127.0.0.1", 0)
    threads = set(threading.enumerate())
    try:
        with socket.create_connection(("127.0.0.1", metrics.port)) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # leaves with a reset
            line.sendall(b"GET /metr")
        assert "smappee_fleet_up 0.0" in asked(metrics)  # taken after it, so that its thread has begun
        for thread in set(threading.enumerate()) - threads:
            thread.join(30)
    finally:
        metrics.close()
    assert capfd.readouterr().err == ""
