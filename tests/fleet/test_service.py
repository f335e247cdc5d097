"""A fleet fed by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from smappee_tui.connect.lean.batch import Batch
from smappee_tui.connect.message_source import SourceState
from smappee_tui.fleet.roll import Roll
from smappee_tui.fleet.service import Fleet
from smappee_tui.fleet.standing import Standing, packed
from smappee_tui.fleet.store import FileStore, MemoryStore
from smappee_tui.fleet.turns import Turns
from smappee_tui.fleet.view import Counts, FleetView
from smappee_tui.simulator.fleet import HousePlan
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.fleet.street import Heard, run
from tests.payloads import OTHER_UUID, START, UUID, Row, arrival, realtime


def heard(uuid: str, at: float) -> tuple[str, bytes, float]:
    one = arrival("realtime", realtime([Row(0, 900, 4.0)], at=at), at, uuid=uuid)
    return one.topic, one.payload, at


def test_a_fleet_knows_who_speaks_and_who_fell_silent() -> None:
    now = [START]
    batches = [[heard(uuid, START + second) for uuid in (UUID, OTHER_UUID)] for second in range(3)]
    fleet = Fleet([*batches, [], [heard(UUID, START + 100)]], clock=lambda: now[0])
    while fleet.step():
        now[0] += 1
    view = fleet.view()
    assert (view.counts.locations, view.counts.live, view.messages) == (2, 2, 6)
    now[0] = START + 100
    fleet.step()
    assert fleet.view().counts.live == 2, "a clock that is put on makes nobody silent"
    for second in range(100, 163):
        now[0] = START + second
        fleet.step()
        fleet.hear(Batch(now[0], [(arrival("realtime", b"", 0).topic.encode(), heard(UUID, now[0])[1], False)]))
    fleet.step()
    view = fleet.view()
    assert (view.counts.live, view.counts.silent) == (1, 1)
    assert [row.uuid for row in view.rows("silent")] == [OTHER_UUID]


def test_who_is_silent_for_a_month_is_nobodys_any_more_however_long_the_run_is() -> None:
    now = START
    store = MemoryStore({UUID: packed(Standing(verdict="ok", judged=START, last=START))})
    fleet = Fleet([[heard(UUID, START)]], store=store, clock=lambda: now)

    def passes(seconds: int, *speak: str) -> Counts:
        nonlocal now
        for _ in range(seconds):
            now += 1.0
            said = [(arrival("realtime", b"", 0, uuid=one).topic.encode(), heard(one, now)[1], False) for one in speak]
            fleet.hear(Batch(now, said))
            fleet.step()
        return fleet.view().counts

    counts = passes(90, OTHER_UUID)
    assert (counts.locations, counts.silent, counts.ok) == (2, 1, 1)
    now += 29 * 86_400.0
    assert passes(90, OTHER_UUID).locations == 2
    now += 2 * 86_400.0
    counts = passes(90, OTHER_UUID)
    assert (counts.locations, counts.silent, counts.ok) == (1, 0, 0)
    assert store.gone() == [UUID]
    assert passes(3, OTHER_UUID, UUID).live == 2, "heard again it is a new one"


def test_who_was_configured_long_ago_is_not_forgotten_by_who_takes_a_partition_over() -> None:
    now, long_ago = START, START - 400 * 86_400.0
    plan = HousePlan("home1", "infinity", 1)
    told = [(one.topic, one.payload, long_ago) for one in plan.build(long_ago).retained()]
    store = MemoryStore({plan.identity.uuid: packed(Standing(verdict="ok", judged=START - 900.0, last=START - 800.0))})
    fleet = Fleet([told], store=store, clock=lambda: now)
    for _ in range(90):
        fleet.step()
        now += 1.0
    assert fleet.roll.locations[plan.identity.uuid].configured
    assert not store.gone()


@pytest.mark.parametrize("by", [7200.0, -7200.0, -5.0])
def test_a_clock_that_is_put_on_or_back_makes_nobody_silent_and_lets_turns_end(by: float) -> None:
    heard = Heard(PLANS[:2])
    fleet = Fleet(heard, clock=heard.clock, turns=Turns(length=80.0))
    run(fleet, heard, 70)
    heard.now += by
    for _, monitor in heard.houses:
        monitor.start_time += by
    fleet.step()
    run(fleet, heard, 90)
    view = fleet.view()
    assert {change.after for change in view.changes} == {"fault"}
    assert view.counts.live == view.counts.judged == 2
    assert 160.0 <= view.at - view.since <= 165.0 + max(0.0, by), "what was put back is no time before it began"
    heard.mute.add(WRONG)
    assert run(fleet, heard, 91, lambda: fleet.view().counts.silent == 1) <= 90


PLANS = [
    HousePlan("home1", "infinity", 1),
    HousePlan("home1", "20-series", 2, ("reversed:0",)),
    HousePlan("delta", "20-series", 3),
    HousePlan("home3pv", "infinity", 4),
    HousePlan("home1", "infinity", 5, quiet=(70.0, 1e9)),
]
WRONG = PLANS[1].identity.uuid


def test_one_sweep_finds_the_fault_and_accuses_nobody_else() -> None:
    heard = Heard(PLANS)
    fleet = Fleet(heard, clock=heard.clock, turns=Turns(length=80.0))
    run(fleet, heard, 150)
    view = fleet.view()
    assert view.sweep.number == 2
    assert 80.0 <= (view.sweep.took or 0.0) < 130.0
    assert [row.uuid for row in view.rows("fault")] == [WRONG]
    assert view.rows("fault")[0].findings == ("ct-reversed",)
    assert view.counts._replace(ok=0, undecided=0) == Counts(5, 4, 1, 5, 1)
    told = {(change.uuid, change.after): change for change in view.changes}
    assert told.keys() == {(WRONG, "fault"), (PLANS[4].identity.uuid, "silent")}
    silent = told[PLANS[4].identity.uuid, "silent"]
    assert silent.at - START - 70.0 <= 90.0
    assert not view.notes


def test_a_later_run_goes_on_and_tells_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    heard = Heard(PLANS)
    fleet = Fleet(heard, store=FileStore(path), clock=heard.clock, turns=Turns(length=80.0))
    run(fleet, heard, 150)
    before = fleet.view()
    fleet.close()
    assert {change.after for change in before.changes} == {"fault", "silent"}

    heard.mute.add(PLANS[0].identity.uuid)
    heard.now += 60.0
    store = FileStore(path)
    fleet = Fleet(heard, store=store, clock=heard.clock, turns=Turns(length=80.0))
    at_once = fleet.view()
    assert at_once.counts._replace(live=0, silent=0) == before.counts._replace(live=0, silent=0)
    assert at_once.changes == before.changes
    assert all(store.learnt(uuid) for uuid in at_once_judged(at_once))
    run(fleet, heard, 150)
    after = fleet.view()
    news = [(change.uuid, change.after) for change in after.changes if change not in before.changes]
    assert news == [(PLANS[0].identity.uuid, "silent")], "and nothing that was told before"
    assert after.changes[-1].number == before.changes[-1].number + 1
    assert [row.uuid for row in after.rows("fault")] == [WRONG]
    assert not after.notes


def at_once_judged(view: FleetView) -> list[str]:
    return [row.uuid for row in view.rows("judged")]


def test_one_that_is_mended_is_told_to_be_right(tmp_path: Path) -> None:
    """A clamp that was turned by hand: no configuration says so, and what was learnt before speaks against it."""
    heard = Heard(PLANS[1:2])
    fleet = Fleet(heard, clock=heard.clock, turns=Turns(length=80.0, longest=80.0))
    run(fleet, heard, 90)
    assert fleet.view().counts.fault == 1
    heard.houses[0][1].mend("reversed:0")
    assert run(fleet, heard, 900, lambda: fleet.store.learnt(WRONG) == b"") < 900, "it was of another wiring"
    run(fleet, heard, 900, lambda: fleet.view().counts.fault == 0)
    assert [(one.before, one.after == "fault") for one in fleet.view().changes] == [
        ("not_judged", True),
        ("fault", False),
    ]


def test_invented_ones_take_no_turn_of_those_that_are_configured_and_their_silence_is_no_news() -> None:
    heard = Heard([PLANS[1], PLANS[4]])
    fleet = Fleet(heard, clock=heard.clock, turns=Turns(length=80.0, most=2), roll=Roll(60))
    for second in range(200):
        made_up = [(f"servicelocation/made-up-{second}-{n}/realtime", n) for n in range(20)]
        content = arrival("realtime", realtime([Row(0, 900, 4.0)], at=heard.now)).payload
        heard.waiting.append(Batch(heard.now, [(topic.encode(), content, False) for topic, _ in made_up]))
        run(fleet, heard, 1)
    view = fleet.view()
    assert [row.uuid for row in view.rows("fault")] == [WRONG]
    assert {(change.uuid, change.after) for change in view.changes} == {
        (WRONG, "fault"),
        (PLANS[4].identity.uuid, "silent"),
    }
    assert view.turned_away > 3000
    assert len(fleet._standings) <= 4


def test_a_monitor_of_the_other_series_is_not_judged_by_what_the_one_before_it_showed() -> None:
    heard = Heard([HousePlan("delta", "infinity", 1)])
    fleet = Fleet(heard, clock=heard.clock, turns=Turns(length=80.0, longest=160.0))
    run(fleet, heard, 150)
    plan, _ = heard.houses[0]
    site = HousePlan("delta", "20-series", 1).build(heard.now).site
    site.identity = replace(site.identity, uuid=plan.identity.uuid)
    monitor = VirtualMonitor(site, heard.now)
    heard.houses[0] = plan, monitor
    heard.waiting.append(Batch(heard.now, [(one.topic.encode(), one.payload, False) for one in monitor.retained()]))
    run(fleet, heard, 300)
    assert fleet.view().counts.judged == 1
    assert not fleet.view().changes


def test_states_and_evidence_that_cannot_be_read_are_counted_together() -> None:
    heard = Heard(PLANS[:2])
    uuids = [plan.identity.uuid for plan in PLANS[:2]]
    store = MemoryStore({"elsewhere": b"of another version", **dict.fromkeys(uuids, packed(Standing(), b"damaged"))})
    fleet = Fleet(heard, store=store, clock=heard.clock)
    run(fleet, heard, 10, lambda: len(fleet.turns.now) == 2)
    assert dict(fleet.view().notes) == {"state_dropped": 3}


def test_a_clock_that_is_put_back_before_the_first_step_ends_nothing() -> None:
    heard = Heard(PLANS[:1])
    heard.state = SourceState("connected", since=heard.now)  # type: ignore[attr-defined]
    fleet = Fleet(heard, clock=heard.clock)
    heard.now -= 3600.0
    heard.houses[0][1].start_time -= 3600.0
    run(fleet, heard, 5)
    assert fleet.view().counts.live == 1


def test_every_note_is_a_count_as_programs_read_it() -> None:
    fleet = Fleet([])
    for _ in range(9):
        fleet.turns.strained(True)
    assert [(name, type(count)) for name, count in fleet.view().notes] == [("slowed", int)]
