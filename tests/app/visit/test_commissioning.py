"""The plan of a visit: each line done, open, or not possible, by the same list that makes a report partial."""

from dataclasses import replace
from functools import lru_cache

import pytest
from msgspec.structs import replace as changed

from smappee_tui.app.next_step import next_step
from smappee_tui.app.pending_reverts import PendingRevert
from smappee_tui.app.session import Snapshot
from smappee_tui.app.visit.commissioning import PlanLine, State, VisitSoFar, plan_of_visit, step_after
from smappee_tui.diagnosis.judgement import Finding, Judgement, Limit, PhaseVerdict, Subject, Verdict
from smappee_tui.diagnosis.remedy.corrections import Correction, Wiring
from smappee_tui.diagnosis.remedy.history import SheetHistory, SheetLine, Worse
from smappee_tui.diagnosis.remedy.progress import Progress
from smappee_tui.diagnosis.tracing.board import Traced
from smappee_tui.i18n import LANGUAGES, Translator
from smappee_tui.protocol.fact import fact
from smappee_tui.report.compose.document import build
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Report
from smappee_tui.report.requirements import NEEDS, OPTIONAL, Known, Line, lacking
from tests import payloads
from tests.report.made import COMPLETE
from tests.tui.devices.house import devices_scene
from tests.tui.houses import START, twelve
from tests.tui.scene import Scene, judgement_of_twelve, verdict

WHO = ReportMetadata(START, **COMPLETE)
REVERT = PendingRevert("5010009901", "192.168.1.40", "tcp://192.168.1.7:1883")


@lru_cache
def watched() -> Snapshot:
    return Scene(twelve()).configure().run(3).session.snapshot()


def judged(*undecided: int, faults: tuple[Finding, ...] = ()) -> Judgement:
    words: dict[int, Verdict] = (
        dict.fromkeys(range(11), "ok") | dict.fromkeys(undecided, "inconclusive") | {11: "unused"}
    )
    volts = tuple(PhaseVerdict(phase, 230.0, "ok") for phase in range(3))
    return Judgement("star", volts, {n: verdict(n, word) for n, word in words.items()}, faults)


def so_far(judgement: Judgement | None = None, **more: object) -> VisitSoFar:
    picture = replace(watched(), judgement=judged() if judgement is None else judgement)
    return VisitSoFar(**({"picture": picture, "now": START + 3.4, "who": WHO} | more))  # type: ignore[arg-type]


def plan(of: VisitSoFar) -> dict[Line, PlanLine]:
    lines = plan_of_visit(of)
    assert [one.code for one in lines] == list(NEEDS)
    return {one.code: one for one in lines}


def states(of: VisitSoFar) -> dict[Line, State]:
    return {code: one.state for code, one in plan(of).items()}


def still_open(of: VisitSoFar) -> list[str]:
    return [one.code for one in plan(of).values() if one.waits]


def why(of: VisitSoFar, code: Line) -> str:
    return Translator("en").fact(plan(of)[code].why)


def report(judgement: Judgement, who: ReportMetadata = WHO) -> Report:
    site = watched().site
    assert site is not None
    return build(site, judgement, who)


def test_with_no_monitor_everything_waits_for_it() -> None:
    lines = plan(VisitSoFar())
    assert {code for code, one in lines.items() if one.state == "open"} == set(NEEDS) - {"put_back"}
    assert lines["found"].place == "find"
    assert why(VisitSoFar(), "data") == "Once a monitor is found."


def test_what_keeps_a_monitor_from_being_found_is_said() -> None:
    scene = Scene(twelve())
    heard = VisitSoFar(scene.session.snapshot())
    assert "no monitor was heard yet" in why(heard, "found")
    away = VisitSoFar(scene.line("refused", reason=fact("errors.refused_login")).session.snapshot())
    assert why(away, "found").startswith("No connection.")


def test_measurements_that_stopped_are_an_open_line_but_not_in_a_recording() -> None:
    assert states(so_far())["data"] == "done"
    assert why(so_far(now=START + 70), "data") == "Nothing for 67 s."
    assert states(so_far(now=START + 70, past=True))["data"] == "done"


def test_without_a_configuration_nothing_is_proved() -> None:
    bare = replace(Scene(twelve()).run(3).session.snapshot(), judgement=Judgement())
    of = so_far(picture=bare)
    assert states(of)["configuration"] == states(of)["channels"] == "open"
    assert "Configure the inputs in the app" in why(of, "configuration")
    unreadable = replace(
        bare, judgement=Judgement(findings=(Finding("config-unreadable", "warning", Subject("monitor")),))
    )
    assert "cannot be read" in why(so_far(picture=unreadable), "configuration")


def test_a_cause_of_the_supply_keeps_its_own_line_open() -> None:
    lead = Finding("voltage-missing", "fault", Subject("phase", "L2"), channels=(1,), params={"phase": "L2"})
    of = so_far(judged(1, faults=(lead,)))
    assert why(of, "supply") == "No voltage on L2"
    assert "fault open" not in why(of, "corrections")
    assert why(so_far(), "supply") == "3×400 V with neutral: 230 V, 230 V, 230 V"


