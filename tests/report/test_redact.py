"""A report for sharing holds nobody's name, in no format, and the same made-up one wherever it is named."""

import json
import re
from typing import Any

import msgspec
import pytest
from msgspec import inspect
from msgspec.structs import replace

from smappee_tui.i18n import LANGUAGES, Language
from smappee_tui.protocol.fact import fact
from smappee_tui.report import redact
from smappee_tui.report.blocks import Block, FactBlock
from smappee_tui.report.model import Action, Photo, Report, Setting
from smappee_tui.report.render import csv_file, text
from smappee_tui.report.render.json_file import decode, digest, encode
from smappee_tui.report.wording import block_of
from tests.report import afar
from tests.report.made import COMPLETE, Visit, faulty
from tests.report.reading import html, pdf_text
from tests.report.render.test_numbers import in_language


def redacted(report: Report) -> Report:
    return redact.redacted(report)[0]


@pytest.fixture(scope="module")
def original() -> Report:
    photo = Photo(name="Jo Claes kitchen.jpg", sha256="0" * 64, bytes=1, media_type="image/jpeg", data="QUJD")
    visit = Visit().whole()
    return visit.report(
        notes="Key at Jo's neighbour", photos=(photo,), customer_name="Jo Claes", second_person="Bob", source="10.0.0.7"
    )


@pytest.fixture(scope="module")
def shared(original: Report) -> Report:
    return redacted(original)


def secrets(report: Report) -> set[str]:
    found = {str(COMPLETE[key]) for key in ("site", "customer", "address", "company", "person", "licence")}
    found |= {c.name for c in report.channels if c.name} | {d.serial for d in report.devices.devices}
    found |= {d.name for d in report.devices.devices if d.name and d.number is None}
    found |= {report.devices.serial, report.site.uuid, "neighbour", "Jo Claes", "10.0.0.7"}
    return {one for one in found if len(one) > 3}


def everything(report: Report) -> dict[str, str]:
    hashed = digest(encode(report))
    return {
        "json": encode(report).decode(),
        "html": html(report),
        "pdf": "\n".join(pdf_text(report)),
        "csv": csv_file.render(report).decode(),
        "txt": text.render(report, hashed).decode(),
    }


def test_no_format_holds_a_real_identity(original: Report, shared: Report) -> None:
    found = secrets(original)
    assert len(found) > 20
    for name, content in everything(shared).items():
        words = content.split("<section", 1)[-1] if name == "html" else content
        left = [one for one in found if one in words and one not in ("Solar",)]
        assert not left, (name, left)


def test_the_same_has_the_same_made_up_name_everywhere(shared: Report) -> None:
    made = shared.channel(6)
    assert made is not None
    finding = next(f for f in shared.findings if f.inputs == [6])
    assert f"'{made.name}'" in finding.title
    assert shared.installer.person == shared.sign_off.name
    assert shared.site.customer == shared.sign_off.customer_name
    assert len({c.name for c in shared.channels}) == len({c.name for c in faulty().channels})


def test_a_name_that_is_a_number_is_a_name() -> None:
    number = "0471 23 45 67"
    report = faulty()
    finding = next(f for f in report.findings if f.params is not None and f.inputs == [6])
    named = replace(finding, params={**(finding.params or {}), "name": number})
    shared = redacted(replace(report, findings=[named]))
    assert number not in encode(shared).decode()


def test_measurements_and_verdicts_stay(original: Report, shared: Report) -> None:
    for before, after in zip(original.channels, shared.channels, strict=True):
        assert (before.verdict, before.amps, before.watts, before.loaded) == (
            after.verdict,
            after.amps,
            after.watts,
            after.loaded,
        )
    assert original.evidence == shared.evidence
    assert original.header.result == shared.header.result
    assert shared.header.redacted
    assert "made up" in html(shared)


def test_notes_photos_and_recording_go(shared: Report) -> None:
    assert shared.sign_off.photos == []
    assert shared.site.notes == "…"
    assert shared.integrity.recording is None


def test_it_is_a_report_like_any_other(shared: Report) -> None:
    assert decode(encode(shared)) == shared
    told: dict[str, Any] = json.loads(encode(shared))
    assert told["header"]["redacted"] is True


def cloud_finding(params: dict[str, Any], facts: list[Any]) -> Report:
    """A finding that quotes names which stand nowhere else in the report."""
    block = replace(faulty().findings[0], code="of-the-cloud", params=params, evidence_facts=facts)
    return replace(faulty(), findings=[block])


