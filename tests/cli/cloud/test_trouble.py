"""What goes wrong on the way, what stdout holds then, and names that would like to steer."""

import csv
import io
import json
import sys

import pytest

from smappee_tui.cli import records
from smappee_tui.i18n.text import width
from smappee_tui.simulator.cloud.behaviour import InjectedTrouble
from smappee_tui.simulator.cloud.house import CloudConfig, CloudHouse, ConfigDifference
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.cli.cloud.test_reading import RANGE
from tests.cli.run import run

EVIL = "=cmd|' /C calc'!A0 \x1b[2J\x07\u202eevil\u2066 [/b] <script>,\"\n"
STEERS = {"\x1b", "\x07", "\u202e", "\u2066"}
WEEKS = ["consumption", "shop", "-a", "5min", "--last", "20d"]


@pytest.fixture
def evil(logged_in: VirtualCloud, houses: tuple[CloudHouse, ...]) -> VirtualCloud:
    home = houses[0]
    home.name = EVIL
    home.cloud_config = CloudConfig(changed={number: ConfigDifference(name=EVIL) for number in range(12)})
    return logged_in


@pytest.mark.parametrize("way", [[], ["--csv"], ["--json"]])
@pytest.mark.parametrize("command", ["locations", "info", "config", "consumption", "events", "costs"])
def test_a_hostile_name_steers_nothing(
    evil: VirtualCloud, houses: tuple[CloudHouse, ...], command: str, way: list[str]
) -> None:
    place = [] if command == "locations" else [houses[0].location]
    ran = run("cloud", command, *place, *(RANGE if command == "consumption" else []), *way)
    assert ran.code == 0, ran.err
    assert not STEERS & set(ran.out + ran.err)
    if way == ["--json"]:
        json.loads(ran.out)
    elif way == ["--csv"]:
        cells = {cell for line in csv.reader(io.StringIO(ran.out)) for cell in line}
        assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "|"))]
    else:
        assert max(width(line) for line in ran.out.splitlines()) <= 80


def test_a_hostile_name_that_is_asked_about(evil: VirtualCloud, houses: tuple[CloudHouse, ...]) -> None:
    ran = run("cloud", "delete", houses[0].location)
    assert ran.code == 2
    assert not STEERS & set(ran.err)


@pytest.mark.parametrize("way", [[], ["--csv"], ["--json"]])
def test_what_fails_at_once_leaves_stdout_empty(logged_in: VirtualCloud, way: list[str]) -> None:
    logged_in.behaviour.fail("*/consumption", 503, times=50)
    ran = run("cloud", *WEEKS, *way)
    assert (ran.code, ran.out) == (3, "")


@pytest.mark.usefixtures("month")
def test_what_breaks_off_is_still_a_document(logged_in: VirtualCloud) -> None:
    calls = []

    def after_one(method: str, path: str, take=logged_in.behaviour.take) -> InjectedTrouble | None:
        if path.endswith("/consumption"):
            calls.append(path)
            if len(calls) > 1:
                return InjectedTrouble(path, status=503)
        return take(method, path)

    logged_in.behaviour.take = after_one  # type: ignore[method-assign]
    ran = run("cloud", *WEEKS, "--json")
    assert ran.code == 3
    found = json.loads(ran.out)
    assert found["complete"] is False
    assert len(found["records"]) > 1000
    assert "smappee-tui: " in ran.err


def test_a_service_that_recovers_is_no_trouble(logged_in: VirtualCloud) -> None:
    logged_in.behaviour.fail("*/consumption", 503)
    logged_in.behaviour.fail("*/info", 429, retry_after="1")
    logged_in.behaviour.expire_now()
    assert run("cloud", "consumption", "shop", *RANGE).code == 0


@pytest.mark.parametrize(("status", "code"), [(400, 2), (403, 3), (404, 3), (500, 3), (503, 3)])
def test_refusals(logged_in: VirtualCloud, status: int, code: int) -> None:
    logged_in.behaviour.fail("*/info", status, times=50, message="Because I say so")
    ran = run("cloud", "info", "shop")
    assert (ran.code, ran.out) == (code, "")
    assert "The cloud says: Because I say so" in ran.err


def test_a_configuration_that_is_not_to_be_had_leaves_the_sums(logged_in: VirtualCloud) -> None:
    logged_in.behaviour.fail("*/meteringconfiguration", 403, times=5)
    ran = run("cloud", "consumption", "shop", *RANGE)
    assert ran.code == 0
    assert "Note: The CTs have no names here" in ran.err
    assert "in 2 intervals" in ran.out


def test_offline(logged_in: VirtualCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMAPPEE_TUI_CLOUD_BASE_URL", "http://127.0.0.1:1/dev/v3")
    ran = run("cloud", "locations")
    assert (ran.code, ran.out) == (3, "")
    assert "not reached" in ran.err


@pytest.mark.usefixtures("month")
def test_nobody_there_any_more_stops_the_reading(logged_in: VirtualCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after `| head -1`: the rest is not fetched."""
    places = iter([(0, 1), (0, 1)])
    monkeypatch.setattr(records, "_file", lambda: next(places, (0, 2)))
    ran = run("cloud", *WEEKS, "--csv")
    assert ran.code == 0
    assert logged_in.count(next(c.path for c in logged_in.calls if c.path.endswith("/consumption"))) == 1


def test_an_account_without_locations(logged_in: VirtualCloud, houses: tuple[CloudHouse, ...]) -> None:
    for house in houses:
        logged_in.estate.delete(house)
    assert "sees no location" in run("cloud", "locations").out
    assert run("cloud", "locations", "--csv").out.count("\n") == 1
    assert run("cloud", "info", "1").code == 2


def test_an_empty_range(logged_in: VirtualCloud) -> None:
    words = ["consumption", "shop", "--from", "2020-01-01", "--to", "2020-01-02"]
    assert "No records in this range." in run("cloud", *words).out
    assert json.loads(run("cloud", *words, "--json").out)["records"] == []
    assert run("cloud", *words, "--csv").out.count("\n") == 1


@pytest.mark.usefixtures("month")
def test_progress_is_no_data(logged_in: VirtualCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    from smappee_tui.cli.console import ProgressLine

    monkeypatch.setattr(ProgressLine.__init__, "__kwdefaults__", {"shown": True, "clock": iter(range(10**6)).__next__})
    ran = run("cloud", *WEEKS, "--csv")
    assert "logging in can take 20 s" in ran.err
    assert "reading from the cloud: 100%" in ran.err
    assert ran.err.endswith("\r")
    assert len(list(csv.reader(io.StringIO(ran.out)))) > 5000
    assert sys.stdout is not None
