"""What is said of one plug."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smappee_tui.diagnosis.checks.device_words import schedule_words, span, trigger_words
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.checks.moment import Moment
from smappee_tui.diagnosis.judgement import Finding, Severity, Subject
from smappee_tui.protocol.messages import Schedule, Trigger
from smappee_tui.site.devices import Devices, Heard, Plug


def driving(node: str, devices: Devices) -> list[str]:
    """What drives this plug, in words: "on at 09:10 every day (Boiler on)"."""
    schedules = [(rule.label, schedule_words(rule)) for rule in devices.schedules.values() if drives(rule, node)]
    triggers = [(rule.label, trigger_words(rule)) for rule in devices.triggers.values() if drives(rule, node)]
    return [f"{words} ({label})" if label else words for label, words in (*schedules, *triggers)]


def drives(rule: Schedule | Trigger, node: str) -> bool:
    """Whether this automation names the plug."""
    return node in (str(number) for number in rule.nodes)


PlugVerdict = Literal["ok", "disconnected", "unreachable", "stale", "silent"]

_MEMORY = "This is the broker's memory from before the monitor's last start; the monitor has not confirmed it since."
_ADVICE = {
    "unreachable": "Is the plug in its socket, and the socket live? Then try it nearer to the monitor: distance and "
    "metal weaken its radio. If that does not help, add it again in the app.",
    "disconnected": "Put the plug into a live socket and wait a minute. If it stays away, add it again in the app, or "
    "remove it from the configuration if it is gone for good.",
    "silent": "Put the plug into a live socket and press its button once: its state must appear here. If it does not, "
    "add it again in the app.",
    "unconfirmed": "Press the button of the plug once: a plug that lives shows its new state here within seconds.",
    "quiet": "Look whether other plugs are measured. If only this one is quiet, take it out of its socket for ten "
    "seconds; if all are, restart the monitor.",
}


@dataclass(frozen=True, slots=True)
class PlugJudgement:
    """A plug's verdict, in a word and in words."""

    verdict: PlugVerdict
    words: str
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
    return _quiet(plug, moment, limits) or _unconfirmed(plug, moment) or PlugJudgement("ok", _well(plug, state))


def plug_label(plug: Plug) -> str:
    """How a plug is called in a sentence."""
    return f"Plug {plug.node} '{plug.setting.name[:40]}'" if plug.setting and plug.setting.name else f"Plug {plug.node}"


def _well(plug: Plug, state: str) -> str:
    if state == "CONNECTED":
        return "connected"
    return f"says {state}" if state else "heard"


def _away(plug: Plug, state: str, moment: Moment, limits: DeviceLimits, configured: bool) -> PlugJudgement:
    since = plug.connection.since if plug.connection is not None else None
    lasted = moment.lasting(since, plug.connection_heard)
    verdict: PlugVerdict = "unreachable" if state == "UNREACHABLE" else "disconnected"
    words = f"{verdict} for {span(lasted)}"
    severity: Severity | None = None
    if verdict == "unreachable" and lasted > limits.unreachable_warning:
        severity = "fault" if lasted > limits.unreachable_fault else "warning"
    elif verdict == "disconnected" and lasted > limits.disconnected_fault:
        severity = "fault"
    if severity is None or not configured:
        return PlugJudgement(verdict, words if configured else f"{words}, not configured any more")
    remembered = moment.before_start(since, plug.connection_heard)
    said = {
        "unreachable": "The monitor knows this plug and gets no answer from it",
        "disconnected": "The monitor has no connection to this plug",
    }[verdict]
    evidence = (f"{said}, for {span(lasted)}.", *((_MEMORY,) if remembered else ()))
    consequence = "It can be neither switched nor measured."
    return PlugJudgement(
        verdict,
        words,
        Finding(
            code=f"plug-{verdict}",
            severity="warning" if remembered else severity,
            subject=Subject("plug", plug.node),
            title=f"{plug_label(plug)} is {verdict}, for {span(lasted)}",
            evidence=evidence,
            advice=_ADVICE[verdict],
            consequence=consequence,
        ),
    )


def _silent(plug: Plug, moment: Moment, limits: DeviceLimits, plan: Heard | None) -> PlugJudgement:
    waited = moment.now - plan.at if plan is not None else 0.0
    if waited < limits.plug_silent:
        return PlugJudgement("silent", "not heard yet")
    return PlugJudgement(
        "silent",
        "never heard",
        _finding(
            plug,
            "plug-silent",
            "warning",
            "is configured but has never been heard",
            f"Neither a connection nor a state of it is known, {span(waited)} after its configuration came.",
            _ADVICE["silent"],
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
        f"no values for {span(lasted)}",
        _finding(
            plug,
            "plug-stale",
            "warning",
            f"is connected but has sent no values for {span(lasted)}",
            f"A measuring plug reports every 5 minutes; {span(limits.interval_lost)} are two reports missed.",
            _ADVICE["quiet"],
        ),
    )


def _unconfirmed(plug: Plug, moment: Moment) -> PlugJudgement | None:
    """All that is known is the broker's memory of a time before the monitor's last start."""
    words = [
        (message.since, heard)
        for message, heard in ((plug.connection, plug.connection_heard), (plug.relay, plug.relay_heard))
        if message is not None
    ]
    live = plug.interval_heard is not None and not plug.interval_heard.retained
    if live or not words or not all(moment.before_start(since, heard) for since, heard in words):
        return None
    return PlugJudgement(
        "stale",
        "not confirmed",
        _finding(plug, "plug-stale", "info", "has not been confirmed", _MEMORY, _ADVICE["unconfirmed"]),
    )


def _finding(plug: Plug, code: str, severity: Severity, what: str, evidence: str, advice: str) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        subject=Subject("plug", plug.node),
        title=f"{plug_label(plug)} {what}",
        evidence=(evidence,),
        advice=advice,
    )
