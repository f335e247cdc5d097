"""A report as it is worded: what every renderer says in the same words. Pure, from the document alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from smappee_tui.diagnosis.judgement import FAULTS, STRAY, WAITING
from smappee_tui.i18n import Translator
from smappee_tui.report.model import (
    Action,
    Balance,
    Channel,
    Device,
    FindingBlock,
    HistoryBlock,
    Placing,
    Report,
    Series,
    Setting,
    Step,
    Untested,
    Voltage,
)
from smappee_tui.report.wording import FindingSentences, Sentence, sentence, sentences, short, shown_text

if TYPE_CHECKING:
    from smappee_tui.report.render.diagrams import Plot


MINUS = "\u2212"
_ROLES = {"PRODUCTION": "production", "STORAGE": "storage", "UNUSED": "unused", "CONSUMPTION": "load"}


def _parsed(iso: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(iso) if iso else None
    except ValueError:
        return None


BALANCE_MARKS = {"ok": "ok", "doubtful": "wait", "impossible": "fault", "unchecked": "unused"}
"""Marks of a balance, those of a channel's verdict."""
LONGEST_NAME = 20_000
"""Cells of a name in the annex."""


class ReportText:
    """One report in one language."""

    def __init__(self, report: Report, words: Translator | None = None) -> None:
        self.report = report
        self.words = words or Translator(report.header.language)

    @property
    def title(self) -> str:
        """What the report is called; a partial one is called so."""
        header = self.report.header
        key = header.result if not header.partial else "partial_faults" if header.result == "faults" else "partial"
        return self.words(f"report.title.{self._far}{key}")

    @property
    def history(self) -> HistoryBlock | None:
        """What a report from afar rests on; None where somebody was on site."""
        return self.report.method.history

    @property
    def _far(self) -> str:
        """Begins the keys of texts that are others where nobody was on site."""
        return "" if self.history is None else "far_"

    @property
    def under(self) -> str:
        """Under the title of a report from afar: that it is no test on site, and what it rests on; else empty."""
        history = self.history
        return "" if history is None else self.words("report.label.far_under", days=self.number(history.days))

    @property
    def declaration(self) -> str:
        """What the installer declares by his signature."""
        return self.words(f"report.label.{self._far}declaration")

    @property
    def voltage_limit(self) -> str:
        """What the voltages are worth."""
        return self.words("report.limit.voltage" if self.history is None else "report.limit.voltage_history")

    def reason(self, untested: Untested) -> str:
        far = self._far if untested.reason == "no_current" else ""
        return self.words(f"report.reason.{far}{untested.reason}")

    def tested(self, channel: Channel) -> str:
        """What a channel was judged by."""
        word = channel.tested.split()[0]
        return self.words(f"report.tested.{self._far if word == 'observed' else ''}{word}")

    @property
    def result(self) -> str:
        """The result in a sentence."""
        header = self.report.header
        return self.words(f"report.result.{self._far}{header.result}", count=header.faults)

    def gaps(self) -> Iterator[tuple[str, str]]:
        """(what, which) of everything that makes the report partial."""
        header, words = self.report.header, self.words
        if header.missing:
            missing = ", ".join(words(f"report.missing.{code.replace('.', '_')}") for code in header.missing)
            yield words("report.result.missing"), missing
        if header.untested:
            yield words("report.result.untested"), ", ".join(str(n) for n in header.untested)

    def number(self, value: float | None, *, signed: bool = False, digits: int = 0) -> str:
        """A number as it stands in the JSON, with the language's decimal sign; a dash for none.

        Never rounded; `digits` only adds zeros, so that a column of numbers stands in line.
        """
        if value is None:
            return self.words("report.none")
        whole = int(value) if float(value).is_integer() else value
        places = max(digits, len(str(abs(whole)).partition(".")[2]))
        text = self.words.number(abs(whole), f".{places}f")
        return (MINUS if whole < 0 else "+" if signed and whole > 0 else "") + text

    def truth(self, value: bool | None) -> str:
        """Yes, no, or a dash."""
        return self.words("report.none" if value is None else "format.yes" if value else "format.no")

    def moment(self, iso: str | None) -> str:
        """A moment: date, time, and the offset from UTC."""
        when = _parsed(iso)
        if when is None:
            return self.words("report.none")
        offset = when.strftime("%z")
        zone = f"UTC{offset[:3]}:{offset[3:]}" if offset else "UTC"
        return f"{self.day(iso)}, {when:%H:%M:%S} ({zone})"

    def clock(self, iso: str | None) -> str:
        when = _parsed(iso)
        return self.words("report.none") if when is None else f"{when:%H:%M:%S}"

    def day(self, iso: str | None) -> str:
        """A date in words; a text that is no date as it stands."""
        when = _parsed(iso)
        if when is None:
            return iso or self.words("report.none")
        month = self.words(f"format.month_{when.month}")
        return self.words("format.date", day=when.day, month=month, year=str(when.year))

    def name(self, number: int) -> str:
        """A channel's name for a table."""
        channel = self.report.channel(number)
        return (short(channel.name) if channel else "") or self.words("report.result.input", input=number)

    def role(self, channel: Channel) -> str:
        """What a CT is there for."""
        if channel.role == "CONSUMPTION" and channel.connection == "GRID":
            return self.words("report.role.grid")
        if channel.role == "UNKNOWN":
            return self.words("report.role.unknown")
        key = _ROLES.get(channel.role)
        return self.words(f"report.role.{key}") if key else short(channel.role.lower())

    def mark(self, channel: Channel) -> str:
        """ok, fault, wait or unused."""
        if channel.verdict in FAULTS:
            return "fault"
        return "wait" if channel.verdict in WAITING else channel.verdict

    def place(self, placing: Placing) -> str:
        """Phase and the setting of "reversed"."""
        if placing.phase is None and placing.reversed is None:
            return self.words("report.label.unknown_place")
        key = "turned_set" if placing.reversed else "plain_set"
        return self.words(f"report.label.{key}", phase=placing.phase or "?")

    def verdict(self, channel: Channel) -> str:
        """The verdict in a few words: the phase named where it is known; undecided by its size where that is why."""
        if channel.verdict == "inconclusive" and channel.size == "doubtful":
            return self.words("report.verdict.size_doubtful")
        actual = channel.measured.phase
        if channel.verdict in STRAY and actual is not None:
            key = "on_phase" if channel.verdict == "wrong_phase" else "on_phase_reversed"
            return self.words(f"report.verdict.{key}", actual=actual, expected=channel.expected.phase or "?")
        return self.words(f"report.verdict.{channel.verdict}")

    def verdict_word(self, code: str) -> str:
        """A verdict's own word."""
        return self.words(f"report.verdict.{code}")

    def size(self, channel: Channel) -> str:
        """What its size is worth; a dash for an unused one, and where an older version did not say."""
        known = channel.size is not None and channel.verdict != "unused"
        return self.words(f"report.size.{channel.size}") if known else self.number(None)

    @property
    def balance(self) -> list[Balance]:
        """The balance of each phase; none where nothing could be compared, as by phase on a delta supply."""
        return self.report.balance if any(one.verdict != "unchecked" for one in self.report.balance) else []

    @property
    def phases(self) -> list[tuple[str, Voltage | None, Balance | None]]:
        """By phase its voltage and its balance, as far as there are any."""
        volts = {one.phase: one for one in self.report.voltages}
        sums = {one.phase: one for one in self.balance}
        return [(name, volts.get(name), sums.get(name)) for name in sorted(volts | sums)]

    def balance_head(self, part: str) -> str:
        """Head of a column of the balance."""
        name = self.words(f"balance.{part}")
        return f"{name[:1].upper()}{name[1:]} W"

    def unbalanced(self) -> Iterator[str]:
        """A sentence for each phase that does not add up."""
        for one in self.report.balance:
            if one.verdict == "doubtful":
                yield self.words("report.balance.doubtful", phase=one.phase)
            elif one.verdict == "impossible":
                left = one.unmetered or 0
                way = "less" if left < 0 else "more"
                yield self.words(f"report.balance.impossible_{way}", phase=one.phase, watts=self.number(abs(left)))

    def percent(self, value: float | None) -> str:
        return f"{self.number(value)} %" if value is not None else self.number(None)

    def factor(self, channel: Channel) -> str:
        """The power factor with its interval."""
        loaded, n = channel.loaded, self.number
        if loaded.pf is None:
            return n(None)
        return self.words(
            "report.label.pf_range",
            pf=n(loaded.pf, digits=2),
            low=n(loaded.pf_low, digits=2),
            high=n(loaded.pf_high, digits=2),
        )

    def finding(self, finding: FindingBlock) -> FindingSentences:
        return sentences(self.words, finding)

    def advice(self, of: Channel | Untested) -> Sentence:
        """What to do about one channel."""
        return sentence(self.words, of.advice_fact, of.advice)

    @property
    def partly_english(self) -> bool:
        """Whether something in the findings or in what is not tested came as English words only."""
        told = all(self.finding(finding).own for finding in self.report.findings)
        return not (told and all(self.advice(untested).own for untested in self.report.not_tested))

    def device_name(self, device: Device) -> str:
        """What a device is called; a sensor has a number only, and nobody need have named a plug."""
        if device.number is not None:
            return self.words("report.label.sensor_number", number=str(device.number))
        return shown_text(device.name) or shown_text(device.serial) or self.words("report.none")

    def step(self, step: Step) -> str:
        """What happened at a step."""
        words = self.words
        if step.kind == "day":
            own, history = self.report.channel(step.input), self.history
            grid = own is not None and own.connection == "GRID" and own.role == "CONSUMPTION"
            night = grid and history is not None and history.nights_only
            return words("report.label.step_night" if night else "report.label.step_day")
        if step.kind == "change":
            return words("report.label.step_change")
        if step.kind == "observed":
            return words(f"report.label.step_observed_{step.direction}")
        own = self.report.channel(step.input)
        grid = own is not None and own.role == "CONSUMPTION" and own.connection == "GRID"
        what = words("report.label.grid_socket") if grid else words("report.result.input", input=step.input)
        return words(
            f"report.label.step_announced_{step.direction}", watts=self.number(step.announced_watts), what=what
        )

    def when(self, step: Step) -> str:
        """The moment of a step: of the visit its time of day, from afar the date as well."""
        clock = self.clock(step.at)
        return clock if not step.begins else f"{self.day(step.at)} {clock[:5]}"

    def moved(self, step: Step) -> str:
        """The power before and after a step and what the voltages did; of a day the power at its moment."""
        words, n = self.words, self.number
        if step.kind == "day":
            return f"{words('report.label.most')} {n(step.after_watts)} W"
        volts = "".join(f", ΔL{k} {n(v, signed=True)} V" for k, v in enumerate(step.change_volts, 1) if v is not None)
        before, after, change = n(step.before_watts), n(step.after_watts), n(step.change_watts, signed=True)
        return words("report.label.moved", before=before, after=after, change=change) + volts

    def picture(self, step: Step) -> str:
        """The picture of a step in words, for who cannot see it."""
        key = {"change": "alt_change", "day": "alt_day"}.get(step.kind, "plot_alt")
        n = self.number
        text = self.words(
            f"report.label.{key}", name=self.name(step.input), before=n(step.before_watts), after=n(step.after_watts)
        )
        phases = ", ".join(s.phase for s in step.series if s.phase)
        volts = self.words("report.label.far_volts_alt" if step.begins else "report.label.volts_alt", phases=phases)
        return f"{text} {volts}" if phases else text

    def trace(self, series: Series) -> str:
        """What a line of a picture is called in its legend."""
        return series.phase or self.words("report.result.input", input=series.input)

    def meter_line(self, line: str | None) -> str:
        """What the curve of a digital meter's line is called in its legend."""
        return self.words("meter.legend", line=line or self.words("report.none"))

    def axis(self, step: Step, plot: Plot) -> tuple[str, str, str]:
        """What stands under the beginning, the step and the end of a picture."""
        n, clock = self.number, self.clock
        if not step.begins:
            return f"{n(plot.begin)} s", "0", f"{n(plot.end)} s"
        apart = 0.2 < plot.zero < 0.8  # else it would write over its neighbour
        return clock(step.begins)[:5], clock(step.at)[:5] if apart else "", clock(step.ends)[:5]

    def action(self, action: Action) -> str:
        """One change: settings, power before and after, by whom."""
        words = self.words
        changes = "; ".join(
            words.pair(self._setting(s), f"{self._value(s.before)} → {self._value(s.after)}") for s in action.settings
        )
        power = ""
        if action.watts_before is not None or action.watts_after is not None:
            power = f"; {self.number(action.watts_before)} W → {self.number(action.watts_after)} W"
        by = f", {words('report.label.changed_by', who=shown_text(action.by))}" if action.by else ""
        return f"{self.clock(action.at)} {changes}{power}{by}"

    def _setting(self, setting: Setting) -> str:
        return self.words(f"report.setting.{setting.name.replace('CT type', 'ct_type')}")

    def _value(self, value: str) -> str:
        known = {"yes": "format.yes", "no": "format.no", "-": "report.none", "there": "report.value.there"}
        return self.words(known[value]) if value in known else short(value)

    def retest(self, channel: Channel) -> str:
        if channel.retest is None:
            return self.number(None)
        before, after = channel.retest.verdict_before, channel.retest.verdict_after
        return f"{self.verdict_word(before)} → {self.verdict_word(after)}"

    def done(self, channel: Channel) -> str:
        """What was changed and what came of it, for the summary."""
        changes = [
            self.words.pair(self._setting(s), self._value(s.after))
            for action in channel.actions[-1:]
            for s in action.settings
        ]
        if channel.retest is not None:
            changes.insert(0, self.retest(channel))
        return "; ".join(changes) or self.number(None)

    def names(self) -> list[tuple[int, str]]:
        """Channels whose name the tables shorten."""
        whole = ((c.input, c.name, shown_text(c.name, LONGEST_NAME)) for c in self.report.channels)
        return [(number, name) for number, given, name in whole if short(given) != name]
