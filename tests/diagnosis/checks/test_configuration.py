"""Configurations that cannot be used as they stand: told with a next step, and no verdict rests on them."""

from __future__ import annotations

from typing import Any

import pytest

from smappee_tui.i18n import Translator
from tests import payloads as p
from tests.diagnosis.checks.scene import Watched

SPEC = "grid:0 grid:1 grid:2"


def watched(content: Any, *, dialect: str = p.TWENTY, seconds: float = 30) -> Watched:
    house = Watched(dialect=dialect).say("config", p.config(dialect), retain=True)
    if content is not None:
        house.say(p.channel_topic(dialect), content, retain=True)
    house.aggregates = False
    return house.run(seconds)


def codes(house: Watched) -> set[str]:
    return {finding.code for finding in house.judgement.findings}


def judged(house: Watched) -> set[int]:
    """Inputs of which something is said, or would be if anything changed: nothing else is held against them."""
    channels = house.judgement.channels.items()
    return {n for n, said in channels if said.title.code in ("verdicts.ok", "verdicts.inconclusive")}


def twenty(change: Any) -> dict[str, Any]:
    content = p.channel_config(SPEC)
    change(content["inputChannels"])
    return content


def test_a_sound_one_is_nothing_to_tell() -> None:
    house = watched(p.channel_config(SPEC))
    assert codes(house) == set()
    assert judged(house)


@pytest.mark.parametrize(
    ("dialect", "content"),
    [
        (p.TWENTY, {"inputChannels": []}),
        (p.INFINITY, {"dataProcessingSpecification": {"dataSources": [], "measurements": []}}),
        (p.INFINITY, {"dataProcessingSpecification": {"phaseType": "THREE_STAR", "dataSources": None}}),
    ],
)
def test_an_empty_list(dialect: str, content: Any) -> None:
    house = watched(content, dialect=dialect)
    assert codes(house) == {"config-empty"}
    assert "app" in house.text("config-empty").advice
    assert judged(house) == set()


def test_no_configuration_at_all() -> None:
    assert codes(watched(None, seconds=5)) == set()
    house = watched(None)
    assert codes(house) == {"config-missing"}
    house.say("channelConfig", p.channel_config(SPEC), retain=True).run(5)
    assert codes(house) == set()


def test_an_input_that_two_rows_claim_is_not_judged() -> None:
    house = watched(twenty(lambda rows: rows[2].update(ctInput=1)))
    finding = house.finding("config-twice")
    assert (finding.severity, finding.channels, finding.subject) == ("warning", (1,), ("channel", 1))
    assert judged(house) <= {0}
    assert house.judgement.channels[1].title.code == "verdicts.disputed"
    assert "phase-mismatch" not in codes(house)


def test_two_rows_that_say_the_same_are_only_told() -> None:
    house = watched(twenty(lambda rows: rows.append(dict(rows[1]))))
    assert house.finding("config-twice").severity == "info"
    assert 1 in judged(house)


def test_a_row_without_a_number() -> None:
    house = watched(twenty(lambda rows: rows[1].pop("ctInput")))
    assert house.finding("config-row").channels == (1,)
    assert 1 not in judged(house)
    assert 0 in judged(house)


@pytest.mark.parametrize("phase", [-1, 3, 7, "N", 1.5])
def test_a_phase_that_does_not_exist(phase: Any) -> None:
    house = watched(twenty(lambda rows: rows[1].update(phase=phase)))
    assert house.finding("config-phase").channels == (1,)
    told = house.text("config-phase")
    assert "names L2 for input 1" in " ".join(told.evidence)
    assert "L1, L2 or L3" in told.advice
    assert 1 not in judged(house)


def test_an_unused_input_may_be_anywhere() -> None:
    content = p.channel_config(f"{SPEC} unused:0 unused:0")
    for row in content["inputChannels"][3:]:
        row["phase"] = -1
    assert codes(watched(content)) == set()


def test_phases_counted_from_one_prove_nothing() -> None:
    house = watched(twenty(lambda rows: [row.update(phase=row["phase"] + 1) for row in rows]))
    assert "config-phase" in codes(house)
    assert judged(house) == set()


def test_an_infinity_without_data_sources() -> None:
    house = watched(p.channel_config(SPEC, p.INFINITY, dataSources=[]), dialect=p.INFINITY)
    assert codes(house) == {"config-no-ct"}
    assert judged(house) == set()


@pytest.mark.parametrize("last", p.DIALECTS)
def test_a_configuration_left_over_is_told_with_its_date(last: str) -> None:
    old = p.channel_config("grid:1 grid:0 grid:2") | {"utcTimeStamp": 1_600_000_000_000}
    told = {p.TWENTY: old, p.INFINITY: p.channel_config(SPEC, p.INFINITY)}
    house = Watched(dialect=p.INFINITY).say("config", p.config(p.INFINITY), retain=True)
    for dialect in sorted(told, key=lambda one: one == last):
        house.say(p.channel_topic(dialect), told[dialect], retain=True)
    house.aggregates = False
    house.run(30)
    assert house.finding("config-left-over").severity == "info"
    assert "2020-09-13" in house.text("config-left-over").title
    assert codes(house) == {"config-left-over"}
    assert judged(house)


