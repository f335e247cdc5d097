"""From a session to its screen. Importing this is cheap: textual comes with the first screen."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smappee_tui.app.plug_switch import PlugSwitch
    from smappee_tui.app.session import Session
    from smappee_tui.tui.app import LiveApp
    from smappee_tui.tui.live.connection_status import Mode
    from smappee_tui.tui.live.header import Recording


def live_app(
    session: Session,
    *,
    clock: Callable[[], float] = time.time,
    tick: float = 1.0,
    mode: Mode = "live",
    recorder: Recording | None = None,
    switching: PlugSwitch | None = None,
    theme: str | None = None,
    on_theme: Callable[[str], None] | None = None,
    on_close: Callable[[], None] | None = None,
) -> LiveApp:
    """Make the app for a session; its `run` shows it. Arguments as `LiveApp`.

    The garbage collector rests from here until the first picture is there: a start makes hardly any garbage, and
    looking for it costs a tenth of the time.
    """
    gc.disable()
    try:
        from smappee_tui.tui.app import LiveApp

        return LiveApp(
            session,
            clock=clock,
            tick=tick,
            mode=mode,
            recorder=recorder,
            switching=switching,
            theme=theme,
            on_theme=on_theme,
            on_close=on_close,
        )
    except BaseException:
        gc.enable()
        raise
