"""What became of the lines of the correction sheet: found, changed, proved; and what a change made worse.

Fed with each look at an installation: how its inputs are configured and what is said of them. A line is ticked when its
input is set as wished, or when its reading turned although nothing was set: then a hand did it. What was seen before a
change is no proof after it: the judge drops it (`Evidence.configure`), so `ok` after a change is said of what came
since. As long as nothing was changed the sheet is what the judgement makes it; after the first change its lines stay
until each is done, although the change of one grid CT leaves the others undecided for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from smappee_tui.diagnosis.judgement import FAULTS, ChannelVerdict, Judgement
from smappee_tui.diagnosis.model.channels import told_name
from smappee_tui.diagnosis.remedy.corrections import (
    Correction,
    CorrectionSheet,
    OpenInput,
    Wiring,
    changed_fields,
    changes_of,
    correction_sheet,
    hub_place,
    wiring_of,
)
from smappee_tui.diagnosis.remedy.history import SheetHistory, SheetLine, Worse, worse_fact
from smappee_tui.protocol.fact import Fact, Param, fact
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.site.site import SettingChange
from smappee_tui.site.view import SiteView

TURNED_WATTS, TURNED_AMPS = 60.0, 0.3
"""W and A of a reading whose sign means something."""
TURNED_ALIKE = 0.3
"""By how much of itself the current may differ when a reading has turned at once: more, and a load was switched."""
NOTICED = 30.0
"""Seconds after a clamp was moved within which what is said of it may be of before."""
SIZED = frozenset({"ct-ratio", "ct-half-open"})
"""Findings of a wrong size."""
FINE = (0.8, 1.25)
"""Share of an announced load that is read where the size is right: nameplates are not exact."""
MEASURED = 45.0
"""Seconds after a change after which its input counts in the sums of its phase again."""
TESTS = 2
"""Announced changes of a load, seen with the right size, that prove a CT type."""
MOST_LINES = 400
MOST_WORSE = 50


@dataclass(frozen=True, slots=True)
class Told:
    """What is new, to be said at once."""

    at: float
    said: Fact
    worse: bool = False


@dataclass(slots=True)
class _Look:
    """One look, boiled down."""

    at: float
    view: SiteView
    judgement: Judgement
    sheet: CorrectionSheet
    settings: Mapping[int, ChannelSetting]
    changed: Mapping[int, float]
    """By input when it was set otherwise last, while somebody watched."""

    def verdict(self, number: int) -> str:
        said = self.judgement.channels.get(number)
        return said.verdict if said is not None else "inconclusive"


class Progress:
    """Follows one installation."""

    def __init__(self, history: SheetHistory | None = None, *, anew: bool = False) -> None:
        """Go on from what is kept of it.

        Args:
            history: of the visits before; None for none.
            anew: this is another visit: what was proved on an earlier one is past, and not shown any more.
        """
        kept = history or SheetHistory()
        past = [line for line in kept.lines if line.failed is not None or (anew and line.proved is not None)]
        self._past: list[SheetLine] = past
        self._lines: dict[int, SheetLine] = {line.input: line for line in kept.lines if line not in past}
        self._worse: list[Worse] = list(kept.worse)
        self._settings: Mapping[int, ChannelSetting] | None = None
        self._words: dict[int, str] = {}
        self._standing: set[int] = set(self._lines)
        """Inputs whose line stood on the sheet when the first change was made, or came since."""
        self._right: set[int] = set()
        """Inputs whose last verdict, whenever it was, said ok."""
        self._touched: set[int] = set()
        """Inputs that were set otherwise although nothing was said against them."""
        self._balanced: set[int] = set()
        """Phases that added up last time it was known."""
        self._readings: dict[int, tuple[float, float]] = {}
        changed = (line.changed for line in self._lines.values() if line.changed is not None)
        self._last_change = max(changed, default=None)
        self._sheet = CorrectionSheet()
        self._judgement: Judgement | None = None
        """As of the last look."""
        self._looked: float | None = None

    @property
    def history(self) -> SheetHistory:
        """All that is worth keeping."""
        shown = {line.input for line in self.lines}
        lines = [*self._past, *(line for n, line in self._lines.items() if n in shown or line.state != "open")]
        return SheetHistory(tuple(sorted(lines, key=lambda line: line.found)), tuple(self._worse))

    @property
    def sheet(self) -> CorrectionSheet:
        """As of the last look."""
        return self._sheet

    @property
    def lines(self) -> tuple[SheetLine, ...]:
        """What the sheet shows, in the order of the vendor's app: what is to change, and what was changed."""
        wanted = {one.input for one in self._sheet.lines}
        begun = self._last_change is not None
        shown = (
            line
            for n, line in self._lines.items()
            if line.state != "open" or n in wanted or (begun and n in self._standing)
        )
        return tuple(sorted(shown, key=lambda line: (*hub_place(line.correction.hub), line.input)))

    @property
    def unplaced(self) -> tuple[OpenInput, ...]:
        """Inputs without a line that are certainly wrong all the same: what is missing of them comes first."""
        shown = {line.input for line in self.lines}
        return tuple(one for one in self._sheet.open if one.fault and one.input not in shown)

    @property
    def left(self) -> CorrectionSheet:
        """What is still to do of it, as lines are shown: of a pair that is half done the other one as well."""
        todo = [line.correction for line in self.lines if line.state in ("open", "otherwise")]
        by_how = ((one for one in todo if one.how == how) for how in ("configure", "move"))
        configure, move = (tuple(part) for part in by_how)
        return replace(self._sheet, configure=configure, move=move)

    @property
    def worse(self) -> tuple[Worse, ...]:
        """What was made worse and is not right again."""
        return tuple(one for one in self._worse if one.over is None)

    def look(
        self, at: float, view: SiteView, judgement: Judgement, changes: Iterable[SettingChange] = ()
    ) -> tuple[Told, ...]:
        """Take one look.

        Args:
            at: now, by the receiving clock.
            view: the installation.
            judgement: what is said of it, made after everything that is in `view`.
            changes: `Site.changes`, for the time of what was set.

        Returns:
            What is new since the last look, in the order in which it happened.
        """
        turned = self._turned(view)
        settings = {one.input: one.setting for one in view.channels if one.setting is not None}
        if not settings or not judgement.channels or (not turned and self._known(judgement, settings)):
            return ()
        self._judgement = judgement
        look = _Look(
            at, view, judgement, correction_sheet(view, judgement), settings, {one.input: one.at for one in changes}
        )
        told = [
            *self._set(look),
            *self._by_hand(look, turned),
            *self._judged(look),
            *self._made_worse(look),
        ]
        self._take_sheet(look)
        self._settings, self._looked = settings, at
        self._words = {n: look.verdict(n) for n in settings}
        self._right |= {n for n, word in self._words.items() if word == "ok"}
        self._right -= {n for n, word in self._words.items() if word in FAULTS}
        self._balanced |= {one.phase for one in judgement.balance if one.verdict == "ok"}
        if self._last_change is None or self._settled(at):
            self._balanced -= {one.phase for one in judgement.balance if one.verdict == "impossible"}
        return tuple(one for one in told if one.said.params.get("input") not in judgement.swinging)

    def tick(self, number: int, done: bool, at: float) -> SheetLine | None:
        """Take somebody's word that a line was done by hand, or that it was not after all.

        What is measured afterwards proves it or finds it wrong still, as after any change.

        Args:
            number: the input.
            done: it was done.
            at: now, by the receiving clock.

        Returns:
            The line as it is now; None where there is none that could be ticked or opened again so.
        """
        line = self._lines.get(number)
        if line is None or line not in self.lines:
            return None
        if done and line.state in ("open", "otherwise"):
            line = replace(line, changed=at, by="hand", became=None, ticked=True)
            self._last_change = at
        elif not done and line.state == "changed" and line.by == "hand":
            line = replace(line, changed=None, by=None, ticked=False)
        else:
            return None
        self._lines[number] = line
        self._judgement = None  # the next look is at something else than the last one
        return line

    def _known(self, judgement: Judgement, settings: Mapping[int, ChannelSetting]) -> bool:
        """Whether the last look was at the same."""
        return judgement is self._judgement and settings == self._settings

    # What was set.

    def _set(self, look: _Look) -> Iterable[Told]:
        for number, setting in look.settings.items():
            line = self._lines.get(number)
            before = self._before(number, line)
            if before is None or (_wiring(before) == wiring_of(setting) and not _only_named(line, setting)):
                continue  # another name alone changes no reading
            at = look.changed.get(number, look.at)
            at = at if self._looked is None or at >= self._looked else look.at
            if line is not None and line.state == "changed" and line.by == "setting" and not _wished(line, setting):
                line = replace(line, changed=None, by=None)  # taken back before it was proved: it is to do again
            if line is not None and line.ticked and line.state == "changed":
                line = replace(line, changed=None, by=None, ticked=False)  # a setting tells more than a word
            if line is not None and line.state in ("open", "otherwise"):
                yield self._ticked(line, setting, at)
            elif number in look.judgement.swinging:
                self._touched.discard(number)  # what is set to and fro was touched by nobody
            elif self._words.get(number) == "ok" or (line is not None and line.state == "proved"):
                yield self._was_right(number, _wiring(before), setting, at)
            elif line is None:
                self._touched.add(number)
            if line is not None and line.state in ("changed", "proved") and not _wished(line, setting):
                self._past.append(replace(line, failed=at))
                del self._lines[number]
            self._last_change = at

    def _before(self, number: int, line: SheetLine | None) -> ChannelSetting | Wiring | None:
        """How it was set at the last look; before the first one, as its line has it."""
        if self._settings is not None:
            return self._settings.get(number)
        if line is None:
            return None
        correction = line.correction
        return correction.set if line.changed is not None and line.by == "setting" else line.became or correction.now

    def _ticked(self, line: SheetLine, setting: ChannelSetting, at: float) -> Told:
        correction, now = line.correction, wiring_of(setting)
        if correction.how == "configure" and _wished(line, setting):
            self._lines[line.input] = replace(line, changed=at, by="setting", became=None)
            return Told(at, fact("corrections.told_set", **_who(setting), what=changes_of(correction.now, now)))
        self._lines[line.input] = replace(line, became=now)
        same = (fact("corrections.as_it_was"),)
        what, wished = changes_of(correction.now, now) or same, changes_of(now, correction.set) or same
        return Told(at, fact("corrections.told_otherwise", **_who(setting), what=what, wished=wished))

    def _was_right(self, number: int, before: Wiring, setting: ChannelSetting, at: float) -> Told:
        after = wiring_of(setting)
        self._note(Worse(at, "was-right", number, setting.name, before, after))
        return Told(at, worse_fact(self._worse[-1]), worse=True)

    # What was done by hand.

    def _turned(self, view: SiteView) -> set[int]:
        """Inputs whose power has another sign than a second ago, at the same current; none without a line."""
        found = set[int]()
        if not self._lines:
            self._readings.clear()
            return found
        feeds = any(c.setting is not None and (c.setting.produces or c.setting.stores) for c in view.channels)
        for channel in view.channels:
            if channel.watts is None or channel.amps is None or channel.amps < TURNED_AMPS:
                continue
            before, now = self._readings.get(channel.input), (channel.watts, channel.amps)
            self._readings[channel.input] = now
            may = channel.setting is not None and not channel.setting.stores and not (channel.setting.is_grid and feeds)
            if before is not None and may and _mirrored(before, now):
                found.add(channel.input)
        return found

    def _by_hand(self, look: _Look, turned: set[int]) -> Iterable[Told]:
        for number, line in list(self._lines.items()):
            setting = look.settings.get(number)
            if setting is None or line.state not in ("open", "otherwise"):
                continue
            said = look.judgement.channels.get(number)
            well = said is not None and _proves(said, line.correction) and self._words.get(number, "ok") != "ok"
            if line.state == "otherwise" and well:  # what it was set to instead is right as well
                self._lines[number] = replace(line, changed=look.at, by="setting")
            elif well or (number in turned and line.correction.set.reversed != line.correction.now.reversed):
                self._lines[number] = replace(line, changed=look.at, by="hand", became=None)
                self._last_change = look.at
                yield Told(look.at, fact("corrections.told_hand", **_who(setting)))

    # What is said since.

    def _judged(self, look: _Look) -> Iterable[Told]:
        wanted = {one.input: one for one in look.sheet.lines}
        for number, line in list(self._lines.items()):
            setting, said = look.settings.get(number), look.judgement.channels.get(number)
            if setting is None or said is None or line.changed is None:
                continue
            if line.proved is not None:
                continue
            if _proves(said, line.correction):
                self._lines[number] = replace(line, proved=look.at)
                yield Told(look.at, fact("corrections.told_proved", **_who(setting)))
            elif (number in wanted or said.verdict in FAULTS) and _since(line, look):
                self._past.append(replace(line, failed=look.at))
                del self._lines[number]
                yield Told(look.at, fact("corrections.told_again", **_who(setting), what=said.title), worse=True)

    def _made_worse(self, look: _Look) -> Iterable[Told]:
        since = self._last_change
        for number, setting in look.settings.items():
            was, now = self._words.get(number), look.verdict(number)
            self._heal(look, number, now)
            if since is None or now not in FAULTS or was in FAULTS or number in self._lines:
                continue
            again = any(line.input == number and line.failed == look.at for line in self._past)
            # One that was never judged may have been wrong all the time: a change is not blamed for what a test finds.
            if not again and number in (self._right | self._touched) - look.judgement.swinging:
                said = look.judgement.channels[number]
                one = Worse(look.at, "new-fault", number, setting.name, verdict=now, phase=said.actual_phase)
                self._note(one)
                yield Told(look.at, worse_fact(one), worse=True)
        for balance in look.judgement.balance:
            if balance.verdict != "impossible":
                self._over(look.at, partial(_is_balance, balance.phase))
            elif balance.phase in self._unmended:
                continue  # what is to change on it still is reason enough
            elif since is not None and balance.phase in self._balanced and self._settled(look.at):
                one = Worse(look.at, "balance", phase=balance.phase)
                self._note(one)
                yield Told(look.at, worse_fact(one), worse=True)

    def _settled(self, at: float) -> bool:
        """Whether sums mean something again: of what changes together all is done, and has been measured since."""
        half = any(line.state == "open" and self._joined(line) for line in self._lines.values())
        return not half and (self._last_change is None or at >= self._last_change + MEASURED)

    @property
    def _unmended(self) -> set[int | None]:
        """Phases on which something is to change still."""
        todo = [line.correction for line in self._lines.values() if line.state in ("open", "otherwise")]
        return {wiring.phase for one in todo for wiring in (one.now, one.set)}

    def _stands(self, line: SheetLine, other: Correction) -> bool:
        """Whether a line goes on as it was found: where another input was changed since, less is known of this one than
        when it was found, and of a pair that is half done nothing certain."""
        since = self._last_change is not None and line.found <= self._last_change
        return self._joined(line) or (since and other.confidence <= line.correction.confidence)

    def _joined(self, line: SheetLine) -> bool:
        """Whether an input that changes together with this one was changed already."""
        others = (self._lines.get(n) for n in line.correction.also)
        return any(other is not None and other.changed is not None for other in others)

    def _heal(self, look: _Look, number: int, word: str) -> None:
        """What was made worse of one input is over once it is right again."""
        setting = wiring_of(look.settings[number])
        self._over(
            look.at,
            lambda one: one.input == number and (word == "ok" or (one.before is not None and one.before == setting)),
        )

    def _over(self, at: float, fits: Callable[[Worse], bool]) -> None:
        before = self._looked if self._looked is not None else at
        self._worse = [
            replace(one, over=at) if one.over is None and one.at <= before and fits(one) else one for one in self._worse
        ]

    def _note(self, one: Worse) -> None:
        self._worse = [*self._worse, one][-MOST_WORSE:]

    def _take_sheet(self, look: _Look) -> None:
        """Lines that are new, or that say something else now."""
        self._sheet = look.sheet
        for correction in look.sheet.lines:
            line = self._lines.get(correction.input)
            if line is not None and line.state == "open" and self._stands(line, correction):
                continue
            if line is None or (line.state == "open" and _other(line.correction, correction)):
                if line is not None or len(self._lines) < MOST_LINES:
                    self._lines[correction.input] = SheetLine(correction, look.at)
            elif line.state == "open":
                self._lines[correction.input] = replace(line, correction=correction)
        wanted = {one.input for one in look.sheet.lines}
        self._standing = wanted | (self._standing if self._last_change is not None else set())
        self._past = self._past[-MOST_LINES:]


