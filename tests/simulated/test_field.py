import json

import numpy as np
import pytest

from smappee_tui.protocol.received import MqttMessage
from tests import payloads
from tests.simulated.field import GROUPS, KINDS, field_case, kinds
from tests.simulated.field.house import GRID, Clamp, House, Meter
from tests.simulated.field.labelled import noisy_site
from tests.simulated.field.loads import flow
from tests.simulated.field.size import DOUBTED


def house(supply: str, watts: float, start: int, end: int) -> House:
    made = House(np.random.default_rng(1), 60, supply)
    made.add("one", flow(np.full(60, watts), 0.0).between(start, end))
    made.solve()
    return made


def mean(built: House, dialect: str, clamp: Clamp) -> tuple[float, float]:
    read = Meter(built, dialect).read(clamp)
    return float(np.mean(read.watts)), float(np.mean(read.amps))


def test_a_star_reads_its_load_on_its_own_phase_and_half_of_it_turned_on_the_others() -> None:
    star = house("star", 2300.0, 1, 3)
    watts, amps = mean(star, payloads.TWENTY, Clamp(0, "", 1, ((GRID, 1),)))
    assert watts == pytest.approx(2300, rel=0.05)
    assert amps == pytest.approx(10, rel=0.08)
    for phase in (0, 2):
        watts, _ = mean(star, payloads.TWENTY, Clamp(0, "", phase, ((GRID, 1),)))
        assert watts == pytest.approx(-1150, rel=0.08)


def test_the_two_wattmeters_of_a_delta_add_up_to_the_load_between_any_two_lines() -> None:
    for start in range(3):
        delta = house("delta", 2300.0, start, (start + 1) % 3)
        both = [mean(delta, payloads.INFINITY, Clamp(0, "", line, ((GRID, line),)))[0] for line in (0, 1)]
        assert sum(both) == pytest.approx(2300, rel=0.05)
        three = [mean(delta, payloads.TWENTY, Clamp(0, "", line, ((GRID, line),)))[0] for line in (0, 1, 2)]
        assert sum(three) == pytest.approx(2300, rel=0.05)


def test_a_clamp_that_is_turned_midway_changes_sign_there() -> None:
    star = house("star", 2300.0, 0, 3)
    read = Meter(star, payloads.TWENTY).read(Clamp(0, "", 0, ((GRID, 0),), moves=((20, {"turned": True}),)))
    assert (read.watts[:20] > 2000).all()
    assert (read.watts[20:] < -2000).all()


def test_the_same_seed_is_the_same_case_and_every_kind_can_be_made() -> None:
    assert field_case("carries", 3).messages == field_case("carries", 3).messages
    assert field_case("carries", 3).messages != field_case("carries", 4).messages
    for kind in kinds(""):
        case = field_case(kind, 1)
        assert 60 <= len(case.messages) - 2 <= 900
        assert isinstance(case.messages[-1], MqttMessage)
        assert case.allowed or case.named


def test_kinds_go_by_their_names_and_by_their_groups() -> None:
    assert kinds("noise,carries") == [*(make.__name__ for make in GROUPS["noise"]), "carries"]
    assert set(kinds("")) == set(KINDS)


def test_what_is_wrong_about_a_document_is_said() -> None:
    case = field_case("circuit_sibling", 0)
    wrong = next(iter(case.sizes))
    row = {"actual_phase": None, "confidence": 0.9, "name": "x", "size": "ok"}
    rows = [row | {"input": number, "verdict": "ok"} for number in case.allowed]
    out = {"channels": rows, "findings": [], "supply": {"kind": "star"}}
    found = list(case.problems(out))
    assert len(found) == 3, found
    assert not any(text.startswith("ACCUSED") for text in found)
    rows[0]["verdict"] = "reversed"
    assert any(text.startswith("ACCUSED input 0") for text in case.problems(out))
    rows[0]["verdict"] = "ok"
    rows[wrong] |= {"verdict": "wrong_ratio", "size": min(DOUBTED & {"wrong"})}
    said = {"code": "x", "title": "reads twice", "advice": None, "evidence": [], "channels": [], "severity": "fault"}
    out["findings"] = [said | {"subject": f"channel:{wrong}"}]
    assert list(case.problems(json.loads(json.dumps(out)))) == []


def test_noisy_sites_know_what_is_true_of_each_ct() -> None:
    sites = [noisy_site(seed) for seed in range(12)]
    assert sites[3].messages == noisy_site(3).messages
    states = [one.state for site in sites for one in site.truth]
    assert 0 < len(states) - states.count("ok") < len(states) / 4
    assert {site.supply for site in sites} == {"single", "star", "delta"}
    assert any(site.generation for site in sites)
    assert all(0 <= one.phase <= 2 for site in sites for one in site.truth)
