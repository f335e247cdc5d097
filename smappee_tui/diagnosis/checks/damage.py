"""Messages that came damaged: what of them could not be read, until the same topic brings one that is whole."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.topics import Kind
from smappee_tui.site.quality import Damage
from smappee_tui.site.site import Site

_NEEDED = frozenset({Kind.CHANNELS, Kind.REALTIME, Kind.CONFIG})
"""Kinds without which nothing is judged."""
_FROM_THE_APP = frozenset({Kind.CHANNELS, Kind.CONFIG, Kind.SENSORS, Kind.HOME_CONTROL, Kind.TRIGGER, Kind.SCHEDULE})
"""Kinds that say what a person typed."""


def damage_findings(site: Site) -> Iterator[Finding]:
    """One finding a kind of topic, with topic and place of everything lost; messages of which nothing can be read are
    counted elsewhere, but for the one without which nothing can be judged."""
    groups: dict[Kind, list[Damage]] = {}
    for damage in site.quality.damage.values():
        if not damage.whole:
            groups.setdefault(damage.kind, []).append(damage)
        elif damage.kind is Kind.CHANNELS:
            yield Finding("config-unreadable", "warning", Subject("monitor"), evidence=damage.lost)
    for kind, damaged in groups.items():
        names_only = all(damage.names_only for damage in damaged)
        said = fact("checks.damaged_name" if names_only else "checks.damaged_values", topic=kind.value)
        advice = fact("checks.damaged_typed" if kind in _FROM_THE_APP else "checks.damaged_sent")
        yield Finding(
            code="message-damaged",
            severity="info" if names_only or kind not in _NEEDED else "warning",
            subject=Subject("monitor"),
            params={"said": said, "advice": advice},
            evidence=tuple(lost for damage in damaged for lost in damage.lost),
        )
