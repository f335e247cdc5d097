"""Numbers, spans and points in time in the fewest words."""

from __future__ import annotations

from datetime import UTC, datetime


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 fault`, `2 faults`, `3,600 messages`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def lasting(seconds: float) -> str:
    """A span of time: 42 s, 3 min 5 s, 2 h 10 min."""
    whole = max(0, round(seconds))
    if whole < 100:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 100:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60:,} h {minutes % 60} min"


def moment(at: float) -> str:
    """A point in time, in UTC as everywhere in this program's data."""
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, OSError, ValueError):
        return "an unknown time"


def sized(size: int) -> str:
    """A file's size: 812 bytes, 9.4 kB, 1.2 MB."""
    if size < 1000:
        return counted(size, "byte")
    return f"{size / 1e3:.1f} kB" if size < 1e6 else f"{size / 1e6:.1f} MB"


def phase_name(phase: int | None) -> str:
    """L1 to L3, or a dash."""
    return "-" if phase is None else f"L{phase + 1}"
