"""A report for sharing: everybody and everything in it gets a made-up identity, the same one wherever it is named.

An allow list: numbers, words of lists and what `report.model` calls this program's own stay; of every other text the
model says what it holds, and one of which it says nothing is taken for somebody's name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from math import inf
from string import Formatter
from typing import Any, Literal, TypeVar

from msgspec import inspect, json
from msgspec.structs import replace

from smappee_tui.connect.recording.pseudonyms import SIX_DIGITS, Pseudonymizer, measured
from smappee_tui.diagnosis.judgement import Subject
from smappee_tui.i18n.language import PLURALS, load
from smappee_tui.protocol.fact import Fact, Param, Params
from smappee_tui.protocol.fields import Meaning
from smappee_tui.protocol.products import product_of
from smappee_tui.protocol.topics import Kind, parse_topic
from smappee_tui.protocol.vocabulary import known_keys
from smappee_tui.report.blocks import Block, FactBlock, Says
from smappee_tui.report.correction_blocks import CorrectionLine
from smappee_tui.report.model import (
    Channel,
    Device,
    DevicesBlock,
    FindingBlock,
    Integrity,
    Report,
    Setting,
    SiteBlock,
    Untested,
)
from smappee_tui.report.wording import (
    ENGLISH,
    block_of,
    channel_in_english,
    fact_of,
    in_english,
    params_block,
    params_of,
    sentence,
)

_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_SERIAL = re.compile(r"\d{10}")
_HUB = re.compile(r"(\d{10})(/\d+)")
_HARMLESS = re.compile(r"L[123]|\d{1,4}|\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?Z?)?|\d\d:\d\d(:\d\d)?|", re.ASCII)
"""Phases, numbers of inputs and plugs, dates and times. A longer number may be a telephone's."""
_OURS = re.compile(r"[\w.:+/-]{0,64}", re.ASCII)
"""How this program writes its words, moments and numbers."""
_OF_A_PAYLOAD = ("messages.", "checks.damaged_name", "checks.damaged_values")
_PLACE = re.compile(r"\$(?:\.[^.\[\]]+|\[\d{1,4}\])*", re.ASCII)
"""Where in a payload something stands."""
_DECODERS = re.compile(r"(?:object|array|str|int|float|bool|null)(?: \| (?:object|array|str|int|float|bool|null))*")
"""How the decoder calls kinds of values."""
_KINDS = frozenset(kind.value for kind in Kind)
_MOMENTS = frozenset({"moment", "date", "clock"})
_PARTS = ("title", "advice", "consequence")
_REMOVED = "…"
_FROM_CLOUD = "cloud-"
"""How a location begins of which the cloud told no uuid."""
_CHANGED = frozenset({"phase", "reversed", "input"})
"""Settings whose values are words of this program."""
_CONFIGURED = ("role", "connection", "ct_type")
"""Fields of a channel that come from its configuration and name nobody."""
_B = TypeVar("_B", bound=Block)


def redacted(report: Report, made: Pseudonymizer | None = None) -> tuple[Report, int]:
    """A copy without anything personal. Times, verdicts, configuration and measurements stay, these in five digits.

    Names of channels and plugs, people, addresses, serial numbers, uuids and location ids are made up; notes, the
    source's address and photographs go. In what the diagnosis says every text is made up that its sentence does not
    take from a list of words; the English words are made of that anew. Words that came without facts go.

    Args:
        report: as it was made.
        made: hands out identities, where something else is given away with it: the same has the same there.

    Returns:
        The copy, and how many texts were replaced because nobody knows what they are.
    """
    known = _Known(report, made or Pseudonymizer())
    before = known.made.unknown
    fresh = known.block(
        replace(
            report,
            sign_off=replace(report.sign_off, photos=[]),
            notes=[],
            integrity=Integrity(algorithm="sha256", covers=report.integrity.covers, recording=None),
        )
    )
    header = replace(fresh.header, redacted=True, report_id=_other_id(fresh))
    return replace(fresh, header=header), known.made.unknown - before


def _other_id(report: Report) -> str:
    digest = hashlib.sha256(report.header.generated.encode()).hexdigest()
    return f"{report.header.report_id.partition('-')[0][:9]}-{digest[:8]}"


