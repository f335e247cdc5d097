import sys
from pathlib import Path
from types import ModuleType

import pytest
import typer

from smappee_tui.cli.options import KEYRING_SERVICE, PASSWORD_VARIABLE, broker_address
from smappee_tui.connect.errors import BadAddressError


class Keyring(ModuleType):
    """Stands in for the keyring package."""

    def __init__(self, kept: dict[tuple[str, str], str], error: bool = False) -> None:
        super().__init__("keyring")
        self.kept, self.error = kept, error
        self.errors = ModuleType("keyring.errors")
        self.errors.KeyringError = type("KeyringError", (Exception,), {})  # type: ignore[attr-defined]

    def get_password(self, service: str, name: str) -> str | None:
        if self.error:
            raise self.errors.KeyringError("locked")
        return self.kept.get((service, name))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A person at a terminal who types "typed"; every question is noted."""
    questions: list[str] = []

    def prompt(question: str, **how: object) -> str:
        assert how["hide_input"] is True
        assert how["err"] is True
        assert how["show_default"] is False  # there is none: it would be shown as []
        questions.append(question)
        return "typed"

    monkeypatch.setattr(typer, "prompt", prompt)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    return questions


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> object:
    def put(keyring: Keyring) -> None:
        monkeypatch.setitem(sys.modules, "keyring", keyring)
        monkeypatch.setitem(sys.modules, "keyring.errors", keyring.errors)

    return put


def test_without_a_username_nobody_is_asked(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "from the environment")
    address = broker_address("10.0.0.9")
    assert (address.username, address.password, asked) == (None, None, [])


def test_the_environment_comes_first(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "from the environment")
    assert broker_address("10.0.0.9", username="me").password == "from the environment"
    assert asked == []


def test_then_the_keyring(asked: list[str], install: object) -> None:
    install(Keyring({(KEYRING_SERVICE, "me@10.0.0.9:1884"): "kept"}))  # type: ignore[operator]
    assert broker_address("10.0.0.9", port=1884, username="me").password == "kept"
    assert asked == []
    assert broker_address("10.0.0.9", port=1885, username="me").password == "typed"


def test_a_locked_keyring_is_no_reason_to_fail(asked: list[str], install: object) -> None:
    install(Keyring({}, error=True))  # type: ignore[operator]
    assert broker_address("10.0.0.9", username="me").password == "typed"


def test_then_the_person(asked: list[str]) -> None:
    assert broker_address("me@10.0.0.9").password == "typed"
    assert asked == ["Password of me at 10.0.0.9:1883"]


def test_without_a_terminal_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert broker_address("10.0.0.9", username="me").password is None


@pytest.mark.parametrize(
    ("host", "wishes", "port", "tls"),
    [
        ("h", {}, 1883, False),
        ("h:7", {"port": 9}, 7, False),
        ("h", {"port": 9}, 9, False),
        ("h", {"default_port": 5}, 5, False),
        ("h", {"default_port": 5, "tls": True}, 8883, True),
        ("mqtts://h", {}, 8883, True),
        ("h", {"tls": True, "cafile": Path("ca.pem")}, 8883, True),
    ],
)
def test_ports(host: str, wishes: dict[str, object], port: int, tls: bool) -> None:
    address = broker_address(host, **wishes)  # type: ignore[arg-type]
    assert (address.port, address.tls, address.cafile) == (port, tls, wishes.get("cafile"))


def test_cafile_without_tls_makes_no_sense() -> None:
    with pytest.raises(BadAddressError):
        broker_address("h", cafile=Path("ca.pem"))
