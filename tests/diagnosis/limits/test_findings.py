"""What of the limits is a finding, how weighty, and that a judge tells it beside its verdicts without changing them."""

import pytest

from smappee_tui.diagnosis.limits.declared import Declared
from smappee_tui.diagnosis.limits.entries import limit_findings
from smappee_tui.i18n import LANGUAGES, Translator
from smappee_tui.simulator import sites
from tests.diagnosis.limits.made import GRID, Seconds, ct
from tests.diagnosis.made import Run


def told(house: Seconds, **said: object) -> dict[str, str]:
    return {one.code: one.severity for one in limit_findings(house.ask(**said), house.site)}  # type: ignore[arg-type]


def test_what_is_over_is_a_warning_and_what_is_near_a_note() -> None:
    house = (
        Seconds().run(5, {0: 3680.0, 3: 1380.0}, {0: 16.0, 3: 6.0}).run(5, {0: 6900.0, 3: 6900.0}, {0: 30.0, 3: 30.0})
    )
    assert told(house) == {
        "main-fuse-over": "warning",
        "charger-over": "warning",
        "single-phase-over": "info",
        "phases-uneven": "info",
    }
    assert told(house, fuse=32.0)["main-fuse-near"] == "info"
    assert told(house, fuse=63.0)["ct-rating"] == "warning"
    assert told(Seconds().run(3, {5: 5200.0}), fuse=None) == {"single-phase-over": "warning"}


def test_nothing_that_nobody_said_is_told() -> None:
    house = Seconds().run(5, {0: 9000.0, 4: 9000.0}, {0: 45.0})
    assert told(house, fuse=None, country="") == {}
    assert [one.code for one in limit_findings(Seconds((*GRID, ct(3, "EV", 0))).ask(), house.site)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_channel_of_a_fuse_that_is_over_is_not_blamed(language: str) -> None:
    house = Seconds().run(5, {0: 7000.0}, {0: 30.4})
    finding = next(one for one in limit_findings(house.ask(), house.site) if one.code == "main-fuse-over")
    assert (finding.subject, finding.channels) == (("phase", "L1"), ())
    words = Translator(language)  # type: ignore[arg-type]
    assert words.number(30.4, ".1f") in words.finding(finding).title


def test_a_judge_tells_limits_beside_its_verdicts_and_changes_none() -> None:
    run = Run(sites.build("home3pv"))
    before = run.play(60)
    assert {one.verdict for one in before.limits if one.code == "main-fuse"} == {"unchecked"}
    run.judge.declared = Declared(10.0, "BE")
    after = run.judge.judgement(fresh=False)
    assert after.channels == before.channels
    assert {one.verdict for one in after.limits if one.code == "main-fuse"} <= {"over", "near", "ok"}
    new = {one.code: one.severity for one in after.findings if one not in before.findings}
    assert new["main-fuse-over"] == "warning"
    assert "fault" not in new.values()
    assert run.judge.limits()[0].worst == after.limits[0].worst
    run.judge.forget(0)
    assert run.judge.limits()[0].worst is None
