"""What was changed during the visit, and what came of it."""

from __future__ import annotations

from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.report.facts import SETTLING, Facts
from smappee_tui.report.model import Action, Retest, Setting
from smappee_tui.report.past import between
from smappee_tui.report.rounding import mean, rounded
from smappee_tui.site.site import Change

AROUND = 10.0
"""Seconds before and after a change whose mean power is told."""
MOST_ACTIONS = 10
_NAMES = {"phase": "phase", "reversed": "reversed", "role": "role", "connection": "connection", "ct_type": "CT type"}


def actions_of(facts: Facts, number: int) -> list[Action]:
    """Changes of this channel's configuration, oldest first."""
    changes = [change for change in facts.site.changes if change.input == number]
    made = (_action(facts, change) for change in changes[-MOST_ACTIONS:])
    return [action for action in made if action.settings]


def _action(facts: Facts, change: Change) -> Action:
    pairs = facts.past.watts.get(change.input, [])
    before = between(pairs, change.at - AROUND, change.at)
    after = between(pairs, change.at + SETTLING, change.at + SETTLING + AROUND)
    return Action(
        input=change.input,
        at=facts.who.iso(change.at) or "",
        by=facts.who.person,
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
        return "-" if value is None else f"L{int(str(value)) + 1}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)


def retest_of(facts: Facts, number: int, actions: list[Action]) -> Retest | None:
    """The verdict that stood before, where another one stands now; None where nothing turned."""
    said = facts.judgement.channels.get(number)
    turns = facts.logbook.turns.get(number, [])
    if said is None or not turns:
        return None
    others = [turn.verdict for turn in turns if turn.verdict != said.verdict]
    if not others:
        return None
    return Retest(at=facts.who.iso(turns[-1].at) or "", verdict_before=others[-1], verdict_after=said.verdict)
