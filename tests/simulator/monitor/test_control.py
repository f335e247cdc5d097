"""A simulated monitor is configured otherwise while it runs, and measures by it from then on."""

from __future__ import annotations

import json

import pytest

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.i18n import Translator
from smappee_tui.protocol.configs import read_channels
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.simulator import sites
from smappee_tui.simulator.house.faults import FaultError
from smappee_tui.simulator.house.meter import Dialect
from smappee_tui.simulator.monitor.control import VERBS, obey
from smappee_tui.simulator.monitor.publisher import Publisher
from smappee_tui.simulator.monitor.virtual_monitor import Configured, VirtualMonitor

WORDS = Translator("en")


def door(*faults: str, dialect: Dialect = "infinity") -> Publisher:
    """A publisher that is never started: nobody but the test asks its monitor for messages."""
    return Publisher(sites.build(faults=faults, dialect=dialect), BrokerAddress("127.0.0.1", 1))


def typed(line: str, at: Publisher) -> str:
    return "\n".join(map(WORDS.fact, obey(line, at)))


def published(monitor: VirtualMonitor) -> tuple[float | None, dict[int, ChannelSetting]]:
    """Stamp and settings of the one configuration of the next second."""
    (told,) = [one for one in monitor.publications(monitor.time + 1.0) if "channelConfig" in one.topic]
    assert told.retain
    plan = read_channels(told.topic, told.payload)
    return plan.sent, {one.input: one for one in plan.channels}


@pytest.mark.parametrize("dialect", ["infinity", "20-series"])
def test_a_setting_is_published_with_its_time_and_kept_for_later_subscribers(dialect: Dialect) -> None:
    at = door(dialect=dialect)
    monitor = at.monitor
    list(monitor.publications(monitor.time + 30.0))
    typed("set 6 L2 reversed", at)

    sent, settings = published(monitor)

    assert sent == pytest.approx(monitor.time - 1.0, abs=0.01)
    assert (settings[6].phase, settings[6].reversed) == (1, True)
    (kept,) = [one for one in monitor.retained() if "channelConfig" in one.topic]
    assert read_channels(kept.topic, kept.payload).sent == sent


@pytest.mark.parametrize(
    ("fault", "line", "number"),
    [
        ("reversed:6", "set 6 reversed", 6),
        ("phase:8,L2", "set 8 L2", 8),
        ("ratio:8,0.5", "set 8 type=SCT2_100A", 8),
        ("swapped:0,1", "move 1 0", 1),
        ("reversed:6", "turn 6", 6),
        ("half-open:6", "mend half-open:6", 6),
    ],
)
def test_what_is_set_or_moved_is_measured(fault: str, line: str, number: int) -> None:
    at = door(fault)
    assert at.monitor.state_of(number)[0] != "ok"

    typed(line, at)

    assert at.monitor.state_of(number)[0] == "ok"


def test_two_clamps_that_changed_places_and_their_names_are_right_again() -> None:
    at = door("swapped:6,7")
    for line in ("set 6 L2", "name 6 Heat pump", "set 7 L1", "name 7 Car charger"):
        typed(line, at)

    assert {at.monitor.state_of(n)[0] for n in (6, 7)} == {"ok"}
    at.plug_in(6, 1, 3000.0)  # on the circuit of that name
    list(at.monitor.publications(at.monitor.time + 2.0))
    sample = at.monitor.last_sample
    assert sample is not None
    assert sample.readings[6].watts > 2500.0


def test_another_role_does_not_turn_the_clamp() -> None:
    at = door()
    before = at.monitor.site.ct(3)
    direction = before.arrow * (-1 if before.mounted_reversed else 1)

    at.configure(3, Configured(role="CONSUMPTION", connection="SUBMETER"))

    ct = at.monitor.site.ct(3)
    assert ct.arrow * (-1 if ct.mounted_reversed else 1) == direction


def test_a_clamp_moved_twice_is_where_it_was() -> None:
    at = door()

    assert typed("move 0 1", at) == "In the house now: swapped:0,1."
    assert typed("faults", at) == "In the house: swapped:0,1."
    assert typed("move 1 0", at) == "No longer in the house: swapped:1,0."
    assert typed("faults", at) == "In the house: none."


def test_two_moves_that_meet_at_one_clamp_are_not_undone_out_of_order() -> None:
    at = door()
    for line in ("move 0 1", "move 1 2", "move 0 1"):
        typed(line, at)

    assert [str(one) for one in at.faults] == ["swapped:0,1", "swapped:1,2", "swapped:0,1"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fly 6", "'fly' is not known here; there are: set, name"),
        ("set 6", "Not like that. Type: set 6 L2 reversed"),
        ("set 6 L4", "'L4' is no setting; there are L1, L2, L3, normal, reversed"),
        ("set six L2", "'six' is not an input number"),
        ("set 99 L2", "has no input 99"),
        ("move 0 0", "Not like that. Type: move 0 1"),
        ("move 0 99", "has no input 99"),
        ("load 6 lots", "'lots' is no power"),
        ("load 99 2000", "There is no input 99"),
        ("load 6 nan", "'nan' is no power"),
        ("mend reversed:6", "this fault is not in the installation"),
        ("break wrong:6", "no fault is called 'wrong'"),
    ],
)
def test_a_line_that_cannot_be_done_says_what_to_type(line: str, said: str) -> None:
    at = door()

    with pytest.raises(FaultError) as raised:
        obey(line, at)

    assert said in WORDS.fact(raised.value.what)
    assert at.faults == ()


def test_what_does_not_fit_leaves_all_as_it_was() -> None:
    at = door("unused-current:12")
    before = json.dumps([str(one) for one in at.cts])

    with pytest.raises(FaultError):
        obey("set 12 L2 circuit", at)

    assert json.dumps([str(one) for one in at.cts]) == before


def test_every_verb_has_its_line_of_help() -> None:
    assert [line.split()[0] for line in typed("help", door()).splitlines()] == list(VERBS)
    assert obey("  \n", door()) == []
