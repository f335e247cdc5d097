"""The person's settings, for commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smappee_tui.cli.talk import complain

if TYPE_CHECKING:
    from smappee_tui.settings import Settings


def kept_settings() -> Settings:
    """Read the settings; what is wrong with the file is said, and nothing else comes of it."""
    from smappee_tui.settings import load, settings_path

    settings, wrong = load(settings_path())
    for problem in wrong:
        complain(problem)
    return settings


def keep(settings: Settings) -> None:
    """Write the settings. That it fails is said; it is no reason to end with an error."""
    from smappee_tui.links.errors import CannotWrite
    from smappee_tui.settings import save, settings_path

    try:
        save(settings, settings_path())
    except CannotWrite as error:
        complain(error.what, error.advice)


def recent_hosts(incomplete: str) -> list[str]:
    """Hosts connected to before, for the shell's completion."""
    from smappee_tui.settings import load, settings_path

    return [host for host in load(settings_path())[0].hosts if host.startswith(incomplete)]
