"""What arrives: one message of a monitor as a link hands it over, and one mark of the operator."""

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
