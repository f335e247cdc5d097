"""What findings mean for the CTs that they name, and what is said of a CT that was not watched long enough."""

from dataclasses import replace

import pytest

from smappee_tui.diagnosis.checks.told import LOOKED, carrying, leads_first, reaching, under_findings, with_watching
from smappee_tui.diagnosis.judgement import FAULTS, WAITING, ChannelVerdict, Finding, Judgement, Subject, Verdict
from smappee_tui.i18n import Translator
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.simulator.sites import build
from tests.diagnosis.made import Run, sample

ENGLISH = Translator("en")


def setting(number: int, phase: int) -> ChannelSetting:
    return ChannelSetting(
        input=number,
        name=f"CT {number}",
        role="CONSUMPTION",
        connection="SUBMETER",
        phase=phase,
        reversed=False,
        balanced=False,
        ct_type=None,
        hub=None,
    )


SETTINGS = {n: setting(n, n % 3) for n in range(6)}


def said(number: int, verdict: Verdict, advice: str | None = None) -> ChannelVerdict:
    code = {"ok": "ok", "wrong_phase": "wrong_phase"}.get(verdict, verdict)
    return ChannelVerdict(
        number,
        verdict,
        fact(f"verdicts.{code}", phase="L1", there="L2"),
        0.99,
        advice=fact(advice, amps=1.0, phase="L1", there="L2", retest="", safety="") if advice else None,
    )


def played(*faults: str, seconds: int) -> tuple[Judgement, Run]:
    run = Run(build("home3pv", dialect="infinity", seed=1, faults=faults))
    return run.play(seconds), run


def advices(judgement: Judgement, *numbers: int) -> set[str]:
    return {ENGLISH.fact(judgement.channels[n].advice) for n in numbers}


def test_nobody_is_sent_to_a_load_on_a_phase_without_voltage() -> None:
    judgement, _ = played("voltage-missing:L2", seconds=60)
    (finding,) = [f for f in judgement.findings if f.code == "voltage-missing"]
    assert finding.channels == (1, 4, 7, 10)
    assert advices(judgement, *finding.channels) == {ENGLISH.finding(finding).advice}
    assert {ENGLISH.fact(judgement.channels[n].said) for n in finding.channels} == {"no voltage on L2"}
    assert {judgement.channels[n].verdict for n in finding.channels} <= WAITING
    assert judgement.marks().keys() == {1, 4, 7, 10}


@pytest.mark.parametrize("seconds", [20, 60, 120, 300])
def test_nobody_is_sent_to_a_setting_while_voltage_leads_may_be_exchanged(seconds: int) -> None:
    judgement, _ = played("voltage-rotated", seconds=seconds)
    moved = [n for n, v in judgement.channels.items() if v.verdict in FAULTS]
    assert moved
    for n in moved:
        advice = ENGLISH.fact(judgement.channels[n].advice)
        assert "check the order of the voltage leads" in advice.lower(), n
        assert not advice.startswith("Try the configuration")
    for finding in judgement.findings:
        assert not ENGLISH.finding(finding).advice.startswith("Try the configuration"), finding.code


def test_every_row_that_a_finding_names_is_marked_and_says_what_to_do() -> None:
    judgement, _ = played("ratio:6,4.0", seconds=120)
    marks = judgement.marks()
    assert marks[6] == "warning"
    (above, *_) = [f for f in judgement.findings if f.names(6)]
    assert advices(judgement, 6) == {ENGLISH.finding(above).advice}
    assert "findings" not in ENGLISH.fact(judgement.channels[6].advice)


def test_a_ct_that_is_right_gets_the_advice_of_the_warning_that_names_it() -> None:
    over = Finding("over-range", "warning", Subject("channel", 1), channels=(1,), params={"input": 1, "name": "x"})
    note = Finding("judged-from-history", "info", Subject("supply"), channels=(2,), params={"days": 1.0})
    verdicts = {1: said(1, "ok"), 2: said(2, "ok"), 3: said(3, "ok")}
    under = under_findings(verdicts, (over, note))
    assert ENGLISH.fact(under[1].advice) == ENGLISH.finding(over).advice
    assert under[2].advice is None
    assert under[3] is verdicts[3]


