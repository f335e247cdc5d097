"""Every search in these tests stays on loopback, or in networks that the test made itself."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from smappee_tui.connect.discovery import knock, scan, search
from smappee_tui.connect.networks import ONLY_VARIABLE
from smappee_tui.connect.own_broker import listener
from smappee_tui.connect.portal.client import Portal
from tests.brokers import DEADLINE
from tests.connect.discovery.spaces import _possible, spaces

__all__ = ["_possible", "spaces"]


@pytest.fixture(autouse=True)
def only_own_networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ONLY_VARIABLE, "127.0.0.0/8 10.77.0.0/16 fd77::/16 fe80::/10")
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path / "settings"))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback answers at once, but a busy machine may not: nothing is given up before the test's own deadline."""

    class PatientPortal(Portal):
        def __init__(self, host: str, *, port: int, timeout: float) -> None:
            super().__init__(host, port=port, timeout=DEADLINE)

    monkeypatch.setattr(scan, "Portal", PatientPortal)
    monkeypatch.setattr(search, "Portal", PatientPortal)
    monkeypatch.setitem(scan.Scan.__init__.__kwdefaults__ or {}, "patience", DEADLINE)
    monkeypatch.setitem(knock.mqtt.__kwdefaults__ or {}, "timeout", DEADLINE)
    monkeypatch.setattr(search.Search.look, "__defaults__", (DEADLINE,))
    monkeypatch.setattr(listener, "_FIRST", DEADLINE)
    monkeypatch.setattr(search, "locations", lambda address, _: listener.locations(address, DEADLINE))
    settled = search.Search.settled
    monkeypatch.setattr(search.Search, "settled", lambda self, _: settled(self, DEADLINE))


@pytest.fixture
def shut() -> Iterator[int]:
    """A port on which nobody listens on any loopback address, held so that nobody else can begin to."""
    with socket.socket() as held:
        held.bind(("", 0))  # never listened on
        yield held.getsockname()[1]
