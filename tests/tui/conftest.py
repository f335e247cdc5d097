"""A plain environment for every screen: no colours switched off, no theme from outside, one time zone."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from smappee_tui.i18n import use


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()
    yield
    use("en")
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()
