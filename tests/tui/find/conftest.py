"""Every search in these tests stays on loopback, and nothing of a person's settings is seen."""

from pathlib import Path

import pytest

from smappee_tui.connect.networks import ONLY_VARIABLE
from tests.tui.find.scene import _silent

__all__ = ["_silent"]


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ONLY_VARIABLE, "127.0.0.0/8")
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path / "settings"))
    for name in ("NO_COLOR", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
