"""The plan: shortest, honest about what no load can decide."""

from __future__ import annotations

from smappee_tui.app.guided.plan import LOADS, STEP_SECONDS, Answers, default_answers
from tests.app.guided.operator import Play, house


def planned(play: Play) -> list[tuple[str, int]]:
    play.second()
    return [step.key for step in play.conductor.plan.steps]


def test_circuits_prove_the_grid_ct_of_their_phase() -> None:
    play = Play(house(("Kitchen", 0), ("Laundry", 1)))
    assert planned(play) == [("circuit", 3), ("circuit", 4), ("phase", 2)]
    assert play.conductor.plan.steps[0].decides == (3, 0)
    assert play.conductor.plan.seconds == 3 * STEP_SECONDS


def test_wired_in_appliances_run_and_the_sun_is_waited_for() -> None:
    play = Play(house(("Heat pump", 0), solar=0.0), generation="metered")
    keys = planned(play)
    assert ("run", 6) in keys
    assert {3, 4, 5} <= set(play.conductor.plan.passive)


def test_only_an_oven() -> None:
    play = Play(house(("Kitchen", 0)))
    play.conductor.answers = Answers("none", LOADS[3])
    assert planned(play) == [("run", 3)]
    assert play.conductor.plan.passive[0].code == "guided.needs.oven"


def test_defaults_come_from_the_configuration() -> None:
    play = Play(house(solar=0.5))
    play.second()
    assert default_answers(play.site.settings).generation == "metered"
    assert default_answers({}).generation == "unknown"
    assert default_answers(play.site.settings, "unmetered").generation == "unmetered"
