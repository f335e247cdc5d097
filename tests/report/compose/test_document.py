"""The document: thirteen blocks, a schema, and a result that never says too much."""

from typing import Any

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace

from smappee_tui.i18n import LANGUAGES, Translator
from smappee_tui.report.compose.document import judged_header
from smappee_tui.report.compose.readings import Readings
from smappee_tui.report.compose.steps import StepMoment, written
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Report
from smappee_tui.report.render.json_file import NotAReportError, decode, digest, encode
from smappee_tui.report.render.report_text import ReportText
from tests import payloads as p
from tests.report.made import Visit, faulty, healthy, hostile, short, unbalanced
from tests.report.reading import html
from tests.report.schema import schema_of_model, shipped_schema

BLOCKS = (
    "header", "site", "installer", "devices", "method", "channels", "voltages", "balance", "witness",
    "installation_limits", "findings", "corrections", "not_tested", "evidence", "circuits", "notes", "limits",
    "sign_off", "integrity",
)  # fmt: skip
MADE = (faulty, healthy, short, hostile, unbalanced)


@pytest.mark.parametrize("made", MADE)
def test_every_report_fits_the_schema_that_is_shipped(made: Any) -> None:
    schema = shipped_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(msgspec.json.decode(encode(made())), schema)


def test_the_schema_is_the_model_s() -> None:
    assert shipped_schema() == schema_of_model()


def test_the_thirteen_blocks_are_there() -> None:
    assert tuple(msgspec.to_builtins(faulty())) == ("schema", *BLOCKS)


@pytest.mark.parametrize("made", MADE)
def test_what_is_written_is_read_and_written_the_same(made: Any) -> None:
    content = encode(made())
    assert decode(content) == made()
    assert encode(decode(content)) == content
    assert len(digest(content)) == 64


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"schema": "other/1"}', b"\xff", b'{"schema": "smappee-tui/report/1"}']
)
def test_anything_else_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(NotAReportError) as caught:
        decode(content)
    assert Translator("en").error(caught.value).startswith("It")


def test_a_healthy_house_with_everything_said_passes() -> None:
    report = healthy()
    assert (report.header.result, report.header.partial) == ("pass", False)
    assert not report.header.missing
    assert not report.header.untested
    assert "PASS:" in ReportText(report).result


def test_two_faults_are_two_findings_with_cause_cost_and_advice() -> None:
    report = faulty()
    faults = [f for f in report.findings if f.severity == "fault"]
    assert report.header.result == "faults"
    assert [f.inputs for f in faults] == [[6], [8]]
    assert all(f.evidence and f.advice and f.consequence and f.steps for f in faults)


def test_expected_and_measured_tell_the_fault() -> None:
    report = faulty()
    six, eight = report.channel(6), report.channel(8)
    assert six is not None
    assert eight is not None
    assert (six.expected.reversed, six.measured.reversed, six.measured.phase) == (False, True, "L1")
    assert (eight.expected.phase, eight.measured.phase) == ("L3", "L2")


def test_a_flood_of_seconds_is_thinned_out_in_the_picture_of_a_step() -> None:
    pairs = [(p.START + n / 100, 2000.0 * (n >= 1500)) for n in range(3000)]
    past = Readings(watts={0: pairs}, amps={}, volts=(pairs, [], []))
    (step,) = written([StepMoment(0, p.START + 15)], {}, past, ReportMetadata(generated_at=p.START))
    assert 40 <= len(step.seconds) <= 60
    assert [len(series.values) for series in step.series] == [len(step.seconds)] * 2
    assert (step.seconds[0], round(step.seconds[-1])) == (-7, 13)


def test_evidence_is_twenty_seconds_around_each_decisive_step() -> None:
    report = faulty()
    step = next(s for s in report.evidence if s.input == 6)
    assert step.kind == "announced"
    assert step.announced_watts == 2000
    assert -8 < step.seconds[0] < -5
    assert 11 < step.seconds[-1] <= 13
    assert step.series[0].input == 6
    assert {s.phase for s in step.series if s.unit == "V"} == {"L1", "L2", "L3"}
    assert all(len(s.values) == len(step.seconds) for s in step.series)
    assert step.change_watts is not None
    assert -2200 < step.change_watts < -1800, "reversed: it falls when the heater is switched on"


def test_the_method_is_told() -> None:
    method = faulty().method
    assert method.guided
    assert method.edges_announced == method.edges_seen == len(method.loads) == 18
    assert method.loop_ohms is not None
    assert 0.05 < method.loop_ohms < 0.6
    assert method.received == method.expected == 200
    assert method.lost_percent == 0


