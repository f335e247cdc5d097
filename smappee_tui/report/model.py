"""The commissioning report as data: thirteen blocks, frozen. JSON is this and nothing else; every renderer reads it.

What the diagnosis says stands in it twice: in English for whoever reads the file, and as facts, codes with their
numbers and names, from which a renderer makes the sentences of the report's language.

Numbers are rounded here, once, to what is shown: a renderer writes a number as it stands. Powers are W, currents A,
voltages V, probabilities percent. Times are ISO 8601 with the offset of the place where the report was written.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec

from smappee_tui.i18n import Language
from smappee_tui.protocol.configs import CONNECTIONS, ROLES
from smappee_tui.protocol.fields import Holds, means
from smappee_tui.report.blocks import (
    Block,
    ChannelName,
    FactBlock,
    LocationId,
    Number,
    Ours,
    Percent,
    Private,
    Sentence,
    Serial,
    Sha256,
    Uuid,
)
from smappee_tui.report.correction_blocks import CorrectionsBlock
from smappee_tui.report.limit_blocks import LimitBlock
from smappee_tui.report.witness_block import WitnessBlock

SCHEMA: Final = "smappee-tui/report/1"

Result = Literal["pass", "faults", "undecided"]
Status = Literal["open", "mended", "retest"]
Tested = Literal["announced load", "observed", "no"]
StepKind = Literal["announced", "observed", "change", "day"]
"""`change` and `day` are of five-minute means from the cloud, the others of seconds."""
Reason = Literal["no_current", "inconclusive", "no_phase", "no_configuration", "not_judged", "unused_live"]
Declared = Literal["metered", "unmetered", "none", "unknown"]
Country = Literal["", "BE", "NL", "FR", "DE"]


class Header(Block, frozen=True, kw_only=True):
    """Block 1: which report this is, and what it amounts to."""

    report_id: Ours
    result: Result
    """`pass`: everything in use judged and well. It is never said of a partial report."""
    partial: bool
    """Something mandatory is missing, or a channel in use is not judged."""
    missing: list[Ours]
    """What is missing, `block.field`."""
    untested: list[int]
    """Inputs in use that are not judged."""
    faults: int
    warnings: int
    tool: Ours
    version: Ours
    rules: Ours
    """Fingerprint of the rules that judged."""
    generated: Ours
    generated_utc: Ours
    language: Language
    redacted: bool
    """Identities are made up."""


class SiteBlock(Block, frozen=True, kw_only=True):
    """Block 2: the installation."""

    name: str
    customer: str
    address: str
    uuid: Uuid
    location_id: LocationId | None
    supply: Literal["single", "star", "delta", "unknown"]
    main_fuse_amps: Number | None
    country: Country = ""
    """As the installer says it; "" where nobody did, and in files of older versions."""
    generation: Declared | None
    """As the installer declares it; null where nobody did."""
    storage: Declared | None
    configured_generation: bool
    """The configuration shows production or storage."""
    notes: Private
    customer_language: Language | None = None
    """Of the page for the customer; null: that of the report."""


class InstallerBlock(Block, frozen=True, kw_only=True):
    """Block 3: who did it."""

    company: str
    person: str
    licence: str
    role: str
    second_person: str
    phone: Private = ""
    email: Private = ""


class Device(Block, frozen=True, kw_only=True):
    """A plug, a gas and water sensor, or a CT hub."""

    kind: Literal["ct-hub", "plug", "gas-water"]
    name: str
    serial: Serial
    state: Ours
    """The verdict's word, as in `check --json`."""
    battery_percent: Number | None
    number: Annotated[int, means(Holds.ID)] | None = None
    """Of a sensor, which has no name of its own; null in files of older versions."""
    configured: bool = True
    """False for a plug that the configuration has left out: it may be gone."""


class DevicesBlock(Block, frozen=True, kw_only=True):
    """Block 4: the monitor and what belongs to it."""

    serial: Serial
    product: Sentence
    firmware: Annotated[str, means(Holds.VERSION)]
    dialect: Ours
    device_uuid: Uuid
    source: Private
    """Gateway address, or the recording's name."""
    clock_offset_seconds: Number | None
    """Monitor's clock less this computer's."""
    devices: list[Device]


class TestLoad(Block, frozen=True, kw_only=True):
    """One announced switching of a load."""

    at: Ours
    direction: Literal["on", "off"]
    watts: Number
    input: int | None
    """The circuit announced; null: some socket behind the grid meter."""
    seen: bool
    """The data showed it."""


class HistoryBlock(Block, frozen=True, kw_only=True):
    """What a judgement from afar rests on: nobody was on site."""

    source: Literal["cloud"]
    first: Ours
    """Time stamp of the first value."""
    last: Ours
    intervals: int
    """Number of values."""
    interval_seconds: int
    days: Number
    """Days of values present."""
    reactive_signed: bool
    """Reactive power came with its sign, so angles are known and not only their size."""
    nights_only: bool
    """The grid CTs were judged by nights only, when no sun hides in them."""


