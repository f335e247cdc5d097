"""A fleet fed by hand."""

from __future__ import annotations

from smappee_tui.fleet.service import Fleet
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
