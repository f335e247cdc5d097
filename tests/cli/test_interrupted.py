"""Ctrl-C, and readers of stdout that go away."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from smappee_tui.app.session import Session
from smappee_tui.connect.recording import replay
from tests import payloads as p
from tests.brokers import DEADLINE, Publisher, RunningBroker
from tests.cli.made import house, recording, remembered
from tests.cli.run import run


@pytest.fixture
def interrupted_after(monkeypatch: pytest.MonkeyPatch) -> object:
    """Ctrl-C comes after so many pieces of ten messages."""
    monkeypatch.setattr(replay, "AT_ONCE", 10)
    poll = Session.poll
    left = [0]

    def tired(self: Session, seconds: float | None = None) -> int:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return poll(self, seconds)

    monkeypatch.setattr(Session, "poll", tired)
    return lambda pieces: left.__setitem__(0, pieces)


def test_the_partial_verdict_is_printed(tmp_path: Path, interrupted_after: object) -> None:
    interrupted_after(2)  # type: ignore[operator]
    ran = run("check", "--replay", recording(tmp_path / "r.ndjson", house(60)), "--json")
    assert ran.code == 130
    assert json.loads(ran.out)["observed"]["realtime_messages"] == 13
    assert "Interrupted: the verdict rests on 13 s only." in ran.err


def test_before_anything_was_heard_there_is_no_verdict(tmp_path: Path, interrupted_after: object) -> None:
    interrupted_after(0)  # type: ignore[operator]
    ran = run("check", "--replay", recording(tmp_path / "r.ndjson", house(60)))
    assert (ran.code, ran.out) == (130, "")
    assert "Interrupted." in ran.err


def test_before_anybody_spoke_nobody_is_asked_which_is_meant(tmp_path: Path, interrupted_after: object) -> None:
    interrupted_after(1)  # type: ignore[operator]
    path = recording(tmp_path / "r.ndjson", [*remembered(2), *house(60)])
    ran = run("report", "--replay", path, "--out", tmp_path / "out", "--format", "json")
    assert (ran.code, ran.out) == (130, "")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [["check", "--replay", "r.ndjson", "--json"], ["check", "--help"]])
def test_a_reader_that_goes_away_is_no_error(words: list[str], tmp_path: Path) -> None:
    recording(tmp_path / "r.ndjson", house(5, spec="sub:0 " * 60))
    process = subprocess.Popen(
        [sys.executable, "-m", "smappee_tui", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=DEADLINE)
    assert err == b""
    assert process.returncode in ((0, 1, 4) if "--json" in words else (0,))


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_ctrl_c_at_a_terminal(embedded_broker: RunningBroker) -> None:
    import pty

    with Publisher(embedded_broker.address) as publisher:
        for message in house(0):
            publisher.publish(message.topic, message.payload, retain=True)
        publisher.publish(p.topic("realtime"), p.raw(p.realtime(p.busy_rows(6))), retain=True)
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "smappee_tui", "check", str(embedded_broker.address), "--for", "600", "--json"],
            stdout=subprocess.PIPE,
            stderr=follower,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "SMAPPEE_TUI_MQTT_PASSWORD": ""},
        )
        os.close(follower)
        said = b""
        while b"1 realtime message " not in said:  # the progress of the watch
            said += os.read(leader, 4096)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=DEADLINE)
        while True:
            try:
                said += os.read(leader, 4096)
            except OSError:  # how a pseudo-terminal on Linux says that the other end is closed
                break
        os.close(leader)
    assert process.returncode == 130
    assert json.loads(out)["observed"]["realtime_messages"] == 1
    assert b"Interrupted: the verdict rests on" in said
