"""The commissioning plan: from an empty board to a signed report, each line done, open, or not possible and why.

What is missing is decided by `report.requirements`, which makes a report partial, too. `next_step` is the first thing
to do of what is open; here is where one stands with all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from smappee_tui.app.next_step import NextStep
from smappee_tui.app.pending_reverts import PendingRevert, still_pushes
from smappee_tui.app.session import Snapshot
from smappee_tui.diagnosis.checks.device_facts import plug_label
from smappee_tui.diagnosis.checks.devices import device_verdicts
from smappee_tui.diagnosis.checks.told import title_of
from smappee_tui.diagnosis.judgement import FAULTS, WAITING, Finding
from smappee_tui.diagnosis.model.channels import told_name
from smappee_tui.diagnosis.remedy.history import worse_fact
from smappee_tui.diagnosis.remedy.progress import Progress
from smappee_tui.diagnosis.tracing.board import Traced
from smappee_tui.protocol.fact import Fact, Param, fact
from smappee_tui.protocol.messages import HomeControlConfig
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Report
from smappee_tui.report.requirements import ABSENT, NEEDS, OF_THE_SUPPLY, OPTIONAL, Known, Line, lacking, line_of
from smappee_tui.site.quality import STALE_AFTER
from smappee_tui.site.view import ChannelView, SiteView

State = Literal["done", "open", "cannot"]
"""`cannot`: there is nothing to do, or it cannot be done now."""
Place = Literal["find", "findings", "guide", "devices", "limits", "corrections", "tracer", "report", "put_back"]
"""What the program has for it."""
NAMED = 4
"""Names that are told; of more the number is."""
_UNCONFIGURED = ("config-unreadable", "config-missing", "config-empty")
_NEVER_CHECKED = frozenset(f"limits.why.{why}" for why in ("no_grid", "no_grid_ct", "delta", "twice", "means"))
"""Why a main fuse stays unchecked whatever is proved."""
_AFTER: tuple[Line, ...] = ("report", "signed", "put_back")
"""Lines of when everything else is done."""


class PlanLine(NamedTuple):
    """One line; its words are `plan.line.CODE`."""

    code: Line
    state: State
    why: Fact | None = None
    """What is there, what is still open, or why it cannot be done."""
    place: Place | None = None
    """Where it is done."""
    blocks: bool = True
    """The rest waits for it while it is open; not for a sensor that counts only when something flows."""

    @property
    def optional(self) -> bool:
        """It may be done, and need not."""
        return self.state == "open" and self.code in OPTIONAL

    @property
    def waits(self) -> bool:
        """Something that must be done is not."""
        return self.state == "open" and self.code not in OPTIONAL and self.blocks


@dataclass(frozen=True, slots=True)
class VisitSoFar:
    """What a plan is made of."""

    picture: Snapshot | None = None
    """What is watched; None before a monitor was chosen."""
    now: float = 0.0
    """Seconds since 1970, as arrivals carry them."""
    past: bool = False
    """A recording is watched: how old it is says nothing."""
    who: ReportMetadata = field(default_factory=lambda: ReportMetadata(0.0))
    """The person's part, as typed so far."""
    mended: int = 0
    """Faults of this visit that are gone."""
    board: Progress | None = None
    """The correction sheet and what became of it."""
    circuits: Sequence[Traced] = ()
    """Breakers that were traced."""
    written: Report | None = None
    """The report written last on this visit."""
    reverts: tuple[PendingRevert, ...] = ()
    """Monitors that must be put back."""


def plan_of_visit(so_far: VisitSoFar) -> tuple[PlanLine, ...]:
    """All lines, in the order of the work."""
    picture = so_far.picture
    if picture is None or picture.view is None:
        waits = fact("plan.why.after_found")
        lines = [PlanLine("found", "open", _not_found(picture), "find")]
        lines += [PlanLine(code, "open", waits) for code in NEEDS if code not in ("found", "put_back")]
        return (*lines, _put_back(so_far.reverts))
    watched = _Watched(picture, picture.view, so_far)
    return (
        watched.found(),
        watched.data(),
        watched.configuration(),
        watched.supply(),
        watched.channels(),
        watched.devices(),
        watched.limits(),
        watched.corrections(),
        watched.traced(),
        watched.report(),
        watched.signed(),
        _put_back(so_far.reverts),
    )


