import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

import smappee_tui.cli.check
from smappee_tui.app.watch import LinkCounts
from smappee_tui.cli.check.document import check_document
from smappee_tui.cli.values import as_text, iso, number
from smappee_tui.connect.message_source import Dropped
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Judgement, PhaseBalance, PhaseVerdict, Subject
from smappee_tui.protocol.fact import fact
from tests import payloads as p
from tests.cli.made import house, seen_of

SCHEMA = json.loads((Path(smappee_tui.cli.check.__file__).parent / "check.schema.json").read_text(encoding="utf-8"))

MOVED = fact("verdicts.wrong_phase", there="L3", phase="L2")
SEEN = fact("evidence.in_step", seconds=50, steps=4, phase="L3")
FITS = fact("evidence.rested", amps=2.3, watts=508, seconds=40, factor=0.96)
COST = fact("findings.cost_of_wrong_phase")
JUDGED = Judgement(
    supply="star",
    phases=(PhaseVerdict(0, 230.04, "ok"), PhaseVerdict(1, None, "missing"), PhaseVerdict(2, 229.0, "reference")),
    channels={
        0: ChannelVerdict(0, "ok", fact("verdicts.ok", phase="L1"), 0.99987, evidence=(FITS,)),
        1: ChannelVerdict(1, "wrong_phase", MOVED, 0.98, 2, (SEEN,), fact("advice.configure_phase")),
        2: ChannelVerdict(2, "no_current", fact("verdicts.no_current"), 0.5),
        3: ChannelVerdict(3, "reversed", fact("verdicts.reversed"), 1.0),
        5: ChannelVerdict(5, "unused", fact("verdicts.unused"), math.nan),
    },
    findings=(
        Finding(
            "ct-wrong-phase",
            "fault",
            Subject("channel", 1),
            (SEEN,),
            channels=(1,),
            params={"input": 1, "name": "grid 1", "is": MOVED, "advice": fact("advice.configure_phase"), "cost": COST},
        ),
        Finding("monitor-restarted", "info", Subject("monitor"), params={"count": 1}),
    ),
)


BALANCE = (
    PhaseBalance(0, 1234.04, 931.0, 751.0, 1414.04, "ok"),
    PhaseBalance(1, 469.0, 0.0, 980.0, -511.0, "impossible"),
    PhaseBalance(2, 681.0, 0.0, 0.0, math.nan, "unchecked"),
)
SIZED = replace(
    JUDGED,
    channels=JUDGED.channels
    | {
        2: ChannelVerdict(2, "inconclusive", fact("verdicts.inconclusive"), 0.0, size="doubtful"),
        3: ChannelVerdict(3, "wrong_ratio", fact("verdicts.wrong_ratio", factor=2.0), 0.99, size="wrong"),
    },
    balance=BALANCE,
)
"""The same with a balance that does not add up, and sizes that nobody believes."""


def valid(document: object) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


@pytest.mark.parametrize("dialect", p.DIALECTS)
def test_the_document_has_exactly_the_promised_keys(dialect: str) -> None:
    document = check_document(seen_of(house(dialect=dialect), JUDGED))
    valid(document)
    assert list(document) == [
        "schema", "monitor", "observed", "supply", "balance", "limits", "channels", "plugs", "sensors", "findings",
        "corrections", "summary", "automations", "health", "link", "chosen", "witness", "limits_unchecked",
    ]  # fmt: skip
    assert list(document["channels"][0]) == [
        "input", "hub", "name", "role", "connection", "configured_phase", "reversed", "amps", "watts", "volts", "pf",
        "verdict", "actual_phase", "confidence", "evidence", "advice", "watching", "size", "findings",
    ]  # fmt: skip
    assert list(document["plugs"][0])[:7] == ["node", "name", "serial", "connection", "state", "since", "verdict"]
    assert list(document["sensors"][0])[:7] == [
        "sensor", "serial", "battery", "temperature", "humidity", "last_seen", "verdict",
    ]  # fmt: skip
    assert list(document["findings"][0]) == [
        "code", "severity", "subject", "title", "evidence", "advice", "params", "channels",
    ]  # fmt: skip
    assert document["monitor"] == {
        "uuid": p.UUID,
        "serial": p.SERIALS[dialect],
        "product": "Infinity (Genius)" if dialect == p.INFINITY else "Pro/Plus",
        "firmware": p.FIRMWARE[dialect],
        "dialect": dialect,
    }
    assert document["summary"] == {"fault": 1, "warning": 0, "info": 1, "undecided": 2}


