import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.app.settings import FOLDER_VARIABLE, MOST_HOSTS, Settings, load, save, settings_path
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.i18n import Translator

text = Translator("en").fact


def test_the_folder_can_be_named(tmp_path: Path) -> None:
    assert settings_path({FOLDER_VARIABLE: str(tmp_path)}) == tmp_path / "settings.toml"
    assert settings_path({}).parent.name == "smappee-tui"


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml") == (Settings(), ())


@given(theme=st.text(), hosts=st.lists(st.text(), max_size=MOST_HOSTS), port=st.integers(1, 65535))
def test_what_is_saved_is_loaded(
    tmp_path_factory: pytest.TempPathFactory, theme: str, hosts: list[str], port: int
) -> None:
    path = tmp_path_factory.mktemp("settings") / "deep" / "settings.toml"
    settings = Settings(theme, tuple(hosts), port)
    save(settings, path)
    assert load(path) == (settings, ())
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('them = "dark"', "did you mean 'theme'?"),
        ("zzz = 1", "there is no setting 'zzz'"),
        ("theme = 3", "theme must be a text"),
        ('language = "pl"', "language must be en, nl, fr or de; its default holds."),
        ("language = 1", "language must be a text"),
        ("port = 0", "port must be a number from 1 to 65535"),
        ("port = true", "port must be"),
        ('port = "1883"', "port must be"),
        ("hosts = [1]", "hosts must be a list of texts"),
        ("limits = 3", "limits must be a table"),
        ("limits = { battery_lo = 3 }", "did you mean 'battery_low'?"),
        ("limits = { battery_low = true }", "limits needs a number"),
        ("limits = { battery_low = -1 }", "limits needs a number"),
        ("limits = { main_fuse_amps = 1e308 }", "limits needs a number from 0 to 1000000 for 'main_fuse_amps'"),
        ("limits = { peak_watts = nan }", "limits needs a number"),
        ("limits = { main_fuse = 25 }", "did you mean 'main_fuse_amps'?"),
        ('country = "PL"', "country must be BE, NL, FR or DE"),
        ("country = 32", "country must be a text"),
    ],
)
def test_what_is_wrong_is_said_and_left_at_its_default(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(f"{line}\n")
    settings, wrong = load(path)
    assert settings == Settings()
    assert len(wrong) == 1
    assert complaint in text(wrong[0])


def test_a_lock_that_is_misspelt_locks(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('read_only = "yes"\n')
    settings, wrong = load(path)
    assert settings.read_only
    assert "read_only must be true or false" in text(wrong[0])


def test_a_language_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    save(Settings(language="nl"), path)
    assert load(path) == (Settings(language="nl"), ())
    path.write_text('language = ""\n')
    assert load(path) == (Settings(), ())


def test_the_bell_is_settable(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("bell = false\n")
    assert load(path) == (Settings(bell=False), ())
    save(load(path)[0], path)
    assert load(path)[0] == Settings(bell=False)


def test_limits_come_back(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    save(Settings(read_only=True, limits={"battery_low": 15.0}), path)
    assert load(path)[0] == Settings(read_only=True, limits={"battery_low": 15.0})


def test_the_rest_of_a_file_with_a_mistake_holds(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('theme = "smappee-light"\nport = "x"\n')
    assert load(path)[0] == Settings(theme="smappee-light")


def test_no_toml_and_no_text_are_said(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    for content in (b"theme = ", b"\xff\xfe\x00"):
        path.write_bytes(content)
        settings, wrong = load(path)
        assert settings == Settings()
        assert "is not TOML" in text(wrong[0])
    assert "cannot be read" in text(load(tmp_path)[1][0])


def test_unknown_keys_survive_saving(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('newer = [1, 2]\n[table]\nkey = "value"\n')
    save(Settings(theme="x"), path)
    assert tomllib.loads(path.read_text()) == {
        "newer": [1, 2],
        "table": {"key": "value"},
        "theme": "x",
        "hosts": [],
        "port": 1883,
        "read_only": False,
        "limits": {},
    }


def test_a_broken_file_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("theme = = 3")
    save(Settings(port=1884), path)
    assert load(path) == (Settings(port=1884), ())
    assert (tmp_path / "settings.toml.broken").read_text() == "theme = = 3"


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(CannotWriteError):
        save(Settings(), blocker / "settings.toml")


def test_hosts_are_kept_latest_first_and_once() -> None:
    settings = Settings()
    for number in range(30):
        settings = settings.with_host(f"10.0.0.{number}:1883")
    settings = settings.with_host("10.0.0.15:1883")
    assert settings.hosts[:2] == ("10.0.0.15:1883", "10.0.0.29:1883")
    assert len(settings.hosts) == len(set(settings.hosts)) == MOST_HOSTS


def test_recordings_are_kept_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    assert load(path)[0].keep_recording
    save(Settings(), path)
    assert "keep_recording" not in path.read_text()
    path.write_text("keep_recording = false")
    assert not load(path)[0].keep_recording
    path.write_text('keep_recording = "no"')
    settings, wrong = load(path)
    assert settings.keep_recording
    assert wrong[0].code == "settings.wrong"
