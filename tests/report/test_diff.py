"""A second visit: what was mended, what is new, what moved."""

import msgspec
import pytest
from msgspec.structs import replace

from smappee_tui.report.diff import compare, diff_text
from smappee_tui.report.model import Report
from smappee_tui.report.render.json_file import decode, encode
from tests.report.made import Visit, faulty, healthy


def test_a_report_against_itself() -> None:
    found = compare(healthy(), healthy())
    assert found.entries == []
    assert found.unchanged == len(healthy().channels)
    assert "Nothing has changed." in diff_text(found)


@pytest.fixture(scope="module")
def visits() -> tuple[Report, Report]:
    """Two faults, a report; one is mended in the configuration and tested again, another report."""
    visit = Visit().whole()
    first = visit.report()
    visit.configure_reversed(6)
    visit.heat(6, "Car charger", 0, flip=(6,))
    return first, visit.report()


def test_what_was_mended_is_named_and_nothing_else(visits: tuple[Report, Report]) -> None:
    found = compare(*visits)
    assert [(e.kind, e.subject, e.what) for e in found.entries] == [
        ("mended", "channel:6", "fault"),
        ("open", "channel:8", "fault"),
    ]
    mended = found.of("mended")[0]
    assert mended.before is not None
    assert mended.after is not None
    assert (mended.before.verdict, mended.after.verdict) == ("reversed", "ok")
    assert (mended.before.reversed, mended.after.reversed) == (False, True)
    text = diff_text(found)
    assert 'input 6 "Car charger": reversed → ok (setting L1 → L1, reversed)' in text
    assert "11 inputs stand as before." in text


def test_the_second_report_shows_what_was_done_and_what_came_of_it(visits: tuple[Report, Report]) -> None:
    report = visits[1]
    six = report.channel(6)
    assert six is not None
    assert six.retest is not None
    assert (six.retest.verdict_before, six.retest.verdict_after) == ("reversed", "ok")
    action = six.actions[0]
    assert [(s.name, s.before, s.after) for s in action.settings] == [("reversed", "no", "yes")]
    assert action.by == "An Peeters"
    assert action.watts_before is not None
    assert action.watts_after is not None
    assert action.watts_before < 0 < action.watts_after
    mended = next(f for f in report.findings if f.status == "mended")
    assert (mended.code, mended.inputs) == ("ct-reversed", [6])
    assert mended.actions == six.actions
    assert six.loaded.watts is not None
    assert six.loaded.watts > 0, "what was read before the change stands in no table"
    steps = [s for s in report.evidence if s.input == 6]
    assert [(s.change_watts or 0) > 0 for s in steps] == [False, True], "the step before the change, and the re-test"


def test_a_change_that_nobody_tested_is_not_mended() -> None:
    visit = Visit().whole()
    first = visit.report()
    visit.configure_reversed(6)
    second = visit.report()
    found = compare(first, second)
    assert not found.of("mended")
    assert "channel:6" in [e.subject for e in found.of("open")]
    assert next(f for f in second.findings if f.code == "ct-reversed").status == "retest"
    assert second.header.partial


def test_the_other_way_round_is_new() -> None:
    found = compare(healthy(), faulty())
    assert [e.subject for e in found.of("new")] == ["channel:6", "channel:8"]
    assert not found.of("mended")


def test_all_mended() -> None:
    found = compare(faulty(), healthy())
    assert [e.subject for e in found.entries] == ["channel:6", "channel:8"]
    assert {e.kind for e in found.entries} == {"mended"}


def test_a_setting_and_a_channel_that_moved() -> None:
    old = healthy()
    channels = list(old.channels)
    channels[3] = replace(channels[3], expected=replace(channels[3].expected, phase="L2"))
    gone = channels.pop()
    found = compare(old, replace(old, channels=channels))
    assert [(e.kind, e.what, e.subject) for e in found.entries] == [
        ("moved", "setting", "channel:3"),
        ("moved", "channel", f"channel:{gone.input}"),
    ]
    assert "L1 → L2" in diff_text(found)
    assert "no longer there" in diff_text(found)


def test_a_ct_is_known_by_its_hub_when_inputs_are_renumbered() -> None:
    old = faulty()
    shifted = [replace(c, input=c.input + 100) for c in old.channels]
    found = compare(replace(old, findings=[]), replace(old, channels=shifted, findings=[]))
    assert {e.kind for e in found.entries} == {"open"}


def test_another_location_is_said() -> None:
    other = replace(healthy(), site=replace(healthy().site, uuid="another"))
    found = compare(healthy(), other)
    assert not found.same_site
    assert "two different locations" in diff_text(found)


def test_a_warning_that_came_and_went() -> None:
    strange = replace(faulty().findings[0], code="voltage-low", subject="phase:L1", severity="warning", inputs=[],
                      title="Voltage of L1 is low: 200 V on average")  # fmt: skip
    with_it = replace(healthy(), findings=[strange])
    assert [(e.kind, e.what) for e in compare(healthy(), with_it).entries] == [("new", "voltage-low")]
    assert [(e.kind, e.what) for e in compare(with_it, healthy()).entries] == [("mended", "voltage-low")]


def test_hostile_names_do_no_harm() -> None:
    from tests.report.made import hostile

    text = diff_text(compare(hostile(), replace(hostile(), channels=hostile().channels[:-1])))
    assert not [c for c in text if ord(c) < 32 and c != "\n"]
    assert all(len(line) < 120 for line in text.splitlines())


def test_it_can_be_written_as_json() -> None:
    found = compare(decode(encode(faulty())), decode(encode(healthy())))
    told = msgspec.to_builtins(found)
    assert told["schema"] == "smappee-tui/report-diff/1"
    assert {"kind", "subject", "name", "what", "before", "after"} == set(told["entries"][0])


def test_a_clamp_that_was_turned_by_hand_and_tested_again_is_mended() -> None:
    visit = Visit().whole()
    first = visit.report()
    visit.monitor.mend("reversed:6")
    judge = visit.session.judge
    assert judge is not None
    judge.forget(6)  # as the guided test does when the installer says that he moved it
    visit.heat(6, "Car charger", 0)
    second = visit.report()
    assert [e.subject for e in compare(first, second).of("mended")] == ["channel:6"]
    six = second.channel(6)
    assert six is not None
    assert six.actions == []
    assert (six.loaded.watts or 0) > 0
    assert six.retest is not None
    assert (six.retest.verdict_before, six.retest.verdict_after) == ("reversed", "ok")
    assert [f.inputs for f in second.findings if f.status == "mended"] == [[6]]
