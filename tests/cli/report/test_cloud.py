"""`smappee-tui report --cloud`, over HTTP: from afar alone, and as a second opinion on a watch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from smappee_tui.app import cloud_login
from smappee_tui.cli import exits
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.simulator.sites import build
from tests.cli.report.conftest import NAME, OTHERWISE, WHO
from tests.cli.run import run
from tests.report.made import FAULTS
from tests.report.schema import shipped_schema
from tests.simulated.recordings import write_recording


def document(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(found, shipped_schema())
    return found


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tape") / "watch.ndjson.gz"
    write_recording(build("home3pv", faults=FAULTS, guided=True), path)
    return path


def test_a_location_from_afar_in_all_formats(cloud: VirtualCloud, house: CloudHouse, tmp_path: Path) -> None:
    done = run(
        "report", "--cloud", "Peeters", "--days", "2", "--out", tmp_path, "--name", "far",
        "--format", "html,pdf,csv,json,txt", "--language", "nl",
    )  # fmt: skip
    assert done.code == exits.FAULT, done.err
    assert [Path(line).name for line in done.out.splitlines()] == [
        "far.json", "far.html", "far.pdf", "far.csv", "far.txt", "far-handover.html", "far-handover.pdf",
    ]  # fmt: skip
    found = document(tmp_path / "far.json")
    assert found["site"]["name"] == NAME
    assert (found["site"]["location_id"], found["devices"]["serial"]) == (house.location, house.serial)
    assert found["devices"]["source"] == f"{cloud.base_url}, {house.location}"
    assert found["method"]["history"]["intervals"] > 500
    verdicts = {c["input"]: c["verdict"] for c in found["channels"]}
    # Two days up to now: which of the right ones are proved depends on the hour at which they end.
    assert {n: word for n, word in verdicts.items() if word not in ("ok", "unused", "inconclusive")} == {
        6: "reversed",
        8: "wrong_phase",
    }
    assert sum(word == "ok" for word in verdicts.values()) > 6
    assert found["method"]["history"]["first"][-6:] in ("+01:00", "+02:00"), "the location's time"
    assert "method.messages" not in found["header"]["missing"]
    assert "geen test ter plaatse" in done.err
    assert "niemand was ter plaatse" in (tmp_path / "far.html").read_text(encoding="utf-8")
    for path in tmp_path.iterdir():
        assert WHO.client_secret.encode() not in path.read_bytes()
        assert WHO.password.encode() not in path.read_bytes()


def test_redacted_from_afar(cloud: VirtualCloud, house: CloudHouse, tmp_path: Path) -> None:
    run("report", "--cloud", house.serial, "--days", "1", "--out", tmp_path, "--name", "r", "--format", "txt",
        "--redact")  # fmt: skip
    for path in tmp_path.iterdir():
        content = path.read_text(encoding="utf-8")
        for secret in (NAME, house.serial, house.uuid, str(house.location), cloud.base_url, "Car charger"):
            assert secret not in content, (path.name, secret)


def test_the_cloud_s_configuration_as_a_second_opinion(
    cloud: VirtualCloud, house: CloudHouse, tape: Path, tmp_path: Path
) -> None:
    words = ("report", "--replay", tape, "--cloud", NAME, "--out", tmp_path, "--format", "json")
    same = run(*words, "--name", "same")
    assert same.code == exits.FAULT
    assert not [f for f in document(tmp_path / "same.json")["findings"] if f["code"].startswith("cloud-")]
    house.cloud_config = OTHERWISE
    other = run(*words, "--name", "other")
    assert other.code == exits.FAULT
    found = document(tmp_path / "other.json")
    assert found["method"]["history"] is None
    assert found["method"]["received"] > 100
    told = {(f["code"], *f["inputs"]) for f in found["findings"] if f["code"].startswith("cloud-")}
    assert told == {("cloud-setting-differs", 8), ("cloud-name-differs", 9), ("cloud-input-missing-cloud", 7)}
    shared = run(*words, "--name", "shared", "--redact")
    assert shared.code == exits.FAULT
    assert "Granny" not in (tmp_path / "shared.json").read_text(encoding="utf-8")


def test_the_two_reports_compare(cloud: VirtualCloud, tape: Path, tmp_path: Path) -> None:
    run("report", "--replay", tape, "--out", tmp_path, "--name", "near", "--format", "json")
    run("report", "--cloud", NAME, "--days", "2", "--out", tmp_path, "--name", "far", "--format", "json")
    done = run("report", "diff", tmp_path / "near.json", tmp_path / "far.json")
    assert done.code == exits.FAULT
    assert "Still open (2)" in done.out
    assert "judged from afar" in done.out
    assert "two different locations" not in done.out


def test_credentials_fail_before_the_watch(cloud: VirtualCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cloud_login.VARIABLES["password"], "wrong")
    done = run("report", "--replay", "no-such-file", "--cloud", NAME)
    assert done.code == exits.CANNOT
    assert "no-such-file" not in done.err
    monkeypatch.delenv(cloud_login.VARIABLES["password"])
    assert run("report", "127.0.0.1:1", "--cloud", NAME).code == exits.USAGE


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--replay", "x", "--days", "3"), "--days goes with --cloud alone"),
        (("--days", "3"), "Which monitor?"),
        (("host", "--cloud", "x", "--days", "3"), "--days goes with --cloud alone"),
        (("--cloud", "x", "--for", "3"), "--for goes with a monitor"),
        (("--cloud", "no such place"), "No location of this account"),
    ],
)
def test_what_makes_no_sense_is_said(cloud: VirtualCloud, words: tuple[str, ...], said: str) -> None:
    done = run("report", *words)
    assert done.code == exits.USAGE
    assert said in done.err
