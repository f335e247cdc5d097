"""From a topic and its payload to a message: the one door of this room."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from smappee_tui.protocol import configs, plugs
from smappee_tui.protocol.intervals import read_gas_water_intervals, read_intervals, read_switch_intervals
from smappee_tui.protocol.messages import CloudFeed, Message, Other
from smappee_tui.protocol.realtime import read_realtime
from smappee_tui.protocol.topics import LONGEST_TOPIC, Kind, Topic, parse_topic
from smappee_tui.protocol.wire import HEAD, WRAPPER, unwrapped

_READERS: dict[Kind, Callable[[str, bytes], Message]] = {
    Kind.REALTIME: read_realtime,
    Kind.CONFIG: configs.read_config,
    Kind.CHANNELS: configs.read_channels,
    Kind.SENSORS: plugs.read_sensors,
    Kind.HOME_CONTROL: plugs.read_home_control,
    Kind.INTERVAL: read_intervals,
    Kind.SWITCH_INTERVAL: read_switch_intervals,
    Kind.GAS_WATER_INTERVAL: read_gas_water_intervals,
    Kind.TRIGGER: plugs.read_trigger,
    Kind.SCHEDULE: plugs.read_schedule,
    Kind.PRESENCE: plugs.read_presence,
    Kind.CLOUD_FEED: lambda _topic, _payload: CloudFeed(),
}
_NOBODYS = (Topic("", Kind.OTHER, ""), None)


def decode(topic: str, payload: bytes) -> tuple[Topic, Message]:
    """Read one message.

    Args:
        topic: the topic as received.
        payload: the bytes as received.

    Returns:
        The topic taken apart and the message; `Other` for topics that this program does not read.

    Raises:
        UnreadableError: a known topic whose payload cannot be read. Nothing else is ever raised.
    """
    parts, reader = _door(topic) if len(topic) <= LONGEST_TOPIC else _NOBODYS
    if reader is read_realtime:  # every second, and it looks for a wrapper by itself where there is nothing else
        return parts, read_realtime(topic, payload)
    if payload.find(WRAPPER, 0, HEAD) >= 0:
        payload = unwrapped(payload)
    if reader is not None:
        return parts, reader(topic, payload)
    if parts.kind is Kind.OTHER:
        return parts, Other(topic[:200])
    return parts, plugs.read_plug(topic, payload, parts)


@lru_cache(maxsize=512)
def _door(topic: str) -> tuple[Topic, Callable[[str, bytes], Message] | None]:
    """The same few topics come every second: look each up once."""
    parts = parse_topic(topic)
    return parts, _READERS.get(parts.kind)
