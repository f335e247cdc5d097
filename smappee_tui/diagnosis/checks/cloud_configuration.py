"""The configuration that the cloud holds beside the one that the monitor publishes: every difference a finding."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.inference.advice import phase_word
from smappee_tui.diagnosis.judgement import Finding, Subject, by_weight
from smappee_tui.protocol.cloud.places import MeteringConfiguration
from smappee_tui.protocol.messages import ChannelConfig, ChannelSetting

MOST_NAME = 40
_APPLY = (
    "Apply the configuration again in the app, wait until the monitor has taken it (some minutes, and it must be "
    "online), and compare again."
)
_WEIGHTY = frozenset({"phase", "reversed", "role", "connection", "balanced", "ct_type"})
"""Settings that change what is measured; a name changes nothing."""
_CALLED = {
    "name": "name",
    "role": "role",
    "connection": "connection",
    "phase": "phase",
    "reversed": "reversed",
    "balanced": "balanced",
    "ct_type": "CT type",
}


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
        title=f"The cloud has this supply as {theirs}, the monitor measures it as {ours}",
        evidence=(f"Cloud: {theirs}. Monitor: {ours}.",),
        advice=_APPLY,
        consequence="Power is computed against other voltages than somebody meant.",
    )


def _idle(setting: ChannelSetting) -> bool:
    """Nobody uses this input: 20-series monitors say UNUSED, others leave role and connection unknown."""
    return setting.unused or (setting.role == "UNKNOWN" and setting.connection == "UNKNOWN")


def _missing(setting: ChannelSetting, where: str) -> Finding:
    other = "monitor publishes" if where == "cloud" else "cloud holds"
    advice = (
        "Configure this input in the app, or take it out of use there."
        if where == "cloud"
        else f"{_APPLY} If it stays away, check that the CT hub is connected and powered."
    )
    return Finding(
        code=f"cloud-input-missing-{where}",
        severity="warning",
        subject=Subject("channel", setting.input),
        title=f"Input {setting.input} '{setting.name[:MOST_NAME]}' is missing in the {where}'s configuration",
        evidence=(f"The {other} it as {_described(setting)}.",),
        advice=advice,
        consequence=(
            "Its energy reaches no graph and no bill." if where == "cloud" else "Nothing is measured on this input."
        ),
        channels=(setting.input,),
    )


def _described(setting: ChannelSetting) -> str:
    phase = "no phase" if setting.phase is None else phase_word(setting.phase)
    return f"{setting.role} {setting.connection} on {phase}"


def _channel(theirs: ChannelSetting, ours: ChannelSetting, told: frozenset[str]) -> Iterator[Finding]:
    """One finding for what matters, one for the name."""
    if _idle(theirs) and _idle(ours):
        return
    if theirs.stores or ours.stores:
        told -= {"connection"}  # no source tells what a monitor publishes there for a battery
    differing = [name for name in _CALLED if name in told and _value(theirs, name) != _value(ours, name)]
    weighty = [name for name in differing if name in _WEIGHTY]
    if weighty:
        words = " and ".join(_CALLED[name] for name in weighty)
        yield Finding(
            code="cloud-setting-differs",
            severity="warning",
            subject=Subject("channel", ours.input),
            title=f"Input {ours.input} '{ours.name[:MOST_NAME]}': {words} not the same in the cloud and in the monitor",
            evidence=tuple(
                f"{_CALLED[name][0].upper()}{_CALLED[name][1:]}: {_shown(theirs, name)} in the cloud, "
                f"{_shown(ours, name)} in the monitor."
                for name in weighty
            ),
            advice=_APPLY,
            consequence="The change was not applied yet, or was made on one side only: graphs and bills may be wrong.",
            channels=(ours.input,),
        )
    if "name" in differing:
        yield Finding(
            code="cloud-name-differs",
            severity="info",
            subject=Subject("channel", ours.input),
            title=f"Input {ours.input} has another name in the cloud",
            evidence=(f"'{theirs.name[:MOST_NAME]}' in the cloud, '{ours.name[:MOST_NAME]}' in the monitor.",),
            advice="Nothing, unless the names are to tell two circuits apart: then the change is not applied yet.",
            channels=(ours.input,),
        )


def _value(setting: ChannelSetting, name: str) -> object:
    value = getattr(setting, name)
    if name == "name":
        return value.strip().casefold()
    return value.upper() if isinstance(value, str) else value


def _shown(setting: ChannelSetting, name: str) -> str:
    value = getattr(setting, name)
    if name == "phase":
        return "none" if value is None else phase_word(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else f"'{value[:MOST_NAME]}'"