def test_another_monitors_alone_is_not_judged_by() -> None:
    house = Watched(dialect=p.INFINITY).say("config", p.config(p.INFINITY), retain=True)
    house.say("channelConfig", p.channel_config(SPEC) | {"utcTimeStamp": 1_600_000_000_000}, retain=True)
    house.aggregates = False
    house.run(30)
    assert house.finding("config-left-over").severity == "warning"
    assert house.judgement.channels == {}


def test_two_that_take_turns_are_told_once_with_their_count() -> None:
    house = watched(p.channel_config(SPEC), seconds=5)
    others = [p.channel_config(spec) for spec in (SPEC, "grid:0 grid:2 grid:1")]
    counts = []
    for turn in range(1, 9):
        house.now += 1
        house.say("channelConfig", others[turn % 2] | {"utcTimeStamp": p.millis(house.now)})
        house.run(4)
        here = [one for one in house.judgement.findings if one.code == "config-alternates"]
        counts.append([(one.channels, one.params["times"]) for one in here])

    assert counts == [[], [], [], *([((1, 2), turn)] for turn in range(3, 8))]
    title = Translator("en").finding(here[0]).title
    assert "7 times" in title
    assert "on inputs 1 and 2" in title
    house.aggregates = False
    house.run(1000)
    assert "config-alternates" not in codes(house)


def test_who_sets_something_and_sets_it_back_is_no_second_writer() -> None:
    house = watched(p.channel_config(SPEC), seconds=5)
    for turn, spec in enumerate(("grid:0 grid:2 grid:1", SPEC, "grid:0 grid:2 grid:1", "grid:1 grid:2 grid:0"), 1):
        house.now += 1
        house.say("channelConfig", p.channel_config(spec) | {"utcTimeStamp": p.millis(p.START + 10 * turn)})
        house.run(4)
    assert "config-alternates" not in codes(house)


def test_measurements_that_name_an_input_twice() -> None:
    house = watched(p.channel_config(SPEC), seconds=10)
    for second in range(20):
        house.now += 1
        rows = [p.Row(0, 400 + second, 2.0, 0), p.Row(1, 200, 1.0, 1), p.Row(1, 90, 0.5, 1)]
        house.say("realtime", p.realtime(rows, at=house.now))
    assert house.finding("rows-twice").channels == (1,)
    assert 1 not in judged(house)


# --- damaged ----------------------------------------------------------------------------------------------------------


def test_one_bad_byte_in_one_name_costs_that_name_only() -> None:
    content = p.raw(p.channel_config(SPEC))
    name = p.channel_config(SPEC)["inputChannels"][1]["name"].encode()
    house = watched(content.replace(b'"' + name + b'"', b'"\xff"'))
    assert codes(house) == {"message-damaged"}
    assert judged(house) == {0, 1, 2}
    finding = house.finding("message-damaged")
    assert finding.severity == "info"
    text = house.text("message-damaged")
    assert "channelConfig" in text.title
    assert any("$.inputChannels[1].name" in line for line in text.evidence)
    house.say("channelConfig", p.channel_config(SPEC), retain=True).run(2)
    assert codes(house) == set(), "mended, so nothing is told any more"


def test_one_that_cannot_be_read_has_come_all_the_same() -> None:
    house = watched(b'{"inputChannels": [')
    assert codes(house) == {"config-unreadable"}
    assert any("/channelConfig: " in line for line in house.text("config-unreadable").evidence)


def test_a_damaged_row_is_told_as_a_warning() -> None:
    house = watched(p.raw(twenty(lambda rows: rows[2].update(phase=[2]))))
    assert ("message-damaged", "warning") in house.findings
    assert 2 not in judged(house)


def test_another_topic_that_cannot_be_read() -> None:
    house = watched(p.channel_config(SPEC)).say("sensorConfig", b"{", retain=True)
    assert house.findings == [("bad-messages", "info")]
    assert any("/sensorConfig: " in line for line in house.text("bad-messages").evidence)


def test_what_could_not_be_read_is_told_once() -> None:
    content = p.raw(p.home_control(comfort=[(1, "Caf?")])).replace(b"Caf?", b"\xff")
    house = watched(p.channel_config(SPEC)).say("sensorConfig", b"{", retain=True)
    house.say("homeControlConfig", content, retain=True)
    assert [code for code, _ in house.findings] == ["message-damaged", "bad-messages"]
    assert len(house.text("message-damaged").evidence) == len(house.text("bad-messages").evidence) == 1
