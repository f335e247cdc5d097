"""The customer's page as it is worded: sections of short texts, no longer than what one sheet of paper holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from smappee_tui.i18n import Translator
from smappee_tui.i18n.text import width
from smappee_tui.report.compose.handover import Entry, Peak, State, Thing, handover
from smappee_tui.report.model import Report
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.report.wording import shown_text

MARKS: dict[State, str] = {"proved": "ok", "fault": "fault", "open": "wait"}
COLUMNS = 3
"""Of the list of what is measured."""


class Most(NamedTuple):
    """How much is told one by one; of more the number is."""

    things: int
    names: int
    """In one sentence."""
    entries: int


ROOM = (Most(36, 12, 6), Most(27, 8, 5), Most(21, 6, 5), Most(15, 4, 4), Most(9, 3, 3), Most(6, 2, 2))
"""From roomy to as short as can be."""
LINES, CELLS = 44, 98
"""Lines of a page between its head and its foot, and letters of a line."""
_HEADING = 2.2
"""Lines of a heading with the space before it."""


class Item(NamedTuple):
    """A thing that is measured, with its mark."""

    mark: str
    text: str


class Section(NamedTuple):
    title: str
    items: tuple[Item, ...] = ()
    """In columns, before the texts."""
    texts: tuple[str, ...] = ()
    strong: bool = False
    """The first text of each pair is what it is, the second what it means."""

    def lines(self) -> float:
        """How many lines it takes, about."""
        rows = math.ceil(len(self.items) / COLUMNS) * 1.15
        return _HEADING + rows + sum(math.ceil(width(text) / CELLS) + 0.3 for text in self.texts)


class HandoverText:
    """One page in the customer's language."""

    def __init__(self, report: Report, most: Most | None = None) -> None:
        """Word it.

        Args:
            report: what it is made of.
            most: how much is told one by one; None: as much as one page holds.
        """
        self.report, self.said = report, handover(report)
        self.language = report.site.customer_language or report.header.language
        self.words = Translator(self.language)
        self.report_text = ReportText(report, self.words)
        for self.most in ROOM if most is None else (most,):
            self.sections = tuple(self._sections())
            if sum(section.lines() for section in self.sections) <= LINES:
                break

    @property
    def title(self) -> str:
        return self.words("handover.title")

    @property
    def under(self) -> str:
        """Whose it is, where, and when."""
        site, header = self.report.site, self.report.header
        parts = (site.name, site.customer, site.address, self.report_text.day(header.generated))
        return " · ".join(shown_text(part, 60) for part in parts if part.strip())

    @property
    def mark(self) -> str:
        """The sign of the outcome."""
        return {"all": "ok", "noted": "ok", "faults": "fault"}.get(self.said.outcome, "wait")

    @property
    def outcome(self) -> str:
        """What it all amounts to, in a sentence."""
        said, far = self.said, "far_" if self.said.days is not None else ""
        if said.outcome == "open":
            return self.words(f"handover.outcome.{far}open", count=said.points - said.proved, points=said.points)
        if said.outcome == "faults":
            return self.words(f"handover.outcome.{far}faults", count=said.faults)
        return self.words(f"handover.outcome.{far if said.outcome != 'nothing' else ''}{said.outcome}")

    @property
    def foot(self) -> tuple[str, ...]:
        """What it is not, and of which report it is."""
        words, header = self.words, self.report.header
        redacted = [words("handover.redacted")] if header.redacted else []
        return (words("handover.no_inspection"), *redacted, words("handover.reference", report=header.report_id))

    def _sections(self) -> Iterator[Section]:
        said, words = self.said, self.words
        yield Section(words("handover.section.measured"), tuple(self._items()), tuple(self._legend()))
        yield Section(words("handover.section.proved"), texts=tuple(self._how()))
        if said.mended:
            texts = [self.words(f"handover.mended.{one.what}", names=self._about(one)) for one in said.mended]
            yield Section(words("handover.section.mended"), texts=tuple(self._few(texts)))
        yield Section(words("handover.section.left"), texts=tuple(self._left()), strong=True)
        if said.peak is not None:
            yield Section(words("handover.section.peak"), texts=tuple(self._peak(said.peak)))
        yield Section(words("handover.section.ask"), texts=tuple(self._ask()))

    def _items(self) -> Iterator[Item]:
        things = sorted(self.said.things, key=lambda one: one.kind == "circuit")
        more = len(things) > self.most.things
        shown = things[: self.most.things - 1] if more else things
        for thing in shown:
            code = f"handover.state.{thing.state}"
            text = self._thing(thing)
            yield Item(MARKS[thing.state], text if thing.state == "proved" else self.words(code, name=text))
        if more:
            rest = things[len(shown) :]
            wrong = sum(thing.state != "proved" for thing in rest)
            code = "handover.and_more_open" if wrong else "handover.and_more"
            yield Item("wait" if wrong else "ok", self.words(code, count=len(rest), open=wrong))

    def _legend(self) -> Iterator[str]:
        if self.said.things:
            yield self.words("handover.legend")

    def _thing(self, thing: Thing) -> str:
        if thing.kind == "grid":
            return self.words("handover.thing.grid")
        name = shown_text(thing.name, 28)
        if not name:
            return self.words(f"handover.thing.{thing.kind}_unnamed", input=thing.inputs[0])
        return name if thing.kind == "circuit" else self.words(f"handover.thing.{thing.kind}", name=name)

    def _names(self, things: Iterable[Thing]) -> str:
        named = [self._thing(thing) for thing in things]
        if len(named) > self.most.names:
            rest = len(named) - self.most.names
            named = [*named[: self.most.names], self.words("handover.more_names", count=rest)]
        return self.words.joined(named)

    def _about(self, entry: Entry) -> str:
        return self._names(entry.things) if entry.things else self.words("handover.whole")

    def _how(self) -> Iterator[str]:
        said, words = self.said, self.words
        if not said.points:
            yield words("handover.how.nothing")
            return
        yield words("handover.how.proved", proved=said.proved, count=said.points)
        if said.days is not None:
            yield words("handover.how.far", days=said.days)
            return
        if said.announced:
            yield words("handover.how.announced", count=said.announced)
        observed = said.proved - said.announced
        if observed > 0:
            yield words("handover.how.observed", count=observed, seconds=float(said.seconds))

    def _left(self) -> Iterator[str]:
        """In pairs: what it is, and what it means."""
        said, words = self.said, self.words
        pairs: list[tuple[str, str]] = []
        for entry in said.left:
            about = self._about(entry)
            if entry.retest:
                pairs.append((words("handover.left.retest", names=about), words("handover.means.retest")))
            else:
                code = f"handover.left.{entry.what}"
                pairs.append((words(code, names=about), words(f"handover.means.{entry.what}")))
        for reason, things in (("quiet", said.quiet), ("unclear", said.unclear)):
            if things:
                names = self._names(things)
                pairs.append((words(f"handover.left.{reason}", names=names), words(f"handover.means.{reason}")))
        if said.outcome == "informal":
            pairs.append((words("handover.left.informal"), words("handover.means.informal")))
        if len(pairs) > self.most.entries:
            rest = len(pairs) - self.most.entries + 1
            pairs = [
                *pairs[: self.most.entries - 1],
                (words("handover.left.more", count=rest), words("handover.means.more")),
            ]
        for what, means in pairs:
            yield what
            yield means
        if not pairs:
            yield words("handover.left.none" if said.points else "handover.left.untested")

    def _few(self, texts: list[str]) -> list[str]:
        if len(texts) <= self.most.entries:
            return texts
        rest = len(texts) - self.most.entries + 1
        return [*texts[: self.most.entries - 1], self.words("handover.mended.more", count=rest)]

    def _peak(self, peak: Peak) -> Iterator[str]:
        day, clock = self.report_text.day(peak.at), self.report_text.clock(peak.at)[:5]
        yield self.words("handover.peak.seen", kilowatts=peak.watts / 1000, day=day, clock=clock)
        if peak.names:
            names = tuple(shown_text(name, 28) for name in peak.names[: self.most.names])
            yield self.words("handover.peak.made", names=names)
        if peak.billed:
            yield self.words("handover.peak.billed")

    def _ask(self) -> Iterator[str]:
        who = self.said.installer
        parts = [shown_text(part, 60) for part in (who.company, who.person, who.phone, who.email) if part.strip()]
        yield " · ".join(parts) if parts else self.words("handover.ask_unknown")
        yield self.words("handover.ask")
