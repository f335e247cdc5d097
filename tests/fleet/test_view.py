"""What a fleet looks like: counts, lists, order."""

from __future__ import annotations

import math

import pytest

from smappee_tui.fleet.view import Change, FleetView, LocationRow, counts_of


def row(uuid: str, **said: object) -> LocationRow:
    plain = LocationRow(uuid, f"50{uuid}", True, 1000.0, 1.0, 250.0, 13, "ok", 900.0, (), False, False, None)
    return plain._replace(**said)  # type: ignore[arg-type]


ROWS = [
    row("a1"),
    row("b2", verdict="fault", findings=("ct-reversed", "ct-wrong-phase")),
    row("c3", live=False, last=10.0),
    row("d4", verdict="undecided", changed=999_000.0),
    row("e5", verdict="not_judged", judged=None, watts=math.nan),
    row("f6", battery_low=True),
    row("g7", verdict="fault", findings=("ct-dead",), plug_trouble=True, changed=1.0),
]


@pytest.fixture
def view() -> FleetView:
    changes = (
        Change(1, 800_000.0, "a1", "50a1", "fault", "ok", ()),
        Change(2, 998_000.0, "d4", "50d4", "fault", "undecided", ()),
    )
    return FleetView(at=1_000_000.0, since=0.0, counts=counts_of(ROWS), changes=changes, _rows=lambda: ROWS)


def test_each_count_leads_to_the_list_of_its_name(view: FleetView) -> None:
    counts = view.counts
    assert counts.locations == view.count("all") == 7
    assert (counts.live, counts.silent) == (view.count("live"), view.count("silent")) == (6, 1)
    assert (counts.fault, counts.undecided, counts.ok) == (2, 1, 3)
    for kind in ("judged", "fault", "undecided", "not_judged", "ok", "battery_low", "plug_trouble"):
        assert getattr(counts, kind) == view.count(kind) == len(view.rows(kind))  # type: ignore[arg-type]
    assert [(one.uuid, one.changed) for one in view.rows("changed")] == [("d4", 998_000.0)], "of the last day, as told"


def test_the_worst_stand_first_and_only_what_is_looked_at_is_given(view: FleetView) -> None:
    assert [one.uuid for one in view.rows()] == ["b2", "g7", "c3", "f6", "d4", "e5", "a1"]
    assert [one.uuid for one in view.rows(first=1, count=2)] == ["g7", "c3"]
    assert view.rows(order="last")[0].uuid == "c3"
    assert view.rows(order="watts")[-1].uuid == "e5", "what is not known stands last"


def test_what_was_made_up_hides_nobody(view: FleetView) -> None:
    made_up = [row(f"0{number}", serial="", live=False, channels=0, verdict="not_judged") for number in range(9)]
    view = FleetView(at=1_000_000.0, since=0.0, counts=counts_of(ROWS), _rows=lambda: [*made_up, *ROWS])
    assert view.rows("silent")[0].uuid == "c3"


def test_search_takes_uuid_serial_and_code(view: FleetView) -> None:
    assert [one.uuid for one in view.rows(text="B2")] == ["b2"]
    assert [one.uuid for one in view.rows(text="50c3")] == ["c3"]
    assert [one.uuid for one in view.rows("fault", "dead")] == ["g7"]
    assert view.row("d4") == ROWS[3]
    assert view.row("zz") is None


def test_changes_since_a_time() -> None:
    changes = tuple(Change(n, float(n), "u", "s", "ok", "fault", ("ct-dead",)) for n in range(4))
    assert FleetView(at=9.0, since=0.0, changes=changes).changes_since(2.0) == changes[2:]
    put_back = FleetView(at=-3 * 86_400.0, since=0.0, changes=changes)
    assert not put_back.changes_since(-4 * 86_400.0)
