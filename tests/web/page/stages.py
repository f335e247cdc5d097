"""Stages made by hand: a session fed a few messages, and what is said of it told by the test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from smappee_tui.app.next_step import next_step
from smappee_tui.app.phone.stage import Stage, stage_of
from smappee_tui.app.visit.notes import Note
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.diagnosis.remedy.progress import Progress
from smappee_tui.i18n import Language
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.web.page.edition import Edition
from tests.tui.houses import House, twelve
from tests.tui.scene import Clock, FakeLink, ToldSession, judgement_of_twelve


class Watch:
    """An installation that sends what the test wants."""

    def __init__(self, house: House | None = None, judgement: Judgement | None = None) -> None:
        self.clock = Clock()
        self.link = FakeLink(self.clock)
        self.session = ToldSession(self.link)
        self.house = house or twelve()
        self.session.told = judgement
        self.board = Progress()
        self.second = 0
        self.put(self.house.config(), self.house.channels(), retain=True)

    def put(self, *messages: tuple[str, bytes], retain: bool = False) -> None:
        self.link.queue.extend(MqttMessage(self.clock.now, topic, payload, 0, retain) for topic, payload in messages)
        self.session.poll()

    def run(self, seconds: int = 1, scale: float = 1.0) -> Watch:
        for _ in range(seconds):
            self.clock.now += 1
            self.second += 1
            self.put(self.house.realtime(self.second, scale))
        return self

    def stage(self, **more: Any) -> Stage:
        """As it is now."""
        picture = self.session.snapshot()
        if picture.view is not None:
            self.board.look(self.clock.now, picture.view, picture.judgement)
        made = stage_of(
            self.session,
            self.clock.now,
            mode="live",
            step=next_step(picture.view, picture.judgement),
            picture=picture,
            board=self.board,
        )
        return replace(made, **({"notes": {}, "photos": {}} | more))


def busy_stage() -> Stage:
    """Twelve inputs with something of everything."""
    watch = Watch(judgement=judgement_of_twelve()).run(3)
    at = watch.clock.now
    return watch.stage(
        notes={6: (Note(at, "Behind the boiler", 6),), None: (Note(at, "Key at the neighbour's"),)}, photos={6: 2}
    )


def edition_of(stage: Stage, language: Language = "en") -> Edition:
    """The page of it."""
    edition = Edition(language)
    edition.look(1, stage)
    return edition


def page_of(stage: Stage, language: Language = "en") -> str:
    return edition_of(stage, language).document("/static/x")
