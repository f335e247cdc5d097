"""Whole tests against a simulated board: a person as people are, and the right verdict or an honest "repeat"."""

from __future__ import annotations

import pytest

from smappee_tui.app.guided.plan import LOADS, Answers
from smappee_tui.simulator.house.circuits import UNMETERED
from tests.app.guided.operator import START, Habits, Play, another, house, text, verdicts

TWO = (("Kitchen", 0), ("Laundry", 1))


def truths(play: Play) -> dict[int, str]:
    """What is true of every channel in use."""
    return {ct.input: play.monitor.state_of(ct.input)[0] for ct in play.monitor.site.cts}


def said(play: Play, kind: str) -> list[str]:
    """Texts of all events of a kind."""
    return [text(event.what) for event in play.conductor.log if event.kind == kind]


@pytest.mark.parametrize("seed", range(3))
def test_a_three_phase_board_takes_less_than_three_minutes(seed: int) -> None:
    play = Play(house(*TWO, ("Workshop", 2), seed=seed), seed=seed)
    result = play.run()
    assert play.conductor.finished
    assert play.length < 180
    assert set(verdicts(play).values()) == {"ok"}
    assert [row.outcome for row in result.channels] == ["pass"] * 6
    assert result.supply
    assert all(0.1 < ohms.ohm < 0.35 for ohms in result.supply), result.supply
    assert {ohms.phase for ohms in result.supply} == {0, 1, 2}


@pytest.mark.parametrize(
    "faults",
    [
        ["reversed:0"],
        ["swapped:0,1"],
        ["swapped:1,2"],
        ["rotated:0,1,2"],
        ["phase:3,L2"],
        ["phase:4,L3"],
        ["dead:3"],
        ["dead:2"],
        ["ratio:3,2.0"],
        ["reversed:4", "swapped:0,2"],
    ],
    ids=str,
)
def test_every_fault_is_named(faults: list[str]) -> None:
    habits = Habits(forgets=lambda n: n % 4 == 3, doubles=lambda n: n % 3 == 0)
    play = Play(house(*TWO, faults=faults), habits)
    result = play.run()
    assert play.conductor.finished
    assert verdicts(play) == truths(play)
    wrong = [row for row in result.channels if row.outcome == "fault"]
    assert len(wrong) >= 1
    assert all(row.remedy for row in wrong)


@pytest.mark.parametrize("faults", [[], ["reversed:0"], ["reversed:1"], ["swapped:1,2"], ["reversed:6"]], ids=str)
def test_while_the_sun_exports(faults: list[str]) -> None:
    play = Play(house(*TWO, faults=faults, solar=0.7), generation="metered")
    play.run()
    assert play.conductor.finished
    assert verdicts(play) == truths(play)


@pytest.mark.parametrize("late", [0.0, 1.5, 3.0])
def test_g01_the_key_comes_late(late: float) -> None:
    play = Play(house(*TWO, faults=["reversed:3"]), Habits(late=late))
    play.run()
    assert verdicts(play) == truths(play)


def test_the_key_is_forgotten_every_time() -> None:
    play = Play(house(*TWO, faults=["swapped:0,1"]), Habits(forgets=lambda n: True))
    play.run()
    assert play.conductor.finished
    assert verdicts(play) == truths(play)


