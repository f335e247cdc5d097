"""Serial numbers and identifiers of a made-up monitor, the same for the same seed."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass

from smappee_tui.simulator.meter import Dialect


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the virtual monitor says it is."""

    uuid: str
    """Service location uuid, the second level of every topic."""
    device_uuid: str
    serial: str
    """Ten digits: 50… for a Genius (Infinity), 20… for a Pro or Plus."""
    location: int
    """Service location id."""
    firmware: str
    hub_base: int
    """Serial of the first CT hub (55…); the next hubs follow it."""


def identity(dialect: Dialect, seed: str) -> Identity:
    """Draw an identity. Seeds that differ give monitors that differ, for several on one broker."""
    rng = random.Random(f"{seed}/identity/{dialect}")
    prefix, firmware = ("50", "V4.7.1") if dialect == "infinity" else ("20", "V3125")
    return Identity(
        uuid=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        device_uuid=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        serial=f"{prefix}{rng.randrange(10_000_000, 99_999_999)}",
        location=rng.randrange(10_000, 99_999),
        firmware=firmware,
        hub_base=5_500_000_000 + rng.randrange(10_000, 9_999_000),
    )
