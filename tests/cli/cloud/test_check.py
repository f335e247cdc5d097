"""`check --cloud`: a verdict from afar, and the cloud's configuration beside the monitor's, over real HTTP."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from smappee_tui.diagnosis.judgement import FAULTS
from smappee_tui.simulator.cloud.accounts import CloudAccounts
from smappee_tui.simulator.cloud.house import CloudConfig, CloudHouse, ConfigDifference
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.simulator.sites import build
from tests.cli.cloud.conftest import BOSS, NOW, PASSWORD, SECRET
from tests.cli.run import run
from tests.simulated.recordings import write_recording

pytestmark = pytest.mark.usefixtures("logged_in")


@pytest.fixture(scope="module")
def houses() -> tuple[CloudHouse, ...]:
    """A house with faults and a real past, one that never spoke, and the one that a recording is of."""
    home = build("home3pv", faults=["reversed:6", "phase:8,L2"], start=NOW)
    mute = CloudHouse.of(
        build("home1", seed=9, start=NOW), "Silent cottage", now=NOW, days=1, history=lambda *_: iter(())
    )
    return CloudHouse.of(home, "Peeters family, Ghent", now=NOW, days=2), mute


@pytest.fixture
def cloud(houses: tuple[CloudHouse, ...]) -> Iterator[VirtualCloud]:
    houses[0].cloud_config = CloudConfig()
    with VirtualCloud(CloudAccounts((BOSS,), houses)) as served:
        yield served


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Eight seconds of the same house's monitor."""
    path = tmp_path / "home.ndjson"
    write_recording(build("home3pv", start=NOW), path, seconds=8)
    return path


def test_faults_are_found_from_afar() -> None:
    ran = run("check", "--cloud", "peeters", "--days", "2", "--json")
    document = json.loads(ran.out)
    found = {c["input"]: (c["verdict"], c["actual_phase"]) for c in document["channels"]}
    assert found[6] == ("reversed", None)
    assert found[8] == ("wrong_phase", "L2")
    # The past that is made up is of the hours before now: what is proved of the others differs with the time of day.
    assert [n for n, (verdict, _) in found.items() if verdict in FAULTS] == [6, 8]
    assert ran.code == 1
    history = document["history"]
    assert history["source"] == "cloud"
    assert 560 <= history["intervals"] <= 577
    assert history["reactive_signed"] is True
    assert document["observed"]["realtime_messages"] == 0
    charger = document["channels"][6]
    assert charger["watts"] < -1000
    assert all(sentence.startswith("History: ") for sentence in charger["evidence"])


def test_the_text_says_what_it_rests_on() -> None:
    ran = run("check", "--cloud", "peeters", "--days", "2")
    assert "Judged from the cloud" in ran.out
    assert "Watched" not in ran.out
    assert "not on site" in ran.out
    assert "✗ reversed" in ran.out
    assert not {SECRET, PASSWORD} & set((ran.out + ran.err).split())


def test_a_location_without_values_cannot_be_judged() -> None:
    ran = run("check", "--cloud", "cottage")
    assert ran.code == 3
    assert "holds no 5-minute values" in ran.err
    assert ran.out == ""


def test_the_same_configuration_on_both_sides(recording: Path) -> None:
    ran = run("check", "--replay", recording, "--cloud", "peeters", "--json")
    assert "is the one that the monitor publishes" in ran.err
    assert not [f for f in json.loads(ran.out)["findings"] if f["code"].startswith("cloud-")]


def test_a_change_that_was_not_applied_yet(
    recording: Path, houses: tuple[CloudHouse, ...], cloud: VirtualCloud
) -> None:
    houses[0].cloud_config = CloudConfig({6: ConfigDifference(phase=2)}, missing=frozenset({11}))
    ran = run("check", "--replay", recording, "--cloud", "peeters", "--json")
    found = {f["code"]: f for f in json.loads(ran.out)["findings"] if f["code"].startswith("cloud-")}
    assert found["cloud-setting-differs"]["subject"] == "channel:6"
    assert found["cloud-setting-differs"]["evidence"] == ["Phase: L3 in the cloud, L1 in the monitor."]
    assert found["cloud-input-missing-cloud"]["subject"] == "channel:11"
    text = run("check", "--replay", recording, "--cloud", "peeters").out
    assert "L3 in the cloud, L1 in the monitor" in text


def test_another_monitor_is_not_compared(recording: Path) -> None:
    ran = run("check", "--replay", recording, "--cloud", "cottage", "--json")
    assert "is not the monitor that was watched" in ran.err
    assert not [f for f in json.loads(ran.out)["findings"] if f["code"].startswith("cloud-")]


def test_a_wrong_location_shows_before_anything_is_watched(tmp_path: Path) -> None:
    ran = run("check", "--replay", tmp_path / "there-is-none", "--cloud", "nosuch")
    assert ran.code == 2
    assert "nosuch" in ran.err


def test_days_go_with_the_cloud_alone(recording: Path) -> None:
    assert run("check", "--replay", recording, "--days", "3").code == 2
    assert run("check", "--cloud", "peeters", "--days", "99").code == 2


def test_the_values_that_were_judged_can_be_had_as_csv() -> None:
    ran = run("cloud", "consumption", "peeters", "-a", "5min", "--last", "2d", "--csv")
    rows = list(csv.DictReader(ran.out.splitlines()))
    assert 560 <= len(rows) <= 577
