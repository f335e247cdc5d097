"""What the diagnosis says. Plain data: table badge, detail pane, report and JSON render the same objects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from smappee_tui.protocol.fact import Fact, Params, fact

Severity = Literal["fault", "warning", "info"]
SupplyKind = Literal["single", "star", "delta", "unknown"]
PhaseWord = Literal["ok", "low", "high", "missing", "reference"]
Verdict = Literal[
    "ok",
    "reversed",
    "wrong_phase",
    "wrong_phase_reversed",
    "dead",
    "wrong_ratio",
    "half_open",
    "no_current",
    "inconclusive",
    "unused",
]

Size = Literal["ok", "doubtful", "wrong", "unchecked"]
"""Whether what a CT reads agrees with others that see the same current; `doubtful` is a contradiction of which nobody
can say yet which side is wrong, `unchecked` is a current that nothing else sees."""
BalanceWord = Literal["ok", "doubtful", "impossible", "unchecked"]

FAULTS: frozenset[str] = frozenset(
    {"reversed", "wrong_phase", "wrong_phase_reversed", "dead", "wrong_ratio", "half_open"}
)
"""Verdicts that are faults of the wiring or of the CT."""
AT_HOME: frozenset[str] = frozenset({"ok", "reversed"})
"""Verdicts of a CT on the phase that it is configured for."""
STRAY: frozenset[str] = frozenset({"wrong_phase", "wrong_phase_reversed"})
"""Verdicts of a CT on another one."""
WAITING: frozenset[str] = frozenset({"no_current", "inconclusive"})
"""Verdicts that say: not judged yet."""

LEFT_OUT: frozenset[str] = frozenset({"config-row"})
"""Findings that tell of a CT in use of which it is not even known which input it is: it cannot be judged either."""

ISOLATE = fact("advice.safety")
"""Isolate first: said wherever a clamp must be moved."""

Generation = Literal["metered", "unmetered", "none", "unknown"]
"""Solar, battery or generator on site, as a person says it is."""
SubjectKind = Literal["channel", "phase", "plug", "sensor", "supply", "monitor"]
_SUBJECT_KINDS: tuple[SubjectKind, ...] = get_args(SubjectKind)
_LONGEST_NUMBER = 20
"""Digits from which on it is no number of ours; a file may hold any."""


class Subject(NamedTuple):
    """What a finding is about."""

    kind: SubjectKind
    id: int | str | None = None
    """Input, "L2", node of a plug, number of a sensor; None where there is but one."""

    def __str__(self) -> str:
        """As JSON names it: `channel:3`, `supply`."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"

    @classmethod
    def named(cls, text: str) -> Subject | None:
        """What JSON names so; None: nothing that this version knows."""
        kind, _, which = text.partition(":")
        known = next((one for one in _SUBJECT_KINDS if one == kind), None)
        if known is None:
            return None
        number = which.isascii() and which.isdigit() and len(which) < _LONGEST_NUMBER
        return cls(known, int(which) if number else which or None)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell the installer."""

    code: str
    """Stable word, "ct-reversed"; title, advice and consequence stand in the catalogues under it."""
    severity: Severity
    subject: Subject
    evidence: tuple[Fact, ...] = ()
    """What was seen."""
    confidence: float | None = None
    """Probability, 0 to 1, where one can be given."""
    channels: tuple[int, ...] = ()
    """Inputs it speaks of; a swapped pair names both."""
    params: Params = field(default_factory=dict)
    """What its title, advice and consequence are made of."""

    def names(self, number: int) -> bool:
        """Whether it is about this input, or speaks of it."""
        return number in self.channels or self.subject == ("channel", number)


WEIGHT: dict[str, int] = {"fault": 0, "warning": 1, "info": 2}
"""Severities by weight, the weightiest first."""


def by_weight(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The weightier findings first, else in their order."""
    return tuple(sorted(findings, key=lambda finding: WEIGHT[finding.severity]))


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One of the ways a CT can sit: on which phase, and which way round."""

    phase: int
    """0 to 2."""
    reversed: bool
    probability: float


@dataclass(frozen=True, slots=True)
class ChannelVerdict:
    """What is said of one CT."""

    input: int
    verdict: Verdict
    title: Fact
    """A few words for the table: "reversed", "on L2, not L1", "needs 1 kW"."""
    confidence: float
    """Probability of the verdict, 0 to 1."""
    actual_phase: int | None = None
    """Where it really is, 0 to 2, for a wrong phase that could be named."""
    evidence: tuple[Fact, ...] = ()
    advice: Fact | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    """All six with their probability, most probable first; empty where nothing was seen."""
    angle: float | None = None
    """Measured angle of the current against its configured phase, degrees, lag positive; None where unknown."""
    angle_error: float | None = None
    """Half width of what rounding and noise leave open, degrees."""
    size: Size = "unchecked"
    watching: int | None = None
    """Seconds until something can be said of the current that it shows; None where it was looked at long enough."""

    @property
    def said(self) -> Fact:
        """`title`; where that says no more than that nothing is decided, that its size is in doubt."""
        bare = self.title.code == "verdicts.inconclusive"
        return fact("verdicts.size_doubtful") if bare and self.size == "doubtful" else self.title


@dataclass(frozen=True, slots=True)
class PhaseVerdict:
    """What is said of one phase's voltage."""

    phase: int
    volts: float | None
    """Mean over the watch, V."""
    verdict: PhaseWord
    lowest: float | None = None
    """Over the watch, V; None where no voltage was seen."""
    highest: float | None = None
    nominal: float | None = None
    """What it is judged against, V."""


