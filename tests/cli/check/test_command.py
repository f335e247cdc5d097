import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smappee_tui.app.session import Session
from smappee_tui.app.watch import Spans, observe, watch_live
from smappee_tui.cli.check.document import check_document
from smappee_tui.cli.check.result import tell
from smappee_tui.cli.check.text import check_text
from smappee_tui.cli.exits import FailedError
from smappee_tui.cli.values import as_text
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.message_source import SourceState
from smappee_tui.connect.mqtt_connection import too_large
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Judgement, Subject
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.received import Gap, Mark, MqttMessage
from tests import payloads as p
from tests.cli.check.test_document import valid
from tests.cli.made import SPEC, FakeLink, house, recording
from tests.cli.run import run

OK = fact("verdicts.ok", phase="L1")
MARKS = [Mark(p.START + 5, "load-on", 2000.0, 4), Mark(p.START + 12, "load-off", 2000.0, 4)]


def mixed(seconds: int = 30) -> list[object]:
    """A watch with marks and with a message that cannot be read."""
    items: list[object] = [*house(seconds), *MARKS, p.arrival("realtime", b'{"broken', p.START + 3)]
    return sorted(items, key=lambda item: item.at)  # type: ignore[attr-defined]


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    return recording(tmp_path / "r.ndjson", mixed())  # type: ignore[arg-type]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every channel is judged well, whatever the diagnosis thinks of made-up loads."""
    said = {n: ChannelVerdict(n, "ok", OK, 0.99) for n in range(6)}
    monkeypatch.setattr(Session, "judgement", lambda self: Judgement(channels=said))


def test_json_goes_to_stdout_and_nothing_else(tape: Path) -> None:
    ran = run("check", "--replay", tape, "--json")
    document = json.loads(ran.out)
    assert document["observed"]["realtime_messages"] == 30
    assert document["observed"]["bad_messages"] == 1
    assert [channel["input"] for channel in document["channels"]] == list(range(6))
    assert ran.err == ""


def test_the_same_recording_gives_the_same_bytes(tape: Path, tmp_path: Path) -> None:
    packed = tmp_path / "again.ndjson.gz"
    packed.write_bytes(gzip.compress(tape.read_bytes()))
    first = run("check", "--replay", tape, "--json")
    assert first == run("check", "--replay", tape, "--json") == run("check", "--replay", packed, "--json")


@pytest.mark.parametrize("seconds", [0.2, 1.0, 7.3])
def test_live_and_replay_give_the_same_document(tape: Path, seconds: float) -> None:
    link = FakeLink(mixed())  # type: ignore[arg-type]
    spans = Spans()
    session = Session(link, keep=spans.note)
    # Pieces as they happen to come, not those of the recording.
    watch_live(session, 40, clock=link.clock, pause=lambda _: link.pause(seconds))
    seen = observe(session, spans)
    assert seen is not None
    assert run("check", "--replay", tape, "--json").out == as_text(check_document(seen)) + "\n"


def test_the_silence_at_the_end_is_missing_too(tmp_path: Path) -> None:
    path = recording(tmp_path / "r.ndjson", [*house(20), Gap(p.START + 80, 60.0)])
    assert json.loads(run("check", "--replay", path, "--json").out)["link"]["seconds_missing"] == 59.8
    short = run("check", "--replay", path, "--json", "--for", "15")
    assert json.loads(short.out)["link"]["seconds_missing"] == 0
    link, spans = FakeLink(house(20)), Spans()
    session = Session(link, keep=spans.note)
    watch_live(session, 70, clock=link.clock, pause=link.pause)
    seen = observe(session, spans, link.time)
    assert seen is not None
    assert seen.missing == pytest.approx(49.8, abs=0.3)
    assert "50 s without measurements" in " ".join(check_text(seen).split())


def test_nothing_heard_is_a_whole_document_with_nothing_in_it(tape: Path, tmp_path: Path) -> None:
    ran = run("check", "--replay", recording(tmp_path / "e.ndjson", []), "--json")
    assert ran.code == 4
    assert "No Smappee monitor speaks in" in ran.err
    assert "A recording is what `smappee-tui record` writes" in ran.err
    assert "broker" not in ran.err
    nothing, some = json.loads(ran.out), json.loads(run("check", "--replay", tape, "--json").out)
    for part in ("monitor", "observed", "supply", "summary", "automations", "health", "link"):
        assert nothing[part].keys() == some[part].keys()
    assert nothing.keys() == some.keys()
    valid(nothing)
    assert (nothing["schema"], nothing["channels"], nothing["findings"]) == ("smappee-tui/check/2", [], [])
    assert (nothing["monitor"]["uuid"], nothing["observed"]["from"], nothing["observed"]["to"]) == ("", None, None)
    other = run("check", "--replay", tape, "--json", "--location", "5010000000")
    assert (other.code, json.loads(other.out)) == (4, nothing)


