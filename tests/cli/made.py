"""Made-up watches for the tests of the commands: messages, recordings of them, and a link without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from smappee_tui.app.session import Session
from smappee_tui.app.watch import Observation, Spans, observe
from smappee_tui.connect.message_source import Dropped, Phase, SourceState
from smappee_tui.connect.recording.lines import Recorded, encode
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.protocol.received import Mark, MqttMessage
from tests import payloads as p

SPEC = "grid:0 grid:1r grid:2 solar:0=Roof sub:1=Kitchen unused:0"
"""The house of these tests: six inputs."""
INPUTS = 6


def house(
    seconds: int = 20, dialect: str = p.INFINITY, *, spec: str = SPEC, uuid: str = p.UUID, start: float = p.START
) -> list[MqttMessage]:
    """Everything that a monitor says in so many seconds, retained configuration first."""
    said = [
        p.arrival("config", p.config(dialect, uuid=uuid), start, uuid=uuid, retain=True),
        p.arrival(p.channel_topic(dialect), p.channel_config(spec, dialect), start, uuid=uuid, retain=True),
        p.arrival("sensorConfig", p.sensor_config(), start, uuid=uuid, retain=True),
        p.arrival("homeControlConfig", p.home_control(), start, uuid=uuid, retain=True),
        p.arrival("plug/11/connectionState", p.plug_value("UNREACHABLE"), start, uuid=uuid, retain=True),
        p.arrival("plug/11/state", p.plug_value("ON"), start, uuid=uuid, retain=True),
        p.arrival("aggregatedGW", p.aggregated_gas_water(battery=12), start + 0.5, uuid=uuid),
    ]
    for second in range(seconds):
        rows = p.busy_rows(len(spec.split()), dialect, second)
        content = p.realtime(rows, dialect, at=start + second)
        said.append(p.arrival("realtime", content, start + 1.25 + second, uuid=uuid))
    return said


def uuids(count: int) -> list[str]:
    """Made-up locations, none of them `UUID`."""
    return [f"00000000-0000-4000-8000-{number:012d}" for number in range(count)]


def remembered(count: int = 30) -> list[MqttMessage]:
    """What a broker still holds of monitors that are gone; all bear the same serial, as after new installs."""
    items = [item for uuid in uuids(count) for item in house(1, uuid=uuid)]
    return [MqttMessage(p.START, item.topic, item.payload, 0, True) for item in items]


def crowd(count: int = 12, seconds: int = 20) -> list[MqttMessage]:
    """So many living monitors on one broker. That of `UUID` is the last to be heard, and says the least."""
    said = [item for uuid in uuids(count - 1) for item in house(seconds + 5, uuid=uuid)]
    return sorted([*said, *house(seconds)], key=lambda item: item.at)


def recording(path: Path, items: Sequence[Recorded | bytes]) -> Path:
    """Write a recording; bytes go in as lines of their own, whatever they are."""
    path.write_bytes(b"".join(item + b"\n" if isinstance(item, bytes) else encode(item) for item in items))
    return path


class FakeLink:
    """A link whose messages come when the test's clock says so.

    Also the clock and the pause of a watch: time passes only in `pause`.
    """

    def __init__(self, items: Sequence[MqttMessage | Mark] = (), *, start: float = p.START) -> None:
        self.items = list(items)
        self.time = start
        self.dropped = Dropped()
        self.phases: list[tuple[float, Phase, str | None]] = [(start, "connected", None)]
        self.started = 0
        self.topics: tuple[str, ...] = ()
        self.closed = 0
        self.interrupt_at: float | None = None

    def start(self) -> None:
        self.started += 1

    def drain(self, limit: int | None = None, /) -> list[MqttMessage | Mark]:
        due = [item for item in self.items if item.at <= self.time][:limit]
        del self.items[: len(due)]
        return due

    @property
    def state(self) -> SourceState:
        at, phase, reason = [entry for entry in self.phases if entry[0] <= self.time][-1]
        return SourceState(phase, at, reason)

    def listen(self, topics: tuple[str, ...], /) -> None:
        self.topics = topics

    def close(self) -> None:
        self.closed += 1

    def clock(self) -> float:
        return self.time

    def pause(self, seconds: float) -> None:
        assert seconds >= 0
        self.time += max(seconds, 1e-3)
        if self.interrupt_at is not None and self.time >= self.interrupt_at:
            raise KeyboardInterrupt


def seen_of(items: Sequence[MqttMessage | Mark], judgement: Judgement | None = None, **wishes: Any) -> Observation:
    """Fold messages as a watch does; with a judgement of the test's own if it brings one."""
    spans = Spans()
    session = Session(FakeLink(), keep=spans.note, **wishes)
    for item in items:
        session.process(item)
    seen = observe(session, spans)
    assert seen is not None
    if judgement is None:
        return seen
    return replace(seen, judgement=judgement)
