"""Whose turn it is: nobody waits for ever, the worst come oftener, and the window keeps to its share of a core."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from smappee_tui.fleet.turns import LEAST, Turns
from smappee_tui.fleet.view import Word

WORDS: tuple[Word, ...] = ("fault", "ok", "undecided")


def let_pass(turns: Turns, begin: int, seconds: int, verdict_of: dict[str, Word]) -> dict[str, list[int]]:
    """When each had its turn, s."""
    had: dict[str, list[int]] = {}
    for at in range(begin, begin + seconds):
        for uuid in turns.due(at):
            turns.end(uuid, at, verdict_of[uuid])
        for uuid in turns.begin(at):
            had.setdefault(uuid, []).append(at)
    return had


@settings(max_examples=25, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=60), hasty=st.sets(st.integers(0, 59), max_size=8))
def test_nobody_waits_for_ever(words: list[Word], hasty: set[int]) -> None:
    """Though some are hurried again and again, each of the others has its turn within a bound."""
    turns = Turns(length=20.0, longest=20.0, most=4)
    verdicts = {f"u{number}": word for number, word in enumerate(words)}
    for uuid in verdicts:
        turns.enter(uuid, 0.0)
    had: dict[str, list[int]] = {}
    for minute in range(60):
        for number in hasty:
            turns.hasten(f"u{number}", minute * 60.0)
        for uuid, times in let_pass(turns, minute * 60, 60, verdicts).items():
            had.setdefault(uuid, []).extend(times)
    rounds = 20 * (len(words) + 4) / 4
    for uuid in verdicts:
        gaps = [b - a for a, b in zip([0, *had[uuid]], [*had[uuid], 3600], strict=True)]
        assert max(gaps) <= 8 * rounds + 60, (uuid, gaps)


def test_the_worst_come_oftener() -> None:
    turns = Turns(length=10.0, longest=10.0, most=8)
    verdicts: dict[str, Word] = {f"u{n}": "fault" if n < 5 else "ok" for n in range(100)}
    for uuid in verdicts:
        turns.enter(uuid, 0.0)
    had = let_pass(turns, 0, 3000, verdicts)
    faulty, right = (
        sum(len(had[u]) for u in verdicts if verdicts[u] == word) / n for word, n in (("fault", 5), ("ok", 95))
    )
    assert faulty > 2 * right


def test_one_where_something_happened_goes_first_and_one_that_is_gone_never() -> None:
    turns = Turns(most=LEAST)
    for number in range(100):
        turns.enter(f"u{number}", float(number), "ok", since=float(number))
    turns.hasten("u99", 5000.0)
    turns.leave("u0")
    begun = turns.begin(5060.0)
    assert "u0" not in begun
    assert begun[0] == "u1", "the stalest weighs more than a minute of hurry"
    for uuid in begun:
        turns.end(uuid, 5180.0, "ok")
    assert turns.begin(5300.0)[0] == "u99"


def test_one_that_is_hurried_while_it_has_its_turn_has_another_one() -> None:
    turns = Turns(most=LEAST)
    turns.enter("a", 0.0)
    assert turns.begin(0.0) == ["a"]
    turns.hasten("a", 60.0)
    turns.end("a", 120.0, "ok")
    assert turns.begin(121.0) == ["a"]


def test_the_window_is_as_large_as_its_share_of_a_core_allows() -> None:
    turns = Turns(share=0.3, most=500)
    for number in range(20_000):
        turns.enter(f"u{number}", 0.0)
    for at in range(300):
        for uuid in turns.due(at):
            turns.end(uuid, at, "ok")
        turns.begin(at)
        turns.spent(len(turns.now) * 0.002)
    assert 145 <= turns.window().most <= 155
    assert len(turns.now) <= 155
    assert abs(turns.window().share - 0.3) < 0.05
    for at in range(300, 600):
        for uuid in turns.due(at):
            turns.end(uuid, at, "ok")
        turns.begin(at)
        turns.spent(len(turns.now) * 0.0001)
    assert turns.window().most == 500, "never more than memory has room for"


def test_fewer_have_their_turn_while_the_machine_does_not_keep_up() -> None:
    turns = Turns()
    whole = turns.window().most
    for _ in range(30):
        turns.strained(True)
    assert turns.window().most == LEAST
    for _ in range(200):
        turns.strained(False)
    assert turns.window().most == whole


def test_large_ones_take_more_room() -> None:
    turns = Turns(most=8)
    for number in range(20):
        turns.enter(f"u{number}", 0.0)
    assert len(turns.begin(0.0, lambda uuid: 26)) == 4


def test_undecided_ones_keep_their_place_within_bounds() -> None:
    turns = Turns(length=100.0, longest=200.0, most=8)
    for number in range(9):
        turns.enter(f"u{number}", 0.0)
    begun = turns.begin(0.0)
    assert turns.prolong(begun[0])
    assert not turns.prolong(begun[2]), "few may"
    assert turns.prolong(begun[0])
    assert not turns.prolong(begun[0]), "not longer than that"
    turns.leave("u8")
    assert turns.prolong(begun[2]), "nobody waits for a place"
    assert begun[0] not in turns.due(199.0)
    assert begun[0] in turns.due(200.0)


def test_a_sweep_ends_when_all_had_their_turn_and_says_how_far_it_is() -> None:
    turns = Turns(length=10.0, most=8)
    verdicts: dict[str, Word] = {f"u{n}": "ok" for n in range(40)}
    for uuid in verdicts:
        turns.enter(uuid, 0.0)
    begun = turns.sweep(0.0)
    assert (begun.done, begun.of, begun.left) == (0, 40, 50.0)
    let_pass(turns, 0, 25, verdicts)
    half = turns.sweep(25.0)
    assert half.done == 16
    assert half.left is not None
    assert 20.0 < half.left < 60.0
    let_pass(turns, 25, 40, verdicts)
    after = turns.sweep(65.0)
    assert after.number == 2
    assert after.took is not None
    assert 45.0 <= after.took <= 60.0
