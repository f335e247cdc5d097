"""The commands that only read, over real HTTP: tables, CSV and JSON of one and the same answer."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from smappee_tui.i18n.text import width
from smappee_tui.simulator.cloud.house import CloudConfig, CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.cli.cloud.conftest import NOW
from tests.cli.pseudo import bare, speak_pseudo
from tests.cli.run import Ran, run

END = NOW - NOW % 3600 - 1
START = END + 1 - 7200
RANGE = [f"--{name}={datetime.fromtimestamp(at, UTC).isoformat()}" for name, at in (("from", START), ("to", END))]
"""Two whole hours."""
READING = [
    ["locations"],
    ["status"],
    ["info", "peeters"],
    ["config", "peeters"],
    ["consumption", "peeters", *RANGE],
    ["switch-consumption", "peeters", "1", *RANGE],
    ["sensor-consumption", "peeters", "310", *RANGE],
    ["events", "peeters", *RANGE],
    ["costs", "peeters"],
    ["actuator-state", "peeters", "1"],
]


def rows(ran: Ran) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ran.out)))


def document(ran: Ran) -> dict[str, object]:
    found = json.loads(ran.out)
    assert isinstance(found, dict)
    return found


def well(*words: object) -> Ran:
    ran = run("cloud", *words)
    assert (ran.code, ran.err) == (0, ""), ran
    return ran


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("way", [[], ["--csv"], ["--json"]])
@pytest.mark.parametrize(
    "words",
    READING,
    ids=lambda words: words[0],
)
def test_every_reading_command_prints_in_three_ways(words: list[str], way: list[str]) -> None:
    ran = well(*words, *way)
    assert ran.out.endswith("\n")
    if way == ["--json"]:
        assert document(ran)["schema"] == f"smappee-tui/cloud/{words[0]}/1"
    elif way == ["--csv"]:
        lengths = {len(line) for line in csv.reader(io.StringIO(ran.out))}
        assert len(lengths) == 1
    else:
        assert max(width(line) for line in ran.out.splitlines()) <= 80


@pytest.mark.usefixtures("logged_in")
def test_locations(houses: tuple[CloudHouse, ...]) -> None:
    home, shop = houses
    assert [one["name"] for one in document(well("locations", "--json"))["locations"]] == [shop.name, home.name]  # type: ignore[attr-defined]
    lines = well("locations").out.splitlines()
    assert [word in lines[2] for word in (str(home.location), home.serial, home.uuid)] == [True] * 3
    assert lines[-1] == "2 locations."


@pytest.mark.usefixtures("logged_in")
def test_consumption_holds_every_ct(houses: tuple[CloudHouse, ...]) -> None:
    words = ("consumption", "shop", "-a", "5min", *RANGE)
    found = document(well(*words, "--json"))
    records, channels = found["records"], found["channels"]
    assert isinstance(records, list)
    assert isinstance(channels, list)
    assert (len(records), found["complete"], found["remarks"], found["aggregation"]) == (
        24,
        True,
        found["remarks"],
        "5min",
    )

    assert len(channels) == len([ct for ct in houses[1].site.cts if ct.role != "UNUSED"])  # type: ignore[union-attr]
    first = records[0]
    for channel in channels:
        assert first["active"][channel["column"]] == pytest.approx(10 * (channel["input"] + 1))
    table = rows(well(*words, "--csv"))
    assert len(table) == 24
    assert table[0]["time_utc"] == first["at"]
    assert float(table[0]["0 Mains L1 Wh"]) == pytest.approx(10)
    assert float(table[0]["L2 V"]) == pytest.approx(231)
    assert table[0]["time_local"] != table[0]["time_utc"]


@pytest.mark.usefixtures("logged_in")
def test_the_table_has_local_time_and_sums() -> None:
    ran = well("consumption", "peeters", "-i", "6", *RANGE)
    lines = ran.out.splitlines()
    assert lines[0].startswith('"Peeters family, Ghent" (')
    assert "(Europe/Brussels), by hour" in lines[1]
    assert lines[3].split()[-3:] == ["IN", "6", "Wh"]
    assert lines[4].split()[-1] == "840.0"
    assert "in 2 intervals" in ran.out
    assert next(line for line in lines if "Car charger" in line).split()[-2:] == ["1.68", "0.02"]


@pytest.mark.usefixtures("logged_in")
def test_config_shows_what_the_cloud_does_not_tell_as_a_dash(houses: tuple[CloudHouse, ...]) -> None:
    houses[0].tells_cts = False
    found = document(well("config", "peeters", "--json"))
    assert "reversed" not in found["told"]  # type: ignore[operator]
    assert found["channels"][6]["reversed"] is None  # type: ignore[index]
    assert next(line for line in well("config", "peeters").out.splitlines() if "Car charger" in line).split()[-3] == "-"


@pytest.mark.parametrize("word", ["number", "uuid", "serial", "GHENT", "Peeters family, Ghent"])
def test_a_location_by_any_of_its_names(logged_in: VirtualCloud, houses: tuple[CloudHouse, ...], word: str) -> None:
    home = houses[0]
    meant = {"number": str(home.location), "uuid": home.uuid.upper(), "serial": home.serial}.get(word, word)
    assert document(well("info", meant, "--json"))["location"]["id"] == home.location  # type: ignore[index]


@pytest.mark.usefixtures("logged_in")
def test_a_device_by_its_name() -> None:
    assert document(well("switch-consumption", "peeters", "lamp", *RANGE, "--json"))["switch"] == {
        "id": 1,
        "name": "Reading lamp",
    }
    found = document(well("events", "peeters", "--appliance", "oven", *RANGE, "--json"))
    assert {event["name"] for event in found["records"]} <= {"Oven"}  # type: ignore[attr-defined]


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["info", "nowhere"], "No location of this account is called 'nowhere'"),
        (["info", "e"], "'e' fits 2 locations"),
        (["info", "peeters", "--json", "--csv"], "JSON and CSV at once"),
        (["consumption", "peeters", "-a", "year"], "no year values"),
        (["switch-consumption", "peeters", "1", "-a", "10min"], "no 10min values of a switch"),
        (["costs", "peeters", "-a", "hour"], "no hour values of costs"),
        (["consumption", "peeters", "--from", "yesterday"], "'yesterday' is no point in time"),
        (["consumption", "peeters", "--last", "7 lightyears"], "'7 lightyears' is no span"),
        (["consumption", "peeters", "--last", "0d"], "'0d' is no span"),
        (["consumption", "peeters", "--last", "1d", "--from", "2026-01-01"], "--from and --last at once"),
        (["consumption", "peeters", "--from", "2020-01-02", "--to", "2020-01-01"], "The range is empty"),
        (["consumption", "peeters", "--from", "2999-01-01"], "The range is empty"),
        (["consumption", "peeters", "-a", "5min", "--to", "2020-01-01"], "31 days"),
        (["consumption", "peeters", "-i", "99"], "There is no input 99"),
        (["actuator-state", "peeters", "x"], "There is no plug or switch 'x'"),
        (["actuator-state", "peeters", "e"], "'e' fits several: 1 Reading lamp, 2 Bathroom fan heater"),
    ],
)
def test_what_makes_no_sense_is_said_and_ends_with_2(words: list[str], said: str) -> None:
    ran = run("cloud", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 2


@pytest.mark.usefixtures("logged_in")
def test_an_unconfirmed_code_is_said(config_folder) -> None:
    words = ["cloud", "consumption", "peeters", "-a", "10min", *RANGE, "--csv"]
    ran = run(*words)
    assert ran.code == 0
    assert "is a guess that no public source confirms" in ran.err
    (config_folder / "settings.toml").write_text("[cloud_aggregations]\n10min = 6\n")
    assert "is the one in your settings" in run(*words).err
    (config_folder / "settings.toml").write_text("[cloud_aggregations]\n10min = 77\n")
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")


@pytest.mark.usefixtures("logged_in", "month")
def test_a_range_longer_than_what_is_kept_is_remarked() -> None:
    ran = run("cloud", "consumption", "shop", "-a", "5min", "--last", "40d", "--json")
    assert ran.code == 0
    found = document(ran)
    assert "31 days" in found["remarks"][0]  # type: ignore[index]
    assert f"Note: {found['remarks'][0]}" in ran.err  # type: ignore[index]
    assert 8900 < len(found["records"]) < 8935  # type: ignore[arg-type]


def test_a_ct_that_only_the_values_know_is_remarked(logged_in: VirtualCloud, houses: tuple[CloudHouse, ...]) -> None:
    houses[0].cloud_config = CloudConfig(missing=frozenset({11}))
    ran = run("cloud", "consumption", "peeters", *RANGE)
    assert ran.code == 0
    assert "names no CT for column 11" in ran.err


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("words", [one for one in READING if one != ["status"]], ids=lambda words: words[0])
def test_a_table_says_nothing_in_english(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    speak_pseudo(monkeypatch)
    ran = run("cloud", *words)
    assert ran.code == 0
    heads = next(line for line in ran.out.splitlines() if line.count("[") > 1)
    assert bare(heads) <= {"Wh", "varh"}, ran.out
    assert bare(ran.err) == set()
