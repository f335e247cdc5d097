"""Which topic is this? `servicelocation/<uuid>/<rest>`, after a bridge's prefix or none: a location and a kind."""

from __future__ import annotations

import enum
from typing import NamedTuple

ROOT = "servicelocation"
LONGEST_UUID = 128
"""A real uuid has 36 characters. Longer ones are somebody else's topic and would only cost memory."""
LONGEST_TOPIC = 400
"""Characters; a longer topic is nobody's."""


class Kind(enum.Enum):
    """What a topic is about."""

    CONFIG = "config"
    CHANNELS = "channelConfig"
    SENSORS = "sensorConfig"
    HOME_CONTROL = "homeControlConfig"
    REALTIME = "realtime"
    INTERVAL = "aggregated"
    SWITCH_INTERVAL = "aggregatedSwitch"
    GAS_WATER_INTERVAL = "aggregatedGW"
    PLUG_CONNECTION = "connectionState"
    PLUG_STATE = "state"
    PLUG_COMMAND = "setstate"
    TRIGGER = "trigger"
    SCHEDULE = "scheduler"
    PRESENCE = "presence"
    CLOUD_FEED = "power"
    """The vendor's own form of the one-second values, meant for its cloud."""
    OTHER = "other"
    """A topic that this program has no use for: counted, never complained about."""


class Topic(NamedTuple):
    """A topic taken apart."""

    location: str
    """UUID of the service location, "" when the topic has none."""
    kind: Kind
    node: str
    """Node id of the plug for the plug kinds, else ""."""


_PLAIN = {
    kind.value.casefold(): kind for kind in Kind if kind.value not in ("connectionState", "state", "setstate", "other")
}
_PLAIN["channelconfigv2"] = Kind.CHANNELS
_PLUG = {kind.value.casefold(): kind for kind in (Kind.PLUG_CONNECTION, Kind.PLUG_STATE, Kind.PLUG_COMMAND)}


def parse_topic(topic: str) -> Topic:
    """Take a topic apart. Spaces and capitals do not matter: the vendor's document writes `channel Config`.

    A bridge may put levels of its own before `servicelocation`: they say nothing and are left out.

    Args:
        topic: the topic as received.

    Returns:
        The parts; `Kind.OTHER` for anything this program does not read, whatever its shape.
    """
    if len(topic) > LONGEST_TOPIC:
        return Topic("", Kind.OTHER, "")
    parts = topic.split("/")
    roots = [place for place, part in enumerate(parts) if part == ROOT]
    parts = parts[roots[-1] :] if roots else []
    if len(parts) < 3 or not 0 < len(parts[1]) <= LONGEST_UUID:
        return Topic("", Kind.OTHER, "")
    location = parts[1]
    rest = ["".join(part.split()).casefold() for part in parts[2:]]
    if len(rest) == 1:
        return Topic(location, _PLAIN.get(rest[0], Kind.OTHER), "")
    if len(rest) == 3 and rest[0] == "plug" and rest[1] and rest[2] in _PLUG:
        return Topic(location, _PLUG[rest[2]], parts[3].strip())
    return Topic(location, Kind.OTHER, "")
