from __future__ import annotations

import gzip
import json
import os
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smappee_tui.connect.errors import CannotReadError, CannotWriteError
from smappee_tui.connect.recording.lines import BadLine
from smappee_tui.connect.recording.recorder import Recorder
from smappee_tui.connect.recording.replay import read_recording
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.received import Mark, MqttMessage
from tests.said import said

LOST = fact("recording.bad.lost_after", why=fact("recording.file_cut_off"))

TOPIC = "servicelocation/8133db70-6cb2-4e20-a7ea-4c4457478cc8/realtime"
HOSTILE = "CT [L1] [/L1] \"'\\ \n\r\u2028\u0000é😀</script>"

arrivals = st.builds(
    MqttMessage,
    at=st.floats(0, 4e9),
    topic=st.text(max_size=20),
    payload=st.binary(max_size=40) | st.text(max_size=40).map(str.encode),
    qos=st.integers(0, 2),
    retain=st.booleans(),
)
marks = st.builds(
    Mark,
    at=st.floats(0, 4e9),
    kind=st.sampled_from(["load-on", "load-off"]),
    watts=st.floats(0, 1e5),
    input=st.none() | st.integers(0, 100),
)
items = st.lists(arrivals | marks, max_size=12)


def some(count: int) -> list[MqttMessage | Mark]:
    return [
        MqttMessage(1e9 + n, TOPIC, json.dumps({"n": n, "noise": os.urandom(40).hex()}).encode()) for n in range(count)
    ]


@pytest.fixture(params=["r.ndjson", "r.ndjson.gz"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def record(path: Path, what: list[MqttMessage | Mark], **options: float) -> None:
    with Recorder(path, **options) as recorder:  # type: ignore[arg-type]
        for item in what:
            assert recorder.write(item)


@given(items, st.sampled_from([".ndjson", ".ndjson.gz"]), st.sampled_from([0.0, 1e9]))
def test_what_is_written_reads_back(what: list[MqttMessage | Mark], suffix: str, flush_every: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"r{suffix}")
        record(path, what, flush_every=flush_every)
        assert list(read_recording(path)) == what


def test_the_format_on_disk_is_the_published_one(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    record(
        path,
        [
            MqttMessage(1762293123.105, TOPIC, HOSTILE.encode(), 0, False),
            MqttMessage(2.0, TOPIC, b"\xff\x00", 1, True),
            Mark(1762293160.4, "load-on", 2000, 4),
            Mark(5.0, "load-off", 2000),
        ],
    )
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line] == [
        {"t": 1762293123.105, "topic": TOPIC, "qos": 0, "retain": False, "payload": HOSTILE},
        {"t": 2.0, "topic": TOPIC, "qos": 1, "retain": True, "payload_b64": "/wA="},
        {"t": 1762293160.4, "mark": "load-on", "watts": 2000, "input": 4},
        {"t": 5.0, "mark": "load-off", "watts": 2000, "input": None},
    ]


def test_recordings_of_other_writers(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    path.write_bytes(
        b'\xef\xbb\xbf{"t": 1, "topic": "a", "payload": "x", "new": {"deep": [1]}}\r\n'
        b"\r\n"
        b'{"topic":"b","t":2.5,"payload_b64":"eA==","qos":1.0,"retain":1}\n'
        b'{"t":3,"mark":"load-on","watts":2000,"input":4.0}'
    )
    assert list(read_recording(path)) == [
        MqttMessage(1.0, "a", b"x"),
        MqttMessage(2.5, "b", b"x", 1, True),
        Mark(3.0, "load-on", 2000.0, 4),
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense", b"[]", b"3", b"null", b"{}", b'{"t":1}', b'{"t":"1","topic":"a","payload":""}', b"\x00\x01",
        b'{"t":1,"topic":"a"}', b'{"t":1,"topic":"a","payload":null}', b'{"t":1,"topic":"a","payload":{}}',
        b'{"t":1,"topic":"a","payload":"","qos":7}', b'{"t":1,"topic":"a","payload_b64":"?"}', b"[" * 200_000,
        b'{"t":1,"topic":"a","payload":"\xff"}', b'{"t":1,"topic":"a","payload":"\\ud800"}', b'{"t":1e999,"topic":"a"}',
        b'{"t":1,"x":' + b"[" * 200_000, b'{"t":1,"mark":"dance","watts":1}', b'{"t":1,"mark":"load-on"}',
        b'{"t":1,"mark":"load-on","watts":1,"input":1.5}', b'{"t":1,"mark":"load-on","watts":1,"input":"4"}',
    ],
)  # fmt: skip
def test_a_bad_line_is_numbered_and_skipped(tmp_path: Path, line: bytes) -> None:
    good = b'{"t":1,"topic":"a","payload":""}'
    path = tmp_path / "r.ndjson"
    path.write_bytes(good + b"\n" + line + b"\n" + good + b"\n")
    first, bad, last = read_recording(path)
    assert first == last == MqttMessage(1.0, "a", b"")
    assert isinstance(bad, BadLine)
    assert bad.number == 2
    assert 0 < len(said(bad.reason)) <= 400


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(
            [content, b"\x1f\x8b" + content, gzip.compress(content), gzip.compress(b"") + content]
        ):
            path = Path(folder, str(number))
            path.write_bytes(data)
            list(read_recording(path))


def test_an_overlong_line_is_skipped_without_being_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smappee_tui.connect.recording.replay.LONGEST_LINE", 1024 * 1024)
    what = some(2)
    record(path, [what[0], MqttMessage(5.0, "big", b"x" * 3_000_000), what[1]])
    assert list(read_recording(path)) == [what[0], BadLine(2, fact("recording.bad.too_long", mebibytes=1)), what[1]]


@pytest.fixture(scope="module")
def packed() -> tuple[list[MqttMessage | Mark], bytes]:
    """A recording flushed at every line, and its bytes."""
    what = some(40)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "r.ndjson.gz")
        record(path, what, flush_every=0.0)
        return what, path.read_bytes()


@given(data=st.data())
@settings(max_examples=200)
def test_a_cut_loses_only_the_tail(packed: tuple[list[MqttMessage | Mark], bytes], data: st.DataObject) -> None:
    what, whole = packed
    cut = data.draw(st.integers(2, len(whole) - 1))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "r.ndjson.gz")
        path.write_bytes(whole[:cut])
        *good, bad = read_recording(path)
    assert good == what[: len(good)]
    readable = zlib.decompressobj(31).decompress(whole[:cut]).count(b"\n")
    assert len(good) in (readable, readable + 1)  # one more where only the line feed is missing
    assert bad == BadLine(len(good) + 1, LOST)