def test_inputs_are_counted_and_those_that_are_open_named() -> None:
    assert why(so_far(judged(1, 9)), "channels") == "9 of 11; open: Grid meter and Sockets living room"
    assert why(so_far(judged(3, 4, 5, 6, 9)), "channels").endswith("Solar inverter, Oven, Heat pump L1 and 2 more")
    assert why(so_far(), "channels") == "11 of 11"
    unused = so_far(Judgement(channels={n: verdict(n, "unused") for n in range(12)}))
    assert states(unused)["channels"] == "cannot"


def limited(*limits: Limit) -> VisitSoFar:
    return so_far(replace(judged(), limits=limits))


def test_limits_want_the_fuse_and_are_done_when_something_was_compared_with_it() -> None:
    fuse = Limit("main-fuse", "ok", "A", 40.0, 12.0, phase=0)
    bare = so_far(who=replace(WHO, main_fuse_amps=None))
    assert why(bare, "limits") == "The main fuse was not entered."
    assert plan(bare)["limits"].waits
    assert why(limited(fuse, fuse), "limits") == "2 checked, none exceeded"
    assert why(limited(replace(fuse, verdict="over"), fuse), "limits") == "Beyond its limit: Main fuse"
    open_yet = replace(fuse, verdict="unchecked", why=fact("limits.why.not_proved", input=1))
    assert states(limited(open_yet))["limits"] == "open"
    assert states(limited(replace(open_yet, why=fact("limits.why.no_grid"))))["limits"] == "cannot"
    assert states(so_far())["limits"] == "cannot"


def test_faults_keep_a_line_open_until_they_are_mended_and_everything_is_judged() -> None:
    assert why(so_far(judgement_of_twelve()), "corrections").startswith(
        "2 faults open. Input 6 'Heat pump L2' is reversed"
    )
    assert why(so_far(judged(9)), "corrections") == "No input is at fault so far; 1 is not judged yet."
    assert states(so_far(judged(9)))["corrections"] == "open"
    assert why(so_far(mended=2), "corrections") == "2 mended on this visit"
    clock = judgement_of_twelve().findings[2:]
    assert why(so_far(judged(faults=clock)), "corrections") == "No fault; 1 warning to read."
    assert states(so_far(judged(faults=clock)))["corrections"] == "done"


TURNED = Correction(
    6, None, "Heat pump L2", Wiring(1, False, "CONSUMPTION"), Wiring(1, True, "CONSUMPTION"), 0.99, "configure",
    ("ct-reversed",),
)  # fmt: skip


def test_what_was_changed_on_the_sheet_stays_open_until_it_is_proved() -> None:
    changed_line = SheetLine(TURNED, START, changed=START + 1, by="setting")
    board = Progress(SheetHistory((changed_line,)))
    line = plan(so_far(board=board))["corrections"]
    assert (line.state, line.place) == ("open", "corrections")
    assert why(so_far(board=board), "corrections").endswith("since it was changed: Heat pump L2")
    assert plan(so_far(judgement_of_twelve(), board=board))["corrections"].place == "corrections"
    proved = Progress(SheetHistory((replace(changed_line, proved=START + 2),)))
    assert plan(so_far(board=proved, mended=1))["corrections"].state == "done"
    worse = Progress(SheetHistory((), (Worse(START, "balance", phase=1),)))
    line = plan(so_far(board=worse))["corrections"]
    assert (line.state, line.place) == ("open", "corrections")
    assert plan(so_far(board=Progress()))["corrections"].state == "done"


def test_plugs_are_seen_and_sensors_waited_for() -> None:
    assert states(so_far())["devices"] == "cannot"
    picture = devices_scene().session.snapshot()
    lines = plan(VisitSoFar(picture, START + 3.4, who=WHO))
    assert lines["devices"].state == "open"
    assert "Lamp" in Translator("en").fact(lines["devices"].why)


def test_a_gas_or_water_sensor_that_has_counted_nothing_is_open_and_nothing_waits_for_it() -> None:
    scene = Scene(twelve()).configure().run(3)
    site = scene.session.site
    assert site is not None
    counts = payloads.sensor_config(switches=())
    scene.session.process(payloads.arrival("sensorConfig", counts, START + 3.1, uuid=site.uuid))
    of = so_far(picture=replace(scene.session.snapshot(), judgement=judged()))

    line = plan(of)["devices"]

    assert (line.state, line.place, line.waits, line.optional) == ("open", "devices", False, False)
    assert line.why is not None
    assert line.why.code == "plan.why.quiet_sensor"
    left = step_after(next_step(scene.session.snapshot().view, judged()), plan_of_visit(of))
    assert left is not None
    assert left.do.code == "next_step.report"