def test_its_own_advice_stays_where_no_cause_is_known() -> None:
    own = said(1, "inconclusive", "advice.ambiguous")
    over = Finding("over-range", "warning", Subject("channel", 1), channels=(1,), params={"input": 1, "name": "x"})
    assert under_findings({1: own}, (over,))[1].advice == own.advice
    balance = Finding(
        "balance-impossible",
        "warning",
        Subject("phase", "L2"),
        channels=(1,),
        params={"phase": "L2", "watts": 900.0, "inputs": (1,)},
    )
    assert "clamp meter" in ENGLISH.fact(under_findings({1: own}, (over, balance))[1].advice)


def test_a_drifting_neutral_stops_every_test() -> None:
    drift = Finding(
        "neutral-suspect", "fault", Subject("supply"), params={"advice": fact("checks.phases_drift_advice")}
    )
    verdicts = {n: said(n, "no_current", "advice.wait_for_load") for n in SETTINGS}
    verdicts[5] = said(5, "unused")
    (whole,) = reaching((drift,), SETTINGS, verdicts)
    assert whole.channels == (0, 1, 2, 3, 4)
    assert advices(Judgement(channels=under_findings(verdicts, (whole,))), 0, 4) == {ENGLISH.finding(drift).advice}


def test_leads_come_first_until_one_ct_of_the_phase_is_right() -> None:
    own = fact("advice.wrong_phase", there="L3", phase="L2", retest="", safety="")
    moved = Finding("ct-wrong-phase", "fault", Subject("channel", 1), channels=(1,), params={"advice": own})
    verdicts = {1: said(1, "wrong_phase", "advice.wrong_phase")}
    (told,) = leads_first((moved,), SETTINGS, verdicts)
    assert under_findings(verdicts, (told,))[1].advice.code == "advice.leads_first"  # type: ignore[union-attr]
    (told,) = leads_first((moved,), SETTINGS, verdicts | {4: said(4, "ok")})
    assert told is moved


def test_a_current_that_was_not_watched_long_enough_is_never_called_none() -> None:
    _, run = played(seconds=1)
    for second in range(1, 2 * LOOKED):
        judgement = run.judge.judgement(fresh=False)
        site = run.site
        assert site.sample is not None
        amps = dict(zip(site.sample.inputs, site.sample.amps, strict=True))
        for number, verdict in judgement.channels.items():
            if amps[number] >= 1.0:
                assert verdict.verdict != "no_current" or verdict.watching, (second, number)
                assert ENGLISH.fact(verdict.said) != "no current yet"
        if second < LOOKED:
            assert judgement.channels[0].watching == LOOKED - second
            assert ENGLISH.fact(judgement.channels[0].said) == f"watching, {LOOKED - second} s left"
        else:
            assert judgement.channels[0].watching is None
        run.play(1)


def test_the_newest_readings_in_a_row_count() -> None:
    recent = [sample(n, [(230.0, 230.0), (230.0, 230.0), (0.0, 0.0)]) for n in range(3)]
    recent.append(sample(3, [(230.0, 230.0), (0.0, 0.0), (0.0, 0.0)]))
    recent.append(sample(4, [(230.0, 230.0), (230.0, 230.0), (0.0, 0.0)]))
    assert carrying(recent) == {0: 5, 1: 1}
    assert carrying([]) == {}
    assert carrying(recent[:3] * LOOKED) == {0: LOOKED, 1: LOOKED}


def test_a_current_that_never_rests_is_too_little_evidence_not_no_current() -> None:
    none = replace(said(0, "no_current"), title=fact("verdicts.no_current"))
    kept = Judgement(channels={0: none})
    assert with_watching(kept, {0: LOOKED}, 100).channels[0].verdict == "inconclusive"
    assert with_watching(kept, {}, 100) is kept
