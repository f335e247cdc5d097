"""What the page says: of every state its sign and its word, in every language; nothing of a stranger's text acts."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import get_args

import pytest

from smappee_tui.app.guided.instructions import Event, Instruction
from smappee_tui.app.guided.loop_impedance import LoopImpedance
from smappee_tui.app.guided.plan import LOADS, Answers, PlanStep
from smappee_tui.app.guided.procedure import Countdown
from smappee_tui.app.guided.result import ChannelResult, Result
from smappee_tui.app.phone.stage import GuidedStage, Stage, Told, TracerStage
from smappee_tui.app.signs import glyph_of
from smappee_tui.app.visit.notes import Note
from smappee_tui.connect.message_source import SourceState
from smappee_tui.diagnosis.judgement import (
    FAULTS,
    ChannelVerdict,
    Judgement,
    PhaseBalance,
    PhaseVerdict,
    PhaseWord,
    Verdict,
)
from smappee_tui.diagnosis.tracing.board import Traced
from smappee_tui.diagnosis.tracing.tracer import Change, Tracing
from smappee_tui.diagnosis.tracing.tracer import Stage as Stand
from smappee_tui.i18n import LANGUAGES, Language, Translator
from smappee_tui.i18n.language import FOLDER
from smappee_tui.protocol.fact import fact
from smappee_tui.web.page.parts.board import MOST_CARDS
from smappee_tui.web.page.words import page_words
from tests.tui.houses import HOSTILE_NAMES, House, hostile
from tests.tui.scene import Clock, judgement_of_twelve, verdict
from tests.web.page.stages import Watch, busy_stage, edition_of, page_of

SECTIONS = "|".join(sorted(path.stem for path in (FOLDER / "en").glob("*.json")))
_CODE = re.compile(rf"\b(?:{SECTIONS})\.[a-z][a-z_]+(?:\.|\b)|\{{\w")
"""A code that has no text, or a parameter that nobody filled."""
VOID = {"meta", "link", "input", "path", "br"}
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


class Page(HTMLParser):
    """The page's text, and whether every element is closed in its place."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)
        assert not self.open
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        assert not any(name.startswith("on") or name == "style" for name in named), attrs  # the policy forbids both
        self.tags.add(tag)
        self.ids += [named["id"] or ""] if "id" in named else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data + " "


def guided_stages() -> list[GuidedStage]:
    """Every page of the guided test, and every giant word."""
    step = PlanStep("circuit", 6, 6, "Heat pump", (6,))
    steps = (
        step,
        PlanStep("phase", 1, None, "", (1,)),
        PlanStep("pair", 0, None, "", ()),
        PlanStep("run", 8, 8, "", ()),
    )
    words = ("on", "off", "seen", "wait", "run", "done")
    said = fact("guided.other_size", power="1 kW", told="2 kW", offered="1 kW")
    running = [
        GuidedStage(
            page="test",
            instruction=Instruction(word, fact("guided.looking"), said, "warn"),  # type: ignore[arg-type]
            phase=1 if word == "on" else None,
            countdown=Countdown(kind, 8.2),  # type: ignore[arg-type]
            last=Event(1.0, "seen", fact("guided.edge_seen"), "ok"),
            offered=1200.0,
            answered={6: 1980.0, 0: 1990.0},
            plan=steps,
            seconds=90.0,
            watching=2,
            switchable=True,
            hand=fact("guided.demo_off.circuit", name="Heat pump"),
        )
        for word, kind in zip(words, ("edge", "judged", "run") * 2, strict=True)
    ]
    rows = tuple(
        ChannelResult(
            n,
            fact("guided.input", number=n),
            outcome,
            fact("verdicts.reversed"),
            fact("advice.dead", safety="!"),
            before,
        )  # type: ignore[arg-type]
        for n, (outcome, before) in enumerate((("pass", None), ("fault", fact("verdicts.reversed")), ("open", None)))
    )
    result = Result(rows, (LoopImpedance(0, 0.3, 0.05, 4),))
    return [
        GuidedStage("none"),
        GuidedStage("ask", Answers("none", LOADS[0])),
        GuidedStage("safety", Answers("none", LOADS[0])),
        GuidedStage("test"),
        *running,
        GuidedStage("result", result=result, finished=True),
        GuidedStage("result", result=result, plan=steps),
    ]


