"""From a session to the live screen and back."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from smappee_tui.cli import exits
from smappee_tui.cli.exits import UsageError
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.app.cloud_session import CloudAccess
    from smappee_tui.app.guided.demo_heater import DemoHeater
    from smappee_tui.app.phone.share import Share
    from smappee_tui.app.session import Session
    from smappee_tui.app.switching import PlugSwitch
    from smappee_tui.app.visit.job_visit import JobVisit
    from smappee_tui.connect.recording.recorder import Recorder
    from smappee_tui.tui.live.connection_status import Mode


TO_FIND = -1
"""What `show` gives where the person wants the find screen again; no exit code."""


def needs_terminal() -> None:
    """Raise UsageError where no screen can be shown. A page in a browser, as textual-serve makes one, is a screen."""
    if os.environ.get("TEXTUAL_DRIVER"):
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb":
        raise UsageError(fact("cli.no_terminal"), fact("cli.no_terminal_advice"))


def show(
    session: Session,
    *,
    mode: Mode = "live",
    clock: Callable[[], float] = time.time,
    recorder: Recorder | None = None,
    switching: PlugSwitch | None = None,
    cloud: CloudAccess | None = None,
    heater: DemoHeater | None = None,
    guided: bool = False,
    job: JobVisit | None = None,
    found: bool = False,
    sharing: Callable[[], Share] | None = None,
    share_at_once: bool = False,
) -> int:
    """Show a session until the person leaves, and close it.

    Args:
        session: not started yet.
        mode: where the messages come from.
        clock: seconds since 1970, the clock that the messages carry.
        recorder: what keeps the messages, if anything does.
        switching: how plugs can be tested; None for not at all.
        cloud: how to get into the vendor's cloud; None for not at all.
        heater: the load that a demo's guided test can switch; None for every real house.
        guided: open the guided test at once; with a heater only.
        job: keeps the visit; None: nothing is kept.
        found: the find screen led here, and takes the person back: then this gives `TO_FIND`.
        sharing: makes what serves the page for a phone; None for not at all.
        share_at_once: serve it at once, or ask where.
    """
    from smappee_tui.cli.settings_io import taste
    from smappee_tui.tui.run import live_app

    with taste() as wishes:
        app = live_app(
            session,
            mode=mode,
            clock=clock,
            recorder=recorder,
            switching=switching,
            cloud=cloud,
            heater=heater,
            guided=guided,
            job=job,
            found=found,
            sharing=sharing,
            share_at_once=share_at_once,
            **wishes,
        )
        try:
            back = app.run()
        finally:
            if job is not None:
                job.close(session)
            session.close()
    return TO_FIND if back is True else app.return_code or exits.OK
