"""Names of breakers against names of inputs: proposed as exchanged only where both say so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smappee_tui.app.tracer_said import follows
from smappee_tui.diagnosis.tracing.board import Traced, exchanges, likeness, unmeasured, untraced
from smappee_tui.i18n import Translator
from smappee_tui.protocol.messages import ChannelSetting


def breaker(name: str, *inputs: int, through: tuple[int, ...] = ()) -> Traced:
    return Traced(name, inputs, (0,), (1,), -1900.0, 1_760_000_000.0, True, through)


def inputs(*names: str) -> dict[int, ChannelSetting]:
    """Mains, then circuits with these names, then an unused one."""
    told = [("Mains", "CONSUMPTION", "GRID"), *((n, "CONSUMPTION", "SUBMETER") for n in names)]
    told.append(("Spare", "UNUSED", "OFF_GRID"))
    return {
        number: ChannelSetting(number, name, role, connection, 0, False, False, None, None)
        for number, (name, role, connection) in enumerate(told)
    }


@pytest.mark.parametrize(
    ("label", "name", "alike"),
    [
        ("F7 oven", "Oven", True),
        ("Q3.1 four", "Four", True),
        ("keuken stopcontacten", "Keuken", True),
        ("Wärmepumpe", "Warmepumpe", True),
        ("dishwaher", "Dishwasher", True),
        ("oven", "Water heater", False),
        ("F7", "F8", False),
        ("", "Oven", False),
        ("oven", "", False),
    ],
)
def test_names_that_resemble(label: str, name: str, alike: bool) -> None:
    assert (likeness(label, name) >= 0.8) is alike


def test_names_are_exchanged_where_both_breakers_say_so() -> None:
    settings = inputs("Oven", "Laundry", "Study")
    found = list(exchanges([breaker("F7 oven", 2), breaker("F8 laundry", 1), breaker("study", 3)], settings))
    assert [(one.inputs, one.other_inputs, one.name, one.other_name) for one in found] == [
        ((2,), (1,), "Laundry", "Oven")
    ]


def test_roles_that_differ_are_exchanged_with_the_names() -> None:
    settings = inputs("Oven", "Solar")
    settings[2] = ChannelSetting(2, "Solar", "PRODUCTION", "SUBMETER", 0, False, False, None, None)
    (pair,) = exchanges([breaker("solar", 1), breaker("oven", 2)], settings)
    assert pair.roles
    assert [said.code for _, said in follows([breaker("solar", 1), breaker("oven", 2)], settings)][:1] == [
        "tracer.exchange_roles"
    ]


def test_names_wait_for_a_breaker_that_was_seen_once() -> None:
    circuits = [breaker("oven", 2), replace(breaker("laundry", 1), sure=False)]
    tone, said = next(iter(follows(circuits, inputs("Oven", "Laundry"))))
    assert (tone, said.code, said.params["breakers"]) == ("dim", "tracer.exchange_unsure", ("laundry",))
    assert "laundry was seen only once: switch it off" in Translator("en").fact(said)
    _, said = next(iter(follows([replace(one, sure=False) for one in circuits], inputs("Oven", "Laundry"))))
    assert "oven and laundry were each seen only once: switch both off" in Translator("en").fact(said)


def test_of_an_input_that_may_be_exchanged_with_two_nothing_is_proposed() -> None:
    circuits = [breaker("oven", 2), breaker("laundry", 1), breaker("laundry upstairs", 3)]
    assert list(exchanges(circuits, inputs("Oven", "Laundry", "Oven upstairs"))) == []


@pytest.mark.parametrize(
    "circuits",
    [
        [breaker("F7 oven", 1), breaker("F8 laundry", 2)],
        [breaker("F7 oven", 2)],
        [breaker("F7 oven", 2), breaker("F8 garage", 1)],
        [breaker("F7 oven", 2), breaker("F8 laundry")],
    ],
    ids=["as they are", "one alone", "the other says something else", "the other has no CT"],
)
def test_nothing_is_proposed_without_both(circuits: list[Traced]) -> None:
    assert list(exchanges(circuits, inputs("Oven", "Laundry"))) == []


def test_what_is_left_and_what_no_ct_sees() -> None:
    circuits = [breaker("F1", 1), breaker("F2"), breaker("F3", 2, 3, through=(3,))]
    settings = inputs("Oven", "Laundry", "Sub-board", "Study")
    assert untraced(circuits, settings) == [4]
    assert [one.breaker for one in unmeasured(circuits)] == ["F2"]
    assert circuits[2].own == (2,)
