"""Nothing of a person's settings."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path / "settings"))
