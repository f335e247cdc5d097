"""The fleet's screen, the live screen of one of its locations, and back."""

from __future__ import annotations

from collections.abc import Callable

from smappee_tui.cli import exits
from smappee_tui.cli.fleet.source import Feed
from smappee_tui.cli.screen import TO_FIND
from smappee_tui.cli.settings_io import taste
from smappee_tui.fleet.running import RunningFleet


def show_fleet(running: RunningFleet, feed: Feed, opened: Callable[[str], int] | None, *, demo: bool = False) -> int:
    """Show a fleet until the person leaves. It goes on while he looks at one location.

    Args:
        running: not started yet.
        feed: what it lives on.
        opened: shows the location of a uuid, and returns an exit code, or `TO_FIND` where he comes back; None: nothing
            can be opened.
        demo: the houses are made up.

    Raises:
        ExternalError: when it can be known at once that there will be no connection.
    """
    from smappee_tui.tui.run import fleet_app

    feed.start()
    running.start()
    look, code = None, TO_FIND
    try:
        while code == TO_FIND:
            with taste() as wishes:
                app = fleet_app(running, feed, feed.where, look=look, opens=opened is not None, demo=demo, **wishes)
                uuid = app.run()
                look = app.first.look
            code = app.return_code or exits.OK
            if uuid is not None and opened is not None and not code:
                code = opened(uuid)
    finally:
        running.close()
    if running.problem is not None:
        raise running.problem
    return code