_Told = Says | Meaning | Literal["literal"] | None


def _told(kind: inspect.Type) -> _Told:
    """What the model says of a text or number of this type."""
    if isinstance(kind, inspect.Metadata):
        extra = kind.extra or {}
        return extra.get("says") or extra.get("meaning") or _told(kind.type)
    if isinstance(kind, inspect.UnionType):
        return next((told for one in kind.types if (told := _told(one)) is not None), None)
    return "literal" if isinstance(kind, inspect.LiteralType) else None


def _inside(kind: inspect.Type) -> inspect.Type:
    """The type of the items of a list."""
    if isinstance(kind, inspect.Metadata):
        return _inside(kind.type)
    if isinstance(kind, inspect.UnionType):
        return next((_inside(one) for one in kind.types if isinstance(one, inspect.ListType)), kind)
    return kind.item_type if isinstance(kind, inspect.ListType) else kind


def _measures(kind: inspect.Type) -> bool:
    """Whether numbers of this type are measured, not counted."""
    types = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return any(isinstance(one, inspect.FloatType) for one in types)


@cache
def _fields(cls: type[Block]) -> Mapping[str, inspect.Type]:
    described = inspect.type_info(cls)
    return {field.name: field.type for field in described.fields} if isinstance(described, inspect.StructType) else {}


