"""Messages that go straight to a file: nothing is understood, so nothing can be misunderstood."""

from __future__ import annotations

from smappee_tui.connect.message_source import MessageSource
from smappee_tui.connect.recording.recorder import Recorder
from smappee_tui.connect.recording.redact import Redactor
from smappee_tui.protocol.received import MqttMessage


class RecordingSession:
    """Records what a source brings. To `watch_live` it is like a session."""

    def __init__(self, source: MessageSource, recorder: Recorder, *, redact: bool = False) -> None:
        self.source = source
        self.recorder = recorder
        self._redactor = Redactor() if redact else None

    def start(self) -> None:
        """Open the source."""
        self.source.start()

    def close(self) -> None:
        """Close the source."""
        self.source.close()

    def poll(self) -> int:
        """Write what has arrived since, and return how many messages that were."""
        arrived = self.source.drain()
        for item in arrived:
            if self._redactor is not None and isinstance(item, MqttMessage):
                item = self._redactor.redact(item)
            self.recorder.write(item)
        return len(arrived)

    @property
    def going(self) -> bool:
        """False when the recorder has stopped: the disk is full, say."""
        return self.recorder.state == "recording"