def test_observed_is_the_receiving_clock_of_the_messages() -> None:
    assert check_document(seen_of(house(20)))["observed"] == {
        "from": "2023-11-14T22:13:20.000Z",
        "to": "2023-11-14T22:13:40.250Z",
        "seconds": 20.2,
        "realtime_messages": 20,
        "bad_messages": 0,
        "longest_gap": 1,
    }


def test_the_balance_of_each_phase() -> None:
    document = check_document(seen_of(house(), SIZED))
    valid(document)
    keys = ("phase", "grid", "production", "circuits", "unmetered", "verdict")
    assert [tuple(entry[key] for key in keys) for entry in document["balance"]] == [
        ("L1", 1234, 931, 751, 1414, "ok"),
        ("L2", 469, 0, 980, -511, "impossible"),
        ("L3", 681, 0, 0, None, "unchecked"),
    ]
    assert [channel["size"] for channel in document["channels"]] == [
        "unchecked", "unchecked", "doubtful", "wrong", "unchecked", "unchecked",
    ]  # fmt: skip
    assert check_document(seen_of(house(), JUDGED))["balance"] == []


def test_what_is_to_be_set_otherwise() -> None:
    other = ChannelVerdict(2, "wrong_phase", MOVED, 0.98, 1, (SEEN,))
    document = check_document(seen_of(house(), replace(JUDGED, channels=JUDGED.channels | {2: other})))
    valid(document)
    wanted = [(1, "L3", True), (2, "L2", False), (3, "L1", True)]
    assert [(one["input"], one["set"]["phase"], one["set"]["reversed"]) for one in document["corrections"]] == wanted
    first = document["corrections"][0]
    assert list(first) == ["input", "hub", "now", "set", "confidence"]
    assert first["now"] == {"phase": "L2", "reversed": True, "role": "CONSUMPTION"}
    assert first["set"] == {"phase": "L3", "reversed": True}
    assert check_document(seen_of(house(), Judgement()))["corrections"] == []


def test_half_of_a_pair_is_not_set_otherwise() -> None:
    """Input 1 sits on L3, to which input 2 is set: where that one sits nobody knows yet."""
    assert [one["input"] for one in check_document(seen_of(house(), JUDGED))["corrections"]] == [3]


def test_a_channel_names_the_findings_that_speak_of_it() -> None:
    pair = Finding("ct-reversed", "fault", Subject("supply"), channels=(0, 3), params=JUDGED.findings[0].params)
    document = check_document(seen_of(house(), replace(JUDGED, findings=(*JUDGED.findings, pair))))
    assert [channel["findings"] for channel in document["channels"]] == [[2], [0], [], [2], [], []]


def test_the_link_is_counted() -> None:
    cut = [i for i in house(20) if not p.START + 10 < i.at < p.START + 40]
    late = [*cut, *house(5, start=p.START + 40)[7:]]
    bad = p.arrival("realtime", "no measurement", p.START + 60)
    seen = seen_of([*late, bad])
    document = check_document(replace(seen, link=LinkCounts(reconnects=2, dropped=Dropped(realtime=7))))
    valid(document)
    quiet = check_document(seen_of(house()))["link"]
    assert not any(quiet.values())
    # 32 s in the middle, and 14.75 s from the last measurement to the last message.
    assert document["link"] == quiet | {
        "reconnects": 2, "seconds_missing": 46.8, "dropped": 7, "dropped_realtime": 7, "unreadable": 1
    }  # fmt: skip
    assert document["witness"] is None
    assert check_document(replace(seen, link=None))["link"] is None


def test_channels_say_what_was_judged() -> None:
    channels = check_document(seen_of(house(), JUDGED))["channels"]
    assert [channel["verdict"] for channel in channels] == [
        "ok", "wrong_phase", "no_current", "reversed", "inconclusive", "unused",
    ]  # fmt: skip
    assert channels[1]["configured_phase"] == "L2"
    assert channels[1]["actual_phase"] == "L3"
    assert channels[1]["reversed"] is True
    assert channels[1]["advice"] == "Configure the phase of this input in the app."
    assert channels[2]["advice"] is None
    assert channels[3]["name"] == "Roof"
    assert channels[4] == channels[4] | {"confidence": 0, "evidence": [], "hub": f"{p.HUB.format(1)}/0"}
    # Certainty is said only of what is certain, and what is no number at all is no number.
    assert [channels[n]["confidence"] for n in (0, 1, 3)] == [0.999, 0.98, 1]


