"""What a link subscribes to: everything at first, and once it is known whom a person means, that location alone."""

from __future__ import annotations

import re

from smappee_tui.protocol.topics import ROOT, Kind

ALL = (f"{ROOT}/#", f"+/{ROOT}/#", f"+/+/{ROOT}/#")
"""Every topic of every location, also behind a bridge's prefix of one or two levels. They do not overlap, so that no
retained message is delivered twice; only the first must be granted."""
WHO = f"{ROOT}/+/config"
"""Who is there, in one small message each."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CONFIGURATIONS = (
    Kind.CONFIG.value,
    Kind.CHANNELS.value,
    f"{Kind.CHANNELS.value}V2",
    Kind.SENSORS.value,
    Kind.HOME_CONTROL.value,
)
_OF_A_FLEET = (
    Kind.REALTIME.value,
    *_CONFIGURATIONS,
    Kind.INTERVAL.value,
    Kind.GAS_WATER_INTERVAL.value,
    f"plug/+/{Kind.PLUG_CONNECTION.value}",
    f"plug/+/{Kind.PLUG_STATE.value}",
)
NEEDED = tuple(f"{prefix}{ROOT}/+/{rest}" for prefix in ("", "+/", "+/+/") for rest in _OF_A_FLEET)
"""Of every location what a fleet is judged by, and nothing that is only looked at on one screen."""
_STORED = tuple(rest for rest in _OF_A_FLEET if rest not in (Kind.REALTIME.value, Kind.INTERVAL.value))


def is_uuid(text: str) -> bool:
    """Whether it is a whole uuid of a service location."""
    return _UUID.fullmatch(text.strip().lower()) is not None


def begin(uuid: str) -> tuple[str, ...]:
    """For a location named by its whole uuid before anything was heard: that, and who else is there."""
    plain = uuid.strip().lower()
    return (f"{ROOT}/{plain}/#", f"+/{ROOT}/{plain}/#", f"+/+/{ROOT}/{plain}/#", WHO)


def alone(uuid: str, prefix: str = "") -> tuple[str, ...]:
    """One location that was heard; none where its name cannot be subscribed to.

    Args:
        uuid: as it stands in the topics.
        prefix: what a bridge puts before `servicelocation`.
    """
    return (f"{prefix}{ROOT}/{uuid}/#",) if _plain(prefix + uuid) else ()


def configurations(uuid: str, prefix: str = "") -> tuple[str, ...]:
    """The topics of its configuration one by one: some brokers, such as RabbitMQ, hand a retained message over to
    nobody who asked with a wildcard."""
    return tuple(f"{prefix}{ROOT}/{uuid}/{rest}" for rest in _CONFIGURATIONS) if _plain(prefix + uuid) else ()


def stored(uuid: str, prefix: str = "") -> tuple[str, ...]:
    """All of one location that a broker may have stored and a fleet wants to know; none for a name that is none."""
    return tuple(f"{prefix}{ROOT}/{uuid}/{rest}" for rest in _STORED) if _plain(prefix + uuid) else ()


def _plain(text: str) -> bool:
    return not any(letter in text for letter in "#+\0")
