"""Two reports of one installation compared: what was mended, what is new, what moved; and the same as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from smappee_tui.diagnosis.judgement import FAULTS, WAITING, Subject
from smappee_tui.i18n import Translator
from smappee_tui.i18n.text import clean, cut, wrap
from smappee_tui.report.blocks import FactBlock
from smappee_tui.report.diff_corrections import CarriedOut, Outcome, carried_out, carried_out_text
from smappee_tui.report.diff_witness import Against, against_meter, against_text
from smappee_tui.report.model import Channel, FindingBlock, Placing, Report
from smappee_tui.report.wording import ENGLISH, sentence, title_fact

SCHEMA = "smappee-tui/report-diff/1"
Kind = Literal["mended", "new", "moved", "open"]


class Side(msgspec.Struct, frozen=True, kw_only=True):
    report_id: str
    generated: str
    result: str
    partial: bool
    from_history: bool = False
    """Judged from afar, by days of five-minute values."""
    sha256: str | None = None
    """Of the JSON file that was compared; null where there was none, and in files of older versions."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How a channel or a finding stands in one report."""

    verdict: str
    title: str
    """In English."""
    phase: str | None = None
    reversed: bool | None = None
    title_fact: FactBlock | None = None
    """The same without a language; null where the report has English words only."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One difference, or one fault that is still there."""

    kind: Kind
    subject: str
    """`channel:6`, or as the finding says."""
    name: str
    what: str
    """`fault`, `verdict`, `setting`, `channel`, or the code of a finding."""
    before: State | None
    after: State | None


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    schema: str
    old: Side
    new: Side
    same_site: bool
    """Both reports name the same location."""
    entries: list[Entry]
    unchanged: int
    """Channels that stand as they stood."""
    corrections: list[CarriedOut] = msgspec.field(default_factory=list)
    """What became of the first report's correction sheet; empty in files of older versions."""
    witness: list[Against] = msgspec.field(default_factory=list)
    """Grid CTs that stand otherwise against the digital meter; empty in files of older versions."""

    def of(self, kind: Kind) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind == kind]


def compare(old: Report, new: Report, hashes: tuple[str, str] | None = None) -> Diff:
    """Compare two reports. Channels are the same where CT hub and input agree, else where the input does.

    Args:
        old: the earlier.
        new: the later.
        hashes: sha256 of their JSON files.
    """
    entries: list[Entry] = []
    unchanged = 0
    for before, after in _matched(old, new):
        entry = _channel(before, after)
        if entry is None:
            unchanged += 1
        else:
            entries.append(entry)
    entries += _findings(old, new)
    order = {"mended": 0, "new": 1, "open": 2, "moved": 3}
    entries.sort(key=lambda entry: order[entry.kind])
    return Diff(
        schema=SCHEMA,
        old=_side(old, hashes[0] if hashes else None),
        new=_side(new, hashes[1] if hashes else None),
        same_site=_same(old, new),
        entries=entries,
        unchanged=unchanged,
        corrections=carried_out(old, _matched(old, new)),
        witness=list(against_meter(old, new)),
    )


def _same(old: Report, new: Report) -> bool:
    """Whether both are of one location. The cloud may not tell the uuid; then the monitor's serial number counts."""
    uuids = {old.site.uuid, new.site.uuid}
    if len(uuids) > 1 and any(uuid.startswith("cloud-") for uuid in uuids):
        return bool(old.devices.serial) and old.devices.serial == new.devices.serial
    return len(uuids) == 1


def _side(report: Report, sha256: str | None) -> Side:
    header = report.header
    return Side(
        report_id=header.report_id,
        generated=header.generated,
        result=header.result,
        partial=header.partial,
        from_history=report.method.history is not None,
        sha256=sha256,
    )


def _matched(old: Report, new: Report) -> Iterator[tuple[Channel | None, Channel | None]]:
    """Pairs of the same channel; None where one report has none."""
    before = {channel.input: channel for channel in old.channels}
    by_hub = {channel.hub: channel.input for channel in old.channels if channel.hub}
    for channel in new.channels:
        number = by_hub.get(channel.hub, channel.input) if channel.hub else channel.input
        found = before.pop(number, None)
        if found is not None and found.hub and channel.hub and found.hub != channel.hub:
            before[number] = found  # the input number went to another CT
            found = None
        yield found, channel
    for channel in before.values():
        yield channel, None


def _channel(before: Channel | None, after: Channel | None) -> Entry | None:
    shown = after or before
    if shown is None:
        return None
    kind, what = _judged(before, after)
    if kind is None:
        return None
    return Entry(
        kind=kind,
        subject=str(Subject("channel", shown.input)),
        name=shown.name,
        what=what,
        before=_state(before) if before else None,
        after=_state(after) if after else None,
    )


def _judged(before: Channel | None, after: Channel | None) -> tuple[Kind | None, str]:
    was = before is not None and before.verdict in FAULTS
    now = after is not None and after.verdict in FAULTS
    if before is None or after is None:
        return ("new", "fault") if now else ("moved", "channel")
    if was and after.verdict == "ok":
        return "mended", "fault"
    if now and not was:
        return "new", "fault"
    if was and (now or after.verdict in WAITING):
        # A fault that waits for its re-test is not mended: nothing has proved it.
        return "open", "fault"
    if before.verdict != after.verdict:
        return "moved", "verdict"
    if _set_otherwise(before.expected, after.expected):
        return "moved", "setting"
    return None, ""


