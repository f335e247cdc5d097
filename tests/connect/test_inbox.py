from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.connect.message_source import Dropped
from smappee_tui.connect.mqtt import Inbox
from smappee_tui.connect.retry import Backoff
from smappee_tui.protocol.received import MqttMessage

LIVE = "servicelocation/u/realtime"
CONFIG = "servicelocation/u/config"


def make(topic: str, number: int, *, retain: bool = False, size: int = 1) -> MqttMessage:
    return MqttMessage(float(number), topic, b"x" * size, 0, retain)


def test_the_oldest_realtime_goes_first_and_configuration_stays() -> None:
    inbox = Inbox(4, 1000)
    assert inbox.put(make(CONFIG, 0, retain=True))
    assert not inbox.put(make("servicelocation/u/plug/1/state", 1))
    for number in range(2, 12):
        inbox.put(make(LIVE, number))
    assert inbox.dropped == Dropped(realtime=8)
    assert [arrival.at for arrival in inbox.drain()] == [0, 1, 10, 11]
    assert inbox.drain() == []


def test_bytes_are_bounded_too() -> None:
    inbox = Inbox(100, 90)
    inbox.put(make(CONFIG, 0, size=20))
    for number in range(1, 5):
        inbox.put(make(LIVE, number, size=20))
    assert [arrival.at for arrival in inbox.drain()] == [0, 4]
    inbox.put(make(CONFIG, 9, size=91))
    assert inbox.drain() == []
    assert inbox.dropped == Dropped(realtime=3, lasting=1)


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 10), st.integers(0, 12))
def test_order_is_kept_and_every_message_is_accounted_for(live: list[bool], limit: int, take: int) -> None:
    inbox = Inbox(limit, 1000)
    for number, fleeting in enumerate(live):
        inbox.put(make(LIVE if fleeting else CONFIG, number))
    got = inbox.drain(take) + inbox.drain()
    assert [arrival.at for arrival in got] == sorted(arrival.at for arrival in got)
    assert len(got) + inbox.dropped.total == len(live)
    assert len(got) <= limit


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_waits_grow_stay_bounded_and_differ(failures: int, luck: float) -> None:
    assert 1.0 <= Backoff(rng=lambda: luck).delay(failures) <= 30.0
    assert Backoff(rng=lambda: 0.0).delay(9) == 15.0
    assert Backoff(rng=lambda: 0.5).delay(9) == 22.5
