"""The actuators pane in lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smappee_tui.links.errors import LinkError
from smappee_tui.protocol.cloud import Actuator
from smappee_tui.tui.cloud_hub import Switched
from smappee_tui.tui.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.text import fit, shown
from smappee_tui.tui.words import ago

_SIGNS = {"ON": ("●", "ok"), "OFF": ("○", "text")}
_CONNECTIONS = {"CONNECTED": "connected", "DISCONNECTED": "disconnected", "UNREACHABLE": "unreachable", "": ""}


@dataclass(frozen=True, slots=True)
class ActuatorNow:
    """One actuator and its state."""

    actuator: Actuator
    state: str
    """ON, OFF, as sent, or "" where it is not known."""
    problem: LinkError | None = None
    """Why its state could not be read."""


def actuator_lines(
    rows: Sequence[ActuatorNow], chosen: int, log: Sequence[Switched], locked: str, now: float, width: int
) -> tuple[list[Line], int | None]:
    """All actuators, and the line under the cursor.

    Args:
        rows: the actuators.
        chosen: which one the cursor is on.
        log: what was switched at this location.
        locked: why nothing can be switched, "" where it can.
        now: s since 1970.
        width: cells of a line.
    """
    lines = paragraph(locked, width, "info", line(("i ", "info"))) if locked else []
    if not rows:
        lines += [line(("○ ", "wait"), ("No plug, switch or output module", "title")), BLANK]
        return [*lines, *paragraph("The cloud knows none at this location. r reads again.", width)], None
    name = max(14, min(40, width - 51))
    head = f"  {fit('Actuator', name)} {fit('Number', 8)} {fit('State', 12)} {fit('Connection', 13)} Kind"
    lines.append(line((fit(head, width), "head")))
    cursor: int | None = None
    for number, row in enumerate(rows):
        here = number == chosen
        if here:
            cursor = len(lines)
        lines.append(_row(row, here, name))
        if row.problem is not None:
            text = f"its state could not be read: {shown(str(row.problem))}"
            lines += paragraph(text, width, "warn", line(("    ! ", "warn")))[:2]
        done = next((one for one in reversed(log) if one.actuator == row.actuator.id), None)
        if done is not None:
            lines += paragraph(switched_words(done, now), width, switched_tone(done), line(("    → ", "key")))
    return lines, cursor


def _row(row: ActuatorNow, here: bool, name: int) -> Line:
    one = row.actuator
    sign, tone = _SIGNS.get(row.state.upper(), ("?", "wait"))
    return line(
        ("▸ " if here else "  ", "key"),
        (fit(shown(one.name) or "(no name)", name), "strong" if here else "text"),
        " ",
        (fit(str(one.id), 8), "dim"),
        " ",
        (fit(f"{sign} {shown(row.state) or 'not known'}", 12), tone),
        " ",
        (fit(_CONNECTIONS.get(one.connection, shown(one.connection)) or "-", 13), "text"),
        " ",
        (shown(one.kind).replace("_", " ").lower() or "-", "dim"),
    )


def switched_words(done: Switched, now: float) -> str:
    """How a switching went."""
    what = f"{done.word} {duration_words(done.seconds)}"
    age = f"{ago(round(max(0.0, now - done.asked_at)))} ago"
    match done.outcome:
        case "sending":
            return f"{what}: being sent, {ago(round(max(0.0, now - done.asked_at)))} …"
        case "accepted" if done.state.upper() == done.word:
            return f"{what}: the cloud took it and says {done.word}, {age}"
        case "accepted" if done.state:
            return f"{what}: the cloud took it and still says {shown(done.state)}, {age}. r reads again."
        case "accepted":
            return f"{what}: the cloud took it, {age}. Its state could not be read yet: r reads again."
        case "failed":
            return f"{what}: {shown(str(done.problem))}"
        case _:
            return f"{what}: not known whether it was carried out. Look at it before you do it again."


def switched_tone(done: Switched) -> str:
    """The tone of that."""
    if done.outcome == "sending":
        return "info"
    return "ok" if done.outcome == "accepted" and done.state.upper() == done.word else "warn"


def duration_words(seconds: int | None) -> str:
    """For how long."""
    return (
        "until further notice"
        if seconds is None
        else "for 1 hour"
        if seconds == 3600
        else f"for {seconds // 60} minutes"
    )