def test_without_a_configuration_everything_is_undecided_and_nothing_is_made_up() -> None:
    items = [item for item in house() if "onfig" not in item.topic]
    document = check_document(seen_of(items))
    valid(document)
    assert document["monitor"] == {
        "uuid": p.UUID, "serial": None, "product": "unknown", "firmware": None, "dialect": "infinity",
    }  # fmt: skip
    assert {channel["verdict"] for channel in document["channels"]} == {"inconclusive"}
    assert {channel["name"] for channel in document["channels"]} == {""}
    assert document["summary"]["undecided"] == 6


def test_without_realtime_the_configuration_is_there() -> None:
    document = check_document(seen_of(house(0)))
    valid(document)
    assert len(document["channels"]) == 6
    assert document["channels"][0]["amps"] is None


def test_plugs_and_sensors() -> None:
    document = check_document(seen_of(house()))
    promised = [{key: plug[key] for key in list(plug)[:7]} for plug in document["plugs"]]
    assert promised == [
        {
            "node": 11,
            "name": "Boiler",
            "serial": "4006990001",
            "connection": "UNREACHABLE",
            "state": "ON",
            "since": "2023-11-14T22:13:20.000Z",
            "verdict": "unreachable",
        },
        {"node": 12, "name": "Lamp", "serial": None, "connection": None, "state": None, "since": None,
         "verdict": "silent"},
    ]  # fmt: skip
    assert [{key: sensor[key] for key in list(sensor)[:7]} for sensor in document["sensors"]] == [
        {
            "sensor": 301,
            "serial": "3004990301",
            "battery": 12,
            "temperature": 21.4,
            "humidity": 48,
            "last_seen": "2023-11-14T22:13:20.500Z",
            "verdict": "battery_low",
        }
    ]


def test_a_reading_that_the_broker_remembered_is_as_old_as_it_says() -> None:
    content = p.aggregated_gas_water(end=p.START - 86400)
    document = check_document(seen_of([*house(1), p.arrival("aggregatedGW", content, p.START + 9, retain=True)]))
    assert document["sensors"][0]["last_seen"] == "2023-11-13T22:13:20.000Z"


def test_absurd_times_and_numbers_are_left_out() -> None:
    wild = p.arrival("plug/11/state", p.plug_value("ON", since=1e300), p.START)
    node = p.arrival("plug/kitchen/state", p.plug_value("ON"), p.START)
    document = check_document(seen_of([*house(1), wild, node]))
    valid(document)
    assert document["plugs"][0]["since"] is None
    assert document["plugs"][2]["node"] == "kitchen"


def test_names_cannot_steer_a_terminal_and_come_back_as_they_were() -> None:
    name = "\x1b[2J\x9b31m\u202eabc\u2028\x7f “é漢”"
    inputs = [p.Channel(0, "CONSUMPTION", "GRID", 0, name)]
    items = [p.arrival(p.channel_topic(p.TWENTY), p.channel_config(inputs, p.TWENTY)), *house(2, p.TWENTY)[7:]]
    document = check_document(seen_of(items))
    for ascii_only in (False, True):
        text = as_text(document, ascii_only=ascii_only)
        assert json.loads(text) == document
        assert not set(text) & set("\x1b\x9b\u202e\u2028\x7f")
        assert ("漢" in text) is not ascii_only


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [(None, 1, None), (math.nan, 1, None), (math.inf, 1, None), (230.04, 1, 230), (0.126, 2, 0.13), (-0.04, 1, 0)],
)
def test_numbers(value: float | None, digits: int, written: float | None) -> None:
    assert number(value, digits) == written
    assert str(number(value, digits)) == str(written)


def test_times() -> None:
    assert iso(0.0) == "1970-01-01T00:00:00.000Z"
    assert iso(None) is iso(math.nan) is iso(1e20) is None
