"""What of an installation a limit may rest on: which CTs tell a current, and which a power with its direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from smappee_tui.diagnosis.judgement import AT_HOME, STRAY, WAITING, ChannelVerdict, LimitWord, SupplyKind
from smappee_tui.diagnosis.limits.declared import Declared
from smappee_tui.diagnosis.limits.watch import LimitsWatch, Worst
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.names import rated_amps

_NO_CURRENT_OF_ITS_OWN = frozenset({"dead", "wrong_ratio", "half_open"})


@dataclass(frozen=True)
class Seen:
    """Everything that limits are made of."""

    watch: LimitsWatch
    settings: Mapping[int, ChannelSetting]
    verdicts: Mapping[int, ChannelVerdict]
    supply: SupplyKind
    declared: Declared
    neutral: frozenset[int] = frozenset()
    """Inputs whose clamp sits on the neutral."""

    @cached_property
    def used(self) -> dict[int, ChannelSetting]:
        """Inputs in use, by number."""
        return {n: s for n, s in sorted(self.settings.items()) if not s.unused}

    @cached_property
    def grid(self) -> dict[int, ChannelSetting]:
        """The grid CTs, by phase."""
        found = ((n, s) for n, s in self.used.items() if s.is_grid)
        return dict(sorted(found, key=lambda one: (9 if one[1].phase is None else one[1].phase, one[0])))

    def phase(self, number: int) -> int | None:
        """Where it sits, 0 to 2: where the verdict says so, else as configured."""
        said = self.verdicts.get(number)
        if said is not None and said.verdict in STRAY:
            return said.actual_phase
        return self.settings[number].phase

    def rating(self, number: int) -> float | None:
        """The current that a CT is made for, A; None where its type does not tell."""
        return rated_amps(self.settings[number].ct_type or "") or None

    def untrue(self, number: int) -> Fact | None:
        """Why what it shows in ampere is not the current of its phase; None where nothing speaks against it."""
        said = self.verdicts.get(number)
        if number in self.neutral:
            return fact("limits.why.neutral", input=number)
        if said is not None and said.verdict in _NO_CURRENT_OF_ITS_OWN:
            return fact("limits.why.ct_wrong", input=number, said=said.said)
        if said is not None and said.size in ("doubtful", "wrong"):
            return fact("limits.why.size", input=number)
        return None

    def undirected(self, number: int) -> Fact | None:
        """Why its power, with its direction, cannot be relied on; None for one that is right, or only turned round."""
        said = self.verdicts.get(number)
        if said is None or said.verdict in WAITING:
            return fact("limits.why.not_proved", input=number)
        if said.verdict in AT_HOME:
            return self.untrue(number)
        return fact("limits.why.ct_wrong", input=number, said=said.said)

    @cached_property
    def turned(self) -> tuple[int, ...]:
        """Grid CTs that are the wrong way round, and so counted the other way."""
        wrong = ((n, self.verdicts.get(n)) for n in self.watch.quarters.grid)
        return tuple(n for n, said in wrong if said is not None and said.verdict == "reversed")

    @cached_property
    def pattern(self) -> tuple[int, Fact | None]:
        """How the grid CTs are counted, and why what comes out is not to be relied on; None for no reason."""
        grid = self.watch.quarters.grid
        why = None if self.grid else fact("limits.why.no_grid")
        if why is None and not grid:
            why = fact("limits.why.nothing_seen")
        if why is None:
            one = next((n for n in grid if self.settings[n].balanced), None)
            why = None if one is None else fact("limits.why.balanced", input=one)
        why = why or next((said for n in grid if (said := self.undirected(n)) is not None), None)
        way = sum(2**place for place, n in enumerate(grid) if n in self.turned)
        if way >= len(self.watch.quarters.signs):
            return 0, why or fact("limits.why.many_turned", inputs=self.turned)
        return way, why

    @property
    def turned_note(self) -> tuple[Fact, ...]:
        """Says which grid CTs are counted the other way."""
        return (fact("limits.note.turned", count=len(self.turned), inputs=self.turned),) if self.turned else ()

    def seconds_unseen(self, worst: Worst | None, limit: float | None) -> Fact | None:
        """Why five-minute values do not prove that a limit was kept: they prove only that it was not."""
        if not self.watch.from_means or worst is None or limit is None or self.word(worst.value, limit) != "ok":
            return None
        return fact("limits.note.means")

    @property
    def means_note(self) -> tuple[Fact, ...]:
        return (fact("limits.note.means"),) if self.watch.from_means else ()

    def word(self, worst: float, limit: float) -> LimitWord:
        """How near it came. A value that is the limit is not beyond it."""
        if worst > limit + 1e-4 * abs(limit):
            return "over"
        return "near" if worst >= self.declared.thresholds.near_percent / 100 * limit else "ok"