def step_after(step: NextStep | None, lines: Iterable[PlanLine]) -> NextStep | None:
    """The first thing to do; where that would be the report, what is open before it, or after it was written.

    Args:
        step: as `next_step` gives it.
        lines: the plan.
    """
    if step is None or step.do.code != "next_step.report":
        return step
    left = next((line for line in lines if line.waits), None)
    if left is None:
        return NextStep(fact("next_step.finished"))
    if left.code == "report" and (left.why is None or left.why.code == "plan.why.not_written"):
        return step
    if left.code in _AFTER:
        return NextStep(fact(f"next_step.{left.code}_left", why=left.why))
    return NextStep(fact("next_step.line_left", line=fact(f"plan.line.{left.code}"), why=left.why))


class _Watched:
    """The lines of one installation that is watched."""

    def __init__(self, picture: Snapshot, view: SiteView, so_far: VisitSoFar) -> None:
        self._picture, self._view, self._so_far = picture, view, so_far
        self._judgement = picture.judgement
        verdicts = self._judgement.channels
        self._used = [c for c in view.channels if c.input not in verdicts or verdicts[c.input].verdict != "unused"]
        self._open = [c for c in self._used if c.input not in verdicts or verdicts[c.input].verdict in WAITING]
        self._devices = device_verdicts(picture.site) if picture.site is not None else None
        self._missing = set(lacking(self._known()))

    def _known(self) -> Known:
        who, view, site = self._so_far.who, self._view, self._picture.site
        return Known(
            customer=who.customer.strip(),
            address=who.address.strip(),
            main_fuse_amps=who.main_fuse_amps,
            generation=who.generation,
            configured_generation=any(
                c.setting is not None and (c.setting.produces or c.setting.stores) for c in view.channels
            ),
            company=who.company.strip(),
            person=who.person.strip(),
            signed_by=who.signed_by.strip(),
            serial=view.serial,
            measured=site is not None and bool(site.quality.realtime),
            used=len(self._used),
            supply=self._judgement.supply,
            voltages=bool(self._judgement.phases),
            absent=len(self._absent()),
        )

    def _lacks(self, line: Line) -> list[str]:
        return [code for code in NEEDS[line] if code in self._missing]

    def found(self) -> PlanLine:
        if self._lacks("found"):
            return PlanLine("found", "open", fact("plan.why.no_serial"), "findings")
        return PlanLine("found", "done", fact("plan.why.found", product=self._view.product, serial=self._view.serial))

    def data(self) -> PlanLine:
        site, source = self._picture.site, self._picture.source
        age = site.quality.age(self._so_far.now) if site is not None else None
        if site is None or age is None or self._lacks("data"):
            return PlanLine("data", "open", fact("plan.why.no_measurements"), "findings")
        if not self._so_far.past and (age > STALE_AFTER or source.phase != "connected"):
            return PlanLine("data", "open", fact("plan.why.stale", seconds=age))
        return PlanLine("data", "done", fact("plan.why.data", count=site.quality.realtime))

    def configuration(self) -> PlanLine:
        unread = self._findings(_UNCONFIGURED)
        if unread:
            return PlanLine("configuration", "open", title_of(unread[0]), "findings")
        if not self._view.configured or self._lacks("configuration"):
            none = "next_step.none" if self._view.configured else "next_step.configure"
            return PlanLine("configuration", "open", fact(none))
        return PlanLine("configuration", "done", fact("plan.why.configured", count=len(self._used)))

    def supply(self) -> PlanLine:
        wrong = [f for f in self._findings(OF_THE_SUPPLY) if f.severity == "fault"]
        doubtful = self._findings(OF_THE_SUPPLY)
        if wrong or doubtful:
            return PlanLine("supply", "open" if wrong else "done", title_of((wrong or doubtful)[0]), "devices")
        if self._lacks("supply"):
            return PlanLine("supply", "open", fact("plan.why.no_supply"), "devices")
        volts = tuple(fact("plan.why.volts", volts=p.volts) for p in self._judgement.phases if p.volts is not None)
        return PlanLine(
            "supply", "done", fact("plan.why.supply", supply=self._judgement.supply, volts=volts), "devices"
        )

    def channels(self) -> PlanLine:
        if not self._view.configured:
            return PlanLine("channels", "open", fact("plan.why.after_configuration"), "guide")
        if not self._used:
            return PlanLine("channels", "cannot", fact("plan.why.no_inputs"))
        proved, count = len(self._used) - len(self._open), len(self._used)
        if self._open:
            why = fact("plan.why.channels", proved=proved, count=count, names=_named(self._open))
            return PlanLine("channels", "open", why, "guide")
        return PlanLine("channels", "done", fact("plan.why.all_channels", count=count), "guide")

    def devices(self) -> PlanLine:
        said, site = self._devices, self._picture.site
        if said is None or site is None or not (said.plugs or said.sensors):
            return PlanLine("devices", "cannot", fact("plan.why.no_devices"))
        count = len(said.plugs) + len(said.sensors)
        absent = self._absent()
        wrong = [f for f in self._faults() if line_of(f) == "devices"]
        if absent or wrong:
            why = title_of(wrong[0]) if wrong else fact("plan.why.absent", count=count, names=_few(absent))
            return PlanLine("devices", "open", why, "devices")
        quiet = tuple(fact("device.sensor", number=n) for n, one in said.sensors.items() if one.verdict == "silent")
        if quiet:
            return PlanLine(
                "devices", "open", fact("plan.why.quiet_sensor", names=_few(quiet)), "devices", blocks=False
            )
        return PlanLine("devices", "done", fact("plan.why.devices", count=count), "devices")

    def limits(self) -> PlanLine:
        if self._lacks("limits"):
            return PlanLine("limits", "open", fact("limits.why.no_fuse"), "limits")
        limits = self._judgement.limits
        checked = [one for one in limits if one.verdict != "unchecked"]
        of_fuse = [one for one in limits if one.code == "main-fuse"]
        if of_fuse and all(one.verdict == "unchecked" for one in of_fuse):
            why = of_fuse[0].why
            never = why is None or why.code in _NEVER_CHECKED
            return PlanLine("limits", "cannot" if never else "open", why, "limits")
        if not checked:
            return PlanLine("limits", "cannot", fact("plan.why.no_limits"), "limits")
        over = tuple(dict.fromkeys(one.code for one in checked if one.verdict == "over"))
        if over:
            return PlanLine("limits", "done", fact("plan.why.limits_over", over=over), "limits")
        return PlanLine("limits", "done", fact("plan.why.limits", count=len(checked)), "limits")

    def corrections(self) -> PlanLine:
        board = self._so_far.board
        lines = board.lines if board is not None else ()
        place: Place = "corrections" if lines else "findings"
        faults = [f for f in self._faults() if line_of(f) == "corrections"]
        if faults or any(verdict.verdict in FAULTS for verdict in self._judgement.channels.values()):
            what = fact("plan.why.faults", count=len(faults) or 1, first=title_of(faults[0]) if faults else None)
            return PlanLine("corrections", "open", what, place)
        if board is not None and board.worse:
            return PlanLine("corrections", "open", worse_fact(board.worse[0]), "corrections")
        owed = {line.input for line in lines if line.proved is None}
        if owed:
            named = _named(channel for channel in self._view.channels if channel.input in owed)
            return PlanLine("corrections", "open", fact("plan.why.changed", names=named), place)
        if self._open or not self._used:
            return PlanLine("corrections", "open", fact("plan.why.no_fault_so_far", count=len(self._open)), "findings")
        warnings = self._judgement.count("warning")
        if warnings:
            return PlanLine("corrections", "done", fact("plan.why.warnings", count=warnings), "findings")
        mended = self._so_far.mended
        why = fact("plan.why.mended", count=mended) if mended else fact("plan.why.no_fault")
        return PlanLine("corrections", "done", why, place)

    def traced(self) -> PlanLine:
        found = self._so_far.circuits
        if not found:
            return PlanLine("traced", "open", fact("plan.why.optional"), "tracer")
        unseen = sum(not one.inputs for one in found)
        why = fact("plan.why.traced_unseen", count=len(found), unseen=unseen)
        return PlanLine("traced", "done", why if unseen else fact("plan.why.traced", count=len(found)), "tracer")

    def report(self) -> PlanLine:
        written = self._so_far.written
        if written is None:
            return PlanLine("report", "open", fact("plan.why.not_written"), "report")
        header = written.header
        gaps = [code for code in NEEDS["report"] if code in header.missing]
        if gaps:
            return PlanLine("report", "open", fact("plan.why.gaps", gaps=_gaps(gaps)), "report")
        if set(header.untested) != {c.input for c in self._open} or (header.result == "faults") != self._faulty:
            return PlanLine("report", "open", fact("plan.why.changed_since"), "report")
        code = "plan.why.written_partial" if header.partial else "plan.why.written"
        return PlanLine("report", "done", fact(code, report=header.report_id), "report")

    def signed(self) -> PlanLine:
        written = self._so_far.written
        if written is None:
            return PlanLine("signed", "open", fact("plan.why.after_report"), "report")
        if not written.sign_off.name:
            return PlanLine("signed", "open", fact("plan.why.not_signed"), "report")
        return PlanLine("signed", "done", fact("plan.why.signed", name=written.sign_off.name[:60]), "report")

    @property
    def _faulty(self) -> bool:
        return bool(self._faults()) or any(v.verdict in FAULTS for v in self._judgement.channels.values())

    def _faults(self) -> list[Finding]:
        return [finding for finding in self._judgement.findings if finding.severity == "fault"]

    def _findings(self, codes: Iterable[str]) -> list[Finding]:
        return [finding for finding in self._judgement.findings if finding.code in codes]

    def _absent(self) -> list[Param]:
        """Plugs of the configuration that nobody has seen work."""
        site, said = self._picture.site, self._devices
        if site is None or said is None:
            return []
        planned = HomeControlConfig in site.heard
        plugs = site.devices.plugs
        return [
            plug_label(plugs[node])
            for node, one in said.plugs.items()
            if one.verdict in ABSENT and (plugs[node].setting is not None or not planned)
        ]