def _is_balance(phase: int, one: Worse) -> bool:
    return one.kind == "balance" and one.phase == phase


def _mirrored(before: tuple[float, float], now: tuple[float, float]) -> bool:
    sign = before[0] * now[0] < 0 and min(abs(before[0]), abs(now[0])) >= TURNED_WATTS
    return sign and abs(now[1] - before[1]) <= TURNED_ALIKE * max(now[1], before[1])


def _only_named(line: SheetLine | None, setting: ChannelSetting) -> bool:
    """Whether an open line that asks for another name alone has got it."""
    asks = line is not None and line.state == "open" and line.correction.how == "configure"
    return asks and line is not None and not line.correction.changes and _wished(line, setting)


def _wiring(of: ChannelSetting | Wiring) -> Wiring:
    return of if isinstance(of, Wiring) else wiring_of(of)


def _wished(line: SheetLine, setting: ChannelSetting) -> bool:
    """Whether it is set as the line wants it. A name alone is asked for where nothing else changes."""
    correction = line.correction
    named = bool(correction.changes) or not correction.rename or setting.name == correction.rename
    return named and not changed_fields(wiring_of(setting), correction.set)


def _since(line: SheetLine, look: _Look) -> bool:
    """Whether a fault is said of what came after the change: a judgement is made anew with each configuration, while
    what a hand did takes some seconds to be noticed."""
    return line.changed is not None and look.at >= line.changed + (NOTICED if line.by == "hand" else 0.0)


def _proves(said: ChannelVerdict, correction: Correction) -> bool:
    """Whether a verdict proves it; a size only where another CT confirms it, or announced loads do."""
    sized = "ct_type" in correction.changes or bool({*correction.why} & SIZED)
    if said.verdict != "ok" or not sized:
        return said.verdict == "ok"
    tests = sum(map(_as_announced, said.evidence))
    return said.size == "ok" or (said.size == "unchecked" and tests >= TESTS)


def _as_announced(seen: Fact) -> bool:
    """Whether it tells of an announced load that was read with its size."""
    announced, read = seen.params.get("kilowatts"), seen.params.get("volt_amperes")
    if seen.code not in ("evidence.test_on", "evidence.test_off"):
        return False
    known = isinstance(announced, float) and isinstance(read, float) and announced > 0
    return known and FINE[0] < abs(read) / (1000 * announced) < FINE[1]  # type: ignore[arg-type, operator]


def _other(before: Correction, now: Correction) -> bool:
    return (before.set, before.how, before.rename) != (now.set, now.how, now.rename)


def _who(setting: ChannelSetting) -> dict[str, Param]:
    return {"input": setting.input, "name": told_name(setting.name, setting.input, 30)}
