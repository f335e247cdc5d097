"""The correction sheet: every input that is to change, as it is configured now and as it is to be set.

A clamp that sits on another conductor or the wrong way round is mended in the configuration wherever that is enough:
nobody opens a board for it. Moving the clamp is the other way, and the only one for what no setting can mend. Of an
input whose place is not certain nothing is proposed; it is named, with what would make it certain. So is an input that
changes only together with one that is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Literal

from smappee_tui.diagnosis.judgement import AT_HOME, FAULTS, ISOLATE, STRAY, ChannelVerdict, Finding, Judgement
from smappee_tui.diagnosis.model.channels import phase_name, told_name
from smappee_tui.diagnosis.model.weights import FIRM
from smappee_tui.diagnosis.remedy.together import clashes, families
from smappee_tui.protocol.fact import Fact, Param, fact
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.names import base_name, phase_word
from smappee_tui.site.view import SiteView

How = Literal["configure", "move"]
"""A setting mends it, or only a hand on the clamp does."""

CAUSES = ("neutral-suspect", "voltage-missing", "rotation-suspected", "voltage-low")
"""Faults of the supply: until they are mended nothing said of a CT under them is a reason to set it otherwise."""
BY_HAND = frozenset(
    {
        "ct-dead",
        "ct-half-open",
        "ct-ratio",
        "ct-neutral",
        "ct-duplicate",
        "same-current-grid",
        "same-current-production",
    }
)
"""Findings that only the clamp, its plug or another type of clamp can mend."""
EXCHANGED = frozenset({"ct-exchanged", "roles-exchanged"})
"""Two inputs, each with the name and role of the other."""
PLACED = STRAY | {"reversed"}
"""Verdicts that a phase and a direction mend."""
RATINGS = (50.0, 100.0, 200.0, 400.0, 800.0)
"""Clamps that are sold for one input, A."""
_RATED = re.compile(r"(?P<head>.*\D)(?P<amps>\d{2,4})(?P<tail>\s*A)", re.IGNORECASE | re.DOTALL)
MOST_EXCHANGED = 6
"""Clamps that exchanged places among themselves whose ways are all tried; of a dozen there are millions."""
RATING_TOLERANCE = 0.08
"""How far a factor may be from the one of two ratings to be explained by them."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """How one input is configured, as far as it decides what is read."""

    phase: int | None
    """0 to 2; None where the configuration names none."""
    reversed: bool
    role: str
    """CONSUMPTION, PRODUCTION, …"""
    connection: str = ""
    """GRID, SUBMETER, …; goes with the role."""
    ct_type: str | None = None
    """As the monitor names it; None where it does not tell."""


def wiring_of(setting: ChannelSetting) -> Wiring:
    """As it is configured now."""
    return Wiring(setting.phase, setting.reversed, setting.role, setting.connection, setting.ct_type)


@dataclass(frozen=True, slots=True)
class Correction:
    """One input that is to change."""

    input: int
    hub: str | None
    """CT hub and its input, "5500002409/0"; None where the monitor has no hubs."""
    name: str
    """Device text."""
    now: Wiring
    set: Wiring
    """As it is to be set; the same as now where the clamp is to be moved."""
    confidence: float
    """Probability, 0 to 1, that this is where the clamp sits, or that the clamp is at fault."""
    how: How
    why: tuple[str, ...]
    """Codes of the findings that name it, the one it follows from first."""
    rename: str = ""
    """The name it should bear afterwards; "" where the present one will do."""
    also: tuple[int, ...] = ()
    """Other inputs of the same cause: the other one of an exchanged pair, or of two clamps round one wire."""
    beside: int | None = None
    """Another CT of its load that is right on the conductor on which this one sits; None where there is none."""

    @property
    def hub_serial(self) -> str:
        """ "" where the monitor has no hubs."""
        return hub_place(self.hub)[0]

    @property
    def changes(self) -> tuple[str, ...]:
        """Which fields of the wiring differ, in the order in which they are told."""
        return changed_fields(self.now, self.set)


def changed_fields(before: Wiring, after: Wiring) -> tuple[str, ...]:
    """The fields that differ: "role" stands for role and connection."""
    names = ("phase", "reversed", "role", "ct_type")
    found = [name for name in names if getattr(before, name) != getattr(after, name)]
    if before.connection != after.connection and "role" not in found:
        found.append("role")
    return tuple(found)


def changes_of(before: Wiring, after: Wiring, *, short: bool = False) -> tuple[Fact, ...]:
    """Each field that differs, as a fact: "phase L1 → L2"; short: "L1>L2"."""
    made = {
        "phase": lambda: fact(
            "corrections.phase", before=phase_name(before.phase) or "-", after=phase_name(after.phase) or "-"
        ),
        "reversed": lambda: fact(
            "corrections.reversed",
            before="yes" if before.reversed else "no",
            after="yes" if after.reversed else "no",
        ),
        "role": lambda: fact("corrections.role", before=_role(before), after=_role(after)),
        "ct_type": lambda: fact("corrections.ct_type", before=before.ct_type or "-", after=after.ct_type or "-"),
    }
    found = (made[name]() for name in changed_fields(before, after))
    return tuple(Fact(f"{one.code}_short", one.params) if short else one for one in found)


def _role(wiring: Wiring) -> str:
    return "grid" if wiring.role == "CONSUMPTION" and wiring.connection == "GRID" else wiring.role


def wished_of(correction: Correction) -> tuple[Fact, ...]:
    """What is to be set on one line, as facts, the new name last."""
    named = (fact("corrections.rename", name=correction.rename),) if correction.rename else ()
    return (*changes_of(correction.now, correction.set), *named)


def line_of(correction: Correction) -> Fact:
    """One configuration change in one sentence."""
    who = told_name(correction.name, correction.input, 40)
    return fact("corrections.line", input=correction.input, name=who, what=wished_of(correction))


def move_of(correction: Correction) -> Fact | None:
    """Why a clamp that sits on another conductor is moved although a phase could be set; None where it is not that."""
    if correction.how != "move" or not BY_HAND.isdisjoint(correction.why[:1]):
        return None
    phase = phase_name(correction.now.phase) or "-"
    what = fact("corrections.move_reference", phase=phase, safety=ISOLATE)
    if correction.beside is not None:
        what = fact("corrections.move_beside", phase=phase, other=correction.beside, safety=ISOLATE)
    return fact("corrections.move_turned", what=what) if "ct-wrong-phase-reversed" in correction.why else what


@dataclass(frozen=True, slots=True)
class OpenInput:
    """An input that nothing is proposed for yet, although something is known to be, or may be, wrong with it."""

    input: int
    hub: str | None
    name: str
    why: Fact
    """What is missing."""
    fault: bool = False
    """It is certainly wrong; only how is open."""
    held: bool = False
    """Where it sits is known; it changes together with another one, which is not."""


@dataclass(frozen=True, slots=True)
class CorrectionSheet:
    """All of it."""

    configure: tuple[Correction, ...] = ()
    """In the order of the vendor's app: hub, then input."""
    move: tuple[Correction, ...] = ()
    """For the board, in the same order; each with the safety wording."""
    open: tuple[OpenInput, ...] = ()
    causes: tuple[Finding, ...] = ()
    """Faults of the supply to mend before any of this."""

    @property
    def lines(self) -> tuple[Correction, ...]:
        return (*self.configure, *self.move)

    @property
    def wished(self) -> Mapping[int, Wiring]:
        """By input how it is to be set, for all configuration changes."""
        return {one.input: one.set for one in self.configure}


