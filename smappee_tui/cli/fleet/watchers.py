"""Who else looks at a fleet, as asked for on the command line."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smappee_tui.cli.console import complain, say
from smappee_tui.cli.exits import UsageError
from smappee_tui.cli.language import asked
from smappee_tui.connect.atomic_write import write_atomically
from smappee_tui.i18n import Translator, current, tr
from smappee_tui.i18n.language import known
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.fleet.running import Watcher

_OTHERS = 0o077
"""Permissions that let somebody else in."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be told, and how."""

    notify: Sequence[str] = ()
    digest: str = "07:00"
    metrics: str | None = None
    metrics_open: bool = False
    report_dir: Path | None = None

    def watchers(self, where: str, folder: Path | None) -> list[Watcher]:
        """Make them; figures are served from now on.

        Args:
            where: what the fleet listens to, for a person.
            folder: where what was told is kept; None: nowhere.

        Raises:
            UsageError: for a time that is none.
            BadAddressError, ExternalError: as `read_targets` and `Metrics`.
        """
        made: list[Watcher] = []
        deliveries = []
        hour = time_of(self.digest)
        words = written_in(folder) if self.notify or self.report_dir is not None else current()
        if self.notify:
            from smappee_tui.cli.options import kept_secret
            from smappee_tui.fleet.telling.marks import Marks
            from smappee_tui.fleet.telling.notify import Notifier
            from smappee_tui.fleet.telling.targets import masked, read_targets, send, sendable

            targets = read_targets(self.notify, kept_secret, sendable, masked)
            _warn_of_files(self.notify)
            marks = Marks(folder / "told.json" if folder is not None else None)
            notifier = Notifier(targets, marks, send, words, digest=hour)
            deliveries = notifier.deliveries
            made.append(notifier)
        if self.metrics is not None:
            from smappee_tui.fleet.telling.metrics import Metrics, listen_address

            host, port = listen_address(self.metrics, anywhere=self.metrics_open)
            metrics = Metrics(host, port, deliveries)
            shown = f"[{host}]" if ":" in host else host
            say(tr("fleet_notice.serves", url=f"http://{shown}:{metrics.port}/metrics"))
            made.append(metrics)
        if self.report_dir is not None:
            from smappee_tui.app.settings import INSTALLER
            from smappee_tui.cli.settings_io import load_settings
            from smappee_tui.fleet.telling.reports import ReportWriter
            from smappee_tui.report.metadata import ReportMetadata

            kept = load_settings().installer
            who: dict[str, Any] = {field: str(kept.get(field, "")) for field in INSTALLER}
            made.append(ReportWriter(self.report_dir, ReportMetadata(0.0, None, words.language, source=where, **who)))
        return made


def written_in(folder: Path | None) -> Translator:
    """Whose words are written to others: those of `--language`, else those of before. What somebody makes his screens
    speak is no wish of the people who get the mails.

    Args:
        folder: where the language is kept; None: nowhere.
    """
    if folder is None:
        return current()
    path, language = folder / "language", asked()
    if language is None:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            language = known(path.read_text(encoding="ascii"))
        if language is not None and language != current().language:
            say(tr("fleet_notice.written_in", language=language))
    words = current() if language is None else Translator(language)
    with contextlib.suppress(OSError):  # the store says it, with what to do
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(path, words.language.encode())
    return words


def time_of(text: str) -> time | None:
    """A time of day; None for "off". Raises UsageError for what is neither."""
    if text == "off":
        return None
    try:
        found = time.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:  # it is of this computer's clock
        raise UsageError(fact("fleet_notice.no_time", text=text), fact("fleet_notice.no_time_advice"))
    return found


def _warn_of_files(words: Sequence[str]) -> None:
    """Say which files with addresses others may read."""
    if sys.platform == "win32":
        return
    for word in words:
        where, _, name = word.partition(":")
        if where == "file" and Path(name).stat().st_mode & _OTHERS:
            complain(fact("fleet_notice.readable_by_others", path=name))
