"""The marks are in the recording: judged again from it, the test comes to the same."""

from __future__ import annotations

from itertools import pairwise

from smappee_tui.diagnosis.judge import Judge
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.site.locations import Locations
from tests.app.guided.operator import Habits, Play, house, verdicts


def test_a_recorded_test_is_judged_the_same_again() -> None:
    play = Play(house(("Kitchen", 0), faults=["reversed:3", "swapped:0,1"]), Habits(forgets=lambda n: n % 2 == 0))
    play.run()
    locations, judge = Locations(), Judge("none")
    for item in play.kept:
        if isinstance(item, MqttMessage):
            site, sampled = locations.receive(item)
            if site is not None:
                judge.observe(site, sampled)
        else:
            judge.mark(item)
    assert {n: v.verdict for n, v in judge.judgement().channels.items()} == verdicts(play)
    times = [item.at for item in play.kept]
    assert all(b > a - 4 for a, b in pairwise(times))
