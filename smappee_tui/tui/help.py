"""The help sheet of every screen: keys from the commands themselves, and what signs and words mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from smappee_tui.i18n import tr
from smappee_tui.i18n.text import fit
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.tui.commands import (
    ACTUATORS,
    BACK,
    COMMANDS,
    DAY,
    DEMO_METER,
    FIND,
    FLEET,
    LANGUAGE,
    PLACE,
    PLACES,
    PLAN,
    QUIT,
    WIRING,
    Command,
    key_cap,
)
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import Sheet

_KEYS = 14
"""Cells of the keys."""
_WIDEST = 24
"""Cells of a word that is explained, at most."""


@dataclass(frozen=True, slots=True)
class HelpTopic:
    """What the help of one screen says."""

    parts: tuple[tuple[str, Sequence[Command]], ...]
    """Code of a heading, and the commands under it."""
    lists: bool = False
    """Its lists have keys of their own to move about."""
    signs: tuple[tuple[str, str, str], ...] = ()
    """Sign, tone, key of its meaning."""
    words: tuple[str, ...] = ()
    """Keys of words that are explained."""
    products: bool = False
    """What each product can do."""

    def without(self, actions: Collection[str]) -> HelpTopic:
        """The same where there is nothing for these commands to open, as in a demo or a replay."""
        parts = tuple((heading, [c for c in commands if c.action not in actions]) for heading, commands in self.parts)
        return replace(self, parts=parts)


LIVE = HelpTopic(
    parts=(("keys.heading.keys", COMMANDS),),
    lists=True,
    signs=(
        ("✓", "ok", "ok"),
        ("✕", "fault", "fault"),
        ("○", "wait", "little"),
        ("◔", "wait", "watching"),
        ("?", "wait", "unclear"),
        ("·", "dim", "unused"),
        ("!", "warn", "warning"),
        ("i", "info", "note"),
    ),
    words=("live_phase", "live_pf", "live_w", "live_trend", "live_roles", "live_balance", "live_size", "live_phasor"),
)
DEMO = replace(LIVE, parts=(("keys.heading.keys", (DEMO_METER, *COMMANDS)),))
"""The same in a demo, which has a digital meter of its own."""
FINDING = HelpTopic(
    parts=(("keys.heading.keys", FIND),),
    words=tuple(f"find_{key}" for key in ("announced", "scan", "recent", "typed", "answers", "silent", "none")),
    products=True,
)
CLOUD = HelpTopic(
    parts=(
        ("keys.heading.list", (*PLACES, PLAN, LANGUAGE)),
        ("keys.heading.place", PLACE),
        ("keys.heading.consumption", DAY),
        ("keys.heading.actuators", ACTUATORS),
        ("keys.heading.wiring", WIRING),
    ),
    words=tuple(
        f"cloud_{key}"
        for key in (
            "consumption",
            "solar",
            "ct",
            "gap",
            "days",
            "wiring",
            "busiest",
            "generation",
            "stale",
            "switching",
        )
    ),
)

FLEET_TOPIC = HelpTopic(
    parts=(("keys.heading.keys", (*FLEET, PLAN)),),
    lists=True,
    signs=(
        ("✕", "fault", "fleet_fault"),
        ("✓", "ok", "fleet_ok"),
        ("◔", "wait", "fleet_undecided"),
        ("○", "dim", "fleet_not_judged"),
    ),
    words=tuple(f"fleet_{key}" for key in ("lists", "silent", "turns", "judged", "lag", "open")),
)


class HelpSheet(Sheet):
    """Keys, signs and words of one screen."""

    TITLE_TEXT = "keys.heading.help"
    KEYS: ClassVar[tuple[Command, ...]] = (BACK, QUIT._replace(footer=0))

    def __init__(self, topic: HelpTopic) -> None:
        super().__init__()
        self._topic = topic

    def lay_out(self, width: int) -> list[Line]:
        return help_lines(self._topic, width)

    def action_help(self) -> None:
        """This is it."""


def keys_of(commands: Sequence[Command]) -> HelpTopic:
    """The help of a sheet: its keys."""
    return HelpTopic(parts=(("keys.heading.keys", (*commands, PLAN, LANGUAGE)),), lists=True)


def help_lines(topic: HelpTopic, width: int) -> list[Line]:
    lines: list[Line] = []
    for heading, commands in topic.parts:
        lines.append(line((tr(heading), "title")))
        for command in commands:
            keys = " ".join(_readable(key) for key in command.keys.split(",")) if topic.lists else command.key
            lines += paragraph(command.help, width, first=line((fit(keys, _KEYS), "key")))
        if topic.lists:
            for keys, code in (("↑↓ PgUp PgDn", "keys.move.help"), ("ctrl+p", "keys.palette.help")):
                lines += paragraph(tr(code), width, first=line((fit(keys, _KEYS), "key")))
        lines.append(BLANK)
    if topic.signs:
        lines.append(line((tr("keys.heading.signs"), "title")))
        for sign, tone, key in topic.signs:
            lines += paragraph(tr(f"keys.sign.{key}"), width, first=line((fit(sign, _KEYS), tone)))
        lines.append(BLANK)
    if topic.words:
        lines.append(line((tr("keys.heading.words"), "title")))
        named = [(tr(f"keys.word.{key}.name"), tr(f"keys.word.{key}.text")) for key in topic.words]
        room = min(_WIDEST, max(cells_of(name) for name, _ in named) + 2)
        for name, text in named:
            lines += paragraph(text, width, first=line((fit(name, room), "strong")))
        lines.append(BLANK)
    if topic.products:
        lines += [line((tr("keys.heading.products"), "title")), *paragraph(tr("keys.products"), width)]
    return lines if topic.products else lines[:-1]


_READABLE = {"question_mark": "?", "slash": "/", "plus": "+", "equals_sign": "=", "escape": "esc", "enter": "⏎"}
_READABLE |= {"left": "←", "right": "→", "up": "↑", "down": "↓"}


def _readable(key: str) -> str:
    return _READABLE.get(key) or key_cap(key.upper() if key[0] == "f" and key[1:].isdigit() else key)
