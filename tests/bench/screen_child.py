"""Run by `bench_screen.py` in a terminal of its own: a live screen fed once a second, which then tells its CPU time.

It imports nothing that the program itself would not: what it shows was prepared in a file.
"""

from __future__ import annotations

import cProfile
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smappee_tui.app.session import Session
from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.diagnosis.judgement import ChannelVerdict, Judgement
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.tui.run import live_app

if TYPE_CHECKING:
    from smappee_tui.tui.app import SmappeeApp

TOPIC = "servicelocation/0a1b2c3d-0000-4000-8000-000000000001/"


class Feed:
    """A link that hands over one prepared message a second."""

    def __init__(self, prepared: Path) -> None:
        self.dropped = Dropped()
        self.state = SourceState("connected", time.time())
        plan, *self._bodies = prepared.read_bytes().splitlines()
        self._ready = [MqttMessage(time.time(), TOPIC + "channelConfigV2", plan, 0, True)]
        self._sent = 0
        self._begun = time.monotonic()

    def start(self) -> None:
        """Nothing to open."""

    def listen(self, topics: tuple[str, ...], /) -> None:
        """Nothing to ask for."""

    def close(self) -> None:
        """Nothing to close."""

    def drain(self, limit: int | None = None, /) -> Sequence[MqttMessage]:
        """What has become due."""
        taken, self._ready = self._ready, []
        while self._sent < min(len(self._bodies), 1 + int(time.monotonic() - self._begun)):
            taken.append(MqttMessage(time.time(), TOPIC + "realtime", self._bodies[self._sent]))
            self._sent += 1
        return taken


class Silent(Session):
    """A session whose diagnosis costs nothing: the bench is of the screen."""

    def _judge(self, site: object) -> None:
        return None

    def judgement(self, fresh: bool = True) -> Judgement:
        """Always the same."""
        return _JUDGED


_REVERSED, _OK = fact("verdicts.reversed"), fact("verdicts.ok", phase="L1")
_JUDGED = Judgement(
    channels={n: ChannelVerdict(n, *(("ok", _OK) if n % 3 else ("reversed", _REVERSED)), 0.99) for n in range(80)}
)


def paint(app: SmappeeApp[Any], shown: Callable[[], bool], answer: Path) -> None:
    """Leave with the first picture that shows what is asked for, and tell the CPU time since the process began."""

    def painted() -> None:
        if shown() and not answer.exists():
            answer.write_text(str(time.process_time()))
            app.exit()

    app.post_display_hook = painted  # type: ignore[method-assign]
    app.run()


def main() -> None:
    """Arguments: prepared file, moments to tell of, seconds from the first picture (none: leave with the first picture
    that has rows), "judged" or "silent", file for the answer: the CPU time and the time of each moment, and what the
    dearest tick took. One more: a file for the profile of the time between the first and the last moment."""
    moments, answer = [float(one) for one in sys.argv[2].split(",") if one], Path(sys.argv[4])
    app = live_app((Session if sys.argv[3] == "judged" else Silent)(Feed(Path(sys.argv[1]))))
    if not moments:
        paint(app, lambda: bool(app.first.rows), answer)
        return
    told: list[tuple[float, float]] = []
    dearest, tick = 0.0, app.first.tick

    def timed() -> None:
        nonlocal dearest
        begun = time.process_time()
        tick()
        dearest = max(dearest, time.process_time() - begun)

    profile = cProfile.Profile() if len(sys.argv) > 5 else None

    def painted() -> None:
        for moment in moments:
            app.set_timer(moment, lambda: told.append((time.process_time(), time.monotonic())))
        if profile is not None:
            app.set_timer(moments[0], lambda: profile.enable(builtins=False))
            app.set_timer(moments[-1], lambda: profile.disable())
        app.set_timer(moments[-1] + 0.5, app.exit)

    app.first.tick = timed  # type: ignore[method-assign]
    app.call_later(lambda: app.call_after_refresh(painted))
    app.run()
    answer.write_text("\n".join(f"{cpu} {at}" for cpu, at in [*told, (dearest, 0.0)]))
    if profile is not None:
        profile.dump_stats(sys.argv[5])


if __name__ == "__main__":
    main()
