"""A scenario file read into plain data. Every key is checked: a typing error must not pass as "nothing asked".

`README.md` beside this file explains the keys.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

FOLDER = Path(__file__).parent
PHASES = {"L1": 0, "L2": 1, "L3": 2}

Table = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Channel:
    """One metered circuit (role sub, solar, battery), or a spare input (unused)."""

    name: str
    on: str = "L1"
    role: str = "sub"
    rating: float = 4000.0
    """Of an inverter, W."""
    output: float | None = None
    """Share of its rating that an inverter gives; None: no inverter, the loads say what flows."""


@dataclass(frozen=True)
class LoadSpec:
    """One load. Without `times` it is always on."""

    watts: float
    on: str = "L1"
    at: str = "unmetered"
    angle: float = 0.0
    distortion: float = 1.0
    flicker: float = 0.004
    ramp: float = 0.0
    times: tuple[tuple[float, float], ...] = ()
    standby: tuple[float, float, float] | None = None
    """Watts, angle and distortion while it is off."""


@dataclass(frozen=True)
class TestSpec:
    """The operator's load: switched `cycles` times, announced a little late (or not at all)."""

    __test__ = False
    start: float
    on: str = "L1"
    at: str = "unmetered"
    input: int | None = None
    watts: float = 2000.0
    """What the operator says."""
    real: float | None = None
    """What it draws at rated voltage; None: the same."""
    cycles: int = 2
    hold: float = 8.0
    every: float = 18.0
    late: float = 0.6
    opens_after: float | None = None
    """Its thermostat opens so many seconds after it was switched on, before he switches it off."""
    silent: bool = False
    """Nobody marks it."""


@dataclass(frozen=True)
class Event:
    """Something that happens at a second of the stream; README.md lists the kinds."""

    at: float
    inject: str = ""
    mend: str = ""
    ct: dict[str, Table] = field(default_factory=dict)
    output: float | None = None
    pause: float = 0.0
    clock: float = 0.0
    restart: bool = False
    volts: dict[str, float] | None = None
    config: str = ""
    repeat: int = 0
    triple: tuple[int, ...] = ()
    extra: bool = False
    nonsense: int = 0
    shift: int = 0
    freeze: float = 0.0


@dataclass(frozen=True)
class Expect:
    """What the judgement must say (or must not)."""

    channels: dict[str, list[str]] = field(default_factory=dict)
    place: dict[str, str] = field(default_factory=dict)
    certain: dict[str, list[str]] = field(default_factory=dict)
    """Verdicts that must not be given without a "probably"."""
    findings: tuple[str, ...] = ()
    groups: dict[str, list[int]] = field(default_factory=dict)
    """Finding code and exactly the inputs that one such finding names."""
    advice: dict[str, str] = field(default_factory=dict)
    """Text that the channel's advice holds."""
    phases: dict[str, str] = field(default_factory=dict)
    supply: str = ""
    faults: int | None = None
    """How many findings of severity "fault"."""


@dataclass(frozen=True)
class Check:
    """Expectations at one second of the stream."""

    at: float
    must: Expect = field(default_factory=Expect)
    must_not: Expect = field(default_factory=Expect)


@dataclass(frozen=True)
class Scenario:
    """One situation."""

    title: str
    level: int
    name: str = ""
    kind: str = "star"
    dialect: str = "infinity"
    seconds: int = 60
    seeds: tuple[int, ...] = (1, 2)
    generation: str | None = None
    known: str = ""
    free: tuple[int, ...] = ()
    one_voltage: bool = False
    background: str = "quiet"
    supply: Table = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    loss: float = 0.0
    phase_type: str = ""
    neighbour: tuple[str, ...] | None = None
    channels: tuple[Channel, ...] = ()
    loads: tuple[LoadSpec, ...] = ()
    tests: tuple[TestSpec, ...] = ()
    events: tuple[Event, ...] = ()
    ct: dict[str, Table] = field(default_factory=dict)
    must: Expect = field(default_factory=Expect)
    must_not: Expect = field(default_factory=Expect)
    check: tuple[Check, ...] = ()


def load(path: Path) -> Scenario:
    """Read one file. Raises ValueError naming the key that is not known."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    table["name"] = path.stem
    for key, kind in (("channels", Channel), ("loads", LoadSpec), ("tests", TestSpec), ("events", Event)):
        table[key] = tuple(_made(kind, one, path) for one in table.get(key, []))
    table["check"] = tuple(
        Check(one["at"], _expect(one.get("must"), path), _expect(one.get("must_not"), path))
        for one in table.get("check", [])
    )
    table["must"], table["must_not"] = _expect(table.get("must"), path), _expect(table.get("must_not"), path)
    return _made(Scenario, table, path)


def everything() -> list[Scenario]:
    """All scenarios, by name."""
    return [load(path) for path in sorted(FOLDER.glob("*.toml"))]


def _expect(table: Table | None, path: Path) -> Expect:
    return _made(Expect, table or {}, path)


def _made(kind: type[T], table: Table, path: Path) -> T:
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    strange = table.keys() - known
    if strange:
        raise ValueError(f"{path.name}: {kind.__name__} has no {', '.join(sorted(strange))}")
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in table.items()})