def test_the_key_is_doubled_every_time() -> None:
    play = Play(house(*TWO), Habits(doubles=lambda n: True))
    play.run()
    assert set(verdicts(play).values()) == {"ok"}
    assert len(play.marks) == len({mark.at for mark in play.marks})
    kinds = [mark.kind for mark in play.marks]
    assert kinds == ["load-on", "load-off"] * (len(kinds) // 2)


@pytest.mark.parametrize("solar", [None, 0.7])
def test_the_key_is_pressed_and_nothing_switched(solar: float | None) -> None:
    play = Play(
        house(*TWO, faults=["reversed:1"], solar=solar),
        Habits(lies=lambda n: n in (0, 4, 5)),
        "none" if solar is None else "metered",
    )
    play.run()
    assert play.conductor.finished
    assert verdicts(play) == truths(play)
    assert any("No clamp moved" in told for told in said(play, "repeat"))


@pytest.mark.parametrize("where", [0, 1])
def test_g02_another_load_at_the_same_moment(where: int) -> None:
    windows = ((5.0, 15.0), (22.0, 30.0))
    play = Play(house(extra=[(UNMETERED, where, another(2000.0, where, *windows))]), Habits(late=1.0))
    play.run()
    assert not set(verdicts(play).values()) - {"ok", "inconclusive", "no_current"}
    assert said(play, "repeat")


def test_g02_another_load_goes_off_as_his_goes_on() -> None:
    play = Play(house(extra=[(UNMETERED, 1, another(700.0, 1, (0.0, 10.0)))]), Habits(reaction=1e9), "metered")
    while play.now < START + 9:
        play.second()
    play.monitor.switch_heater(UNMETERED, 0, 1980.0)
    for _ in range(2):
        play.second()
    play.conductor.press(play.now)
    assert play.conductor.instruction().word == "off"
    assert said(play, "repeat") == ["Disturbed: Mains L2 moved at the same moment. This change does not count."]
    assert not play.marks


def test_g03_the_thermostat_opens() -> None:
    play = Play(house(), Habits(opens_after=lambda n: 2.5 if n == 0 else None))
    play.run()
    assert set(verdicts(play).values()) == {"ok"}
    assert any("thermostat" in told for told in said(play, "repeat"))


def test_g04_plugged_into_another_circuit_than_told() -> None:
    habits = Habits(place=lambda step, n: ("Laundry", 1) if step.name == "Kitchen" and n < 2 else None)
    play = Play(house(*TWO), habits)
    play.run()
    assert set(verdicts(play).values()) == {"ok"}
    assert any("Laundry answered, not Kitchen" in told for told in said(play, "repeat"))


def test_g04_always_plugged_into_the_wrong_one_is_not_judged() -> None:
    play = Play(house(*TWO), Habits(place=lambda step, n: ("Laundry", 1)))
    result = play.run()
    kitchen = next(row for row in result.channels if text(row.name) == "Kitchen")
    assert kitchen.outcome == "open"
    assert "Laundry" in text(kitchen.said)


def test_another_phase_than_told_is_no_fault() -> None:
    habits = Habits(place=lambda step, n: (UNMETERED, 1) if step.number == 0 and n < 2 else None)
    play = Play(house(), habits)
    play.run()
    assert play.conductor.finished
    assert set(verdicts(play).values()) == {"ok"}


def test_g05_a_turned_circuit_behind_a_sound_meter() -> None:
    play = Play(house(("Workshop", 1), faults=["reversed:3"]))
    play.run()
    assert verdicts(play) == {0: "ok", 1: "ok", 2: "ok", 3: "reversed"}


def test_g06_no_heater_forces_no_verdict() -> None:
    play = Play(house(("Kitchen", 1)))
    play.conductor.answers = Answers("none", LOADS[-1])
    result = play.run(60)
    assert play.conductor.finished
    assert not play.marks
    assert not [row for row in result.channels if row.outcome == "fault"]
    waiting = " ".join(map(text, play.conductor.plan.passive.values()))
    assert all(word in waiting for word in ("kettle", "oven", "lowest current", "watch for longer"))


def test_a_load_of_another_size_is_asked_about() -> None:
    play = Play(house(), Habits(watts=lambda n: 990.0))
    while play.conductor.recognizer.offered is None:
        play.second()
        assert play.now < START + 60
    assert not play.marks
    assert any("1.0 kW" in told for told in said(play, "repeat"))
    play.conductor.adopt(play.now)
    play.run()
    assert set(verdicts(play).values()) == {"ok"}
    assert {mark.watts for mark in play.marks} == {1000.0}


@pytest.mark.parametrize("lost_at", [4, 6, 9, 14])
def test_the_line_is_lost_in_the_middle(lost_at: int) -> None:
    play = Play(house(faults=["reversed:2"]))
    for _ in range(lost_at):
        play.second()
    play.line = False
    for _ in range(9):
        play.second()
    assert play.conductor.recognizer.paused
    assert play.conductor.instruction().word == "wait"
    play.line = True
    play.run()
    assert play.conductor.finished
    assert said(play, "resumed")
    assert verdicts(play) == truths(play)


@pytest.mark.parametrize("dialect", ["infinity", "20-series"])
@pytest.mark.parametrize("faults", [[], ["reversed:1"]], ids=str)
def test_delta_asks_for_pairs_of_lines(dialect: str, faults: list[str]) -> None:
    play = Play(house(kind="delta", dialect=dialect, faults=faults))
    play.run()
    assert verdicts(play) == truths(play)


def test_a_single_phase_board() -> None:
    play = Play(house(("Kitchen", 0), kind="single"))
    play.run()
    assert set(verdicts(play).values()) == {"ok"}


def test_skipping_is_honest() -> None:
    play = Play(house(*TWO))
    play.second()
    while play.conductor.step is not None:
        play.conductor.skip(play.now)
        play.second()
    result = play.result()
    assert not play.marks
    assert {row.said.code for row in result.channels if row.outcome == "open"} == {"guided.skipped"}
    play.conductor.repeat(play.now)
    play.second()
    assert play.conductor.step is not None


def test_stopping_half_way_keeps_what_was_proved() -> None:
    play = Play(house(*TWO, faults=["reversed:3"]))
    while play.conductor.step is None or play.conductor.step.name != "Laundry":
        play.second()
    result = play.result()
    assert [row.outcome for row in result.channels if text(row.name) == "Kitchen"] == ["fault"]
    assert "its step is still to come" in {text(row.said) for row in result.channels}
