"""A board is mended line by line: each tick is seen arriving, proved by a load, and what gets worse is said."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from smappee_tui.diagnosis.judgement import Hypothesis, PhaseBalance
from smappee_tui.diagnosis.remedy.history import SheetHistory
from smappee_tui.diagnosis.remedy.progress import Progress, Told
from smappee_tui.i18n import Translator
from smappee_tui.protocol.received import Mark
from smappee_tui.simulator import sites
from smappee_tui.simulator.house.meter import Dialect
from smappee_tui.simulator.monitor.virtual_monitor import Configured
from smappee_tui.site.site import SettingChange
from smappee_tui.site.view import SiteView, view_of
from tests.diagnosis.made import Run
from tests.diagnosis.remedy.test_corrections import judged, setting, verdict, view

WORDS = Translator("en")


class Board:
    """A virtual house whose sheet is followed second by second, as a screen does it."""

    def __init__(self, *faults: str, site: str = "home3pv", dialect: Dialect = "infinity", seed: int = 1) -> None:
        self.monitor = sites.build(site, dialect=dialect, seed=seed, faults=faults, guided=True)
        self.run = Run(self.monitor)
        self.progress = Progress()
        self.told: list[Told] = []
        assert self.monitor.plan is not None
        self.run.play(round(self.monitor.plan.steps[-1].off) + 10)
        self.play(1)

    def play(self, seconds: int) -> list[str]:
        """Let time pass; what was told in it."""
        before = len(self.told)
        self.run.play(seconds, self._look)
        return [one.said.code.partition(".")[2] for one in self.told[before:]]

    def _look(self) -> None:
        site = self.run.site
        said = self.run.judge.judgement(fresh=False)
        self.told += self.progress.look(self.monitor.time, view_of(site), said, site.changes)

    def apply(self, number: int) -> list[str]:
        """Set one input as the sheet wants it."""
        (line,) = [one for one in self.progress.lines if one.input == number]
        wished, now = line.correction.set, line.correction.now
        self.monitor.configure(
            number,
            Configured(
                phase=wished.phase,
                flag=wished.reversed,
                ct_type=wished.ct_type if wished.ct_type != now.ct_type else None,
                name=line.correction.rename or None,
            ),
        )
        return self.play(3)

    def apply_all(self) -> None:
        for line in self.progress.sheet.configure:
            self.apply(line.input)

    def test(self, number: int) -> list[str]:
        """The one step that proves an input: a load that is announced, on and off."""
        ct = self.monitor.site.ct(number)
        marked = None if ct.connection == "GRID" else number
        said: list[str] = []
        for kind, watts in (("load-on", 2000.0), ("load-off", 0.0)):
            self.run.judge.mark(Mark(self.monitor.time, kind, 2000.0, marked))  # type: ignore[arg-type]
            self.monitor.plug_in(marked, ct.phase, watts)
            said += self.play(12)
        return said

    def states(self) -> dict[int, str]:
        return {line.input: line.state for line in self.progress.lines}

    def truth(self) -> set[str]:
        return {self.monitor.state_of(ct.input)[0] for ct in self.monitor.site.cts} - {"unused"}


def test_two_exchanged_grid_cts_and_a_turned_one_are_mended_through_the_sheet_alone() -> None:
    board = Board("swapped:0,1", "reversed:6")
    assert board.states() == {0: "open", 1: "open", 6: "open"}

    assert board.apply(0) == ["told_set"]
    assert board.states() == {0: "changed", 1: "open", 6: "open"}  # the other one stays, whatever is known of it now
    assert board.apply(1) == ["told_set"]
    assert board.apply(6) == ["told_set"]
    for number in (0, 1, 6):
        board.test(number)

    assert board.states() == {0: "proved", 1: "proved", 6: "proved"}
    assert board.truth() == {"ok"}
    assert not any(one.worse for one in board.told)
    history = board.progress.history
    assert history.done
    assert all(a.found < (a.changed or 0) < (a.proved or 0) for a in history.lines)


@pytest.mark.parametrize(
    ("faults", "site", "dialect"),
    [
        (("rotated:0,1,2",), "home3pv", "20-series"),
        (("phase:8,L2", "reversed:8"), "home3pv", "infinity"),
        (("ratio:8,0.5",), "home3pv", "infinity"),
        (("swapped:6,7",), "home3pv", "infinity"),
        (("reversed:1",), "home1", "infinity"),
        (("swapped:0,1",), "delta", "infinity"),
        (("swapped:1,0", "ratio:8,0.5"), "home3pv", "infinity"),
        (("swapped:1,2", "phase:6,L3"), "home3pv", "infinity"),
        (("swapped:0,1", "reversed:5"), "delta", "20-series"),
    ],
)
def test_a_site_set_as_its_sheet_wants_is_right(faults: tuple[str, ...], site: str, dialect: Dialect) -> None:
    board = Board(*faults, site=site, dialect=dialect)
    lines = [one.input for one in board.progress.sheet.configure]
    assert lines

    board.apply_all()
    for number in lines:
        board.test(number)
        board.test(number)

    assert board.truth() == {"ok"}
    assert set(board.states().values()) == {"proved"}
    assert not any(one.worse for one in board.told)


def test_a_ratio_that_was_set_right_is_not_judged_by_what_was_read_before() -> None:
    board = Board("phase:8,L2", "reversed:8")
    board.apply(8)

    board.test(2)  # somebody else's load, while the circuit's own changes of before would say half

    assert "told_again" not in [one.said.code.partition(".")[2] for one in board.told]


def test_set_otherwise_than_wished_is_said_and_the_line_stays() -> None:
    board = Board("phase:8,L2")

    board.monitor.configure(8, Configured(phase=0))
    assert board.play(3) == ["told_otherwise"]
    assert board.states() == {8: "otherwise"}
    said = WORDS.fact(board.told[-1].said)
    assert "phase L3 → L1" in said
    assert "Still to set: phase L1 → L2" in said

    board.monitor.configure(8, Configured(phase=1))
    assert board.play(3) == ["told_set"]


def test_a_configuration_that_is_set_to_and_fro_is_not_announced_for_ever() -> None:
    board = Board("phase:8,L2")
    told = []
    for turn in range(9):
        board.monitor.configure(8, Configured(phase=1 if turn % 2 == 0 else 2))
        told.append(bool(board.play(3)))

    assert told[0]
    assert not any(told[4:])
    assert len(board.progress.history.worse) <= 3
    assert "config-alternates" in {finding.code for finding in board.run.judge.judgement().findings}


def test_what_was_set_right_and_is_set_back_before_it_was_proved_is_said_and_to_do_again() -> None:
    board = Board("phase:8,L2")
    board.apply(8)
    assert board.states() == {8: "changed"}

    board.monitor.configure(8, Configured(phase=2))
    assert board.play(3) == ["told_otherwise"]
    assert board.states() == {8: "otherwise"}
    assert "as it was. Still to set: phase L3 → L2" in WORDS.fact(board.told[-1].said)
    assert not any(line.failed for line in board.progress.history.lines)

    board.apply(8)
    board.test(8)
    assert board.states() == {8: "proved"}


def test_a_clamp_turned_by_hand_is_ticked_without_a_setting() -> None:
    board = Board("reversed:6")
    board.monitor.plug_in(6, 0, 3000.0)
    board.play(15)

    board.monitor.mend("reversed:6")

    assert "told_hand" in board.play(10)
    (line,) = board.progress.lines
    assert (line.by, line.state) == ("hand", "changed")
    board.monitor.plug_in(6, 0, 0.0)
    board.play(12)
    board.test(6)
    assert board.states() == {6: "proved"}


def test_a_tick_is_a_word_until_a_setting_tells_more() -> None:
    board = Board("reversed:6", "reversed:8")
    begun = board.monitor.time
    assert board.progress.tick(6, True, begun) is not None
    assert board.progress.tick(6, True, begun) is None
    assert board.progress.tick(3, True, begun) is None  # it never stood on the sheet
    assert [one.input for one in board.progress.left.configure] == [8]

    assert board.apply(6) == ["told_set"]
    line = next(one for one in board.progress.lines if one.input == 6)
    assert (line.by, line.ticked, line.state) == ("setting", False, "changed")
    assert board.progress.tick(6, False, begun) is None  # the configuration speaks for itself
    board.test(6)
    assert board.states() == {6: "proved", 8: "open"}
    assert board.progress.tick(6, False, begun) is None


def test_a_tick_that_a_hand_made_true_is_proved() -> None:
    board = Board("reversed:6")
    board.monitor.mend("reversed:6")
    assert board.progress.tick(6, True, board.monitor.time) is not None
    board.play(3)
    board.test(6)
    assert board.states() == {6: "proved"}


def test_a_setting_on_an_input_that_was_right_is_said_at_once_and_taken_back() -> None:
    board = Board("reversed:6")

    board.monitor.configure(10, Configured(flag=not board.monitor.site.ct(10).flag))
    assert board.play(3) == ["worse_right"]
    assert [one.input for one in board.progress.worse] == [10]
    board.monitor.configure(10, Configured(flag=not board.monitor.site.ct(10).flag))
    board.play(3)

    assert not board.progress.worse
    assert board.progress.history.worse[0].over is not None


def test_a_wrong_clamp_mended_twice_is_wrong_again_and_said() -> None:
    board = Board("swapped:0,1")
    board.apply_all()
    board.monitor.mend("swapped:0,1")  # by hand as well, what the setting has mended already
    for number in (0, 1, 2, 0):
        board.test(number)

    assert any(one.worse for one in board.told)
    assert [one.input for one in board.progress.sheet.configure] == [0, 1]
    assert {line.input for line in board.progress.history.lines if line.failed is not None} == {0, 1}


def test_the_history_survives_being_written_down() -> None:
    board = Board("swapped:6,7")
    board.apply(6)
    written = msgspec.json.encode(board.progress.history)

    read = msgspec.json.decode(written, type=SheetHistory)

    assert read == board.progress.history
    board.progress = Progress(read)
    board.play(2)
    assert board.states() == {6: "changed", 7: "open"}
    assert board.apply(7) == ["told_set"]


# -- by hand

TURNED = verdict(4, "reversed", Hypothesis(0, True, 0.99))


def looked(
    *, at: float, seen: SiteView, said: object, by: Progress, changes: tuple[SettingChange, ...] = ()
) -> list[str]:
    return [one.said.code.partition(".")[2] for one in by.look(at, seen, said, changes)]  # type: ignore[arg-type]


def test_before_anything_is_changed_the_sheet_is_what_the_judgement_makes_it() -> None:
    progress, seen = Progress(), view(setting(4))
    looked(at=1.0, seen=seen, said=judged(TURNED), by=progress)
    assert [line.found for line in progress.lines] == [1.0]

    looked(at=2.0, seen=seen, said=judged(verdict(4, "inconclusive")), by=progress)

    assert not progress.lines
    assert not progress.history.lines


def test_another_name_alone_changes_nothing() -> None:
    progress = Progress()
    settings = setting(4), setting(5)
    looked(at=1.0, seen=view(*settings), said=judged(TURNED, verdict(5, "ok")), by=progress)
    named = view(*(msgspec.structs.replace(one, name="Kiln") for one in settings))

    assert not looked(at=2.0, seen=named, said=judged(TURNED, verdict(5, "ok")), by=progress)

    assert [line.state for line in progress.lines] == ["open"]


def test_the_time_of_a_change_is_when_it_arrived() -> None:
    progress, turned = Progress(), replace(view(setting(4)))
    looked(at=1.0, seen=turned, said=judged(TURNED), by=progress)
    mended = msgspec.structs.replace(setting(4), reversed=True)
    change = SettingChange(5.5, 4, setting(4), mended)

    looked(at=6.0, seen=view(mended), said=judged(verdict(4, "inconclusive")), by=progress, changes=(change,))

    assert [line.changed for line in progress.lines] == [5.5]


def test_what_was_set_while_nobody_watched_is_ticked_at_the_next_look() -> None:
    progress = Progress()
    looked(at=1.0, seen=view(setting(4)), said=judged(TURNED), by=progress)
    later = Progress(progress.history)
    mended = msgspec.structs.replace(setting(4), reversed=True)

    assert looked(at=900.0, seen=view(mended), said=judged(verdict(4, "ok")), by=later) == ["told_set", "told_proved"]


def test_what_an_earlier_visit_proved_is_past() -> None:
    progress = Progress()
    looked(at=1.0, seen=view(setting(4)), said=judged(TURNED), by=progress)
    mended = view(msgspec.structs.replace(setting(4), reversed=True))
    looked(at=2.0, seen=mended, said=judged(verdict(4, "ok")), by=progress)

    later = Progress(progress.history, anew=True)
    looked(at=9e6, seen=mended, said=judged(verdict(4, "ok")), by=later)

    assert not later.lines
    assert [line.state for line in later.history.lines] == ["proved"]


def test_an_input_that_turns_out_wrong_after_a_change_is_said() -> None:
    progress = Progress()
    settings = setting(4), setting(5)
    fine = verdict(5, "ok")
    looked(at=1.0, seen=view(*settings), said=judged(TURNED, fine), by=progress)
    mended = msgspec.structs.replace(settings[0], reversed=True), settings[1]
    looked(at=2.0, seen=view(*mended), said=judged(verdict(4, "inconclusive"), fine), by=progress)

    wrong = verdict(5, "wrong_phase", Hypothesis(1, False, 0.99), phase=1)
    told = looked(at=3.0, seen=view(*mended), said=judged(verdict(4, "ok"), wrong), by=progress)

    assert told == ["told_proved", "worse_fault"]


def test_a_change_is_not_blamed_for_what_a_test_finds_of_an_input_that_was_never_judged() -> None:
    progress = Progress()
    settings = setting(4), setting(5)
    waiting = verdict(5, "inconclusive")
    looked(at=1.0, seen=view(*settings), said=judged(TURNED, waiting), by=progress)
    mended = msgspec.structs.replace(settings[0], reversed=True), settings[1]
    looked(at=2.0, seen=view(*mended), said=judged(verdict(4, "inconclusive"), waiting), by=progress)

    told = looked(at=3.0, seen=view(*mended), said=judged(verdict(4, "ok"), replace(TURNED, input=5)), by=progress)

    assert told == ["told_proved"]
    assert [line.input for line in progress.lines] == [4, 5]


def test_an_undecided_input_that_was_set_otherwise_and_is_wrong_then_is_said() -> None:
    progress = Progress()
    looked(at=1.0, seen=view(setting(5)), said=judged(verdict(5, "inconclusive")), by=progress)
    other = view(msgspec.structs.replace(setting(5), reversed=True))
    looked(at=2.0, seen=other, said=judged(verdict(5, "inconclusive")), by=progress)

    assert looked(at=3.0, seen=other, said=judged(replace(TURNED, input=5)), by=progress) == ["worse_fault"]


def test_before_any_change_a_new_fault_is_no_worsening() -> None:
    progress, seen = Progress(), view(setting(4), setting(5))
    looked(at=1.0, seen=seen, said=judged(TURNED, verdict(5, "ok")), by=progress)
    wrong = verdict(5, "wrong_phase", Hypothesis(1, False, 0.99), phase=1)

    assert not looked(at=2.0, seen=seen, said=judged(TURNED, wrong), by=progress)


def test_a_sum_that_cannot_be_any_more_is_said_once_the_whole_group_is_set() -> None:
    progress = Progress()
    fine, wrong = (PhaseBalance(0, 1.0, 0.0, 1.0, 0.0, word) for word in ("ok", "impossible"))  # type: ignore[arg-type]
    looked(at=1.0, seen=view(setting(4)), said=judged(TURNED, balance=(fine,)), by=progress)
    mended = view(msgspec.structs.replace(setting(4), reversed=True))
    waiting = verdict(4, "inconclusive")

    assert looked(at=2.0, seen=mended, said=judged(waiting, balance=(wrong,)), by=progress) == ["told_set"]
    assert looked(at=60.0, seen=mended, said=judged(waiting, balance=(wrong,)), by=progress) == ["worse_balance"]
    looked(at=61.0, seen=mended, said=judged(waiting, balance=(fine,)), by=progress)
    assert not progress.worse


def test_a_phase_with_a_line_that_is_open_still_is_not_blamed_on_another_change() -> None:
    """Of two faults one is mended first: that the other one's phase does not add up was so before."""
    fine, wrong = (PhaseBalance(0, 0.0, 0.0, 0.0, 0.0, word) for word in ("doubtful", "impossible"))  # type: ignore[arg-type]
    other = verdict(5, "reversed", Hypothesis(0, True, 0.99))
    progress = Progress()
    looked(at=1.0, seen=view(setting(4), setting(5)), said=judged(TURNED, other, balance=(fine,)), by=progress)
    mended = view(msgspec.structs.replace(setting(4), reversed=True), setting(5))
    waiting = verdict(4, "inconclusive")
    assert "worse_balance" not in looked(
        at=2.0, seen=mended, said=judged(waiting, other, balance=(wrong,)), by=progress
    )