def corrections(view: SiteView, judgement: Judgement) -> tuple[Correction, ...]:
    """All inputs that are to change: configuration changes first, each part in the order of the vendor's app."""
    return correction_sheet(view, judgement).lines


def correction_sheet(view: SiteView, judgement: Judgement) -> CorrectionSheet:
    """What is to change, and what is not known yet.

    Args:
        view: the installation and its configuration now.
        judgement: what was said of it.
    """
    settings = {one.input: one.setting for one in view.channels if one.setting is not None}
    two_wattmeters = view.dialect == "infinity" and judgement.supply == "delta"
    desk = _Desk(settings, judgement, two_wattmeters)
    lines = desk.together({n: one for n in settings if (one := desk.line(n)) is not None})
    done = {one.input for one in lines}
    left = [opened for n in settings if n not in done and (opened := desk.left(n)) is not None]
    return CorrectionSheet(
        configure=tuple(sorted((one for one in lines if one.how == "configure"), key=_place)),
        move=tuple(sorted((one for one in lines if one.how == "move"), key=_place)),
        open=tuple(sorted(left, key=_place)),
        causes=tuple(f for code in CAUSES for f in judgement.findings if f.code == code),
    )


def hub_place(hub: str | None) -> tuple[str, int]:
    """Serial number of a hub and the input on it."""
    serial, _, index = (hub or "").rpartition("/")
    return serial, int(index) if index.isdecimal() else -1