def tracer_stages() -> list[TracerStage]:
    """Every stand of the tracer, with finds of each kind."""
    one, unseen = (
        Change((6,), (1,), (1,), -1900.0, 1e9),
        Change((), (0, 1), (0,), 600.0, 1e9, own_steps=2, seconds=300.0),
    )
    breakers = (
        Traced("F7 oven", (6, 7), (1,), (1,), -1900.0, 1e9, True, (7,)),
        Traced("F8", (), (0,), (0,), 600.0, 1e9, False),
    )
    return [
        TracerStage(
            Tracing(stand, found, (unseen,), same, 25.0, 300.0 if found else None, tries=2),
            armed=stand != "idle",
            kept_as="F7" if stand == "sure" else "",
            circuits=breakers if found else (),
            hand=same,
        )
        for stand in get_args(Stand)
        for found, same in ((None, True), (one, False), (unseen, False))
    ]


def stages() -> list[Stage]:
    """Everything that can be shown, once."""
    busy = busy_stage()
    balance = tuple(
        PhaseBalance(n, 100.0, 0.0, 90.0, 10.0, word)  # type: ignore[arg-type]
        for n, word in enumerate(("ok", "doubtful", "impossible"))
    )
    phases = [tuple(PhaseVerdict(n, 230.0, word) for n in range(3)) for word in get_args(PhaseWord)]
    judged = [replace(busy.snapshot.judgement, balance=balance, phases=some) for some in phases]
    links = [
        SourceState(phase, 1.0, fact("guided.line_lost"), retry)
        for phase in ("connecting", "refused", "disconnected", "closed")
        for retry in (None, 5.0)
    ]  # type: ignore[arg-type]
    return [
        *(replace(busy, guided=one) for one in guided_stages()),
        *(replace(busy, tracer=one, age=None) for one in tracer_stages()[:1]),
        *(replace(busy, tracer=one) for one in tracer_stages()),
        *(replace(busy, snapshot=replace(busy.snapshot, judgement=one)) for one in judged),
        *(replace(busy, snapshot=replace(busy.snapshot, source=one)) for one in links),
        *(replace(busy, snapshot=replace(busy.snapshot, source=one, view=None)) for one in links),
        replace(busy, missing=33.0, mode="replay", told=(Told(1, fact("guided.over")),)),
        replace(busy, age=40.0, step=None),
    ]


@EVERY_LANGUAGE
def test_everything_has_its_words(language: Language) -> None:
    for stage in stages()[:: 1 if language == "en" else 5]:  # the catalogues have the same keys
        page = Page(page_of(stage, language))
        assert not _CODE.search(page.text), _CODE.findall(page.text)
        assert language == "en" or "None" not in page.text.split()


@EVERY_LANGUAGE
def test_every_verdict_has_its_sign_and_its_word(language: Language) -> None:
    words = Translator(language)
    said: tuple[Verdict, ...] = get_args(Verdict)
    judgement = judgement_of_twelve()
    channels = {
        n: replace(verdict(n, one), title=fact(f"verdicts.{one}", phase="L1", there="L2", factor=0.5))
        for n, one in enumerate(said)
    }
    parts = _parts(Watch(judgement=replace(judgement, channels=channels, findings=())).run().stage(), language)
    for number, one in channels.items():
        head = unescape(parts[f"c{number}"].partition("</summary>")[0])
        assert f">{glyph_of(one)}<" in head, one.verdict
        assert words.fact(one.said) in head
        assert (words("words.severity.fault") in head) == (one.verdict in FAULTS)  # said, not only coloured


def _parts(stage: Stage, language: Language = "en") -> dict[str, str]:
    return {name: html for name, (_, html) in edition_of(stage, language)._parts.items()}


