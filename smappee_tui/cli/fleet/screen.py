"""The fleet's screen, the live screen of one of its locations, and back."""

from __future__ import annotations

from collections.abc import Callable

from smappee_tui.cli import exits
from smappee_tui.cli.fleet.source import BrokerSource
from smappee_tui.cli.screen import TO_FIND
from smappee_tui.cli.settings_io import taste
from smappee_tui.fleet.running import RunningFleet


def show_fleet(
    running: RunningFleet, source: BrokerSource, where: str, opened: Callable[[str], int], *, demo: bool = False
) -> int:
    """Show a fleet until the person leaves. It goes on while he looks at one location.

    Args:
        running: not started yet.
        source: what it drains.
        where: the broker, for a person.
        opened: shows the location of a uuid, and returns an exit code, or `TO_FIND` where he comes back.
        demo: the houses are made up.

    Raises:
        ExternalError: when it can be known at once that there will be no connection.
    """
    from smappee_tui.tui.run import fleet_app

    source.start()
    running.start()
    look, code = None, TO_FIND
    try:
        while code == TO_FIND:
            with taste() as wishes:
                app = fleet_app(running, source, where, look=look, demo=demo, **wishes)
                uuid = app.run()
                look = app.first.look
            code = app.return_code or exits.OK
            if uuid is not None and not code:
                code = opened(uuid)
    finally:
        running.close()
    if running.problem is not None:
        raise running.problem
    return code
