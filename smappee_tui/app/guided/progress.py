"""A guided test with the page that it is on: one for the laptop and every phone, whichever of them steers.

It outlives every screen. Whoever watches the session feeds it with `follow` after each poll, whatever screen is open.
"""

from __future__ import annotations

from typing import Literal

from smappee_tui.app.guided.plan import Answers, default_answers
from smappee_tui.app.guided.procedure import GuidedTest
from smappee_tui.app.guided.result import Result, result_of
from smappee_tui.app.session import Session

Page = Literal["ask", "safety", "test", "result"]


class GuidedProgress:
    """Begins with the questions. Times are of the receiving clock, in seconds since 1970."""

    def __init__(self) -> None:
        self.page: Page = "ask"
        self.test: GuidedTest | None = None
        """None until the questions are answered and the words on safety were read."""
        self.warned = False
        """The words on safety were read."""
        self.answers: Answers | None = None
        """What was answered last; None before that."""

    def suggested(self, session: Session) -> Answers:
        """The answers to begin with: what was answered before, else what the configuration suggests."""
        site, judge = session.site, session.judge
        declared = judge.generation if judge is not None else None
        return self.answers or default_answers(site.settings if site is not None else {}, declared)

    def answer(self, answers: Answers, session: Session, now: float) -> None:
        """Both questions are answered: the words on safety come, or the test where they were read already."""
        if self.page in ("ask", "safety"):
            self.answers, self.page = answers, "safety"
            if self.warned:
                self.accept(session, now)

    def accept(self, session: Session, now: float) -> None:
        """The words on safety were read: begin."""
        if self.page != "safety" or self.answers is None or session.site is None:
            return
        if session.judge is not None:
            session.judge.generation = self.answers.generation
        self.warned = True
        self.test = GuidedTest(self.answers, session.process, now)
        self.page = "test"
        self.follow(session, now)

    def follow(self, session: Session, now: float) -> None:
        """Let the test hear what has arrived; at its end the result comes, and after a fix the step that proves it."""
        site, judge, test = session.site, session.judge, self.test
        if test is None or site is None or judge is None:
            return
        test.process(now, site, judge, session.source.state.phase == "connected")
        if test.finished and self.page == "test":
            self.page = "result"
        elif not test.finished and self.page == "result" and test.log and test.log[-1].kind == "changed":
            self.page = "test"

    def press(self, session: Session, now: float) -> None:
        """He switched the load."""
        if self.page == "test" and self.test is not None:
            self.test.press(now)
            self.follow(session, now)

    def skip(self, session: Session, now: float) -> None:
        if self.page == "test" and self.test is not None:
            self.test.skip(now)
            self.follow(session, now)

    def repeat(self, session: Session, now: float) -> None:
        """This step again, or the last one."""
        if self.page in ("test", "result") and self.test is not None:
            self.test.repeat(now)
            self.page = "test"
            self.follow(session, now)

    def adopt(self, session: Session, now: float) -> None:
        """The load has the size that it showed."""
        if self.page == "test" and self.test is not None:
            self.test.adopt(now)
            self.follow(session, now)

    def moved(self, number: int, session: Session, now: float) -> None:
        """A clamp was moved: its evidence no longer holds."""
        if self.test is not None and session.judge is not None:
            self.test.moved(number, session.judge, now)
            self.page = "test"
            self.follow(session, now)

    def show_result(self) -> None:
        """What is proved so far."""
        if self.page == "test":
            self.page = "result"

    def go_on(self) -> None:
        """Back to the test from its result."""
        if self.page == "result" and self.test is not None:
            self.page = "test"

    def result(self, session: Session) -> Result | None:
        """What the test came to so far; None before there is one."""
        return result_of(self.test, session.site) if self.test is not None and session.site is not None else None