class MethodBlock(Block, frozen=True, kw_only=True):
    """Block 5: how it was judged, and with what."""

    started: Ours | None
    ended: Ours | None
    seconds: Number
    received: int
    expected: int
    lost_percent: Percent
    unreadable: int
    longest_gap_seconds: Number
    guided: bool
    loads: list[TestLoad]
    edges_announced: int
    edges_seen: int
    loop_ohms: Number | None
    """Resistance of the supply loop, from the sag at announced loads; null where it cannot be told."""
    loop_edges: int
    """Announced edges that the estimate rests on."""
    sure_percent: Percent
    """Probability that a verdict needs."""
    least_amps: Number
    least_volt_amperes: Number
    low_volts: Number
    high_volts: Number
    measuring: Ours
    """single, star, delta-line or delta-neutral: against which voltage power is measured."""
    missing_seconds: Number = 0
    """Length of all silences of more than 5 s together."""
    reconnects: int = 0
    """Times that the connection to the broker came back."""
    dropped: int = 0
    """Messages that came faster than they could be taken."""
    history: HistoryBlock | None = None
    """Set where this is no visit but days of five-minute values; the numbers of messages are 0 then."""


class Placing(Block, frozen=True, kw_only=True):
    """Where a CT sits and which way round."""

    phase: Ours | None
    reversed: bool | None
    """Expected: the setting. Measured: the setting as it should be; null where it is not known."""


class Spread(Block, frozen=True, kw_only=True):
    """Least, median and most over the watch."""

    least: Number | None
    median: Number | None
    most: Number | None


class Loaded(Block, frozen=True, kw_only=True):
    """What a channel read at its highest current."""

    amps: Number | None
    watts: Number | None
    volts: Number | None
    pf: Number | None
    pf_low: Number | None
    pf_high: Number | None


class Setting(Block, frozen=True, kw_only=True):
    """One setting that was changed."""

    name: Ours
    before: str
    after: str


class Action(Block, frozen=True, kw_only=True):
    """A change of a channel's configuration during the watch, and what it did."""

    input: int
    at: Ours
    by: str
    settings: list[Setting]
    watts_before: Number | None
    watts_after: Number | None


class Retest(Block, frozen=True, kw_only=True):
    """The verdict before and after a change."""

    at: Ours
    verdict_before: Ours
    verdict_after: Ours


class Channel(Block, frozen=True, kw_only=True):
    """One row of block 6."""

    input: int
    hub: Annotated[str, means(Holds.SERIAL)] | None
    name: ChannelName
    role: Annotated[str, means(Holds.WORD, *ROLES)]
    connection: Annotated[str, means(Holds.WORD, *CONNECTIONS)]
    ct_type: Annotated[str, means(Holds.CT_TYPE)] | None
    expected: Placing
    measured: Placing
    amps: Spread
    watts: Spread
    loaded: Loaded
    angle_degrees: Number | None
    """Angle of the current against its configured voltage, without sign."""
    verdict: Ours
    title: Sentence
    confidence_percent: Percent | None
    tested: Tested
    steps: list[Ours]
    """Ids of the evidence."""
    said: list[Sentence]
    """What was seen, a sentence each, in English."""
    advice: Sentence
    actions: list[Action]
    retest: Retest | None
    title_fact: FactBlock | None = None
    """`title`, `said` and `advice` without a language; null and empty in files of older versions."""
    said_facts: list[FactBlock] = msgspec.field(default_factory=list)
    advice_fact: FactBlock | None = None
    size: Literal["ok", "doubtful", "wrong", "unchecked"] | None = None
    """Whether its readings agree with others that see the same current; null in files of older versions."""


class Voltage(Block, frozen=True, kw_only=True):
    """Block 7: one phase."""

    phase: Ours
    least: Number | None
    mean: Number | None
    most: Number | None
    verdict: Literal["ok", "low", "high", "missing", "reference"]


class Balance(Block, frozen=True, kw_only=True):
    """Block 7: what comes in on one phase and what is measured of where it goes, means over the watch, W."""

    phase: Ours
    grid: Number | None
    """Positive where the house takes from the grid."""
    production: Number | None
    circuits: Number | None
    """Positive where they take."""
    unmetered: Number | None
    """grid + production - circuits: what no CT sees."""
    verdict: Literal["ok", "doubtful", "impossible", "unchecked"]


