"""How the table of the live screen is arranged: what each key asks of it, a function each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smappee_tui.tui.live.screen import LiveScreen


async def begin_filter(live: LiveScreen) -> None:
    """Type what rows must hold; the line is made when it is first asked for."""
    if live.typed is None:
        from smappee_tui.tui.widgets.filter_line import FilterLine

        live.typed = FilterLine(id="filter")
        await live.mount(live.typed, after=live.header)
    live.typed.display = True
    live.typed.begin(live.wish.text)


def only_faults(live: LiveScreen) -> None:
    """Only faults, or all."""
    live.rearrange(replace(live.wish, only_faults=not live.wish.only_faults))


def hide_unused(live: LiveScreen) -> None:
    """Without unused inputs, or with them."""
    live.rearrange(replace(live.wish, hide_unused=not live.wish.hide_unused))


def show_all(live: LiveScreen) -> None:
    """Take all filters away."""
    live.rearrange(replace(live.wish, text="", only_faults=False, hide_unused=False))


def next_order(live: LiveScreen) -> None:
    """By the next column; after the last one as the inputs are numbered."""
    keys = ["", *(column.key for column, _ in live.table.columns if column.key != "trend")]
    place = keys.index(live.wish.order) + 1 if live.wish.order in keys else 0
    live.rearrange(live.wish.sorted_by(keys[place % len(keys)]))


def turn(live: LiveScreen) -> None:
    """Turn the order round."""
    live.rearrange(replace(live.wish, descending=not live.wish.descending))