def test_lost_messages_are_counted() -> None:
    visit = Visit(guided=False)
    for number, item in enumerate(visit.monitor.stream(visit.monitor.time + 60)):
        if not (item.topic.endswith("/realtime") and number % 4 == 0):  # type: ignore[union-attr]
            visit.session.process(item)
    method = visit.report().method
    assert method.received < method.expected
    assert 15 < method.lost_percent < 35


NEEDED = {
    "customer": "site.customer",
    "address": "site.address",
    "company": "installer.company",
    "person": "installer.person",
    "signed_by": "sign_off.name",
}


@pytest.fixture(scope="module")
def well() -> Visit:
    return Visit(faults=()).whole()


@pytest.mark.parametrize(("field", "code"), NEEDED.items())
def test_a_missing_particular_makes_it_partial_and_is_named(well: Visit, field: str, code: str) -> None:
    report = well.report(**{field: "  "})
    assert report.header.missing == [code]
    assert report.header.partial
    assert report.header.result == "undecided"
    for language in LANGUAGES:
        shown = ReportText(replace(report, header=replace(report.header, language=language)))
        assert "PASS:" not in shown.result
        assert shown.title != ReportText(healthy(), shown.words).title
        assert next(iter(shown.gaps()))[1]


def test_no_declaration_is_missing_only_where_the_configuration_shows_nothing(well: Visit) -> None:
    assert not well.report(generation=None).header.missing
    home = Visit("home1", faults=()).whole()
    assert home.report(generation=None).header.missing == ["site.generation"]
    assert home.report(generation="unknown").header.missing == ["site.generation"]
    assert not home.report(generation="none").header.missing


def test_an_untested_channel_makes_it_partial_and_is_named() -> None:
    report = short()
    waiting = [c.input for c in report.channels if c.verdict in ("no_current", "inconclusive")]
    assert waiting
    assert report.header.untested == waiting == [u.input for u in report.not_tested]
    assert report.header.partial
    assert report.header.result != "pass"
    assert "Partial" in ReportText(report).title


@pytest.mark.parametrize("block", ["channels", "voltages"])
def test_an_empty_mandatory_block_is_no_pass(block: str) -> None:
    report = judged_header(replace(healthy(), **{block: []}))  # type: ignore[arg-type]
    assert report.header.partial
    assert report.header.result == "undecided"


def test_nothing_was_heard_but_a_name() -> None:
    visit = Visit(guided=False)
    first = next(iter(visit.monitor.stream(visit.monitor.time + 1)))
    visit.session.process(first)
    report = visit.report()
    assert report.header.partial
    assert "method.messages" in report.header.missing


def test_the_time_is_the_one_passed_in() -> None:
    one, two = Visit(guided=False).watch(5), Visit(guided=False).watch(5)
    assert encode(one.report()) == encode(two.report())
    assert one.report().header.generated.startswith("2025-10-09T")
    later = one.report(generated_at=one.monitor.time + 60)
    assert later.header.report_id != one.report().header.report_id


def test_a_person_s_text_is_cut_and_can_be_written() -> None:
    report = Visit(guided=False).watch(2).report(notes="n" * 50_000, customer="\ud800 lone")
    assert len(report.site.notes) == 20_000
    assert report.site.customer == "? lone"
    encode(report)


def test_json_needs_no_reader_to_be_careful() -> None:
    """Nothing in a device's name steers the terminal on which somebody looks at the file."""
    text = encode(hostile()).decode()
    assert not [c for c in text if c in "\x1b\x07\x00\u202e\u202c"]
    assert isinstance(decode(encode(hostile())), Report)


def test_the_balance_and_the_sizes_are_the_judgement_s() -> None:
    report = unbalanced()
    assert [(b.phase, b.grid, b.unmetered, b.verdict) for b in report.balance] == [
        ("L1", 1234, -586, "impossible"),
        ("L2", 469, 39, "ok"),
        ("L3", 681, 26, "doubtful"),
    ]
    assert [report.channels[n].size for n in (0, 4, 5, 9)] == ["ok", "doubtful", "wrong", "unchecked"]
    assert [(one.input, bool(one.advice)) for one in report.not_tested] == [(4, True)]


def test_a_file_of_an_older_version_has_neither() -> None:
    old = msgspec.to_builtins(unbalanced())
    del old["balance"]
    for channel in old["channels"]:
        del channel["size"]
    report = decode(msgspec.json.encode(old))
    assert report.balance == []
    assert {channel.size for channel in report.channels} == {None}
    assert "Balance" not in html(report)
