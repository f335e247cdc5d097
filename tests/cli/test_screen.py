"""What stands between the words typed and the screen; the screen itself has tests of its own."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from smappee_tui.app.session import Session
from smappee_tui.app.settings import Settings, load, save
from smappee_tui.cli.broker import watch_command
from smappee_tui.cli.exits import UsageError
from smappee_tui.cli.home import find_and_watch
from smappee_tui.cli.options import broker_address
from smappee_tui.cli.screen import TO_FIND, needs_terminal, show
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.tui import run as tui
from smappee_tui.tui.find.forms import Choice
from smappee_tui.tui.find.laptop import Laptop
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

    back: object = None

    def run(self) -> object:
        if self.choice is not None:
            self.on_theme(self.choice)
        if self.language is not None:
            self.on_language(self.language)
        return self.back


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeApp]]:
    monkeypatch.setattr(tui, "live_app", FakeApp)
    monkeypatch.setattr(FakeApp, "choice", None)
    monkeypatch.setattr(FakeApp, "language", None)
    monkeypatch.setattr(FakeApp, "back", None)
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


def test_a_page_in_a_browser_is_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEXTUAL_DRIVER", raising=False)
    with pytest.raises(UsageError):
        needs_terminal()
    monkeypatch.setenv("TEXTUAL_DRIVER", "textual.drivers.web_driver:WebDriver")
    needs_terminal()


def test_who_came_from_the_find_screen_goes_back_there(fake: type[FakeApp]) -> None:
    assert show(Session(FakeLink()), found=True) == 0
    assert fake.wishes["found"] is True
    fake.back = True
    assert show(Session(FakeLink()), found=True) == TO_FIND


def test_the_find_screen_is_shown_again_with_its_broker_and_another_monitor_can_be_watched(
    fake: type[FakeApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broker:
        stopped = 0

        def stop(self) -> None:
            self.stopped += 1

    broker = Broker()
    choices = [Choice(BrokerAddress("a", 1883)), Choice(BrokerAddress("b", 1883)), None]
    laptops = []

    class FakeFind:
        return_code = 0

        def __init__(self, make: object, *, laptop: Laptop, **wishes: object) -> None:
            laptops.append((laptop, laptop.broker))
            self.first = SimpleNamespace(kept=broker if len(laptops) == 1 else None)

        def run(self) -> Choice | None:
            return choices.pop(0)

    watched: list[str] = []

    def watch(address: BrokerAddress, location: str | None) -> int:
        watched.append(address.host)
        return TO_FIND

    monkeypatch.setattr(tui, "find_app", FakeFind)
    assert find_and_watch(watch) == 0
    assert watched == ["a", "b"]
    assert [held for _, held in laptops] == [None, broker, None]
    assert broker.stopped == 0


@pytest.mark.parametrize("bind", ["192.168.0.9", "fd00::9"])
def test_what_the_broker_command_says_next_can_be_typed(bind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    running: Any = SimpleNamespace(bind=bind, port=1884, username="monitor", password="geheim")
    program, host, option, user = watch_command(running).split()
    assert (program, option) == ("smappee-tui", "--username")
    monkeypatch.setenv("SMAPPEE_TUI_MQTT_PASSWORD", "geheim")
    address = broker_address(host, username=user)
    assert (address.host, address.port, address.username, address.password) == (bind, 1884, "monitor", "geheim")


@pytest.mark.skipif(sys.platform == "win32", reason="the browser's driver is a Unix's")
def test_a_browser_gets_the_screen_and_its_keys_are_heard(config_folder: Path) -> None:
    """As textual-serve starts it: no terminal, packets on a pipe."""
    environment = {
        **os.environ,
        "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
        "COLUMNS": "80",
        "ROWS": "24",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "smappee_tui", "demo"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"__GANGLION__\n"
        shown = b""
        while b"Oven" not in shown and (packet := process.stdout.read1(65536)):
            shown += packet
        try:
            process.communicate(b"D\0\0\0\x01\x03", timeout=30)  # ctrl+c
        finally:
            process.kill()
    assert b"Oven" in shown
    assert process.returncode == 0
