"""What did not come stands in a recording, and is counted where it is read."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.connect.recording.lines import BadLine, decode, encode
from smappee_tui.connect.recording.recorder import Recorder
from smappee_tui.connect.recording.replay import ReplaySource, read_recording
from smappee_tui.connect.recording.tape import Tape
from smappee_tui.protocol.received import Gap, Mark, MqttMessage
from tests import payloads as p
from tests.cli.made import house, recording
from tests.said import said


class Line:
    """A source of which only the state is looked at."""

    def __init__(self) -> None:
        self.state = SourceState("connected", p.START)
        self.dropped = Dropped()

    def start(self) -> None: ...
    def close(self) -> None: ...
    def drain(self, limit: int | None = None, /) -> Sequence[MqttMessage | Mark]:
        return ()

    def back(self, at: float) -> None:
        self.state = SourceState("connected", at, reconnects=self.state.reconnects + 1)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path / "r.ndjson")


OTHER = "00000000-0000-4000-8000-000000000002"


def live(at: float, *, sent: float | None = None, uuid: str = p.UUID) -> MqttMessage:
    content = p.realtime(p.busy_rows(3, p.INFINITY, 1), p.INFINITY, at=at if sent is None else sent)
    return MqttMessage(at, p.topic("realtime", uuid), p.raw(content))


def gaps(recorder: Recorder) -> list[Gap]:
    recorder.close()
    return [item for item in read_recording(recorder.path) if isinstance(item, Gap)]


def test_a_line_of_it() -> None:
    gap = Gap(p.START, 33.4, 2, 7, 5, 1)
    assert encode(gap) == (
        b'{"t":1700000000.0,"gap":33.4,"reconnects":2,"dropped":7,"dropped_realtime":5,"dropped_unknown":1}\n'
    )
    assert decode(1, encode(gap)) == gap
    assert decode(1, b'{"t": 5, "gap": 3}') == Gap(5.0, 3.0)
    assert decode(1, b'{"t": 5, "gap": 3, "reconnects": 1, "why": "of a later version"}') == Gap(5.0, 3.0, 1)


@pytest.mark.parametrize("line", [b'{"t":1,"gap":-3}', b'{"t":1,"gap":1e300}', b'{"t":1,"gap":1,"reconnects":-1}'])
def test_a_gap_that_cannot_be(line: bytes) -> None:
    bad = decode(4, line)
    assert isinstance(bad, BadLine)
    assert said(bad.reason) == "the gap has impossible numbers"


def test_a_message_may_bear_the_key_of_a_later_version() -> None:
    assert isinstance(decode(1, b'{"t":1,"topic":"a","payload":"","gap":3}'), MqttMessage)


def test_a_connection_that_was_lost_and_came_back(line: Line, recorder: Recorder) -> None:
    tape = Tape(line, recorder)
    for second in range(5):
        tape.take(live(p.START + second))
    line.back(p.START + 37)
    tape.take(live(p.START + 5))  # it had waited in the queue since before
    tape.take(p.arrival("config", p.config(p.INFINITY), p.START + 37, retain=True))
    tape.take(live(p.START + 38))
    tape.finish(p.START + 39)
    assert gaps(recorder) == [Gap(p.START + 38, 33.0, 1)]
    assert (tape.reconnects, tape.seconds_missing) == (1, 33.0)
    assert recorder.lines == 8, "messages, not gaps"


def test_silence_without_a_lost_connection(line: Line, recorder: Recorder) -> None:
    tape = Tape(line, recorder)
    for at in (0.0, 4.9, 20.0):
        tape.take(live(p.START + at))
    tape.finish(p.START + 80)
    assert gaps(recorder) == [Gap(p.START + 20, 15.1), Gap(p.START + 80, 60.0)]
    assert tape.seconds_missing == pytest.approx(75.1)


def test_what_came_late_is_not_missing(line: Line, recorder: Recorder) -> None:
    """A program that was stopped for a minute: thirty seconds were kept for it, then the broker gave it up."""
    tape = Tape(line, recorder)
    for uuid in (p.UUID, OTHER):
        tape.take(live(p.START, uuid=uuid))
    for second in range(1, 31):
        for uuid in (p.UUID, OTHER):
            tape.take(live(p.START + 60, sent=p.START + second, uuid=uuid))
    line.back(p.START + 61)
    for second in range(61, 64):
        for uuid in (p.UUID, OTHER):
            tape.take(live(p.START + second, uuid=uuid))
    tape.finish(p.START + 64)
    assert gaps(recorder) == [Gap(p.START + 61, 31.0, 1)], "once, of both monitors"
    assert tape.seconds_missing == 31


def test_a_stop_before_anything_was_heard_hides_nothing(line: Line, recorder: Recorder) -> None:
    tape = Tape(line, recorder)
    for second in range(24):
        tape.take(live(p.START + 45, sent=p.START + second))
    line.back(p.START + 46)
    for second in (47, 48, 49):
        tape.take(live(p.START + second))
    tape.finish(p.START + 50)
    assert gaps(recorder) == [Gap(p.START + 47, 24.0, 1)]


def test_a_stop_of_which_only_the_beginning_was_kept(line: Line, recorder: Recorder) -> None:
    tape = Tape(line, recorder)
    tape.take(live(p.START))
    for second in range(1, 31):
        tape.take(live(p.START + 60, sent=p.START + second))
    tape.finish(p.START + 75)
    assert gaps(recorder) == [Gap(p.START + 75, 45.0)]


def test_one_of_two_monitors_is_silent(line: Line, recorder: Recorder) -> None:
    tape = Tape(line, recorder)
    for second in range(40):
        tape.take(live(p.START + second, uuid=OTHER))
        if second in (0, 1, 33):
            tape.take(live(p.START + second))
    assert gaps(recorder) == []


def test_a_clock_that_was_set_is_no_silence(line: Line, recorder: Recorder) -> None:
    tape = Tape(line, recorder)
    for second in range(10):
        tape.take(live(p.START + second + (3600 if second > 4 else 0), sent=p.START + second))
    assert gaps(recorder) == []


def test_a_short_break_is_no_silence_but_a_reconnect(line: Line, recorder: Recorder) -> None:
    tape = Tape(line, recorder)
    tape.take(live(p.START))
    line.back(p.START + 1)
    tape.take(live(p.START + 2))
    assert gaps(recorder) == [Gap(p.START + 2, 2.0, 1)]


def test_what_came_too_fast(line: Line, recorder: Recorder) -> None:
    tape = Tape(line, recorder)
    tape.take(live(p.START))
    line.dropped = Dropped(unknown=3, realtime=4)
    tape.take(live(p.START + 1))
    tape.take(live(p.START + 2))
    assert gaps(recorder) == [Gap(p.START + 1, 0.0, 0, 7, 4, 3)]


def test_nothing_heard_is_no_gap(line: Line, recorder: Recorder) -> None:
    tape = Tape(line, recorder)
    tape.finish(p.START + 60)
    assert gaps(recorder) == []
    assert recorder.lines == 0


def test_a_replay_counts_them_as_its_link(tmp_path: Path) -> None:
    items = house(20)
    written = [*items[:10], Gap(items[10].at, 12.0, 2, 5, 3, 1), *items[10:]]
    bad: list[BadLine] = []
    source = ReplaySource(recording(tmp_path / "r.ndjson", written), on_bad=bad.append)
    source.start()
    assert source.drain() == items
    assert bad == []
    assert (source.state.phase, source.state.reconnects) == ("closed", 2)
    assert source.dropped == Dropped(unknown=1, realtime=3, lasting=1)
    assert source.seconds_missing == 12.0
