"""The channel configuration itself: is there one, is it this monitor's, and can each of its rows be used?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from smappee_tui.diagnosis.checks.damage import damage_findings
from smappee_tui.diagnosis.judgement import Finding, Severity, Subject
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.protocol.fact import Fact, Params, fact
from smappee_tui.protocol.messages import ChannelSetting, Dialect
from smappee_tui.protocol.topics import ROOT, Kind
from smappee_tui.site.site import Site

WAITED = 10
"""Realtime messages after which a configuration that the broker keeps would have come."""


TOPICS: dict[Dialect, str] = {"20-series": "channelConfig", "infinity": "channelConfigV2"}

"""Where each kind of monitor publishes it."""


def awaited_topic(uuid: str, dialect: str) -> str:
    """The topic in which a monitor tells how its channels are configured."""
    return f"{ROOT}/{uuid}/{TOPICS['infinity' if dialect == 'infinity' else '20-series']}"


class _About(NamedTuple):
    code: str
    severity: Severity


_ABOUT = {
    "messages.input_twice": _About("config-twice", "info"),
    "messages.input_twice_differs": _About("config-twice", "warning"),
    "messages.row_left_out": _About("config-row", "warning"),
    "messages.row_by_place": _About("config-row", "warning"),
    "messages.measurement_left_out": _About("config-row", "warning"),
    "messages.phase_impossible": _About("config-phase", "warning"),
    "messages.phases_from_one": _About("config-phase", "warning"),
    "messages.no_source": _About("config-no-ct", "warning"),
}
"""What each remark of the decoder is to an installer."""


def configuration_findings(site: Site) -> Iterator[Finding]:
    """What is wrong with what the monitor says of its inputs."""
    plan = site.plan
    if plan is None:
        arrived = any(damage.kind is Kind.CHANNELS for damage in site.quality.damage.values())
        if not site.left_over and not arrived and site.quality.live >= WAITED:
            yield Finding("config-missing", "warning", Subject("monitor"), params={"count": site.quality.live})
    elif not plan.remarks and all(_spare(setting) for setting in plan.channels):
        here = site.sample.inputs if site.sample is not None else ()
        yield Finding("config-empty", "warning", Subject("monitor"), channels=here)
    yield from damage_findings(site)
    yield from _left_over(site)
    yield from _rows(site)
    newest = site.quality.last_at
    if newest is not None and site.swings.going(newest):
        inputs = tuple(sorted(site.swings.inputs))
        turns: Params = {"count": len(inputs), "times": site.swings.count, "inputs": inputs}
        yield Finding("config-alternates", "warning", Subject("monitor"), params=turns, channels=inputs)
    if site.doubled:
        doubled = tuple(sorted(site.doubled))
        twice: Params = {"count": len(doubled), "inputs": doubled}
        yield Finding("rows-twice", "warning", Subject("monitor"), params=twice, channels=doubled)


def _left_over(site: Site) -> Iterator[Finding]:
    """Configurations that do not belong to what is measured, or were replaced since."""
    for other in site.left_over:
        dated = "_dated" if other.written is not None else ""
        alone = site.plan is None
        yield Finding(
            code="config-left-over",
            severity="warning" if alone else "info",
            subject=Subject("monitor"),
            params={
                "said": fact(f"checks.left_over{'_alone' if alone else ''}{dated}", since=other.written),
                "advice": fact("checks.left_over_alone_advice" if alone else "checks.left_over_advice"),
            },
            evidence=(fact("checks.left_over_of", topic=TOPICS[other.plan.dialect], count=len(other.plan.channels)),),
        )


def _rows(site: Site) -> Iterator[Finding]:
    """Rows that cannot be used as they stand: one finding a kind, with every row of it as evidence."""
    found: dict[_About, list[Fact]] = {}
    for remark in site.plan.remarks if site.plan is not None else ():
        about = _ABOUT.get(remark.code)
        if about is not None and not _idle(site, remark):
            found.setdefault(about, []).append(remark)
    for about, remarks in found.items():
        inputs = tuple(sorted({n for remark in remarks if isinstance(n := remark.params.get("input"), int)}))
        live = tuple(seen for n in inputs if (seen := _live(site, n)) is not None)
        yield Finding(
            code=about.code,
            severity=about.severity,
            subject=Subject("channel", inputs[0]) if len(inputs) == 1 else Subject("monitor"),
            params={"count": len(inputs) if about.code == "config-phase" and inputs else len(remarks)},
            evidence=(*remarks, *(live if about.code == "config-phase" else ())),
            channels=inputs,
        )


def _idle(site: Site, remark: Fact) -> bool:
    """Whether it is about an input that nobody uses."""
    number = remark.params.get("input")
    setting = site.settings.get(number) if isinstance(number, int) else None
    return setting is not None and _spare(setting)


def _spare(setting: ChannelSetting) -> bool:
    return setting.unused or (setting.role == "UNKNOWN" and setting.connection == "UNKNOWN")


def _live(site: Site, number: int) -> Fact | None:
    """The phase that the measurements name for an input."""
    row = next((row for row in site.latest.rows if row.input == number), None) if site.latest is not None else None
    if row is None or row.phase not in (0.0, 1.0, 2.0):
        return None
    return fact("checks.config-phase.live", input=number, measured=phase_name(int(row.phase)))


class Withheld(NamedTuple):
    """Why nothing is said of an input."""

    title: Fact
    advice: Fact


DISPUTED = Withheld(fact("verdicts.disputed"), fact("advice.disputed"))
FROZEN = Withheld(fact("verdicts.frozen"), fact("advice.frozen"))
UNHEARD = Withheld(fact("verdicts.unheard"), fact("advice.unheard"))


def withheld(site: Site, watched: bool) -> dict[int, Withheld]:
    """Inputs of which nothing may be said, whatever was measured.

    Args:
        site: what is known.
        watched: judged is what comes every second, not what was kept for weeks.
    """
    disputed = site.plan.disputed if site.plan is not None else frozenset()
    held = dict.fromkeys(disputed | site.doubled, DISPUTED)
    if not watched:
        return held
    if not site.quality.live and site.heard:
        return held | dict.fromkeys(site.settings, UNHEARD)
    frozen, hubs = site.frozen, site.hubs
    stuck = site.settings if "" in frozen else [n for hub in frozen for n in hubs.get(hub, ())]
    return held | dict.fromkeys(stuck, FROZEN)