def _place(one: Correction | OpenInput) -> tuple[str, int, int]:
    return (*hub_place(one.hub), one.input)


@dataclass(frozen=True, slots=True)
class _Sits:
    """Where a clamp sits."""

    phase: int
    turned: bool
    """Against the present setting."""
    chance: float


@dataclass(slots=True)
class _Desk:
    """Everything that decides about one input."""

    settings: Mapping[int, ChannelSetting]
    judgement: Judgement
    two_wattmeters: bool
    """Delta supply on an Infinity: L3 is the reference of all voltages, no input can be set to it."""
    naming: dict[int, list[Finding]] = field(init=False)
    sits: dict[int, _Sits] = field(init=False)
    families: tuple[tuple[int, ...], ...] = field(init=False)
    """CTs of one meter or load, a conductor each; without such as were exchanged with something else."""
    held: dict[int, Fact] = field(default_factory=dict)
    """Why the line of an input waits for another one."""

    def __post_init__(self) -> None:
        self.naming = {n: [f for f in self.judgement.findings if f.names(n)] for n in self.settings}
        self.sits = {}
        for number, verdict in self.judgement.channels.items():
            if verdict.verdict in PLACED and number in self.settings:
                sits = _certain(verdict, self.settings[number].phase)
                if sits is not None:
                    self.sits[number] = sits
        for finding in self.judgement.findings:
            if finding.code in ("ct-swapped", "ct-rotated"):
                self._by_elimination(finding.channels, finding.confidence)
        strange = {n for n, naming in self.naming.items() if any(f.code in EXCHANGED for f in naming)}
        self.families = tuple(one for one in families(self.settings) if not strange & set(one))
        for family in self.families:
            moved = [n for n in family if self._word(n) in STRAY]
            if len([n for n in moved if n not in self.sits]) == 1 and self._at_home({*family} - {*moved}):
                self._by_elimination(moved, min(self.judgement.channels[n].confidence for n in moved))

    def _word(self, number: int) -> str:
        said = self.judgement.channels.get(number)
        return "" if said is None else said.verdict

    def _at_home(self, numbers: Iterable[int]) -> bool:
        return all(self._word(n) in AT_HOME for n in numbers)

    def together(self, lines: dict[int, Correction]) -> list[Correction]:
        """Without what would be half of an exchange: that is moved by hand, or held back."""
        for finding in self.judgement.findings:
            pair = [n for n in finding.channels if n in self.settings] if finding.code in EXCHANGED else []
            of_it = [n for n in pair if n in lines and lines[n].why[:1] == (finding.code,)]
            for n in of_it if len(of_it) < len(pair) else ():
                other = next(m for m in pair if m not in of_it)
                del lines[n]
                self.held[n] = fact("corrections.together_pair", input=other, name=self._told(other))
        words = {n: said.verdict for n, said in self.judgement.channels.items()}
        for family in self.families:
            wished = {n: one.set.phase for n, one in lines.items() if one.set.phase != one.now.phase}
            for clash in clashes(family, self.settings, {n: p for n, p in wished.items() if p is not None}, words):
                n, line = clash.input, lines.pop(clash.input)
                if clash.way == "move":
                    lines[n] = replace(line, how="move", set=line.now, rename="", beside=clash.other)
                    continue
                told = {"input": clash.other, "name": self._told(clash.other), "there": phase_name(clash.phase)}
                self.held[n] = Fact("corrections.together_phase", told)
        return list(lines.values())

    def _told(self, number: int) -> Param:
        return told_name(self.settings[number].name, number, 30)

    def line(self, number: int) -> Correction | None:
        """What is to change on one input; None where nothing is, or it is not certain what."""
        verdict, setting = self.judgement.channels.get(number), self.settings[number]
        naming = self.naming[number]
        if verdict is None or verdict.verdict == "unused" or any(f.code in CAUSES for f in naming):
            return None
        hand = next((f for f in naming if f.code in BY_HAND), None)
        exchanged = next((f for f in naming if f.code in EXCHANGED), None)
        if hand is not None:
            rated = self._rated(setting, hand)
            return rated or self._made(setting, wiring_of(setting), "move", hand, hand.confidence)
        if exchanged is not None:
            return self._exchanged(setting, exchanged)
        sits = self.sits.get(number)
        if sits is None or verdict.verdict not in PLACED:
            return None
        now = wiring_of(setting)
        if sits.phase == 2 and self.two_wattmeters and now.phase != 2:
            return self._made(setting, now, "move", None, sits.chance)
        wished = replace(now, phase=sits.phase, reversed=now.reversed != sits.turned)
        return self._made(setting, wished, "configure", None, sits.chance, rename=self._renamed(setting, sits.phase))

    def left(self, number: int) -> OpenInput | None:
        """Why nothing is proposed for an input that is not known to be right."""
        verdict, setting = self.judgement.channels.get(number), self.settings[number]
        if verdict is None or verdict.verdict in ("ok", "unused"):
            return None
        cause = next((f for f in self.naming[number] if f.code in CAUSES), None)
        wrong = verdict.verdict in FAULTS or any(f.code in EXCHANGED for f in self.naming[number])
        if cause is not None:
            why = fact("corrections.cause_first")
        elif number in self.held:
            why = self.held[number]
        elif wrong:
            why = fact("corrections.place_open")
        else:
            why = verdict.advice or verdict.said
        return OpenInput(number, setting.hub, setting.name, why, wrong, number in self.held and cause is None)

    def _made(
        self,
        setting: ChannelSetting,
        wished: Wiring,
        how: How,
        cause: Finding | None,
        chance: float | None,
        *,
        rename: str = "",
    ) -> Correction:
        naming = [f for f in self.naming[setting.input] if f.severity != "info"]
        first = [cause] if cause is not None else []
        told = list(dict.fromkeys(f.code for f in (*first, *naming)))
        also = {n for f in (first or naming[:1]) for n in f.channels} - {setting.input}
        return Correction(
            input=setting.input,
            hub=setting.hub,
            name=setting.name,
            now=wiring_of(setting),
            set=wished,
            confidence=1.0 if chance is None else chance,
            how=how,
            why=tuple(told),
            rename=rename,
            also=tuple(sorted(also)),
        )

    def _exchanged(self, setting: ChannelSetting, finding: Finding) -> Correction | None:
        """Each gets what the other is called and set to. Two phases that differ are known only where seen."""
        other = next((self.settings.get(n) for n in finding.channels if n != setting.input), None)
        if other is None:
            return None
        now, verdict = wiring_of(setting), self.judgement.channels[setting.input]
        sits = _sits(verdict)
        turned = sits is not None and sits.turned
        if setting.produces != other.produces:
            turned = sits is not None and not sits.turned  # the role decides which way is the right one
            if sits is None:
                return None
        elif sits is None and setting.reversed != other.reversed:
            return None
        phase = sits.phase if sits is not None else other.phase
        wished = replace(
            now, phase=phase, reversed=now.reversed != turned, role=other.role, connection=other.connection
        )
        chance = min(finding.confidence or verdict.confidence, sits.chance if sits is not None else 1.0)
        rename = other.name if other.name != setting.name else ""
        return self._made(setting, wished, "configure", finding, chance, rename=rename)

    def _rated(self, setting: ChannelSetting, finding: Finding) -> Correction | None:
        """A CT type that explains the factor: the monitor scales by the rating it believes in."""
        factor = finding.params.get("factor")
        found = _RATED.fullmatch(setting.ct_type or "")
        if finding.code != "ct-ratio" or not isinstance(factor, float) or found is None or factor <= 0:
            return None
        fitted = float(found["amps"]) / factor
        rating = min(RATINGS, key=lambda one: abs(one / fitted - 1))
        if abs(rating / fitted - 1) > RATING_TOLERANCE or rating == float(found["amps"]):
            return None
        wished = replace(wiring_of(setting), ct_type=f"{found['head']}{rating:.0f}{found['tail']}")
        return self._made(setting, wished, "configure", finding, finding.confidence)

    def _renamed(self, setting: ChannelSetting, phase: int) -> str:
        """The name with the right phase in it, where the name says a phase and another CT of that load has the one."""
        if phase == setting.phase or _named_phase(setting.name) != setting.phase:
            return ""
        alike = (s for s in self.settings.values() if s.phase == phase and base_name(s.name) == base_name(setting.name))
        return next((s.name for s in alike if _named_phase(s.name) == phase), "")

    def _by_elimination(self, moved: Iterable[int], chance: float | None) -> None:
        """CTs that exchanged places among themselves: where there is only one way left, all of them are placed."""
        members = [n for n in moved if n in self.settings and n in self.judgement.channels]
        homes = [phase for n in members if (phase := self.settings[n].phase) is not None]
        if len(homes) != len(members) or len(members) > MOST_EXCHANGED:
            return
        known = [self.sits[n].phase if n in self.sits else None for n in members]
        ways = [way for way in permutations(homes) if _fits(way, homes, known)]
        if len(ways) != 1:
            return
        for n, phase in zip(members, ways[0], strict=True):
            verdict = self.judgement.channels[n]
            turned = verdict.verdict == "wrong_phase_reversed"
            if n not in self.sits and _way(verdict, turned) >= FIRM:
                self.sits[n] = _Sits(phase, turned, chance or verdict.confidence)


