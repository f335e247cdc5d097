"""Where the credentials come from, and that they never show."""

from pathlib import Path

import pytest

from smappee_tui.app import cloud_login
from smappee_tui.app.settings import Settings, load, settings_path
from smappee_tui.i18n import Translator
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.cli.cloud.conftest import BOSS, PASSWORD, SECRET, environment
from tests.cli.cloud.ring import MemoryRing
from tests.cli.run import Ran, run


def typed(cloud: VirtualCloud, password: str = PASSWORD) -> str:
    return "\n".join((cloud.base_url, BOSS.client_id, SECRET, BOSS.username, password, ""))


def silent(ran: Ran) -> Ran:
    for secret in (SECRET, PASSWORD, "hunter2-typed-wrong"):
        assert secret not in ran.out + ran.err
    return ran


@pytest.mark.usefixtures("terminal")
def test_login_keeps_logout_forgets(cloud: VirtualCloud, ring: MemoryRing, config_folder: Path) -> None:
    ran = silent(run("cloud", "login", stdin=typed(cloud)))
    assert ran.code == 0
    assert "This account sees 2 locations." in ran.err
    assert set(ring.kept.values()) == {BOSS.client_id, SECRET, BOSS.username, PASSWORD}
    assert load(config_folder / "settings.toml")[0] == Settings(cloud_url=cloud.base_url)
    assert SECRET not in (config_folder / "settings.toml").read_text()

    logins = cloud.count("/oauth2/token")
    for _ in range(3):
        assert silent(run("cloud", "locations")).code == 0
    assert cloud.count("/oauth2/token") == logins + 1  # the token of the first one serves the others
    ran = silent(run("cloud", "status"))
    assert "credentials  keyring" in ran.out
    ran = silent(run("cloud", "logout"))
    assert (ran.code, ring.kept) == (0, {})
    assert "are forgotten" in ran.err
    assert "nothing to forget" in run("cloud", "logout").err
    ran = run("cloud", "locations")
    assert ran.code == 3
    assert "Type `smappee-tui cloud login`" in ran.err


@pytest.mark.usefixtures("terminal")
def test_wrong_credentials_are_not_kept(cloud: VirtualCloud, ring: MemoryRing, config_folder: Path) -> None:
    ran = silent(run("cloud", "login", stdin=typed(cloud, "hunter2-typed-wrong")))
    assert ran.code == 3
    assert "refuses the username or password" in ran.err
    assert ring.kept == {}
    assert not (config_folder / "settings.toml").exists()


@pytest.mark.usefixtures("terminal")
def test_a_locked_keyring_is_said_before_anything_is_typed(cloud: VirtualCloud, ring: MemoryRing) -> None:
    ring.locked = True
    ran = run("cloud", "login", stdin=typed(cloud))
    assert ran.code == 3
    assert "keyring" in ran.err
    assert "Client id" not in ran.err
    assert cloud.calls == []


@pytest.mark.usefixtures("terminal")
def test_an_address_with_a_password_in_it_is_refused_and_not_repeated(cloud: VirtualCloud) -> None:
    ran = run("cloud", "login", stdin=f"https://me:{PASSWORD}@example.com/\n")
    assert ran.code == 2
    assert PASSWORD not in ran.err


def test_login_needs_a_terminal(cloud: VirtualCloud) -> None:
    ran = run("cloud", "login", stdin=typed(cloud))
    assert ran.code == 2
    assert "needs a terminal" in ran.err


def test_half_an_environment_is_said(logged_in: VirtualCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cloud_login.VARIABLES["password"])
    ran = silent(run("cloud", "locations"))
    assert ran.code == 2
    assert "missing: SMAPPEE_TUI_CLOUD_PASSWORD" in ran.err


def test_the_environment_comes_before_the_keyring(logged_in: VirtualCloud, ring: MemoryRing) -> None:
    ring.locked = True
    assert silent(run("cloud", "status")).out.splitlines()[1] == "credentials  environment"


def test_wrong_ones_in_the_environment_are_corrected_there(
    logged_in: VirtualCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cloud_login.VARIABLES["password"], "hunter2-typed-wrong")
    ran = silent(run("cloud", "locations"))
    assert (ran.code, ran.out) == (3, "")
    assert "They come from the environment" in ran.err
    assert silent(run("cloud", "status")).code == 3


def test_the_cloud_may_not_make_us_repeat_a_secret(logged_in: VirtualCloud) -> None:
    logged_in.behaviour.fail("*/info", 403, message=f"No right for {PASSWORD} and {SECRET} \x1b[2J")
    ran = silent(run("cloud", "info", "peeters"))
    assert ran.code == 3
    assert "\x1b" not in ran.err


def test_the_address_from_settings_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cloud_login.base_of(Settings()).startswith("https://")
    assert cloud_login.base_of(Settings(cloud_url="https://one.example/v3")) == "https://one.example/v3"
    monkeypatch.setenv(cloud_login.BASE_VARIABLE, "https://two.example/v3/")
    assert cloud_login.base_of(Settings(cloud_url="https://one.example/v3")) == "https://two.example/v3"


def test_a_client_for_others(cloud: VirtualCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(cloud).items():
        monkeypatch.setenv(name, value)
    client = cloud_login.open_client(load(settings_path())[0])
    assert client.base_url == cloud.base_url
    assert SECRET not in repr(client)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('cloud_url = "https://me:pass-word@x.example"', "is not to be used"),
        ('cloud_url = "http://x.example"', "not encrypted"),
        ("cloud_url = 3", "must be a text"),
        ("cloud_aggregations = 3", "must be a table"),
        ("cloud_aggregations = { 10mins = 3 }", "did you mean '10min'?"),
        ('cloud_aggregations = { 10min = "x" }', "needs a whole number"),
        ("cloud_aggregations = { 10min = true }", "needs a whole number"),
    ],
)
def test_settings_that_are_wrong(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(line)
    settings, wrong = load(path)
    assert settings == Settings()
    told = Translator("en").fact(wrong[0])
    assert complaint in told
    assert "pass-word" not in told
