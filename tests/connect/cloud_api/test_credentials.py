"""The login lives in the system's keyring, all of it or nothing."""

import sys

import keyring.errors
import pytest

from smappee_tui.connect.cloud_api.credentials import Credentials, CredentialStore, NoKeyringError
from tests.connect.cloud_api.fakes import BASE, PASSWORD, SECRET, WHO
from tests.said import said


class Ring:
    """A keyring in memory, which can be made to fail."""

    def __init__(self, fail: type[Exception] | None = None, after: int = 0, deaf: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.fail, self.after, self.deaf = fail, after, deaf

    def _maybe(self) -> None:
        self.after -= 1
        if self.fail is not None and self.after < 0:
            raise self.fail(SECRET)

    def get_password(self, service_name: str, username: str) -> str | None:
        self._maybe()
        return self.kept.get((service_name, username))

    def set_password(self, service_name: str, username: str, password: str) -> None:
        self._maybe()
        if not self.deaf:
            self.kept[service_name, username] = password

    def delete_password(self, service_name: str, username: str) -> None:
        if (service_name, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError
        del self.kept[service_name, username]


def test_kept_loaded_and_forgotten() -> None:
    ring = Ring()
    vault = CredentialStore(ring)
    assert vault.load(BASE) is None
    assert vault.forget(BASE) is False
    vault.keep(BASE + "/", WHO)
    assert sorted(ring.kept) == [
        ("smappee-tui", f"cloud:{BASE}:{name}") for name in ("client_id", "client_secret", "password", "username")
    ]
    assert vault.load(BASE.upper().replace("/DEV/V3", "/dev/v3")) == WHO
    assert vault.load("https://other.example") is None
    assert vault.forget(BASE) is True
    assert ring.kept == {}


def test_half_a_login_is_none_and_can_be_forgotten() -> None:
    ring = Ring()
    ring.kept["smappee-tui", f"cloud:{BASE}:username"] = "me"
    assert CredentialStore(ring).load(BASE) is None
    assert CredentialStore(ring).forget(BASE) is True
    assert ring.kept == {}


@pytest.mark.parametrize("after", range(4))
@pytest.mark.parametrize("fail", [keyring.errors.KeyringLocked, keyring.errors.PasswordSetError, OSError, RuntimeError])
def test_not_kept_whole_is_not_kept(fail: type[Exception], after: int) -> None:
    ring = Ring(fail, after)
    with pytest.raises(NoKeyringError) as refused:
        CredentialStore(ring).keep(BASE, WHO)
    assert ring.kept == {}
    assert SECRET not in str(refused.value) + said(refused.value)
    assert "SMAPPEE_TUI_CLOUD_CLIENT_ID" in said(refused.value)


def test_one_that_keeps_nothing_is_found_out() -> None:
    with pytest.raises(NoKeyringError):
        CredentialStore(Ring(deaf=True)).keep(BASE, WHO)


def test_a_locked_one_says_so() -> None:
    for call in (
        CredentialStore(Ring(keyring.errors.KeyringLocked)).load,
        CredentialStore(Ring(keyring.errors.NoKeyringError)).forget,
    ):
        with pytest.raises(NoKeyringError):
            call(BASE)


def test_a_system_without_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(NoKeyringError):
        CredentialStore().load(BASE)


def test_the_systems_own_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring()
    for name in ("get_password", "set_password", "delete_password"):
        monkeypatch.setattr(keyring, name, getattr(ring, name))
    CredentialStore().keep(BASE, WHO)
    assert CredentialStore().load(BASE) == WHO


def test_credentials_show_no_secret() -> None:
    assert SECRET not in repr(WHO)
    assert PASSWORD not in f"{WHO!s}{WHO!r}"
    assert "me@example.com" in repr(WHO)
    assert not Credentials("a", "", "b", "c").complete
