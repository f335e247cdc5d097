"""What this program remembers between two runs. Nothing secret: passwords are the business of the system's keyring."""

from __future__ import annotations

import contextlib
import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from smappee_tui.connect.atomic_write import put
from smappee_tui.connect.errors import BadAddressError, CannotWriteError
from smappee_tui.i18n import current

FOLDER_VARIABLE = "SMAPPEE_TUI_CONFIG_DIR"
"""Environment variable that names the folder to use instead of the system's usual one."""
FILE_NAME = "settings.toml"
MOST_HOSTS = 20
INSTALLER = ("company", "person", "licence", "role")
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
    """Thresholds for plugs, sensors and the monitor itself that differ from the usual ones, by name; s and %."""
    installer: Mapping[str, str] = field(default_factory=dict)
    """Who signs reports: company, person, licence, role. Nothing of any customer."""
    cloud_url: str = ""
    """Base address of the vendor's REST API; "" for the usual one. Never with a user or a password in it."""
    cloud_aggregations: Mapping[str, int] = field(default_factory=dict)
    """Codes that the REST API takes for intervals whose code no public source confirms, by name: 10min and so on."""

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


def load(path: Path) -> tuple[Settings, tuple[str, ...]]:
    """Read the settings.

    Args:
        path: the file; one that does not exist means that all is as by default.

    Returns:
        The settings, and what is wrong with the file, in words for a person. What is wrong is left at its default.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Settings(), ()
    except OSError as error:
        return Settings(), (f"{path} cannot be read: {error.strerror or error}. The defaults hold.",)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return Settings(), (f"{path} is not TOML: {error}. The defaults hold.",)
    known: dict[str, Any] = {}
    wrong: list[str] = []
    for key, value in raw.items():
        reader = _READERS.get(key)
        if reader is None:
            near = difflib.get_close_matches(key, _READERS, n=1)
            wrong.append(f"{path}: there is no setting {key!r}" + (f"; did you mean {near[0]!r}?" if near else "."))
            continue
        try:
            known[key] = reader(value)
        except ValueError as error:
            if key == "read_only":  # somebody wanted a lock: better one too many
                known[key] = True
            held = "until then it is on" if key == "read_only" else "its default holds"
            wrong.append(f"{path}: {key} {error}; {held}.")
    return Settings(**known), tuple(wrong)


def save(settings: Settings, path: Path) -> None:
    """Write the settings, all at once or not at all. Keys that this version does not know stay in the file.

    Raises:
        CannotWriteError: when the file cannot be written.
    """
    import tomli_w

    values = _kept(path) | {one.name: getattr(settings, one.name) for one in fields(settings)}
    for name in ("installer", "cloud_url", "cloud_aggregations"):
        if not values[name]:
            del values[name]  # nobody has signed a report, or asked another cloud, yet
    try:
        put(path, tomli_w.dumps(values).encode("utf-8", "replace"))
    except OSError as error:
        raise CannotWriteError(
            f"The settings cannot be kept in {path}: {error.strerror or error}.",
            f"Make the folder writable, or name another one in {FOLDER_VARIABLE}.",
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
        raise ValueError("must be a text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of texts")
    return tuple(value[:MOST_HOSTS])


def _port(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 65535:
        raise ValueError("must be a number from 1 to 65535")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _limits(value: object) -> dict[str, float]:
    from smappee_tui.diagnosis.checks.limits import NAMES

    if not isinstance(value, dict):
        raise ValueError("must be a table")
    for name, number in value.items():
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, n=1)
            raise ValueError(f"has no {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        if not isinstance(number, int | float) or isinstance(number, bool) or not 0 <= number < float("inf"):
            raise ValueError(f"needs a number from 0 upwards for {name!r}")
    return {name: float(number) for name, number in value.items()}


def _person(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise ValueError("must be a table of texts")
    return {str(key): item for key, item in value.items()}


def _cloud_url(value: object) -> str:
    from smappee_tui.connect.cloud_api.address import base_address

    text = _text(value)
    try:
        return base_address(text) if text else ""
    except BadAddressError as error:
        raise ValueError(f"is not to be used: {current().fact(error.what).removesuffix('.')}") from None


def _cloud_aggregations(value: object) -> dict[str, int]:
    from smappee_tui.connect.cloud_api.aggregation import Aggregation

    if not isinstance(value, dict):
        raise ValueError("must be a table")
    names = [word.value for word in Aggregation]
    for name, code in value.items():
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            raise ValueError(f"has no {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        if not isinstance(code, int) or isinstance(code, bool) or not 0 <= code <= 10_000:
            raise ValueError(f"needs a whole number for {name!r}")
    return dict(value)


_READERS = {
    "theme": _text,
    "hosts": _texts,
    "port": _port,
    "read_only": _flag,
    "limits": _limits,
    "installer": _person,
    "cloud_url": _cloud_url,
    "cloud_aggregations": _cloud_aggregations,
}
