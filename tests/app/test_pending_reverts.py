from pathlib import Path

import pytest

from smappee_tui.app import pending_reverts
from smappee_tui.app.pending_reverts import PendingRevert
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.i18n import Translator


def test_what_must_be_put_back_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "put-back.toml"
    assert pending_reverts.pending(file) == ()
    first = PendingRevert(
        "5010001234", "192.168.0.48", "tcp://192.168.0.34:1883", "tcp://10.0.0.9:1883", "2026-01-01T10:00:00Z"
    )
    pending_reverts.remember(first, file)
    pending_reverts.remember(PendingRevert("", "192.168.0.49", "tcp://192.168.0.34:1883"), file)
    pending_reverts.remember(
        PendingRevert("5010001234", "192.168.0.50", "tcp://192.168.0.35:1883", "tcp://192.168.0.34:1883"), file
    )
    assert [(one.host, one.previous) for one in pending_reverts.pending(file)] == [
        ("192.168.0.49", ""),
        ("192.168.0.50", "tcp://10.0.0.9:1883"),
    ]
    assert pending_reverts.done("5010001234", file)
    assert not pending_reverts.done("5010001234", file)
    assert pending_reverts.done("192.168.0.49", file)
    assert pending_reverts.pending(file) == ()


def told(item: PendingRevert) -> str:
    return Translator("en").fact(pending_reverts.still_pushes(item))


def test_what_is_told() -> None:
    both = told(PendingRevert("5010001234", "192.168.0.48", "tcp://192.168.0.34:1883"))
    page = " on http://192.168.0.48/smappee.html."
    assert (
        both == f"Monitor 5010001234 still pushes to tcp://192.168.0.34:1883: put it back to tcp://localhost:1883{page}"
    )
    assert told(PendingRevert("", "192.168.0.48", "x", "y")) == (
        f"The monitor at 192.168.0.48 still pushes to x: put it back to y{page}"
    )
    assert told(PendingRevert("5010001234", "", "x", "y")) == "Monitor 5010001234 still pushes to x: put it back to y."


@pytest.mark.parametrize("content", ["", "monitor = 3", "[[", "monitor = [1, 2]", "\x00"])
def test_a_broken_list_is_an_empty_one(tmp_path: Path, content: str) -> None:
    file = tmp_path / "put-back.toml"
    file.write_text(content)
    assert pending_reverts.pending(file) == ()
    pending_reverts.remember(PendingRevert("5010001234", "h", "u"), file)
    assert len(pending_reverts.pending(file)) == 1


def test_it_cannot_be_kept(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(CannotWriteError):
        pending_reverts.remember(PendingRevert("5010001234", "h", "u"), blocker / "put-back.toml")
