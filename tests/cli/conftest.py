"""A settings folder of its own for every test, and no password from the developer's own environment or keyring."""

import sys
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _alone(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path_factory.mktemp("config")))
    monkeypatch.delenv("SMAPPEE_TUI_MQTT_PASSWORD", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)


@pytest.fixture
def config_folder(_alone: None) -> Path:
    import os

    return Path(os.environ["SMAPPEE_TUI_CONFIG_DIR"])
