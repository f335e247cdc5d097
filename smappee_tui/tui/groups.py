"""Which channels belong to one three-phase load, as far as names and roles tell. For drawing them together only."""

from __future__ import annotations

import re

from smappee_tui.tui.columns import Row

_END = re.compile(r"[\s_\-.(\[]*(?:L|phase\s*)?[123ABC][)\]]*\s*$", re.IGNORECASE)


def group_of(chosen: Row, rows: list[Row]) -> tuple[Row, ...]:
    """The clamps of the chosen channel's load, one a phase; empty where there are not exactly two or three.

    A load's clamps carry one name, often with L1, L2, L3 at its end, the same role, and different phases.
    """
    setting = chosen.channel.setting
    if setting is None or setting.unused or setting.phase is None:
        return ()
    same = [row for row in rows if _kin(chosen, row)]
    phases = {row.channel.phase for row in same}
    if len(same) not in (2, 3) or len(phases) != len(same) or None in phases:
        return ()
    return tuple(sorted(same, key=lambda row: row.channel.phase or 0))


def _kin(one: Row, other: Row) -> bool:
    a, b = one.channel.setting, other.channel.setting
    if a is None or b is None or (a.role, a.connection) != (b.role, b.connection):
        return False
    return a.is_grid or _stem(a.name) == _stem(b.name)


def _stem(name: str) -> str:
    return _END.sub("", name).casefold().strip()
