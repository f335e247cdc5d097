"""The demo's made-up cloud, over real HTTP inside this program; `smappee-tui demo --cloud` shows it by itself."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from smappee_tui.cli import exits

if TYPE_CHECKING:
    from smappee_tui.simulator.cloud.server import VirtualCloud
    from smappee_tui.tui.cloud_access import Cloud, CloudDoor


class DemoCloud:
    """Three houses on a free port of this machine, served from the moment that somebody wants in."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Prepare. `faults`: what is wrong in the family house, as for the demo."""
        self._faults = faults
        self._lock = threading.Lock()
        self._served: VirtualCloud | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._served is not None:
                self._served.__exit__(kind, error, trace)
                self._served = None

    def door(self, *, read_only: bool) -> CloudDoor:
        """The way in, without any login of a person."""
        from smappee_tui.cli.devices import limits
        from smappee_tui.cli.kept import kept_settings
        from smappee_tui.tui.cloud_access import CloudDoor

        settings = kept_settings()
        locked = read_only or settings.read_only
        return CloudDoor(self._opened, read_only=locked, limits=limits(settings), mode="demo")

    def _opened(self) -> Cloud:
        from smappee_tui.links.cloud.client import CloudClient
        from smappee_tui.links.cloud.credentials import Credentials
        from smappee_tui.simulator.cloud.estates import DEMO_ACCOUNT as WHO
        from smappee_tui.simulator.cloud.estates import demo_estate
        from smappee_tui.simulator.cloud.server import VirtualCloud

        with self._lock:
            if self._served is None:
                self._served = VirtualCloud(demo_estate(faults=self._faults)).__enter__()
                self._served.warm()
            credentials = Credentials(WHO.client_id, WHO.client_secret, WHO.username, WHO.password)
            return CloudClient(credentials, base_url=self._served.base_url)


def show_cloud(faults: Sequence[str], *, read_only: bool = False) -> int:
    """Show the cloud screen on the made-up cloud until the person leaves.

    Args:
        faults: what is wrong in the family house, as for the demo.
        read_only: nothing can be switched.
    """
    from dataclasses import replace

    from smappee_tui.cli.kept import keep, kept_settings
    from smappee_tui.cli.screen import needs_terminal

    needs_terminal()
    from smappee_tui.tui.cloud_app import CloudApp

    themes: list[str] = []
    with DemoCloud(faults) as cloud:
        door = cloud.door(read_only=read_only)
        app = CloudApp(door, theme=kept_settings().theme or None, on_theme=themes.append)
        app.run()
    if themes:
        keep(replace(kept_settings(), theme=themes[-1]))
    return app.return_code or exits.OK
