"""A comparison in words, for a terminal and for the screen."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.plaintext import clean, wrap
from smappee_tui.report.diff import Diff, Entry, Kind, State

_HEADS: dict[Kind, tuple[str, str]] = {
    "mended": ("✓", "Mended"),
    "new": ("✗", "New"),
    "open": ("!", "Still open"),
    "moved": ("→", "Changed"),
}
_VERDICTS = {
    "wrong_phase": "wrong phase",
    "wrong_phase_reversed": "wrong phase and reversed",
    "wrong_ratio": "wrong CT type",
    "half_open": "clamp not closed",
    "no_current": "no current yet",
    "inconclusive": "not decided",
}


def diff_text(diff: Diff, columns: int = 78) -> str:
    """The comparison as text."""
    return "\n".join(line.rstrip() for line in diff_lines(diff, columns))


def diff_lines(diff: Diff, columns: int) -> Iterator[str]:
    """The same line by line."""
    for word, side in (("old", diff.old), ("new", diff.new)):
        partial = ", partial" if side.partial else ""
        yield f"{word}: {clean(side.report_id)} of {clean(side.generated)}, {side.result}{partial}"
        if side.from_history:
            yield "     judged from afar, by 5-minute values of the cloud: nobody was on site"
    if not diff.same_site:
        yield "! These reports are of two different locations."
    for kind, (sign, head) in _HEADS.items():
        entries = diff.of(kind)
        if entries:
            yield ""
            yield f"{head} ({len(entries)})"
        for entry in entries:
            yield from wrap(f"{entry_text(entry)}.", columns, first=f"  {sign} ", rest="    ")
    yield ""
    if not diff.entries:
        yield "Nothing has changed."
    else:
        count = diff.unchanged
        yield f"{count} {'channel stands' if count == 1 else 'channels stand'} as before."


def entry_text(entry: Entry) -> str:
    """One difference."""
    kind, _, number = entry.subject.partition(":")
    if kind != "channel" or entry.what not in ("fault", "verdict", "setting", "channel"):
        return clean(entry.name)
    head = f'input {number} "{clean(entry.name, 60)}"' if entry.name else f"input {number}"
    if entry.before is None:
        return f"{head}: new, {_said(entry.after)}"
    if entry.after is None:
        return f"{head}: no longer there"
    if entry.what == "setting":
        return f"{head}: {_setting(entry.before)} → {_setting(entry.after)}"
    changed = ""
    if (entry.before.phase, entry.before.reversed) != (entry.after.phase, entry.after.reversed):
        changed = f" (setting {_setting(entry.before)} → {_setting(entry.after)})"
    before, after = _said(entry.before), _said(entry.after)
    return f"{head}: {after if before == after else f'{before} → {after}'}{changed}"


def _said(state: State | None) -> str:
    if state is None:
        return "-"
    if state.verdict in ("ok", "unused"):
        return state.verdict
    return clean(state.title) or _VERDICTS.get(state.verdict, state.verdict)


def _setting(state: State) -> str:
    return (state.phase or "no phase") + (", reversed" if state.reversed else "")
