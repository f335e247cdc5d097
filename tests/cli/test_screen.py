"""What stands between the words typed and the screen; the screen itself has tests of its own."""

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smappee_tui.app.session import Session
from smappee_tui.app.settings import Settings, load, save
from smappee_tui.cli.exits import UsageError
from smappee_tui.cli.screen import needs_terminal, show
from smappee_tui.tui import run as tui
from tests.cli.made import FakeLink


class FakeApp:
    """Stands in for the app: the person chooses a theme or a language and leaves."""

    choice: str | None = None
    language: str | None = None
    wishes: dict[str, object]

    def __init__(
        self, session: Session, *, on_theme: Callable[[str], None], on_language: Callable[[str], None], **wishes: object
    ) -> None:
        FakeApp.wishes = wishes
        self.return_code: int | None = 0
        self.on_theme, self.on_language = on_theme, on_language

    def run(self) -> None:
        if self.choice is not None:
            self.on_theme(self.choice)
        if self.language is not None:
            self.on_language(self.language)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeApp]]:
    monkeypatch.setattr(tui, "live_app", FakeApp)
    monkeypatch.setattr(FakeApp, "choice", None)
    monkeypatch.setattr(FakeApp, "language", None)
    yield FakeApp
    gc.enable()  # a start switches it off, and the real app's first picture on again


def test_a_theme_is_kept_and_given_back(fake: type[FakeApp], config_folder: Path) -> None:
    path = config_folder / "settings.toml"
    save(Settings(hosts=("h:1883",)), path)
    fake.choice = "smappee-light"
    assert show(Session(FakeLink())) == 0
    assert fake.wishes["theme"] is None
    assert load(path)[0] == Settings(theme="smappee-light", hosts=("h:1883",))
    show(Session(FakeLink()), mode="demo")
    assert fake.wishes["theme"] == "smappee-light"
    assert fake.wishes["mode"] == "demo"


def test_a_language_is_kept(fake: type[FakeApp], config_folder: Path) -> None:
    fake.language = "de"
    show(Session(FakeLink()))
    assert load(config_folder / "settings.toml")[0] == Settings(language="de")


def test_nothing_is_written_when_nothing_was_chosen(fake: type[FakeApp], config_folder: Path) -> None:
    show(Session(FakeLink()))
    assert list(config_folder.iterdir()) == []


def test_the_session_is_closed_whatever_happens(fake: type[FakeApp], monkeypatch: pytest.MonkeyPatch) -> None:
    link = FakeLink()

    def crash(self: FakeApp) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(FakeApp, "run", crash)
    with pytest.raises(ZeroDivisionError):
        show(Session(link))
    assert link.closed


def test_settings_that_cannot_be_kept_are_said(
    fake: type[FakeApp], config_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    blocker = config_folder / "file"
    blocker.write_text("")
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(blocker / "deeper"))
    fake.choice = "smappee-light"
    assert show(Session(FakeLink())) == 0
    assert "cannot be kept" in capsys.readouterr().err


def test_a_terminal_that_can_do_nothing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    needs_terminal()
    monkeypatch.setenv("TERM", "dumb")
    with pytest.raises(UsageError):
        needs_terminal()
