"""The cloud's configuration beside that of a monitor that was heard."""

from msgspec.structs import replace

from smappee_tui.app.second_opinion import compare, with_findings
from smappee_tui.diagnosis.judgement import Finding, Judgement, Subject
from smappee_tui.protocol.cloud.records import CloudLocation, MeteringConfiguration
from smappee_tui.protocol.messages import ChannelConfig
from smappee_tui.simulator import sites
from smappee_tui.site.site import Site
from tests.diagnosis.history.made import site_of

SITE = site_of(sites.build("home3pv"))
TOLD = frozenset({"name", "role", "connection", "phase", "reversed", "balanced", "ct_type"})


def cloud(plan: ChannelConfig, serial: str) -> MeteringConfiguration:
    return MeteringConfiguration(
        CloudLocation(1, "A house", "u", serial), None, plan, {c.input: c.input for c in plan.channels}, TOLD
    )


def test_same_and_different() -> None:
    assert SITE.plan is not None
    assert SITE.monitor is not None
    serial = SITE.monitor.serial
    same = compare(cloud(SITE.plan, serial), SITE)
    assert (same.outcome, same.findings) == ("same", ())
    first, *others = SITE.plan.channels
    other = replace(SITE.plan, channels=(replace(first, reversed=not first.reversed), *others))
    told = compare(cloud(other, serial), SITE)
    assert told.outcome == "different"
    assert [(one.code, one.channels) for one in told.findings] == [("cloud-setting-differs", (first.input,))]


def test_nothing_to_compare_with() -> None:
    assert SITE.plan is not None
    assert compare(cloud(SITE.plan, "5010009999"), SITE).outcome == "another monitor"
    assert compare(cloud(SITE.plan, ""), SITE).outcome == "same"
    assert compare(cloud(SITE.plan, "5010009999"), Site("u")).outcome == "no configuration"


def test_the_weightier_findings_come_first() -> None:
    info, fault = Finding("a", "info", Subject("supply")), Finding("b", "fault", Subject("supply"))
    assert with_findings(Judgement(findings=(info,)), (fault,)).findings == (fault, info)
