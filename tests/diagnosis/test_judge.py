"""The judge over time: faults appear, are mended, and leave; nothing depends on when somebody looks."""

import dataclasses
from collections.abc import Iterator

import pytest

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.i18n import Translator
from smappee_tui.protocol.received import Mark
from smappee_tui.simulator import sites
from smappee_tui.simulator.house import appliances as kit
from smappee_tui.simulator.house.builder import SiteBuilder
from smappee_tui.simulator.house.circuits import UNMETERED
from smappee_tui.simulator.house.generation import Battery
from smappee_tui.simulator.house.loads import Duty
from smappee_tui.simulator.house.meter import Dialect
from smappee_tui.simulator.house.supply import SupplyModel
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.site.locations import Locations
from tests.diagnosis.made import Run
from tests.scenarios.engine import judged
from tests.scenarios.house import monitor_of
from tests.scenarios.spec import Channel, LoadSpec, Scenario, TestSpec

EDGES = tuple((10.0 + 24 * n, 22.0 + 24 * n) for n in range(8))
KETTLE = Scenario(
    "kettle", 1, "kettle", kind="single", generation="none", loads=(LoadSpec(2000.0, times=EDGES),), seconds=60
)


def verdicts(run: Run, number: int, seconds: int) -> list[str]:
    """What is said of one input every fifth second."""
    return [run.play(5).channels[number].verdict for _ in range(seconds // 5)]


@pytest.mark.parametrize(
    ("fault", "number", "verdict"), [("swapped:0,1", 0, "wrong_phase"), ("reversed:3", 3, "reversed")]
)
def test_a_fault_on_the_demo_site_shows_within_a_minute(fault: str, number: int, verdict: str) -> None:
    """Both circuits are loaded from the first second."""
    said = verdicts(Run(sites.build("home3pv", faults=[fault])), number, 60)
    assert said[-1] == verdict
    assert said.index(verdict) <= 8


def test_a_mended_pair_is_taken_back_without_a_word_to_the_monitor() -> None:
    run = Run(sites.build("home3pv", faults=["swapped:0,1"]))
    assert verdicts(run, 0, 40)[-1] == "wrong_phase"
    run.monitor.mend("swapped:0,1")
    said = verdicts(run, 0, 120)
    assert said[-1] == "ok"


@pytest.mark.parametrize(("number", "seed"), [(3, 1), (4, 2), (5, 3)])
def test_once_taken_back_a_fault_does_not_return(number: int, seed: int) -> None:
    run = Run(sites.build("home3pv", seed=seed, faults=[f"reversed:{number}"]))
    assert verdicts(run, number, 60)[-1] == "reversed"
    run.monitor.mend(f"reversed:{number}")
    said = verdicts(run, number, 210)
    assert "reversed" not in said[2:]  # ten seconds may pass until the same load was seen the other way round
    assert said[-1] in ("ok", "inconclusive")


def test_mended_in_the_app_the_verdict_turns_to_ok() -> None:
    run = Run(monitor_of(KETTLE, 1, ("reversed:0",)))
    run.judge.generation = "none"
    assert run.play(58).channels[0].verdict == "reversed"
    run.reconfigure(0, flag=True)
    assert run.play(3).channels[0].verdict != "reversed"
    said = run.play(50)
    assert said.channels[0].verdict == "ok"
    assert said.count("fault") == 0


HOUSE = Scenario(
    "house",
    1,
    "house",
    seconds=75,
    channels=(Channel("Boiler", "L1"), Channel("Oven", "L2")),
    loads=(
        LoadSpec(2000.0, "L1", "Boiler", times=((8, 25), (40, 55))),
        LoadSpec(1800.0, "L2", "Oven", times=((16, 33), (48, 66))),
        LoadSpec(1500.0, "L3", times=((20, 45), (58, 70))),
    ),
)


def test_a_change_of_one_circuit_leaves_the_others_their_verdict() -> None:
    run = Run(monitor_of(HOUSE, 1))
    before = run.play(72)
    assert before.channels[3].verdict == before.channels[4].verdict == "ok"
    run.reconfigure(4, flag=True)
    after = run.play(2)
    assert after.channels[4].verdict != "ok"
    for number in (0, 1, 2, 3):
        assert after.channels[number].verdict == before.channels[number].verdict


def test_the_same_configuration_again_changes_nothing() -> None:
    run = Run(monitor_of(HOUSE, 1))
    before = run.play(72)
    run.reconfigure(4)
    after = run.play(1)
    assert [v.verdict for v in after.channels.values()] == [v.verdict for v in before.channels.values()]


FAULTY = dataclasses.replace(HOUSE, name="faulty", faults=("swapped:0,1", "reversed:4"))
GUIDED = dataclasses.replace(
    HOUSE, name="guided", loads=(), faults=("rotated:0,1,2",), tests=(TestSpec(10, "L1"), TestSpec(45, "L2"))
)


@pytest.mark.parametrize("scenario", [HOUSE, FAULTY, GUIDED], ids=lambda s: s.name)
def test_looking_changes_nothing(scenario: Scenario) -> None:
    """Judged every second, judged as a screen does, and judged once at the end: the same words."""
    often, screen = Run(monitor_of(scenario, 1)), Run(monitor_of(scenario, 1))
    one = often.play(scenario.seconds, lambda: often.judge.judgement())
    two = screen.play(scenario.seconds, lambda: screen.judge.judgement(fresh=False))
    assert one == two == Run(monitor_of(scenario, 1)).play(scenario.seconds)


class WholeLooks(Judge):
    """Looks at everything in one go, whenever it is time to."""

    def _go_on(self, now: tuple[int, int, bool], evidence: Evidence) -> None:
        self._take(now, self._judge())


def test_a_look_is_spread_over_three_seconds_of_a_screen_and_says_the_same() -> None:
    said: list[list[list[str]]] = [[], []]
    for seen, judge in zip(said, (Judge(), WholeLooks()), strict=True):
        run = Run(monitor_of(FAULTY, 1))
        run.judge = judge
        run.play(
            FAULTY.seconds,
            lambda seen=seen, judge=judge: seen.append([v.verdict for v in judge.judgement(False).channels.values()]),
        )
    spread, whole = said
    assert spread[-1] == whole[-1]
    assert any(one != other for one, other in zip(spread, whole, strict=True))
    for second, words in enumerate(spread):
        assert words in whole[max(0, second - 2) : second + 1]


def test_a_replay_gives_the_verdict_of_the_watch() -> None:
    """All messages at once from a list, by another judge."""
    monitor = monitor_of(GUIDED, 2)
    items = list(monitor.stream(monitor.time + GUIDED.seconds))
    said: list[Judgement] = []
    for _ in range(2):
        locations, judge = Locations(), Judge()
        for item in items:
            if isinstance(item, Mark):
                judge.mark(item)
                continue
            site, sampled = locations.receive(item)
            if site is not None:
                judge.observe(site, sampled)
        said.append(judge.judgement())
    assert said[0] == said[1]


ENGLISH = Translator("en")


def texts(said: Judgement) -> Iterator[str]:
    """Everything that a person would read."""
    for verdict in said.channels.values():
        yield from map(ENGLISH.fact, (verdict.title, *verdict.evidence, verdict.advice))
    for finding in said.findings:
        told = ENGLISH.finding(finding)
        yield from (told.title, *told.evidence, told.advice, told.consequence)


HOSTILE = ("[/L1]", "%s%n{0}", "L1 " * 3000, "\x1b[31m\n\r\t\0", "‮𝕃𝟙\ud7ff", "((((((((((((L", "", "fase fase fase l 1")


def test_hostile_names_disturb_nothing() -> None:
    plain = judged(FAULTY, 1)
    monitor = monitor_of(FAULTY, 1)
    for ct, name in zip(monitor.site.cts, HOSTILE * 2, strict=False):
        ct.name = name
    said = Run(monitor).play(FAULTY.seconds)
    assert [v.verdict for v in said.channels.values()] == [v.verdict for v in plain.channels.values()]
    assert [f.code for f in said.findings] == [f.code for f in plain.findings]
    assert max(map(len, texts(said))) < 1500


@pytest.mark.parametrize("scenario", [HOUSE, FAULTY, GUIDED], ids=lambda s: s.name)
def test_words_of_a_whole_judgement(scenario: Scenario) -> None:
    for text in texts(judged(scenario, 1)):
        assert "%s" not in text
        assert "None" not in text
        assert "nan" not in text.split()
        assert text == text.strip()


def test_nothing_heard_nothing_said() -> None:
    assert Judge().judgement() == Judgement()


@pytest.mark.parametrize(("dialect", "seeds"), [("infinity", (0, 1)), ("20-series", (2, 3))])
def test_a_hybrid_inverter_that_charges_its_battery_is_not_reversed(dialect: Dialect, seeds: tuple[int, int]) -> None:
    """Configured as production and called so: what it is shows by its name or once it has gone both ways."""
    for seed in seeds:
        builder = SiteBuilder("hybrid", dialect, f"h{seed}", SupplyModel())
        builder.mains()
        ports = (0,) if seed % 2 else builder.ports
        builder.metered("Hybride omvormer", ports, Battery(2500.0, ports, f"b{seed}", low=500.0), role="PRODUCTION")
        kettle = builder.load(kit.kettle(builder.rng), (2,), Duty(60, 200))
        builder.circuit(UNMETERED, builder.ports, kettle)
        run = Run(VirtualMonitor(builder.build(), 1.76e9))
        for number in range(3, 3 + len(ports)):
            assert "reversed" not in verdicts(run, number, 120)
