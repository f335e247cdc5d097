"""What this program remembers between two runs. Nothing secret: passwords are the business of the system's keyring."""

from __future__ import annotations

import contextlib
import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from smappee_tui.connect.atomic_write import write_atomically
from smappee_tui.connect.errors import BadAddressError, CannotWriteError
from smappee_tui.diagnosis.limits.declared import COUNTRIES, Country
from smappee_tui.i18n.language import LANGUAGES, Language
from smappee_tui.protocol.fact import Fact, Param, fact

FOLDER_VARIABLE = "SMAPPEE_TUI_CONFIG_DIR"
"""Environment variable that names the folder to use instead of the system's usual one."""
FILE_NAME = "settings.toml"
MOST_HOSTS = 20
MOST_LIMIT = 1_000_000
"""In whatever unit: what is beyond limits nothing."""
INSTALLER = ("company", "person", "licence", "role", "phone", "email")
"""What of a report is remembered for the next one. Nothing of the customer is."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings. Each field is a key of the file."""

    theme: str = ""
    """Name of the colour theme of the screens; "" for the program's own choice."""
    hosts: tuple[str, ...] = ()
    """Monitors and brokers connected to, `host` or `host:port`, the latest first; at most 20."""
    port: int = 1883
    """Port of a broker where nobody names one and TLS is off, 1 to 65535."""
    read_only: bool = False
    """Plugs cannot be tested, not even by confirming; as `--read-only` on every start."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """Thresholds that differ from the usual ones, by name: of plugs, sensors and the monitor itself in s and %, of the
    installation in A, VA, W and %."""
    country: Country = ""
    """Where installations are, for the limits of their grid: BE, NL, FR, DE; "" where nobody said."""
    installer: Mapping[str, str] = field(default_factory=dict)
    """Who signs reports: company, person, licence, role, phone, email. Nothing of any customer."""
    cloud_url: str = ""
    """Base address of the vendor's REST API; "" for the usual one. Never with a user or a password in it."""
    cloud_aggregations: Mapping[str, int] = field(default_factory=dict)
    """Codes that the REST API takes for intervals whose code no public source confirms, by name: 10min and so on."""
    language: Language | Literal[""] = ""
    """What the program speaks; "" for what the system says."""
    bell: bool = True
    """The terminal rings when a fault comes or goes, or a verdict changes."""
    keep_recording: bool = True
    """Keep the latest hours of each monitor watched in its job, so that a visit goes on where it was left."""

    def with_host(self, host: str) -> Settings:
        """The same with this host in front of the list."""
        return replace(self, hosts=(host, *(known for known in self.hosts if known != host))[:MOST_HOSTS])


