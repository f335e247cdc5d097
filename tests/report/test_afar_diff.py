"""A report of a visit beside one from afar."""

from msgspec.structs import replace

from smappee_tui.report.diff import compare, diff_text
from smappee_tui.report.render.json_file import decode, encode
from tests.report import afar
from tests.report.made import faulty, healthy
from tests.report.test_afar import without_history


def test_an_old_file_is_read() -> None:
    old = decode(without_history(faulty()))
    assert old == faulty()
    assert old.method.history is None


def test_what_was_mended_shows_from_afar() -> None:
    found = compare(decode(without_history(faulty())), decode(encode(afar.healthy())))
    assert found.same_site
    assert (found.old.from_history, found.new.from_history) == (False, True)
    assert {e.subject for e in found.of("mended") if e.what == "fault"} == {"channel:6", "channel:8"}
    assert not found.of("new")
    assert diff_text(found).count("judged from afar") == 1


def test_what_was_seen_from_afar_is_still_open_on_site() -> None:
    found = compare(afar.faulty(), faulty())
    assert {e.subject for e in found.of("open")} >= {"channel:6", "channel:8"}
    assert compare(afar.healthy(), healthy()).entries == []


def test_a_setting_that_the_cloud_does_not_tell_has_not_changed() -> None:
    untold = afar.made(faults=(), told=frozenset({"name", "phase"}))[0]
    assert not [e for e in compare(healthy(), untold).entries if e.what == "setting"]


def test_without_a_uuid_the_serial_number_tells_the_location() -> None:
    nameless = replace(afar.healthy(), site=replace(afar.healthy().site, uuid="cloud-69172"))
    assert compare(healthy(), nameless).same_site
    other = replace(nameless, devices=replace(nameless.devices, serial="5010000009"))
    assert not compare(healthy(), other).same_site
    unknown = replace(nameless, devices=replace(nameless.devices, serial=""))
    assert not compare(unknown, replace(healthy(), devices=unknown.devices)).same_site
