"""What a location's turns make of what those before them learnt."""

from __future__ import annotations

from smappee_tui.diagnosis.judgement import FAULTS
from smappee_tui.fleet.changes import judge
from smappee_tui.fleet.judging import Said, Sitting
from smappee_tui.fleet.standing import Standing
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.payloads import START
from tests.simulated.random_sites import RandomOptions, draw_site


def sit(monitor: VirtualMonitor, seconds: int, learnt: bytes | None = None) -> Said:
    """A turn from now on."""
    lasting = [MqttMessage(monitor.time, one.topic, one.payload, 0, True) for one in monitor.retained()]
    sitting = Sitting(monitor.site.identity.uuid, lasting, learnt)
    for one in monitor.publications(monitor.time + seconds):
        sitting.take(MqttMessage(one.at, one.topic, one.payload, 0, False))
    said = sitting.say()
    assert said is not None
    return said


def test_a_clamp_that_was_turned_between_two_turns_puts_the_blame_on_no_other() -> None:
    """Unmetered solar in a house of three mains clamps, of which the second and third were known to be right."""
    site, _ = draw_site(130007, RandomOptions(faulty_share=0.0))
    monitor, standing = VirtualMonitor(site, START - 1), Standing()

    def rest(seconds: int) -> None:
        assert all(monitor.publications(monitor.time + seconds))

    rest(123)
    first = sit(monitor, 120)
    judge(standing, first, monitor.time)
    rest(1)
    second = sit(monitor, 120, first.learnt)
    judge(standing, second, monitor.time)
    assert [second.words[n].verdict for n in (1, 2)] == ["ok", "ok"], "else the situation is another one"
    rest(52)
    monitor.inject("reversed:2")
    rest(71)
    third = sit(monitor, 120, second.learnt)
    assert third.words[0].verdict in FAULTS, "what was learnt of two boards may say anything"
    told, again = judge(standing, third, monitor.time)
    assert (told, again) == (None, True)
    assert not any(word.verdict in FAULTS for word in standing.words.values())
    judge(standing, sit(monitor, 240, b""), monitor.time)
    assert standing.words[0].verdict not in FAULTS
