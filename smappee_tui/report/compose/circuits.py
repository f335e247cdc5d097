"""The breakers that were traced: as rows of the report, and as labels for the board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.diagnosis.tracing.board import Traced
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.report.compose.readings import rounded
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Report, TracedCircuit


def circuit_blocks(circuits: Sequence[Traced], who: ReportMetadata) -> list[TracedCircuit]:
    """The list as the report keeps it."""
    return [
        TracedCircuit(
            breaker=one.breaker,
            inputs=list(one.own) if one.inputs else [],
            through=list(one.through),
            seen_by=list(one.grid),
            phases=[phase_name(phase) or "" for phase in one.phases],
            watts=rounded(one.watts) or 0,
            at=who.iso(one.at) or "",
            confirmed=one.sure,
        )
        for one in circuits
    ]


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on one label."""

    breaker: str
    name: str
    """As its inputs are configured; "" where nobody named them, and where there are none."""
    inputs: tuple[int, ...]
    hub: str
    """CT hub and its inputs, "5500002409/0"; "" where the monitor has none."""
    phases: tuple[str, ...]


def labels_in(report: Report) -> list[Label]:
    """The labels of a report that was read."""
    made = []
    for one in report.circuits:
        known = [channel for n in one.inputs if (channel := report.channel(n)) is not None]
        name = next((channel.name.strip() for channel in known if channel.name.strip()), "")
        hubs = _hubs(channel.hub for channel in known)
        made.append(Label(one.breaker, name, tuple(one.inputs), hubs, tuple(one.phases)))
    return made


def _hubs(hubs: Iterable[str | None]) -> str:
    """Hubs with the inputs of each: "5500002409/3+4+5"."""
    found: dict[str, list[str]] = {}
    for hub in hubs:
        if hub:
            serial, _, place = hub.partition("/")
            found.setdefault(serial, []).append(place)
    return ", ".join(f"{serial}/{'+'.join(places)}".rstrip("/") for serial, places in found.items())


def labels_of(circuits: Sequence[Traced], settings: Mapping[int, ChannelSetting]) -> list[Label]:
    """A label for each breaker, in the order of the list."""
    made = []
    for one in circuits:
        own = one.own if one.inputs else ()
        known = [settings[n] for n in own if n in settings]
        name = next((setting.name.strip() for setting in known if setting.name.strip()), "")
        phases = tuple(phase_name(phase) or "" for phase in one.phases)
        made.append(Label(one.breaker, name, own, _hubs(setting.hub for setting in known), phases))
    return made
