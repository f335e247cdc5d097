"""What the tracer has to say, as facts: what it found, what is odd about it, what follows for names and circuits."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from smappee_tui.app.tracer import input_facts
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.diagnosis.tracing.board import Traced, exchanges, unmeasured, untraced
from smappee_tui.diagnosis.tracing.tracer import Change, Tracing
from smappee_tui.protocol.fact import Fact, Params, fact
from smappee_tui.protocol.messages import ChannelSetting

Settings = Mapping[int, ChannelSetting]
UNSEEN_AFTER = 20.0
"""Seconds without anything that switched, after which it is asked whether a load runs there."""
MOST_NAMED = 8
"""Inputs that are counted out."""


def saying(state: Tracing) -> Fact:
    """What to do now."""
    if state.stage == "unsure" and state.same_moment:
        return fact("tracer.say.unsure_together")
    if state.stage == "named" and state.tries > 1:
        return fact("tracer.say.named_again")
    return fact(f"tracer.say.{state.stage}")


def found(change: Change, settings: Settings) -> Fact:
    """The find in a sentence or two."""
    at = clock(change.at)
    if not change.inputs:
        return fact("tracer.on_no_input", grid=_named(change.grid, settings), watts=change.watts, at=at)
    own = tuple(n for n in change.inputs if n not in change.through) or change.inputs
    what = _named(own, settings)
    if change.phases:
        what = fact("tracer.on_phases", inputs=what, phases=_phases(change.phases))
    seen = fact("tracer.seen_by", what=what, watts=change.watts, at=at)
    if change.through:
        return fact(
            "tracer.found_through", found=seen, through=fact("tracer.through", inputs=_named(change.through, settings))
        )
    return seen


def odd(state: Tracing, settings: Settings) -> list[Fact]:
    """What is odd about a find: another phase than configured, another size than the grid meter's."""
    said: list[Fact] = []
    change = state.found
    if change is None:
        return said
    setting = settings.get(change.inputs[0]) if len(change.inputs) == 1 else None
    told = setting.phase if setting is not None else None
    if told is not None and len(change.phases) == 1 and change.grid and change.phases[0] != told:
        said.append(fact("tracer.other_phase", configured=phase_name(told), phases=_phases(change.phases)))
    if state.grid_differs is not None:
        said.append(fact("tracer.grid_differs", watts=state.grid_differs))
    return said


def changed(change: Change, settings: Settings) -> Fact:
    """Another change in a few words."""
    if change.inputs:
        said = fact("tracer.change", inputs=_named(change.inputs, settings), watts=change.watts)
    else:
        said = fact("tracer.change_unseen", grid=_named(change.grid, settings), watts=change.watts)
    if change.own_steps:
        return fact("tracer.by_itself", change=said, times=change.own_steps, seconds=change.seconds)
    return said


def follows(circuits: Sequence[Traced], settings: Settings) -> Iterator[tuple[str, Fact]]:
    """What follows from the list, each with its tone: names to exchange, circuits without a CT, what is left."""
    for pair in exchanges(circuits, settings):
        both: Params = {"inputs": _named(pair.inputs, {}), "others": _named(pair.other_inputs, {})}
        if pair.unsure:
            yield "dim", Fact("tracer.exchange_unsure", {**both, "breakers": pair.unsure, "count": len(pair.unsure)})
        else:
            code = "tracer.exchange_roles" if pair.roles else "tracer.exchange"
            yield "warn", Fact(code, {**both, "name": pair.name, "other_name": pair.other_name})
    unseen = unmeasured(circuits)
    if unseen:
        yield "info", fact("tracer.unmeasured", breakers=tuple(one.breaker for one in unseen))
    left = untraced(circuits, settings)
    if left:
        shown = ", ".join(map(str, left[:MOST_NAMED])) + (" …" if len(left) > MOST_NAMED else "")
        yield "dim", fact("tracer.left", count=len(left), inputs=shown)
    else:
        yield "ok", fact("tracer.all_traced")


def clock(at: float) -> str:
    """A time of day of this computer, as the head of the live screen has it."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def _named(numbers: tuple[int, ...], settings: Settings) -> Fact:
    return fact("tracer.named", inputs=input_facts(numbers, settings))


def _phases(phases: tuple[int, ...]) -> Fact:
    return fact("tracer.named", inputs=tuple(phase_name(one) for one in phases))