class Refusing(FakeLink):
    """A broker that began to send what no monitor sends."""

    @property
    def state(self) -> SourceState:
        return replace(super().state, too_large=too_large(200_000_000, "x/big", BrokerAddress("10.0.0.7", 1883)))


def test_what_was_refused_is_the_reason_where_nothing_was_heard_and_is_said_where_something_was(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words: dict[str, Any] = {"source": "10.0.0.7", "finished": True, "more": lambda seen: seen}
    with pytest.raises(FailedError, match="packet_large"):
        tell(Session(Refusing()), Spans(), as_json=True, **words)
    assert capsys.readouterr().out == ""
    spans = Spans()
    session = Session(Refusing(), keep=spans.note)
    for item in house(20):
        session.process(item)
    assert tell(session, spans, as_json=False, **words) == 4
    assert "200 MB (topic x/big)" in capsys.readouterr().err


def test_bad_lines_are_named_and_the_rest_counts(tmp_path: Path) -> None:
    items = house(20)
    path = recording(tmp_path / "r.ndjson", [*items[:10], b"{", *items[10:], b"\x00\xff", b'{"t": 1'])
    ran = run("check", "--replay", path, "--json")
    assert json.loads(ran.out)["observed"]["realtime_messages"] == 20
    assert ran.err.count("is skipped") == 3
    assert f"{path}, line 11 is skipped: " in ran.err


def test_many_bad_lines_are_counted(tmp_path: Path) -> None:
    ran = run("check", "--replay", recording(tmp_path / "r.ndjson", [*house(3), *[b"\x1b[2Jnonsense"] * 500]))
    assert ran.err.count("is skipped") == 10
    assert "500 lines skipped in all." in ran.err
    assert "\x1b" not in ran.err + ran.out


def test_only_the_first_seconds(tape: Path) -> None:
    assert json.loads(run("check", "--replay", tape, "--for", "10", "--json").out)["observed"] == {
        "from": "2023-11-14T22:13:20.000Z",
        "to": "2023-11-14T22:13:29.250Z",
        "seconds": 9.2,
        "realtime_messages": 9,
        "bad_messages": 1,
        "longest_gap": 1,
    }


def test_exit_code_without_fault(tape: Path, judged: None) -> None:
    assert run("check", "--replay", tape).code == 0


def test_exit_code_of_an_undecided_channel(tape: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {n: ChannelVerdict(n, "ok", OK, 0.99) for n in range(5)}  # nothing is said of input 5
    monkeypatch.setattr(Session, "judgement", lambda self: Judgement(channels=said))
    assert run("check", "--replay", tape).code == 4


@pytest.mark.parametrize(
    "judgement",
    [
        Judgement(channels={0: ChannelVerdict(0, "reversed", fact("verdicts.reversed"), 0.99)}),
        Judgement(findings=(Finding("supply-mismatch", "fault", Subject("supply")),)),
    ],
)
def test_exit_code_of_a_fault(tape: Path, monkeypatch: pytest.MonkeyPatch, judgement: Judgement) -> None:
    monkeypatch.setattr(Session, "judgement", lambda self: judgement)
    assert run("check", "--replay", tape).code == 1


def test_a_warning_is_no_fault(tape: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {n: ChannelVerdict(n, "unused" if n == 5 else "ok", OK, 0.99) for n in range(6)}
    finding = Finding("monitor-status", "warning", Subject("monitor"), params={"status": 4.0})
    judgement = Judgement(channels=said, findings=(finding,))
    monkeypatch.setattr(Session, "judgement", lambda self: judgement)
    assert run("check", "--replay", tape).code == 0


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    ran = run("check", "--replay", tmp_path / "none.ndjson", "--json")
    assert (ran.code, ran.out) == (3, "")
    assert "none.ndjson cannot be read" in ran.err
    empty = run("check", "--replay", recording(tmp_path / "e.ndjson", []))
    assert (empty.code, empty.out) == (4, "")
    assert "No Smappee monitor speaks in" in empty.err


def test_messages_of_others_are_told_apart(tmp_path: Path) -> None:
    foreign = b'{"t": 1700000000, "topic": "zigbee2mqtt/lamp", "payload": "{}"}'
    ran = run("check", "--replay", recording(tmp_path / "r.ndjson", [foreign]))
    assert ran.code == 4
    assert "none of a Smappee monitor" in ran.err


def test_a_monitor_without_channels_is_not_judged(tmp_path: Path) -> None:
    assert run("check", "--replay", recording(tmp_path / "r.ndjson", house()[:1])).code == 4


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two monitors on one broker; the second one speaks longer."""
    other = house(25, p.TWENTY, uuid=p.OTHER_UUID)
    both = sorted([*house(15), *other], key=lambda item: item.at)
    return recording(tmp_path / "two.ndjson", both)


def test_of_several_always_the_same_one_and_why(two: Path) -> None:
    ran = run("check", "--replay", two, "--json")
    document = json.loads(ran.out)
    assert document["monitor"]["uuid"] == p.OTHER_UUID
    assert document["chosen"] == {"by": "most-channels", "others": 1}
    assert "2 monitors speak there; this is 2004990017, which has the most inputs (6)" in ran.err


@pytest.mark.parametrize("name", [p.UUID, p.UUID.upper(), p.SERIALS[p.INFINITY], p.UUID[:6]])
def test_or_the_one_that_is_named(two: Path, name: str) -> None:
    ran = run("check", "--replay", two, "--json", "--location", name)
    document = json.loads(ran.out)
    assert document["monitor"]["serial"] == p.SERIALS[p.INFINITY]
    assert document["observed"]["realtime_messages"] == 15
    assert document["observed"]["to"] == "2023-11-14T22:13:35.250Z"
    assert ran.err == ""


def test_a_beginning_that_fits_several_is_refused(tmp_path: Path) -> None:
    twin = p.UUID[:8] + p.OTHER_UUID[8:]
    path = recording(tmp_path / "r.ndjson", sorted([*house(), *house(uuid=twin)], key=lambda item: item.at))
    ran = run("check", "--replay", path, "--location", p.UUID[:8])
    assert (ran.code, ran.out) == (2, "")
    assert p.UUID in ran.err
    assert twin in ran.err
    assert run("check", "--replay", path, "--location", p.UUID[:9]).code == (2 if twin[8] == p.UUID[8] else 4)
    assert "chosen" in run("check", "--replay", path, "--location", p.UUID, "--json").out


def test_one_that_was_not_heard(two: Path) -> None:
    ran = run("check", "--replay", two, "--location", "5019999999")
    assert (ran.code, ran.out) == (4, "")
    assert "Nothing was heard of 5019999999" in ran.err
    assert "5010990023, 2004990017" in ran.err


@pytest.mark.parametrize("word", ["metered", "unmetered", "none", "unknown"])
def test_generation_reaches_the_diagnosis(tape: Path, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    heard: list[object] = []
    begin = Session.__init__

    def spy(self: Session, *args: object, **wishes: object) -> None:
        heard.append(wishes["generation"])
        begin(self, *args, **wishes)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "__init__", spy)
    run("check", "--replay", tape, "--generation", word)
    assert heard == [word]
    assert type(heard[0]) is str


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["check"], "smappee-tui check HOST"),
        (["check", "host", "--replay", "x"], "Leave out one"),
        (["check", "--replay", "x", "--for", "0"], "above 0"),
        (["check", "--replay", "x", "--for", "nan"], "no number"),
        (["check", "--replay", "x", "--generation", "solar"], "metered"),
        (["check", "a b"], "no host name"),
        (["check", "user:secret@host"], "password does not belong"),
        (["check", "host", "--cafile", "x"], "--tls"),
        (["check", "host", "--port", "70000"], "65535"),
    ],
)
def test_misuse_is_told_in_plain_words(words: list[str], hint: str) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert hint in ran.err
    assert "secret" not in ran.err
    assert "Traceback" not in ran.err


def test_a_changed_spec_is_what_the_tests_think() -> None:
    assert len(SPEC.split()) == 6


@pytest.mark.parametrize(
    "items",
    [
        [p.arrival("config", p.config()), p.arrival("channelConfig", {"inputChannels": []})],
        [p.arrival("config", p.config(), retain=True)],
        [p.arrival("power", {"activePowerData": [1, 2]}, p.START + n) for n in range(20)],
        [p.arrival("channelConfig", p.channel_config("unused:0 unused:0"))],
        [
            p.arrival("channelConfig", p.channel_config("unused:0 unused:0")),
            *(p.arrival("realtime", p.realtime([p.Row(0), p.Row(1)], at=p.START + n), p.START + n) for n in range(9)),
        ],
    ],
)
def test_nothing_configured_or_heard_is_not_well(tmp_path: Path, items: list[MqttMessage]) -> None:
    ran = run("check", "--replay", recording(tmp_path / "r.ndjson", items))
    assert ran.code == 4


def test_a_row_that_names_no_input_leaves_a_channel_unjudged(tape: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {n: ChannelVerdict(n, "ok", OK, 0.99) for n in range(6)}
    finding = Finding("config-row", "warning", Subject("monitor"), params={"count": 1})
    monkeypatch.setattr(Session, "judgement", lambda self: Judgement(channels=said, findings=(finding,)))
    assert run("check", "--replay", tape).code == 4


def test_what_a_recording_says_of_its_link_is_told(tmp_path: Path) -> None:
    items = house(20)
    path = recording(tmp_path / "r.ndjson", [*items[:12], Gap(items[12].at, 3.0, 2, 7, 5, 1), *items[12:]])
    link = json.loads(run("check", "--replay", path, "--json").out)["link"]
    assert (link["reconnects"], link["dropped"], link["dropped_realtime"]) == (2, 7, 5)