class _Known:
    """What is replaced by what."""

    def __init__(self, report: Report, made: Pseudonymizer) -> None:
        whole = json.encode(report).decode()
        self.made = made
        made.around = lambda: whole
        self._words = {
            text: str(self._value(_fields(Channel)[name], text))
            for channel in report.channels
            for name in _CONFIGURED
            if (text := getattr(channel, name))
        }
        """Texts of the configuration that name nobody, and what became of them."""

    def block(self, block: _B) -> _B:
        """A part of the report with all its parts."""
        kinds = _fields(type(block))
        changed = replace(block, **{name: self._value(kind, getattr(block, name)) for name, kind in kinds.items()})
        mended: _B = self._own(block, changed)
        return mended

    def _own(self, block: Block, changed: Any) -> Any:
        """What the parts of a block say only together.

        Args:
            block: as it was.
            changed: its texts done one by one.
        """
        if isinstance(block, FactBlock):
            return block_of(self._fact(fact_of(block)))
        if isinstance(block, Channel):
            return channel_in_english(replace(changed, hub=self._hub(block.hub)))
        if isinstance(block, CorrectionLine):
            return replace(changed, hub=self._hub(block.hub))
        if isinstance(block, FindingBlock):
            return self._finding(block, changed)
        if isinstance(block, Untested):
            return replace(changed, advice=sentence(ENGLISH, changed.advice_fact).text)
        if isinstance(block, Device) and changed.number is not None:
            return replace(changed, name=f"sensor {changed.number}")
        if isinstance(block, DevicesBlock):
            return replace(changed, product=product_of(changed.serial))
        if isinstance(block, SiteBlock) and block.uuid.startswith(_FROM_CLOUD):
            number = block.uuid.removeprefix(_FROM_CLOUD)
            made = self.made.location(int(number)) if number.isdigit() and len(number) < 20 else ""
            return replace(changed, uuid=f"{_FROM_CLOUD}{made}")
        if isinstance(block, Setting):
            return replace(
                changed, before=self._setting(block.name, block.before), after=self._setting(block.name, block.after)
            )
        return changed

    def _value(self, kind: inspect.Type, value: Any) -> Any:
        """What stands for the value of a field of this type."""
        if isinstance(value, Block):
            return self.block(value)
        if isinstance(value, list):
            inside = _inside(kind)
            return [self._value(inside, item) for item in value]
        told = _told(kind)
        if isinstance(value, str):
            return self._said(told, value)
        if isinstance(told, Meaning) and isinstance(value, int | float) and not isinstance(value, bool):
            return self.made.number(told, value)
        if isinstance(value, int | float) and _measures(kind) and SIX_DIGITS <= abs(value) < inf:
            return measured(value)
        return value

    def _said(self, told: _Told, text: str) -> str:
        if told == "literal":
            return text
        if isinstance(told, Meaning):
            return self.made.text(told, text)
        if told is Says.OURS:
            return text if _OURS.fullmatch(text) else self.made.blank(text)
        if told is Says.SENTENCE:
            return ""
        return (_REMOVED if text else "") if told is Says.PRIVATE else self.made.plain(text)

    def _hub(self, text: str | None) -> str | None:
        """A CT hub and its input."""
        if not text:
            return text
        serial, slash, place = text.partition("/")
        return self.made.serial(serial) + slash + (self.made.id_text(place) if place else "")

    def _setting(self, name: str, text: str) -> str:
        if name in _CHANGED or text in ("-", ""):
            return self._said(Says.OURS, text)
        return self._value(_fields(Channel)[name], text) if name in _CONFIGURED else self.made.name(text)

    def _finding(self, finding: FindingBlock, changed: FindingBlock) -> FindingBlock:
        params = None
        if finding.params is not None:
            section = ENGLISH.section_of(finding.code)
            codes = [f"{section}.{finding.code}.{part}" for part in _PARTS]
            params = params_block(self._params(params_of(finding.params), codes))
        return in_english(replace(changed, params=params, subject=self._subject(finding.subject)))

    def _subject(self, text: str) -> str:
        subject = Subject.named(text)
        if subject is None:
            return self.made.blank(text)
        return str(subject if subject.id is None else subject._replace(id=self._text(str(subject.id), frozenset())))

    def _fact(self, fact: Fact) -> Fact:
        if not ENGLISH.has(fact.code):  # it would be shown as it is
            return Fact(self.made.blank(fact.code) or _REMOVED)
        return Fact(fact.code, self._params(fact.params, [fact.code]))

    def _params(self, params: Params, codes: list[str]) -> dict[str, Param]:
        forms = _forms_of(codes)
        wire = codes[0].startswith(_OF_A_PAYLOAD)
        return {
            name: self._wire(value)
            if wire and isinstance(value, str)
            else self._param(value, forms.get(name, frozenset()))
            for name, value in params.items()
        }

    def _param(self, value: Param, forms: frozenset[str]) -> Param:
        if isinstance(value, Fact):
            return self._fact(value)
        if isinstance(value, tuple):
            return tuple(self._param(item, forms) for item in value)
        if isinstance(value, str):
            return self._text(value, forms)
        if isinstance(value, int | float) and SIX_DIGITS <= abs(value) < inf and not forms & _MOMENTS:
            return measured(value) if forms else self.made.number_of(int(value))  # nothing says that it measures
        return value

    def _wire(self, text: str) -> str:
        """A text of a sentence about a payload: topics and keys that the protocol knows stay, as in a recording."""
        if text in _KINDS or text in known_keys() or _DECODERS.fullmatch(text):
            return text
        if parse_topic(text).kind is not Kind.OTHER:
            return self.made.topic(text)[0]
        keys = set(re.findall(r"\.([^.\[\]]+)", text))
        return text if _PLACE.fullmatch(text) and keys <= known_keys() else self._text(text, frozenset())

    def _text(self, text: str, forms: frozenset[str]) -> str:
        """A text of a sentence: a word of a list stays, a phase and a moment as well; the rest is a stranger's."""
        if any(form.startswith("@") and ENGLISH.has(f"{form[1:]}.{text}") for form in forms):
            return text
        if hub := _HUB.fullmatch(text):
            return self.made.serial(hub[1]) + hub[2]
        if _SERIAL.fullmatch(text):
            return self.made.serial(text)
        if _UUID.fullmatch(text):
            return self.made.uuid(text)
        if text in self._words:
            return self._words[text]
        return text if _HARMLESS.fullmatch(text) else self.made.name(text)


def _forms_of(codes: list[str]) -> dict[str, frozenset[str]]:
    """How the sentences of these codes write a parameter: `@section` for a word of that list, `.1f`, `span`."""
    found: dict[str, frozenset[str]] = {}
    for template in _templates(codes):
        for _, name, spec, _ in Formatter().parse(template):
            if name is not None and spec:
                found[name] = found.get(name, frozenset()) | {spec}
    return found


def _templates(codes: list[str]) -> Iterator[str]:
    for code in codes:
        section, _, key = code.partition(".")
        texts = load("en", section)
        yield from (texts[one] for one in (key, *(f"{key}_{form}" for form in PLURALS)) if one in texts)
