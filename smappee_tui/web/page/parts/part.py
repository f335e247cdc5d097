"""A part of the page: of which facts it is made, and what its template is given.

A part is made anew only when its facts differ. Numbers that move each second are no part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from smappee_tui.app.connection_status import ConnectionStatus, connection_status
from smappee_tui.app.phone.stage import Stage
from smappee_tui.i18n import Translator
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.site.view import ChannelView

Context = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One region of the page that is replaced as a whole."""

    name: str
    """Of its template, and `data-part` on the page."""
    facts: Callable[[Stage], object]
    """What it is made of: equal facts make the same part."""
    context: Callable[[Stage, Translator], Context]


def standing(stage: Stage) -> ConnectionStatus:
    """Where the link to the monitor stands."""
    return connection_status(stage.snapshot, stage.snapshot.source, stage.at, stage.mode, stage.age)


def settings_of(stage: Stage) -> Mapping[int, ChannelSetting]:
    """As configured; nothing where nothing was heard."""
    view = stage.snapshot.view
    return {one.input: one.setting for one in view.channels if one.setting is not None} if view is not None else {}


def channels_of(stage: Stage) -> tuple[ChannelView, ...]:
    return stage.snapshot.view.channels if stage.snapshot.view is not None else ()


def said_name(channel: ChannelView, words: Translator) -> str:
    """A channel's name; by its input where nobody named it."""
    return clean(channel.name) or words("page.input", number=channel.input)
