"""What cannot be measured and has to be asked before a test: generation on site, and the load at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from smappee_tui.protocol.messages import ChannelSetting

Generation = Literal["metered", "unmetered", "none", "unknown"]
LoadKind = Literal["heater", "small-heater", "kettle", "oven", "car", "nothing"]

GENERATIONS: tuple[Generation, ...] = ("metered", "unmetered", "none", "unknown")
"""Solar, battery or generator on site: measured here, some of it not, nothing can feed in, not known."""


@dataclass(frozen=True, slots=True)
class PortableLoad:
    """One load to test with."""

    kind: LoadKind
    watts: float
    """Nameplate, W; 0 for none."""
    portable: bool = True
    """Can be carried from socket to socket."""


LOADS: tuple[PortableLoad, ...] = (
    PortableLoad("heater", 2000.0),
    PortableLoad("small-heater", 1000.0),
    PortableLoad("kettle", 3000.0),
    PortableLoad("oven", 0.0, False),
    PortableLoad("car", 0.0, False),
    PortableLoad("nothing", 0.0, False),
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person said."""

    generation: Generation
    load: PortableLoad = LOADS[0]


def default_answers(settings: Mapping[int, ChannelSetting], declared: Generation | None = None) -> Answers:
    """The answers that the configuration suggests.

    Args:
        settings: as configured.
        declared: what the person said at the start of the program, if anything.
    """
    if declared is not None:
        return Answers(declared)
    makes = any(setting.produces or setting.stores for setting in settings.values())
    return Answers("metered" if makes else "unknown")
