"""One location's full diagnosis for as long as its turn lasts, going on from what its turns before learnt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from zlib import crc32

from smappee_tui.diagnosis.checks.told import CARRIES_AMPS
from smappee_tui.diagnosis.evidence.carried import UnreadableEvidenceError
from smappee_tui.diagnosis.evidence.record import BRIEF
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import FAULTS, LEFT_OUT, Judgement, by_weight
from smappee_tui.fleet.standing import ChannelWord, Words
from smappee_tui.fleet.view import Word
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.site.locations import SHORT, Locations
from smappee_tui.site.site import Site

FADES = 0.5
"""What was learnt in the turn before counts beside this one: after four turns next to nothing. A clamp may have been
moved meanwhile, and what is right now must be able to outweigh what was."""
ENOUGH = 30
"""Measurements without which a turn says nothing."""
_DEVICES = frozenset({"plug", "sensor"})
"""What is no wiring: it has counts and lists of its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a turn amounts to."""

    words: Words
    faults: tuple[str, ...] = ()
    """Codes of faults that are of no CT, such as the supply's."""
    warnings: tuple[str, ...] = ()
    left_out: bool = False
    """Some CT is configured of which it is not known which input it is."""
    channels: int = 0
    """CT inputs in use."""
    open: dict[int, float] = field(default_factory=dict)
    """Inputs that are not decided, and what they carried in the end, A: another current may decide them."""
    flows: bool = False
    """One of these carries a current now."""
    began: bool = False
    """And has not for long: another minute may decide it."""
    learnt: bytes | None = None
    """For the next turn."""
    carried: bool = False
    """It rests on what turns before learnt, too."""


class Sitting:
    """A location that has its turn."""

    def __init__(self, uuid: str, lasting: Iterable[MqttMessage], learnt: bytes | None = None) -> None:
        """Begin.

        Args:
            uuid: the location.
            lasting: what it told once before: configuration, plugs.
            learnt: what the turn before handed on, if anything; what cannot be read is left out, see `forgot`.
        """
        self._uuid = uuid
        self._locations = Locations(uuid)
        self._judge = Judge(reach=BRIEF)
        self._dialect = ""
        """Of the measurements that the judge saw, or of those that its evidence of before was of."""
        self.forgot = False
        """What the turn before handed on was of another version, or damaged."""
        self._carries = False
        """The judge knows more than this turn showed."""
        if learnt:
            dialect, _, evidence = learnt.partition(b":")
            self._dialect = dialect.decode("ascii", "replace")
            try:
                self._judge.resume(evidence, FADES)
                self._carries = True
            except UnreadableEvidenceError:
                self.forgot, self._judge = True, Judge(reach=BRIEF)
        for message in lasting:
            self.take(message)

    def take(self, message: MqttMessage) -> None:
        """Fold in what it says."""
        known = self.site
        site, sampled = self._locations.receive(message)
        if site is None:
            return
        if known is None:
            site.history.keep(SHORT)
        if sampled and site.plan is not None and site.plan.dialect != self._dialect:
            if self._dialect:  # another monitor is there, with other clamps and other voltages
                self._judge, self._carries = Judge(reach=BRIEF), False
            self._dialect = site.plan.dialect
        self._judge.observe(site, sampled)

    @property
    def judge(self) -> Judge:
        """Who judges it."""
        return self._judge

    @property
    def site(self) -> Site | None:
        """What is known of it; None before it said anything."""
        return self._locations.sites.get(self._uuid)

    @property
    def measured(self) -> int:
        """Measurements of this turn."""
        return self.site.quality.live if self.site is not None else 0

    def say(self) -> Said | None:
        """What all of it proves; None where too little came. Costs as much as a second of a hundred locations."""
        site = self.site
        if site is None or self.measured < ENOUGH:
            return None
        judgement = self._judge.judgement()
        return said_of(site, judgement, self._dialect.encode() + b":" + self._judge.carry(), carried=self._carries)


def said_of(site: Site, judgement: Judgement, learnt: bytes | None = None, *, carried: bool = False) -> Said:
    """A judgement, boiled down to what is kept of thousands."""
    inputs = sorted(set(site.settings) | set(site.sample.inputs if site.sample is not None else ()))
    findings = by_weight(one for one in judgement.findings if one.subject.kind not in _DEVICES)
    words, told = {}, set()
    for number in inputs:
        verdict = judgement.channels.get(number)
        word = verdict.verdict if verdict is not None else "inconclusive"
        codes = [f.code for f in findings if f.severity == "fault" and f.names(number)] if word in FAULTS else []
        told.update(codes)
        words[number] = ChannelWord(word, _print(site.settings.get(number)), _codes(codes))
    sample = site.sample
    amps = {n: a for n, a in zip(sample.inputs, sample.amps, strict=True) if a >= CARRIES_AMPS} if sample else {}
    waiting = {number: amps.get(number, 0.0) for number, word in words.items() if not word.decided}
    flowing = [number for number, current in waiting.items() if current]
    return Said(
        words,
        faults=_codes(f.code for f in findings if f.severity == "fault" and f.code not in told),
        warnings=_codes(f.code for f in findings if f.severity == "warning"),
        left_out=any(finding.code in LEFT_OUT for finding in findings),
        channels=channels_of(site),
        open=waiting,
        flows=bool(flowing),
        began=any(current < CARRIES_AMPS for number in flowing for _, current in site.history.amps(number)),
        learnt=learnt,
        carried=carried,
    )


def together(before: Words, now: Words) -> Words:
    """What is known of each CT: what was decided holds until something else is, or it is configured otherwise.

    Of a CT without current nothing new is heard: it was right, and nobody has touched it.
    """
    known = {}
    for number, word in now.items():
        was = before.get(number)
        keeps = not word.decided and was is not None and was.decided and was.setting == word.setting
        known[number] = was if keeps and was is not None else word
    return known


def contradicted(before: Words, now: Words) -> set[int]:
    """The CTs that were decided and are decided otherwise, under the same configuration: somebody touched the board."""
    return {
        number
        for number, word in now.items()
        if (was := before.get(number)) is not None
        and (word.decided and was.decided and word.verdict != was.verdict and word.setting == was.setting)
    }


def word_of(words: Words, said: Said) -> tuple[Word, tuple[str, ...]]:
    """A location in one word, as the exit code of a check without devices has it, and the codes that it rests on."""
    faults = [code for word in words.values() if word.verdict in FAULTS for code in word.codes or (word.verdict,)]
    if faults or said.faults:
        return "fault", _codes((*faults, *said.faults))
    in_use = any(word.verdict != "unused" for word in words.values())
    if not in_use or said.left_out or not all(word.decided for word in words.values()):
        return "undecided", said.warnings
    return "ok", said.warnings


def _codes(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _print(setting: ChannelSetting | None) -> int:
    """Of all that changes what a CT reads, or what is right for it."""
    if setting is None:
        return 0
    said = (setting.role, setting.connection, setting.phase, setting.reversed, setting.balanced, setting.ct_type)
    return crc32(repr(said).encode())


def channels_of(site: Site) -> int:
    """CT inputs in use; those that measure where no configuration is known."""
    if site.settings:
        return sum(not setting.unused for setting in site.settings.values())
    return len(site.sample.inputs) if site.sample is not None else 0
