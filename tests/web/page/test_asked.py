"""Forms become actions; whatever else is sent becomes nothing."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.app.guided.plan import LOADS, Answers
from smappee_tui.app.phone.actions import (
    AddNote,
    ArmTracer,
    BeginTest,
    ClampMoved,
    DemoHand,
    NameBreaker,
    Switched,
    TickLine,
)
from smappee_tui.web.page.asked import NotAskedError, action_of, form_of, place_of
from smappee_tui.web.page.words import language_of, page_words


@pytest.mark.parametrize(
    ("name", "form", "action"),
    [
        ("begin", {"generation": "metered", "load": "kettle"}, BeginTest(Answers("metered", LOADS[2]))),
        ("switched", {}, Switched(7.0)),
        ("arm", {}, ArmTracer()),
        ("moved", {"input": "3"}, ClampMoved(3)),
        ("name", {"name": " F7 "}, NameBreaker("F7")),
        ("tick", {"input": "3", "done": "yes"}, TickLine(3, True)),
        ("tick", {"input": "3", "done": "no"}, TickLine(3, False)),
        ("note", {"input": "board", "text": "é ☀"}, AddNote(None, "é ☀")),
        ("hand", {"tracer": "yes"}, DemoHand(tracer=True)),
    ],
)
def test_a_form(name: str, form: dict[str, str], action: object) -> None:
    assert action_of(name, form_of(urlencode(form).encode()), 7.0) == action


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("publish", b""),
        ("__class__", b""),
        ("begin", b"generation=metered"),
        ("begin", b"generation=x&load=kettle"),
        ("moved", b"input=-1"),
        ("moved", b"input=%D9%A1"),
        ("moved", b"input=99999999"),
        ("note", b"input=../../etc&text=x"),
        ("note", b"input=1&text=++"),
        ("name", b""),
        ("note", b"\xff\xfe=&input"),
        ("note", b"&".join(b"a=1" for _ in range(9))),
    ],
)
def test_what_no_form_of_the_page_sends(name: str, body: bytes) -> None:
    with pytest.raises(NotAskedError):
        action_of(name, form_of(body), 7.0)


@given(st.text(max_size=12), st.binary(max_size=80))
def test_anything(name: str, body: bytes) -> None:
    for chosen in (name, "note", "begin", "tick"):
        try:
            action_of(chosen, form_of(body), 7.0)
            place_of(name)
        except NotAskedError:
            continue


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "language"),
    [
        ("", "", "", "en"),
        ("", "", "fr-BE,fr;q=0.9,en;q=0.8", "fr"),
        ("", "", "es,it;q=0.9,de-AT;q=0.2", "de"),
        ("", "", "nl;q=0,fr;q=0.1", "fr"),
        ("", "nl", "fr", "nl"),
        ("de", "nl", "fr", "de"),
        ("xx", "../nl", "en;q=x,;;,nl_BE", "nl"),
    ],
)
def test_the_language_of_a_phone(asked: str, kept: str, accepted: str, language: str) -> None:
    assert language_of(asked, kept, accepted) == language


def test_a_phone_has_no_keys() -> None:
    words = page_words("en")
    assert "space" in page_words("en").__class__("en")("guided.switch_off", load="it")
    assert words("guided.switch_off", load="it") == "Switch it OFF, then tap 'Switched'."
    assert words("guided.load.nothing") == "Nothing: watch for longer instead"
