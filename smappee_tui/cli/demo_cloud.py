"""`smappee-tui demo --cloud`: the cloud screen on a made-up cloud, over real HTTP inside this program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smappee_tui.cli import exits

if TYPE_CHECKING:
    from smappee_tui.tui.cloud_access import Cloud


def show_cloud(faults: Sequence[str], *, read_only: bool = False) -> int:
    """Serve three houses on a free port of this machine, and show them until the person leaves.

    Args:
        faults: what is wrong in the family house, as for the demo.
        read_only: nothing can be switched.
    """
    from dataclasses import replace

    from smappee_tui.cli.devices import limits
    from smappee_tui.cli.kept import keep, kept_settings
    from smappee_tui.cli.screen import needs_terminal

    needs_terminal()
    from smappee_tui.links.cloud.credentials import Credentials
    from smappee_tui.simulator.cloud.estates import DEMO_ACCOUNT, demo_estate
    from smappee_tui.simulator.cloud.server import VirtualCloud
    from smappee_tui.tui.cloud_access import CloudDoor
    from smappee_tui.tui.cloud_app import CloudApp

    who = DEMO_ACCOUNT
    credentials = Credentials(who.client_id, who.client_secret, who.username, who.password)
    settings = kept_settings()
    themes: list[str] = []
    with VirtualCloud(demo_estate(faults=faults)) as cloud:

        def opened() -> Cloud:
            from smappee_tui.links.cloud.client import CloudClient

            return CloudClient(credentials, base_url=cloud.base_url)

        cloud.warm()
        locked = read_only or settings.read_only
        door = CloudDoor(opened, read_only=locked, limits=limits(settings), mode="demo")
        app = CloudApp(door, theme=settings.theme or None, on_theme=themes.append)
        app.run()
    if themes:
        keep(replace(kept_settings(), theme=themes[-1]))
    return app.return_code or exits.OK