def test_texts_of_what_the_diagnosis_says_are_made_up_unless_they_are_words_of_a_list() -> None:
    inner = FactBlock(code="report.label.changed_by", params={"who": "Jo of the cloud"})
    params = {
        "name": "Car charger",
        "phase": "L2",
        "amps": 2.5,
        "serial": "5010000001",
        "more": [msgspec.to_builtins(inner), "Sauna"],
    }
    shared = redacted(cloud_finding(params, [inner])).findings[0]
    assert shared.params is not None
    assert (shared.params["phase"], shared.params["amps"]) == ("L2", 2.5)
    assert shared.params["name"] == redacted(faulty()).channels[6].name, "the same as in the table"
    assert shared.params["serial"] != "5010000001"
    everything_said = json.dumps(json.loads(encode(cloud_finding(shared.params, shared.evidence_facts)))["findings"])
    for name in ("Jo of the cloud", "Sauna", "5010000001"):
        assert name not in everything_said
    assert shared.evidence[0].startswith("changed by Name")


def test_from_afar_it_names_nobody() -> None:
    report = afar.made(site="Peeters family, Ghent", days=1.0)[0]
    shared = redacted(report)
    found = secrets(report) | {"Peeters", "cloud.example", "69172"}
    assert shared.method == report.method
    assert decode(encode(shared)) == shared
    for name, content in everything(shared).items():
        words = content.split("<section", 1)[-1] if name == "html" else content
        assert not [one for one in found if one in words and one != "Solar"], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_the_cloud_s_own_go_too(language: Language) -> None:
    report = in_language(afar.second_opinion(), language)
    shared = redacted(report)
    assert [f.code for f in shared.findings] == [f.code for f in report.findings]
    for content in everything(shared).values():
        for name in ("Claes", "Bathroom", "pool", "=1+1", "Sauna"):
            assert name not in content
    named = next(f for f in shared.findings if f.code == "cloud-name-differs" and f.inputs == [6])
    own = shared.channel(6)
    assert own is not None
    assert named.evidence[0].endswith(f"'{own.name}' in the monitor.")
    setting = next(f for f in shared.findings if f.code == "cloud-setting-differs" and f.inputs == [3])
    assert "role, connection and CT type" in setting.title, "words of the program stay"


def test_no_made_up_serial_number_is_a_real_one_of_the_same_report(original: Report) -> None:
    real = {device.serial for device in original.devices.devices} | {original.devices.serial}
    taken = f"{original.devices.serial[:4]}999999"
    devices = [replace(original.devices.devices[0], serial=taken), *original.devices.devices[1:]]
    shared = redacted(replace(original, devices=replace(original.devices, devices=devices)))
    made = {device.serial for device in shared.devices.devices} | {shared.devices.serial}
    assert not made & {*real, taken}
    assert len(made) == len({*(device.serial for device in devices), original.devices.serial})


# --- an allow list ----------------------------------------------------------------------------------------------------

WORD = "Zq Anna"


def filled(kind: inspect.Type, value: Any) -> Any:
    """The same value with a stranger's words in every text that may hold any."""
    if isinstance(value, Block):
        fields = inspect.type_info(type(value)).fields  # type: ignore[attr-defined]
        return replace(value, **{field.name: filled(field.type, getattr(value, field.name)) for field in fields})
    if isinstance(value, list):
        return [filled(redact._inside(kind), item) for item in value]
    if isinstance(value, dict):
        return {key: WORD if isinstance(item, str) else item for key, item in value.items()}
    return WORD if isinstance(value, str) and redact._told(kind) != "literal" else value


def test_whatever_a_text_of_the_report_says_it_does_not_come_out(original: Report) -> None:
    stranger = filled(inspect.type_info(Report), original)
    assert encode(stranger).count(WORD.encode()) > 200
    shared, unknown = redact.redacted(stranger)
    assert WORD not in encode(shared).decode()
    assert unknown > 100, "words of ours that are none of ours are counted"


def test_a_report_of_this_program_holds_nothing_unknown(original: Report) -> None:
    assert redact.redacted(original)[1] == 0


def test_every_text_of_the_model_has_been_thought_of() -> None:
    """A new field is taken for a name until somebody says what it is; these are names."""
    names: set[str] = set()

    def look(kind: inspect.Type) -> None:
        if isinstance(kind, inspect.StructType):
            for field in kind.fields:
                bare = redact._told(field.type) is None and "str" in str(field.type).lower()
                names.update([f"{kind.cls.__name__}.{field.name}"] if bare and leaf(field.type) else [])
                look(redact._inside(field.type))
        elif isinstance(kind, inspect.UnionType):
            for one in kind.types:
                look(one)

    def leaf(kind: inspect.Type) -> bool:
        if isinstance(kind, inspect.UnionType):
            return any(map(leaf, kind.types))
        return isinstance(redact._inside(kind), inspect.StrType)

    look(inspect.type_info(Report))
    assert names == {
        *(f"SiteBlock.{name}" for name in ("name", "customer", "address")),
        *(f"InstallerBlock.{name}" for name in ("company", "person", "licence", "role", "second_person")),
        *("Device.name", "Action.by", "Setting.before", "Setting.after"),
        *("SignOff.name", "SignOff.customer_name", "Photo.name", "Photo.media_type", "Photo.data"),
        *("Photo.sha256", "RecordingFile.name", "RecordingFile.sha256", "TracedCircuit.breaker"),
    }


