from dataclasses import replace

import pytest

from smappee_tui.cli import exits
from smappee_tui.cli.check.result import exit_code
from smappee_tui.cli.check.text import check_text
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Judgement, Subject
from smappee_tui.i18n.text import width
from smappee_tui.protocol.fact import Fact, fact
from tests import payloads as p
from tests.cli.check.test_document import BALANCE, JUDGED, SIZED
from tests.cli.made import house, seen_of


def told(text: str) -> Fact:
    """A fact whose English is this text: what a decoder said stands as it is."""
    return fact("messages.decoder", said=text)


def anything(title: str, advice: str, evidence: tuple[str, ...]) -> Finding:
    params = {"said": told(title), "advice": told(advice), "cost": told(title)}
    return Finding("neutral-suspect", "fault", Subject("channel", 0), tuple(map(told, evidence)), params=params)


def test_a_sensor_that_counted_nothing_yet_is_well() -> None:
    quiet = check_text(seen_of([item for item in house() if not item.topic.endswith("/aggregatedGW")]))
    assert "1 gas & water sensor, 1 ok\n  ✓ Gas & water sensor 301" in quiet


def test_a_person_can_read_it() -> None:
    text = check_text(seen_of(house(), JUDGED))
    assert (
        text
        == """\
Monitor 5010990023, Infinity (Genius), firmware V4.9.2
Watched 20 s from 2023-11-14 22:13:20 UTC: 20 readings, longest gap 1.0 s
Supply star; L1 230 V ok; L2 - V missing; L3 229 V reference
Monitor: 1.00 readings/s, 50.01 Hz, clock -1.2 s, status 0

 IN NAME            ROLE    PH          A       W    PF  VERDICT
  0 grid 0          grid    L1        2.3     508  0.96  ✓ ok
  1 grid 1          grid    L2 rev    3.0     469  0.68  ✗ on L3, not L2
  2 grid 2          grid    L3        3.7     681  0.80  ? no current yet
  3 Roof            prod    L1        4.4     931  0.92  ✗ reversed
  4 Kitchen         circuit L2        5.1     751  0.64  ? not judged
  5 unused 5        -       L1        0.5     -87 -0.76  · unused
rev: reversed in the configuration; the readings are already turned.

2 plugs, 0 ok
  ! Plug 11 'Boiler': unreachable for 19 s, ON for 19 s (stored on the broker)
  ! Plug 12 'Lamp': not heard yet
1 gas & water sensor, 0 ok
  ! Gas & water sensor 301 (3004990301): battery low, water 2 l, gas disabled,
    temperature 21.4, humidity 48 %, battery 12 %

✗ FAULT input 1 "grid 1": Input 1 'grid 1' is on L3, not L2
  - For 50 s, with 4 loads going on or off, it changed the same way as the L3
    grid CT.
  → Configure the phase of this input in the app.

i NOTE monitor: The monitor restarted 1 time during the watch
  → Nothing to do; counters are counted from the restart.

To set in the vendor's app:
  CT hub 5500990000
    input 3 'Roof': reversed no → yes
  Moving or turning the clamp is the other way. If a clamp must be moved:
  isolate, lock off and prove dead first, move it, close the board, then test
  again here. This program only reads; it does not make the board safe.
Not in it: input 1 'grid 1'. Sits on L3, but input 2 'grid 2' is set to that
phase: the two change together, and of that one it is not known yet where it
sits. Test that one first.

1 fault, 0 warnings, 1 note; 3 of 5 inputs in use judged, not yet: input 2, 4."""
    )


def blocks(judgement: Judgement) -> list[str]:
    return check_text(seen_of(house(), judgement)).replace("\u00a0", " ").split("\n\n")


def test_the_balance_stands_under_the_channels() -> None:
    assert (
        blocks(SIZED)[2]
        == """\
 BALANCE   grid W  production W  circuits W  unmetered W
 L1         1 234           931         751        1 414  ✓ adds up
 L2           469             0         980         -511  ✗ does not add up
 L3           681             0           0            -  · not checked"""
    )
    assert (
        blocks(replace(SIZED, balance=BALANCE[:1]))[2]
        == """\
Average balance of L1: grid 1 234 W, production 931 W, circuits 751 W, unmetered
1 414 W: adds up"""
    )
    for none in ((), tuple(replace(one, verdict="unchecked") for one in BALANCE)):
        assert not any("BALANCE" in block for block in blocks(replace(SIZED, balance=none)))


