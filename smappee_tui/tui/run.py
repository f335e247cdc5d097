"""From a session, a search or an account to its screen. Importing this is cheap: textual comes with the screen."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from typing import Unpack

    from smappee_tui.app.cloud_session import CloudAccess
    from smappee_tui.app.guided.demo_heater import DemoHeater
    from smappee_tui.app.phone.share import Share
    from smappee_tui.app.session import Session
    from smappee_tui.app.switching import PlugSwitch
    from smappee_tui.app.visit.job_visit import JobVisit
    from smappee_tui.app.watch import Linked
    from smappee_tui.connect.discovery.search import Search
    from smappee_tui.fleet.running import RunningFleet
    from smappee_tui.i18n import Language
    from smappee_tui.tui.app import SmappeeApp
    from smappee_tui.tui.cloud.locations import CloudScreen
    from smappee_tui.tui.find.laptop import Laptop
    from smappee_tui.tui.find.screen import FindScreen
    from smappee_tui.tui.fleet.screen import FleetLook, FleetScreen
    from smappee_tui.tui.live.connection_status import Mode
    from smappee_tui.tui.live.header import Recording
    from smappee_tui.tui.live.screen import LiveScreen


class Taste(TypedDict, total=False):
    """What every app takes besides its screen; see `SmappeeApp`."""

    theme: str | None
    bell: bool
    on_theme: Callable[[str], None] | None
    on_language: Callable[[Language], None] | None


def live_app(
    session: Session,
    *,
    clock: Callable[[], float] = time.time,
    tick: float = 1.0,
    mode: Mode = "live",
    recorder: Recording | None = None,
    switching: PlugSwitch | None = None,
    cloud: CloudAccess | None = None,
    heater: DemoHeater | None = None,
    guided: bool = False,
    job: JobVisit | None = None,
    found: bool = False,
    sharing: Callable[[], Share] | None = None,
    share_at_once: bool = False,
    on_close: Callable[[], None] | None = None,
    **taste: Unpack[Taste],
) -> SmappeeApp[LiveScreen]:
    """Make the app that shows a session; its `run` shows it. Arguments as `LiveScreen`.

    With `found`, esc goes back to the find screen: `run` gives True then. With `sharing`, which makes what serves it, S
    opens the page for a phone; with `share_at_once` that is done, or asked, at once.

    The garbage collector rests from here until the first picture is there: a start makes hardly any garbage, and
    looking for it costs a tenth of the time.
    """
    gc.disable()
    try:
        from smappee_tui.tui.app import SmappeeApp
        from smappee_tui.tui.live.screen import LiveScreen

        screen = LiveScreen(
            session,
            clock=clock,
            tick=tick,
            mode=mode,
            recorder=recorder,
            switching=switching,
            cloud=cloud,
            heater=heater,
            guided=guided,
            job=job,
            on_close=on_close,
        )
        screen.found, screen.sharing.make, screen.sharing.at_once = found, sharing, share_at_once
        return SmappeeApp(screen, **taste)
    except BaseException:
        gc.enable()
        raise


def find_app(
    make: Callable[[Callable[[], None]], Search],
    *,
    laptop: Laptop | None = None,
    portal_port: int = 80,
    cloud: CloudAccess | None = None,
    **taste: Unpack[Taste],
) -> SmappeeApp[FindScreen]:
    """Make the app that finds monitors; its `run` gives a `Choice`, or None. Arguments as `FindScreen`.

    The garbage collector rests as in `live_app`.
    """
    gc.disable()
    try:
        from smappee_tui.tui.app import SmappeeApp
        from smappee_tui.tui.find.laptop import Laptop
        from smappee_tui.tui.find.screen import FindScreen

        return SmappeeApp(FindScreen(make, laptop or Laptop(), portal_port=portal_port, cloud=cloud), **taste)
    except BaseException:
        gc.enable()
        raise


def cloud_app(
    door: CloudAccess, *, clock: Callable[[], float] = time.time, **taste: Unpack[Taste]
) -> SmappeeApp[CloudScreen]:
    """Make the app that shows the vendor's cloud alone."""
    from smappee_tui.tui.app import SmappeeApp
    from smappee_tui.tui.cloud.locations import CloudScreen

    return SmappeeApp(CloudScreen(door, clock=clock), **taste)


def fleet_app(
    running: RunningFleet,
    link: Linked,
    where: str,
    *,
    look: FleetLook | None = None,
    opens: bool = True,
    demo: bool = False,
    **taste: Unpack[Taste],
) -> SmappeeApp[FleetScreen]:
    """Make the app that shows a fleet; its `run` gives the uuid of the location to open, or None. Arguments as
    `FleetScreen`."""
    gc.disable()
    try:
        from smappee_tui.tui.app import SmappeeApp
        from smappee_tui.tui.fleet.screen import FleetScreen

        return SmappeeApp(FleetScreen(running, link, where, look=look, opens=opens, demo=demo), **taste)
    except BaseException:
        gc.enable()
        raise
