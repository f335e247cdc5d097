"""A link whose messages go straight to a file: nothing is understood, so nothing can be misunderstood."""

from __future__ import annotations

from smappee_tui.cli.amounts import counted, lasting, sized
from smappee_tui.links.link import Link
from smappee_tui.links.recorder import Recorder
from smappee_tui.links.redact import Redactor
from smappee_tui.protocol.arrival import Arrival


class Tape:
    """Records what a link brings. To `watch_live` it is like a session."""

    def __init__(self, link: Link, recorder: Recorder, *, redact: bool = False) -> None:
        self.link = link
        self.recorder = recorder
        self._redactor = Redactor() if redact else None

    def start(self) -> None:
        """Open the link."""
        self.link.start()

    def close(self) -> None:
        """Close the link."""
        self.link.close()

    def pump(self) -> int:
        """Write what has arrived since, and return how many messages that were."""
        arrived = self.link.drain()
        for item in arrived:
            if self._redactor is not None and isinstance(item, Arrival):
                item = self._redactor.redact(item)
            self.recorder.write(item)
        return len(arrived)

    @property
    def going(self) -> bool:
        """False when the recorder has stopped: the disk is full, say."""
        return self.recorder.state == "recording"

    def progress(self, done: float | None) -> str:
        """How far it is."""
        if done is None:
            return "connecting …"
        lost = "" if self.link.state.phase == "connected" else " · connection lost, trying again"
        kept = f"{counted(self.recorder.lines, 'message')} · {sized(self.recorder.size)}"
        return f"{lasting(done)} · {kept}{lost} · Ctrl-C ends it"
