"""Faults of size: a CT that shows nothing, the wrong ratio, a clamp that is not closed."""

from functools import cache

import pytest

from smappee_tui.diagnosis.judgement import Judgement
from tests.scenarios.engine import judged
from tests.scenarios.spec import Channel, LoadSpec, Scenario, TestSpec

TWO = (Channel("Boiler", "L1"), Channel("Oven", "L2"))
ROUND = (
    TestSpec(start=15, on="L1", at="Boiler", input=3, every=16, hold=7),
    TestSpec(start=48, on="L2", at="Oven", input=4, every=16, hold=7),
)


@cache
def after_test(*faults: str, ct: tuple[tuple[str, str, float], ...] = ()) -> Judgement:
    """What is said after a heater was switched twice on each of two circuits."""
    changes = {number: {key: value} for number, key, value in ct}
    return judged(
        Scenario("sizes", 1, "sizes", seconds=82, channels=TWO, tests=ROUND, faults=faults, ct=changes), seed=3
    )


def test_all_well() -> None:
    said = after_test()
    assert [said.channels[n].verdict for n in (0, 1, 3, 4)] == ["ok"] * 4
    assert said.count("fault") == 0


@pytest.mark.parametrize("fault", ["dead:3", "two-wires:3"])
def test_dead(fault: str) -> None:
    said = after_test(fault)
    assert said.channels[3].verdict == "dead"
    assert said.channels[4].verdict == "ok"
    assert [f.code for f in said.findings if f.severity == "fault"] == ["ct-dead"]


@pytest.mark.parametrize("factor", [0.25, 0.5, 2.0, 4.0])
def test_ratio(factor: float) -> None:
    said = after_test(f"ratio:3,{factor}")
    assert said.channels[3].verdict == "wrong_ratio"
    (finding,) = [f for f in said.findings if f.code == "ct-ratio"]
    assert finding.params["factor"] == pytest.approx(factor, rel=0.05)
    assert said.channels[4].verdict == "ok"


@pytest.mark.parametrize("closure", [0.4, 0.62])
def test_half_open(closure: float) -> None:
    said = after_test(ct=(("3", "closure", closure),))
    assert said.channels[3].verdict == "half_open"


@pytest.mark.parametrize("gain", [0.9, 1.1])
def test_a_few_percent_are_no_fault(gain: float) -> None:
    assert after_test(ct=(("3", "gain", gain),)).channels[3].verdict == "ok"


@pytest.mark.parametrize("fault", ["phase:3,L2", "phase:3,L3", "swapped:3,4"])
def test_a_ct_on_another_phase_reads_half_and_is_not_called_half_open(fault: str) -> None:
    said = after_test(fault)
    assert said.channels[3].verdict not in ("wrong_ratio", "half_open", "ok")
    assert not any(f.code in ("ct-ratio", "ct-half-open") for f in said.findings)


def test_a_turned_ct_of_the_wrong_ratio_is_turned_first() -> None:
    said = after_test("ratio:3,2", "reversed:3")
    assert said.channels[3].verdict in ("reversed", "wrong_ratio")


@pytest.mark.parametrize("grid", [0, 1])
def test_a_grid_ct_of_the_wrong_ratio(grid: int) -> None:
    said = after_test(f"ratio:{grid},2")
    assert said.channels[3 + grid].verdict not in ("wrong_ratio", "half_open")


def test_silence_alone_is_no_fault() -> None:
    loads = (LoadSpec(1500.0, "L2", times=((10.0, 30.0),)),)
    said = judged(Scenario("quiet", 1, "quiet", seconds=45, channels=TWO, loads=loads, faults=("dead:3",)), seed=1)
    assert said.channels[3].verdict == "no_current"
    assert said.count("fault") == 0