class FindingBlock(Block, frozen=True, kw_only=True):
    """One entry of block 8."""

    id: Ours
    code: Ours
    severity: Literal["fault", "warning", "info"]
    status: Status
    subject: Ours
    title: Sentence
    evidence: list[Sentence]
    consequence: Sentence
    advice: Sentence
    confidence_percent: Percent | None
    inputs: list[int]
    steps: list[Ours]
    actions: list[Action]
    params: dict[str, Any] | None = None
    """What title, consequence and advice are made of in any language; null in files of older versions."""
    evidence_facts: list[FactBlock] = msgspec.field(default_factory=list)
    """`evidence` without a language; empty in files of older versions."""


class Untested(Block, frozen=True, kw_only=True):
    """One entry of block 9."""

    input: int
    name: ChannelName
    reason: Reason
    most_amps: Number | None
    advice: Sentence
    advice_fact: FactBlock | None = None
    """`advice` without a language; null in files of older versions."""


class Series(Block, frozen=True, kw_only=True):
    """One line of a piece of evidence."""

    unit: Literal["W", "V"]
    input: int | None
    phase: Ours | None
    values: list[Number | None]


class Step(Block, frozen=True, kw_only=True):
    """Block 10: the seconds around one decisive step; from afar the hours around one decisive change, or a day."""

    id: Ours
    kind: StepKind
    input: int
    at: Ours
    direction: Literal["on", "off"]
    announced_watts: Number | None
    before_watts: Number | None
    after_watts: Number | None
    change_watts: Number | None
    change_volts: list[Number | None]
    """Per phase L1 to L3."""
    seconds: list[Number]
    """Time of each sample against the step."""
    series: list[Series]
    """The channel itself first, then the grid CTs, then the voltages."""
    begins: Ours = ""
    """Time of the first value, where the picture is of hours; "" where it is of seconds."""
    ends: Ours = ""


class TracedCircuit(Block, frozen=True, kw_only=True):
    """A breaker of the board, found by switching it."""

    breaker: str
    """As the installer calls it."""
    inputs: list[int]
    """Inputs whose CT sees its circuit; empty where none does."""
    through: list[int]
    """Inputs that see the same current further up."""
    seen_by: list[int]
    """Inputs of the grid meter that saw it."""
    phases: list[Ours]
    watts: Number
    """What was switched; off is negative."""
    at: Ours
    confirmed: bool
    """Switched off and on, and seen both times."""


class Photo(Block, frozen=True, kw_only=True):
    """A picture that belongs to the report."""

    name: str
    sha256: Sha256
    bytes: int
    media_type: str
    data: str | None
    """The file in base64, where it was to be embedded."""
    input: int | None = None
    """Of the channel that it is of; null for one of the board or of nothing in particular, and in older files."""
    taken: Ours = ""
    """When it was taken at the cabinet; "" for a file that somebody chose, and in files of older versions."""


class SiteNote(Block, frozen=True, kw_only=True):
    """What somebody wrote down at the cabinet."""

    input: int | None
    """Null: of the board."""
    at: Ours
    text: Private


class SignOff(Block, frozen=True, kw_only=True):
    """Block 12: names and photographs."""

    name: str
    date: Ours
    customer_name: str
    photos: list[Photo]


class RecordingFile(Block, frozen=True, kw_only=True):
    """The raw messages."""

    name: str
    sha256: Sha256
    bytes: int


class Integrity(Block, frozen=True, kw_only=True):
    """Block 13. The hash printed on every page is that of this JSON file's bytes."""

    algorithm: Literal["sha256"]
    covers: Literal["the bytes of the JSON file"]
    recording: RecordingFile | None


class Report(Block, frozen=True, kw_only=True):
    """The whole report."""

    schema: Literal["smappee-tui/report/1"]
    header: Header
    site: SiteBlock
    installer: InstallerBlock
    devices: DevicesBlock
    method: MethodBlock
    channels: list[Channel]
    voltages: list[Voltage]
    balance: list[Balance] = msgspec.field(default_factory=list)
    """Empty where no phase has a grid CT, and in files of older versions."""
    witness: WitnessBlock | None = None
    """Null without a digital meter, and in files of older versions."""
    installation_limits: list[LimitBlock] = msgspec.field(default_factory=list)
    """What the installation bears; empty in files of older versions."""
    findings: list[FindingBlock]
    corrections: CorrectionsBlock | None = None
    """Null in files of older versions."""
    not_tested: list[Untested]
    evidence: list[Step]
    circuits: list[TracedCircuit] = msgspec.field(default_factory=list)
    """Breakers that were traced; empty in files of older versions."""
    notes: list[SiteNote] = msgspec.field(default_factory=list)
    """Written down at the cabinet, oldest first; empty in files of older versions."""
    limits: list[Ours]
    """Codes; their words stand in the catalogues."""
    sign_off: SignOff
    integrity: Integrity

    def channel(self, number: int) -> Channel | None:
        """The channel of this input."""
        return next((channel for channel in self.channels if channel.input == number), None)
