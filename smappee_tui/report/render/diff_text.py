"""A comparison in words, for a terminal and for the screen."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.i18n import Translator
from smappee_tui.i18n.text import clean, cut, wrap
from smappee_tui.report.diff import Diff, Entry, Kind, Side, State
from smappee_tui.report.wording import ENGLISH, sentence

_SIGNS: dict[Kind, str] = {"mended": "✓", "new": "✗", "open": "!", "moved": "→"}
_LONGEST_NAME = 60
"""Cells of a channel's name."""


def diff_text(diff: Diff, columns: int = 78, words: Translator = ENGLISH) -> str:
    """The comparison as text, in the language of `words`."""
    return "\n".join(line.rstrip() for line in diff_lines(diff, columns, words))


def diff_lines(diff: Diff, columns: int, words: Translator = ENGLISH) -> Iterator[str]:
    """The same line by line."""
    yield from _side("old", diff.old, words)
    yield from _side("new", diff.new, words)
    if not diff.same_site:
        yield f"! {words('diff.two_sites')}"
    for kind, sign in _SIGNS.items():
        entries = diff.of(kind)
        if entries:
            yield ""
            yield f"{words(f'diff.head_{kind}')} ({len(entries)})"
        for entry in entries:
            yield from wrap(f"{entry_text(entry, words)}.", columns, first=f"  {sign} ", rest="    ")
    yield ""
    yield words("diff.stand", count=diff.unchanged) if diff.entries else words("diff.nothing")


def _side(word: str, side: Side, words: Translator) -> Iterator[str]:
    yield words(
        "diff.side_partial" if side.partial else "diff.side",
        word=words(f"diff.{word}"),
        report=side.report_id,
        generated=side.generated,
        result=words(f"diff.{side.result}"),
    )
    if side.from_history:
        yield f"     {words('diff.far')}"


def entry_text(entry: Entry, words: Translator) -> str:
    kind, _, number = entry.subject.partition(":")
    shown = entry.after or entry.before
    if kind != "channel" or entry.what not in ("fault", "verdict", "setting", "channel"):
        return clean(entry.name) if shown is None else _title(shown, words)
    name = cut(clean(entry.name), _LONGEST_NAME)
    head = words("diff.named" if name else "diff.nameless", input=number, name=name)
    before, after = entry.before, entry.after
    if after is None:
        return words("diff.gone", head=head)
    if before is None:
        return words("diff.fresh", head=head, after=_said(after, words))
    if entry.what == "setting":
        return words("diff.line", head=head, change=f"{_set(before, words)} → {_set(after, words)}")
    was, now = _said(before, words), _said(after, words)
    change = now if was == now else f"{was} → {now}"
    if (before.phase, before.reversed) == (after.phase, after.reversed):
        return words("diff.line", head=head, change=change)
    return words("diff.line_set", head=head, change=change, before=_set(before, words), after=_set(after, words))


def _said(state: State, words: Translator) -> str:
    if state.verdict in ("ok", "unused") or not (state.title or state.title_fact):
        return words(f"report.verdict.{state.verdict}")
    return _title(state, words)


def _title(state: State, words: Translator) -> str:
    """The title in the language; what has English words only says so."""
    said = sentence(words, state.title_fact, state.title)
    return said.text if said.own else words("diff.in_english", text=said.text)


def _set(state: State, words: Translator) -> str:
    phase = state.phase or words("diff.no_phase")
    return words("diff.place_reversed", phase=phase) if state.reversed else phase
