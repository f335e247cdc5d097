"""Who else looks at a fleet, and in which language they write."""

from __future__ import annotations

from pathlib import Path

import pytest

from smappee_tui.cli import language
from smappee_tui.cli.fleet.watchers import written_in
from smappee_tui.i18n import Language, use


def test_what_is_written_to_others_keeps_its_language_whatever_a_screen_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "of a broker"

    def start(screens: Language, asked: Language | None = None) -> Language:
        use(screens)
        monkeypatch.setattr(language, "_asked", asked)
        return written_in(folder).language

    assert start("nl") == "nl"
    assert capsys.readouterr().err == ""
    assert start("fr") == "nl", "somebody pressed F2 on a screen"
    assert "Nederlands" in capsys.readouterr().err
    assert start("fr", asked="de") == "de"
    assert start("nl") == "de"
    (folder / "language").write_bytes(b"\xff")
    assert start("fr") == "fr", "nobody knows any more"
    assert written_in(None).language == "fr"
