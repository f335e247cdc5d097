"""What the login that is typed into a monitor may do on this laptop's broker: report, and nothing else.

Whoever learns that password, as from the wire, could otherwise leave a command for a plug on the broker for ever.
"""

from __future__ import annotations

from smappee_tui.protocol.topics import ROOT, Kind

MONITOR_READS = f"{ROOT}/#"
MONITOR_WRITES = (
    f"{ROOT}/+/+",
    f"{ROOT}/+/+/+",
    f"{ROOT}/+/plug/+/{Kind.PLUG_STATE.value}",
    f"{ROOT}/+/plug/+/{Kind.PLUG_CONNECTION.value}",
)
"""Everything that monitors publish; a plug's command has five levels, and is not among them."""


def may_write(topic: str) -> bool:
    """Whether a monitor may publish to this topic."""
    levels = topic.split("/")
    return any(
        len(levels) == len(wanted) and all(want in ("+", level) for want, level in zip(wanted, levels, strict=True))
        for wanted in (pattern.split("/") for pattern in MONITOR_WRITES)
    )


def may_subscribe(topic_filter: str) -> bool:
    """Whether a monitor may ask for these topics."""
    return topic_filter.split("/")[0] == ROOT
