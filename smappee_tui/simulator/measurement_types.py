"""The Infinity's words for a measured quantity: kind, unit, phase and mRID belong together."""

from __future__ import annotations

from typing import Any

PHASE_WORDS = ("PHASEA", "PHASEB", "PHASEC")
_PHASE_CODES = (128, 64, 32)
_QUANTITIES = {
    "ACTIVE_POWER": (37, "WATT", 38),
    "REACTIVE_POWER": (1003, "VOLTAMPEREREACTIVE", 63),
    "VOLTAGE": (158, "VOLT", 29),
    "CURRENT": (4, "AMPERE", 5),
}
_SITE_WIDE = {
    "ALWAYS_ON": 1008,
    "LOADTOTAL_ACTIVE_POWER": 1009,
    "PRODUCTIONTOTAL_ACTIVE_POWER": 1010,
    "IMPORTTOTAL_ACTIVE_POWER": 1011,
    "EXPORTTOTAL_ACTIVE_POWER": 1012,
}


def channel_type(kind: str, phase: int) -> dict[str, Any]:
    """Type object of a quantity of one phase; mRID is `1.<kind>.<phase>.<unit>`."""
    code, unit, unit_code = _QUANTITIES[kind]
    return _type(kind, unit, PHASE_WORDS[phase], f"1.{code}.{_PHASE_CODES[phase]}.{unit_code}")


def channel_types(phase: int) -> list[dict[str, Any]]:
    """All four quantities that a CT publishes."""
    return [channel_type(kind, phase) for kind in _QUANTITIES]


def site_type(kind: str) -> dict[str, Any]:
    """Type object of a site-wide total."""
    return _type(kind, "WATT", "NOTAPPLICABLE", f"1.{_SITE_WIDE[kind]}.0.38")


def site_types() -> list[dict[str, Any]]:
    """All site-wide totals."""
    return [site_type(kind) for kind in _SITE_WIDE]


def _type(kind: str, unit: str, phase: str, mrid: str) -> dict[str, Any]:
    return {
        "commodity": "ELECTRICITY",
        "measurementKind": kind,
        "unit": unit,
        "index": 0,
        "phase": phase,
        "channel": 0,
        "mRID": mrid,
    }