def set_otherwise(old: Report, new: Report) -> list[int]:
    """Inputs that came, went, or are configured otherwise, whatever is said of them."""
    return sorted(
        shown.input
        for before, after in _matched(old, new)
        if (shown := after or before) is not None
        and (
            before is None
            or after is None
            or (before.role, before.connection) != (after.role, after.connection)
            or _set_otherwise(before.expected, after.expected)
        )
    )


def _set_otherwise(before: Placing, after: Placing) -> bool:
    """Whether a setting has changed. One that the cloud does not tell may be anything."""
    known = before.reversed is not None and after.reversed is not None
    return before.phase != after.phase or (known and before.reversed != after.reversed)


def _state(channel: Channel) -> State:
    return State(
        verdict=channel.verdict,
        title=channel.title,
        phase=channel.expected.phase,
        reversed=channel.expected.reversed,
        title_fact=channel.title_fact,
    )


def _findings(old: Report, new: Report) -> Iterator[Entry]:
    """Findings that are not about one channel's wiring: voltages, devices, the data itself."""
    before, after = _beside(old), _beside(new)
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        shown = now or was
        if shown is None or (was is not None and now is not None and shown.severity != "fault"):
            continue
        kind: Kind = "mended" if now is None else "new" if was is None else "open"
        yield Entry(
            kind=kind,
            subject=shown.subject,
            name=shown.title,
            what=shown.code,
            before=_finding_state(was) if was else None,
            after=_finding_state(now) if now else None,
        )


def _finding_state(finding: FindingBlock) -> State:
    return State(verdict=finding.severity, title=finding.title, title_fact=title_fact(finding))


def _beside(report: Report) -> dict[tuple[str, str], FindingBlock]:
    faulty = {c.input for c in report.channels if c.verdict in FAULTS}
    return {
        (f.code, f.subject): f
        for f in report.findings
        if f.status == "open" and f.severity != "info" and not (f.severity == "fault" and faulty & set(f.inputs))
    }


Mark = Kind | Literal["title", "warning", "text"]
"""What a line of the comparison is."""
_SIGNS: dict[Kind, str] = {"mended": "✓", "new": "✗", "open": "!", "moved": "→"}
_OUTCOMES: dict[Outcome, tuple[Kind, str]] = {
    "proved": ("mended", "✓"),
    "hand": ("mended", "✓"),
    "set": ("moved", "→"),
    "otherwise": ("open", "!"),
    "open": ("open", "!"),
    "gone": ("moved", "→"),
}
_LONGEST_NAME = 60
"""Cells of a channel's name."""


def diff_text(diff: Diff, columns: int = 78, words: Translator = ENGLISH) -> str:
    """The comparison as text, in the language of `words`."""
    return "\n".join(text.rstrip() for _, text in diff_lines(diff, columns, words))


def diff_lines(diff: Diff, columns: int, words: Translator = ENGLISH) -> Iterator[tuple[Mark, str]]:
    """The same line by line: what it is, and its text."""
    for text in (*_side_diff_text("old", diff.old, words), *_side_diff_text("new", diff.new, words)):
        yield "title", text
    if not diff.same_site:
        yield "warning", f"! {words('diff.two_sites')}"
    for kind, sign in _SIGNS.items():
        entries = diff.of(kind)
        if entries:
            yield "text", ""
            yield "title", f"{words(f'diff.head_{kind}')} ({len(entries)})"
        for entry in entries:
            for text in wrap(f"{entry_text(entry, words)}.", columns, first=f"  {sign} ", rest="    "):
                yield kind, text
    for place, one in enumerate(diff.corrections):
        if not place:
            yield "text", ""
            yield "title", f"{words('diff.head_corrections')} ({len(diff.corrections)})"
        kind, sign = _OUTCOMES[one.outcome]
        for text in wrap(f"{carried_out_text(one, words)}.", columns, first=f"  {sign} ", rest="    "):
            yield kind, text
    for place, against in enumerate(diff.witness):
        if not place:
            yield "text", ""
            yield "title", f"{words('meter.title')} ({len(diff.witness)})"
        for text in wrap(f"{against_text(against, words)}.", columns, first="  · ", rest="    "):
            yield "text", text
    yield "text", ""
    yield "text", words("diff.stand", count=diff.unchanged) if diff.entries else words("diff.nothing")


def _side_diff_text(word: str, side: Side, words: Translator) -> Iterator[str]:
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
    subject = Subject.named(entry.subject)
    shown = entry.after or entry.before
    if subject is None or subject.kind != "channel" or entry.what not in ("fault", "verdict", "setting", "channel"):
        return clean(entry.name) if shown is None else _title(shown, words)
    name = cut(clean(entry.name), _LONGEST_NAME)
    head = words("diff.named" if name else "diff.nameless", input=subject.id, name=name)
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
