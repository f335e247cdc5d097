import pytest

from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.simulator import sites
from smappee_tui.simulator.house.circuits import UNMETERED, Circuit
from smappee_tui.simulator.house.guided_plan import place_of, plan_for
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.simulator.ideal import START, payloads, site, still


def test_every_phase_and_every_submeter_gets_its_turn() -> None:
    monitor = sites.build("home3pv", guided=True)
    assert monitor.plan is not None
    assert [step.input for step in monitor.plan.steps] == [None] * 3 + list(range(6, 12))
    assert [step.port for step in monitor.plan.steps] == [0, 1, 2, 0, 1, 2, 0, 1, 2]


def test_heater_and_marks_agree_within_two_seconds() -> None:
    place = site(still(), [Circuit("a", (1,), [])])
    plan = plan_for(place, "x")
    monitor = VirtualMonitor(place, START, plan=plan)
    items = list(monitor.stream(START + plan.seconds))
    marks = [i for i in items if isinstance(i, Mark)]
    times = [i.at for i in items]
    assert times == sorted(times)
    assert len(marks) == 8
    powers = [m["channelPowers"] for m in payloads([i for i in items if isinstance(i, MqttMessage)], "realtime")]
    for step in plan.steps:
        row = 3 if step.input is not None else step.port
        assert powers[int(step.on) + 3][row]["power"] == pytest.approx(2000, rel=0.06)
        assert powers[int(step.off) + 3][row]["power"] == 0
        on = [m for m in marks if m.kind == "load-on" and 0.0 <= m.at - START - step.on <= 2.0]
        assert len(on) == 1
        assert on[0].watts == 2000.0
        assert on[0].input == step.input


def test_cycles() -> None:
    place = site(still(), [])
    assert len(plan_for(place, "x", cycles=2).steps) == 6


def test_the_operator_goes_by_the_names_not_by_the_clamps() -> None:
    monitor = sites.build("home3pv", guided=True, faults=["swapped:6,7"])
    assert monitor.plan is not None
    step = next(s for s in monitor.plan.steps if s.input == 6)
    assert step.circuit == "Car charger"


def test_a_load_is_plugged_in_by_name() -> None:
    place = site(still(), [Circuit("a", (1,), []), Circuit("three", (0, 1, 2), [])])
    assert place_of(place, None, 2) == (UNMETERED, 2)
    assert place_of(place, 0) == (UNMETERED, 0)  # the grid meter has no circuit of its own
    assert place_of(place, 3) == ("a", 1)
    with pytest.raises(KeyError):
        place_of(place, 99)


@pytest.mark.parametrize("fault", ["swapped:3,4", "phase:3,L3"])
def test_it_is_switched_where_the_name_says_whatever_the_clamps_do(fault: str) -> None:
    place = site(still(), [Circuit("a", (1,), []), Circuit("b", (2,), [])])
    monitor = VirtualMonitor(place, START, faults=[fault])
    monitor.plug_in(3, 0, 2000.0)
    list(monitor.publications(START + 2))
    flows = place.house.state.circuits
    assert max(abs(amps) for amps in flows["a"].fundamental) > 8
    assert max(abs(amps) for amps in flows["b"].fundamental) == 0
    monitor.plug_in(3, 0, 0.0)
    list(monitor.publications(START + 4))
    assert max(abs(amps) for amps in place.house.state.circuits["a"].fundamental) == 0


def test_on_a_three_phase_circuit_it_is_a_machine() -> None:
    place = site(still(), [Circuit("three", (0, 1, 2), [])])
    monitor = VirtualMonitor(place, START)
    monitor.plug_in(4, 0, 2000.0)
    list(monitor.publications(START + 1))
    assert all(abs(amps) > 8 for amps in place.house.state.circuits["three"].fundamental[:3])
