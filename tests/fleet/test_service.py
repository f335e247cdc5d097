"""A fleet fed by hand."""

from __future__ import annotations

from smappee_tui.fleet.service import Fleet
from smappee_tui.fleet.turns import Turns
from smappee_tui.fleet.view import Counts
from smappee_tui.simulator.fleet import HousePlan
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
    view = fleet.view()
    assert (view.counts.live, view.counts.silent) == (1, 1)
    assert [row.uuid for row in view.rows("silent")] == [OTHER_UUID]


PLANS = [
    HousePlan("home1", "infinity", 1),
    HousePlan("home1", "20-series", 2, ("reversed:0",)),
    HousePlan("delta", "20-series", 3),
    HousePlan("home3pv", "infinity", 4),
    HousePlan("home1", "infinity", 5, quiet=(50.0, 1e9)),
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
    assert silent.at - START - 50.0 <= 90.0
    assert not view.notes