def _named_phase(name: str) -> int | None:
    """The phase that a name ends in, 0 to 2; None where it does not."""
    word = phase_word(name).strip(" )]").upper()
    return next((place for place, signs in enumerate(("1ARU", "2BSV", "3CTW")) if word[-1:] in signs and word), None)


def _fits(way: Iterable[int], homes: Iterable[int], known: Iterable[int | None]) -> bool:
    """Whether nobody is at home, and each where it is known to be."""
    return all(there != home and seen in (None, there) for there, home, seen in zip(way, homes, known, strict=True))


def _sits(verdict: ChannelVerdict) -> _Sits | None:
    """Where it sits by the evidence alone; None where that is not certain."""
    best = verdict.hypotheses[0] if verdict.hypotheses else None
    return _Sits(best.phase, best.reversed, best.probability) if best and best.probability >= FIRM else None


def _certain(verdict: ChannelVerdict, phase_now: int | None) -> _Sits | None:
    """The same, where it is what the verdict says; a verdict that brings no more than itself is taken at its word."""
    sits = _sits(verdict)
    if not verdict.hypotheses:
        phase = verdict.actual_phase if verdict.verdict != "reversed" else phase_now
        turned = verdict.verdict != "wrong_phase"
        return None if phase is None or verdict.confidence < FIRM else _Sits(phase, turned, verdict.confidence)
    if sits is None or sits.turned != (verdict.verdict != "wrong_phase"):
        return None
    if verdict.verdict != "reversed" and verdict.actual_phase != sits.phase:
        return None
    return replace(sits, chance=min(sits.chance, verdict.confidence))


def _way(verdict: ChannelVerdict, turned: bool) -> float:
    """How probable it is that the clamp is turned, or that it is not."""
    return sum(one.probability for one in verdict.hypotheses if one.reversed == turned)


def undecided(sheet: CorrectionSheet) -> Iterator[OpenInput]:
    """Those that are certainly wrong first."""
    yield from (one for one in sheet.open if one.fault)
    yield from (one for one in sheet.open if not one.fault)