@given(data=st.data())
def test_damage_loses_nothing_before_it(packed: tuple[list[MqttMessage | Mark], bytes], data: st.DataObject) -> None:
    what, whole = packed
    place = data.draw(st.integers(20, len(whole) - 1))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "r.ndjson.gz")
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        got = list(read_recording(path))
    before = zlib.decompressobj(31).decompress(whole[:place]).count(b"\n")
    assert got[:before] == what[:before]
    assert any(isinstance(item, BadLine) for item in got)


def test_a_plain_file_cut_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    what = some(3)
    record(path, what)
    path.write_bytes(path.read_bytes()[:-20])
    *good, bad = read_recording(path)
    assert good == what[:2]
    assert isinstance(bad, BadLine)
    assert bad.number == 3


def test_gzip_files_in_a_row_and_padding(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson.gz"
    line = b'{"t":1,"topic":"a","payload":""}\n'
    path.write_bytes(gzip.compress(line) + gzip.compress(line) + bytes(200_000))
    assert list(read_recording(path)) == [MqttMessage(1.0, "a", b"")] * 2


def test_a_recording_can_be_read_while_it_is_written(path: Path) -> None:
    times: Iterator[float] = iter(range(100))
    what = some(5)
    recorder = Recorder(path, flush_every=2.0, clock=lambda: next(times))
    for item in what:
        recorder.write(item)
    recorder.flush()
    got = list(read_recording(path))
    assert got[:5] == what
    recorder.close()
    recorder.close()
    assert list(read_recording(path)) == what
    assert (recorder.state, recorder.lines, recorder.size) == ("closed", 5, path.stat().st_size)
    assert not recorder.write(what[0])


@pytest.mark.parametrize("limit", [0, 1, 500, 5_000, 20_000])
def test_the_size_limit_is_kept_and_the_file_stays_whole(path: Path, limit: int) -> None:
    what = some(400)
    with Recorder(path, limit_bytes=limit) as recorder:
        taken = sum(recorder.write(item) for item in what)
        assert recorder.state == "full"
        assert str(limit) in said(recorder.reason)
        assert recorder.lines == taken
    assert path.stat().st_size <= max(limit, 30)  # an empty gzip file has 20 bytes
    assert list(read_recording(path)) == what[:taken]
    if limit >= 5_000:
        assert path.stat().st_size > limit * 0.8


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_ends_the_recording_and_nothing_else() -> None:
    recorder = Recorder("/dev/full", overwrite=True)
    assert not recorder.write(some(1)[0])
    assert recorder.state == "full"
    assert recorder.reason
    recorder.close()
    assert recorder.state == "full"


def test_a_full_disk_in_the_middle_keeps_whole_lines(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    what = some(20)
    recorder = Recorder(path, flush_every=0.0)
    for item in what[:10]:
        assert recorder.write(item)
    disk = recorder._file

    class Full:
        def write(self, data: memoryview) -> int:
            if disk.tell() % 7 == 0 or len(data) < 4:
                raise OSError(28, "No space left on device")
            return disk.write(data[: len(data) // 2])

        def __getattr__(self, name: str) -> object:
            return getattr(disk, name)

    monkeypatch.setattr(recorder, "_file", Full())
    assert not recorder.write(what[10])
    assert recorder.state == "full"
    got = list(read_recording(path))
    assert got[:10] == what[:10]
    assert all(isinstance(item, BadLine) for item in got[10:])
    assert recorder.lines == 10


def test_no_recording_is_overwritten_by_accident(path: Path, tmp_path: Path) -> None:
    record(path, some(1))
    with pytest.raises(CannotWriteError, match=r"recording\.exists"):
        Recorder(path)
    Recorder(path, overwrite=True).close()
    for bad in (tmp_path, tmp_path / "missing" / "r.ndjson"):
        with pytest.raises(CannotWriteError):
            Recorder(bad, overwrite=True)


def test_an_unreadable_file_is_a_typed_error_at_once(tmp_path: Path) -> None:
    for bad in (tmp_path, tmp_path / "missing.ndjson"):
        with pytest.raises(CannotReadError):
            read_recording(bad)
    empty = tmp_path / "empty.ndjson.gz"
    empty.touch()
    assert list(read_recording(empty)) == []
