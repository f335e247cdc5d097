"""Run by `bench_phones.py` in a terminal of its own: a live screen fed once a second, which serves its page when told.

Arguments: prepared file, folder. It writes each tick to `ticks` there, when messages came to `messages`, its
link to `link`, and looks for `wish`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.app.session import Session
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.tui.run import live_app
from smappee_tui.web.server import PageServer
from tests.bench.screen_child import Feed


class Clocked(Feed):
    """Tells when each message was there to be taken."""

    def __init__(self, prepared: Path, told: Path) -> None:
        super().__init__(prepared)
        self._told = told.open("w", buffering=1)

    def drain(self, limit: int | None = None, /) -> Sequence[MqttMessage]:
        before = self._sent
        taken = super().drain(limit)
        for number in range(before, self._sent):
            self._told.write(f"{self._begun + number}\n")
        return taken


def main() -> None:
    folder = Path(sys.argv[2])
    server = PageServer(PhoneDesk())
    app = live_app(Session(Clocked(Path(sys.argv[1]), folder / "messages")), sharing=lambda: server)
    screen, tick = app.first, app.first.tick
    screen.sharing.share = server
    wish = folder / "wish"
    with (folder / "ticks").open("w", buffering=1) as log:

        def timed() -> None:
            begun = time.monotonic()
            tick()
            log.write(f"{begun} {time.monotonic() - begun} {time.process_time()}\n")

        def look() -> None:
            if wish.exists():
                if wish.read_text() == "open":
                    server.start("127.0.0.1")
                    (folder / "link").write_text(server.link)
                else:
                    server.stop()
                wish.unlink()

        screen.tick = timed  # type: ignore[method-assign]
        app.call_later(lambda: app.set_interval(0.25, look))
        app.run()


if __name__ == "__main__":
    main()
