"""Work is bounded by time, and a flood takes what nobody reads first."""

from __future__ import annotations

import pytest

from smappee_tui.app.session import Session
from smappee_tui.app.watch import RecordingSession, watch_live
from smappee_tui.connect.message_source import SLICE, Dropped
from smappee_tui.connect.mqtt import Inbox
from smappee_tui.protocol.received import Mark, MqttMessage
from tests import payloads as p
from tests.cli.made import FakeLink, house


class Stopwatch:
    """Each message takes so many seconds."""

    def __init__(self, each: float) -> None:
        self.now, self.each, self.seen = 0.0, each, 0

    def __call__(self) -> float:
        return self.now

    def keep(self, _: MqttMessage | Mark) -> None:
        self.seen += 1
        self.now += self.each


def due(seconds: int) -> FakeLink:
    """A link on which all of it has arrived."""
    link = FakeLink(house(seconds))
    link.time += 2 * seconds
    return link


def test_a_poll_leaves_off_in_time_and_the_next_goes_on() -> None:
    link, watch = due(193), Stopwatch(0.001)
    session = Session(link, keep=watch.keep, stopwatch=watch)
    folded = []
    while not folded or session.behind:
        folded.append(session.poll(SLICE))
    assert sum(folded) == watch.seen == 200
    assert len(folded) == 4
    assert all(50 <= count < 60 for count in folded[:-1])


@pytest.mark.parametrize("each", [0.0, 0.0001])
def test_what_fits_is_folded_at_once(each: float) -> None:
    watch = Stopwatch(each)
    session = Session(due(20), keep=watch.keep, stopwatch=watch)
    assert session.poll(SLICE) == 27
    assert not session.behind


def test_a_watch_that_is_behind_does_not_rest() -> None:
    link, watch = due(400), Stopwatch(0.01)
    session = Session(link, keep=watch.keep, stopwatch=watch)
    rests: list[float] = []

    def pause(seconds: float) -> None:
        rests.append(seconds)
        link.pause(seconds)

    assert watch_live(session, 1, clock=link.clock, pause=pause)
    assert watch.seen == 407
    assert sum(rests) == pytest.approx(1)


def test_a_recorder_leaves_off_too() -> None:
    class Tape:
        def write(self, _: object) -> None: ...

    tape = RecordingSession(due(20), Tape())  # type: ignore[arg-type]
    assert tape.poll(0) == 8
    assert tape.behind


def test_realtime_survives_the_chatter_of_others() -> None:
    inbox = Inbox(50, 10**6)
    for number in range(2000):
        inbox.put(MqttMessage(number, f"servicelocation/{p.UUID}/chatter/{number % 7}", b"x", 0, number % 2 == 0))
        if number % 100 == 0:
            inbox.put(MqttMessage(number, p.topic("realtime"), b"r"))
        if number % 500 == 0:
            inbox.put(MqttMessage(number, p.topic("config"), b"c", 0, True))
    got = [item.payload for item in inbox.drain()]
    assert (got.count(b"r"), got.count(b"c")) == (20, 4)
    assert inbox.dropped == Dropped(unknown=2000 - 26)


def test_long_topics_count() -> None:
    inbox = Inbox(1000, 10_000)
    for number in range(100):
        inbox.put(MqttMessage(number, "x" * 5000, b""))
    assert len(inbox.drain()) == 2
    assert inbox.dropped.total == 98
