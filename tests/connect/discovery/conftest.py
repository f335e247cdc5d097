"""Every search in these tests stays on loopback, or in networks that the test made itself."""

from pathlib import Path

import pytest

from smappee_tui.connect.networks import ONLY_VARIABLE
from tests.connect.discovery.spaces import _possible, spaces

__all__ = ["_possible", "spaces"]


@pytest.fixture(autouse=True)
def only_own_networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ONLY_VARIABLE, "127.0.0.0/8 10.77.0.0/16 fd77::/16 fe80::/10")
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path / "settings"))
