"""Everything that the diagnosis can say: collected from what is played, and read in its own source.

Texts of the program come from scenarios, from scenes with devices, from pasts and from findings made directly; their
constant pieces in the source of `diagnosis/` show whether a sentence was never collected.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import smappee_tui.diagnosis
from smappee_tui.diagnosis.checks.misplaced import duplicate_findings, exchange_findings, neutral_finding
from smappee_tui.diagnosis.evidence.ct_ratio import RatioFault
from smappee_tui.diagnosis.evidence.duplicates import Pair
from smappee_tui.diagnosis.evidence.record import Evidence, HistorySpan
from smappee_tui.diagnosis.history.notes import history_note
from smappee_tui.diagnosis.inference import advice
from smappee_tui.diagnosis.inference.causes import grouped_by_rotation
from smappee_tui.diagnosis.inference.decide import Decision
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Judgement, Subject
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import STAR
from smappee_tui.simulator import sites
from smappee_tui.site.locations import Locations
from tests import payloads as p
from tests.diagnosis.checks.scene import ROWS, Watched, quiet_house
from tests.diagnosis.history.made import judged
from tests.report import afar
from tests.scenarios.engine import _deliver, _watched
from tests.scenarios.spec import Scenario, everything

RARE = (
    "The CTs were wired or configured otherwise before 2026-03-01: judged from then on",
    "Input 6 'Car charger' was wired or configured otherwise before 2026-03-01",
    "History: the last days prove something else than the weeks before them.",
    "Nothing to do if somebody mended it. If nobody did, look who changed clamps or settings.",
    "When the voltages moved, its power followed L1 over L2, as that of an inverter's wire on L2 does.",
    "no phase configured",
    "Configure the phase of this input in the app.",
    "It reads 0.5 times what the grid CT of its phase sees (12 changes), in changes between 5-minute means.",
    "It reads 2 times what the circuits of its phase (input 3, 7) see, in changes between 5-minute means.",
    "It reads 1.9 times what the other two CTs of its three-phase load see, in changes between 5-minute means.",
    "Input 7 and the L1 grid CT (input 0) do not agree on the same load",
    "History: in 14 changes between 5-minute means the grid CT moved by 0.50 times what input 7 did.",
    "Compare the CT type of both inputs with the rating printed on the clamps, and see that both are closed.",
    "One of the two is counted wrong.",
    "It shows no current while the circuits of its phase (input 3, 7) draw an ampere or more.",
    "4 announced load edges moved the voltage of its phase and showed on no grid CT.",
)
"""Sentences that need a house of their own, as the source makes them."""
SCREEN = frozenset({"device_words.py"})
"""Modules whose words stand on screens and in `check` only."""
ON_SCREEN = frozenset(
    {
        "never heard",
        "not heard yet",
        ", not configured any more",
        "nothing counted yet",
        "silent for",
        "nearly empty",
    }
)
"""Words of the tables of plugs and sensors; a report has words of its own for these states."""
FOLDER = Path(smappee_tui.diagnosis.__file__).parent
SHORTEST = 9
"""Characters of a constant piece that counts as a piece of a sentence."""


def texts(judgement: Judgement) -> set[str]:
    """Every title, evidence, advice and consequence."""
    found = {s for v in judgement.channels.values() for s in (v.title, v.advice or "", *v.evidence)}
    return (found | findings(judgement.findings)) - {""}


def findings(told: tuple[Finding, ...] | list[Finding]) -> set[str]:
    """The same of findings alone."""
    return {s for f in told for s in (f.title, *f.evidence, f.advice, f.consequence)} - {""}


@lru_cache(maxsize=1)
def all_told() -> frozenset[str]:
    """What is said in every scenario, scene and past, and in findings made directly."""
    told: set[str] = set()
    for scenario in everything():
        told |= _played(scenario)
    for judgement in _scenes():
        told |= texts(judgement)
    for judgement in _pasts():
        told |= texts(judgement)
    second = afar.second_opinion()
    told |= {s for f in second.findings for s in (f.title, *f.evidence, f.advice, f.consequence)}
    told |= {s for f in broken() for s in (f.title, f.advice)}
    return frozenset(told | _channels() | findings([*_made()]) | set(RARE)) - {""}


def _played(scenario: Scenario) -> set[str]:
    house, locations = _watched(scenario, scenario.seeds[0], None), Locations()
    begin = house.monitor.time
    for second in range(1, scenario.seconds + 1):
        for event in scenario.events:
            if second - 1 <= event.at < second:
                house.wire.happen(event)
        for item in house.second(locations, begin + second):
            _deliver(item, house, locations, {house.monitor.site.identity.uuid: house.judge})
    return texts(house.judge.judgement())


def _scenes() -> Iterator[Judgement]:
    """Plugs, sensors and the monitor's health, each in every state that is worth a finding."""
    for word, seconds in (("UNREACHABLE", 61), ("UNREACHABLE", 901), ("DISCONNECTED", 301)):
        yield quiet_house().plug(11, "connectionState", word).run(seconds).judgement
    for word, age in (("UNREACHABLE", 300_000), ("UNREACHABLE", 20_000), ("DISCONNECTED", 360)):
        memory = quiet_house().plug(11, "connectionState", word, since=p.START - age, retain=True)
        yield memory.run(5).judgement
    yield Watched().configured(switches=((11, "", "4006990001"),)).plug(12, "state", "ON").run(40).judgement
    stale = quiet_house().run(400)
    stale.aggregates = False
    yield stale.run(650).say("aggregated", p.aggregated([], p.TWENTY)).run(20).judgement
    old = Watched().configured()
    for node, what, word in itertools.product((11, 12), ("connectionState", "state"), ("CONNECTED",)):
        old.plug(node, what, word, since=p.START - 600, retain=True)
    yield old.run(20).judgement
    battery = quiet_house()
    for level in (20, 22, 9, 12):
        yield battery.run(300).water(level).judgement
    yield quiet_house().run(300).water(pulses=(0, 4)).judgement
    silent = quiet_house()
    silent.now += 4 * 86_400
    yield silent.run(60).judgement
    for offset in (42.0, -7000.0):
        clock = quiet_house()
        clock.offset = offset
        yield clock.run(120).judgement
    late = quiet_house().run(300)
    late.aggregates, late.status = False, 4
    yield late.run(300).judgement
    yield late.run(300).judgement
    gaps = quiet_house()
    gaps.now += 20
    yield gaps.run(100).judgement
    yield _restarted()
    for volts in ((230, 0, 229), (230, 205, 260), (230, 120, 231), (180, 231, 280)):
        uneven = quiet_house()
        uneven.volts = volts
        yield uneven.run(60).judgement


