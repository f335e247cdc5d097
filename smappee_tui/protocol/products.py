"""What a serial number tells about the product. Prefixes as confirmed by public integrations."""

from __future__ import annotations

_PREFIXES = {
    "10": "Energy",
    "11": "Solar",
    "20": "Pro/Plus",
    "30": "Gas & Water",
    "50": "Infinity (Genius)",
    "5100": "Connect (Wi-Fi)",
    "5110": "Connect (Wi-Fi)",
    "5130": "Connect (Ethernet)",
    "5140": "Connect (4G)",
    "51": "Connect",
    "55": "CT Hub",
    "57": "P1/S1 module",
    "58": "Output module",
    "61": "EV station",
    "62": "EV station",
    "4004": "Switch",
    "4006": "Switch",
}

WITHOUT_BROKER = ("10", "11", "51")
"""Products that have no local MQTT broker: the first two speak HTTP only, the third only to the vendor's cloud."""


def product_of(serial: str) -> str:
    """Name the product of a 10-digit serial number, "unknown" for a prefix that nobody has documented."""
    for length in (4, 2):
        name = _PREFIXES.get(serial[:length])
        if name and serial[:10].isdigit():
            return name
    return "unknown"


def has_broker(serial: str) -> bool:
    """Whether this product carries a local MQTT broker (20- and 50-series do). Unknown products get the benefit."""
    return not serial.startswith(WITHOUT_BROKER)
