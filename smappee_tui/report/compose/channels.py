"""Block 6, the channel table, and block 9, what was not tested."""

from __future__ import annotations

import math
from collections.abc import Iterator

from smappee_tui.diagnosis.judgement import AT_HOME, STRAY, WAITING, ChannelVerdict
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.report.compose.material import SETTLING, Material
from smappee_tui.report.compose.readings import Pairs, after, at_time, between, mean, median, number, percent, rounded
from smappee_tui.report.model import (
    Action,
    Channel,
    Loaded,
    Placing,
    Reason,
    Retest,
    Setting,
    Spread,
    Step,
    Tested,
    Untested,
)
from smappee_tui.report.wording import ENGLISH, block_of
from smappee_tui.site.power_factor import power_factor
from smappee_tui.site.site import SettingChange
from smappee_tui.site.view import ChannelView

AROUND = 10.0
"""Seconds before and after a change whose mean power is told."""
MOST_ACTIONS = 10
_NAMES = {"phase": "phase", "reversed": "reversed", "role": "role", "connection": "connection", "ct_type": "CT type"}


def actions_of(material: Material, number: int) -> list[Action]:
    """Changes of this channel's configuration, oldest first."""
    changes = [change for change in material.site.changes if change.input == number]
    made = (_action(material, change) for change in changes[-MOST_ACTIONS:])
    return [action for action in made if action.settings]


def _action(material: Material, change: SettingChange) -> Action:
    pairs = material.past.watts.get(change.input, [])
    before = between(pairs, change.at - AROUND, change.at)
    after = between(pairs, change.at + SETTLING, change.at + SETTLING + AROUND)
    return Action(
        input=change.input,
        at=material.who.iso(change.at) or "",
        by=material.who.person,
        settings=_settings(change.before, change.after),
        watts_before=rounded(mean(before)),
        watts_after=rounded(mean(after)),
    )


def _settings(before: ChannelSetting | None, after: ChannelSetting | None) -> list[Setting]:
    if before is None or after is None:
        return [Setting(name="input", before="there" if before else "-", after="there" if after else "-")]
    found = []
    for name in _NAMES:
        old, new = _word(name, getattr(before, name)), _word(name, getattr(after, name))
        if old != new:
            found.append(Setting(name=name, before=old, after=new))
    return found


def _word(name: str, value: object) -> str:
    if name == "phase":
        return phase_name(None if value is None else int(str(value))) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)


def retest_of(material: Material, number: int, actions: list[Action]) -> Retest | None:
    """The verdict that stood before, where another one stands now; None where nothing turned."""
    said = material.judgement.channels.get(number)
    turns = material.logbook.turns.get(number, [])
    if said is None or not turns:
        return None
    others = [turn.verdict for turn in turns if turn.verdict != said.verdict]
    if not others:
        return None
    return Retest(at=material.who.iso(turns[-1].at) or "", verdict_before=others[-1], verdict_after=said.verdict)


_TURNED = frozenset({"reversed", "wrong_phase_reversed"})


def channels(material: Material, steps: list[Step]) -> Iterator[Channel]:
    """All rows, in order of input."""
    for view in material.view.channels:
        yield _channel(material, view, [step for step in steps if step.input == view.input])


def _channel(material: Material, view: ChannelView, steps: list[Step]) -> Channel:
    n, setting = view.input, view.setting
    given = material.judgement.channels.get(n)
    said = given or ChannelVerdict(n, "inconclusive", fact("verdicts.inconclusive"), 0.0)
    sure = said.verdict not in WAITING and said.verdict != "unused"
    announced = any(step.kind == "announced" for step in steps)
    tested: Tested = "no" if not sure else "announced load" if announced else "observed"
    actions = actions_of(material, n)
    return Channel(
        input=n,
        hub=setting.hub if setting else None,
        name=setting.name if setting else "",
        role=view.role,
        connection=view.connection,
        ct_type=setting.ct_type if setting else None,
        expected=Placing(phase=phase_name(view.phase), reversed=_set_reversed(material, view)),
        measured=_measured(material, view, said),
        amps=_spread(after(material.past.amps.get(n, []), material.since.get(n)), 1),
        watts=_spread(after(material.past.watts.get(n, []), material.since.get(n)), 0),
        loaded=_loaded(material, view),
        angle_degrees=rounded(said.angle),
        verdict=said.verdict,
        title=ENGLISH.fact(given.title) if given else "",
        confidence_percent=percent(said.confidence) if sure else None,
        tested=tested,
        steps=[step.id for step in steps],
        said=list(map(ENGLISH.fact, said.evidence)),
        advice=ENGLISH.fact(said.advice),
        actions=actions,
        retest=retest_of(material, n, actions),
        title_fact=block_of(given.title) if given else None,
        said_facts=list(map(block_of, said.evidence)),
        advice_fact=block_of(said.advice) if said.advice else None,
        size=said.size,
    )