def test_the_role_of_a_person_and_words_of_the_configuration(original: Report) -> None:
    channels = [replace(original.channels[0], role="ANNA", connection="GRID", ct_type="CLAMP of Anna 50A")]
    shared = redacted(replace(original, installer=replace(original.installer, role="Zq neighbour"), channels=channels))
    assert shared.installer.role.startswith("Name")
    own = shared.channels[0]
    assert (own.role, own.connection) == ("WORD1", "GRID")
    assert own.ct_type is not None
    assert own.ct_type.endswith(" 50A")
    assert "Anna" not in own.ct_type


def test_a_change_of_settings_tells_no_word_of_a_stranger(original: Report) -> None:
    settings = [Setting(name="phase", before="L1", after="L2"), Setting(name="role", before="PRODUCTION", after="ANNA")]
    action = Action(
        input=0, at="2026-03-31T14:15:00+02:00", by="Jo Claes", settings=settings, watts_before=1, watts_after=2
    )
    shared = redacted(replace(original, channels=[replace(original.channels[0], actions=[action])]))
    made = shared.channels[0].actions[0]
    assert (made.at, made.settings[0]) == (action.at, settings[0])
    assert (made.settings[1].before, made.settings[1].after) == ("PRODUCTION", "WORD1")


def test_numbers_that_measure_nothing_are_made_up() -> None:
    params = {"input": 3, "node": 475123456, "sensor": 475123456.0, "name": "x"}
    shared = redacted(cloud_finding(params, [])).findings[0]
    assert shared.params is not None
    assert shared.params["input"] == 3
    assert shared.params["node"] == shared.params["sensor"] == 100_001


def test_what_measures_keeps_five_digits_and_a_moment_all() -> None:
    """A serial number among the watts of a second came through as what was measured."""
    first = faulty().channels[0]
    channel = replace(first, loaded=replace(first.loaded, watts=475123456))
    report = replace(faulty(), channels=[channel])
    said = FactBlock(code="limits.seen", params={"amps": 475123456.0, "at": 1475123456.0})
    shared = redacted(replace(report, findings=[replace(report.findings[0], evidence_facts=[said])]))
    assert shared.channels[0].loaded == replace(channel.loaded, watts=475120000)
    assert shared.findings[0].evidence_facts[0].params == {"amps": 475120000.0, "at": 1475123456.0}


def test_what_was_damaged_is_told_by_the_words_that_the_protocol_knows() -> None:
    uuid = faulty().site.uuid
    lost = [
        ("$.inputChannels[3].name", fact("messages.not_text")),
        ("$.inputChannels[3].Zq", fact("messages.wrong_type", wanted="float | null", got="Zq")),
        ("$", fact("messages.neither", first="inputChannels", second="Zq")),
    ]
    facts = [
        block_of(fact("messages.damaged", topic=f"Zq/servicelocation/{uuid}/channelConfig", reason=reason, place=place))
        for place, reason in lost
    ]
    shared = redacted(cloud_finding({}, facts)).findings[0]
    told = "\n".join(shared.evidence)
    assert "Zq" not in told
    assert uuid not in told
    assert "/channelConfig: " in shared.evidence[0]
    assert "$.inputChannels[3].name" in shared.evidence[0]
    assert "float | null" in told
    assert "neither inputChannels nor Name" in told


def test_a_location_of_the_cloud_stays_one() -> None:
    report = faulty()
    report = replace(report, site=replace(report.site, uuid="cloud-69172", location_id=69172))
    uuid = redacted(report).site.uuid
    assert uuid == f"cloud-{redacted(report).site.location_id}"
    assert uuid != report.site.uuid


def test_an_address_keeps_no_number_of_its_house(original: Report) -> None:
    site = replace(original.site, name="Kerkstraat 1", address="Kerkstraat 2 B", customer="Anna S")
    shared = redacted(replace(original, site=site)).site
    assert all(re.fullmatch(r"Name\d+", text) for text in (shared.name, shared.address, shared.customer)), shared
