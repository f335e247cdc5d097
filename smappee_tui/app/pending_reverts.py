"""Which monitors still push to a broker that was only meant for the day. Kept beside the settings, without secrets."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from smappee_tui.app.settings import settings_path
from smappee_tui.connect.atomic_write import write_atomically
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.protocol.fact import Fact, fact

FILE_NAME = "put-back.toml"
OWN_BROKER = "tcp://localhost:1883"
"""Where a monitor pushes to by default: to itself."""
_MOST = 50
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class PendingRevert:
    """One monitor whose broker setting was changed."""

    serial: str
    """Ten digits, "" where it is not known."""
    host: str
    """Where its portal is."""
    url: str
    """Where it pushes to now."""
    previous: str = ""
    """Where it pushed to before, "" where that is not known: then to its own broker."""
    since: str = ""
    """Day and time, ISO 8601 UTC."""

    @property
    def key(self) -> str:
        """What tells one monitor from another."""
        return self.serial or self.host


def path() -> Path:
    """Where the list is kept."""
    return settings_path().with_name(FILE_NAME)


def pending(file: Path | None = None) -> tuple[PendingRevert, ...]:
    """What must still be put back. A list that cannot be read is an empty one."""
    try:
        raw = tomllib.loads((file or path()).read_text(encoding="utf-8")).get("monitor", [])
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return ()
    found = []
    for entry in raw[:_MOST] if isinstance(raw, list) else ():
        if isinstance(entry, dict):
            known = {name: str(entry.get(name, ""))[:_LONGEST] for name in PendingRevert.__slots__}
            found.append(PendingRevert(**known))
    return tuple(found)


def remember(item: PendingRevert, file: Path | None = None) -> None:
    """Note that a monitor must be put back. What it pushed to at first stays noted.

    Raises:
        CannotWriteError: when the list cannot be kept.
    """
    file = file or path()
    old = {known.key: known for known in pending(file)}
    first = old.pop(item.key, None)
    previous = first.previous or item.previous if first is not None else item.previous
    kept = PendingRevert(item.serial, item.host, item.url, previous, item.since)
    _write([*old.values(), kept], file)


def done(key: str, file: Path | None = None) -> bool:
    """Note that a monitor, by serial or host, was put back; False when it was not on the list.

    Raises:
        CannotWriteError: when the list cannot be kept.
    """
    file = file or path()
    old = pending(file)
    left = [known for known in old if key not in (known.serial, known.host)]
    if len(left) == len(old):
        return False
    _write(left, file)
    return True


def still_pushes(item: PendingRevert) -> Fact:
    """What to say of it on leaving and in a report."""
    urls = {"url": item.url, "back": item.previous or OWN_BROKER}
    if not item.serial:
        return fact("reverts.monitor_at", host=item.host, **urls)
    if not item.host:
        return fact("reverts.monitor", serial=item.serial, **urls)
    return fact("reverts.monitor_with_page", serial=item.serial, host=item.host, **urls)


def _write(items: Iterable[PendingRevert], file: Path) -> None:
    import tomli_w

    content = tomli_w.dumps({"monitor": [asdict(item) for item in items]}).encode("utf-8", "replace")
    try:
        write_atomically(file, content)
    except OSError as error:
        raise CannotWriteError(
            fact("reverts.unwritable", path=str(file), why=error.strerror or str(error)),
            fact("reverts.unwritable_advice"),
        ) from error
