"""The plugs in lines."""

from __future__ import annotations

from smappee_tui.diagnosis.automations import driving
from smappee_tui.diagnosis.device_words import span
from smappee_tui.diagnosis.devices import DeviceVerdicts
from smappee_tui.diagnosis.moment import Moment
from smappee_tui.diagnosis.plugs import PlugJudgement
from smappee_tui.plugtest import PlugAction
from smappee_tui.site.devices import Devices, Heard, Plug
from smappee_tui.tui.lines import Line, line, paragraph, spread
from smappee_tui.tui.text import shown
from smappee_tui.tui.words import SEVERITY

_STATES = {"CONNECTED": "connected", "DISCONNECTED": "disconnected", "UNREACHABLE": "unreachable"}


def plug_lines(
    plug: Plug, devices: Devices, said: DeviceVerdicts, action: PlugAction | None, chosen: bool, width: int
) -> list[Line]:
    """One plug: name and verdict, what it said and when, what it measures, what drives it.

    Args:
        plug: which.
        devices: those of the site, for automations.
        said: their verdicts.
        action: its last test, if there was one.
        chosen: the cursor is on it.
        width: cells of a line.
    """
    judged = said.plugs[plug.node]
    glyph, tone = plug_sign(judged)
    node = shown(plug.node)[:12]
    name = shown(plug.setting.name if plug.setting and plug.setting.name else "(no name)")
    left = line(("▸ " if chosen else "  ", "key"), (f"{node:>3}  ", "dim"), (name, "strong" if chosen else "text"))
    lines = [spread(left, line((f"{glyph} {shown(judged.words)}", tone)), width)]
    lead = line("       ")
    for text in (_state(plug, said.moment), _identity(plug, said.moment)):
        if text:
            lines += paragraph(text, width, "text" if not lines[1:] else "dim", lead)
    for text in driving(plug.node, devices)[:20]:
        lines += paragraph(shown(text), width, "dim", line("       ", ("↻ ", "dim")))
    if action is not None:
        lines += paragraph(shown(action_words(action)), width, "text", line("       ", ("T ", "key")))
    return lines


def plug_sign(judged: PlugJudgement) -> tuple[str, str]:
    """Glyph and tone of a verdict: by its finding where there is one."""
    if judged.finding is not None:
        return SEVERITY[judged.finding.severity][:2]
    return ("✓", "ok") if judged.verdict == "ok" else ("○", "wait")


def _state(plug: Plug, moment: Moment) -> str:
    parts = []
    if plug.connection is not None:
        word = _STATES.get(plug.connection.state) or shown(plug.connection.state)
        parts.append(_since(word, plug.connection.since, plug.connection_heard, moment))
    if plug.relay is not None:
        parts.append(_since(shown(plug.relay.state), plug.relay.since, plug.relay_heard, moment))
    return ", ".join(parts) if parts else "nothing heard of it yet"


def _since(word: str, since: float | None, heard: Heard | None, moment: Moment) -> str:
    retained = " (retained)" if heard is not None and heard.retained else ""
    return f"{word} for {span(moment.lasting(since, heard))}{retained}"


def _identity(plug: Plug, moment: Moment) -> str:
    parts = []
    if plug.setting is None:
        parts.append("not in the configuration")
    elif plug.setting.serial:
        parts.append(f"serial {shown(plug.setting.serial)[:20]}")
    if plug.interval is not None and plug.interval.active_raw is not None:
        ended = moment.received(plug.interval.end)
        at = ended if ended is not None else plug.interval_heard.at if plug.interval_heard else moment.now
        ago = span(max(0.0, moment.now - at))
        retained = ", retained" if plug.interval_heard is not None and plug.interval_heard.retained else ""
        parts.append(f"last power {plug.interval.active_raw:g}, unit unsettled, {ago} ago{retained}")
    elif plug.setting is not None and not plug.setting.measures:
        parts.append("does not measure")
    elif plug.setting is not None:
        parts.append("no power value yet")
    return "   ".join(parts)


def action_words(action: PlugAction) -> str:
    """How a test went."""
    what = f"put back {action.word}" if action.restores else f"switched {action.word}"
    match action.outcome:
        case "answered":
            return f"{what}: answered after {action.seconds or 0.0:.1f} s"
        case "no answer":
            return f"{what}: no answer"
        case "unconfirmed":
            return f"{what}: sent, no answer: it may have been carried out; look at the plug"
        case "not sent":
            return f"{what}: not sent. {action.problem}"
        case _:
            return f"{what}: waiting for its answer"
