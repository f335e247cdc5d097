"""`cloud sweep`: every location judged once by its past, kept, gone on with, and never in a hurry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from smappee_tui.cli.fleet.source import folder_of
from smappee_tui.fleet import cloud_sweep
from smappee_tui.fleet.store import FileStore
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.cli.cloud.conftest import SECRET
from tests.cli.fleet.test_command import SCHEMA
from tests.cli.run import run


def swept(*words: str) -> tuple[int, dict[str, Any]]:
    from jsonschema import Draft202012Validator

    ran = run("cloud", "sweep", "--json", "--days", "1", "--pace", "0.5", *words)
    document = json.loads(ran.out)
    Draft202012Validator(SCHEMA).validate(document)
    assert SECRET not in ran.out + ran.err
    return ran.code, document


@pytest.mark.usefixtures("logged_in")
def test_every_location_is_judged_once_and_a_second_run_asks_nobody(cloud: VirtualCloud) -> None:
    code, document = swept()
    assert code == 4  # a day of steady loads proves little
    assert document["counts"]["locations"] == document["counts"]["live"] == 2
    assert document["counts"]["judged"] == 2
    assert {one["serial"] for one in document["locations"]} == {house.serial for house in cloud.estate.houses}
    assert all(one["channels"] and one["watts"] for one in document["locations"])
    again = swept()[1]
    assert again["observed"]["messages"] == 0  # nothing was asked
    assert [one["judged"] for one in again["locations"]] == [one["judged"] for one in document["locations"]]
    store = FileStore(folder_of(cloud.base_url) / "state.sqlite")
    for uuid, standing in dict(store.standings()).items():
        standing.judged = (standing.judged or 0.0) + 400 * 86_400.0
        store.put(uuid, standing)
    store.close()
    assert swept()[1]["observed"]["messages"], "the clock was a year ahead then"


def test_what_nobody_foresaw_is_no_end_as_any_other(logged_in: VirtualCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError("nobody foresaw this")

    monkeypatch.setattr(cloud_sweep, "judge_history", fails)
    with pytest.raises(ValueError, match="nobody foresaw this"):  # the outermost door tells it, and leaves with 3
        run("cloud", "sweep", "--json", "--days", "1", "--pace", "0.5")
    FileStore(folder_of(logged_in.base_url) / "state.sqlite").close()  # nobody keeps it any more


def test_nobody_who_is_not_logged_in_gets_a_word(cloud: VirtualCloud) -> None:
    ran = run("cloud", "sweep", "--json")
    assert ran.code in (2, 3)
    assert ran.out == ""


def test_a_cloud_that_fails_is_waited_for_then_left_and_the_next_run_goes_on(
    logged_in: VirtualCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud_sweep, "_WAITS", (0.01,))
    first, *_ = logged_in.estate.houses

    logged_in.behaviour.fail(f"*/{first.location}/consumption", 503, times=500)
    code, document = swept()
    assert code == 4
    assert document["counts"]["judged"] < 2
    logged_in.behaviour.heal()
    judged = document["counts"]["judged"]
    before = sum("consumption" in call.path for call in logged_in.calls)
    document = swept()[1]
    assert document["counts"]["judged"] == 2
    after = sum("consumption" in call.path for call in logged_in.calls) - before
    assert after <= 3 * (2 - judged)  # nobody is asked for twice


def test_one_that_is_not_shared_any_more_holds_nobody_up(logged_in: VirtualCloud) -> None:
    first, other = logged_in.estate.houses
    logged_in.behaviour.fail(f"*/{first.location}/info", 403, times=50)
    ran = run("cloud", "sweep", "--json", "--days", "1", "--pace", "0.5")
    judged = {one["serial"]: one["judged"] for one in json.loads(ran.out)["locations"]}
    assert judged[other.serial]
    assert not judged[first.serial]
    assert ran.err.count("1 location") == 1, "it is said once"


@pytest.mark.usefixtures("logged_in")
def test_it_is_refused_while_another_run_is_at_it(cloud: VirtualCloud) -> None:
    store = FileStore(folder_of(cloud.base_url) / "state.sqlite")
    try:
        assert run("cloud", "sweep", "--json").code == 3
    finally:
        store.close()
