"""What a watch learnt is carried into a later one: judged in two halves as in one go, and nobody is accused by it."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterable
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smappee_tui.diagnosis.evidence import carried
from smappee_tui.diagnosis.evidence.carried import UnreadableEvidenceError
from smappee_tui.diagnosis.evidence.grid_meter import LoadStep, SteadyState
from smappee_tui.diagnosis.evidence.pair_steps import PairStep
from smappee_tui.diagnosis.evidence.record import BRIEF
from smappee_tui.diagnosis.evidence.steps import Step
from smappee_tui.diagnosis.evidence.watch.tracks import Plateau, Track
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import FAULTS, WAITING, Judgement
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.simulator import sites
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.site.locations import Locations
from tests.simulated.random_sites import random_site

LAST = 200


def heard(monitor: VirtualMonitor, seconds: int) -> list[MqttMessage]:
    return [item for item in monitor.stream(monitor.time + seconds) if isinstance(item, MqttMessage)]


def watch(judge: Judge, messages: Iterable[MqttMessage]) -> Judge:
    locations = Locations()
    for message in messages:
        site, sampled = locations.receive(message)
        if site is not None:
            judge.observe(site, sampled)
    return judge


def plan_of(messages: Iterable[MqttMessage]) -> list[MqttMessage]:
    return [m for m in messages if "onfig" in m.topic]


def in_halves(messages: list[MqttMessage], cut: int, weight: float = 1.0) -> Judgement:
    first, second = Judge(reach=BRIEF), Judge(reach=BRIEF)
    learnt = watch(first, messages[:cut]).carry()
    second.resume(learnt, weight)
    return watch(second, [*plan_of(messages[:cut]), *messages[cut:]]).judgement()


MONITORS = {
    "pv": lambda: sites.build(faults=["reversed:8", "phase:9,L3"]),
    "one": lambda: sites.build("home1", dialect="20-series"),
    "delta": lambda: sites.build("delta", dialect="20-series", faults=["reversed:4"]),
    "random": lambda: random_site(122),
}


@cache
def made(name: str) -> list[MqttMessage]:
    return heard(MONITORS[name](), 300)


@cache
def in_one_go(name: str) -> Judgement:
    return watch(Judge(reach=BRIEF), made(name)).judgement()


@cache
def learnt_of(name: str, seconds: int) -> bytes:
    return watch(Judge(reach=BRIEF), made(name)[:seconds]).carry()


@pytest.mark.parametrize("weight", [1.0, 0.5])
@pytest.mark.parametrize("name", MONITORS)
def test_two_halves_say_what_one_go_says(name: str, weight: float) -> None:
    whole, halves = in_one_go(name), in_halves(made(name), len(made(name)) // 2, weight)
    assert halves.supply == whole.supply
    for number, verdict in whole.channels.items():
        other = halves.channels[number]
        same = other.verdict == verdict.verdict and abs(other.confidence - verdict.confidence) < 0.05
        assert same or {other.verdict, verdict.verdict} & WAITING, (number, verdict.verdict, other.verdict)


@settings(max_examples=5, deadline=None)
@given(cut=st.integers(20, LAST - 20), again=st.integers(20, LAST - 20))
def test_wherever_it_is_cut_no_healthy_channel_is_accused(cut: int, again: int) -> None:
    """Once and once more, so that what was carried is carried again."""
    messages = made("one")[:LAST]
    judge, begin = Judge(reach=BRIEF), 0
    for end in (*sorted({cut, again}), LAST):
        learnt = watch(judge, [*plan_of(messages[:begin]), *messages[begin:end]]).carry()
        judge, begin = Judge(reach=BRIEF), end
        judge.resume(learnt, 0.5)
    said = watch(judge, [*plan_of(messages), messages[-1]]).judgement()
    assert not [v for v in said.channels.values() if v.verdict in FAULTS]


def test_what_was_learnt_is_there_at_once() -> None:
    messages = made("pv")
    judge = Judge(reach=BRIEF)
    judge.resume(watch(Judge(reach=BRIEF), messages).carry())
    said = watch(judge, [*plan_of(messages), *messages[-2:]]).judgement()
    assert said.channels[8].verdict == in_one_go("pv").channels[8].verdict == "reversed"
    assert len([v for v in said.channels.values() if v.verdict == "ok"]) > 6


def test_a_channel_that_is_set_otherwise_meanwhile_begins_anew() -> None:
    messages = made("pv")
    learnt = watch(Judge(reach=BRIEF), messages).carry()
    mended = heard(sites.build(), 3)
    judge = Judge(reach=BRIEF)
    judge.resume(learnt)
    plan = [m for m in plan_of(mended) if "channelConfig" in m.topic]
    changed = plan[-1].payload.replace(b'"reversed":false', b'"reversed":true')
    assert changed != plan[-1].payload
    said = watch(
        judge, [*plan_of(mended), msgspec.structs.replace(plan[-1], payload=changed), *mended[-2:]]
    ).judgement()
    assert not [v for v in said.channels.values() if v.verdict in FAULTS]
    assert not [v for v in said.channels.values() if v.verdict == "ok"], "all of them measure otherwise now"


def test_another_version_is_dropped_and_nothing_of_it_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    learnt = learnt_of("one", 40)
    monkeypatch.setattr(carried, "VERSION", carried.VERSION + 1)
    judge = Judge(reach=BRIEF)
    with pytest.raises(UnreadableEvidenceError):
        judge.resume(learnt)
    assert judge.carry() != learnt


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 100_000), byte=st.integers(0, 255), squeezed=st.booleans())
def test_damaged_bytes_are_refused_or_harmless(place: int, byte: int, squeezed: bool) -> None:
    """Whatever a byte became: an error that is expected, or a judge that goes on."""
    learnt = learnt_of("one", 40)
    data = zlib.decompress(learnt) if squeezed else learnt
    place %= len(data)
    damaged = data[:place] + bytes([byte]) + data[place + 1 :]
    with contextlib.suppress(UnreadableEvidenceError):
        Judge(reach=BRIEF).resume(zlib.compress(damaged, 1) if squeezed else damaged)


def test_it_is_small_and_never_unpacks_to_much() -> None:
    assert len(watch(Judge(reach=BRIEF), made("pv")).carry()) < 30_000
    with pytest.raises(UnreadableEvidenceError):
        Judge(reach=BRIEF).resume(zlib.compress(b"\0" * 50_000_000))


def test_the_form_has_a_version_of_its_own() -> None:
    """Whoever changes what is written raises `VERSION`: then take the new number here."""
    kinds = (
        *(carried.Carried, carried.CarriedRecord, carried.CarriedSupply, carried._Event, carried._Table),
        *(Track, Plateau, Step, LoadStep, SteadyState, PairStep, ChannelSetting),
    )
    said = "".join(f"{kind.__name__}{kind.__annotations__}" for kind in kinds)
    assert (carried.VERSION, zlib.crc32(said.encode())) == (1, 3572659324)