def test_a_size_in_doubt_stands_beside_the_channel() -> None:
    rows = blocks(SIZED)[1].splitlines()
    assert [rows[n].split("  ")[-1] for n in (3, 4)] == ["? size doubtful", "✗ reads x2"]


def test_what_is_missing_for_a_verdict_is_said_once() -> None:
    load = fact("advice.wait_for_load", amps=0.2)
    phase = fact("advice.ambiguous_grid", amps=2.3, phase="L1")
    waiting = {
        0: ChannelVerdict(0, "inconclusive", fact("verdicts.inconclusive"), 0.0, advice=phase),
        2: ChannelVerdict(2, "no_current", fact("verdicts.no_current"), 0.0, advice=load),
        4: ChannelVerdict(4, "no_current", fact("verdicts.no_current"), 0.0, advice=load),
    }
    assert (
        blocks(replace(JUDGED, channels=JUDGED.channels | waiting))[-2]
        == """\
Not judged yet, and what is missing:
  ? input 0 "grid 0": 2.3 A at most so far, but it fits more than one wiring:
    switch a heater or kettle on and off on L1, anywhere behind the meter.
  ? inputs 2, 4: 0.2 A at most so far: switch 1 kW or more on this circuit."""
    )


@pytest.mark.parametrize("columns", [1, 40, 80, 100, 300])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    long = "A very long sentence about a clamp. " * 20
    finding = anything(long, long, (long, "x" * 400))
    said = ChannelVerdict(0, "wrong_phase_reversed", told("a title that is far too long for its column"), 0.9)
    seen = seen_of(house(spec="grid:0=" + "W" * 300), Judgement(channels={0: said}, findings=(finding,)))
    lines = check_text(seen, columns=columns).splitlines()
    assert max(map(width, lines)) <= max(70, min(columns, 120))


def test_hostile_names_stay_in_their_column() -> None:
    names = ["\x1b[31mred", "two\nlines", "\u202ebackwards", "漢字" * 20, "[/bold]", "z" + "\u0300" * 50]
    inputs = [p.Channel(n, "CONSUMPTION", "SUBMETER", 0, name) for n, name in enumerate(names)]
    items = [
        p.arrival("config", p.config(p.TWENTY, firmwareVersion="V1\x1b]0;x\x07")),
        p.arrival(p.channel_topic(p.TWENTY), p.channel_config(inputs, p.TWENTY)),
        p.arrival("realtime", p.realtime(p.busy_rows(6))),
    ]
    said = {0: ChannelVerdict(0, "reversed", told("\x1b[5mblink"), 0.9)}
    finding = anything("\x1b[2J", "\x07", ("\u202eevil",))
    text = check_text(seen_of(items, Judgement(channels=said, findings=(finding,))))
    assert not set(text) & set("\x1b\x07\u202e")
    assert "[/bold]" in text
    table = text.split("\n\n")[1].splitlines()
    assert len(table) == 7
    assert len({width(line.partition("✗")[0].partition("?")[0]) for line in table[1:]}) == 1


def test_colour_is_only_paint() -> None:
    seen = seen_of(house(), JUDGED)
    painted = check_text(seen, paint=lambda text, style: f"<{style}>{text}</>")
    assert "<fault>✗ on L3, not L2</>" in painted
    assert "<ok>✓ ok</>" in painted
    assert "<dim>· unused</>" in painted
    for tag in ("<fault>", "<ok>", "<dim>", "<waiting>", "<info>", "</>"):
        painted = painted.replace(tag, "")
    assert painted == check_text(seen)


def test_without_configuration_and_without_channels() -> None:
    items = house()
    bare = check_text(seen_of([item for item in items if "onfig" not in item.topic]))
    assert "There is no usable configuration of the inputs" in bare
    assert "input 3" in bare
    silent = check_text(seen_of(items[:1]))
    assert "No input was heard of." in silent
    assert "0 of 0 inputs in use judged." in silent


def test_unreadable_messages_are_counted() -> None:
    seen = seen_of([*house(), p.arrival("realtime", b"{", p.START + 30)])
    assert ", 1 unreadable message" in check_text(seen, columns=120)


def test_a_location_without_a_serial_is_named_by_its_uuid() -> None:
    seen = seen_of(house()[1:])
    assert check_text(seen).startswith(f"Location {p.UUID}\nWatched")


def test_a_channel_without_a_verdict_is_not_judged() -> None:
    seen = seen_of(house(), Judgement())
    text = check_text(seen)
    assert text.count("? not judged") == 6
    assert "; 0 of 6 inputs in use judged, not yet: input 0," in text
    assert exit_code(seen) == exits.UNDECIDED
