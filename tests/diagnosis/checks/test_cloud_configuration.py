"""The cloud's configuration beside the monitor's: every difference is told once, and nothing else is."""

from __future__ import annotations

from msgspec.structs import replace

from smappee_tui.diagnosis.checks.cloud_configuration import differences
from smappee_tui.protocol.cloud.records import CloudLocation, MeteringConfiguration
from smappee_tui.protocol.messages import ChannelConfig, ChannelSetting
from smappee_tui.simulator import sites
from tests.diagnosis.checks.scene import ENGLISH
from tests.diagnosis.history.made import site_of

ALL = frozenset({"name", "role", "connection", "phase", "reversed", "balanced", "ct_type"})


def _plan() -> ChannelConfig:
    plan = site_of(sites.build("home3pv")).plan
    assert plan is not None
    return plan


def _cloud(plan: ChannelConfig, told: frozenset[str] = ALL) -> MeteringConfiguration:
    place = CloudLocation(id=1, name="A house", uuid="u", serial="5010000001")
    return MeteringConfiguration(place, None, plan, {c.input: c.input for c in plan.channels}, told)


def _with(plan: ChannelConfig, number: int, **changes: object) -> ChannelConfig:
    def one(channel: ChannelSetting) -> ChannelSetting:
        return replace(channel, **changes) if channel.input == number else channel

    return replace(plan, channels=tuple(map(one, plan.channels)))


def test_the_same_configuration_on_both_sides() -> None:
    assert differences(_cloud(_plan()), _plan()) == ()


def test_a_phase_that_was_not_applied_yet() -> None:
    (finding,) = differences(_cloud(_with(_plan(), 8, phase=1)), _plan())
    assert (finding.code, finding.severity, finding.subject) == ("cloud-setting-differs", "warning", ("channel", 8))
    text = ENGLISH.finding(finding)
    assert text.evidence == ("Phase: L2 in the cloud, L3 in the monitor.",)
    assert "Apply the configuration again" in text.advice


def test_what_the_cloud_does_not_tell_is_not_compared() -> None:
    cloud = _cloud(_with(_plan(), 8, reversed=True, ct_type=None), frozenset({"name", "phase"}))
    assert differences(cloud, _plan()) == ()


def test_an_input_missing_on_one_side() -> None:
    plan = _plan()
    short = replace(plan, channels=tuple(c for c in plan.channels if c.input != 6))
    (in_cloud,) = differences(_cloud(short), plan)
    (in_monitor,) = differences(_cloud(plan), short)
    assert in_cloud.code == "cloud-input-missing-cloud"
    assert in_monitor.code == "cloud-input-missing-monitor"
    assert in_cloud.channels == in_monitor.channels == (6,)


def test_an_unused_input_is_missed_by_nobody() -> None:
    plan = _plan()
    short = replace(plan, channels=tuple(c for c in plan.channels if c.role not in ("UNUSED", "UNKNOWN")))
    assert len(short.channels) < len(plan.channels)
    assert differences(_cloud(short), plan) == ()


def test_a_name_is_worth_a_note_only() -> None:
    (finding,) = differences(_cloud(_with(_plan(), 9, name="[bold]Keuken")), _plan())
    assert (finding.code, finding.severity) == ("cloud-name-differs", "info")
    assert differences(_cloud(_with(_plan(), 9, name="KITCHEN ")), _plan()) == ()


def test_another_kind_of_supply_comes_with_the_warnings() -> None:
    found = differences(_cloud(replace(_with(_plan(), 9, name="Other"), phase_type="delta")), _plan())
    assert [f.code for f in found] == ["cloud-supply-differs", "cloud-name-differs"]
