"""The commands that change something: what will happen is said, the name is typed, and only then it is sent."""

import json
from pathlib import Path

import pytest

from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.cli.cloud.conftest import COLLEAGUE, environment
from tests.cli.run import run

NAME = "Peeters family, Ghent"
CHANGES = [
    ["actuator-on", "peeters", "2"],
    ["actuator-off", "peeters", "lamp", "--for", "300"],
    ["update", "peeters", "--name", "Elsewhere"],
    ["delete", "peeters"],
    ["share", "peeters", COLLEAGUE.username],
    ["create", NAME],
]


def sent(cloud: VirtualCloud) -> list[tuple[str, str]]:
    """What was asked for beside reading and logging in."""
    return [(c.method, c.path) for c in cloud.calls if c.method != "GET" and c.path != "/oauth2/token"]


@pytest.mark.parametrize("words", CHANGES, ids=lambda words: words[0])
def test_without_a_terminal_nothing_is_changed(logged_in: VirtualCloud, words: list[str]) -> None:
    ran = run("cloud", *words)
    assert (ran.code, ran.out) == (2, "")
    assert "This will be done in the vendor's cloud:" in ran.err
    assert NAME in ran.err
    assert "Add --yes" in ran.err
    assert sent(logged_in) == []


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("typed", ["", "peeters family, ghent"])
@pytest.mark.parametrize("words", CHANGES, ids=lambda words: words[0])
def test_another_word_than_the_name_changes_nothing(logged_in: VirtualCloud, words: list[str], typed: str) -> None:
    ran = run("cloud", *words, stdin=f"{typed}\n")
    assert (ran.code, ran.out) == (2, "")
    assert "Nothing was changed: that is not what was to be typed." in ran.err
    assert sent(logged_in) == []


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("words", CHANGES, ids=lambda words: words[0])
def test_the_name_does_it_once(logged_in: VirtualCloud, words: list[str]) -> None:
    ran = run("cloud", *words, stdin=f"{NAME}\n")
    assert ran.code == 0, ran.err
    assert len(sent(logged_in)) == 1


@pytest.mark.usefixtures("terminal")
def test_end_of_input_changes_nothing(logged_in: VirtualCloud) -> None:
    ran = run("cloud", "delete", "peeters", stdin="")
    assert ran.code == 130
    assert sent(logged_in) == []


@pytest.mark.parametrize("words", CHANGES, ids=lambda words: words[0])
def test_a_lock_holds_against_yes(logged_in: VirtualCloud, words: list[str], config_folder: Path) -> None:
    (config_folder / "settings.toml").write_text("read_only = true\n")
    ran = run("cloud", *words, "--yes")
    assert ran.code == 2
    assert "your settings say read_only" in ran.err
    assert logged_in.calls == []


def test_switching_is_seen(logged_in: VirtualCloud) -> None:
    def state() -> object:
        return json.loads(run("cloud", "actuator-state", "peeters", "2", "--json").out)["actuator"]["state"]

    assert state() == "OFF"
    ran = run("cloud", "actuator-on", "peeters", "2", "--for", "900", "--yes")
    assert ran.code == 0
    assert 'Actuator 2 "Bathroom fan heater"' in ran.err
    assert "switched on for 15 min 0 s" in ran.err
    assert state() == "ON"
    run("cloud", "actuator-off", "peeters", "2", "--yes")
    assert state() == "OFF"


def test_a_location_from_its_creation_to_its_end(logged_in: VirtualCloud) -> None:
    made = json.loads(
        run("cloud", "create", "New shed", "--latitude", "51.05", "--longitude", "3.72", "--yes", "--json").out
    )
    assert made["schema"] == "smappee-tui/cloud/create/1"
    number = made["location"]["id"]
    assert run("cloud", "update", number, "--name", "Old shed", "--yes").code == 0
    assert json.loads(run("cloud", "info", number, "--json").out)["location"]["name"] == "Old shed"
    ran = run("cloud", "share", number, "nobody@example.com", "--yes")
    assert ran.code == 2
    assert "There is no such user" in ran.err
    assert run("cloud", "delete", number, "--yes").code == 0
    assert run("cloud", "info", number).code == 2


def test_an_ordinary_account_may_not(
    cloud: VirtualCloud, houses: tuple[CloudHouse, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(cloud, COLLEAGUE).items():
        monkeypatch.setenv(name, value)
    ran = run("cloud", "delete", "peeters", "--yes")
    assert ran.code == 3
    assert "smappee-tui: " in ran.err
    assert run("cloud", "locations").code == 0
    assert houses[0] in cloud.estate.houses


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["update", "peeters"], "Nothing to change"),
        (["update", "peeters", "--latitude", "1"], "both --latitude and --longitude"),
        (["update", "peeters", "--name", " "], "no name"),
        (["create", "a\x1b[31m"], "no name"),
        (["create", "x", "--serial", "12ab"], "no serial number"),
        (["share", "peeters", " "], "empty"),
    ],
)
def test_what_makes_no_sense_is_refused_here(logged_in: VirtualCloud, words: list[str], said: str) -> None:
    ran = run("cloud", *words, "--yes")
    assert ran.code == 2
    assert said in ran.err
    assert logged_in.calls == []


def test_other_spans_than_the_service_has_are_refused(logged_in: VirtualCloud) -> None:
    assert run("cloud", "actuator-on", "peeters", "2", "--for", "60", "--yes").code == 2
    assert logged_in.calls == []


def test_a_change_whose_answer_is_lost_is_not_repeated_and_said(logged_in: VirtualCloud) -> None:
    logged_in.behaviour.hang_up("*/actuator/2/on")
    ran = run("cloud", "actuator-on", "peeters", "2", "--yes")
    assert ran.code == 3
    assert "may have been carried out" in ran.err
    assert len(sent(logged_in)) == 1


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("name", ["", "\x1b[2J", "trap\u202e\u2066"])
def test_a_name_that_nobody_can_type_is_typed_as_its_number(
    logged_in: VirtualCloud, houses: tuple[CloudHouse, ...], name: str
) -> None:
    houses[0].name = name
    number = houses[0].location
    assert run("cloud", "delete", number, stdin=f"{name}\n").code == 2
    ran = run("cloud", "delete", number, stdin=f"{number}\n")
    assert ran.code == 0
    assert "Type the number" in ran.err


@pytest.mark.usefixtures("terminal")
def test_an_accent_may_be_typed_in_either_of_its_ways(logged_in: VirtualCloud, houses: tuple[CloudHouse, ...]) -> None:
    houses[0].name = "Cafe\u0301"
    assert run("cloud", "delete", houses[0].location, stdin="Caf\u00e9\n").code == 0
