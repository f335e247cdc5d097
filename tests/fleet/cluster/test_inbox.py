"""What a partition's judge drains, and the clock that it goes by."""

from __future__ import annotations

import time

from smappee_tui.fleet.cluster.partition import Inbox
from smappee_tui.fleet.service import Fleet
from tests.fleet.cluster.test_lease import Stopwatch
from tests.payloads import START, Row, arrival, realtime


def inbox(place: int = 0, **known: int) -> tuple[Inbox, Stopwatch]:
    stopwatch = Stopwatch()
    return Inbox(place, known, stopwatch=stopwatch), stopwatch


def message(uuid: str, at: float = 1000.0) -> tuple[str, bytes, float]:
    return f"servicelocation/{uuid}/realtime", b"{}", at


def test_what_a_locations_state_has_already_is_not_folded_twice() -> None:
    taken, _ = inbox(10, one=13, two=9)
    for place, uuid in enumerate(("one", "two", "one", "one", "two"), 11):
        taken.put(place, f"ack {place}", message(uuid))
    assert [topic.split("/")[1] for topic, _, _ in taken.drain(1)] == ["two"]
    assert taken.folded == 12
    assert [topic.split("/")[1] for topic, _, _ in taken.drain(10)] == ["one", "two"]
    assert taken.folded == 15
    assert taken.unsaved == [f"ack {place}" for place in range(11, 16)]  # the server is told of all


def test_configurations_that_are_kept_are_no_place_in_the_stream() -> None:
    taken, _ = inbox(10, one=13)
    taken.put(0, "", message("one"))
    assert len(taken.drain(10)) == 1
    assert taken.folded == 10
    assert not taken.unsaved


def test_what_waits_is_asked_for_again_when_something_was_lost_on_the_way() -> None:
    taken, _ = inbox(10)
    for place in (11, 12, 13):
        taken.put(place, "ack", message("one"))
    taken.drain(1)
    assert taken.forget_waiting() == 11
    assert not len(taken)


def test_configurations_that_are_not_folded_yet_are_kept_when_the_stream_is_read_anew() -> None:
    taken, _ = inbox(10)
    for _ in range(3):
        taken.put(0, "", message("one"))
    taken.put(11, "ack", message("one"))
    taken.drain(1)
    assert taken.forget_waiting() == 10
    assert len(taken.drain(10)) == 2  # nobody would send them again


def test_the_clock_is_the_servers_and_stands_still_while_there_is_more() -> None:
    taken, stopwatch = inbox()
    assert abs(taken.now() - time.time()) < 5.0  # nothing came yet
    taken.put(1, "ack", message("one", 1000.0), pending=2)
    stopwatch.now += 3600.0
    assert taken.now() == 1000.0
    taken.put(2, "ack", message("one", 1001.0), pending=1)
    taken.put(3, "ack", message("one", 1002.0), pending=0)
    taken.drain(2)
    assert taken.behind
    assert taken.now() == 1001.0
    assert taken.late() > 1e6
    taken.drain(2)
    assert not taken.behind
    assert taken.late() == 0.0
    stopwatch.now += 5.0
    assert taken.now() == 1007.0


def test_silence_is_noticed_though_what_comes_is_now_sooner_and_now_later_at_hand() -> None:
    """What is at hand late sets the clock back a little: that is no clock that somebody set."""
    taken, stopwatch = inbox()
    fleet = Fleet(taken, clock=taken.now)
    for beat in range(1, 1000):
        stopwatch.now = beat / 10
        late = 0.4 if beat % 7 < 3 else 0.0
        for uuid in ["speaks"] + ["falls-silent"] * (beat < 20):
            at = START + stopwatch.now - late
            payload = arrival("realtime", realtime([Row(0, 900, 4.0)], at=at), at).payload
            taken.put(beat, "ack", (f"servicelocation/{uuid}/realtime", payload, at))
        fleet.step()
    assert [row.uuid for row in fleet.view().rows("silent")] == ["falls-silent"]
