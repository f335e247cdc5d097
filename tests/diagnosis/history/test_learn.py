"""Faults set in a virtual house are found in its past, and healthy houses are not accused."""

from __future__ import annotations

import pytest

from smappee_tui.i18n import Translator
from smappee_tui.protocol.fact import fact
from smappee_tui.simulator import sites
from tests.diagnosis.history.made import FAULTS, WIRING, judged, verdicts
from tests.simulated.random_sites import RandomOptions, random_site


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
def test_a_reversed_and_a_misplaced_circuit(signed: bool) -> None:
    monitor = sites.build("home3pv", faults=["reversed:6", "phase:8,L2"])
    found = verdicts(judged(monitor, 3, signed=signed))
    assert found[6] == ("reversed", None)
    assert found[8] == ("wrong_phase", 1)
    assert [n for n, (word, _) in found.items() if word in FAULTS] == [6, 8]


def test_grid_cts_exchanged() -> None:
    judge = judged(sites.build("home3pv", faults=["swapped:0,1"]), 3)
    found = verdicts(judge)
    assert (found[0], found[1]) == (("wrong_phase", 1), ("wrong_phase", 0))
    assert "ct-swapped" in {f.code for f in judge.judgement().findings}


def test_solar_turned() -> None:
    found = verdicts(judged(sites.build("home3pv", faults=["reversed:3", "reversed:4", "reversed:5"]), 3))
    assert {found[n][0] for n in (3, 4, 5)} == {"reversed"}
    assert not [n for n, (word, _) in found.items() if word in FAULTS and n not in (3, 4, 5)]


def test_the_whole_meter_turned_shows_at_night() -> None:
    judge = judged(sites.build("home3pv", faults=["reversed:0", "reversed:1", "reversed:2"]), 3)
    found = verdicts(judge)
    assert {found[n][0] for n in (0, 1, 2)} == {"reversed"}
    (signs,) = [s for s in judge.judgement().channels[0].evidence if s.code == "history.signs_at_night"]
    assert signs.params["direction"] == fact("history.consumption")
    assert signs.params["hours"] == 0


def test_a_single_phase_house_of_the_20_series() -> None:
    found = verdicts(judged(sites.build("home1", dialect="20-series", faults=["reversed:2"]), 3, signed=False))
    assert found[2][0] == "reversed"
    assert found[0][0] == "ok"


@pytest.mark.parametrize("name", ["home3pv", "home1", "delta", "shop28"])
@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
def test_healthy_houses_are_not_accused(name: str, signed: bool) -> None:
    judge = judged(sites.build(name, dialect="infinity" if signed else "20-series"), 2, signed=signed)
    assert [(n, v) for n, v in verdicts(judge).items() if v[0] in FAULTS] == []
    assert judge.judgement().count("fault") == 0


@pytest.mark.parametrize("seed", range(300, 312))
def test_random_houses(seed: int) -> None:
    """No healthy CT of a random house is accused, no turned or misplaced one passed as well."""
    monitor = random_site(seed, options=RandomOptions(other_share=0.0))
    found = verdicts(judged(monitor, 1, signed=seed % 2 == 0))
    for row in monitor.truth()["channels"]:
        word, _ = found[row["input"]]
        if row["state"] == "ok":
            assert word not in FAULTS, row
        elif row["state"] in WIRING:
            assert word != "ok", row


def test_unmetered_solar_does_not_turn_the_grid() -> None:
    options = RandomOptions(kind="star", solar_share=1.0, unmetered_solar_share=1.0, faulty_share=0.0)
    for seed in range(3):
        found = verdicts(judged(random_site(seed, options=options), 2))
        assert [n for n, v in found.items() if v[0] in FAULTS] == []


def test_what_it_rests_on_is_said_as_history() -> None:
    judgement = judged(sites.build("home3pv", faults=["reversed:6"]), 2).judgement()
    said = judgement.channels[6].evidence
    assert said
    assert all(piece.code.startswith("history.") for piece in said)
    note = next(f for f in judgement.findings if f.code == "judged-from-history")
    assert note.params == {"days": pytest.approx(2.0), "signed": True, "by_night": True}
    assert Translator("en").finding(note).title == "Judged from 2.0 days of 5-minute values, not on site"
