"""Everything that the diagnosis says is a sentence in every language: each code with samples, and whole judgements."""

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import get_args

import pytest

from smappee_tui.diagnosis.judgement import Finding, Judgement, Subject, Verdict
from smappee_tui.i18n import LANGUAGES, Language, Translator
from smappee_tui.i18n.language import load
from smappee_tui.protocol.fact import Fact, Param, fact
from smappee_tui.simulator import sites
from tests.diagnosis.history.made import judged as judged_from_history
from tests.scenarios.engine import judged
from tests.scenarios.spec import Channel, LoadSpec, Scenario, TestSpec

SECTIONS = ("verdicts", "findings", "evidence", "history", "advice", "checks", "device", "messages")
CODES = sorted(f"{section}.{key}" for section in SECTIONS for key in load("en", section))
FINDINGS = sorted(
    {found[1] for code in CODES if (found := re.fullmatch(r"\w+\.([\w-]+)\.title(?:_one|_other)?", code))}
)
SAMPLES: dict[str, Param] = {
    "advice": fact("advice.dead", safety=fact("advice.safety")),
    "action": fact("device.switched_on"),
    "amount": fact("device.amount", value=3.0, unit="l"),
    "against": fact("evidence.announced_load"),
    "amps": 2.44,
    "announced": 2,
    "byte": 685,
    "bytes": 5_000_000,
    "changes": 14,
    "channel": 0,
    "connection": "SUBMETER",
    "cost": fact("findings.cost_of_wrong_phase"),
    "count": 2,
    "ct_type": "SC-50A",
    "day": "SOMEDAY",
    "days": 6.5,
    "delay": 30.0,
    "direction": fact("history.consumption"),
    "edges": 3,
    "factor": 0.5,
    "field": "triggerId",
    "fields": (fact("device.field.delay", value=5.0), fact("device.field.latitude", value=51.2)),
    "first": "L1",
    "fix": fact("findings.set_phases", settings=(fact("findings.set_phase", input=3, there="L2"),), turned=()),
    "fuse": 63.0,
    "got": "str",
    "grid_input": 1,
    "hours": 12.4,
    "hub": "5500990001",
    "input": 3,
    "high": 253.4,
    "inputs": (3, 4),
    "is": fact("verdicts.reversed"),
    "kilowatts": 2.0,
    "kind": "SUNSET",
    "label": "Boiler on",
    "limit": 207.0,
    "loads": 4,
    "low": 205.0,
    "its": "L2",
    "line": "L3",
    "measured": "L3",
    "medium": "WATER",
    "meter": 2310.0,
    "mine": "L3",
    "most": 500,
    "moved": fact("evidence.watts", watts=1200.0),
    "moved_phase": "L3",
    "moves": (fact("evidence.phase_moved", phase="L1", watts=-700.4), "L2"),
    "name": "Boiler",
    "node": "11",
    "nominal": 230.0,
    "number": 301,
    "numbers": ("301", "302"),
    "opposite": fact("history.production"),
    "opposite_hours": 0.0,
    "other": 4,
    "others": ("2004990017", fact("checks.other_dated", name="2004990018", since=1_600_000_000.0)),
    "other_name": "Oven",
    "ours": "delta",
    "pairs": (fact("findings.named_as", mine="L1", its="L2"), fact("findings.named_as", mine="L2", its="L1")),
    "percent": 9.0,
    "phase": "L2",
    "phases": ("L1", "L2"),
    "place": fact("messages.byte", byte=685),
    "plug": fact("device.plug_named", node="11", name="Boiler"),
    "ratio": 1.86,
    "readings": 45,
    "reason": fact("messages.empty"),
    "retest": fact("advice.retest"),
    "rise": 3.0,
    "role": "CONSUMPTION",
    "row": 3,
    "rows": 1001,
    "rule": fact("device.schedule", action=fact("device.switched_off"), time=fact("device.at_no_time")),
    "safety": fact("advice.safety"),
    "said": fact("checks.phases_drift"),
    "second": "L3",
    "seconds": 42,
    "sensor": fact("device.sensor_serial", number=301, serial="3010000001"),
    "serial": "3010000001",
    "setting": fact("checks.setting.ct_type"),
    "settings": (fact("findings.set_phase", input=3, there="L2"), fact("findings.set_phase", input=4, there="L1")),
    "share": 0.24,
    "since": 1_760_000_000.0,
    "state": "SLEEPING",
    "status": 4.0,
    "steps": 7,
    "supply": 1200.0,
    "text": "as the cloud has it",
    "theirs": "star",
    "there": None,
    "time": "09:10",
    "title": fact("device.unreachable_for", seconds=960.0),
    "times": 4,
    "topic": "servicelocation/0a1b/realtime",
    "turned": (3,),
    "unit": "l",
    "until": 1_760_000_600.0,
    "value": 0.02,
    "vars": -310.0,
    "volt_amperes": -2010.0,
    "va": 5200.0,
    "volts": -3.1,
    "wanted": "float | null",
    "watts": -2000.0,
    "when": fact("device.every_day"),
    "what": fact("evidence.test_edges", edges=3),
    "where": fact("findings.two_phases", first="L1", second="L2"),
}
"""By the name of a parameter, which means the same in all of these sections."""
ALIKE = {
    "evidence.watts",
    "checks.two_supplies",
    "checks.setting.phase",
    "checks.connection.SUBMETER",
    "device.medium.WATER",
    "device.medium.GAS",
    "device.field.latitude",
    "device.field.longitude",
    "device.field.radius",
    "messages.byte",
}
"""Templates that may be the same in another language; beside them those without a word of their own."""
_CODE = re.compile(rf"\b(?:{'|'.join(SECTIONS)})\.[a-z]")


