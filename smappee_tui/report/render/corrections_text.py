"""The corrections of a report as they are worded: the same in every format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from smappee_tui.i18n.text import clean
from smappee_tui.report.correction_blocks import CorrectionLine
from smappee_tui.report.diff_corrections import changes_text
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.report.wording import fact_of, short, shown_text

HOWS = ("configure", "move")


class CorrectionRow(NamedTuple):
    """One line of a table."""

    hub: str
    input: int
    name: str
    change: str
    """Now → set to; for a hand what it has to do."""
    sure: str
    tested: str
    findings: str
    became: str
    mark: str
    """ok, fault or wait, as of a verdict."""


class CorrectionsText:
    """The block of one report in its language."""

    def __init__(self, shown: ReportText) -> None:
        self._shown = shown
        self._words = shown.words
        self.block = shown.report.corrections

    @property
    def there(self) -> bool:
        """Whether this report has the block: those of older versions have none."""
        return self.block is not None

    @property
    def empty(self) -> bool:
        return self.block is None or not (self.block.lines or self.block.worse or self.block.held)

    def rows(self, how: str) -> list[CorrectionRow]:
        """The lines of one part, in the order of the vendor's app."""
        lines = self.block.lines if self.block is not None else []
        return [self._row(line) for line in lines if line.how == how]

    @property
    def columns(self) -> tuple[str, ...]:
        """Heads of the columns of a table, in the order of a row."""
        labels = ("hub", "input", "name", "", "confidence", "tested", "", "")
        own = {3: "report.correction.change", 6: "report.block.findings", 7: "report.correction.became"}
        return tuple(self._words(own.get(place, f"report.label.{label}")) for place, label in enumerate(labels))

    def sums(self) -> Iterator[str]:
        """What waits for another input, whether it adds up once everything is set, and what is missing."""
        if self.block is None:
            return
        for one in self.block.held:
            channel = self._shown.report.channel(one.input)
            name, why = short(channel.name) if channel is not None else "", self._words.fact(fact_of(one.why))
            yield shown_text(self._words("report.correction.held", input=one.input, name=name, why=why), 1000)
        if self.block.adds_up is not None:
            yield self._words("report.correction.adds_up" if self.block.adds_up else "report.correction.adds_up_not")
        yield from (clean(self._words.fact(fact_of(one)), 1000) for one in self.block.missing)

    def worse(self) -> Iterator[str]:
        """What a change made worse, a sentence each."""
        for one in self.block.worse if self.block is not None else ():
            said = shown_text(self._words.fact(fact_of(one.said)), 1000)
            at = self._when(one.at)
            if one.over is None:
                yield self._words("report.correction.worse_line", at=at, said=said)
            else:
                yield self._words("report.correction.worse_over", at=at, said=said, over=self._when(one.over))

    def of_input(self, number: int) -> CorrectionRow | None:
        """The last line of one input."""
        lines = self.block.lines if self.block is not None else []
        return next((self._row(line) for line in reversed(lines) if line.input == number), None)

    def _row(self, line: CorrectionLine) -> CorrectionRow:
        shown = self._shown
        return CorrectionRow(
            hub=shown_text(line.hub or "", 40),
            input=line.input,
            name=short(line.name) or self._words("report.result.input", input=line.input),
            change=self.change(line),
            sure=shown.percent(line.confidence_percent),
            tested=self._tested(line),
            findings=", ".join(line.findings) or shown.number(None),
            became=self.became(line),
            mark={"proved": "ok", "open": "fault", "failed": "fault"}.get(line.state, "wait"),
        )

    def _tested(self, line: CorrectionLine) -> str:
        channel = self._shown.report.channel(line.input)
        return self._shown.number(None) if channel is None else self._shown.tested(channel)

    def change(self, line: CorrectionLine) -> str:
        """What is to be set, or done."""
        said = list(changes_text(line.now, line.set, self._words))
        if line.turn:
            said.append(self._words("report.correction.turn"))
        if line.rename:
            said.append(self._words("report.correction.rename", name=short(line.rename)))
        return ", ".join(said) or self._words("report.correction.by_hand")

    def became(self, line: CorrectionLine) -> str:
        """What became of it, with the times."""
        words, hand = self._words, "hand" if line.by == "hand" else "setting"
        key = f"{line.state}_{hand}" if line.state in ("changed", "proved") else line.state
        what = "" if line.became is None else ", ".join(changes_text(line.now, line.became, self._words))
        first = line.found or self._shown.report.header.generated
        times = {name: self._when(getattr(line, name), first) for name in ("changed", "proved", "failed")}
        said = words(f"report.correction.state.{key}", what=what, **times)
        if line.found is None:
            return said
        return words("report.correction.found", found=self._when(line.found), state=said)

    def _when(self, iso: str | None, before: str = "") -> str:
        """A time of day; with its date where that is not the day of the report, or of what was told before."""
        day = (before or self._shown.report.header.generated)[:10]
        clock = self._shown.clock(iso)
        return clock if (iso or "")[:10] == day else f"{self._shown.day(iso)} {clock}"
