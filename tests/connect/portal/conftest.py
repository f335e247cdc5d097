"""Every search in these tests stays on loopback."""

from pathlib import Path

import pytest

from smappee_tui.connect.networks import ONLY_VARIABLE


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ONLY_VARIABLE, "127.0.0.0/8")
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path / "settings"))
