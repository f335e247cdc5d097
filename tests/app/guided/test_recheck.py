"""After a fix: the old evidence goes, one step is asked for, and only then it says PASS, with before and after."""

from __future__ import annotations

from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.app.guided.operator import Play, house, text, verdicts


def configure(monitor: VirtualMonitor, number: int) -> None:
    """The installer turns the reversal of one input round in the app."""
    ct = monitor.site.ct(number)
    ct.flag = not ct.flag
    monitor._set_faults(list(monitor.faults))
    monitor._tell_retained([(monitor._wire.channel_topic, monitor._wire.channels(monitor.time))], monitor.time)


def test_a_configuration_seen_arriving_is_proved_again() -> None:
    play = Play(house(("Kitchen", 0), ("Laundry", 1), faults=["reversed:3"]))
    play.run()
    marks = len(play.marks)
    configure(play.monitor, 3)
    play.second()
    play.second()
    conductor = play.conductor
    assert not conductor.finished
    assert [step.input for step in conductor.plan.steps] == [3]
    row = next(r for r in play.result().channels if r.input == 3)
    assert (row.outcome, text(row.before)) == ("open", "reversed")
    play.run()
    row = next(r for r in play.result().channels if r.input == 3)
    assert (row.outcome, text(row.before)) == ("pass", "reversed")
    assert len(play.marks) - marks <= 4


def test_a_fix_of_a_grid_ct_asks_for_one_step() -> None:
    play = Play(house(faults=["reversed:1"]))
    play.run()
    assert verdicts(play)[1] == "reversed"
    configure(play.monitor, 1)
    play.second()
    play.second()
    assert [step.number for step in play.conductor.plan.steps] == [1]
    play.run()
    assert set(verdicts(play).values()) == {"ok"}


def test_a_fix_that_was_none_stays_a_fault() -> None:
    play = Play(house(("Kitchen", 0)))
    play.run()
    configure(play.monitor, 3)
    play.second()
    play.run()
    row = next(r for r in play.result().channels if r.input == 3)
    assert (row.outcome, text(row.said)) == ("fault", "reversed")


def test_a_moved_clamp_is_proved_again() -> None:
    play = Play(house(("Kitchen", 0), faults=["reversed:3"]))
    play.run()
    play.monitor.mend("reversed:3")
    play.conductor.moved(3, play.judge, play.now)
    play.second()
    assert verdicts(play)[3] == "no_current"
    play.run()
    row = next(r for r in play.result().channels if r.input == 3)
    assert (row.outcome, text(row.before)) == ("pass", "reversed")
