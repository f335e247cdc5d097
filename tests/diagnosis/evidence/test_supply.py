"""Single, star or delta; which phases there are; and what stays open while nothing flows."""

import pytest

from smappee_tui.diagnosis.evidence.supply import SupplyWatch
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.protocol.intervals import ChannelMeans, IntervalMeans
from smappee_tui.simulator.house.circuits import Circuit
from smappee_tui.simulator.house.supply import SupplyModel
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.diagnosis.made import Run
from tests.simulator import ideal
from tests.simulator.ideal import START


def judged(
    kind: str, dialect: str, loads: dict[int, float], *, one_voltage: bool = False, seconds: int = 40, **supply: float
) -> Judgement:
    """What is said of a supply with steady loads on its ports."""
    model: SupplyModel = ideal.still(kind, **supply)  # type: ignore[arg-type]
    circuits = [Circuit(f"c{port}", (port,), [ideal.load(watts, port)]) for port, watts in loads.items()]
    site = ideal.site(model, circuits, dialect=dialect, one_voltage=one_voltage)  # type: ignore[arg-type]
    return Run(VirtualMonitor(site, START)).play(seconds)


@pytest.mark.parametrize("dialect", ["20-series", "infinity"])
def test_single(dialect: str) -> None:
    said = judged("single", dialect, {0: 800.0})
    assert said.supply == "single"
    assert [(p.phase, p.verdict) for p in said.phases] == [(0, "ok")]


@pytest.mark.parametrize("dialect", ["20-series", "infinity"])
def test_star(dialect: str) -> None:
    said = judged("star", dialect, {0: 800.0, 1: 900.0, 2: 1000.0})
    assert said.supply == "star"
    assert [p.verdict for p in said.phases] == ["ok"] * 3


def test_delta_that_says_so() -> None:
    said = judged("delta", "infinity", {0: 800.0})
    assert said.supply == "delta"
    assert [p.verdict for p in said.phases] == ["ok", "ok", "reference"]


def test_delta_that_nothing_announces() -> None:
    said = judged("delta", "20-series", {0: 1500.0, 1: 1800.0, 2: 1600.0})
    assert said.supply == "delta"


@pytest.mark.parametrize("kind", ["star", "delta"])
def test_open_while_nothing_flows(kind: str) -> None:
    said = judged(kind, "20-series", {0: 40.0})
    assert said.supply == "unknown"
    assert {v.verdict for v in said.channels.values()} <= {"no_current", "inconclusive", "unused"}


def test_nothing_is_decided_while_star_or_delta_is_open() -> None:
    """One load between two lines reads like one on a star with PF 0.87: no verdict before that is settled."""
    said = judged("delta", "20-series", {0: 2000.0}, seconds=60)
    assert said.supply in ("unknown", "delta")
    assert not any(f.severity == "fault" for f in said.findings)


def test_one_voltage_misses_nothing() -> None:
    said = judged("star", "20-series", {0: 800.0, 1: 900.0, 2: 1000.0}, one_voltage=True)
    assert said.supply == "star"
    assert [(p.phase, p.verdict) for p in said.phases] == [(0, "ok")]
    assert not any(f.code == "voltage-missing" for f in said.findings)


@pytest.mark.parametrize(("volts", "word"), [(200.0, "low"), (210.0, "ok"), (250.0, "ok"), (256.0, "high")])
def test_voltage_words(volts: float, word: str) -> None:
    said = judged("single", "infinity", {0: 500.0}, volts=volts)
    assert said.phases[0].verdict == word
    assert said.phases[0].volts == pytest.approx(volts, abs=1)
    assert any(f.code == f"voltage-{word}" for f in said.findings) == (word != "ok")


def test_a_missing_voltage_is_a_fault_of_the_phase() -> None:
    model = ideal.still("star")
    monitor = VirtualMonitor(ideal.site(model, [], dialect="20-series"), START, faults=["voltage-missing:L3"])
    said = Run(monitor).play(20)
    assert [(p.phase, p.verdict) for p in said.phases] == [(0, "ok"), (1, "ok"), (2, "missing")]
    assert [f.subject for f in said.findings if f.code == "voltage-missing"] == [("phase", "L3")]


@pytest.mark.parametrize("dialect", ["20-series", "infinity"])
def test_current_without_its_voltage_can_be_judged(dialect: str) -> None:
    model = ideal.still("star")
    circuits = [Circuit("oven", (2,), [ideal.load(2000.0, 2)])]
    site = ideal.site(model, circuits, dialect=dialect)  # type: ignore[arg-type]
    said = Run(VirtualMonitor(site, START, faults=["voltage-missing:L3"])).play(30)
    assert said.channels[2].verdict in ("inconclusive", "no_current")


def votes(*loads: tuple[float, float]) -> tuple[int, int]:
    """Votes for star and for delta that a message with CTs of so many A and VA gives."""
    watch = SupplyWatch()
    channels = tuple(ChannelMeans(n, amps, size, size, 0.0, 1.0) for n, (amps, size) in enumerate(loads))
    watch.take_means(IntervalMeans(START, (230.0, 230.0, 230.0), None, channels))
    return watch.star_votes, watch.delta_votes


@pytest.mark.parametrize("duty", [0.3, 0.34, 0.38])
def test_a_load_that_cycles_makes_no_delta_of_a_star(duty: float) -> None:
    cycling = (9.0 * duty**0.5, 2070.0 * duty)
    assert votes(cycling)[1] == 0
    assert votes(cycling, (2.0, 460.0)) == (1, 0)


def test_all_cts_of_a_delta_agree() -> None:
    assert votes(*((amps, 230.0 * amps / 3**0.5) for amps in (2.0, 3.0, 8.0))) == (0, 1)
