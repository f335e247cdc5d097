"""What arrives: one message of a monitor as a link hands it over, and one mark of the operator; and what did not."""

from __future__ import annotations

from typing import Literal

import msgspec


class MqttMessage(msgspec.Struct, frozen=True, gc=False):
    """One MQTT message as received, not yet understood."""

    at: float
    """Seconds since 1970 on the receiving clock, never the monitor's."""
    topic: str
    """The whole topic, `servicelocation/<uuid>/…`."""
    payload: bytes
    """The payload as it came."""
    qos: int = 0
    """MQTT quality of service, 0 to 2."""
    retain: bool = False
    """True when the broker replayed a stored message: its age is unknown, it is not "now"."""


class Mark(msgspec.Struct, frozen=True, gc=False):
    """The operator's word in a guided test: he switched a load, up to about 2 s before or after saying so."""

    at: float
    """Seconds since 1970 on the receiving clock, when he said it."""
    kind: Literal["load-on", "load-off"]
    """Which way he switched."""
    watts: float
    """Nameplate power of the load in W."""
    input: int | None = None
    """The channel whose circuit feeds the load, or None: some socket behind the grid meter."""


class Gap(msgspec.Struct, frozen=True, gc=False):
    """Nothing came: the connection was lost, or its other end fell silent, or more came than could be taken."""

    at: float
    """Seconds since 1970 on the receiving clock, when messages came again, or when watching ended."""
    seconds: float
    """How long nothing had come; 0 where messages were only dropped."""
    reconnects: int = 0
    """How often the connection to the broker came back in that time."""
    dropped: int = 0
    """Messages thrown away since the last gap, because they came faster than they could be taken."""
    realtime: int = 0
    """How many of these were measurements of a second."""
    unknown: int = 0
    """How many were of topics that this program does not read."""
