"""`check` and the limits: options, what the job says, JSON and words; the exit code speaks of the wiring only."""

import json
from pathlib import Path
from typing import Any

import pytest

from smappee_tui.app.visit.jobs import Jobs, jobs_path
from tests.cli.made import house, recording
from tests.cli.run import run
from tests.payloads import UUID

KEYS = {"code", "phase", "limit", "worst", "at", "verdict"}


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    return recording(tmp_path / "r.ndjson", house(40))


def limits(*words: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("check", "--replay", *words, "--json").out)["limits"]
    return found


def test_json_has_the_promised_keys_and_the_exit_code_stays(tape: Path) -> None:
    plain, over = run("check", "--replay", tape, "--json"), run("check", "--replay", tape, "--json", "--main-fuse", "1")
    assert plain.code == over.code
    first = json.loads(over.out)["limits"][0]
    assert set(first) >= KEYS
    assert (first["code"], first["phase"], first["limit"]) == ("main-fuse", "L1", 1)
    assert first["verdict"] == ("over" if first["worst"] > 1 else "ok")
    said = json.loads(plain.out)
    assert {one["verdict"] for one in said["limits"]} <= {"ok", "near", "over"}
    assert {one["verdict"] for one in said["limits_unchecked"]} == {"unchecked"}
    assert "main-fuse" in {one["code"] for one in said["limits_unchecked"]}
    assert all(one["why"] for one in said["limits_unchecked"])


def test_words_say_what_is_not_checked_and_how_to_have_it_checked(tape: Path) -> None:
    assert "--main-fuse A and --country say what they are" in " ".join(run("check", "--replay", tape).out.split())
    said = run("check", "--replay", tape, "--main-fuse", "25", "--country", "be").out
    assert "Main fuse L1" in said
    assert "Synergrid C10/11" in said
    assert "no legal advice" in said


def test_the_job_of_the_location_says_it_where_no_option_does(tape: Path) -> None:
    job = Jobs(jobs_path()).open(UUID)
    job.state.typed |= {"main_fuse": "32", "country": "DE"}
    job.save()
    job.release()
    assert limits(tape)[0]["limit"] == 32
    assert limits(tape, "--main-fuse", "16")[0]["limit"] == 16


@pytest.mark.parametrize("words", [("--main-fuse", "0"), ("--main-fuse", "-3"), ("--country", "atlantis")])
def test_what_is_no_fuse_or_country_is_refused(tape: Path, words: tuple[str, str]) -> None:
    assert run("check", "--replay", tape, *words).code == 2