def _set_reversed(material: Material, view: ChannelView) -> bool | None:
    """The setting of "reversed"; None where nobody told it."""
    if view.setting is None or (material.told is not None and "reversed" not in material.told):
        return None
    return view.setting.reversed


def _measured(material: Material, view: ChannelView, said: ChannelVerdict) -> Placing:
    """Where the CT sits, as far as the verdict says, and the setting of "reversed" that would suit it."""
    set_reversed = _set_reversed(material, view)
    if said.verdict in AT_HOME:
        phase = phase_name(view.phase)
    else:
        phase = phase_name(said.actual_phase) if said.verdict in STRAY else None
    if set_reversed is None or said.verdict not in AT_HOME | STRAY:
        return Placing(phase=phase, reversed=None)
    return Placing(phase=phase, reversed=set_reversed != (said.verdict in _TURNED))


def _spread(pairs: Pairs, digits: int) -> Spread:
    values = [value for _, value in pairs]
    if not values:
        return Spread(least=None, median=None, most=None)
    return Spread(
        least=rounded(min(values), digits), median=rounded(median(values), digits), most=rounded(max(values), digits)
    )


def _loaded(material: Material, view: ChannelView) -> Loaded:
    """What it read at its highest current: there the power factor is known best."""
    pairs = after(material.past.amps.get(view.input, []), material.since.get(view.input))
    if not pairs:
        return Loaded(amps=None, watts=None, volts=None, pf=None, pf_low=None, pf_high=None)
    at, amps = max(pairs, key=lambda pair: pair[1])
    watts = at_time(material.past.watts.get(view.input, []), at)
    sample = material.site.sample
    phase = 0 if material.past.one_voltage or (sample is not None and sample.one_voltage) else view.phase
    volts = at_time(material.past.volts[phase], at) if phase is not None else None
    factor = None
    published = at_time(material.past.volt_amperes.get(view.input, []), at)
    if view.volt_amperes is not None and sample is not None and sample.volt_amperes is not None and sample.at == at:
        published = view.volt_amperes
    if watts is not None and (volts is not None or material.past.volt_amperes):
        factor = power_factor(watts, amps, math.nan if volts is None else volts, published)
    return Loaded(
        amps=rounded(amps, 1),
        watts=rounded(watts),
        volts=rounded(volts, 1),
        pf=_factor(factor.value) if factor else None,
        pf_low=_factor(factor.low) if factor else None,
        pf_high=_factor(factor.high) if factor else None,
    )


def _factor(value: float) -> float | None:
    """A power factor as it can be: rounded currents and voltages give more than 1."""
    return rounded(max(-1.0, min(1.0, value)), 2)


def not_tested(material: Material) -> Iterator[Untested]:
    """Channels in use that have no verdict, and why."""
    for view in material.view.channels:
        said = material.judgement.channels.get(view.input)
        if said is not None and said.verdict not in WAITING:
            continue
        seen = (material.witness.most_amps or {}).get(view.input)
        if seen is None:
            seen = max((amps for _, amps in material.past.amps.get(view.input, [])), default=None)
        yield Untested(
            input=view.input,
            name=view.setting.name if view.setting else "",
            reason=_reason(view, said),
            most_amps=None if seen is None else number(seen, 1),
            advice=ENGLISH.fact(said.advice) if said else "",
            advice_fact=block_of(said.advice) if said and said.advice else None,
        )


def _reason(view: ChannelView, said: ChannelVerdict | None) -> Reason:
    if view.setting is None:
        return "no_configuration"
    if said is None:
        return "not_judged"
    if view.setting.unused:
        return "unused_live"
    if view.setting.phase is None:
        return "no_phase"
    return "no_current" if said.verdict == "no_current" else "inconclusive"
