"""A comparison in words, for a terminal and for the screen."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.i18n.plaintext import clean, wrap
from smappee_tui.report.diff import Diff, Entry, Kind, Side, State
from smappee_tui.report.phrases import said
from smappee_tui.report.translator import ReportTranslator

_SIGNS: dict[Kind, str] = {"mended": "✓", "new": "✗", "open": "!", "moved": "→"}


def diff_text(diff: Diff, columns: int = 78, words: ReportTranslator | None = None) -> str:
    """The comparison as text, in the language of `words`; in English without."""
    return "\n".join(line.rstrip() for line in diff_lines(diff, columns, words))


def diff_lines(diff: Diff, columns: int, words: ReportTranslator | None = None) -> Iterator[str]:
    """The same line by line."""
    words = words or ReportTranslator("en")
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
    if not diff.entries:
        yield words("diff.nothing")
    else:
        yield words("diff.stands" if diff.unchanged == 1 else "diff.stand", count=diff.unchanged)


def _side(word: str, side: Side, words: ReportTranslator) -> Iterator[str]:
    line = words(
        "diff.side",
        word=words(f"diff.{word}"),
        report=clean(side.report_id),
        generated=clean(side.generated),
        result=words(f"diff.{side.result}"),
    )
    yield line + (words("diff.partial") if side.partial else "")
    if side.from_history:
        yield f"     {words('diff.far')}"


def entry_text(entry: Entry, words: ReportTranslator) -> str:
    """One difference."""
    kind, _, number = entry.subject.partition(":")
    if kind != "channel" or entry.what not in ("fault", "verdict", "setting", "channel"):
        return clean(said(entry.name, words)[0])
    name = clean(entry.name, 60)
    head = words("diff.named" if entry.name else "diff.nameless", input=number, name=name)
    if entry.before is None:
        return words("diff.fresh", head=head, after=_said(entry.after, words))
    if entry.after is None:
        return words("diff.gone", head=head)
    if entry.what == "setting":
        return words("diff.line", head=head, change=f"{_set(entry.before, words)} → {_set(entry.after, words)}")
    before, after = _said(entry.before, words), _said(entry.after, words)
    change = after if before == after else f"{before} → {after}"
    if (entry.before.phase, entry.before.reversed) != (entry.after.phase, entry.after.reversed):
        change += words("diff.set", before=_set(entry.before, words), after=_set(entry.after, words))
    return words("diff.line", head=head, change=change)


def _said(state: State | None, words: ReportTranslator) -> str:
    if state is None:
        return "-"
    if state.verdict in ("ok", "unused"):
        return words(f"verdict.{state.verdict}")
    return clean(said(state.title, words)[0]) or words(f"verdict.{state.verdict}")


def _set(state: State, words: ReportTranslator) -> str:
    return (state.phase or words("diff.no_phase")) + (words("diff.reversed") if state.reversed else "")
