"""`--read-only` and the setting lock the test of plugs; a recording cannot be switched at all."""

from pathlib import Path

import pytest

from smappee_tui.app.session import Session
from smappee_tui.app.settings import Settings, save, settings_path
from smappee_tui.app.switching import NO_BROKER, PlugSwitch
from smappee_tui.cli import screen
from tests.brokers import free_port
from tests.cli.made import house, recording
from tests.cli.run import run


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Session, PlugSwitch]]:
    calls: list[tuple[Session, PlugSwitch]] = []

    def show(session: Session, *, switching: PlugSwitch, **_: object) -> int:
        calls.append((session, switching))
        return 0

    monkeypatch.setattr(screen, "show", show)
    monkeypatch.setattr(screen, "needs_terminal", lambda: None)
    return calls


@pytest.mark.parametrize("command", [["demo", "--site", "home1"], [f"127.0.0.1:{free_port()}"]])
def test_the_lock(command: list[str], shown: list[tuple[Session, PlugSwitch]]) -> None:
    assert run(*command).code == 0
    assert run(*command, "--read-only").code == 0
    save(Settings(read_only=True, limits={"battery_low": 33.0}), settings_path())
    assert run(*command).code == 0
    assert [switching.is_locked for _, switching in shown] == [False, True, True]
    assert [session.limits.battery_low for session, _ in shown] == [20.0, 20.0, 33.0]


def test_a_recording_is_locked(shown: list[tuple[Session, PlugSwitch]], tmp_path: Path) -> None:
    run("--replay", recording(tmp_path / "r.ndjson", house(2)))
    assert shown[0][1].is_locked
    assert shown[0][1].why_locked == NO_BROKER
