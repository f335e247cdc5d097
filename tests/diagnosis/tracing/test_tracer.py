"""Which input is this breaker: named rightly while the house lives its life, told apart or refused, never wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from smappee_tui.diagnosis.tracing.tracer import CircuitTracer, Tracing
from smappee_tui.simulator.house.circuits import UNMETERED
from smappee_tui.simulator.house.meter import Dialect
from smappee_tui.simulator.house.supply import SupplyModel
from tests.simulated.breakers import NAMES, Board, board

QUIET = 0.02
"""Loads that go by themselves a minute: hardly any."""


class Tried:
    """A board with a tracer that has listened for a while, and a hand."""

    def __init__(self, house: Board, seconds: int = 60) -> None:
        self.house, self.tracer = house, CircuitTracer()
        self.words: list[Tracing] = []
        self.wait(seconds)

    def wait(self, seconds: int) -> Tracing:
        """So many seconds; how it stands then."""
        for sample in self.house.seconds(seconds):
            self.tracer.hear(sample, self.house.evidence)
            if self.tracer.state.tries and (not self.words or self.words[-1].tries != self.tracer.state.tries):
                self.words.append(self.tracer.state)
        return self.tracer.state

    def arm(self) -> None:
        self.words.clear()
        self.tracer.arm()

    def load(self, circuit: str, watts: float = 1500.0, ports: Sequence[int] = ()) -> None:
        """A heater on a circuit, on each of its ports unless these are named."""
        self.house.breakers[circuit].plug(watts, ports)

    def flip(self, *circuits: str, seconds: int = 6, into: float = 0.4) -> Tracing:
        """Switch breakers in one moment, and wait as long as a name may take."""
        for circuit in circuits:
            self.house.breakers[circuit].flip(into)
        return self.wait(seconds)


def named(said: Tracing) -> set[int]:
    return set(said.found.inputs) if said.found is not None else set()


@pytest.mark.parametrize(("seed", "dialect"), [(41, "infinity"), (42, "20-series")])
def test_twelve_circuits_of_a_house_that_lives_are_named_in_five_seconds(seed: int, dialect: Dialect) -> None:
    tried = Tried(board(seed, dialect, busy=0.2), 120)
    for circuit in NAMES:
        if max(tried.house.seeing(circuit).values()) < 0.5:
            tried.load(circuit, 900.0)
            tried.wait(8)
        true = {number for number, amps in tried.house.seeing(circuit).items() if amps > 0.2}
        tried.arm()
        tried.wait(3)
        first = tried.flip(circuit)
        if first.found is not None:
            assert (named(first), first.found.watts < 0) == (true, True), circuit
            assert first.latency is not None
            assert first.latency <= 5.1
        for _ in range(5):
            tried.wait(2)
            last = tried.flip(circuit, seconds=12)
            if last.stage == "sure":
                break
        assert named(last) == true or last.found is None, circuit
        assert last.stage in ("sure", "named", "likely"), circuit
        if not tried.house.breakers[circuit].closed:
            tried.flip(circuit)
        tried.load(circuit, 0.0)
        tried.tracer.stop()
        tried.wait(8)


def test_one_switching_tells_the_likely_input_and_two_are_sure() -> None:
    tried = Tried(board(7, busy=QUIET), 0)
    tried.load("Oven", 1900.0)
    tried.wait(300)
    tried.arm()
    assert tried.tracer.state.stage == "armed"
    tried.wait(2)
    first = tried.flip("Oven")
    oven = set(tried.house.seeing("Oven"))
    assert (first.stage, named(first)) == ("likely", oven)
    assert first.found is not None
    assert first.found.watts < -1800.0
    last = tried.flip("Oven")
    assert (last.stage, named(last)) == ("sure", oven)
    assert last.found is not None
    assert last.found.watts > 0


def test_a_three_phase_load_is_named_with_all_its_inputs() -> None:
    tried = Tried(board(8, busy=QUIET))
    tried.load("Hob", 1200.0)
    tried.wait(10)
    tried.arm()
    tried.wait(2)
    said = tried.flip("Hob")
    assert named(said) == set(tried.house.seeing("Hob"))
    assert len(named(said)) == 3
    assert said.found is not None
    assert said.found.phases == (0, 1, 2)


@pytest.mark.parametrize(
    ("dialect", "faults"),
    [
        ("infinity", ["reversed:4"]),
        ("20-series", ["phase:4,L1"]),
        ("infinity", ["phase:4,L2", "reversed:4"]),
        ("20-series", ["swapped:4,8"]),
        ("infinity", ["swapped:0,1"]),
        ("20-series", ["rotated:0,1,2"]),
    ],
)
def test_a_fault_of_the_wiring_changes_no_name(dialect: Dialect, faults: list[str]) -> None:
    """What is named is the input whose clamp really sees the circuit."""
    tried = Tried(board(9, dialect, busy=QUIET, faults=faults, named=False))
    tried.load("Oven", 1700.0)
    tried.wait(10)
    tried.arm()
    tried.wait(2)
    tried.flip("Oven")
    said = tried.flip("Oven")
    assert named(said) == set(tried.house.seeing("Oven")) != set()
    assert said.found is not None
    (amps,) = tried.house.seeing("Oven").values()
    assert said.found.watts == pytest.approx(230.0 * amps, rel=0.1)


def test_an_input_that_nobody_configured_is_named_by_its_number() -> None:
    tried = Tried(board(9, "20-series", busy=QUIET, unused="Oven"))
    assert 4 not in tried.house.evidence.roles
    tried.load("Oven", 1400.0)
    tried.wait(10)
    tried.arm()
    tried.wait(2)
    tried.flip("Oven")
    said = tried.flip("Oven")
    assert named(said) == {4}
    assert said.found is not None
    assert len(said.found.phases) == 1  # which the grid meter tells


@pytest.mark.parametrize("faults", [[], ["dead:4"]], ids=["no CT", "dead CT"])
def test_a_breaker_that_no_input_sees_is_told_by_the_grid_meter(faults: list[str]) -> None:
    tried = Tried(board(10, busy=QUIET, faults=faults))
    circuit = "Oven" if faults else "Sockets 2"
    port = tried.house.monitor.site.house.circuits[circuit].ports[0] if faults else 1
    tried.load(circuit, 1900.0, [port])
    tried.wait(10)
    tried.arm()
    tried.wait(2)
    tried.flip(circuit)
    said = tried.flip(circuit, seconds=8)
    assert said.found is not None
    assert said.found.inputs == ()
    assert said.found.grid == (port,)
    assert said.found.phases == (port,)


def test_two_loads_at_once_are_refused_and_then_told_apart() -> None:
    tried = Tried(board(11, busy=QUIET))
    for circuit, watts in (("Oven", 1900.0), ("Dryer", 800.0)):
        tried.load(circuit, watts)
    tried.wait(10)
    tried.arm()
    tried.wait(2)
    first = tried.flip("Oven", "Dryer")
    assert first.stage == "unsure"
    assert first.same_moment
    assert first.found is None
    moved = {number for change in first.others for number in change.inputs}
    assert moved == set(tried.house.seeing("Oven")) | set(tried.house.seeing("Dryer"))
    tried.flip("Oven")
    last = tried.flip("Oven")
    assert last.stage in ("named", "sure")
    assert named(last) == set(tried.house.seeing("Oven"))


def test_one_breaker_that_feeds_two_circuits_is_named_with_both() -> None:
    tried = Tried(board(11, busy=QUIET))
    for circuit, watts in (("Oven", 1900.0), ("Dryer", 800.0)):
        tried.load(circuit, watts)
    tried.wait(10)
    tried.arm()
    for _ in range(2):
        tried.wait(2)
        said = tried.flip("Oven", "Dryer")
    assert said.stage in ("sure", "named")
    assert named(said) == set(tried.house.seeing("Oven")) | set(tried.house.seeing("Dryer"))


def test_one_on_and_one_off_in_a_moment_are_two_loads() -> None:
    tried = Tried(board(12, busy=QUIET))
    tried.load("Oven", 1900.0)
    tried.wait(10)
    tried.arm()
    tried.wait(2)
    tried.load("Dryer", 1500.0)
    assert tried.flip("Oven").stage == "unsure"
    tried.flip("Oven")
    said = tried.flip("Oven")
    assert named(said) == set(tried.house.seeing("Oven"))


def test_a_load_that_goes_by_itself_is_not_taken_for_the_hand() -> None:
    """A compressor has come and gone every half minute; it does so again while he is on his way."""
    tried = Tried(board(13, busy=QUIET))
    for number in range(12):
        tried.load("Fridge", 600.0 * (number % 2))
        tried.wait(16)
    tried.arm()
    tried.wait(3)
    tried.load("Fridge", 0.0)
    said = tried.wait(6)
    assert said.found is None
    assert said.others[0].own_steps >= 8
    tried.load("Dryer", 1000.0)
    tried.wait(6)
    tried.flip("Dryer")
    last = tried.flip("Dryer")
    assert named(last) == set(tried.house.seeing("Dryer"))


def test_what_went_by_itself_while_nobody_listened_is_learnt_from_the_watch() -> None:
    tried = Tried(board(13, busy=QUIET), 10)
    for number in range(10):
        tried.house.breakers["Fridge"].plug(600.0 * (number % 2))
        for _ in tried.house.seconds(16):
            pass  # another screen is open
    tried.wait(10)
    tried.arm()
    tried.load("Fridge", 0.0)
    said = tried.wait(7)
    assert said.found is None
    assert said.others[0].own_steps >= 6


def test_nothing_is_named_for_sure_while_nobody_switches() -> None:
    tried = Tried(board(14, busy=1.0), 150)
    for _ in range(5):
        tried.arm()
        tried.wait(60)
        assert all(word.stage != "sure" for word in tried.words)


def test_without_a_grid_ct_the_circuits_still_have_names() -> None:
    tried = Tried(board(15, busy=QUIET, grid=False))
    tried.load("Oven", 1900.0)
    tried.wait(10)
    tried.arm()
    tried.wait(2)
    assert named(tried.flip("Oven")) == set(tried.house.seeing("Oven"))


def test_a_breaker_that_goes_back_while_the_next_one_is_traced_is_not_taken_for_it() -> None:
    tried = Tried(board(19, busy=QUIET))
    for circuit in ("Oven", "Dryer"):
        tried.load(circuit, 1500.0)
    tried.wait(60)
    tried.arm()
    tried.wait(2)
    assert named(tried.flip("Oven")) == set(tried.house.seeing("Oven"))
    tried.arm()
    tried.wait(2)
    assert tried.flip("Oven").stage == "armed"
    assert named(tried.flip("Dryer")) == set(tried.house.seeing("Dryer"))


@pytest.mark.parametrize("supply", ["single", "delta"])
def test_on_other_supplies(supply: str) -> None:
    model = (
        SupplyModel(kind="single", r_phase=0.1, r_neutral=0.05)
        if supply == "single"
        else SupplyModel(kind="delta", volts=229.0)
    )
    tried = Tried(board(16, supply=model, busy=QUIET))
    tried.load("Oven", 1900.0)
    tried.wait(10)
    tried.arm()
    tried.wait(2)
    tried.flip("Oven")
    assert named(tried.flip("Oven")) == set(tried.house.seeing("Oven"))


def test_messages_that_are_lost_cost_a_name_and_never_make_a_wrong_one() -> None:
    tried = Tried(board(17, busy=QUIET, loss=0.2))
    tried.load("Oven", 1900.0)
    tried.wait(10)
    oven = set(tried.house.seeing("Oven"))
    tried.arm()
    for _ in range(6):
        tried.wait(3)
        said = tried.flip("Oven", seconds=7)
        assert said.found is None or named(said) == oven
    assert named(said) == oven


def test_a_clock_that_is_set_back_stops_it_and_nothing_else() -> None:
    tried = Tried(board(18, busy=QUIET))
    tried.tracer.arm()
    sample = tried.house.sample
    assert sample is not None
    tried.tracer.hear(replace(sample, at=sample.at - 7200.0), tried.house.evidence)
    assert (tried.tracer.state.stage, tried.tracer.last) == ("idle", sample.at - 7200.0)


def test_what_was_never_asked_for_is_not_named() -> None:
    tried = Tried(board(18, busy=QUIET))
    tried.load("Oven", 1900.0)
    said = tried.wait(10)
    assert said.stage == "idle"
    assert said.found is None
    assert UNMETERED in tried.house.monitor.site.house.circuits
    tried.tracer.arm()
    tried.tracer.stop()
    assert tried.flip("Oven").stage == "idle"
