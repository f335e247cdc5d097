"""A report for sharing: everybody and everything in it gets a made-up identity, the same one wherever it is named."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from smappee_tui.connect.recording.pseudonyms import Pseudonymizer
from smappee_tui.report.model import FindingBlock, Report

_UUID = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Fa-f])")
_SERIAL = re.compile(r"(?<!\d)(?:10|11|20|30|40|50|51|55|57|58|61|62)\d{8}(?!\d)")
_NAMES = re.compile(r"^'(.*)' in the cloud, '(.*)' in the monitor\.$", re.DOTALL)
_NAMED = re.compile(r"^Input \d+ '(.*)'(?=: | is missing in)", re.DOTALL)
_QUOTED = 40
"""Characters of a name that the diagnosis quotes in its sentences."""
_SENTENCES = frozenset({"title", "evidence", "said", "advice", "consequence"})
_REMOVED = "…"


def redacted(report: Report) -> Report:
    """A copy without anything personal. Measurements, times, verdicts and configuration stay as they are.

    Names of channels and plugs, people, addresses, serial numbers, uuids and location ids are made up; notes, the
    source's address and photographs go.
    """
    made = Pseudonymizer()
    known = _Known(made)
    site, devices, sign_off = report.site, report.devices, report.sign_off
    channels = [
        replace(c, name=known.name(c.name), hub=known.hub(c.hub), actions=[_action(a, known) for a in c.actions])
        for c in report.channels
    ]
    body = replace(
        report,
        header=replace(report.header, redacted=True, report_id=_other_id(report)),
        site=replace(
            site,
            name=known.name(site.name),
            customer=known.name(site.customer),
            address=known.name(site.address),
            uuid=known.uuid(site.uuid),
            location_id=None if site.location_id is None else made.location(site.location_id),
            notes=_REMOVED if site.notes else "",
        ),
        installer=replace(
            report.installer,
            company=known.name(report.installer.company),
            person=known.name(report.installer.person),
            licence=known.name(report.installer.licence),
            second_person=known.name(report.installer.second_person),
        ),
        devices=replace(
            devices,
            serial=known.serial(devices.serial),
            device_uuid=known.uuid(devices.device_uuid),
            source=_REMOVED if devices.source else "",
            devices=[replace(d, name=known.name(d.name), serial=known.serial(d.serial)) for d in devices.devices],
        ),
        channels=channels,
        findings=[replace(f, actions=[_action(a, known) for a in f.actions]) for f in report.findings],
        not_tested=[replace(u, name=known.name(u.name)) for u in report.not_tested],
        sign_off=replace(
            sign_off,
            name=known.name(sign_off.name),
            customer_name=known.name(sign_off.customer_name),
            photos=[],
        ),
        integrity=replace(report.integrity, recording=None),
    )
    told = msgspec.to_builtins(replace(body, findings=[_from_the_cloud(f, known) for f in body.findings]))
    return msgspec.convert({key: _sentences(value, known) for key, value in told.items()}, Report)


def _from_the_cloud(finding: FindingBlock, known: _Known) -> FindingBlock:
    """A finding on the cloud's configuration: it quotes names that stand nowhere else in the report."""
    if finding.code == "cloud-name-differs":
        return replace(finding, evidence=[_NAMES.sub(known.quoted, sentence) for sentence in finding.evidence])
    if finding.code.startswith("cloud-"):
        return replace(finding, title=_NAMED.sub(known.quoted, finding.title))
    return finding


def _other_id(report: Report) -> str:
    digest = hashlib.sha256(report.header.generated.encode()).hexdigest()
    return f"{report.header.report_id.partition('-')[0]}-{digest[:8]}"


def _action(action: Any, known: _Known) -> Any:
    return replace(action, by=known.name(action.by))


def _sentences(value: Any, known: _Known, key: str = "") -> Any:
    """Everything that the program said, with names and numbers in it replaced."""
    if isinstance(value, dict):
        return {inner: _sentences(item, known, inner) for inner, item in value.items()}
    if isinstance(value, list):
        return [_sentences(item, known, key) for item in value]
    return known.scrubbed(value) if isinstance(value, str) and key in _SENTENCES else value


class _Known:
    """What has been replaced by what."""

    def __init__(self, made: Pseudonymizer) -> None:
        self._made = made
        self._names: dict[str, str] = {}

    def name(self, text: str) -> str:
        """A made-up name; no name stays none."""
        if text.strip():
            self._names[text] = self._made.name(text)
        return self._made.name(text)

    def serial(self, text: str) -> str:
        """A made-up serial number."""
        return self._made.serial(text) if text.strip() else text

    def uuid(self, text: str) -> str:
        """A made-up uuid."""
        return self._made.uuid(text) if text.strip() else text

    def quoted(self, match: re.Match[str]) -> str:
        """A match whose groups are names, cut as the diagnosis quotes them, with other names in their places."""
        text = match[0]
        for group in range(match.re.groups, 0, -1):  # from the end, so that what is before keeps its place
            begin, end = (place - match.start() for place in match.span(group))
            whole = next((name for name in self._names if name[:_QUOTED] == match[group]), match[group])
            text = text[:begin] + self.name(whole) + text[end:]
        return text

    def hub(self, text: str | None) -> str | None:
        """A CT hub and its input."""
        if not text:
            return text
        serial, slash, place = text.partition("/")
        return self.serial(serial) + slash + place

    def scrubbed(self, text: str) -> str:
        """A sentence: quoted names, then long names anywhere, then serial numbers and uuids."""
        for found, other in self._replacements():
            text = text.replace(found, other)
        text = _UUID.sub(lambda match: self._made.uuid(match[0]), text)
        return _SERIAL.sub(lambda match: self._made.serial(match[0]), text)

    def _replacements(self) -> Iterator[tuple[str, str]]:
        """Longest first, so that no name hides in another. Short names are only replaced between quotes."""
        for name in sorted(self._names, key=len, reverse=True):
            other = self._names[name]
            yield f"'{name[:_QUOTED]}'", f"'{other}'"
            yield f'"{name[:_QUOTED]}"', f'"{other}"'
        for name in sorted(self._names, key=len, reverse=True):
            if len(name) >= 6:
                yield name, self._names[name]
