from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"paho", "amqtt", "textual", "rich", "httpx", "zeroconf", "ssl", "asyncio"}


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("smappee_tui.connect.recording.replay", set()),
        ("smappee_tui.connect.recording.redact", set()),
        ("smappee_tui.connect.message_source", set()),
        ("smappee_tui.connect.address", set()),
        ("smappee_tui.connect.mqtt", {"ssl"}),
        ("smappee_tui.connect.own_broker.broker", {"asyncio", "ssl"}),
    ],
)
def test_importing_costs_only_what_is_needed(module: str, allowed: set[str]) -> None:
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert set(loaded) & HEAVY <= allowed
