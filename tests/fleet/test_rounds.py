"""A current that no turn could judge yet brings the next turn forward."""

from __future__ import annotations

import pytest

from smappee_tui.fleet.location import Location
from smappee_tui.fleet.rounds import GLANCE, ROUND, Rounds
from smappee_tui.fleet.turns import LIT, LIT_BESIDE, Lit, Turns
from tests.payloads import INFINITY, START, TWENTY, UUID, Row, arrival, realtime


def full(turns: Turns, count: int = 1000) -> None:
    """Let all places be taken, with no end to who waits."""
    for number in range(count):
        turns.enter(f"u{number}", 0.0, "undecided")
    for at in range(100):
        turns.begin(at)
    assert not turns.begin(100.0)


@pytest.mark.parametrize("dialect", [TWENTY, INFINITY])
@pytest.mark.parametrize(
    ("amps", "lit"),
    [
        ((0.4, 4.0, 0.0), Lit.NOTHING),
        ((0.4, 4.0, 9.0), Lit.NOTHING),
        ((0.0, 0.0, 0.0), Lit.NOTHING),
        ((0.6, 4.0, 0.0), Lit.FIRST),
        ((0.0, 5.1, 0.0), Lit.OTHER),
        ((0.6, 5.1, 0.0), Lit.FIRST),
    ],
)
def test_a_current_counts_where_it_is_another_than_the_one_that_decided_nothing(
    dialect: str, amps: tuple[float, ...], lit: Lit
) -> None:
    """The first input was dark in its turn, the second carried 4 A, the third is decided."""
    location = Location(UUID, "", START)
    turns = Turns(length=1.0)
    rounds = Rounds({UUID: location}, turns)
    turns.enter(UUID, START)
    location.live = True
    rounds.awaits(location, {0: 0.0, 1: 4.0})
    rows = [Row(number, 230 * current, current) for number, current in enumerate(amps)]
    location.measured(arrival("realtime", realtime(rows, dialect, at=START)).payload, START)
    for second in range(GLANCE):
        rounds.look(START + second)
    assert location.lit is lit
    assert turns.begin(START + GLANCE) == [UUID]
    assert turns.now[UUID].lit is bool(lit)


def test_who_is_decided_is_looked_at_no_more_and_who_is_gone_neither() -> None:
    location, turns = Location(UUID, "", START), Turns()
    locations = {UUID: location}
    rounds = Rounds(locations, turns)
    location.live = True
    turns.enter(UUID, START)
    rounds.awaits(location, {0: 0.0})
    payload = arrival("realtime", realtime([Row(0, 900, 4.0)], at=START)).payload
    location.measured(payload, START)
    rounds.awaits(location, {})
    for second in range(GLANCE):
        rounds.look(START + second)
    turns.begin(START + GLANCE)
    assert not turns.now[UUID].lit
    rounds.awaits(location, {0: 0.0})
    locations.clear()
    for second in range(GLANCE):
        rounds.look(START + second)
    locations[UUID] = location
    location.measured(payload, START)
    for second in range(GLANCE):
        rounds.look(START + second)
    assert location.lit is Lit.NOTHING


def test_a_first_current_has_a_turn_though_all_places_are_taken_and_within_bounds() -> None:
    turns = Turns()
    full(turns)
    waiting = [f"u{number}" for number in range(1000) if f"u{number}" not in turns.now]
    for uuid in waiting:
        turns.lit(uuid, Lit.FIRST)
    turns.lit(waiting[0], Lit.NOTHING)
    begun = [uuid for at in range(101, 119) for uuid in turns.begin(at)]
    assert len(begun) == LIT_BESIDE
    assert waiting[0] not in begun, "it is over"
    assert all(turns.now[uuid].lit for uuid in begun)
    assert turns.window().locations <= turns.window().most


def test_another_current_goes_first_to_a_part_of_the_places_only() -> None:
    turns = Turns()
    full(turns)
    size, last = turns.size, [f"u{number}" for number in range(1000) if f"u{number}" not in turns.now][-200:]
    for uuid in last:
        turns.lit(uuid, Lit.OTHER)
    for at in range(101, 300):
        for uuid in turns.due(at):
            turns.end(uuid, at, "undecided")
        turns.begin(at)
        assert sum(turn.lit for turn in turns.now.values()) <= LIT * size + 1
    assert any(turn.lit for turn in turns.now.values())
    assert not all(turn.lit for turn in turns.now.values())


def test_nobody_gets_more_places_than_the_machine_has_room_for() -> None:
    turns = Turns(most=20)
    full(turns)
    for number in range(1000):
        turns.lit(f"u{number}", Lit.FIRST)
    for at in range(101, 400):
        for uuid in turns.due(at):
            turns.end(uuid, at, "undecided")
        turns.begin(at)
        assert len(turns.now) <= 20


def test_who_has_a_turn_for_a_current_keeps_it_while_that_flows() -> None:
    turns = Turns(length=100.0, longest=300.0, most=9)
    for number in range(40):
        turns.enter(f"u{number}", 0.0)
    turns.lit("u7", Lit.FIRST)
    (first, *others) = turns.begin(0.0)
    assert first == "u7"
    assert turns.prolong("u7", began=False, flows=True)
    assert not turns.prolong("u7", began=False, flows=False), "it is over"
    assert turns.prolong("u7", began=False, flows=True)
    assert not turns.prolong("u7", began=False, flows=True), "twice as long at most"
    assert not turns.prolong(others[0], began=False, flows=True)
    assert turns.prolong(others[0], began=True, flows=True)


def test_power_that_turns_round_hastens_after_a_clock_that_was_ahead_too() -> None:
    location, turns = Location(UUID, "", START), Turns(most=1)
    rounds = Rounds({UUID: location}, turns)
    location.live = True
    location._grid = (0,)
    turns.enter(UUID, START - 1000.0, "ok", START)

    def turned(at: float) -> None:
        for watts in (900.0, -900.0):
            location.measured(arrival("realtime", realtime([Row(0, watts, 4.0)], at=at)).payload, at)
            for second in range(ROUND):
                rounds.look(at + second)

    turned(START + 1e7)
    assert turns.begin(START) == [UUID]
    turns.end(UUID, START, "ok")
    turned(START)
    turns.enter("other", START, "fault")
    assert turns.begin(START + 2 * ROUND) == [UUID], "before one that is wrong, and waited longer"
