"""Textual's command palette, but keys typed faster than it draws or closes do not end the program."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from textual import work
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.css.query import NoMatches


class Palette(CommandPalette):
    """The palette of all screens."""

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close, where it is in front: a click that comes late would close what is there instead."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def _action_command_list(self, action: str) -> None:
        """Move in the list, once that has been laid out: before, paging looks for lines that are not there."""
        with suppress(KeyError):
            super()._action_command_list(action)

    @work(exclusive=True, group=CommandPalette._GATHER_COMMANDS_GROUP)
    async def _gather_commands(self, search_value: str) -> None:
        """Look for commands, unless the palette has been closed since the letter was typed."""
        with suppress(NoMatches):
            await cast(Any, CommandPalette._gather_commands).__wrapped__(self, search_value)
