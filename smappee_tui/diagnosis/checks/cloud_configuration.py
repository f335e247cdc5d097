"""The configuration that the cloud holds beside the one that the monitor publishes: every difference a finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from smappee_tui.diagnosis.judgement import Finding, Subject, by_weight
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.protocol.cloud.records import MeteringConfiguration
from smappee_tui.protocol.fact import Fact, Param, Params, fact
from smappee_tui.protocol.messages import ChannelConfig, ChannelSetting

MOST_NAME = 40
_WEIGHTY = frozenset({"phase", "reversed", "role", "connection", "balanced", "ct_type"})
"""Settings that change what is measured; a name changes nothing."""
_SETTINGS = ("name", "role", "connection", "phase", "reversed", "balanced", "ct_type")


def differences(cloud: MeteringConfiguration, monitor: ChannelConfig) -> tuple[Finding, ...]:
    """What the two configurations disagree on. Only settings that the cloud tells at all are compared.

    Args:
        cloud: as the cloud holds it.
        monitor: as the monitor publishes it.

    Returns:
        The weightier findings first; empty where they agree.
    """
    theirs = {c.input: c for c in cloud.plan.channels}
    ours = {c.input: c for c in monitor.channels}
    findings = [
        *_supply(cloud, monitor),
        *(_missing(ours[n], "cloud") for n in sorted(ours.keys() - theirs.keys()) if not _idle(ours[n])),
        *(_missing(theirs[n], "monitor") for n in sorted(theirs.keys() - ours.keys()) if not _idle(theirs[n])),
    ]
    for number in sorted(ours.keys() & theirs.keys()):
        findings.extend(_channel(theirs[number], ours[number], cloud.told))
    return by_weight(findings)


def _supply(cloud: MeteringConfiguration, monitor: ChannelConfig) -> Iterator[Finding]:
    theirs, ours = cloud.plan.phase_type, monitor.phase_type
    if theirs is None or ours is None or theirs == ours:
        return
    yield Finding(
        code="cloud-supply-differs",
        severity="warning",
        subject=Subject("supply"),
        params={"theirs": theirs, "ours": ours},
        evidence=(fact("checks.two_supplies", theirs=theirs, ours=ours),),
    )


def _idle(setting: ChannelSetting) -> bool:
    """Nobody uses this input: 20-series monitors say UNUSED, others leave role and connection unknown."""
    return setting.unused or (setting.role == "UNKNOWN" and setting.connection == "UNKNOWN")


def _missing(setting: ChannelSetting, where: Literal["cloud", "monitor"]) -> Finding:
    elsewhere: Params = {
        "role": setting.role,
        "connection": setting.connection,
        "phase": fact("checks.no_phase") if setting.phase is None else phase_name(setting.phase),
    }
    cloud = where == "cloud"
    return Finding(
        code="cloud-input-missing-cloud" if cloud else "cloud-input-missing-monitor",
        severity="warning",
        subject=Subject("channel", setting.input),
        params=_called(setting),
        evidence=(Fact("checks.monitor_publishes" if cloud else "checks.cloud_holds", elsewhere),),
        channels=(setting.input,),
    )


def _called(setting: ChannelSetting) -> Params:
    return {"input": setting.input, "name": setting.name[:MOST_NAME]}


def _channel(theirs: ChannelSetting, ours: ChannelSetting, told: frozenset[str]) -> Iterator[Finding]:
    """One finding for what matters, one for the name."""
    if _idle(theirs) and _idle(ours):
        return
    if theirs.stores or ours.stores:
        told -= {"connection"}  # no source tells what a monitor publishes there for a battery
    differing = [name for name in _SETTINGS if name in told and _value(theirs, name) != _value(ours, name)]
    weighty = [name for name in differing if name in _WEIGHTY]
    if weighty:
        yield Finding(
            code="cloud-setting-differs",
            severity="warning",
            subject=Subject("channel", ours.input),
            params={**_called(ours), "settings": tuple(fact(f"checks.setting.{name}") for name in weighty)},
            evidence=tuple(
                fact(
                    "checks.two_values",
                    setting=fact(f"checks.setting.{name}"),
                    theirs=_shown(theirs, name),
                    ours=_shown(ours, name),
                )
                for name in weighty
            ),
            channels=(ours.input,),
        )
    if "name" in differing:
        yield Finding(
            code="cloud-name-differs",
            severity="info",
            subject=Subject("channel", ours.input),
            params={"input": ours.input},
            evidence=(
                fact(
                    "checks.two_names",
                    other_name=theirs.name[:MOST_NAME],
                    name=ours.name[:MOST_NAME],
                ),
            ),
            channels=(ours.input,),
        )


def _value(setting: ChannelSetting, name: str) -> object:
    value = getattr(setting, name)
    if name == "name":
        return value.strip().casefold()
    return value.upper() if isinstance(value, str) else value


def _shown(setting: ChannelSetting, name: str) -> Param:
    value: int | str | None = getattr(setting, name)
    if value is None:
        return fact("checks.no_value")
    if isinstance(value, bool):
        return value
    return phase_name(value) if isinstance(value, int) else fact("checks.quoted", text=value[:MOST_NAME])
