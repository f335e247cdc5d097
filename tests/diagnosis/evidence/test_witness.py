"""The utility's meter beside the grid CTs, on virtual houses whose truth is known."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import pytest

from smappee_tui.diagnosis.evidence.witness.comparison import Comparison
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import Beside, Judgement
from smappee_tui.protocol.meter import MeterReading
from smappee_tui.simulator.meter.utility_meter import UtilityMeter
from smappee_tui.simulator.sites import build
from smappee_tui.site.locations import Locations

METER = UtilityMeter("star", "meter", amps_step=0.01)


class Watch:
    """A minute of a virtual house, with the meter's readings as they arrive."""

    def __init__(
        self,
        faults: Iterable[str] = (),
        meter: UtilityMeter = METER,
        *,
        site: str = "home3pv",
        seconds: int = 60,
        elsewhere: int | None = None,
        seed: int = 3,
        mend_at: int | None = None,
    ) -> None:
        """`elsewhere`: seed of another house, whose meter it is; `mend_at`: when all faults are mended by hand."""
        monitor = build(site, seed=seed, faults=faults)
        other = None if elsewhere is None else build(site, seed=elsewhere)
        self.judge = Judge()
        locations, waiting = Locations(monitor.site.identity.uuid), list[MeterReading]()
        for second in range(1, seconds + 1):
            if second == mend_at:
                for fault in monitor.faults:
                    monitor.mend(fault)
            for message in monitor.tick(monitor.start_time + second):
                here, sampled = locations.receive(message)
                if here is not None:
                    self.judge.observe(here, sampled)
            if other is not None:
                other.tick(other.start_time + second)
            house = (other or monitor).site.house
            reading = meter.read(house.state, monitor.start_time)
            waiting += [reading] if reading is not None else []
            while waiting and waiting[0].at <= monitor.time:
                self.judge.meter(waiting.pop(0))

    @property
    def said(self) -> Judgement:
        return self.judge.judgement()

    @property
    def found(self) -> Comparison:
        self.judge.judgement()
        found = self.judge.evidence.beside
        assert found is not None
        return found

    @property
    def beside(self) -> tuple[Beside, ...]:
        return self.found.beside(self.judge.evidence.grid_inputs)

    def verdicts(self) -> list[tuple[str, int | None]]:
        return [(self.said.channels[n].verdict, self.said.channels[n].actual_phase) for n in (0, 1, 2)]

    def codes(self) -> set[str]:
        return {finding.code for finding in self.said.findings}


OK = ("ok", None)


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ([], [OK, OK, OK]),
        (["reversed:1"], [OK, ("reversed", None), OK]),
        (["swapped:0,2"], [("wrong_phase", 2), OK, ("wrong_phase", 0)]),
        (["rotated:0,1,2"], [("wrong_phase", 1), ("wrong_phase", 2), ("wrong_phase", 0)]),
    ],
)
@pytest.mark.parametrize("amps_step", [0.01, 1.0])
def test_a_minute_names_every_grid_ct(
    faults: list[str], expected: list[tuple[str, int | None]], amps_step: float
) -> None:
    watch = Watch(faults, replace(METER, amps_step=amps_step))
    assert watch.verdicts() == expected


def test_the_meter_may_name_the_lines_in_another_order() -> None:
    watch = Watch(meter=replace(METER, order=(1, 2, 0)))
    assert watch.verdicts() == [OK, OK, OK]
    assert watch.found.order == (2, 0, 1)
    assert "meter-order" in watch.codes()
    rotated = Watch(["rotated:0,1,2"], replace(METER, order=(1, 2, 0)))
    assert [verdict for verdict, _ in rotated.verdicts()] == ["wrong_phase"] * 3


def test_another_houses_meter_says_nothing_and_that_is_told() -> None:
    without = Watch(elsewhere=9, seconds=90)
    assert "meter-elsewhere" in without.codes()
    assert without.beside == ()
    assert all(verdict in ("ok", "inconclusive", "no_current") for verdict, _ in without.verdicts())


def test_its_delay_is_found_and_so_is_the_size_of_each_ct() -> None:
    late = Watch(meter=replace(METER, delay=6.2), seconds=120)
    assert late.found.delay == pytest.approx(6, abs=1)
    assert [one.size for one in late.beside] == pytest.approx([1.0] * 3, abs=0.03)


def test_a_ct_of_the_wrong_size_is_told_by_it() -> None:
    watch = Watch(["ratio:1,2.0"], seconds=90)
    assert watch.said.channels[1].verdict == "wrong_ratio"
    assert [one.size for one in watch.beside][1] == pytest.approx(2.0, rel=0.05)
    assert watch.said.channels[0].verdict == watch.said.channels[2].verdict == "ok"


def test_a_clamp_that_is_turned_while_one_watches_is_seen_as_it_is_now() -> None:
    assert Watch(["reversed:1"], seconds=45).verdicts()[1] == ("reversed", None)
    assert Watch(["reversed:1"], seconds=90, mend_at=45).verdicts()[1] == OK


def test_a_single_phase_house() -> None:
    turned = Watch(["reversed:0"], replace(METER, kind="single"), site="home1")
    assert turned.said.channels[0].verdict == "reversed"
    assert Watch(meter=replace(METER, kind="single"), site="home1").said.channels[0].verdict == "ok"


def test_of_a_delta_supply_the_total_and_two_currents_are_enough() -> None:
    meter = replace(METER, kind="delta")
    assert Watch(meter=meter, site="delta", seconds=120).said.channels[0].verdict == "ok"
    turned = Watch(["reversed:0"], meter, site="delta", seconds=120)
    assert turned.said.channels[0].verdict == "reversed"
    assert math.isnan(turned.beside[0].meter)  # a line's power is of another reference there


def test_few_or_broken_readings_say_nothing() -> None:
    judge = Watch(seconds=10).judge
    assert judge.evidence.beside is None or judge.evidence.beside.readings < 10
    watch = Watch(seconds=30)
    for _ in range(40):
        watch.judge.meter(MeterReading(at=math.nan))
        watch.judge.meter(MeterReading(at=1e12, watts=(math.inf, -math.inf, math.nan)))
    assert watch.verdicts() == [OK, OK, OK]
