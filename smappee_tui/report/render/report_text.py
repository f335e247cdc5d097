"""A report as it is worded: what every renderer says in the same words. Pure, from the document alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from smappee_tui.diagnosis.judgement import FAULTS, WAITING
from smappee_tui.report.model import (
    Action,
    Channel,
    Device,
    FindingBlock,
    HistoryBlock,
    Placing,
    Report,
    Step,
    Untested,
)
from smappee_tui.report.phrases import said
from smappee_tui.report.render.visible import short, visible
from smappee_tui.report.translator import ReportTranslator

if TYPE_CHECKING:
    from smappee_tui.report.render.diagrams import Plot


Pairs = list[tuple[str, str]]


def pairs(shown: ReportText) -> dict[str, Pairs]:
    """By block, in the order in which they are printed. What was not said is a dash, so that a gap is seen."""
    return {
        "header": _labelled(shown, _header(shown)),
        "site": _labelled(shown, _site(shown)),
        "installer": _labelled(shown, _installer(shown)),
        "devices": _labelled(shown, _devices(shown)),
        "method": _labelled(shown, _method(shown)),
    }


def _labelled(shown: ReportText, found: Pairs) -> Pairs:
    dash = shown.words.number(None)
    return [(shown.words(f"label.{key}"), visible(value) if value else dash) for key, value in found]


def _header(shown: ReportText) -> Pairs:
    header, words = shown.report.header, shown.words
    return [
        ("report_id", header.report_id),
        ("generated", words.moment(header.generated)),
        ("tool", f"{header.tool} {header.version}"),
        ("rules", header.rules),
        ("language", header.language),
    ]


def _site(shown: ReportText) -> Pairs:
    site, words = shown.report.site, shown.words
    fuse = f"{words.number(site.main_fuse_amps)} A" if site.main_fuse_amps is not None else ""
    return [
        ("site_name", site.name),
        ("customer", site.customer),
        ("address", site.address),
        ("supply", words(f"supply.{site.supply}")),
        ("main_fuse", fuse),
        ("generation", words(f"declared.{site.generation}") if site.generation else ""),
        ("storage", words(f"declared.{site.storage}") if site.storage else ""),
        ("configured_generation", words.truth(site.configured_generation)),
        ("uuid", site.uuid),
        ("location_id", "" if site.location_id is None else str(site.location_id)),
    ]


def _installer(shown: ReportText) -> Pairs:
    installer = shown.report.installer
    return [
        ("company", installer.company),
        ("person", installer.person),
        ("licence", installer.licence),
        ("role", installer.role),
        ("second_person", installer.second_person),
    ]


def _devices(shown: ReportText) -> Pairs:
    devices, words = shown.report.devices, shown.words
    offset = devices.clock_offset_seconds
    return [
        ("monitor", devices.product),
        ("serial", devices.serial),
        ("firmware", devices.firmware),
        ("dialect", devices.dialect),
        ("device_uuid", devices.device_uuid),
        *(
            [("far_source", devices.source)]
            if shown.history is not None
            else [
                ("source", devices.source),
                ("clock_offset", "" if offset is None else f"{words.number(offset, signed=True)} s"),
            ]
        ),
    ]


def _method(shown: ReportText) -> Pairs:
    method, words = shown.report.method, shown.words
    n = words.number
    loop = ""
    if method.loop_ohms is not None:
        loop = f"{n(method.loop_ohms)} Ω, {words('label.loop_edges', edges=method.loop_edges)}"
    limits = words("label.volt_limits", low=n(method.low_volts), high=n(method.high_volts))
    sure = words(
        "label.sure",
        percent=n(method.sure_percent),
        amps=n(method.least_amps),
        va=n(method.least_volt_amperes),
    )
    judged = ("measuring", words(f"measuring.{method.measuring}")), ("thresholds", f"{sure}; {limits}")
    if method.history is not None:
        return [*_history(method.history, words), *judged]
    until = f"{words.moment(method.started)} {words('label.until')} {words.clock(method.ended)}"
    return [
        ("watched", f"{until}: {n(method.seconds)} s" if method.started else ""),
        ("messages", f"{method.received} / {method.expected}"),
        ("lost", f"{n(method.lost_percent)} %"),
        ("unreadable", str(method.unreadable)),
        ("longest_gap", f"{n(method.longest_gap_seconds)} s"),
        ("test", words("label.guided" if method.guided else "label.passive")),
        ("loads", f"{method.edges_seen} / {method.edges_announced}" if method.loads else words("label.load_none")),
        ("loop", loop),
        *judged,
    ]


def _history(history: HistoryBlock, words: ReportTranslator) -> Pairs:
    """What a judgement from afar rests on, in place of the messages of a watch."""
    signed = "far_signed" if history.reactive_signed else "far_unsigned"
    nights = "far_nights" if history.nights_only else "far_all_hours"
    return [
        ("far_judged", words("label.far_days", days=words.number(history.days))),
        ("far_span", f"{words.moment(history.first)} {words('label.until')} {words.moment(history.last)}"),
        ("far_values", str(history.intervals)),
        ("far_reactive", words(f"label.{signed}")),
        ("far_grid", words(f"label.{nights}")),
        ("test", words("label.far_test")),
    ]


_SENSOR = re.compile(r"sensor (\d+)")
_ROLES = {"PRODUCTION": "production", "STORAGE": "storage", "UNUSED": "unused", "CONSUMPTION": "load"}


class ReportText:
    """One report in one language."""

    def __init__(self, report: Report, words: ReportTranslator | None = None) -> None:
        self.report = report
        self.words = words or ReportTranslator(report.header.language)

    @property
    def title(self) -> str:
        """What the report is called; a partial one is called so."""
        header = self.report.header
        key = header.result if not header.partial else "partial_faults" if header.result == "faults" else "partial"
        return self.words(f"title.{self._far}{key}")

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
        return "" if history is None else self.words("label.far_under", days=self.words.number(history.days))

    @property
    def declaration(self) -> str:
        """What the installer declares by his signature."""
        return self.words(f"label.{self._far}declaration")

    @property
    def voltage_limit(self) -> str:
        """What the voltages are worth."""
        return self.words("limit.voltage" if self.history is None else "limit.voltage_history")

    def reason(self, untested: Untested) -> str:
        """Why a channel is not judged."""
        far = self._far if untested.reason == "no_current" else ""
        return self.words(f"reason.{far}{untested.reason}")

    def tested(self, channel: Channel) -> str:
        """What a channel was judged by."""
        word = channel.tested.split()[0]
        return self.words(f"tested.{self._far if word == 'observed' else ''}{word}")

    @property
    def result(self) -> str:
        """The result in a sentence."""
        header = self.report.header
        return self.words(f"result.{self._far}{header.result}", faults=header.faults)

    def gaps(self) -> Iterator[tuple[str, str]]:
        """(what, which) of everything that makes the report partial."""
        header, words = self.report.header, self.words
        if header.missing:
            missing = ", ".join(words(f"missing.{code.replace('.', '_')}") for code in header.missing)
            yield words("result.missing"), missing
        if header.untested:
            yield words("result.untested"), ", ".join(str(n) for n in header.untested)

    def name(self, number: int) -> str:
        """A channel's name for a table."""
        channel = self.report.channel(number)
        return short(channel.name) if channel and channel.name else self.words("result.input", input=number)

    def role(self, channel: Channel) -> str:
        """What a CT is there for."""
        if channel.role == "CONSUMPTION" and channel.connection == "GRID":
            return self.words("role.grid")
        if channel.role == "UNKNOWN":
            return self.words("role.unknown")
        key = _ROLES.get(channel.role)
        return self.words(f"role.{key}") if key else short(channel.role.lower())

    def mark(self, channel: Channel) -> str:
        """ok, fault, wait or unused."""
        if channel.verdict in FAULTS:
            return "fault"
        return "wait" if channel.verdict in WAITING else channel.verdict

    def place(self, placing: Placing) -> str:
        """Phase and the setting of "reversed"."""
        if placing.phase is None and placing.reversed is None:
            return self.words("label.unknown_place")
        key = "turned_set" if placing.reversed else "plain_set"
        return self.words(f"label.{key}", phase=placing.phase or "?")

    def verdict(self, channel: Channel) -> str:
        """The verdict in a few words, the phase named where it is known."""
        actual = channel.measured.phase
        if channel.verdict in ("wrong_phase", "wrong_phase_reversed") and actual is not None:
            key = "on_phase" if channel.verdict == "wrong_phase" else "on_phase_reversed"
            return self.words(f"verdict.{key}", actual=actual, expected=channel.expected.phase or "?")
        return self.words(f"verdict.{channel.verdict}")

    def verdict_word(self, code: str) -> str:
        """A verdict's own word."""
        return self.words(f"verdict.{code}")

    def percent(self, value: float | None) -> str:
        """A percentage, or a dash."""
        return f"{self.words.number(value)} %" if value is not None else self.words.number(None)

    def factor(self, channel: Channel) -> str:
        """The power factor with its interval."""
        loaded, n = channel.loaded, self.words.number
        if loaded.pf is None:
            return n(None)
        return self.words(
            "label.pf_range",
            pf=n(loaded.pf, digits=2),
            low=n(loaded.pf_low, digits=2),
            high=n(loaded.pf_high, digits=2),
        )

    def said(self, text: str) -> tuple[str, bool]:
        """A sentence of the program, and whether it is in the report's language."""
        sentence, own = said(text, self.words, self._unnamed)
        return visible(sentence), own

    @property
    def _unnamed(self) -> frozenset[int]:
        """Channels that have no name of their own."""
        return frozenset(channel.input for channel in self.report.channels if not channel.name)

    @property
    def partly_english(self) -> bool:
        """Whether some sentence of the findings or of what is not tested has no translation."""
        told = [s for f in self.report.findings for s in (f.title, *f.evidence, f.consequence, f.advice)]
        told += [untested.advice for untested in self.report.not_tested]
        return not all(self.said(sentence)[1] for sentence in told)

    def device_name(self, device: Device) -> str:
        """What a device is called; a sensor has a number only."""
        number = _SENSOR.fullmatch(device.name) if device.kind == "gas-water" else None
        return self.words("label.sensor_number", number=number[1]) if number else visible(device.name)

    def step(self, step: Step) -> str:
        """What happened at a step."""
        words = self.words
        direction = words(f"label.{step.direction}")
        if step.kind == "day":
            own, history = self.report.channel(step.input), self.history
            night = own is not None and own.connection == "GRID" and own.role == "CONSUMPTION"
            return words("label.step_night" if night and history and history.nights_only else "label.step_day")
        if step.kind == "change":
            return words("label.step_change")
        if step.kind == "observed":
            return words("label.step_observed", direction=direction)
        own = self.report.channel(step.input)
        grid = own is not None and own.role == "CONSUMPTION" and own.connection == "GRID"
        what = words("label.grid_socket") if grid else words("result.input", input=step.input)
        return words("label.step_announced", watts=words.number(step.announced_watts), direction=direction, what=what)

    def when(self, step: Step) -> str:
        """The moment of a step: of the visit its time of day, from afar the date as well."""
        clock = self.words.clock(step.at)
        return clock if not step.begins else f"{self.words.day(step.at)} {clock[:5]}"

    def moved(self, step: Step) -> str:
        """The power before and after a step and what the voltages did; of a day the power at its moment."""
        words, n = self.words, self.words.number
        if step.kind == "day":
            return f"{words('label.most')} {n(step.after_watts)} W"
        volts = "".join(f", ΔL{k} {n(v, signed=True)} V" for k, v in enumerate(step.change_volts, 1) if v is not None)
        return (
            f"{words('label.before')} {n(step.before_watts)} W, {words('label.after')} {n(step.after_watts)} W, "
            f"{words('label.change')} {n(step.change_watts, signed=True)} W{volts}"
        )

    def picture(self, step: Step) -> str:
        """The picture of a step in words, for who cannot see it."""
        key = {"change": "alt_change", "day": "alt_day"}.get(step.kind, "plot_alt")
        n = self.words.number
        text = self.words(
            f"label.{key}", name=self.name(step.input), before=n(step.before_watts), after=n(step.after_watts)
        )
        phases = ", ".join(s.phase for s in step.series if s.phase)
        volts = self.words("label.far_volts_alt" if step.begins else "label.volts_alt", phases=phases)
        return f"{text} {volts}" if phases else text

    def axis(self, step: Step, plot: Plot) -> tuple[str, str, str]:
        """What stands under the beginning, the step and the end of a picture."""
        n, clock = self.words.number, self.words.clock
        if not step.begins:
            return f"{n(plot.begin)} s", "0", f"{n(plot.end)} s"
        apart = 0.2 < plot.zero < 0.8  # else it would write over its neighbour
        return clock(step.begins)[:5], clock(step.at)[:5] if apart else "", clock(step.ends)[:5]

    def action(self, action: Action) -> str:
        """One change: settings, power before and after, by whom."""
        words = self.words
        changes = "; ".join(
            f"{words('setting.' + s.name.replace('CT type', 'ct_type'))}: {self._value(s.before)} → "
            f"{self._value(s.after)}"
            for s in action.settings
        )
        power = ""
        if action.watts_before is not None or action.watts_after is not None:
            power = f"; {words.number(action.watts_before)} W → {words.number(action.watts_after)} W"
        by = f", {words('label.changed_by', who=visible(action.by))}" if action.by else ""
        return f"{words.clock(action.at)} {changes}{power}{by}"

    def _value(self, value: str) -> str:
        known = {"yes": "format.yes", "no": "format.no", "-": "format.none"}
        return self.words(known[value]) if value in known else short(value)

    def retest(self, channel: Channel) -> str:
        """The verdict before and after."""
        if channel.retest is None:
            return self.words.number(None)
        before, after = channel.retest.verdict_before, channel.retest.verdict_after
        return f"{self.verdict_word(before)} → {self.verdict_word(after)}"

    def done(self, channel: Channel) -> str:
        """What was changed and what came of it, for the summary."""
        changes = [
            f"{self.words('setting.' + s.name.replace('CT type', 'ct_type'))}: {self._value(s.after)}"
            for action in channel.actions[-1:]
            for s in action.settings
        ]
        if channel.retest is not None:
            changes.insert(0, self.retest(channel))
        return "; ".join(changes) or self.words.number(None)

    def finding_title(self, finding: FindingBlock) -> tuple[str, bool]:
        """What was found, in a line."""
        return self.said(finding.title)

    def names(self) -> list[tuple[int, str]]:
        """Channels whose name the tables shorten."""
        from smappee_tui.report.render.visible import shortened

        return [(c.input, visible(c.name, 20_000)) for c in self.report.channels if shortened(c.name)]

    def pairs(self) -> dict[str, list[tuple[str, str]]]:
        """The blocks that are lists of a label and a value: site, installer, devices, method, header."""

        return pairs(self)