def _restarted() -> Judgement:
    """Counters that fell, messages that cannot be read, and more plugs than anybody has."""
    watched = quiet_house().run(10)
    rows = [p.Row(row.input, row.watts, row.amps, row.phase, 0.0) for row in ROWS]
    watched.now += 1
    watched.say("realtime", p.realtime(rows, at=watched.now))
    return watched.judgement


def broken() -> list[Finding]:
    """What is said of messages that cannot be read."""
    watched = quiet_house().run(10)
    for rest, content in (("realtime", b""), ("realtime", b'{"channelPowers": 5}'), ("channelConfig", b"\xff{")):
        watched.say(rest, content)
    return [f for f in watched.judgement.findings if f.code == "bad-messages"]


def remarked() -> list[Finding]:
    """What is remarked upon in a configuration is only evidence beside messages that could not be read."""
    from smappee_tui.site.devices import MOST

    remarks = (
        "energy counters fell: the monitor restarted",
        f"more than {MOST} plugs; the rest is not shown",
        "row 3 of the channel configuration has no usable ctInput and was left out",
        "input 4 is configured twice; the last one counts",
        "measurement 'it {n}' has no usable publishIndex and was left out",
        "input 5: no CT is configured for its formula, so phase and direction are unknown",
    )
    return [Finding("bad-messages", "info", Subject("monitor"), "3 message(s) could not be read", evidence=remarks)]


def _pasts() -> Iterator[Judgement]:
    """`test_afar_words` reads whole reports of more of them."""
    for faults, signed in ((("swapped:0,1", "reversed:6", "ratio:9,2"), True), ((), False)):
        yield judged(sites.build("home3pv", faults=faults), 1, signed=signed).judgement()


def _channels() -> set[str]:
    """Every title, advice and consequence of a channel, whatever the decision and the role."""
    told: set[str] = set()
    verdicts = ("ok", "reversed", "wrong_phase", "wrong_phase_reversed", "no_current", "inconclusive")
    flags = (True, False)
    for verdict, actual, likely, unsure in itertools.product(verdicts, (None, 1), flags, flags):
        decision = Decision(verdict, 0.99, actual, likely, unsure)  # type: ignore[arg-type]
        for grid, generates, stores in itertools.product(flags, flags, flags):
            role = Role(2, 0, grid, generates, stores, "")
            told |= {advice.title(decision, role), advice.consequence(decision, role)}
            for retest in (advice.RETEST, advice.AFAR):
                told.add(advice.advice(decision, role, None, retest=retest) or "")
    for verdict, factor in (("dead", 0.0), ("wrong_ratio", 0.25), ("half_open", 0.62), ("wrong_ratio", 123.0)):
        fault = RatioFault(2, verdict, factor, 0.99, "")  # type: ignore[arg-type]
        told |= {advice.size_title(fault), advice.size_advice(fault), advice.size_consequence(fault)}
    return told


def _made() -> Iterator[Finding]:
    """Findings that few houses show."""
    names = {1: "Oven", 2: "it {n} 2.5", 3: "input 3", 4: "Roof"}
    yield from exchange_findings({1: 2, 2: 1, 3: 4}, names)
    evidence = Evidence(STAR)
    evidence.twins.pairs[(1, 2)] = Pair(together=4)
    yield from duplicate_findings(evidence, names)
    yield neutral_finding(2, names[2], evidence)
    for signed, dark in itertools.product((True, False), (True, False)):
        yield history_note(HistorySpan(0.0, 172_800.0, 576, signed, dark))
    roles = {n: Role(n, n % 3, False, False, False, "") for n in range(9)}
    moved = {n: Decision("wrong_phase", 0.99, None) for n in roles}
    seen = ("It rested at 0.20 A, too little for a power factor.",)
    said = {n: ChannelVerdict(n, "wrong_phase", "", 0.99, evidence=seen) for n in roles}
    yield from grouped_by_rotation([], roles, moved, said)
    yield from remarked()


def pieces() -> dict[str, str]:
    """The constant pieces of sentences in the source of the diagnosis, and the module that each stands in."""
    found: dict[str, str] = {}
    for path in sorted(path for path in FOLDER.rglob("*.py") if path.name not in SCREEN):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        ignored = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in ignored:
                text = node.value.strip()
                if len(text) >= SHORTEST and " " in text:
                    found.setdefault(text, str(path.relative_to(FOLDER)))
    return found
