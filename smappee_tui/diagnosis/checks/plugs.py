"""What is said of one plug."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smappee_tui.diagnosis.checks.device_facts import plug_label
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.checks.moment import BELIEVABLE, Moment
from smappee_tui.diagnosis.judgement import Finding, Severity, Subject
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.site.devices import Heard, Plug

PlugVerdict = Literal["ok", "disconnected", "unreachable", "stale", "silent"]
_MEMORY = fact("checks.plug_memory")


@dataclass(frozen=True, slots=True)
class PlugJudgement:
    verdict: PlugVerdict
    title: Fact
    """A few words for a table: "unreachable for 16 min"."""
    finding: Finding | None = None
    """What to tell, once it has lasted long enough to be worth it."""


def judge_plug(
    plug: Plug,
    moment: Moment,
    limits: DeviceLimits | None = None,
    *,
    plan: Heard | None = None,
    configured: bool = True,
) -> PlugJudgement:
    """Judge one plug.

    Args:
        plug: as configured and heard.
        moment: the site's now.
        limits: thresholds; the defaults where None.
        plan: when the configuration of the plugs came; None while it has not.
        configured: False for a plug that a configuration has left out: it may be gone, which is no fault.
    """
    limits = limits or DeviceLimits()
    state = plug.connection.state if plug.connection is not None else ""
    if state in ("DISCONNECTED", "UNREACHABLE"):
        return _away(plug, state, moment, limits, configured)
    if plug.connection is None and plug.relay is None and plug.interval is None:
        return _silent(plug, moment, limits, plan)
    return _quiet(plug, moment, limits) or _unconfirmed(plug, moment) or PlugJudgement("ok", _well(state))


def waiting_command(plug: Plug) -> Finding | None:
    """A command that the broker keeps and that is not what the plug shows: it acts again at each reconnect."""
    command, heard, relay = plug.command, plug.command_heard, plug.relay
    if command is None or heard is None or not heard.retained or relay is None:
        return None
    if {command.state, relay.state} != {"ON", "OFF"}:
        return None
    evidence = [fact("checks.plug-command-waits.seen", wanted=command.state, state=relay.state)]
    if command.since is not None and command.since >= BELIEVABLE:
        evidence.append(fact("checks.plug-command-waits.since", since=command.since))
    return Finding(
        code="plug-command-waits",
        severity="warning",
        subject=Subject("plug", plug.node),
        params={"plug": plug_label(plug), "wanted": command.state, "state": relay.state},
        evidence=tuple(evidence),
    )


def _well(state: str) -> Fact:
    if state == "CONNECTED":
        return fact("device.connected")
    return fact("device.says", state=state) if state else fact("device.heard")


def _away(plug: Plug, state: str, moment: Moment, limits: DeviceLimits, configured: bool) -> PlugJudgement:
    since = plug.connection.since if plug.connection is not None else None
    lasted = moment.lasting(since, plug.connection_heard)
    severity: Severity | None = None
    if state == "UNREACHABLE":
        verdict: PlugVerdict = "unreachable"
        code, title = "plug-unreachable", fact("device.unreachable_for", seconds=lasted)
        evidence = fact("checks.plug-unreachable.seen", seconds=lasted)
        if lasted > limits.unreachable_warning:
            severity = "fault" if lasted > limits.unreachable_fault else "warning"
    else:
        verdict = "disconnected"
        code, title = "plug-disconnected", fact("device.disconnected_for", seconds=lasted)
        evidence = fact("checks.plug-disconnected.seen", seconds=lasted)
        severity = "fault" if lasted > limits.disconnected_fault else "warning"
    if not configured:
        return PlugJudgement(verdict, fact("device.left_out", title=title))
    if severity is None:
        return PlugJudgement(verdict, title)
    remembered = moment.before_start(since, plug.connection_heard)
    return PlugJudgement(
        verdict,
        title,
        Finding(
            code=code,
            severity="warning" if remembered else severity,
            subject=Subject("plug", plug.node),
            params={"plug": plug_label(plug), "seconds": lasted},
            evidence=(evidence, _MEMORY) if remembered else (evidence,),
        ),
    )


def _silent(plug: Plug, moment: Moment, limits: DeviceLimits, plan: Heard | None) -> PlugJudgement:
    waited = moment.now - plan.at if plan is not None else 0.0
    if waited < limits.plug_silent:
        return PlugJudgement("silent", fact("device.not_heard_yet"))
    return PlugJudgement(
        "silent",
        fact("device.never_heard"),
        Finding(
            code="plug-silent",
            severity="warning",
            subject=Subject("plug", plug.node),
            params={"plug": plug_label(plug)},
            evidence=(fact("checks.plug-silent.seen", seconds=waited),),
        ),
    )


def _quiet(plug: Plug, moment: Moment, limits: DeviceLimits) -> PlugJudgement | None:
    """Connected, measuring, and no measurement for too long."""
    connected = plug.connection is not None and plug.connection.state == "CONNECTED"
    if plug.sensor is None or not connected or moment.steady_since is None or plug.connection is None:
        return None
    since = [moment.steady_since, moment.received(plug.connection.since)]
    if plug.interval_heard is not None:
        since.append(plug.interval_heard.at if not plug.interval_heard.retained else None)
    lasted = moment.now - max(at for at in since if at is not None)
    if lasted <= limits.interval_lost:
        return None
    return PlugJudgement(
        "stale",
        fact("device.no_values_for", seconds=lasted),
        Finding(
            code="plug-stale",
            severity="warning",
            subject=Subject("plug", plug.node),
            params={
                "said": fact("checks.plug_quiet", plug=plug_label(plug), seconds=lasted),
                "advice": fact("checks.plug_quiet_advice"),
            },
            evidence=(fact("checks.plug_quiet_seen", seconds=limits.interval_lost),),
        ),
    )


def _unconfirmed(plug: Plug, moment: Moment) -> PlugJudgement | None:
    """All that is known is the broker's memory of a time before the monitor's last start."""
    told = [
        (message.since, heard)
        for message, heard in ((plug.connection, plug.connection_heard), (plug.relay, plug.relay_heard))
        if message is not None
    ]
    live = plug.interval_heard is not None and not plug.interval_heard.retained
    if live or not told or not all(moment.before_start(since, heard) for since, heard in told):
        return None
    return PlugJudgement(
        "stale",
        fact("device.not_confirmed"),
        Finding(
            code="plug-stale",
            severity="info",
            subject=Subject("plug", plug.node),
            params={
                "said": fact("checks.plug_unconfirmed", plug=plug_label(plug)),
                "advice": fact("checks.plug_unconfirmed_advice"),
            },
            evidence=(_MEMORY,),
        ),
    )
