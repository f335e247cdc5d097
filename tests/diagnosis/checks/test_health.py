import pytest

from smappee_tui.diagnosis.inference.causes import grouped_by_rotation
from smappee_tui.diagnosis.inference.decide import Decision
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Subject
from smappee_tui.diagnosis.model.channels import Role
from tests import payloads as p
from tests.diagnosis.checks.scene import ROWS, quiet_house


def test_a_phase_at_205_volts() -> None:
    watched = quiet_house()
    watched.volts = (230, 205, 229)
    watched.run(60)
    assert watched.findings == [("voltage-low", "warning")]
    assert watched.finding("voltage-low").subject == ("phase", "L2")
    phase = watched.judgement.phases[1]
    assert (phase.lowest, phase.highest, phase.verdict) == (205, 231, "low")


@pytest.mark.parametrize(("offset", "found"), [(4.9, False), (-4.9, False), (5.1, True), (-42.0, True)])
def test_the_clock(offset: float, found: bool) -> None:
    watched = quiet_house()
    watched.offset = offset
    watched.run(120)
    assert watched.findings == ([("monitor-clock", "warning")] if found else [])
    if found:
        assert ("ahead of" if offset > 0 else "behind") in watched.text("monitor-clock").title


def test_a_status_that_is_not_zero() -> None:
    watched = quiet_house()
    watched.status = 4
    assert watched.run(10).findings == [("monitor-status", "warning")]
    assert "status 4" in watched.text("monitor-status").title


def test_five_minute_values_late_and_lost() -> None:
    watched = quiet_house().run(320)
    watched.aggregates = False
    last = watched.health.means_age or 0.0
    watched.run(450 - last)
    assert watched.findings == []
    watched.run(5)
    assert watched.findings == [("aggregated-late", "info")]
    watched.run(215)
    assert ("aggregated-lost", "warning") in watched.findings


def test_a_longer_interval_is_waited_for() -> None:
    watched = quiet_house()
    watched.aggregates = False
    watched.say("config", p.config(aggregationPeriodSeconds=900), retain=True)
    watched.say("aggregatedSwitch", p.aggregated_switch((302, 45))).run(600)
    assert watched.findings == []


def test_gaps_are_told_where_there_is_a_stream() -> None:
    watched = quiet_house()
    watched.now += 20
    watched.run(100)
    assert watched.findings == [("realtime-gaps", "info")]
    assert watched.health.gaps == 1
    thin = quiet_house()
    thin.step = 20.0
    assert thin.run(240).findings == []


def test_restarts_and_the_ages_of_what_was_told() -> None:
    watched = quiet_house().run(10)
    watched.now += 1
    rows = [p.Row(row.input, row.watts, row.amps, row.phase, 0.0) for row in ROWS]
    watched.say("realtime", p.realtime(rows, at=watched.now))
    assert watched.health.restarts == 1
    assert watched.site.quality.restarted_at == watched.now
    assert ("monitor-restarted", "info") in watched.findings
    ages = {told.topic: told for told in watched.health.topics}
    assert ages["config"].retained
    assert ages["config"].age == pytest.approx(13.0)
    assert not ages["aggregatedGW"].retained


def judged(spec: str) -> tuple[dict[int, Role], dict[int, Decision], dict[int, ChannelVerdict], list[Finding]]:
    """`phase:verdict` words, one CT each, every one a load of its own."""
    roles, decisions, verdicts, wiring = {}, {}, {}, []
    for n, word in enumerate(spec.split()):
        phase, verdict = word.split(":")
        roles[n] = Role(n, int(phase), False, False, False, "")
        decisions[n] = Decision(verdict, 0.99, None)  # type: ignore[arg-type]
        verdicts[n] = ChannelVerdict(n, verdict, "", 0.99)  # type: ignore[arg-type]
        if verdict == "wrong_phase":
            wiring.append(Finding("ct-wrong-phase", "fault", Subject("channel", n), channels=(n,)))
    return roles, decisions, verdicts, wiring


@pytest.mark.parametrize(
    ("spec", "codes"),
    [
        ("0:ok 1:wrong_phase 2:wrong_phase 1:wrong_phase 2:wrong_phase", ["rotation-suspected"]),
        ("0:ok 1:wrong_phase 2:wrong_phase 1:wrong_phase 2:wrong_phase 1:no_current", ["rotation-suspected"]),
        ("0:ok 1:wrong_phase 2:wrong_phase 1:wrong_phase 2:wrong_phase 1:ok", ["ct-wrong-phase"] * 4),
        ("0:ok 1:wrong_phase 2:wrong_phase", ["ct-wrong-phase"] * 2),
        ("0:wrong_phase 0:wrong_phase 0:wrong_phase 1:ok 2:ok", ["ct-wrong-phase"] * 3),
    ],
)
def test_exchanged_voltage_leads_are_one_finding(spec: str, codes: list[str]) -> None:
    roles, decisions, verdicts, wiring = judged(spec)
    assert [f.code for f in grouped_by_rotation(wiring, roles, decisions, verdicts)] == codes