def _not_found(picture: Snapshot | None) -> Fact:
    if picture is None:
        return fact("plan.why.not_found")
    if picture.source.phase == "connected":
        return fact("plan.why.nothing_heard")
    return fact("plan.why.no_connection", why=picture.source.reason)


def _put_back(reverts: tuple[PendingRevert, ...]) -> PlanLine:
    if not reverts:
        return PlanLine("put_back", "done", fact("plan.why.nothing_to_put_back"))
    what = still_pushes(reverts[0])
    if len(reverts) > 1:
        what = fact("plan.why.and_more", what=what, count=len(reverts) - 1)
    return PlanLine("put_back", "open", what, "put_back")


def _gaps(codes: Iterable[str]) -> tuple[Param, ...]:
    return tuple(fact(f"report.missing.{code.replace('.', '_')}") for code in codes)


def _named(channels: Iterable[ChannelView]) -> tuple[Param, ...]:
    """Their names, each once."""
    return _few(dict.fromkeys(told_name(channel.name, channel.input, 30) for channel in channels))


def _few(names: Iterable[Param]) -> tuple[Param, ...]:
    """The first ones; of more the number."""
    names = tuple(names)
    if len(names) <= NAMED:
        return names
    return (*names[: NAMED - 1], fact("next_step.more", count=len(names) - NAMED + 1))
