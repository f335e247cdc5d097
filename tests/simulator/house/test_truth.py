import pytest

from smappee_tui.simulator import sites

# home3pv: 0-2 mains, 3-5 solar, 6 charger L1, 7 heat pump L2, 8 water heater L3, 9 kitchen L1, 10 laundry L2, 12 spare


@pytest.mark.parametrize(
    ("faults", "number", "state", "phase"),
    [
        ([], 0, "ok", 0),
        (["reversed:3"], 3, "reversed", 0),
        (["reversed:3", "reversed:3"], 3, "ok", 0),
        (["swapped:0,1"], 0, "wrong_phase", 1),
        (["swapped:0,1"], 1, "wrong_phase", 0),
        (["rotated:0,1,2"], 2, "wrong_phase", 0),
        (["rotated:0,1,2", "reversed:2"], 2, "wrong_phase_reversed", 0),
        (["phase:6,L2"], 6, "wrong_phase", 1),
        (["phase:0,L2"], 0, "wrong_phase", 1),
        (["dead:2"], 2, "dead", 2),
        (["two-wires:2"], 2, "dead", 2),
        (["half-open:5"], 5, "half_open", 2),
        (["ratio:4,4.0"], 4, "wrong_ratio", 1),
        (["ratio:4,4.0", "reversed:4"], 4, "reversed", 1),
        (["neutral:0"], 0, "on_neutral", 0),
        (["neutral:6"], 6, "reversed", 0),
        (["neutral:6", "phase:6,L3"], 6, "wrong_phase_reversed", 2),
        (["duplicate:1,0"], 1, "wrong_phase", 0),
        (["duplicate:9,6"], 9, "wrong_circuit", 0),
        (["swapped:6,9"], 6, "wrong_circuit", 0),
        (["swapped:6,7"], 6, "wrong_phase", 1),
        ([], 12, "unused", 0),
        (["unused-current:12"], 12, "unused_current", 0),
        (["voltage-missing:L2"], 1, "no_voltage", 1),
        (["voltage-missing:L2"], 0, "ok", 0),
        (["voltage-rotated"], 7, "wrong_phase", 2),
        (["voltage-rotated"], 6, "ok", 0),
        (["voltage-rotated", "swapped:1,2"], 1, "ok", 1),
        (["overrange:1"], 1, "over_range", 1),
        (["phaseid:3"], 3, "ok", 0),
    ],
)
def test_label(faults: list[str], number: int, state: str, phase: int) -> None:
    assert sites.build("home3pv", faults=faults).state_of(number) == (state, phase)


def test_mending_gives_the_old_label_back() -> None:
    monitor = sites.build("home3pv", faults=["reversed:3", "phase:6,L3"])
    for fault in monitor.faults:
        monitor.mend(fault)
    assert monitor.state_of(3) == ("ok", 0)
    assert monitor.state_of(6) == ("ok", 0)


def test_busy_seconds_are_of_the_ct_and_of_its_wire() -> None:
    monitor = sites.build("home3pv", faults=["dead:6"])
    monitor.tick(monitor.time + 60)
    row = monitor.truth()["channels"][6]
    assert row["busy_seconds"] == 0
    assert row["circuit_busy_seconds"] == 60
    assert row["max_amps"] < 0.1


def test_unknown_input() -> None:
    with pytest.raises(KeyError):
        sites.build("home1").state_of(44)