def parameters(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def template(code: str, language: Language) -> str:
    section, _, key = code.partition(".")
    return load(language, section)[key]


def sound(text: str) -> None:
    """A sentence of which everything was filled in."""
    assert text
    assert text == text.strip()
    assert not re.search(r"[{}]|\bNone\b|\bnan\b|  ", text), text
    assert not _CODE.search(text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code(language: Language) -> None:
    translator = Translator(language)
    for code in CODES:
        params = {name: SAMPLES[name] for name in parameters(template(code, language))}
        sound(translator.fact(Fact(code, params)))


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_english_is_left(language: Language) -> None:
    left = {code for code in CODES if template(code, language) == template(code, "en")}
    assert {code for code in left if re.search(r"[a-z]", re.sub(r"\{[^}]*\}", "", template(code, "en")))} <= ALIKE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding(language: Language) -> None:
    translator = Translator(language)
    for code in FINDINGS:
        said = translator.finding(Finding(code, "fault", Subject("channel", 3), params=SAMPLES))
        for text in (said.title, said.advice):
            sound(text)


def test_every_verdict_has_words() -> None:
    assert {f"verdicts.{verdict}" for verdict in get_args(Verdict)} <= set(CODES)


FAULTY = Scenario(
    "faulty",
    1,
    "faulty",
    seconds=82,
    channels=(Channel("Boiler", "L1"), Channel("Oven", "L2"), Channel("", "L3")),
    loads=(LoadSpec(1500.0, "L3", times=((20, 45), (58, 70))),),
    tests=(
        TestSpec(start=15, on="L1", at="Boiler", input=3, every=16, hold=7),
        TestSpec(start=48, on="L2", at="Oven", input=4, every=16, hold=7),
    ),
    faults=("swapped:0,1", "reversed:3", "ratio:4,2"),
)


@cache
def judgements() -> tuple[Judgement, ...]:
    """Live and from history, with the parameters that the diagnosis really gives."""
    past = sites.build("home3pv", faults=["swapped:0,1", "reversed:3", "reversed:4", "reversed:5", "phase:8,L2"])
    return judged(FAULTY, 3), judged_from_history(past, 2).judgement()


def facts(judgement: Judgement) -> Iterator[Fact | str]:
    for verdict in judgement.channels.values():
        yield from (verdict.title, *verdict.evidence, *([verdict.advice] if verdict.advice is not None else ()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_judgements(language: Language) -> None:
    translator = Translator(language)
    for judgement in judgements():
        for said in facts(judgement):
            assert isinstance(said, Fact)
            sound(translator.fact(said))
        for finding in judgement.findings:
            if finding.code in FINDINGS:
                told = translator.finding(finding)
                for text in (told.title, *told.evidence, told.advice):
                    sound(text)
    assert {"ct-swapped", "ct-all-reversed", "ct-wrong-phase", "judged-from-history"} <= {
        finding.code for judgement in judgements() for finding in judgement.findings
    }
