"""The first thing to do: a cause of the supply, faults by certainty, what proves most, what is doubtful, the report."""

from dataclasses import replace

import pytest

from smappee_tui.app.next_step import next_step
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Judgement, Subject, Verdict
from smappee_tui.i18n import LANGUAGES, Translator
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.simulator.sites import build
from smappee_tui.site.view import view_of
from tests.diagnosis.made import Run
from tests.tui.houses import House, twelve
from tests.tui.scene import Scene

ENGLISH = Translator("en")
VIEW = view_of(Scene(twelve()).configure().run(3).session.site)  # type: ignore[arg-type]
LOAD, GRID = fact("advice.wait_for_load", amps=0.0), fact("advice.ambiguous_grid", amps=3.0, phase="L2")


def verdict(number: int, said: Verdict, advice: Fact | None = None) -> ChannelVerdict:
    return ChannelVerdict(number, said, fact("verdicts.inconclusive"), 0.9, advice=advice)


def judged(**more: object) -> Judgement:
    channels = {n: verdict(n, "ok") for n in range(11)} | {11: verdict(11, "unused")}
    return replace(Judgement(channels=channels), **more)  # type: ignore[arg-type]


def waiting(advices: dict[int, Fact]) -> Judgement:
    return judged(channels=judged().channels | {n: verdict(n, "inconclusive", a) for n, a in advices.items()})


def said(judgement: Judgement) -> str:
    step = next_step(VIEW, judgement)
    assert step is not None
    return ENGLISH.fact(step.said)


def test_what_proves_most() -> None:
    judgement = waiting({1: GRID, 0: GRID, 9: LOAD, 10: LOAD})
    assert said(judgement) == (
        "Switch 1 kW or more on L2, one circuit after the other: it proves Grid meter, Sockets living room and "
        "Washing machine and drye."
    )
    step = next_step(VIEW, judgement)
    assert step is not None
    assert step.channels == (1, 9, 10)
    assert said(waiting({1: GRID, 9: LOAD})) == (
        "Switch 1 kW or more on Sockets living room (L2): it proves Grid meter and Sockets living room."
    )
    assert said(waiting({1: GRID})) == "Switch 1 kW or more on L2, anywhere behind the meter: it proves Grid meter."


def test_many_names_are_counted() -> None:
    assert said(waiting(dict.fromkeys((0, 3, 4, 5), LOAD) | {11: LOAD})).endswith(
        "it proves Grid meter, Solar inverter, Oven and 2 more."
    )


def test_a_cause_of_the_supply_goes_before_any_fault_and_a_surer_fault_before_another() -> None:
    sure, unsure = (
        Finding(
            "ct-dead", "fault", Subject("channel", n), confidence=c, channels=(n,), params={"input": n, "name": "x"}
        )
        for n, c in ((4, 0.99), (5, 0.97))
    )
    lead = Finding("voltage-missing", "fault", Subject("phase", "L2"), channels=(1,), params={"phase": "L2"})
    assert said(judged(findings=(unsure, sure))).startswith("Input 4")
    assert said(judged(findings=(unsure, sure, lead))) == (
        "No voltage on L2 → Check the voltage lead of L2 and its fuse. Power on L2 cannot be judged before."
    )
    step = next_step(VIEW, judged(findings=(unsure, sure)))
    assert step is not None
    assert (step.channels, step.severity) == ((4,), "fault")


def test_sums_that_cannot_be_go_before_more_tests_and_other_warnings_after_them() -> None:
    other = Finding(
        "over-range", "warning", Subject("channel", 4), channels=(4,), params={"input": 4, "amps": 60.0, "name": "Oven"}
    )
    balance = Finding(
        "balance-impossible",
        "warning",
        Subject("phase", "L1"),
        channels=(0,),
        params={"phase": "L1", "watts": 900.0, "inputs": (0,)},
    )
    open_ones = waiting({9: LOAD})
    assert said(replace(open_ones, findings=(other,))).startswith("Switch 1 kW or more")
    assert said(replace(open_ones, findings=(other, balance))).startswith("On L1 900 W more")
    assert said(judged(findings=(other,))).startswith("Input 4 'Oven' read 60 A")


def test_what_is_watched_is_waited_for() -> None:
    watched = replace(verdict(9, "no_current", LOAD), watching=5)
    assert said(judged(channels=judged().channels | {9: watched})) == "Watching, 5 s left: leave the loads as they are."


def test_the_report_comes_when_everything_is_judged_and_something_was() -> None:
    assert said(judged()) == "Every input is judged: write the report."
    assert "No input is in use" in said(Judgement(channels={n: verdict(n, "unused") for n in range(12)}))
    assert "more evidence is needed" in said(Judgement())


def test_sun_and_battery_are_waited_for() -> None:
    assert said(waiting({3: fact("advice.wait_for_sun", amps=0.0)})) == (
        "Wait for sun: 250 VA or more on its phase proves Solar inverter."
    )
    assert "battery" in said(waiting({3: fact("advice.wait_for_battery", amps=0.0)}))


def test_nothing_is_said_of_nothing() -> None:
    assert next_step(None, Judgement()) is None
    unconfigured = view_of(Scene(twelve()).run(3).session.site)  # type: ignore[arg-type]
    step = next_step(unconfigured, Judgement())
    assert step is not None
    assert ENGLISH.fact(step.said).startswith("Configure the inputs in the app")


@pytest.mark.parametrize("faults", [(), ("voltage-missing:L2",), ("ratio:6,4.0",), ("reversed:7",)])
def test_a_simulated_house_has_a_next_step_at_every_moment_in_every_language(faults: tuple[str, ...]) -> None:
    run = Run(build("home3pv", dialect="infinity", seed=1, faults=faults))
    run.play(1)
    for _ in range(12):
        judgement = run.play(10)
        step = next_step(view_of(run.site), judgement)
        assert step is not None
        for language in LANGUAGES:
            text = Translator(language).fact(step.said)
            assert "{" not in text
            assert "next_step." not in text


def test_an_unnamed_input_is_named_by_its_number() -> None:
    house = House([replace(clamp, name="") for clamp in twelve().clamps])
    view = view_of(Scene(house).configure().run(3).session.site)  # type: ignore[arg-type]
    step = next_step(view, waiting({9: LOAD}))
    assert step is not None
    assert ENGLISH.fact(step.said) == "Switch 1 kW or more on input 9 (L2): it proves input 9."
