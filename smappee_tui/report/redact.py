"""A report for sharing: everybody and everything in it gets a made-up identity, the same one wherever it is named."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from string import Formatter

from msgspec import json
from msgspec.structs import replace

from smappee_tui.connect.recording.pseudonyms import Pseudonymizer
from smappee_tui.i18n.language import PLURALS, load
from smappee_tui.protocol.fact import Fact, Param, Params
from smappee_tui.report.model import Action, Channel, FactBlock, FindingBlock, Report, Untested
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
_HARMLESS = re.compile(r"L[123]|\d{1,4}|\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?Z?)?|\d\d:\d\d(:\d\d)?|")
"""Phases, numbers of inputs and plugs, dates and times. A longer number may be a telephone's."""
_PARTS = ("title", "advice", "consequence")
_REMOVED = "…"


def redacted(report: Report) -> Report:
    """A copy without anything personal. Measurements, times, verdicts and configuration stay as they are.

    Names of channels and plugs, people, addresses, serial numbers, uuids and location ids are made up; notes, the
    source's address and photographs go. In what the diagnosis says every text is made up that its sentence does not
    take from a list of words; the English words are made of that anew. Words that came without facts go.
    """
    known = _Known(report)
    site, devices, sign_off, installer = report.site, report.devices, report.sign_off, report.installer
    return replace(
        report,
        header=replace(report.header, redacted=True, report_id=_other_id(report)),
        site=replace(
            site,
            name=known.name(site.name),
            customer=known.name(site.customer),
            address=known.name(site.address),
            uuid=known.uuid(site.uuid),
            location_id=None if site.location_id is None else known.made.location(site.location_id),
            notes=_REMOVED if site.notes else "",
        ),
        installer=replace(
            installer,
            company=known.name(installer.company),
            person=known.name(installer.person),
            licence=known.name(installer.licence),
            second_person=known.name(installer.second_person),
        ),
        devices=replace(
            devices,
            serial=known.serial(devices.serial),
            device_uuid=known.uuid(devices.device_uuid),
            source=_REMOVED if devices.source else "",
            devices=[
                replace(d, name=d.name if d.number is not None else known.name(d.name), serial=known.serial(d.serial))
                for d in devices.devices
            ],
        ),
        channels=[known.channel(channel) for channel in report.channels],
        findings=[known.finding(finding) for finding in report.findings],
        not_tested=[known.untested(untested) for untested in report.not_tested],
        sign_off=replace(
            sign_off, name=known.name(sign_off.name), customer_name=known.name(sign_off.customer_name), photos=[]
        ),
        integrity=replace(report.integrity, recording=None),
    )


def _other_id(report: Report) -> str:
    digest = hashlib.sha256(report.header.generated.encode()).hexdigest()
    return f"{report.header.report_id.partition('-')[0]}-{digest[:8]}"


class _Known:
    """What is replaced by what."""

    def __init__(self, report: Report) -> None:
        text = json.encode(report).decode()
        self.made = Pseudonymizer(lambda: text)
        self._kept = {text for c in report.channels for text in (c.role, c.connection, c.ct_type) if text}
        """Texts of the configuration that name nobody."""

    def name(self, text: str) -> str:
        return self.made.name(text)

    def serial(self, text: str) -> str:
        return self.made.serial(text) if text.strip() else text

    def uuid(self, text: str) -> str:
        return self.made.uuid(text) if text.strip() else text

    def hub(self, text: str | None) -> str | None:
        """A CT hub and its input."""
        if not text:
            return text
        serial, slash, place = text.partition("/")
        return self.serial(serial) + slash + place

    def channel(self, channel: Channel) -> Channel:
        changed = replace(
            channel,
            name=self.name(channel.name),
            hub=self.hub(channel.hub),
            actions=[self._action(action) for action in channel.actions],
            title_fact=self._maybe(channel.title_fact),
            said_facts=[self._block(fact) for fact in channel.said_facts],
            advice_fact=self._maybe(channel.advice_fact),
        )
        return channel_in_english(changed)

    def finding(self, finding: FindingBlock) -> FindingBlock:
        params = None
        if finding.params is not None:
            section = ENGLISH.section_of(finding.code)
            codes = [f"{section}.{finding.code}.{part}" for part in _PARTS]
            params = params_block(self._params(params_of(finding.params), codes))
        changed = replace(
            finding,
            actions=[self._action(action) for action in finding.actions],
            params=params,
            evidence_facts=[self._block(fact) for fact in finding.evidence_facts],
        )
        return in_english(changed)

    def untested(self, untested: Untested) -> Untested:
        fact = self._maybe(untested.advice_fact)
        advice = sentence(ENGLISH, fact).text
        return replace(untested, name=self.name(untested.name), advice_fact=fact, advice=advice)

    def _action(self, action: Action) -> Action:
        return replace(action, by=self.name(action.by))

    def _block(self, block: FactBlock) -> FactBlock:
        return block_of(self._fact(fact_of(block)))

    def _maybe(self, block: FactBlock | None) -> FactBlock | None:
        return None if block is None else self._block(block)

    def _fact(self, fact: Fact) -> Fact:
        return Fact(fact.code, self._params(fact.params, [fact.code]))

    def _params(self, params: Params, codes: list[str]) -> dict[str, Param]:
        words = _words_of(codes)
        return {name: self._param(value, words.get(name, frozenset())) for name, value in params.items()}

    def _param(self, value: Param, lists: frozenset[str]) -> Param:
        if isinstance(value, Fact):
            return self._fact(value)
        if isinstance(value, tuple):
            return tuple(self._param(item, lists) for item in value)
        return self._text(value, lists) if isinstance(value, str) else value

    def _text(self, text: str, lists: frozenset[str]) -> str:
        """A text of a sentence: a word of a list stays, a phase and a moment as well; the rest is a stranger's."""
        if any(ENGLISH.has(f"{section}.{text}") for section in lists):
            return text
        if hub := _HUB.fullmatch(text):
            return self.serial(hub[1]) + hub[2]
        if _SERIAL.fullmatch(text):
            return self.serial(text)
        if _UUID.fullmatch(text):
            return self.uuid(text)
        return text if text in self._kept or _HARMLESS.fullmatch(text) else self.name(text)


def _words_of(codes: list[str]) -> dict[str, frozenset[str]]:
    """Which lists of words the sentences of these codes take a parameter from."""
    found: dict[str, frozenset[str]] = {}
    for template in _templates(codes):
        for _, name, spec, _ in Formatter().parse(template):
            if name is not None and spec and spec.startswith("@"):
                found[name] = found.get(name, frozenset()) | {spec[1:]}
    return found


def _templates(codes: list[str]) -> Iterator[str]:
    for code in codes:
        section, _, key = code.partition(".")
        texts = load("en", section)
        yield from (texts[one] for one in (key, *(f"{key}_{form}" for form in PLURALS)) if one in texts)
