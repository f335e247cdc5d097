"""The same plain environment as the other screens, and nothing of a person's settings."""

from pathlib import Path

import pytest

from tests.tui.conftest import plain_environment

__all__ = ["plain_environment"]


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path / "settings"))
