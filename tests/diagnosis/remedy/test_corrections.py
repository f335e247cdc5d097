"""The correction sheet: what each fault of the simulator becomes on it, and what never stands there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Hypothesis, Judgement, Subject
from smappee_tui.diagnosis.remedy.corrections import CorrectionSheet, Wiring, correction_sheet, corrections, move_of
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.simulator import sites
from smappee_tui.simulator.house.meter import Dialect
from smappee_tui.site.view import ChannelView, SiteView, view_of
from tests.diagnosis.made import Run


def guided(*faults: str, site: str = "home3pv", dialect: Dialect = "infinity") -> CorrectionSheet:
    """The sheet after a whole guided test."""
    monitor = sites.build(site, dialect=dialect, faults=faults, guided=True)
    assert monitor.plan is not None
    run = Run(monitor)
    judgement = run.play(round(monitor.plan.steps[-1].off) + 10)
    return correction_sheet(view_of(run.site), judgement)


def told(sheet: CorrectionSheet) -> dict[int, tuple[str | None, bool]]:
    """By input the phase and the direction that the sheet wants."""
    return {n: (None if w.phase is None else f"L{w.phase + 1}", w.reversed) for n, w in sheet.wished.items()}


@pytest.mark.parametrize(
    ("faults", "wanted"),
    [
        (("reversed:6",), {6: ("L1", True)}),
        (("phase:8,L2",), {8: ("L2", False)}),
        (("swapped:0,1", "reversed:6"), {0: ("L2", False), 1: ("L1", False), 6: ("L1", True)}),
        (("rotated:0,1,2",), {0: ("L2", False), 1: ("L3", False), 2: ("L1", False)}),
        (("phase:8,L2", "reversed:8"), {8: ("L2", True)}),
    ],
)
@pytest.mark.parametrize("dialect", ["infinity", "20-series"])
def test_a_clamp_whose_place_is_certain_is_a_setting(
    faults: tuple[str, ...], wanted: dict[int, tuple[str, bool]], dialect: Dialect
) -> None:
    sheet = guided(*faults, dialect=dialect)

    assert told(sheet) == wanted
    assert not sheet.move
    assert all(one.confidence > 0.9 for one in sheet.configure)


@pytest.mark.parametrize(
    ("fault", "number", "code"),
    [
        ("dead:8", 8, "ct-dead"),
        ("two-wires:8", 8, "ct-dead"),
        ("half-open:8", 8, "ct-half-open"),
        ("neutral:0", 0, "ct-neutral"),
    ],
)
def test_what_no_setting_mends_is_for_the_hand(fault: str, number: int, code: str) -> None:
    sheet = guided(fault)

    assert not sheet.configure
    (line,) = sheet.move
    assert (line.input, line.how, line.why[0]) == (number, "move", code)
    assert line.now == line.set


def test_a_clamp_of_a_rating_that_is_sold_is_the_wrong_type_in_the_configuration() -> None:
    (line,) = guided("ratio:8,0.5").configure

    assert (line.now.ct_type, line.set.ct_type, line.changes) == ("SCT2_50A", "SCT2_100A", ("ct_type",))


def test_a_factor_that_no_rating_explains_is_for_the_hand() -> None:
    sheet = guided("ratio:8,4.0")

    assert not sheet.configure
    assert [(one.input, one.why[0]) for one in sheet.move] == [(8, "ct-ratio")]


def test_two_circuits_in_each_others_place_exchange_name_and_phase() -> None:
    first, second = guided("swapped:6,7").configure

    assert (first.input, first.set.phase, first.rename) == (6, 1, "Heat pump")
    assert (second.input, second.set.phase, second.rename) == (7, 0, "Car charger")


def test_the_name_of_a_grid_ct_follows_its_phase() -> None:
    assert [one.rename for one in guided("swapped:0,1").configure] == ["Mains L2", "Mains L1"]


@pytest.mark.parametrize("fault", ["voltage-rotated", "voltage-missing:L2"])
def test_under_a_fault_of_the_supply_nothing_is_set_otherwise(fault: str) -> None:
    monitor = sites.build(faults=[fault])
    run = Run(monitor)
    judgement = run.play(400)

    sheet = correction_sheet(view_of(run.site), judgement)

    assert not sheet.lines
    assert [f.code for f in sheet.causes] == ["rotation-suspected" if "rotated" in fault else "voltage-missing"]
    assert {"corrections.cause_first"} <= {one.why.code for one in sheet.open}


@pytest.mark.parametrize(("dialect", "site"), [("infinity", "delta"), ("20-series", "delta")])
def test_exchanged_grid_cts_of_a_delta_supply(dialect: Dialect, site: str) -> None:
    assert told(guided("swapped:0,1", site=site, dialect=dialect)) == {0: ("L2", False), 1: ("L1", False)}


def test_a_healthy_house_has_an_empty_sheet() -> None:
    assert not guided().lines


@pytest.mark.parametrize("fault", ["plug-unreachable:2", "battery-low", "duplicate:7,6", "unused-current:12"])
def test_what_is_a_question_is_no_correction(fault: str) -> None:
    assert not guided(fault).configure


# -- by hand


def setting(
    number: int, phase: int | None = 0, *, name: str = "Oven", hub: str | None = None, turned: bool = False
) -> ChannelSetting:
    return ChannelSetting(number, name, "CONSUMPTION", "SUBMETER", phase, turned, False, None, hub)


def view(*settings: ChannelSetting, dialect: str = "infinity") -> SiteView:
    channels = tuple(ChannelView(one.input, one, *(None,) * 8) for one in settings)  # type: ignore[arg-type]
    return SiteView("u", "5010000001", "Genius", "", dialect, True, channels, (), None, None)


def verdict(number: int, word: str, *chances: Hypothesis, phase: int | None = None) -> ChannelVerdict:
    return ChannelVerdict(number, word, fact("verdicts.ok"), 0.99, phase, hypotheses=chances)  # type: ignore[arg-type]


def judged(*verdicts: ChannelVerdict, findings: tuple[Finding, ...] = (), **rest: object) -> Judgement:
    said = Judgement(channels={one.input: one for one in verdicts}, findings=findings)
    return replace(said, **rest)  # type: ignore[arg-type]


def test_a_fault_whose_phase_is_not_known_is_named_and_not_proposed() -> None:
    wrong = verdict(4, "wrong_phase", Hypothesis(1, False, 0.6), Hypothesis(2, False, 0.4))

    sheet = correction_sheet(view(setting(4)), judged(wrong))

    assert not sheet.lines
    assert [(one.input, one.fault, one.why.code) for one in sheet.open] == [(4, True, "corrections.place_open")]


def test_a_phase_that_is_only_probable_is_not_proposed() -> None:
    wrong = verdict(4, "wrong_phase", Hypothesis(1, False, 0.8), phase=1)

    assert not correction_sheet(view(setting(4)), judged(wrong)).lines


def test_an_undecided_input_is_never_a_line() -> None:
    waiting = verdict(4, "inconclusive", Hypothesis(1, False, 0.96))

    assert not correction_sheet(view(setting(4)), judged(waiting)).lines


def test_of_three_rotated_the_third_follows_from_the_two_others() -> None:
    settings = [setting(n, n, name=f"Mains L{n + 1}") for n in range(3)]
    sits = [verdict(n, "wrong_phase", Hypothesis((n + 1) % 3, False, 0.97), phase=(n + 1) % 3) for n in range(2)]
    third = verdict(2, "wrong_phase", Hypothesis(0, False, 0.55), Hypothesis(1, False, 0.44))
    rotated = Finding("ct-rotated", "fault", Subject("channel", 0), channels=(0, 1, 2), confidence=0.98)

    sheet = correction_sheet(view(*settings), judged(*sits, third, findings=(rotated,)))

    assert {n: w.phase for n, w in sheet.wished.items()} == {0: 1, 1: 2, 2: 0}


def test_the_order_is_the_one_of_the_vendors_app() -> None:
    hubs = {1: "5500000002/0", 2: "5500000001/3", 3: "5500000001/0", 4: "5500000001/10"}
    settings = [setting(n, hub=hub) for n, hub in hubs.items()]
    turned = [verdict(n, "reversed", Hypothesis(0, True, 0.99)) for n in hubs]

    found = corrections(view(*settings), judged(*turned))

    assert [one.input for one in found] == [3, 2, 4, 1]
    assert [one.hub_serial for one in found] == ["5500000001"] * 3 + ["5500000002"]


def test_on_an_infinity_with_delta_supply_no_input_can_be_set_to_the_reference_phase() -> None:
    wrong = verdict(4, "wrong_phase", Hypothesis(2, False, 0.99), phase=2)

    (line,) = corrections(view(setting(4)), judged(wrong, supply="delta"))
    (other,) = corrections(view(setting(4), dialect="20-series"), judged(wrong, supply="delta"))

    assert (line.how, other.how) == ("move", "configure")


def test_two_findings_of_one_input_are_one_line() -> None:
    turned = verdict(4, "reversed", Hypothesis(0, True, 0.99))
    findings = (
        Finding("ct-reversed", "fault", Subject("channel", 4), channels=(4,)),
        Finding("ct-duplicate", "warning", Subject("channel", 4), channels=(4, 5)),
    )

    (line, other) = corrections(view(setting(4), setting(5)), judged(turned, verdict(5, "ok"), findings=findings))

    assert (line.input, line.how, line.why) == (4, "move", ("ct-duplicate", "ct-reversed"))
    assert (other.input, other.also) == (5, (4,))
    assert line.now == Wiring(0, False, "CONSUMPTION", "SUBMETER")


def test_a_dozen_exchanged_clamps_are_not_tried_in_every_order() -> None:
    """There are half a thousand million: a look at the sheet would never end."""
    wrong = [verdict(n, "wrong_phase", Hypothesis(1, False, 0.6)) for n in range(12)]
    rotated = Finding("ct-rotated", "fault", Subject("channel", 0), channels=tuple(range(12)), confidence=0.98)

    assert corrections(view(*(setting(n, n % 3) for n in range(12))), judged(*wrong, findings=(rotated,))) == ()


# -- what changes only together

MAINS = [
    ChannelSetting(n, f"Mains L{n + 1}", "CONSUMPTION", "GRID", n, False, False, None, f"5500000001/{n}")
    for n in range(3)
]
PUMP = [setting(n, n - 4, name=f"Pump L{n - 3}") for n in range(4, 7)]


def placed(number: int, phase: int, *, home: int) -> ChannelVerdict:
    """A clamp that certainly sits there."""
    if phase == home:
        return verdict(number, "ok", Hypothesis(phase, False, 0.99))
    return verdict(number, "wrong_phase", Hypothesis(phase, False, 0.99), phase=phase)


@pytest.mark.parametrize("load", [MAINS, PUMP])
@pytest.mark.parametrize("word", ["inconclusive", "no_current", "wrong_phase", "dead"])
def test_half_of_an_exchanged_pair_waits_for_the_other_one(load: list[ChannelSetting], word: str) -> None:
    a, b, c = (one.input for one in load)
    said = [placed(a, 1, home=0), verdict(b, word, Hypothesis(0, False, 0.6)), placed(c, 2, home=2)]

    sheet = correction_sheet(view(*load), judged(*said))

    assert not sheet.lines
    held = next(one for one in sheet.open if one.input == a)
    assert (held.fault, held.held, held.why.code) == (True, True, "corrections.together_phase")
    assert (held.why.params["input"], held.why.params["there"]) == (b, "L2")


def test_what_waits_makes_wait_who_would_take_its_place() -> None:
    said = [placed(0, 1, home=0), verdict(1, "inconclusive"), placed(2, 0, home=2)]

    sheet = correction_sheet(view(*MAINS), judged(*said))

    assert not sheet.lines
    assert {one.input: one.why.params["input"] for one in sheet.open if one.held} == {0: 1, 2: 0}


def test_two_clamps_of_one_meter_round_one_conductor_are_for_the_hand() -> None:
    said = [placed(0, 1, home=0), placed(1, 1, home=1), placed(2, 2, home=2)]

    (line,) = correction_sheet(view(*MAINS), judged(*said)).lines

    assert (line.input, line.how, line.beside, line.rename, line.now == line.set) == (0, "move", 1, "", True)
    own = move_of(line)
    assert own is not None
    assert (own.code, own.params["other"], own.params["phase"]) == ("corrections.move_beside", 1, "L1")
    for code in ("ct-swapped", "ct-rotated", "ct-all-reversed"):  # their own advice is to set phases
        assert move_of(replace(line, why=(code,))) == own
    assert move_of(replace(line, why=("ct-dead",))) is None  # which says itself what to do


def test_of_three_round_one_conductor_the_two_that_are_wrong_are_both_for_the_hand() -> None:
    said = [placed(n, 2, home=n) for n in range(3)]

    lines = correction_sheet(view(*MAINS), judged(*said)).lines

    assert [(line.input, line.how, line.beside) for line in lines] == [(0, "move", 2), (1, "move", 2)]


def test_so_it_is_after_a_guided_test_of_the_virtual_house() -> None:
    sheet = guided("phase:0,L2")

    assert not sheet.configure
    assert [(one.input, one.beside) for one in sheet.move] == [(0, 1)]


def test_of_three_that_are_wrong_the_last_one_is_where_the_others_leave_room() -> None:
    last = verdict(1, "wrong_phase", Hypothesis(0, False, 0.6), Hypothesis(2, False, 0.39))

    sheet = correction_sheet(view(*MAINS), judged(placed(0, 2, home=0), last, placed(2, 1, home=2)))

    assert {n: w.phase for n, w in sheet.wished.items()} == {0: 2, 1: 0, 2: 1}


@given(
    st.lists(st.sampled_from(["ok", "wrong", "open", "silent", "turned"]), min_size=3, max_size=3),
    st.lists(st.integers(0, 2), min_size=3, max_size=3),
)
@settings_of(max_examples=60)
def test_no_sheet_leaves_two_clamps_of_one_meter_on_one_phase(words: list[str], places: list[int]) -> None:
    made = {
        "ok": lambda n: placed(n, n, home=n),
        "wrong": lambda n: placed(n, places[n], home=n),
        "open": lambda n: verdict(n, "wrong_phase", Hypothesis(places[n], False, 0.6)),
        "silent": lambda n: verdict(n, "no_current"),
        "turned": lambda n: verdict(n, "reversed", Hypothesis(n, True, 0.99)),
    }
    said = judged(*(made[word](n) for n, word in enumerate(words)))

    wished = correction_sheet(view(*MAINS), said).wished

    assert {wished[n].phase if n in wished else n for n in range(3)} == {0, 1, 2}


def exchanged_pair(*verdicts: ChannelVerdict, more: tuple[Finding, ...] = ()) -> CorrectionSheet:
    """Inputs 6 and 7 answered for each other."""
    pair = Finding("ct-exchanged", "fault", Subject("channel", 6), channels=(6, 7), confidence=0.99)
    both = view(setting(6, 0, name="Car charger"), setting(7, 1, name="Heat pump", turned=True))
    return correction_sheet(both, judged(*verdicts, findings=(*more, pair)))


def test_a_name_is_exchanged_only_with_the_other_one() -> None:
    known = placed(6, 1, home=0)
    both = exchanged_pair(known, placed(7, 0, home=1))
    half = exchanged_pair(known, verdict(7, "inconclusive"))
    dead = Finding("ct-half-open", "fault", Subject("channel", 7), channels=(7,), confidence=0.99)
    by_hand = exchanged_pair(known, verdict(7, "half_open"), more=(dead,))

    assert [one.rename for one in both.lines] == ["Heat pump", "Car charger"]
    assert not half.lines
    assert [(one.input, one.why.code) for one in half.open if one.held] == [(6, "corrections.together_pair")]
    assert [(one.input, one.how) for one in by_hand.lines] == [(7, "move")]
    assert [one.input for one in by_hand.open if one.held] == [6]
