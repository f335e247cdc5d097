"""One look at everything that was recorded: from evidence to verdicts and findings, in order."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Set
from dataclasses import replace

from smappee_tui.diagnosis.checks.configuration import configuration_findings, withheld
from smappee_tui.diagnosis.checks.devices import device_verdicts
from smappee_tui.diagnosis.checks.health import health_findings
from smappee_tui.diagnosis.checks.held import (
    ELSEWHERE,
    FED_UNSEEN,
    GIVES,
    IMPOSSIBLE_POWER,
    NO_ROLE,
    ON_NEUTRAL,
    giving,
    giving_findings,
    held_back,
    impossible_findings,
    impossible_powers,
    role_findings,
    size_questions,
    tested,
)
from smappee_tui.diagnosis.checks.installation import channel_notes, not_in_use, site_notes, supply_notes
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.checks.misplaced import (
    answered_elsewhere,
    duplicate_findings,
    exchange_findings,
    neutral_finding,
    on_neutral,
)
from smappee_tui.diagnosis.checks.told import leads_first, reaching, under_findings
from smappee_tui.diagnosis.checks.witness import witness_findings, witness_verdict
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.sums.balance import fed_unseen
from smappee_tui.diagnosis.evidence.sums.ct_ratio import ratio_faults
from smappee_tui.diagnosis.evidence.sums.sizes import Sizes, sizes_of
from smappee_tui.diagnosis.evidence.supply import SupplyWatch
from smappee_tui.diagnosis.history.findings import history_findings
from smappee_tui.diagnosis.history.sizes import HistorySizes, history_sizes
from smappee_tui.diagnosis.inference.causes import grouped_by_rotation, ratio_finding, wiring_findings
from smappee_tui.diagnosis.inference.decide import Decision, decide
from smappee_tui.diagnosis.inference.likelihood import Likelihood
from smappee_tui.diagnosis.inference.posterior import Joint
from smappee_tui.diagnosis.inference.three_phase import JointCache
from smappee_tui.diagnosis.inference.verdicts import advised_together, ratio_verdict, unconfigured, verdict_of
from smappee_tui.diagnosis.inference.whole_site import Known, WholeSite, whole_site, with_doubts, with_known
from smappee_tui.diagnosis.judgement import (
    AT_HOME,
    FAULTS,
    STRAY,
    ChannelVerdict,
    Finding,
    Generation,
    Judgement,
    by_weight,
)
from smappee_tui.diagnosis.model.priors import OPTIMISTIC, PESSIMISTIC
from smappee_tui.diagnosis.model.weights import CARRIED_CHANCE, STORAGE_CHANCE, UNMETERED_BY_NIGHT, UNMETERED_CHANCE
from smappee_tui.protocol.messages import ChannelConfig
from smappee_tui.site.site import Site

SHOWN_AMPS = 0.3
"""Current from which on a production CT has shown that it measures, A."""


def without_configuration(site: Site, limits: DeviceLimits, *, far: bool) -> Judgement:
    """What is said before it is known how the channels are configured: devices need none of it.

    Args:
        site: as it is now.
        limits: of devices.
        far: nobody watches; it is means of days that are judged.
    """
    told = [*device_verdicts(site, limits).findings]
    if not far:
        told += [*configuration_findings(site), *health_findings(site, limits)]
    return Judgement(findings=by_weight(told))


def unmetered_chance(evidence: Evidence, declared: Generation | None) -> float:
    """How probable it is that generation without a CT hides in the resting states that are judged.

    Args:
        evidence: what was seen.
        declared: generation on site as a person says it is; None: as the configuration shows.
    """
    past = evidence.history
    return _hidden(evidence, declared) * (UNMETERED_BY_NIGHT if past is not None and past.dark else 1.0)


def _hidden(evidence: Evidence, declared: Generation | None) -> float:
    if declared is not None:
        return UNMETERED_CHANCE[declared]
    if any(role.stores for role in evidence.roles.values()):
        return STORAGE_CHANCE
    makers = [n for n, role in evidence.roles.items() if role.generates]
    # Production that no CT has shown yet may flow all the same, past a CT that is dead.
    shown = any((t := evidence.tracks.get(n)) is not None and t.most_amps >= SHOWN_AMPS for n in makers)
    return UNMETERED_CHANCE["metered" if shown else "unknown"]


class Look:
    """Made once, and taken once. What it finds on its way stands in its fields, so that each step is read by itself."""

    def __init__(
        self,
        site: Site,
        plan: ChannelConfig,
        evidence: Evidence,
        supply: SupplyWatch,
        before: JointCache | None,
        *,
        settled: bool,
        far: bool,
        generation: Generation | None,
        limits: DeviceLimits,
    ) -> None:
        """Weigh the evidence.

        Args:
            site: as it is now.
            plan: how its channels are configured.
            evidence: all that was recorded, up to date.
            supply: what the voltages did.
            before: tables of three-phase loads, of the look before.
            settled: it is known how the monitor measures; until then nothing is decided.
            far: nobody watches; it is means of days that are judged.
            generation: solar, battery or generator on site as a person declares it; None: as the configuration shows.
            limits: of devices.
        """
        self._site, self._plan, self._evidence, self._supply = site, plan, evidence, supply
        self._settled, self._generation, self._limits = settled, generation, limits
        self._watched = not far and evidence.history is None
        evidence.configure(site.settings)
        evidence.weigh()
        self._fed = evidence.history is None and fed_unseen(evidence.blocks, evidence.roles)
        """Something behind the meter feeds the house, and no CT sees it."""
        chance = unmetered_chance(evidence, generation)
        self._likelihood = Likelihood(evidence, max(chance, CARRIED_CHANCE if self._fed else 0.0), before)
        self.tables = self._likelihood.tables
        """For the look after this one."""
        self._names = {n: s.name for n, s in site.settings.items()}
        self._decisions: dict[int, Decision] = {}
        self._verdicts: dict[int, ChannelVerdict] = {}

    def taken(self) -> Generator[None, None, Judgement]:
        """The whole look, in three parts of about one length, the first of which began with weighing."""
        optimistic = Joint(self._likelihood, OPTIMISTIC).marginals
        yield
        # What is signed must hold whatever the household is like: no load angle is counted as rare.
        pessimistic = Joint(self._likelihood.unguessed(), PESSIMISTIC)
        yield
        self._decide(optimistic, pessimistic)
        return self._judgement()

    def _decide(self, optimistic: dict[int, list[float]], pessimistic: Joint) -> None:
        """A word for each CT, by where it may sit."""
        evidence = self._evidence
        blind = {p.phase for p in self._supply.phases(self._plan) if p.verdict == "missing"}
        for number, setting in self._site.settings.items():
            role = evidence.roles.get(number)
            if role is None or (setting.role == "UNKNOWN" and setting.connection == "UNKNOWN"):
                self._verdicts[number] = unconfigured(setting, evidence)
                continue
            likely, sure = optimistic[number], pessimistic.marginals[number]
            decision = decide(role, evidence, likely, sure, pessimistic.margins.get(number, math.inf))
            if (not self._settled and decision.verdict != "no_current") or role.phase in blind:
                decision = Decision("inconclusive", decision.confidence, None)
            self._decisions[number] = decision
            self._verdicts[number] = verdict_of(number, evidence, decision, likely)

    def _judgement(self) -> Judgement:
        """What is held back, sizes, the site as a whole, findings."""
        site, evidence, names, watched = self._site, self._evidence, self._names, self._watched
        decisions = self._decisions
        neutral, elsewhere = on_neutral(evidence), answered_elsewhere(evidence)
        without = [n for n, s in site.settings.items() if s.role == "UNKNOWN" and not not_in_use(site, s)]
        powers = impossible_powers(evidence) if watched else {}
        held = self._hold_back(neutral, elsewhere, without, powers)
        weeks, sizes = self._sizes(held)
        self._verdicts.update((n, ratio_verdict(fault)) for n, fault in sizes.faults.items())
        whole = self._whole_site(sizes) if self._settled else WholeSite()
        verdicts = advised_together(with_doubts(self._verdicts, whole, sizes.fine), evidence.roles)
        given = {n: w for n, w in giving(evidence).items() if n in verdicts and verdicts[n].verdict not in FAULTS}
        for n in given.keys() - held - whole.unsure:
            if verdicts[n].verdict != "ok":
                verdicts[n] = held_back(verdicts[n], GIVES)
        decisions |= {n: Decision("inconclusive", 0.9, None) for n in whole.misplaced if n in decisions}
        wiring = wiring_findings(evidence.roles, decisions, verdicts, names)
        wiring = grouped_by_rotation(wiring, evidence.roles, decisions, verdicts)
        faulty = frozenset(n for n, v in verdicts.items() if v.verdict in FAULTS)
        findings: list[Finding] = [
            *wiring,
            *(ratio_finding(fault, names[n]) for n, fault in sizes.faults.items() if n not in whole.misplaced),
            *whole.findings,
            *(size_questions(sizes.doubts, evidence.roles) if watched else ()),
            *impossible_findings(powers, names),
            *role_findings(without, evidence, names),
            *giving_findings(given, evidence.roles, names),
            *([neutral_finding(neutral, names[neutral], evidence)] if neutral is not None else ()),
            *exchange_findings(elsewhere, names),
            *duplicate_findings(evidence, names),
            *configuration_findings(site),
            *supply_notes(site, self._supply),
            *channel_notes(site, evidence),
            *site_notes(site, evidence, self._generation, faulty, fed=self._fed),
            *device_verdicts(site, self._limits).findings,
            *(health_findings(site, self._limits) if watched else ()),
            *history_findings(evidence, weeks.questions, names),
            *witness_findings(evidence),
        ]
        said = leads_first(reaching(by_weight(findings), site.settings, verdicts), site.settings, verdicts)
        return Judgement(
            supply=self._supply.kind(self._plan),
            phases=self._supply.phases(self._plan),
            channels=under_findings(verdicts, said),
            findings=said,
            balance=with_known(whole.balance, evidence.roles, faulty | given.keys()),
            witness=witness_verdict(evidence),
        )

    def _hold_back(
        self, neutral: int | None, elsewhere: Iterable[int], without: Iterable[int], powers: Iterable[int]
    ) -> Set[int]:
        """Of some CTs more is known than an angle tells; those are neither right nor wrong by it.

        Args:
            neutral: the grid CT on the neutral.
            elsewhere: inputs whose loads another circuit saw.
            without: inputs that have no role.
            powers: inputs whose power their own current cannot carry.

        Returns:
            Inputs of which nothing is said.
        """
        evidence, decisions, verdicts = self._evidence, self._decisions, self._verdicts
        held = withheld(self._site, self._watched)
        held |= dict.fromkeys(elsewhere, ELSEWHERE)
        if self._fed:
            # Something answers every load, so what a grid CT shows of it is no proof of anything.
            accused = [n for n, d in decisions.items() if d.verdict in FAULTS and not tested(evidence, n)]
            held |= dict.fromkeys([*accused, *(n for n in evidence.grid_inputs if not tested(evidence, n))], FED_UNSEEN)
        if neutral is not None:
            held[neutral] = ON_NEUTRAL
        held |= {n: NO_ROLE for n in without if n in decisions}
        held |= dict.fromkeys(powers, IMPOSSIBLE_POWER)
        for n in held.keys() & verdicts.keys():
            if verdicts[n].verdict != "unused":
                decisions[n] = Decision("inconclusive", verdicts[n].confidence, None)
                verdicts[n] = held_back(verdicts[n], held[n])
        return held.keys()

    def _sizes(self, held: Set[int]) -> tuple[HistorySizes, Sizes]:
        """What the sizes of readings say: from weeks of means, and all that is known."""
        evidence, decisions = self._evidence, self._decisions
        placed = {n for n, d in decisions.items() if d.verdict in AT_HOME}
        moved = {n for n, d in decisions.items() if d.verdict in STRAY}
        weeks = history_sizes(evidence, placed, moved) if self._settled else HistorySizes()
        watched = self._settled and self._watched
        sizes = sizes_of(evidence) if watched else Sizes(weeks.faults, weeks.questions, weeks.fine)
        if watched:
            sizes.faults |= ratio_faults(evidence, placed)
        sizes.faults = {n: fault for n, fault in sizes.faults.items() if n in decisions and n not in held}
        return weeks, sizes

    def _whole_site(self, sizes: Sizes) -> WholeSite:
        """What all CTs together say, from the stretches of a watch or from the means of weeks."""
        evidence, generation = self._evidence, self._generation
        past = evidence.history
        faulty = {n: v for n, v in self._verdicts.items() if v.verdict in FAULTS}
        asked = frozenset(n for one in sizes.doubts for n in (one.grid, one.circuit))
        known = Known(
            explained=frozenset(faulty) | asked,
            moved={n: v.actual_phase for n, v in faulty.items() if v.actual_phase is not None},
            fine=frozenset(sizes.fine),
        )
        hides = self._likelihood.unmetered > 0 or bool(giving(evidence))
        whole = whole_site(
            evidence.blocks if past is None else past.blocks,
            evidence.roles,
            self._names,
            evidence.geometry,
            hides=hides if past is None else generation not in ("none", "metered"),
            known=known,
            night=None if past is None else past.night,
            shares=evidence.seen if past is None else past.shares,
            moving=evidence.rests.blocks(evidence.timeline.inputs, moving=True) if past is None else None,
        )
        # Who says that something generates unmetered need not be asked.
        asks = [f for f in whole.findings if f.code != "balance-doubtful" or generation != "unmetered"]
        # What a grid CT shows of the utility's meter is beyond doubt: it is the circuits that contradict it.
        doubtful = (whole.doubtful | (asked - whole.misplaced)) - evidence.witnessed
        return replace(whole, doubtful=doubtful, findings=tuple(asks))
