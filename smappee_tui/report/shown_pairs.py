"""The blocks that are lists of labels and values, worded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smappee_tui.report.plain import visible

if TYPE_CHECKING:
    from smappee_tui.report.model import HistoryBlock
    from smappee_tui.report.shown import Shown
    from smappee_tui.report.words import Words

Pairs = list[tuple[str, str]]


def pairs(shown: Shown) -> dict[str, Pairs]:
    """By block, in the order in which they are printed. What was not said is a dash, so that a gap is seen."""
    return {
        "header": _labelled(shown, _header(shown)),
        "site": _labelled(shown, _site(shown)),
        "installer": _labelled(shown, _installer(shown)),
        "devices": _labelled(shown, _devices(shown)),
        "method": _labelled(shown, _method(shown)),
    }


def _labelled(shown: Shown, found: Pairs) -> Pairs:
    dash = shown.words.number(None)
    return [(shown.words(f"label.{key}"), visible(value) if value else dash) for key, value in found]


def _header(shown: Shown) -> Pairs:
    header, words = shown.report.header, shown.words
    return [
        ("report_id", header.report_id),
        ("generated", words.moment(header.generated)),
        ("tool", f"{header.tool} {header.version}"),
        ("rules", header.rules),
        ("language", header.language),
    ]


def _site(shown: Shown) -> Pairs:
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


def _installer(shown: Shown) -> Pairs:
    installer = shown.report.installer
    return [
        ("company", installer.company),
        ("person", installer.person),
        ("licence", installer.licence),
        ("role", installer.role),
        ("second_person", installer.second_person),
    ]


def _devices(shown: Shown) -> Pairs:
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


def _method(shown: Shown) -> Pairs:
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


def _history(history: HistoryBlock, words: Words) -> Pairs:
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
