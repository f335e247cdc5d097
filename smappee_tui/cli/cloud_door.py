"""From this person's login to the door of the cloud screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smappee_tui.settings import Settings
    from smappee_tui.tui.cloud_access import Cloud, CloudDoor


def own_door(settings: Settings) -> CloudDoor:
    """The door to the cloud with the login of this person. Nothing is opened, and no keyring asked, before it is used.

    Args:
        settings: as kept; read before a screen is up, because what is wrong with them is said on stderr.
    """
    from smappee_tui.cli.devices import limits
    from smappee_tui.tui.cloud_access import CloudDoor, NotLoggedIn

    def opened() -> Cloud:
        from smappee_tui.cli.cloud.open import opened as with_login
        from smappee_tui.cli.guard import Misused
        from smappee_tui.links.cloud.errors import WrongCredentials

        try:
            return with_login(settings)
        except (WrongCredentials, Misused) as error:  # nothing was sent so far: there is no login to be refused
            raise NotLoggedIn(error.what, error.advice) from error

    return CloudDoor(opened, read_only=settings.read_only, limits=limits(settings))