def test_breakers_are_traced_by_whoever_wants_labels_and_nothing_waits_for_it() -> None:
    bare = plan(so_far())["traced"]
    assert (bare.state, bare.waits, bare.place) == ("open", False, "tracer")
    seen, unseen = (Traced(name, inputs, (), (0,), 1900.0, START, True) for name, inputs in (("Q1", (4,)), ("Q2", ())))
    assert why(so_far(circuits=(seen,)), "traced") == "1 breaker, seen by its input"
    assert why(so_far(circuits=(seen, unseen)), "traced") == "2 breakers; no CT sees 1 of them"
    assert states(so_far(circuits=(unseen,)))["traced"] == "done"


def test_a_report_is_open_until_it_is_whole_and_of_now() -> None:
    assert still_open(so_far()) == ["report", "signed"]
    whole = report(judged())
    assert (whole.header.result, whole.header.partial) == ("pass", False)
    assert still_open(so_far(written=whole)) == []
    gap = report(judged(), replace(WHO, customer=""))
    assert why(so_far(written=gap), "report") == "The one written last is partial. Missing: customer."
    before = report(judged(4))
    assert why(so_far(written=before), "report").startswith("More was judged since")
    assert states(so_far(judged(4), written=before))["report"] == "done", "partial, and no more can be had"
    unsigned = report(judged(), replace(WHO, signed_by=""))
    assert still_open(so_far(written=unsigned)) == ["signed"]


def test_what_must_be_put_back_is_the_last_line() -> None:
    assert still_open(so_far(written=report(judged()), reverts=(REVERT,))) == ["put_back"]
    two = so_far(reverts=(REVERT, replace(REVERT, serial="5010009902")))
    assert why(two, "put_back").endswith("And 1 more.")


def test_the_first_thing_to_do_goes_on_with_the_plan_once_everything_is_judged() -> None:
    def step(of: VisitSoFar) -> str:
        picture = of.picture
        assert picture is not None
        left = step_after(next_step(picture.view, picture.judgement), plan_of_visit(of))
        assert left is not None
        return left.do.code

    assert step(so_far(judgement_of_twelve())) not in ("next_step.report", "next_step.finished")
    assert step(so_far()) == "next_step.report"
    assert step(so_far(who=replace(WHO, main_fuse_amps=None))) == "next_step.line_left"
    assert step(so_far(board=Progress(SheetHistory((), (Worse(START, "balance", phase=1),))))) == "next_step.line_left"
    assert step(so_far(written=report(judged(), replace(WHO, address="")))) == "next_step.report_left"
    assert step(so_far(written=report(judged(), replace(WHO, signed_by="")))) == "next_step.signed_left"
    assert step(so_far(written=report(judged()), reverts=(REVERT,))) == "next_step.put_back_left"
    assert step(so_far(written=report(judged()))) == "next_step.finished"
    assert step_after(None, ()) is None


WORSE = [
    *({name: ""} for name in ("customer", "address", "company", "person", "signed_by")),
    {"main_fuse_amps": None},
    {"generation": "unknown"},
    {},
]


@pytest.mark.parametrize("less", WORSE, ids=str)
@pytest.mark.parametrize("undecided", [(), (4,)])
def test_a_report_is_partial_by_the_open_lines_of_the_plan(less: dict[str, object], undecided: tuple[int, ...]) -> None:
    who, judgement = replace(WHO, **less), judged(*undecided)  # type: ignore[arg-type]
    written = report(judgement, who)
    lines = states(so_far(judgement, who=who, written=written))
    for line, codes in NEEDS.items():
        if set(codes) & set(written.header.missing):
            assert lines[line] == "open", line
    assert (lines["channels"] == "open") == bool(written.header.untested)
    assert written.header.partial == any(lines[line] == "open" for line in set(NEEDS) - OPTIONAL - {"corrections"})


def test_every_thing_that_can_be_missing_belongs_to_one_line() -> None:
    codes = [code for line in NEEDS.values() for code in line]
    assert sorted(codes) == sorted(lacking(Known(absent=1)))


def test_a_plug_that_nobody_saw_makes_a_report_partial_and_one_left_out_does_not() -> None:
    site = devices_scene().session.site
    assert site is not None
    made = build(site, Judgement(), WHO)
    plugs = [one for one in made.devices.devices if one.kind == "plug" and one.state in ("silent", "disconnected")]
    assert plugs
    assert "devices.heard" in made.header.missing
    from smappee_tui.report.compose.document import judged_header

    gone = [changed(one, configured=False) for one in made.devices.devices]
    made = judged_header(changed(made, devices=changed(made.devices, devices=gone)))
    assert "devices.heard" not in made.header.missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_said_in_every_language(language: str) -> None:
    tr = Translator(language)  # type: ignore[arg-type]
    visits = [
        VisitSoFar(reverts=(REVERT, REVERT)),
        so_far(judgement_of_twelve()),
        so_far(written=report(judged(), replace(WHO, customer="", signed_by=""))),
        so_far(written=report(judged()), mended=1),
        VisitSoFar(devices_scene().session.snapshot(), START),
    ]
    for visit in visits:
        for one in plan_of_visit(visit):
            said = f"{tr(f'plan.line.{one.code}')}: {tr(f'plan.state.{one.state}')}. {tr.fact(one.why)}"
            assert "{" not in said
            assert "plan." not in said
            assert "report." not in said
