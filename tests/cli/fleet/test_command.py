"""`fleet` without a screen: what it prints, how it ends."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from smappee_tui.cli.fleet import source
from smappee_tui.cli.fleet.headless import Ending, _Told, watch
from smappee_tui.fleet.running import Picture, Wish
from smappee_tui.fleet.view import Change, Counts, FleetView, Sweep
from smappee_tui.simulator.fleet import HousePlan, street
from tests.cli.fleet.made import Heard
from tests.cli.run import run

_TIME = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
_COUNT = {"type": "integer", "minimum": 0}
_LOCATION = {
    "uuid": {"type": "string"},
    "serial": {"type": "string"},
    "live": {"type": "boolean"},
    "last": _TIME,
    "rate": {"type": "number"},
    "watts": {"type": ["number", "null"]},
    "verdict": {"enum": ["fault", "ok", "undecided", "not_judged"]},
    "judged": _TIME,
    "findings": {"type": "array", "items": {"type": "string"}},
    "channels": _COUNT,
    "battery_low": {"type": "boolean"},
    "plug_trouble": {"type": "boolean"},
    "changed": _TIME,
}
_OBSERVED = {
    "from": _TIME,
    "to": _TIME,
    "messages": _COUNT,
    "lost": _COUNT,
    "unreadable": _COUNT,
    "turned_away": _COUNT,
    "lag_seconds": {"type": ["number", "null"]},
    "lag_seconds_worst": {"type": ["number", "null"]},
}
_COUNTS = ("locations", "live", "silent", "judged", "fault", "undecided", "battery_low", "plug_trouble",
           "not_judged", "ok")  # fmt: skip
_SWEEP = {"number": _COUNT, "done": _COUNT, "of": _COUNT, "seconds_left": {"type": ["number", "null"]}}


def _whole(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


SCHEMA = _whole(
    {
        "schema": {"const": "smappee-tui/fleet/1"},
        "observed": _whole(_OBSERVED),
        "counts": _whole(dict.fromkeys(_COUNTS, _COUNT)),
        "sweep": _whole(_SWEEP),
        "notes": {"type": "object", "additionalProperties": _COUNT},
        "locations": {"type": "array", "items": _whole(_LOCATION)},
    }
)
HOUSES = [HousePlan("home1", "infinity", 1), HousePlan("home1", "20-series", 2, quiet=(0.0, float("inf")))]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "BrokerFeed", lambda address, folder, **more: Heard(HOUSES))


@pytest.mark.usefixtures("heard")
def test_json_is_as_promised() -> None:
    ran = run("fleet", "127.0.0.1", "--for", "0.2", "--json")
    document = json.loads(ran.out)
    Draft202012Validator(SCHEMA).validate(document)
    assert document["counts"]["locations"] == 2
    assert document["counts"]["live"] == 1
    live = {one["serial"]: one["live"] for one in document["locations"]}
    assert live == {house.identity.serial: house.quiet is None for house in HOUSES}
    assert document["observed"]["messages"] > 20
    assert ran.code == 4  # nobody has been judged


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_a_person_reads_counts_and_who_is_silent(language: str) -> None:
    ran = run("fleet", "127.0.0.1", "--for", "0.1", "--language", language)
    assert HOUSES[1].identity.serial in ran.out
    assert "fleet." not in ran.out


def test_without_a_connection_it_cannot() -> None:
    ran = run("fleet", "127.0.0.1:1", "--for", "5", "--json")
    assert ran.code == 3
    assert ran.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ("127.0.0.1", "--for", "5", "--serve"),
        (),
        ("127.0.0.1", "--workers", "2"),
        ("127.0.0.1/$share/fleet", "--for", "1"),
        ("--nats", "http://127.0.0.1", "--for", "1"),
        ("127.0.0.1", "--for", "1", "--notify", "slack://s3cret/b/c"),
        ("127.0.0.1", "--for", "1", "--notify", "env:NOBODY_SET_THIS"),
        ("127.0.0.1", "--for", "1", "--digest", "noon"),
        ("127.0.0.1", "--for", "1", "--digest", "07:00+02:00"),
        ("127.0.0.1", "--for", "1", "--metrics", "0.0.0.0:0"),
    ],
)
def test_words_that_do_not_fit_together(words: tuple[str, ...]) -> None:
    ran = run("fleet", *words)
    assert ran.code == 2
    assert ran.out == ""
    assert len(ran.err.splitlines()) >= 2
    assert "s3cret" not in ran.err


def test_nobody_is_waited_for_but_those_who_are_to_have_their_turn() -> None:
    """As those of a cloud are of which nobody spoke when they were asked last."""
    silent = Counts(locations=9, silent=9)
    assert not Ending().reached(FleetView(9.0, 0.0, silent), 30.0)
    assert Ending().reached(FleetView(9.0, 0.0, silent), 90.0)
    assert not Ending().reached(FleetView(9.0, 0.0, silent, Sweep(done=4, of=9, left=100.0)), 90.0)
    assert Ending().reached(FleetView(9.0, 0.0, silent, Sweep(done=9, of=9, left=0.0)), 90.0)


def test_a_service_says_once_what_counts_for_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    feed, told = Heard([]), _Told("127.0.0.1")
    for count in (1, 2, 999, 1000, 100_000):
        notes = (("odd", count), ("strange", count))
        view = FleetView(at=9.0, since=0.0, counts=Counts(), lost=count, unreadable=count, notes=notes)
        running: Any = SimpleNamespace(picture=Picture(view, Wish(), (), 0, None, None), troubles=[])
        told.look(feed, running)
    said = capsys.readouterr().err
    assert said.count("lost") == said.count("could not be read") == said.count("odd") == said.count("strange") == 1


def test_a_service_tells_of_its_last_moment_and_nothing_twice(capsys: pytest.CaptureFixture[str]) -> None:
    first = Change(1, 5.0, "uuid-1", "5010000001", "ok", "fault", ())
    before = FleetView(at=9.0, since=0.0, counts=Counts(1, 1), lost=3, changes=(first,))
    after = replace(before, at=10.0, changes=(first, first._replace(number=2, serial="5010000002")))
    running: Any = SimpleNamespace(
        picture=Picture(before, Wish(), (), 0, None, None), troubles=[], problem=None, last=(after, ())
    )

    class Ended:
        """It has time for one look."""

        looks = iter([False, True])

        def wait(self, seconds: float) -> bool:
            return next(self.looks)

    running.start = running.close = lambda: None
    running.ended = Ended()
    assert watch(running, Heard([]), Ending(serve=True), as_json=False) == 0
    said = capsys.readouterr().err
    assert re.findall(r"501\d+", said) == ["5010000001", "5010000002"]
    assert said.count("lost") == 1


def test_a_service_goes_on_telling_of_a_fleet_that_is_begun_anew(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody deleted what a cluster keeps: the numbers begin anew."""
    feed, told = Heard([]), _Told("127.0.0.1")
    for number, serial in ((500, "5010000500"), (500, "5010000500"), (1, "5010000001"), (2, "5010000002")):
        change = Change(number, 5.0, f"uuid-{number}", serial, "ok", "fault", ())
        view = FleetView(at=9.0, since=0.0, changes=(change,))
        running: Any = SimpleNamespace(picture=Picture(view, Wish(), (), 0, None, None), troubles=[])
        told.look(feed, running)
    said = capsys.readouterr()
    assert re.findall(r"50100\d+", said.out + said.err) == ["5010000500", "5010000001", "5010000002"]


def test_a_street_has_what_a_fleet_is_to_find() -> None:
    plans = street(300)
    assert len({plan.identity.uuid for plan in plans}) == 300
    assert sum(plan.miswired for plan in plans) == 3
    assert {plan.dialect for plan in plans} == {"infinity", "20-series"}
    for what in ("battery-low", "plug-unreachable:2", "plug-disconnected:1"):
        assert any(what in plan.faults for plan in plans)
    assert any(plan.quiet for plan in plans)
    wrong = [plan for plan in street(1000) if plan.miswired]
    assert len(wrong) == 10
    assert {plan.site for plan in wrong} == {plan.site for plan in plans}
    for plan in (*plans[:30], *wrong):
        plan.build(1_760_000_000.0)
