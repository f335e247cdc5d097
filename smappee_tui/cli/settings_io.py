"""The person's settings, for commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smappee_tui.cli.console import complain

if TYPE_CHECKING:
    from smappee_tui.app.session import Session
    from smappee_tui.app.settings import Settings
    from smappee_tui.app.switching import PlugSwitch
    from smappee_tui.app.visit.job_visit import JobVisit
    from smappee_tui.connect.address import BrokerAddress
    from smappee_tui.diagnosis.checks.limits import DeviceLimits
    from smappee_tui.diagnosis.limits.declared import Declared
    from smappee_tui.tui.run import Taste


def limits(settings: Settings) -> DeviceLimits:
    """The thresholds as the settings have them."""
    from smappee_tui.diagnosis.checks.limits import limits_of

    return limits_of(settings.limits)


def installation(settings: Settings, main_fuse: float | None = None, country: str | None = None) -> Declared:
    """What the limits of an installation are reckoned from, as far as settings and options say it."""
    from smappee_tui.app.declared import by_settings

    return by_settings(settings, main_fuse, country)


def from_job(session: Session) -> None:
    """Let the job of the location shown say what no option says. Reading only."""
    from smappee_tui.app.declared import with_job
    from smappee_tui.app.visit.jobs import Jobs, jobs_path
    from smappee_tui.diagnosis.limits.declared import Peak

    site = session.site
    kept = Jobs(jobs_path()).peek(site.uuid) if site is not None else None
    if kept is not None:
        peak = None if kept.peak is None else Peak(kept.peak.begun, kept.peak.watts, kept.peak.seconds, kept.peak.since)
        session.declared = with_job(session.declared, kept.typed, peak)


def switching(address: BrokerAddress, *, read_only: bool) -> PlugSwitch:
    """The way to test a plug on this broker, locked where option or setting wants it so.

    Args:
        address: the broker.
        read_only: what the option or the setting says.
    """
    from smappee_tui.app.switching import PlugSwitch

    if read_only:
        return PlugSwitch.locked()
    from smappee_tui.connect.plug_command import PlugCommandSender

    return PlugSwitch(PlugCommandSender(address))


def job_visit(settings: Settings, address: BrokerAddress) -> JobVisit:
    """What keeps a visit to a monitor, in the person's own data folder."""
    import time

    from smappee_tui.app.visit.job_visit import JobVisit
    from smappee_tui.app.visit.jobs import Jobs, jobs_path

    record, username = settings.keep_recording, address.username or ""
    return JobVisit(Jobs(jobs_path()), clock=time.time, address=str(address), username=username, record=record)


def load_settings() -> Settings:
    """Read the settings; what is wrong with the file is said, and nothing else comes of it."""
    from smappee_tui.app.settings import load, settings_path

    settings, wrong = load(settings_path())
    for problem in wrong:
        complain(problem)
    return settings


def save_settings(settings: Settings) -> None:
    """Write the settings. That it fails is said; it is no reason to end with an error."""
    from smappee_tui.app.settings import save, settings_path
    from smappee_tui.connect.errors import CannotWriteError

    try:
        save(settings, settings_path())
    except CannotWriteError as error:
        complain(error.what, error.advice)


@contextmanager
def taste() -> Iterator[Taste]:
    """Theme, bell and language of the screens. What the person changes there is kept in the end: a slow disk must not
    hold a screen up.
    """
    changed: dict[str, Any] = {}

    def note(key: str) -> Callable[[object], None]:
        return lambda value: changed.update({key: value})

    settings = load_settings()
    try:
        yield {
            "theme": settings.theme or None,
            "bell": settings.bell,
            "on_theme": note("theme"),
            "on_language": note("language"),
        }
    finally:
        if changed:
            save_settings(replace(load_settings(), **changed))


def recent_hosts(incomplete: str) -> list[str]:
    """Hosts connected to before, for the shell's completion."""
    from smappee_tui.app.settings import load, settings_path

    return [host for host in load(settings_path())[0].hosts if host.startswith(incomplete)]
