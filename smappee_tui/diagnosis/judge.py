"""The judge: takes samples, says what they prove."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import replace

from smappee_tui.diagnosis.checks.held import giving
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.checks.told import LOOKED, carrying, with_watching
from smappee_tui.diagnosis.evidence.carried import carried, resumed
from smappee_tui.diagnosis.evidence.record import FULL, Evidence, Reach
from smappee_tui.diagnosis.evidence.supply import SupplyWatch
from smappee_tui.diagnosis.evidence.watch.collector import EvidenceCollector
from smappee_tui.diagnosis.history.findings import Word, changed
from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.history.learn import learn
from smappee_tui.diagnosis.inference.three_phase import JointCache
from smappee_tui.diagnosis.judgement import Generation, Judgement, Limit, by_weight
from smappee_tui.diagnosis.limits.declared import Declared
from smappee_tui.diagnosis.limits.entries import limit_findings, limits_of
from smappee_tui.diagnosis.limits.watch import LimitsWatch
from smappee_tui.diagnosis.look import Look, unmetered_chance, without_configuration
from smappee_tui.diagnosis.model.geometry import DELTA_NEUTRAL, STAR, Geometry
from smappee_tui.protocol.messages import ChannelConfig, ChannelSetting, IntervalMeans
from smappee_tui.protocol.meter import MeterReading
from smappee_tui.protocol.received import Mark
from smappee_tui.site.sample import Sample
from smappee_tui.site.site import Site

REFRESH = 10
"""Samples between two looks at the whole evidence while a screen asks; an announced edge waits for none."""
EARLY = 120
"""Samples after which half as many looks do: little changes any more by waiting alone."""
LONE_LOAD_STEPS = 2
"""Steps on one grid CT alone that prove a star supply."""


class Judge:
    """Accumulates evidence over one site. Bounded in memory, however long the watch."""

    def __init__(
        self, generation: Generation | None = None, limits: DeviceLimits | None = None, reach: Reach = FULL
    ) -> None:
        self.generation = generation
        """Solar, battery or generator on site as the person declares it; None: as the configuration shows."""
        self._limits = limits or DeviceLimits()
        self._site: Site | None = None
        self._supply = SupplyWatch()
        self._reach = reach
        self._collectors = [EvidenceCollector(STAR, reach)]
        """One a way of measuring that is still possible; soon only one."""
        self._means: IntervalMeans | None = None
        self._tables: JointCache | None = None
        self._cached: Judgement | None = None
        self._cached_at = (-1, -1, False)
        self._begun: tuple[Generator[None, None, Judgement], int] | None = None
        """A look that goes on with the next question, and how many samples the evidence held when it was left."""
        self._cached_for: dict[int, ChannelSetting] | None = None
        """The configuration that it was worked out under."""
        self._recent: deque[Sample] = deque(maxlen=LOOKED)
        self._told: tuple[tuple[tuple[int, int], ...], Judgement] | None = None
        """The last judgement as it was told, and how long each current had been there."""
        self._learnt: Evidence | None = None
        """In place of a watch, where weeks of means were learnt from."""
        self._learnt_geometry: Geometry | None = None
        self.history: IntervalHistory | None = None
        """The means that `load_history` judged by; None after a watch."""
        self._declared = Declared()
        self._asked = LimitsWatch()

    def observe(self, site: Site, sampled: bool) -> None:
        """Look at the site after each message that it folded in, in order.

        Args:
            site: always the same one.
            sampled: the message brought a new `site.sample`.
        """
        self._site = site
        self._asked.observe(site, sampled)
        if site.means is not None and site.means is not self._means:
            self._means = site.means
            self._supply.take_means(site.means)
            self._settle()
        sample = site.sample
        if not sampled or sample is None or site.plan is None:
            return
        self._recent.append(sample)
        self._supply.take(sample, self._collectors[0].record.grid_inputs)
        self._settle()
        for collector in self._collectors:
            collector.configure(site.settings)
            collector.process(sample)
            collector.record.witness.observe(sample, collector.record.grid_inputs)

    def carry(self) -> bytes:
        """What was learnt by watching, for a later watch to `resume` from."""
        return carried(self._supply, self._collectors)

    def resume(self, data: bytes, weight: float = 1.0) -> None:
        """Before anything is observed, go on from what an earlier watch carried; it counts so much, 0 to 1.

        Raises: UnreadableEvidenceError: another version wrote it, or it is damaged; nothing was taken.
        """
        self._supply, self._collectors = resumed(data, self._reach, weight)

    def load_history(self, site: Site, past: IntervalHistory) -> None:
        """Judge from weeks of five-minute means instead of a watch. Whatever was observed before is dropped.

        Args:
            site: its plan says how the means were configured; without one nothing is judged.
            past: the means.
        """
        self._site = site
        self._cached = None
        self.history = past
        if site.plan is None:
            return
        self._learn(site.plan, site.settings, past)
        self._asked = LimitsWatch()
        self._asked.take_history(site.settings, past)
        since = changed(past, self._words(), self.evidence.grid_inputs, lambda part: self._words_of(site, part))
        if since:
            whole = since.keys() == past.columns.keys()
            rest = past.last(past.at[-1] - min(since.values())) if whole else past.without(since)
            self._learn(site.plan, site.settings, rest)
            known = self.evidence.history
            self.evidence.history = None if known is None else replace(known, changed=since)
            self._cached = None

    def _learn(self, plan: ChannelConfig, settings: dict[int, ChannelSetting], past: IntervalHistory) -> None:
        self._learnt, self._supply, self._learnt_geometry = learn(past, plan, settings)

    def _words(self) -> dict[int, Word]:
        return {n: (v.verdict, v.actual_phase) for n, v in self._judge().channels.items()}

    def _words_of(self, site: Site, part: IntervalHistory) -> dict[int, Word]:
        """What a part of the past proves by itself."""
        other = Judge(self.generation, self._limits)
        other._site = site
        if site.plan is not None:
            other._learn(site.plan, site.settings, part)
        return other._words()

    @property
    def declared(self) -> Declared:
        """What a person says of the installation, for its limits."""
        return self._declared

    @declared.setter
    def declared(self, said: Declared) -> None:
        if said != self._declared:
            self._declared, self._cached = said, None

    def limits(self) -> tuple[Limit, ...]:
        """What the installation bears, as of now; the verdicts that it rests on are those told last."""
        site, said = self._site, self._told
        return () if site is None else limits_of(self._asked, site, said[1] if said else Judgement(), self._declared)

    @property
    def supply(self) -> SupplyWatch:
        """What the voltages did over the watch."""
        return self._supply

    def mark(self, mark: Mark) -> None:
        """Take the operator's mark of a guided test."""
        for collector in self._collectors:
            collector.mark(mark)

    def meter(self, reading: MeterReading) -> None:
        """Take a reading of the utility's own meter."""
        for collector in self._collectors:
            collector.record.witness.take(reading)

    @property
    def evidence(self) -> Evidence:
        """The record that verdicts are drawn from, up to date, to be read only."""
        if self._learnt is None:
            self._collectors[0].catch_up()
        return self._learnt or self._collectors[0].record

    @property
    def weighed(self) -> Evidence:
        """The record as the last judgement saw it, to be read only. Unlike `evidence` it costs nothing to ask for."""
        return self._learnt or self._collectors[0].record

    @property
    def settled(self) -> bool:
        """Whether it is known how the monitor measures; until then nothing is decided."""
        return self._learnt_geometry is not None if self._learnt is not None else len(self._collectors) == 1

    @property
    def hides(self) -> bool:
        """Whether something may generate that no CT measures, by what is known without another look at all."""
        evidence = self.weighed
        return self._site is None or unmetered_chance(evidence, self.generation) > 0 or bool(giving(evidence))

    def forget(self, number: int) -> None:
        """Drop what was seen of one channel, whose clamp was moved."""
        for collector in self._collectors:
            collector.forget(number)
            if number in collector.record.grid_inputs:
                collector.record.witness.forget()
        self._asked.forget(number)
        self._cached = None

    def _settle(self) -> None:
        """Keep only the records of geometries that are still possible."""
        plan = self._site.plan if self._site is not None else None
        found = self._supply.geometry(plan)
        if found is None:
            for collector in self._collectors:
                collector.catch_up()
        if found is None and self._collector(STAR).record.alone_on_star(LONE_LOAD_STEPS):
            self._supply.star_votes += 1
            found = STAR
        if found is None:
            if len(self._collectors) == 1:
                self._collectors = [self._collector(STAR), self._collector(DELTA_NEUTRAL)]
        elif len(self._collectors) > 1 or self._collectors[0].record.geometry is not found:
            self._collectors = [self._collector(found)]

    def _collector(self, geometry: Geometry) -> EvidenceCollector:
        for collector in self._collectors:
            if collector.record.geometry is geometry:
                return collector
        fresh = EvidenceCollector(geometry, self._reach)
        for mark in self._collectors[0].record.marks:
            fresh.mark(mark)
        for reading in self._collectors[0].record.witness.readings:
            fresh.record.witness.take(reading)
        return fresh

    def judgement(self, fresh: bool = True) -> Judgement:
        """What the evidence so far proves.

        Args:
            fresh: look at everything again. A screen that asks every second passes False and gets an answer at most
                2 x `REFRESH` samples old (more on a large board); an announced edge is always looked at.
        """
        watch = self._collectors[0]
        if watch.expects_edge:
            watch.catch_up()
        evidence, samples = (watch.record, watch.samples) if self._learnt is None else (self._learnt, 0)
        every = max(REFRESH, len(evidence.roles) // 3)  # a large board costs more to look at
        every *= 1 if samples < EARLY else 2
        # What gives or takes verdicts at once, too: the first measurement, values that stand still.
        site = self._site
        measures = site is not None and site.quality.live > 0 and not site.still.frozen
        now = (samples // every, len(evidence.edges), measures)
        # So does a configuration that is new: what was said of an input under the one before is no word about it.
        waits = site is None or site.plan is None or site.settings is not self._cached_for
        if fresh or waits or self._cached is None or now[1:] != self._cached_at[1:]:
            self._take(now, self._judge())
        elif now != self._cached_at:
            self._go_on(now, evidence)
        judged = self._cached or Judgement()
        counts = tuple(carrying(self._recent).items()) if self._learnt is None else ()
        if self._told is None or self._told[0] != counts:
            self._told = counts, with_watching(judged, dict(counts), samples)
        return self._told[1]

    def _go_on(self, now: tuple[int, int, bool], evidence: Evidence) -> None:
        """Look at the evidence again, a part each time that somebody asks: no single second is to cost a whole look.

        What has changed meanwhile is looked at whole.
        """
        if self._begun is not None and self._begun[1] != evidence.samples:
            self._take(now, self._judge())
            return
        look = self._begun[0] if self._begun is not None else self._judging()
        try:
            next(look)
            self._begun = look, evidence.samples
        except StopIteration as done:
            self._take(now, done.value)

    def _take(self, now: tuple[int, int, bool], judged: Judgement) -> None:
        site, self._begun = self._site, None
        self._cached_at, self._cached, self._told = now, self._with_limits(judged), None
        self._cached_for = site.settings if site is not None else None

    def _with_limits(self, judged: Judgement) -> Judgement:
        if self._site is None:
            return judged
        limits = limits_of(self._asked, self._site, judged, self._declared)
        told = by_weight((*judged.findings, *limit_findings(limits, self._site)))
        return replace(judged, limits=limits, findings=told)

    def _judge(self) -> Judgement:
        look = self._judging()
        while True:
            try:
                next(look)
            except StopIteration as done:
                judged: Judgement = done.value
                return judged

    def _judging(self) -> Generator[None, None, Judgement]:
        """A whole look, in parts."""
        site = self._site
        if site is None:
            return Judgement()
        if site.plan is None:
            return without_configuration(site, self._limits, far=self.history is not None)
        self._supply.hertz = site.latest.hertz if site.latest is not None else None
        self._supply.time_zone = site.monitor.time_zone if site.monitor is not None else None
        look = Look(
            site,
            site.plan,
            self.evidence,
            self._supply,
            self._tables,
            settled=self.settled,
            far=self.history is not None,
            generation=self.generation,
            limits=self._limits,
        )
        self._tables = look.tables
        return (yield from look.taken())
