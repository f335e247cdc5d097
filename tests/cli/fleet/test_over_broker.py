"""The command as a person's shell runs it, over a real broker: a service that is told to end finishes its document."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from smappee_tui.cli.fleet.source import BrokerFeed, folder_of
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from smappee_tui.simulator.fleet import HousePlan, StreetPublisher


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM ends a process there at once")
def test_a_service_hears_everybody_and_ends_as_it_is_told() -> None:
    plans = [HousePlan("home1", "infinity", 1), HousePlan("home1", "20-series", 2)]
    with EmbeddedBroker(anonymous=True) as broker, StreetPublisher(plans, broker.address):
        words = ["-m", "smappee_tui", "fleet", f"127.0.0.1:{broker.port}", "--serve", "--json", "--metrics", "0"]
        with subprocess.Popen(
            [sys.executable, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stderr is not None
            said = [process.stderr.readline(), process.stderr.readline()]
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=30)
    assert said[0].startswith("Figures: http://127.0.0.1:")
    assert said[1] == f"Listens to 127.0.0.1:{broker.port}.\n"
    assert process.returncode == 130
    document = json.loads(out)
    assert {one["uuid"] for one in document["locations"]} <= {plan.identity.uuid for plan in plans}
    folder = folder_of(f"127.0.0.1:{broker.port}")
    assert (folder / "state.sqlite").exists()
    assert folder.stat().st_mode & 0o077 == 0


def test_who_only_looks_does_so_while_a_service_keeps_the_state() -> None:
    address, folder = BrokerAddress("127.0.0.1", 1), folder_of("127.0.0.1:1")
    service = BrokerFeed(address, folder, must_keep=True).fleet()
    try:
        with pytest.raises(CannotWriteError):
            BrokerFeed(address, folder, must_keep=True).fleet()
        feed = BrokerFeed(address, folder)
        feed.fleet().close()
        assert [trouble.code for trouble in feed.troubles] == ["fleet.unkept"]
    finally:
        service.close()