@dataclass(frozen=True, slots=True)
class PhaseBalance:
    """What comes in on one phase and what is measured of where it goes, means over the watch, W."""

    phase: int
    grid: float
    """Positive where the house takes from the grid."""
    production: float
    """Positive where it is made."""
    circuits: float
    """Positive where they take; a circuit that gives counts against it."""
    unmetered: float
    """grid + production - circuits: what no CT sees. Clearly negative where a CT is wrong or generation hides."""
    verdict: BalanceWord


LimitCode = Literal[
    "main-fuse", "ct-fuse", "ct-rating", "charger", "imbalance", "single-phase", "quarter-peak", "month-peak"
]
LimitWord = Literal["ok", "near", "over", "unchecked"]
Unit = Literal["A", "W", "VA"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of the installation, and how near what was seen came to it."""

    code: LimitCode
    verdict: LimitWord
    unit: Unit
    limit: float | None
    """None where nobody said one."""
    worst: float | None
    """The highest that was seen; None where nothing was."""
    at: float | None = None
    """When that was, seconds since 1970: the second, or the begin of the quarter of an hour."""
    phase: int | None = None
    """0 to 2; None where it is of no single phase, or nobody knows of which."""
    input: int | None = None
    name: str = ""
    why: Fact | None = None
    """Why it is `unchecked`; None for every other verdict."""
    notes: tuple[Fact, ...] = ()
    """What else is to be known of it."""
    source: Fact | None = None
    """Whose limit it is, where it is no fuse and no CT of the house."""
    at_least: bool = False
    """Something was missing: it may have been more."""
    seconds: float | None = None
    """For how long it was above the limit, or how much of the quarter was measured."""
    mean: float | None = None
    """The same over the whole watch."""
    projected: float | None = None
    """What the running quarter of an hour comes to, if the last minute goes on."""
    parts: tuple[tuple[int, str, float], ...] = ()
    """Circuits that made it: input, name, W; the largest first."""

    @property
    def margin(self) -> float | None:
        """What was left of it, negative beyond; None where one of both is not known."""
        return None if self.limit is None or self.worst is None else self.limit - self.worst


@dataclass(frozen=True, slots=True)
class Beside:
    """One grid CT beside the meter's line of its wire, means over what was compared."""

    input: int
    line: int
    """0 to 2, as the meter names it."""
    meter: float
    """W, net."""
    shown: float
    """W as the monitor publishes it."""
    size: float
    """What the CT shows of each watt of the meter, direction and phase undone; NaN where too little flowed."""
    clear: bool
    """One wiring is left, whatever else was seen."""


@dataclass(frozen=True, slots=True)
class WitnessVerdict:
    """What the utility's meter beside the grid CTs amounts to."""

    house: Literal["this", "another", "unknown"]
    """Whose meter it is; `unknown` until enough was compared."""
    readings: int
    """How many were compared."""
    delay: float
    """Seconds by which its readings are older than they arrive."""
    order: tuple[int, ...] = ()
    """By phase of the monitor, 0 to 2, the meter's line, 0 to 2; empty unless it is this house's."""
    lines: tuple[Beside, ...] = ()
    """Each grid CT beside the line of its wire."""

    def of(self, number: int) -> Beside | None:
        """Of one input; None where it is no grid CT, or nothing was compared."""
        return next((one for one in self.lines if one.input == number), None)

    @property
    def worst(self) -> float | None:
        """The size of the grid CT that is furthest off the meter, 1 for one that is right; None where none is known."""
        known = [one.size for one in self.lines if one.size == one.size]
        return max(known, key=lambda size: abs(size - 1)) if known else None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything said at one moment."""

    supply: SupplyKind = "unknown"
    phases: tuple[PhaseVerdict, ...] = ()
    channels: dict[int, ChannelVerdict] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    balance: tuple[PhaseBalance, ...] = ()
    """One entry a phase that has a grid CT; empty where there is none, or nothing was heard."""
    witness: WitnessVerdict | None = None
    """None without a meter, and until it has told something that compares."""
    limits: tuple[Limit, ...] = ()
    """What the installation bears, and how near what was seen came to it."""

    @property
    def swinging(self) -> frozenset[int]:
        """Inputs whose configuration changes to and fro: that is told and counted, and no single change of it."""
        return frozenset(n for f in self.findings if f.code == "config-alternates" for n in f.channels)

    def count(self, severity: Severity) -> int:
        return sum(1 for finding in self.findings if finding.severity == severity)

    def marks(self) -> dict[int, Severity]:
        """By input the weightiest severity of what names it."""
        found: dict[int, Severity] = {}
        for finding in by_weight(self.findings):
            own = (finding.subject.id,) if finding.subject.kind == "channel" else ()
            for number in (*finding.channels, *own):
                if isinstance(number, int):
                    found.setdefault(number, finding.severity)
        return found

    def judged(self, inputs: Iterable[int]) -> int:
        """Of these channels, those that a verdict was given on; one out of use is none."""
        said = (self.channels.get(number) for number in inputs)
        return sum(1 for v in said if v is not None and v.verdict not in WAITING and v.verdict != "unused")

    def undecided(self, inputs: Iterable[int]) -> int:
        """Of these channels, those that are not judged yet; one that nothing is said of is not judged."""
        said = (self.channels.get(number) for number in inputs)
        return sum(1 for verdict in said if verdict is None or verdict.verdict in WAITING)
