"""Facts become sentences by the rules of a language."""

import pytest

from smappee_tui.i18n import Translator, choose, use
from smappee_tui.i18n.language import Section
from smappee_tui.protocol.fact import Fact, fact

TEXTS: dict[str, dict[str, Section]] = {
    "en": {
        "t": {
            "amps": "{amps:.1f} A of {name}",
            "wait_one": "{count} channel waits",
            "wait_other": "{count:,} channels wait",
            "place": "input {input} sits on {there:phase}",
            "list": "{items:and}",
            "head": "{inner:cap}.",
            "state": "plug {state:@states}",
        },
        "states": {"ON": "switched on"},
    },
    "fr": {"t": {"wait_one": "{count} voie attend", "wait_other": "{count:,} voies attendent"}},
    "nl": {"t": {"amps": "{amps:.1f} A van {name}"}},
}


def speaker(language: str) -> Translator:
    from smappee_tui.i18n.language import load

    def loader(name: str, section: str) -> Section:
        return load(name, section) if section == "format" else TEXTS[name].get(section, {})

    return Translator(language, loader=loader)  # type: ignore[arg-type]


def test_numbers_follow_the_language() -> None:
    told = fact("t.amps", amps=1.25, name="Oven")
    assert speaker("en").fact(told) == "1.2 A of Oven"
    assert speaker("nl").fact(told) == "1,2 A van Oven"


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -float("inf")])
def test_a_time_that_is_no_number_is_a_dash(odd: float) -> None:
    speak = speaker("en")
    assert speak.span(odd) == speak.lasting(odd) == speak.number(None)
    assert speak.moment(odd) == speak("format.unknown_time")


def test_french_has_a_blank_before_the_colon() -> None:
    assert [speaker(language).pair("PF", "1") for language in ("en", "fr")] == ["PF: 1", "PF\u00a0: 1"]


def test_plurals_follow_the_language() -> None:
    assert speaker("en")("t.wait", count=1) == "1 channel waits"
    assert speaker("en")("t.wait", count=0) == "0 channels wait"
    assert speaker("en")("t.wait", count=1234) == "1\u00a0234 channels wait"
    assert speaker("fr")("t.wait", count=0) == "0 voie attend"


def test_a_strangers_text_is_shown_and_never_read() -> None:
    name = "{amps} [b]\x1b[31m\u202e{input!r}"
    said = speaker("en")("t.amps", amps=1.0, name=name)
    assert "{amps} [b]" in said
    assert "{input!r}" in said
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_facts_within_facts_lists_and_words() -> None:
    speak = speaker("en")
    assert speak("t.place", input=3, there=None) == "input 3 sits on another phase"
    assert speak("t.place", input=3, there="L2") == "input 3 sits on L2"
    assert (
        speak("t.list", items=("a", "b", Fact("t.place", {"input": 1, "there": "L1"}))) == "a, b and input 1 sits on L1"
    )
    assert speak("t.head", inner=Fact("t.place", {"input": 1, "there": "L1"})) == "Input 1 sits on L1."
    assert speak("t.state", state="ON") == "plug switched on"
    assert speak("t.state", state="\x07ODD") == "plug \ufffdODD"


def test_a_code_without_a_text_is_shown_as_it_is() -> None:
    assert speaker("en")("t.nothing", count=3) == "t.nothing"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "nl_BE.UTF-8"}, "nl"),
        ({"LANG": "nl_BE.UTF-8", "LC_ALL": "fr_BE"}, "fr"),
        ({"LANG": "nl_BE", "LC_MESSAGES": "de_AT.UTF-8"}, "de"),
        ({"LANG": "nl_BE", "LC_ALL": "C"}, "en"),
        ({"LANG": "", "LC_ALL": ""}, "en"),
        ({}, "en"),
    ],
)
def test_the_system_names_a_language(environment: dict[str, str], language: str) -> None:
    assert choose(environment=environment) == language


def test_who_asks_goes_before_who_set_goes_before_the_system() -> None:
    assert choose("fr", "de", {"LANG": "nl"}) == "fr"
    assert choose(None, "de", {"LANG": "nl"}) == "de"
    assert choose(None, "xx", {"LANG": "nl"}) == "nl"


def test_one_language_for_the_process_switched_at_once() -> None:
    from smappee_tui.i18n import current, tr

    try:
        use("nl")
        assert current().language == "nl"
        assert tr("format.and") == "en"
    finally:
        use("en")
