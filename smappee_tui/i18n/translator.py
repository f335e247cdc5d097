"""Facts become sentences: the template of a code, filled by the rules of one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache, cached_property, lru_cache
from math import isfinite
from string import Formatter
from typing import Protocol

from smappee_tui.i18n.language import Language, Loader, Section, load, plural
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.fact import Fact, Params

FINDINGS = ("findings", "checks")
"""Sections that findings stand in: of the wiring, and of everything else."""
Piece = tuple[str, str | None, str]
"""Literal text, then the name of a parameter (None at the end) and how it is to be written."""


class Tellable(Protocol):
    """What a finding of the diagnosis is, as far as its words go."""

    @property
    def code(self) -> str: ...
    @property
    def params(self) -> Params: ...
    @property
    def evidence(self) -> Sequence[Fact]: ...


class TellableFailure(Protocol):
    """What an error is, as far as its words go: `TellableError`, and those that still bring English."""

    @property
    def what(self) -> Fact | str: ...
    @property
    def advice(self) -> Fact | str | None: ...


@dataclass(frozen=True, slots=True)
class FindingText:
    title: str
    """One short line."""
    evidence: tuple[str, ...]
    """What was seen, a sentence each."""
    advice: str
    """What to do first; "" where there is nothing to do."""
    consequence: str
    """What it costs to leave it so; "" where nobody says."""


class Translator:
    """One language.

    A template is text with parameters in braces, `{amps:.1f} A`. What stands after the colon:

    `.1f`, `+.0f`, `,`, `.2f` …  a number as Python formats it, with the language's decimal sign, its thousands apart
    `phase`     None is "another phase"; a phase itself is language-free, "L1"
    `@section`  a word of a list: the text of `section.value`, the value itself where the list has no such word
    `and`, `or` a tuple, its last two joined by the word; without it by commas
    `span`      seconds in one unit: 42 s, 16 min, 5 h, 3 days
    `lasting`   seconds in two units: 3 min 5 s
    `moment`    seconds since 1970 as date and time in UTC;  `clock` as a time of day, `date` as a day
    `cap`       the first letter large
    A parameter called `count` chooses between the plural forms of a code. `finding.<code>.advice` is the advice of a
    finding, whichever section it stands in; so with its other parts.
    """

    def __init__(self, language: Language, *, loader: Loader = load, zone: tzinfo = UTC) -> None:
        """Speak a language.

        Args:
            language: which.
            loader: where catalogues come from; tests put others in its place.
            zone: time zone of moments and clocks.
        """
        self.language: Language = language
        self._load = loader
        self._zone = zone
        self._plain: dict[str, str] = {}
        """Texts asked for without parameters: most of what a screen says each second."""

    def __call__(self, code: str, /, **params: object) -> str:
        """The text of a code. A code without a text is shown as it is: better an odd word than none."""
        if params:
            return self._filled(code, params)
        text = self._plain.get(code)
        if text is None:
            text = self._plain[code] = self._filled(code, params)
        return text

    def fact(self, fact: Fact | str | None) -> str:
        """The sentence of a fact; "" for none."""
        if fact is None:
            return ""
        return clean(fact, 2000) if isinstance(fact, str) else self._filled(fact.code, fact.params)

    def error(self, error: TellableFailure) -> str:
        """What happened, and what to do next."""
        return f"{self.fact(error.what)} {self.fact(error.advice)}".strip()

    def finding(self, finding: Tellable) -> FindingText:
        """A finding in words: `<code>.title`; `<code>.advice`, `<code>.consequence` where the catalogue has them."""
        section = self.section_of(finding.code)
        title, advice, consequence = (
            self._filled(code, finding.params) if self.has(code) else ""
            for code in (f"{section}.{finding.code}.{part}" for part in ("title", "advice", "consequence"))
        )
        return FindingText(title, tuple(map(self.fact, finding.evidence)), advice, consequence)

    def section_of(self, code: str) -> str:
        """The section that the texts of a finding stand in."""
        return next((name for name in FINDINGS if self.has(f"{name}.{code}.title")), FINDINGS[0])

    def has(self, code: str) -> bool:
        """Whether a code has a text of its own."""
        texts, key = self._texts(code)
        return key in texts or f"{key}_other" in texts

    def word(self, section: str, value: str) -> str:
        """A word of a list; a value that the list does not know as it stands, cleaned."""
        code = f"{section}.{value}"
        return self._filled(code, {}) if self.has(code) else clean(value)

    def number(self, value: float | None, spec: str = "") -> str:
        """A number after a format of Python's, with this language's signs; a dash for none.

        A quantity (`.0f`, `+.1f`) has its thousands apart, and a zero has no minus sign: the same wherever it stands.
        """
        if value is None:
            return self("format.none")
        text = format(value, _apart(spec))
        if text.isdigit():
            return text
        if text.startswith("-") and not text.strip("-0."):
            text = text[1:]
        decimal, group = self._signs
        return text.replace(",", "\0").replace(".", decimal).replace("\0", group)

    @cached_property
    def _signs(self) -> tuple[str, str]:
        """Before the decimals, and between the thousands."""
        return self("format.decimal"), self("format.group")

    def joined(self, items: tuple[str, ...] | list[str], word: str = "and") -> str:
        """One; one and two; one, two and three."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self(f'format.{word}')} {items[-1]}"

    def pair(self, name: str, value: str) -> str:
        """A name and its value, with the language's colon between."""
        return f"{name}{self('format.colon')} {value}"

    def span(self, seconds: float) -> str:
        """A length of time in one unit: 42 s, 16 min, 5 h, 3 days; a dash for no number."""
        if not isfinite(seconds):
            return self("format.none")
        for unit, size, most in (("seconds", 1, 100), ("minutes", 60, 100), ("hours", 3600, 48)):
            if seconds < most * size:
                return self(f"format.{unit}", count=round(max(0.0, seconds) / size))
        return self("format.days", count=round(seconds / 86_400))

    def lasting(self, seconds: float) -> str:
        """A length of time in two units: 42 s, 3 min 5 s, 2 h 10 min; a dash for no number."""
        if not isfinite(seconds):
            return self("format.none")
        whole = max(0, round(seconds))
        minutes, rest = divmod(whole, 60)
        if whole < 100:
            return self.span(whole)
        if minutes < 100:
            return f"{self('format.minutes', count=minutes)} {self('format.seconds', count=rest)}"
        return f"{self('format.hours', count=minutes // 60)} {self('format.minutes', count=minutes % 60)}"

    def moment(self, at: float, form: str = "%Y-%m-%d %H:%M:%S UTC") -> str:
        """A point in time."""
        try:
            return datetime.fromtimestamp(at, self._zone).strftime(form)
        except (OverflowError, OSError, ValueError):
            return self("format.unknown_time")

    def _filled(self, code: str, params: Mapping[str, object]) -> str:
        template = self._template(code, params.get("count"))
        if "{" not in template:
            return template
        out: list[str] = []
        for literal, name, spec in _pieces(template):
            out.append(literal)
            if name is not None:
                out.append(self._value(params[name], spec) if name in params else f"{{{name}}}")
        return "".join(out)

    def _texts(self, code: str) -> tuple[Section, str]:
        """The section that a code stands in, and its key there."""
        section, _, key = code.partition(".")
        if section == "finding":
            section = self.section_of(key.rpartition(".")[0])
        return self._load(self.language, section), key

    def _template(self, code: str, count: object) -> str:
        texts, key = self._texts(code)
        if isinstance(count, int | float):
            form = texts.get(f"{key}_{plural(self.language, count)}")
            if form is not None:
                return form
        return texts.get(key, code)

    def _value(self, value: object, spec: str) -> str:
        if spec == "cap":
            text = self._value(value, "")
            return text[:1].upper() + text[1:]
        if value is None:
            return self("format.another_phase" if spec == "phase" else "format.none")
        if isinstance(value, Fact):
            return self.fact(value)
        if isinstance(value, bool):
            return self("format.yes" if value else "format.no")
        if isinstance(value, tuple | list):
            items = [self._value(item, "" if spec in ("and", "or") else spec) for item in value]
            return self.joined(items, spec) if spec in ("and", "or") else ", ".join(items)
        if spec.startswith("@"):
            return self.word(spec[1:], str(value))
        if isinstance(value, str):
            return clean(value)
        assert isinstance(value, int | float), value  # noqa: S101 - what else a sentence may hold is a mistake of ours
        match spec:
            case "span":
                return self.span(value)
            case "lasting":
                return self.lasting(value)
            case "moment":
                return self.moment(value)
            case "clock":
                return self.moment(value, "%H:%M:%S")
            case "date":
                return self.moment(value, "%Y-%m-%d")
            case _:
                return self.number(value, spec)


@lru_cache(maxsize=256)
@cache
def _apart(spec: str) -> str:
    """The format with its thousands apart."""
    if not spec.endswith("f") or "," in spec:
        return spec
    return spec.replace(".", ",.", 1) if "." in spec else f"{spec[:-1]},f"


@lru_cache(maxsize=4096)
def _pieces(template: str) -> tuple[Piece, ...]:
    """A template cut up. Only templates of ours are read so, never what a parameter brings."""
    return tuple((literal, name, spec or "") for literal, name, spec, _ in Formatter().parse(template))
