"""Whatever the diagnosis says in a report is said in its language; what cannot be is named here, with a reason.

Who gives the diagnosis a new sentence sees this fail until it has a pattern, and a phrase in every language.
"""

import re

import pytest

from smappee_tui.report.model import Language
from smappee_tui.report.phrases import places, said, templates
from smappee_tui.report.translator import LANGUAGES, ReportTranslator
from tests.report import told

OTHERS: list[Language] = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_a_message_that_could_not_be_read_keeps_the_decoder_s_words(language: Language) -> None:
    (finding,) = told.broken()
    assert len(finding.evidence) == 3
    for sentence in finding.evidence:
        assert said(sentence, ReportTranslator(language)) == (sentence, False)


@pytest.mark.parametrize("language", OTHERS)
def test_no_phrase_leaves_out_what_was_measured_or_asks_for_more(language: Language) -> None:
    for key, template in templates(language).items():
        if taken := places(key):
            assert set(re.findall(r"\{(\w+)\}", template)) == taken, key


PLUG = "Plug 11 '{}' is unreachable, for 16 min"
SENSOR = "Gas & water sensor 301 ({}): battery at 9 %, change it now"
RANGE = "CT type {}."
SAME = "Inputs 1 '{}' and 2 '{}' measure the same current"
HOSTILE = (
    "{node}",
    "{plug} {span}",
    "it's",
    "A' is disconnected, for 3 h",
    "2.5 kW",
    "(.*)\\1 [bold]",
    "Plug 3 'x' has not been confirmed",
    "input 7",
    "\u202e\x1b[31m",
)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("sentence", [PLUG, SENSOR, RANGE, SAME])
def test_what_a_device_is_called_stands_as_it_is(sentence: str, language: Language, name: str) -> None:
    text, own = said(sentence.replace("{}", name), ReportTranslator(language))
    assert own
    assert text.count(name) == sentence.count("{}")
    assert "unreachable" not in text.replace(name, "")


@pytest.mark.parametrize("language", OTHERS)
def test_a_name_that_imitates_the_sentence_is_not_translated(language: Language) -> None:
    for names in (("x' and 9 'y", "z"), ("z", "x' and 9 'y")):
        text = "Inputs 1 '{}' and 2 '{}' measure the same current".format(*names)
        assert said(text, ReportTranslator(language)) == (text, False)


@pytest.mark.parametrize("node", ["11", "{name}", "1.5", "[b]", "a 'b", ""])
def test_a_plug_without_a_name_is_called_by_its_node(node: str) -> None:
    text, own = said(f"Plug {node} has not been confirmed", ReportTranslator("nl"))
    assert (text, own) == (f"Slimme stekker {node} is nog niet bevestigd", True)


def test_a_channel_without_a_name_is_called_by_its_number() -> None:
    title = "Input 6 'input 6' is reversed"
    assert said(title, ReportTranslator("nl"), frozenset({6}))[0] == "Ingang 6 'ingang 6' is omgekeerd"
    assert said(title, ReportTranslator("nl"))[0] == "Ingang 6 'input 6' is omgekeerd", "somebody called it so"
    assert said("Input 6 '2.5' is reversed", ReportTranslator("fr"), frozenset({6}))[0] == "Entrée 6 « 2.5 » : inversé"


def test_a_phrase_within_a_sentence_must_be_known_too() -> None:
    strange = "Input 6 'x' is reversed and blue"
    assert said(strange, ReportTranslator("nl")) == (strange, False)


@pytest.mark.parametrize(
    ("english", "dutch", "french"),
    [
        (
            "Plug 11 'Boiler' is unreachable, for 16 min",
            "Slimme stekker 11 'Boiler' is al 16 min niet bereikbaar",
            "Prise intelligente 11 « Boiler » : injoignable depuis 16 min",
        ),
        (
            "Gas & water sensor 301 (4007): input 2 (gas) is disabled but counts",
            "Gas- en watersensor 301 (4007): ingang 2 (gas) is uitgeschakeld, maar telt",
            "Capteur gaz et eau 301 (4007) : l'entrée 2 (gaz) est désactivée mais compte",
        ),
        (
            "The monitor's clock is 42 s behind this computer's",
            "De klok van de monitor loopt 42 s achter op die van deze computer",
            "L'horloge du moniteur retarde de 42 s sur celle de cet ordinateur",
        ),
        (
            "Its time stamps differ by -42.5 s from when they arrive.",
            "Zijn tijdstempels wijken -42,5 s af van het ogenblik waarop ze aankomen.",
            "Ses horodatages s'écartent de -42,5 s du moment de leur arrivée.",
        ),
        (
            "Try the configuration before the board: set the phases as the clamps sit, input 3 to L2, input 4 to L1, "
            "and switch 'reversed' of input 3, 4.",
            "Probeer eerst de configuratie: stel de fasen in zoals de klemmen zitten: ingang 3 → L2, ingang 4 → L1, en "
            "zet 'omgekeerd' van ingang 3, 4 in de andere stand.",
            "Essayez d'abord la configuration : réglez les phases comme les pinces sont posées : entrée 3 → L2, "
            "entrée 4 → L1, et mettez « inversé » de l'entrée 3, 4 dans l'autre position.",
        ),
    ],
)
def test_sentences_as_a_person_reads_them(english: str, dutch: str, french: str) -> None:
    assert said(english, ReportTranslator("nl")) == (dutch, True)
    assert said(english, ReportTranslator("fr")) == (french, True)
