"""What the installation would read under other settings, against what it does read once it is set so."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import DELTA_LINE, DELTA_NEUTRAL, SINGLE, STAR
from smappee_tui.diagnosis.remedy.corrections import Wiring, correction_sheet, wiring_of
from smappee_tui.diagnosis.remedy.preview import Preview, preview, scale_of
from smappee_tui.diagnosis.remedy.turned import sign_that_fits, turn_of, turned
from smappee_tui.simulator import sites
from smappee_tui.simulator.house.fault_effects import wire
from smappee_tui.simulator.house.faults import Fault, parse_all
from smappee_tui.simulator.house.site import VirtualSite
from smappee_tui.simulator.house.truth import label
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.simulator.sites import home3pv
from smappee_tui.site.view import view_of
from tests.diagnosis.made import Run
from tests.simulated.random_sites import RandomOptions, draw_site

START = 1_760_000_040.0
CIRCUIT, GRID = Role(3, 0, False, False, False, ""), Role(0, 0, True, False, False, "")


@given(
    watts=st.floats(-5000, 5000),
    angle=st.floats(0, 180),
    sign=st.sampled_from((-1, 1)),
    step=st.sampled_from((0, 1, 2)),
)
def test_what_is_turned_and_turned_back_is_what_it_was(watts: float, angle: float, sign: int, step: int) -> None:
    size = abs(watts)
    power = np.array([size * np.cos(np.radians(angle))])
    there = turn_of(STAR, 0, step, against=True)
    back = turn_of(STAR, step, 0, against=True)
    assert there is not None
    assert back is not None
    one = turned(power, np.array([size]), there, sign).watts
    lag = sign * size * np.sin(np.radians(angle))
    after = lag * np.cos(np.radians(there)) + power * np.sin(np.radians(there))
    assert turned(one, np.array([size]), back, np.sign(after) + (after == 0)).watts == pytest.approx(power, abs=0.2)


def test_a_reversal_is_exact_and_its_own_undoing() -> None:
    power = np.array([-712.0])
    assert turn_of(STAR, 1, 1, against=True) == 180
    once = turned(power, np.array([900.0]), 180.0, 1)
    assert once.watts == pytest.approx(712.0)
    assert once.high - once.low == pytest.approx(1.0)  # but for rounding
    assert turned(once.watts, np.array([900.0]), 180.0, 1).watts == pytest.approx(power)


def test_how_far_a_reading_turns_follows_from_how_it_is_measured() -> None:
    assert turn_of(STAR, 0, 1, against=False) == turn_of(DELTA_NEUTRAL, 0, 1, against=False) == 240
    assert turn_of(DELTA_LINE, 0, 1, against=False) == 300
    assert turn_of(DELTA_LINE, 0, 2, against=False) is None  # what L3 is measured against nobody has told
    assert turn_of(SINGLE, 0, 1, against=False) is None
    assert turn_of(SINGLE, 0, 0, against=True) == 180


def test_the_sign_of_an_angle_is_taken_from_what_a_load_can_be_and_else_left_open() -> None:
    heater = np.array([-1000.0]), np.array([2000.0])  # 120 degrees off: on the next phase, or with 0.5 the other way
    sign, sure = sign_that_fits(*heater, 120.0, CIRCUIT, STAR)
    assert sure.all()
    assert turned(*heater, 120.0, sign, sure).watts == pytest.approx(2000.0, rel=0.01)
    sign, sure = sign_that_fits(*heater, 120.0, GRID, DELTA_NEUTRAL)
    assert not sure.any()
    found = turned(*heater, 120.0, sign, sure)
    assert found.low < -900 < 2000 < found.high + 1


def test_another_rating_scales() -> None:
    assert scale_of("SCT2_50A", "SCT2_100A") == 2.0
    assert scale_of("SCT2_50A", "SCT2_50A") == scale_of(None, "SCT2_100A") == scale_of("x", "SCT2_100A") == 1.0


class Pair:
    """One house with faults, and the same with the inputs set as the clamps sit."""

    def __init__(self, make: Callable[[], VirtualSite], faults: Sequence[str | Fault]) -> None:
        site, mended = make(), make()
        wiring = wire(site, parse_all(faults))
        self.sits: dict[int, tuple[int, bool]] = {}
        for ct, own in zip(wiring.cts, mended.cts, strict=True):
            word, actual = label(site, wiring, ct)
            if word in ("reversed", "wrong_phase", "wrong_phase_reversed"):
                own.phase, against = self.sits[ct.input] = actual, "reversed" in word
                own.flag ^= against
        self.wrong, self.right = (Run(VirtualMonitor(one, START, faults=faults)) for one in (site, mended))

    def play(self, seconds: int) -> None:
        self.wrong.play(seconds)
        self.right.play(seconds)

    @property
    def wished(self) -> dict[int, Wiring]:
        site = self.wrong.locations.find(None)
        assert site is not None
        return {
            n: replace(wiring_of(site.settings[n]), phase=phase, reversed=site.settings[n].reversed != turned_)
            for n, (phase, turned_) in self.sits.items()
        }

    def preview(self, wished: dict[int, Wiring] | None = None) -> Preview:
        site, judge = self.wrong.locations.find(None), self.wrong.judge
        assert site is not None
        wished = self.wished if wished is None else wished
        judgement = judge.judgement()
        return preview(view_of(site), judgement, judge.evidence, wished, sample=site.sample, hides=judge.hides)


def faults_in(site: object, rng: random.Random, cts: Iterable[int], grid: list[int], phases: int) -> list[Fault]:
    free = [n for n in cts if n not in grid]
    found = [Fault("reversed", (n,)) for n in rng.sample(free, min(len(free), 2))]
    if phases == 3:
        found += [Fault("swapped", tuple(rng.sample(grid, 2)))]
        found += [Fault("phase", (n,), phase=rng.randrange(3)) for n in rng.sample(free, min(len(free), 1))]
    return found


@pytest.mark.parametrize("dialect", ["20-series", "infinity"])
def test_the_true_wiring_as_a_proposal_reads_what_the_mended_house_reads(dialect: str) -> None:
    seen = known = 0
    for seed in range(9):
        options = RandomOptions(dialect=dialect, unmetered_solar_share=0)  # type: ignore[arg-type]
        site, rng = draw_site(seed, options)
        used = [ct.input for ct in site.cts if ct.role != "UNUSED"]
        grid = [ct.input for ct in site.cts if ct.name.startswith("Mains")]
        faults = faults_in(site, rng, used, grid, site.house.ports)
        pair = Pair(lambda: draw_site(seed, options)[0], faults)  # noqa: B023
        pair.play(16)
        right = pair.right.locations.find(None)
        if right is None or not pair.wrong.judge.settled:
            continue
        found, truth = pair.preview(), {c.input: c for c in view_of(right).channels}
        for n, one in found.changed.items():
            then, real = one.then, truth[n]
            if then.watts is None or real.watts is None or one.low is None or one.high is None:
                assert one.known == "unknown"
                continue
            assert one.low - 2 <= real.watts <= one.high + 2, (seed, n)
            assert then.amps == one.now.amps == pytest.approx(real.amps)
            assert then.setting == real.setting
            if one.known == "exact":
                assert then.watts == pytest.approx(real.watts, abs=1)
                known += 1
            seen += 1
        unchanged = [c for c in found.view.channels if c.input not in found.changed]
        assert all(c.watts == pytest.approx(truth[c.input].watts, abs=1e-6) for c in unchanged)
    assert seen > 12
    assert known > 6


@pytest.mark.parametrize(
    "faults", [("reversed:6",), ("swapped:0,1",), ("rotated:0,1,2", "reversed:9"), ("phase:8,L2", "reversed:10")]
)
def test_sums_and_balance_of_a_proposal_are_those_of_the_house_once_it_is_set_so(faults: tuple[str, ...]) -> None:
    pair = Pair(lambda: home3pv("infinity", "preview"), faults)
    pair.play(150)
    right = pair.right.locations.find(None)
    assert right is not None
    found, real = pair.preview(), pair.right.judge.judgement()
    for phase, truth in zip(found.view.phases, view_of(right).phases, strict=True):
        assert phase.volts == truth.volts
        assert phase.grid_watts == pytest.approx(truth.grid_watts, rel=0.05, abs=40)
        assert phase.submetered_watts == pytest.approx(truth.submetered_watts, rel=0.05, abs=40)
    for one, is_ in zip(found.balance, real.balance, strict=True):
        assert one.phase == is_.phase
        assert one.unmetered == pytest.approx(is_.unmetered, rel=0.1, abs=130)
        assert one.verdict in (is_.verdict, "doubtful") if is_.verdict == "ok" else True
    assert not [c for c in found.missing if c.code == "preview.missing.unexplained"]


def test_a_second_reversal_gives_what_is_read_now() -> None:
    pair = Pair(lambda: home3pv("20-series", "twice"), ["reversed:6"])
    pair.play(20)
    site = pair.wrong.locations.find(None)
    assert site is not None
    found = pair.preview()
    own = found.changed[6]
    assert own.known == "exact"
    assert own.then.watts == -(own.now.watts or 0.0)
    assert (own.then.pf and own.then.pf.value) == pytest.approx(-own.now.pf.value if own.now.pf else None)
    again = preview(
        found.view,
        pair.wrong.judge.judgement(),
        pair.wrong.judge.evidence,
        {6: wiring_of(site.settings[6])},
        sample=site.sample,
    )
    assert again.changed[6].then.watts == own.now.watts


def test_a_clamp_that_is_to_be_moved_reads_nobody_knows_what() -> None:
    pair = Pair(lambda: home3pv("infinity", "hand"), ["dead:9"])
    pair.play(40)
    site, judge = pair.wrong.locations.find(None), pair.wrong.judge
    assert site is not None
    found = preview(view_of(site), judge.judgement(), judge.evidence, {}, by_hand={9}, sample=site.sample)
    assert found.changed[9].known == "unknown"
    assert found.changed[9].then.watts is None
    phase = site.settings[9].phase
    assert [f.params["inputs"] for f in found.missing if f.code == "preview.missing.unknown"] == [(9,)]
    assert next(one.verdict for one in found.balance if one.phase == phase) == "unchecked"


def test_what_no_setting_mends_is_named_as_missing() -> None:
    faults = ["swapped:0,1", "ratio:6,4.0"]
    pair = Pair(lambda: home3pv("infinity", "preview"), faults)
    pair.play(150)
    found = pair.preview()
    judged = pair.wrong.judge.judgement().channels[6].verdict
    codes = {f.code for f in found.missing}
    assert codes & {"preview.missing.wrong", "preview.missing.undecided", "preview.missing.unexplained"}, judged
    assert not found.adds_up


def test_the_sheet_after_a_guided_test_is_a_proposal_that_adds_up() -> None:
    monitor = sites.build("home3pv", dialect="infinity", faults=["swapped:0,1", "reversed:6"], guided=True)
    assert monitor.plan is not None
    run = Run(monitor)
    judgement = run.play(round(monitor.plan.steps[-1].off) + 10)
    sheet, evidence = correction_sheet(view_of(run.site), judgement), run.judge.evidence
    found = preview(view_of(run.site), judgement, evidence, sheet.wished, sample=run.site.sample, hides=run.judge.hides)
    assert set(found.changed) == {0, 1, 6}
    assert {one.verdict for one in judgement.balance} != {"ok"}
    assert found.adds_up
    assert {one.verdict for one in found.balance} == {"ok"}
    assert {f.code for f in found.missing} <= {"preview.missing.circuit"}
    settings = {c.input: wiring_of(c.setting) for c in found.view.channels if c.setting is not None}
    assert {number: settings[number] for number in sheet.wished} == sheet.wished