def settings_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the file is. The folder need not exist."""
    folder = environment.get(FOLDER_VARIABLE)
    if folder:
        return Path(folder) / FILE_NAME
    from platformdirs import user_config_dir

    return Path(user_config_dir("smappee-tui", appauthor=False)) / FILE_NAME


class _WrongValueError(Exception):
    """A value that a key cannot have; what it must be, to follow the key in a sentence."""

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code)
        self.what = Fact(code, params)


def load(path: Path) -> tuple[Settings, tuple[Fact, ...]]:
    """Read the settings.

    Args:
        path: the file; one that does not exist means that all is as by default.

    Returns:
        The settings, and what is wrong with the file. What is wrong is left at its default.
    """
    file = str(path)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Settings(), ()
    except OSError as error:
        return Settings(), (fact("settings.unreadable", path=file, why=error.strerror or str(error)),)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return Settings(), (fact("settings.not_toml", path=file, why=str(error)),)
    known: dict[str, Any] = {}
    wrong: list[Fact] = []
    for key, value in raw.items():
        reader = _READERS.get(key)
        if reader is None:
            near = difflib.get_close_matches(key, _READERS, n=1)
            code = "settings.unknown_near" if near else "settings.unknown"
            wrong.append(fact(code, path=file, key=key, **({"near": near[0]} if near else {})))
            continue
        try:
            known[key] = reader(value)
        except _WrongValueError as error:
            if key == "read_only":  # somebody wanted a lock: better one too many
                known[key] = True
            code = "settings.wrong_locked" if key == "read_only" else "settings.wrong"
            wrong.append(fact(code, path=file, key=key, problem=error.what))
    return Settings(**known), tuple(wrong)


def save(settings: Settings, path: Path) -> None:
    """Write the settings, all at once or not at all. Keys that this version does not know stay in the file.

    Raises:
        CannotWriteError: when the file cannot be written.
    """
    import tomli_w

    values = _kept(path) | {one.name: getattr(settings, one.name) for one in fields(settings)}
    for name in ("installer", "cloud_url", "cloud_aggregations", "language", "keep_recording", "bell", "country"):
        if values[name] == getattr(Settings(), name):
            del values[name]  # nobody has signed a report, asked another cloud, or chosen otherwise, yet
    try:
        write_atomically(path, tomli_w.dumps(values).encode("utf-8", "replace"))
    except OSError as error:
        raise CannotWriteError(
            fact("settings.unwritable", path=str(path), why=error.strerror or str(error)),
            fact("settings.unwritable_advice", variable=FOLDER_VARIABLE),
        ) from error


def _kept(path: Path) -> dict[str, Any]:
    """What the file holds already. A file that is no TOML is put aside rather than overwritten."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        with contextlib.suppress(OSError):
            path.replace(path.with_name(f"{path.name}.broken"))
        return {}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _WrongValueError("settings.must_be_text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _WrongValueError("settings.must_be_texts")
    return tuple(value[:MOST_HOSTS])


def _port(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 65535:
        raise _WrongValueError("settings.must_be_port")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _WrongValueError("settings.must_be_flag")
    return value


def _no_such(name: str, near: list[str]) -> _WrongValueError:
    if near:
        return _WrongValueError("settings.has_no_near", name=name, near=near[0])
    return _WrongValueError("settings.has_no", name=name)


def _language(value: object) -> Language | Literal[""]:
    text = _text(value)
    if text == "":
        return ""
    known = next((language for language in LANGUAGES if language == text), None)
    if known is None:
        raise _WrongValueError("settings.must_be_language", languages=LANGUAGES)
    return known


def _country(value: object) -> Country:
    text = _text(value).strip().upper()
    known = next((country for country in COUNTRIES if country == text), None)
    if known is None:
        raise _WrongValueError("settings.must_be_country", countries=tuple(one for one in COUNTRIES if one))
    return known


def _limits(value: object) -> dict[str, float]:
    from smappee_tui.diagnosis.checks.limits import NAMES as OF_DEVICES
    from smappee_tui.diagnosis.limits.declared import NAMES as OF_INSTALLATIONS

    names = (*OF_DEVICES, *OF_INSTALLATIONS)
    if not isinstance(value, dict):
        raise _WrongValueError("settings.must_be_table")
    for name, number in value.items():
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            raise _no_such(name, near)
        if not isinstance(number, int | float) or isinstance(number, bool) or not 0 <= number <= MOST_LIMIT:
            raise _WrongValueError("settings.needs_number", name=name, most=MOST_LIMIT)
    return {name: float(number) for name, number in value.items()}


def _person(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _WrongValueError("settings.must_be_table_of_texts")
    return {str(key): item for key, item in value.items()}


def _cloud_url(value: object) -> str:
    from smappee_tui.connect.cloud_api.address import base_address

    text = _text(value)
    try:
        return base_address(text) if text else ""
    except BadAddressError as error:
        raise _WrongValueError("settings.unusable_url", why=error.what) from None


def _cloud_aggregations(value: object) -> dict[str, int]:
    from smappee_tui.connect.cloud_api.aggregation import Aggregation

    if not isinstance(value, dict):
        raise _WrongValueError("settings.must_be_table")
    names = [word.value for word in Aggregation]
    for name, code in value.items():
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            raise _no_such(name, near)
        if not isinstance(code, int) or isinstance(code, bool) or not 0 <= code <= 10_000:
            raise _WrongValueError("settings.needs_whole_number", name=name)
    return dict(value)


_READERS = {
    "theme": _text,
    "hosts": _texts,
    "port": _port,
    "read_only": _flag,
    "limits": _limits,
    "country": _country,
    "installer": _person,
    "cloud_url": _cloud_url,
    "cloud_aggregations": _cloud_aggregations,
    "language": _language,
    "keep_recording": _flag,
    "bell": _flag,
}
