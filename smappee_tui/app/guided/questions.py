"""What cannot be measured and has to be asked before a test: generation on site, and the load at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from smappee_tui.protocol.messages import ChannelSetting

Generation = Literal["metered", "unmetered", "none", "unknown"]
LoadKind = Literal["heater", "small-heater", "kettle", "oven", "car", "nothing"]

GENERATIONS: dict[Generation, str] = {
    "metered": "Yes, and this monitor measures all of it",
    "unmetered": "Yes, and some of it is not measured here",
    "none": "No: nothing on site can feed in",
    "unknown": "I do not know",
}
"""Solar, battery or generator on site: the answers, as people say them."""


@dataclass(frozen=True, slots=True)
class PortableLoad:
    """One load to test with."""

    kind: LoadKind
    words: str
    """In the list of answers."""
    name: str
    """In an instruction: "Switch the heater ON"."""
    watts: float
    """Nameplate, W; 0 for none."""
    portable: bool = True
    """Can be carried from socket to socket."""


LOADS: tuple[PortableLoad, ...] = (
    PortableLoad("heater", "Heater or kettle of about 2 kW", "heater", 2000.0),
    PortableLoad("small-heater", "Heater of about 1 kW, or at its half step", "heater", 1000.0),
    PortableLoad("kettle", "Large kettle or heater of about 3 kW", "kettle", 3000.0),
    PortableLoad("oven", "Only the oven of the house", "oven", 0.0, False),
    PortableLoad("car", "Only a car charger: set the car to its lowest current", "car charger", 0.0, False),
    PortableLoad("nothing", "Nothing: watch for longer instead", "", 0.0, False),
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
