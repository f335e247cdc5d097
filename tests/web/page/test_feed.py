"""A phone is sent what changed since it looked last: a second of it, or an hour."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import msgspec

from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.app.phone.stage import GuidedStage, Stage
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.web.page import feed as feed_module
from smappee_tui.web.page.edition import Edition
from smappee_tui.web.page.feed import Feed
from tests.tui.scene import judgement_of_twelve, verdict
from tests.web.page.stages import Watch


def told(edition: Edition, since: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(edition.news(since))
    return found


def test_a_second_is_a_few_numbers() -> None:
    watch = Watch(judgement=judgement_of_twelve()).run(2)
    edition = Edition("en")
    edition.look(1, watch.stage())
    edition.look(2, watch.run(1, scale=0.5).stage())
    news = told(edition, 1)
    assert set(news) == {"n", "v"}
    assert {key[0] for key in news["v"]} >= {"w", "a"}
    assert len(edition.news(1)) < 1000
    edition.look(3, watch.run(1, scale=0.5).stage())
    assert len(told(edition, 2)["v"]) < len(news["v"])  # what stayed is not sent again


def test_a_card_comes_alone_and_the_order_with_it() -> None:
    judgement = judgement_of_twelve()
    watch = Watch(judgement=judgement).run(2)
    edition = Edition("en")
    edition.look(1, watch.stage())
    worse = {**judgement.channels, 2: verdict(2, "dead")}
    watch.session.told = replace(judgement, channels=worse)
    edition.look(2, watch.run().stage())
    news = told(edition, 1)
    assert "c2" in news["p"]
    assert not {name for name in news["p"] if name[0] == "c" and name[1:].isdigit()} - {"c2"}
    assert news["o"][:3] == [2, 6, 9]
    assert edition.document("x").index('id="c2"') < edition.document("x").index('id="c6"')
    assert "shows no current" in edition.document("x")  # who comes now has it, too
    assert "shows no current" in told(edition, 0)["p"]["board"]
    few = replace(watch.stage(), snapshot=replace(watch.stage().snapshot, view=None))
    edition.look(3, few)
    gone = told(edition, 2)
    assert "<details" not in gone["p"]["board"]
    assert 'id="c2"' not in edition.document("x")
    assert set(told(edition, 0)["v"]) == {"link", "banner", "count"}
    assert edition._facts.keys() == edition._parts.keys(), "of inputs that come and go nothing is kept"


def test_who_slept_gets_all_that_changed_and_who_is_new_everything() -> None:
    judgement = judgement_of_twelve()
    watch = Watch(judgement=judgement).run(2)
    edition = Edition("en")
    edition.look(1, watch.stage())
    for number, scale in ((2, 0.5), (3, 0.7)):
        edition.look(number, watch.run(1, scale=scale).stage())
    watch.session.told = replace(judgement, findings=())
    edition.look(4, watch.run(1).stage())
    for number in range(5, 20):
        edition.look(number, watch.run(1).stage())
    slept, new, strange = told(edition, 2), told(edition, 0), told(edition, 99)
    assert "now" in slept["p"]
    assert "tracer" not in slept["p"]
    assert "board" in new["p"]
    assert "c2" in new["p"]["board"]
    assert new == strange


def _changed(part: str, before: Stage, after: Stage) -> bool:
    edition = Edition("en")
    edition.look(1, before)
    edition.look(2, after)
    return part in told(edition, 1).get("p", {})


def test_what_a_part_says_is_new_when_anything_that_it_is_made_of_is() -> None:
    said = {n: verdict(n, "inconclusive") for n in range(12)} | {11: verdict(11, "unused")}
    judgement = Judgement(channels=said)
    watch = Watch(judgement=judgement).run(2)
    first = watch.stage()
    watch.session.told = replace(judgement, channels=said | {11: verdict(11, "ok")})
    assert _changed("now", first, watch.stage()), "one is judged now"

    view = first.snapshot.view
    assert view is not None
    silent = replace(view, phases=tuple(replace(one, volts=None) for one in view.phases))
    dark = replace(first, snapshot=replace(first.snapshot, view=silent))
    assert _changed("phases", dark, first), "of a visit that is gone on with the verdict is there before the first volt"

    running = replace(first, guided=GuidedStage(page="test", answered={3: 900.0}))
    settings = {one.input: one.setting for one in view.channels}
    oven = msgspec.structs.replace(settings[3], name="Oven") if settings[3] is not None else None
    channels = tuple(one._replace(setting=oven) if one.input == 3 else one for one in view.channels)
    renamed = replace(running.snapshot, view=replace(view, channels=channels))
    assert _changed("test", running, replace(running, snapshot=renamed)), "an input has another name"


async def _read(events: AsyncIterator[bytes], count: int) -> list[bytes]:
    found: list[bytes] = []
    async for event in events:
        found.append(event)
        if len(found) == count:
            break
    return found


async def test_what_comes_over_the_line(monkeypatch: Any) -> None:
    monkeypatch.setattr(feed_module, "BEAT", 0.01)
    desk, watch = PhoneDesk(), Watch(judgement=judgement_of_twelve()).run(2)
    feed = Feed(desk)
    assert not desk.wanted
    desk.publish(watch.stage())
    events = feed.events("en", 0)
    retry, news, beat = await _read(events, 3)
    assert desk.wanted
    assert retry == b"retry: 1000\n\n"
    assert news.startswith(b"id: 1\ndata: {")
    assert beat.startswith(b"event: beat\n")  # nothing new, and the phone hears that somebody is there
    reading = asyncio.create_task(_read(events, 1))
    await asyncio.to_thread(desk.publish, watch.run(1, scale=0.5).stage())  # as the program does, on another thread
    while not (await reading)[0].startswith(b"id: 2"):
        reading = asyncio.create_task(_read(events, 1))
    await events.aclose()  # type: ignore[attr-defined]


async def test_nobody_looks_any_more(monkeypatch: Any) -> None:
    monkeypatch.setattr(feed_module, "LOOKS_ON", 0.0)
    monkeypatch.setattr(feed_module, "FRESH", 0.01)
    desk = PhoneDesk()
    feed = Feed(desk)
    assert (await feed.edition("en")).number == 0  # nothing was shown yet: the page says so
    events = feed.events("en", 0)
    await _read(events, 1)
    await events.aclose()  # type: ignore[attr-defined]
    while desk.wanted:
        await asyncio.sleep(0)
