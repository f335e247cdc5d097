"""Guided tests over real MQTT: an embedded broker, a real subscription, marks through the session into a recording."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smappee_tui.app.session import Session
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from smappee_tui.connect.recording.recorder import Recorder
from smappee_tui.connect.recording.replay import read_recording
from smappee_tui.connect.retry import Backoff
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.site.locations import Locations
from smappee_tui.site.site import Site
from tests.app.guided.operator import Habits, Play, house, verdicts
from tests.brokers import Publisher, Waker


class MqttPlay(Play):
    """The same person and house; every message goes through a broker, at the house's own time."""

    def __init__(
        self, monitor: VirtualMonitor, broker: EmbeddedBroker, recorder: Recorder, habits: Habits | None = None
    ) -> None:
        self.waker = Waker()
        self.stamp = monitor.time
        self.link = MqttSource(broker.address, clock=lambda: self.stamp, on_wake=self.waker, backoff=Backoff(0.1, 0.2))
        self.session = Session(self.link, generation="none", keep=recorder.write)
        super().__init__(monitor, habits)
        self.broker = broker
        self.publisher: Publisher | None = None

    def _tell(self, mark: Mark) -> None:
        self.marks.append(mark)
        self.session.process(mark)

    @property
    def site(self) -> Site:
        found = self.session.site
        assert found is not None
        return found

    def second(self) -> None:
        """One second of life, judged by the session's own judge."""
        if self.session.judge is not None:
            self.judge = self.session.judge
        super().second()

    def _deliver(self, arrivals: list[MqttMessage]) -> None:
        assert self.publisher is not None
        for arrival in arrivals:
            self.stamp = max(self.stamp, arrival.at)
            self.publisher.publish(arrival.topic, arrival.payload, retain=arrival.retain)
            self.waker.until(lambda: self.session.poll() > 0)
        if self.session.judge is not None:
            self.judge = self.session.judge


@contextmanager
def running(play: MqttPlay) -> Iterator[MqttPlay]:
    """Link up and a publisher at hand."""
    play.session.start()
    try:
        play.waker.until(lambda: play.link.state.phase == "connected")
        with Publisher(play.broker.address) as play.publisher:
            yield play
    finally:
        play.session.close()


def judged_again(path: Path) -> dict[int, str]:
    """The verdicts of a recording, marks and all."""
    locations, judge = Locations(), Judge("none")
    for item in read_recording(path):
        if isinstance(item, Mark):
            judge.mark(item)
            continue
        assert isinstance(item, MqttMessage)
        site, sampled = locations.receive(item)
        if site is not None:
            judge.observe(site, sampled)
    return {number: verdict.verdict for number, verdict in judge.judgement().channels.items()}


def test_a_whole_test_over_mqtt(embedded_broker: EmbeddedBroker, tmp_path: Path) -> None:
    monitor = house(("Kitchen", 0), faults=["reversed:3", "swapped:1,2"])
    path = tmp_path / "guided.ndjson"
    with Recorder(path) as recorder:
        habits = Habits(forgets=lambda n: n % 3 == 1, doubles=lambda n: n % 3 == 2)
        with running(MqttPlay(monitor, embedded_broker, recorder, habits)) as play:
            play.run(150)
            assert play.conductor.finished
            assert verdicts(play) == {0: "ok", 1: "wrong_phase", 2: "wrong_phase", 3: "reversed"}
    assert judged_again(path) == verdicts(play)


def test_the_broker_goes_away_in_the_middle(embedded_broker: EmbeddedBroker, tmp_path: Path) -> None:
    monitor = house(faults=["reversed:0"])
    with Recorder(tmp_path / "guided.ndjson") as recorder:
        play = MqttPlay(monitor, embedded_broker, recorder)
        with running(play):
            for _ in range(9):
                play.second()
            embedded_broker.stop()
            play.waker.until(lambda: play.link.state.phase != "connected")
            play.line = False
            for _ in range(6):
                play.second()
            assert play.conductor.recognizer.paused
            assert play.conductor.instruction().word == "wait"
            embedded_broker.start()
            play.waker.until(lambda: play.link.state.phase == "connected")
            with Publisher(embedded_broker.address) as play.publisher:
                play.line = True
                play.run(200)
            assert play.conductor.finished
            assert "resumed" in [event.kind for event in play.conductor.log]
            assert verdicts(play) == {0: "reversed", 1: "ok", 2: "ok"}