def test_names_of_strangers_do_nothing() -> None:
    evil = (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}{% raw %}",
        "' onclick='x",
        "</textarea>",
    )
    house = House(
        [replace(one, name=name) for one, name in zip(hostile().clamps, (*evil, *HOSTILE_NAMES), strict=False)]
    )
    watch = Watch(house, Judgement()).run(2)
    notes = {None: tuple(Note(1.0, name) for name in evil), 0: tuple(Note(1.0, name, 0) for name in evil)}
    made = Change((0, 1), (), (0,), 900.0, 1e9)
    tracer = TracerStage(
        Tracing("sure", made),
        kept_as=evil[0],
        circuits=tuple(Traced(name, (n,), (), (0,), 1.0, 1e9, True) for n, name in enumerate(evil)),
    )
    html = page_of(watch.stage(notes=notes, tracer=tracer, told=(Told(1, fact("guided.named", name=evil[1])),)))
    page = Page(html)
    assert "img" not in page.tags
    assert html.count("<script") == 1
    assert "49" not in page.text
    for name in evil:
        assert name in page.text


def test_the_worst_stands_first() -> None:
    edition = edition_of(busy_stage())
    cards = re.findall(r'id="c(\d+)"', edition.document("x"))
    assert cards[:2] == ["6", "9"]
    assert sorted(map(int, cards)) == list(range(12))


def test_a_link_that_is_down_is_said_with_its_sign() -> None:
    busy = busy_stage()
    for source, sign in ((SourceState("disconnected", 1.0), "✕"), (SourceState("refused", 1.0), "■")):
        assert sign in _parts(replace(busy, snapshot=replace(busy.snapshot, source=source)))["link"]
    assert "▲" in _parts(replace(busy, age=40.0))["link"]
    assert Clock  # the clock of the scene is what the age is told by


def test_what_a_card_opens_to() -> None:
    card = Page(_parts(busy_stage())["c6"]).text
    assert "Behind the boiler" in card
    assert "2 photos" in card
    assert "practically certain" in card or "very likely" in card


def test_who_is_wrong_and_held_back_is_named_with_what_is_missing() -> None:
    judgement = judgement_of_twelve()
    fine = {n: verdict(n, "ok") for n in (6, 9)}
    held = ChannelVerdict(0, "wrong_phase", fact("verdicts.ok"), 0.99, 1)  # L2 is input 1's, which is not judged yet
    watch = Watch(judgement=replace(judgement, channels=judgement.channels | fine | {0: held}, findings=())).run(2)

    shown = Page(_parts(watch.stage())["corrections"]).text

    assert "the two change together" in shown
    assert "Nothing is to be set or moved" not in shown


def test_of_a_flood_the_last_two_are_said_and_how_many_more() -> None:
    stage = busy_stage()
    few = tuple(Told(n, fact("phone.named", breaker=f"F{n}"), max(0, n - 2)) for n in range(1, 12))
    shown, unlike = (
        re.findall(r'id="told-\d+">([^<]*)', page_of(replace(stage, told=told))) for told in (few, few[:3])
    )
    assert [f"F{n}" in text for n, text in enumerate(unlike, 1)] == [True] * 3
    assert shown[0] == page_words("en")("phone.more", count=9)
    assert ["F10" in shown[1], "F11" in shown[2], len(shown)] == [True, True, 3]


@EVERY_LANGUAGE
def test_no_number_is_parted_from_its_unit(language: Language) -> None:
    for stage in stages()[::4]:
        html = re.sub(r'data-v="\w+">[^<]*', "", page_of(stage, language))  # those never break
        text = unescape(re.sub(r"<[^>]*>", "", html))
        assert re.search(r"\d\N{NO-BREAK SPACE}\w", text)
        assert not re.search(r"\d (?:W|kW|A|V|%)(?!\w)", text)


def test_a_name_that_is_sent_back_stays_as_it_is() -> None:
    named = next(one for one in tracer_stages() if one.kept_as and one.state.found)
    assert 'value="Oven 16 A"' in page_of(replace(busy_stage(), tracer=replace(named, kept_as="Oven 16 A")))


def test_a_monitor_with_a_thousand_inputs_is_told_so() -> None:
    view = busy_stage().snapshot.view
    assert view is not None
    many = tuple(view.channels[0]._replace(input=number) for number in range(MOST_CARDS + 3))
    busy = busy_stage()
    html = page_of(replace(busy, snapshot=replace(busy.snapshot, view=replace(view, channels=many))))
    assert html.count("<details") == MOST_CARDS
    assert "and 3 more" in html
