"""The blocks of a report that are lists of a label and a value: header, site, installer, devices, method."""

from __future__ import annotations

from smappee_tui.report.model import HistoryBlock
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.report.wording import shown_text

Pairs = list[tuple[str, str]]


def pairs_of(shown: ReportText) -> dict[str, Pairs]:
    """By block, in the order in which they are printed. What was not said is a dash, so that a gap is seen."""
    return {
        "header": _labelled(shown, _header(shown)),
        "site": _labelled(shown, _site(shown)),
        "installer": _labelled(shown, _installer(shown)),
        "devices": _labelled(shown, _devices(shown)),
        "method": _labelled(shown, _method(shown)),
    }


def _labelled(shown: ReportText, found: Pairs) -> Pairs:
    dash = shown.number(None)
    return [(shown.words(f"report.label.{key}"), shown_text(value) if value else dash) for key, value in found]


def _header(shown: ReportText) -> Pairs:
    header = shown.report.header
    return [
        ("report_id", header.report_id),
        ("generated", shown.moment(header.generated)),
        ("tool", f"{header.tool} {header.version}"),
        ("rules", header.rules),
        ("language", header.language),
    ]


def _site(shown: ReportText) -> Pairs:
    site, words = shown.report.site, shown.words
    fuse = f"{shown.number(site.main_fuse_amps)} A" if site.main_fuse_amps is not None else ""
    return [
        ("site_name", site.name),
        ("customer", site.customer),
        ("address", site.address),
        ("supply", words(f"report.supply.{site.supply}")),
        ("main_fuse", fuse),
        *([("country", words(f"limits.country.{site.country}"))] if site.country else []),
        ("generation", words(f"report.declared.{site.generation}") if site.generation else ""),
        ("storage", words(f"report.declared.{site.storage}") if site.storage else ""),
        ("configured_generation", shown.truth(site.configured_generation)),
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
        *((key, text) for key, text in (("phone", installer.phone), ("email", installer.email)) if text),
    ]


def _devices(shown: ReportText) -> Pairs:
    devices = shown.report.devices
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
                ("clock_offset", "" if offset is None else f"{shown.number(offset, signed=True)} s"),
            ]
        ),
    ]


def _method(shown: ReportText) -> Pairs:
    method, words = shown.report.method, shown.words
    n = shown.number
    loop = ""
    if method.loop_ohms is not None:
        loop = f"{n(method.loop_ohms)} Ω, {words('report.label.loop_edges', edges=method.loop_edges)}"
    limits = words("report.label.volt_limits", low=n(method.low_volts), high=n(method.high_volts))
    sure = words(
        "report.label.sure",
        percent=n(method.sure_percent),
        amps=n(method.least_amps),
        va=n(method.least_volt_amperes),
    )
    judged = ("measuring", words(f"report.measuring.{method.measuring}")), ("thresholds", f"{sure}; {limits}")
    if method.history is not None:
        return [*_history(method.history, shown), *judged]
    loads = f"{method.edges_seen} / {method.edges_announced}" if method.loads else words("report.label.load_none")
    span = words(
        "report.label.watch_span",
        start=shown.moment(method.started),
        end=shown.clock(method.ended),
        seconds=n(method.seconds),
    )
    return [
        ("watched", span if method.started else ""),
        ("messages", f"{method.received} / {method.expected}"),
        ("lost", f"{n(method.lost_percent)} %"),
        ("unreadable", str(method.unreadable)),
        ("longest_gap", f"{n(method.longest_gap_seconds)} s"),
        ("missing_seconds", f"{n(method.missing_seconds)} s"),
        ("reconnects", str(method.reconnects)),
        *([("dropped", str(method.dropped))] if method.dropped else []),
        ("test", words("report.label.guided" if method.guided else "report.label.passive")),
        ("loads", loads),
        ("loop", loop),
        *judged,
    ]


def _history(history: HistoryBlock, shown: ReportText) -> Pairs:
    """What a judgement from afar rests on, in place of the messages of a watch."""
    words = shown.words
    signed = "far_signed" if history.reactive_signed else "far_unsigned"
    nights = "far_nights" if history.nights_only else "far_all_hours"
    return [
        ("far_judged", words("report.label.far_days", days=shown.number(history.days))),
        (
            "far_span",
            words("report.label.span", start=shown.moment(history.first), end=shown.moment(history.last)),
        ),
        ("far_values", str(history.intervals)),
        ("far_reactive", words(f"report.label.{signed}")),
        ("far_grid", words(f"report.label.{nights}")),
        ("test", words("report.label.far_test")),
    ]
