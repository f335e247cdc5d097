from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.connect.lean.batch import Arrival, Batch
from smappee_tui.connect.lean.inbox import BatchInbox
from smappee_tui.connect.message_source import Dropped

LIVE, CONFIG, FOREIGN = b"servicelocation/u/realtime", b"servicelocation/u/config", b"somebody/else"


def batch(*topics: bytes, at: float = 0.0, retained: bool = False) -> Batch:
    return Batch(at, [(topic, b"12345", retained) for topic in topics])


def heard(inbox: BatchInbox) -> list[bytes]:
    return [topic for one in inbox.drain() for topic, *_ in one.arrivals]


def test_oldest_first_and_whole_batches() -> None:
    inbox = BatchInbox(10, 10_000)
    assert inbox.put(batch(LIVE, at=1.0))
    assert not inbox.put(batch(CONFIG, at=2.0))
    assert [one.at for one in inbox.drain(1)] == [1.0]
    assert [one.at for one in inbox.drain()] == [2.0]
    assert inbox.put(batch(LIVE))


def test_full_it_gives_up_what_nobody_reads_then_measurements_then_the_rest() -> None:
    inbox = BatchInbox(8, 10_000)
    inbox.put(batch(LIVE, CONFIG, FOREIGN))
    inbox.put(batch(LIVE, LIVE, FOREIGN))
    inbox.put(batch(CONFIG, LIVE, LIVE))
    assert inbox.dropped == Dropped(unknown=2, realtime=1)
    assert heard(inbox) == [CONFIG, LIVE, LIVE, CONFIG, LIVE, LIVE]
    for _ in range(3):
        inbox.put(batch(CONFIG, CONFIG, CONFIG, CONFIG))
    assert inbox.dropped.lasting >= 4


def test_a_stored_measurement_is_kept_as_long_as_a_configuration() -> None:
    inbox = BatchInbox(4, 10_000)
    inbox.put(batch(LIVE, retained=True))
    inbox.put(batch(LIVE, LIVE, LIVE, LIVE))
    assert [arrival[2] for one in inbox.drain() for arrival in one.arrivals] == [True]


def test_of_batches_that_were_given_up_nothing_stays() -> None:
    inbox = BatchInbox(10, 10_000)
    inbox.put(batch(CONFIG))
    for _ in range(1000):
        inbox.put(batch(LIVE, LIVE))
    left = inbox.drain()
    assert left[0] == batch(CONFIG)
    assert len(left) <= 6
    assert all(one.arrivals for one in left)


@given(
    st.lists(st.lists(st.tuples(st.sampled_from([LIVE, CONFIG, FOREIGN]), st.binary(max_size=60)), max_size=9)),
    st.integers(1, 12),
    st.integers(1, 400),
)
def test_nothing_is_lost_without_being_counted(
    put: list[list[tuple[bytes, bytes]]], limit: int, limit_bytes: int
) -> None:
    inbox = BatchInbox(limit, limit_bytes)
    for one in put:
        arrivals: list[Arrival] = [(topic, payload, False) for topic, payload in one]
        inbox.put(Batch(0.0, arrivals))
    left = [arrival for one in inbox.drain() for arrival in one.arrivals]
    assert len(left) + inbox.dropped.total == sum(map(len, put))
    assert len(left) <= limit
    assert sum(len(topic) + len(payload) for topic, payload, _ in left) <= limit_bytes
    assert inbox._count == inbox._bytes == 0
